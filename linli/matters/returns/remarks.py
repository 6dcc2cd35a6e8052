"""What is said about a return in its ledger without moving it: the kinds, their words, and the duty that should look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.ledger import Made, append, lock
from linli.loops.rights import Actor
from linli.matters.returns.loop import Return
from linli.matters.returns.models import Trip
from linli.roster.duties import DUTIES

KINDS = {
    "call_off_asked": N_("对方说不来了,等网格长确认取消"),
    "train_cancelled": N_("车次停运,要问清改乘哪一趟"),
    "place_settled": N_("目的地核对为 %(place)s"),
    "certificate_voided": N_("接收证明 %(number)s 作废"),
    "certificate_reissued": N_("接收证明 %(number)s 重开,替代 %(replaces)s"),
}
"""Kind → sentence, filled from the event's own facts. None of them names anybody."""


def remark(
    trip: Trip, kind: str, *, tell: str, at: datetime, intent: str, actor: Actor | None = None, **facts: str
) -> None:
    """Say something about a case in its ledger; `tell` is the duty that should look, `facts` fill the sentence.

    The caller is inside a transaction; the same intent must not come twice. Raises ValueError for a kind without
    words or a duty that nobody can hold: what is written here is sealed, and could never be put right.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind} is no kind of remark")
    if tell not in DUTIES:
        raise ValueError(f"{tell} is no duty")
    ledger = lock(trip.community_id)
    given = {"kind": kind, "tell": tell, **facts}
    append(ledger, trip.case, Made("return.remarked", intent, at, actor, given))


def sentence(given: Mapping[str, Any]) -> str:
    """A remark in the reader's language; '' for one of before there were words, or without its facts."""
    try:
        return _(KINDS.get(str(given.get("kind")), "")) % given if given.get("kind") in KINDS else ""
    except KeyError:
        return ""


Return.says = staticmethod(sentence)
