"""An alert opened by a person: at the desk for a place or a person, or beside the case somebody stands at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.loops import rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.loops.spec import Opening
from linli.matters.alerts.kept import open_telling, opened_before
from linli.matters.alerts.loop import Alert
from linli.matters.alerts.words import BY_HAND, seen_as
from linli.registry.models import Community, Person, Venue

MOST = 500
"""Characters in which somebody says what they see."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody at the desk takes down. `intent` makes the same form sent twice one alert.

    `seen` is a key of `words.BY_HAND`; `venue` and `person` are where and whom it is about, as far as they are known.
    """

    intent: str
    seen: str
    what: str = ""
    venue: Venue | None = None
    person: Person | None = None


def raise_alert(told: Told, *, community: Community, actor: Actor, at: datetime) -> Case:
    """Open an alert, once per `intent` and one at a time for the same person. Raises Refused (nothing written)."""
    with transaction.atomic():
        lock(community.id)
        if before := opened_before(Alert, told.intent, community_id=community.id):
            return before
        opening = _opening(told, community)
        held = rights.book().holds(actor, "responder", community_id=community.id, scope=opening.scope, at=at)
        if not held:
            raise Refused(_("异常由在岗的人登记,您此刻不在这个岗位上"))
        _well_told(told)
        if told.person:
            one_at_a_time(community.id, opening.subject)
        return open_telling(
            Alert,
            opening,
            {"what": told.what.strip()},
            community_id=community.id,
            at=at,
            intent=told.intent,
            actor=actor,
        )


def _well_told(told: Told) -> None:
    faults = {}
    if told.seen not in dict(BY_HAND):
        faults["seen"] = _("请选择是什么异常")
    if not told.what.strip() or len(told.what) > MOST:
        faults["what"] = _("请写明看到了什么(最多 %(most)d 字)") % {"most": MOST}
    if faults:
        raise Refused(_("还有 %(n)d 处需要补充") % {"n": len(faults)}, faults)


def _opening(told: Told, community: Community) -> Opening:
    who, venue = told.person, told.venue
    kind, colour = seen_as(told.seen)
    anchors = {"kind": kind, "colour": colour} | ({"person": str(who.pk)} if who else {})
    return Opening(
        title=title_of(venue.name if venue else "", who.masked_name if who else ""),
        scope=venue.path if venue else who.path if who else community.path,
        subject=str(who.pk) if who else str(venue.pk) if venue else str(uuid7()),
        anchors=anchors | ({"venue": str(venue.pk), "place": venue.name} if venue else {}),
    )


def title_of(place: str, name: str) -> str:
    """便民超市 · 张*: where and who, masked. What is wrong with them stands in the facts, not on a locked screen."""
    return (" · ".join(part for part in (place, name) if part) or str(Alert.title))[:120]


def one_at_a_time(community_id: UUID, subject: str) -> None:
    """Raises Refused while an alert about this subject is open."""
    if Case.objects.open().filter(community_id=community_id, loop=Alert.key, subject=subject).exists():
        raise Refused(_("已有一件异常在办,请在那一件里继续"))
