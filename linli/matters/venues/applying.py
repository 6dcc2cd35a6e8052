"""How a code comes to be asked for: by the venue at the door, by the community for one of the register, for all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.loops import engine, rights
from linli.loops.ledger import Refused, lock, seen
from linli.loops.models import Case, Event
from linli.loops.rights import Actor
from linli.loops.spec import Opening
from linli.matters.venues.loop import OFFICER, VenueCode
from linli.matters.venues.models import VenueFile
from linli.matters.venues.particulars import OWNER, Particulars, of
from linli.registry.models import Community, Venue
from linli.registry.phones import keep_phones
from linli.registry.venue_list import path_of, registered


def apply(told: Particulars, *, community: Community, intent: str, at: datetime) -> VenueFile:
    """A venue's own application, once per `intent`. Whoever calls decided that it may be asked here (a limited door)."""
    with transaction.atomic():
        lock(community.id)
        if before := VenueFile.objects.filter(community=community, intent=intent).first():
            return before
        case = _open(told, community, state=VenueCode.applied.key, intent=intent, at=at)
        file = _file(case, told, source=VenueFile.DOOR, intent=intent, at=at)
        keep_phones([told.phone], community_id=community.id, owner_kind=OWNER, owner_id=file.id)
        return file


def amend(file_id: UUID, told: Particulars, *, community_id: UUID, intent: str, at: datetime) -> Event:
    """What was sent back is told anew, once per `intent`; it is audited again within the pack's time.

    Raises Refused (nothing written) where nothing is waited for, VenueFile.DoesNotExist.
    """
    with transaction.atomic():
        lock(community_id)
        file = VenueFile.objects.select_related("case").get(pk=file_id, community_id=community_id)
        if before := seen(community_id, intent):
            return before
        if file.case.state != VenueCode.sent_back.key:
            raise Refused(_("现在没有要补正的"))
        for key, value in told.of_register.items():
            setattr(file, key, value)
        file.checker, file.amended_at = told.checker, at
        file.save()
        keep_phones([told.phone], community_id=community_id, owner_kind=OWNER, owner_id=file.id)
        engine.rename(file.case_id, title=told.name, scope=file.case.scope)
        anchors = {"amended_at": at.isoformat()}
        return engine.keep(file.case_id, anchors=anchors, at=at, intent=intent, given={"why": "店家已补正"})


def enter(venue: Venue, *, checker: str, actor: Actor, at: datetime, intent: str) -> VenueFile:
    """A venue of the register is entered by the community, without an audit, once per `intent`.

    Raises Refused (nothing written) without the duty, or when a code of it is on its way or out.
    """
    with transaction.atomic():
        lock(venue.community_id)
        if before := VenueFile.objects.filter(community_id=venue.community_id, intent=intent).first():
            return before
        may(actor, venue.path, community_id=venue.community_id, at=at)
        not_twice(venue)
        told = Particulars(
            name=venue.name,
            kind=venue.kind,
            address=venue.address,
            manager=venue.manager,
            hours=list(venue.hours),
            checker=checker or venue.manager,
        )
        case = _open(
            told,
            venue.community,
            state=VenueCode.approved.key,
            intent=intent,
            at=at,
            actor=actor,
            venue=venue,
        )
        return _file(case, told, source=VenueFile.DESK, intent=intent, at=at, venue=venue)


def register(
    told: Particulars, *, community: Community, actor: Actor, at: datetime, intent: str
) -> VenueFile:
    """A venue that the register does not have is written into it and entered, once per `intent`. Raises as `enter`."""
    with transaction.atomic():
        lock(community.id)
        if before := VenueFile.objects.filter(community=community, intent=intent).first():
            return before
        scope = path_of(community, told.address)
        may(actor, scope, community_id=community.id, at=at)
        venue = registered(community, dict(told.of_register), phones=[told.phone])
        return enter(venue, checker=told.checker, actor=actor, at=at, intent=intent)


def change(
    file_id: UUID, told: Particulars, *, community_id: UUID, actor: Actor, at: datetime, intent: str
) -> bool:
    """Another checker, other hours, another name: written into the register and onto the next poster; whether it changed.

    A look at the particulars counts as one of the reviews that the pack asks for. Raises Refused (nothing written)
    without the duty, for a file that is closed or not approved, for a name that another venue at that address has.
    """
    with transaction.atomic():
        lock(community_id)
        files = VenueFile.objects.select_related("case", "venue")
        file = files.get(pk=file_id, community_id=community_id)
        if seen(community_id, intent):
            return False
        may(actor, file.case.scope, community_id=community_id, at=at)
        if file.venue is None or file.case.closed_at:
            raise Refused(_("这件事已办结或还没通过,不能改"))
        changed = _changes(file, told)
        _write(file, file.venue, told)
        given = {"why": "信息变更", "changed": changed}
        engine.rename(file.case_id, title=told.name, scope=file.case.scope)
        engine.keep(file.case_id, anchors={}, at=at, intent=intent, actor=actor, given=given)
        return bool(changed)


