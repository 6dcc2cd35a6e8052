"""What was said in private in the case that another one followed from: in the call, for whoever must act on it."""

from __future__ import annotations

from linli.loops.models import Case, Remark

NOTE = "note"


def heard_before(case: Case) -> list[tuple[str, str]]:
    """(text, who wrote it down) of every note of the cause, in its order; nothing once it is shredded."""
    if case.cause_id is None:
        return []
    rows = Remark.objects.filter(
        community_id=case.community_id, event__case=case.cause_id, key=NOTE, shredded_at=None
    )
    return list(rows.order_by("event__seq").values_list("text", "event__actor_name"))
