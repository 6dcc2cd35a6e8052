"""The venue's own side: the day's visits, what there is to put right, and its word that it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.base.ids import uuid7
from linli.loops import engine
from linli.loops.ledger import Refused, lock, seen
from linli.loops.models import Case, Event, Remark
from linli.loops.pack import pack_for
from linli.matters.patrols.checklist import title_of
from linli.matters.patrols.loop import Finding
from linli.matters.patrols.models import PatrolVisit
from linli.registry.models import Venue

MOST = 300
"""Characters of what a venue says about one thing."""
WORDS = "words"
"""The key under which they are kept beside the ledger."""


@dataclass(frozen=True)
class Owed:
    """One thing a venue has to put right. `answered_at` is when it said that it is done; None: not yet, or not again."""

    case: Case
    title: str
    fix_by: datetime
    answered_at: datetime | None


def visits(venue: Venue, at: datetime) -> list[PatrolVisit]:
    """The visits owed to a venue on the local day of `at`, in order. One query."""
    rows = PatrolVisit.objects.filter(community_id=venue.community_id, venue=venue, day=local(at).date())
    return list(rows.order_by("number"))


def owed(venue: Venue, at: datetime) -> list[Owed]:
    """What a venue has to put right, the nearest hour first. Two queries."""
    mine = Case.objects.open().filter(
        community_id=venue.community_id, loop=Finding.key, subject__startswith=f"{venue.pk}:"
    )
    pack = pack_for(venue.community_id, at)
    return [_owed(case, _(title_of(case.anchors["item"], pack))) for case in mine.by_promise()]


def _owed(case: Case, title: str) -> Owed:
    said = case.anchors.get("answered_at")
    answered = datetime.fromisoformat(said) if said else None
    return Owed(case, title, datetime.fromisoformat(case.anchors["fix_by"]), answered)


def answer(finding_id: UUID, venue: Venue, words: str, *, at: datetime, intent: str) -> Event:
    """The venue says that it is done, once per `intent`: now somebody looks again. Its words are kept beside the ledger.

    Whoever calls decided that it may be said here (the shop's link). Raises Refused (nothing written) for what is none
    of its own or is no longer open, and for words too long.
    """
    with transaction.atomic():
        lock(venue.community_id)
        mine = Case.objects.filter(
            pk=finding_id,
            community_id=venue.community_id,
            loop=Finding.key,
            subject__startswith=f"{venue.pk}:",
        )
        if (case := mine.first()) is None:
            raise Refused(_("没有这一条,请刷新再看"))
        if before := seen(venue.community_id, intent):
            return _same(before, case)
        if len(words) > MOST:
            says = _("最多写 %(most)d 个字") % {"most": MOST}
            raise Refused(says, {WORDS: says})
        told = {WORDS: str(uuid7())} if words.strip() else {}
        anchors = {"answered_at": at.isoformat()}
        event = engine.keep(case.id, anchors=anchors, at=at, intent=intent, given=told)
        engine.keep_private(event, told, {WORDS: words.strip()} if told else {})
        return event


def _same(before: Event, case: Case) -> Event:
    if before.case_id != case.id or before.verb != "kept":
        raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
    return before


def last_words(case: Case) -> str:
    """What the venue said last; "" once it is forgotten."""
    rows = Remark.objects.filter(community_id=case.community_id, event__case=case, key=WORDS)
    found = rows.order_by("-event__seq").first()
    return found.text if found else ""