def _changes(file: VenueFile, told: Particulars) -> list[str]:
    now = of(file)
    return [key for key in (*told.of_register, "checker") if getattr(now, key) != getattr(told, key)]


def not_named_twice(venue: Venue, told: Particulars) -> None:
    """Raises Refused when another venue has that name at that address already."""
    same = Venue.objects.filter(community_id=venue.community_id, name=told.name, address=told.address)
    if same.exclude(pk=venue.pk).exists():
        raise Refused(_("台账里这个地址已有同名场所"), {"name": _("台账里这个地址已有同名场所")})


def _write(file: VenueFile, venue: Venue, told: Particulars) -> None:
    not_named_twice(venue, told)
    for key, value in told.of_register.items():
        setattr(venue, key, value)
    venue.save()
    file.checker = told.checker
    file.save(update_fields=["checker"])
    phones = [told.phone] if told.phone else []
    keep_phones(phones, community_id=venue.community_id, owner_kind="venue", owner_id=venue.pk)


def take_for(file_id: UUID, venue: Venue | None, *, community_id: UUID, actor: Actor, at: datetime) -> None:
    """The application is this venue's of the register (None: nobody's after all), so that no second one is made.

    It says so from the approval on, which names the venue in the ledger; the same again changes nothing.
    Raises Refused (nothing written) without the duty there, after the approval or refusal, for a venue with a code.
    """
    with transaction.atomic():
        lock(community_id)
        files = VenueFile.objects.select_related("case", "venue")
        file = files.get(pk=file_id, community_id=community_id)
        may(actor, file.case.scope, community_id=community_id, at=at)
        if file.venue or file.case.closed_at:
            raise Refused(_("这份申请已经办过了,请刷新再看"))
        if venue:
            may(actor, venue.path, community_id=community_id, at=at)
            not_twice(venue)
            not_named_twice(venue, of(file))
        file.meant = venue
        file.save(update_fields=["meant"])


def may(actor: Actor, scope: str, *, community_id: UUID, at: datetime) -> None:
    """Raises Refused for somebody who does not answer for codes at this place."""
    book = rights.book()
    if not book.holds(actor, OFFICER, community_id=community_id, scope=scope, at=at):
        raise Refused(_("场所码由%(duty)s办理,您此刻不在这个岗位上") % {"duty": book.title(OFFICER)})


def not_twice(venue: Venue, *, but: UUID | None = None) -> None:
    """Raises Refused when a code of this venue is on its way or out. The caller holds the ledger lock."""
    other = VenueFile.objects.filter(community_id=venue.community_id, venue=venue, case__closed_at=None)
    if (other.exclude(pk=but) if but else other).exists():
        raise Refused(_("这家场所已经有场所码,或正在办。请先收回旧的,或改办那一件"))


def _open(
    told: Particulars,
    community: Community,
    *,
    state: str,
    intent: str,
    at: datetime,
    actor: Actor | None = None,
    venue: Venue | None = None,
) -> Case:
    scope = venue.path if venue else path_of(community, told.address)
    opening = Opening(
        title=told.name,
        scope=scope,
        subject=str(venue.id if venue else uuid7()),
        state=state,
        given={"kind": told.kind},
    )
    return engine.open_case(
        VenueCode, opening, community_id=community.id, at=at, intent=f"venue:{intent}"[:100], actor=actor
    )


def _file(
    case: Case, told: Particulars, *, source: str, intent: str, at: datetime, venue: Venue | None = None
) -> VenueFile:
    return VenueFile.objects.create(
        community_id=case.community_id,
        case=case,
        venue=venue,
        **told.of_register,
        checker=told.checker,
        source=source,
        made_at=at,
        intent=intent,
    )


@dataclass(frozen=True)
class Batch:
    """What became of many: how many codes were issued, and why some were not (venue's name, sentence)."""

    issued: int
    refused: list[tuple[str, str]]


def issue_all(venues: Iterable[Venue], *, actor: Actor, at: datetime, intent: str) -> Batch:
    """A code for every venue of these that has none: entered where need be, and issued. Each on its own; safe to repeat."""
    issued, refused = 0, []
    for venue in venues:
        try:
            issued += _issue_one(venue, actor=actor, at=at, intent=f"{intent}:{venue.id.hex}")
        except Refused as why:
            refused.append((venue.name, why.sentence))
    return Batch(issued, refused)


def _issue_one(venue: Venue, *, actor: Actor, at: datetime, intent: str) -> bool:
    with transaction.atomic():
        lock(venue.community_id)
        open_files = VenueFile.objects.filter(
            venue=venue, community_id=venue.community_id, case__closed_at=None
        )
        file = open_files.select_related("case").first()
        if file is None:
            file = enter(venue, checker="", actor=actor, at=at, intent=intent)
        if file.case.state != VenueCode.approved.key:
            return False
        engine.advance(
            file.case_id, VenueCode.issue.key, actor=actor, given={}, at=at, intent=f"issue:{intent}"[:100]
        )
        return True
