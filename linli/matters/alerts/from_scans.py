"""A scan whose colour was not green: one alert for one person at one place on one day, however often it is scanned."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from linli.base.clock import local
from linli.base.ids import uuid7
from linli.loops import engine
from linli.loops.ledger import Made, append, lock
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.spec import Opening
from linli.matters.alerts.loop import FIRST_DUE, Alert
from linli.matters.alerts.models import Sighting
from linli.matters.alerts.raising import title_of
from linli.matters.alerts.words import COLOUR, COLOURS
from linli.registry.models import Community, Person, Venue
from linli.registry.strangers import people_of
from linli.scans.notable import Notable, notable

AGAIN = "again"


STANDS = timedelta(hours=12)
"""A scan that comes in later than this (a phone without a network, a register on paper): nobody stands there any more to
be kept apart, and what is left is to report and to hear."""

ALONE = ("self", "companion", "proxy")
"""Ways in which somebody registers with nobody looking: a colour told so is theirs, and a photograph will do."""


@notable
def not_green(fact: Notable, at: datetime) -> None:
    """Soon after the scan is on the disk; at least once."""
    take(fact, at=at)


def take(scan: Notable, *, at: datetime) -> Case | None:
    """The alert this scan belongs to, opened where there is none; once per scan. None for green, or under an old pack.

    Nothing else follows from a scan: no status of the person is set, and none is kept.
    """
    if scan.colour not in COLOURS or FIRST_DUE not in pack_for(scan.community_id, at).body["due"]:
        return None
    with transaction.atomic():
        lock(scan.community_id)
        mine = Sighting.objects.filter(community_id=scan.community_id)
        if before := mine.filter(scan=scan.id).select_related("case").first():
            return before.case
        case = _open_one(scan)
        if case:
            _again(case, scan, at)
        else:
            opening = _opening(scan, at)
            intent = f"scan:{scan.id}"
            case = engine.open_case(Alert, opening, community_id=scan.community_id, at=at, intent=intent)
        _keep(case, scan)
        return case


def _key(scan: Notable) -> str:
    return scan.who.hex() if scan.who else ""


def _open_one(scan: Notable) -> Case | None:
    """The alert of the same person at the same place on the same day, while it is open."""
    rows = Sighting.objects.filter(
        community_id=scan.community_id,
        place=scan.place,
        day_on=local(scan.seen_at).date(),
        who=_key(scan),
        case__closed_at=None,
    )
    found = rows.select_related("case").order_by("id").first()
    return found.case if found else None


def _again(case: Case, scan: Notable, at: datetime) -> None:
    """The next scan adds to what is known. Only one that somebody looked at calls anybody again: a poster can be
    photographed, and what is scanned from afar by the hundred must not ring by the hundred."""
    given = {"kind": AGAIN, "colour": scan.colour} | ({} if scan.mode in ALONE else {"tell": "patrol"})
    append(lock(case.community_id), case, Made(f"{Alert.key}.remarked", f"scan:{scan.id}", at, None, given))


def _keep(case: Case, scan: Notable) -> None:
    Sighting.objects.create(
        id=uuid7(),
        community_id=scan.community_id,
        case=case,
        scan=scan.id,
        place=scan.place,
        who=_key(scan),
        day_on=local(scan.seen_at).date(),
        seen_at=scan.seen_at,
        colour=scan.colour,
        mode=scan.mode,
    )


def _opening(scan: Notable, at: datetime) -> Opening:
    venue = Venue.objects.filter(pk=scan.place, community_id=scan.community_id).first()
    who = _person(scan)
    place = venue.name if venue else ""
    known = {"person": str(who.pk)} if who else {}
    return Opening(
        title=title_of(place, who.masked_name if who else ""),
        scope=venue.path if venue else Community.objects.get(pk=scan.community_id).path,
        subject=str(who.pk) if who else _nobody(scan),
        anchors={"kind": COLOUR, "colour": scan.colour, "venue": str(scan.place), "place": place, **known},
        given={"colour": scan.colour, "scan": str(scan.id)},
        state=Alert.apart.key if at - scan.seen_at > STANDS else "",
    )


def _person(scan: Notable) -> Person | None:
    """Somebody of the register, by the key of a number of theirs or by their own id."""
    if not scan.who:
        return None
    known = people_of([scan.who], community_id=scan.community_id).get(scan.who)
    own = UUID(bytes=scan.who) if len(scan.who) == 16 else None
    return Person.objects.filter(
        pk__in=[i for i in (known, own) if i], community_id=scan.community_id
    ).first()


def _nobody(scan: Notable) -> str:
    """A subject for a stranger that is good for this place and day, and leads back to no key."""
    text = f"{scan.community_id}:{scan.place}:{local(scan.seen_at).date()}:{_key(scan) or scan.id}"
    return sha256(text.encode()).hexdigest()[:32]
