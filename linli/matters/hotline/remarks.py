"""What was said in a call without moving it: beside the ledger, which holds only that it was said, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.ids import uuid7
from linli.loops.ledger import Made, append, lock
from linli.loops.models import Case, Remark
from linli.loops.rights import Actor
from linli.matters.hotline.loop import Call

SAID, AGAIN = "said", "again"

KINDS = {SAID: N_("记下了说的话"), AGAIN: N_("又来电,更急了")}
"""Kind → sentence. Neither says what was said."""


def remark(
    case: Case,
    kind: str,
    *,
    private: Mapping[str, str],
    at: datetime,
    intent: str,
    actor: Actor,
    tell: str = "",
) -> None:
    """Keep what was said under ids that the event names; `tell` is the duty that should look.

    The caller is inside a transaction; the same intent must not come twice.
    """
    kept = {key: (uuid7(), text) for key, text in private.items() if text}
    given = {"kind": kind, **{key: str(ref) for key, (ref, _text) in kept.items()}}
    if tell:
        given["tell"] = tell
    ledger = lock(case.community_id)
    event = append(ledger, case, Made(f"{Call.key}.remarked", intent, at, actor, given))
    Remark.objects.bulk_create(
        Remark(id=ref, community_id=case.community_id, event=event, key=key, text=text)
        for key, (ref, text) in kept.items()
    )


def sentence(given: Mapping[str, Any]) -> str:
    """A remark in the reader's language; '' for a kind without words."""
    words = KINDS.get(str(given.get("kind")), "")
    return _(words) if words else ""


Call.says = staticmethod(sentence)
