"""Where venues lie on the plan, in metres, told by hand or from a list; one nobody placed lies where its compound does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.loops.ledger import Refused, lock
from linli.matters.patrols.models import MapPoint
from linli.matters.patrols.walks import Point
from linli.registry.models import Community, Compound, Venue

FARTHEST = 20_000
"""Metres from the origin: a community is walked on foot."""
APART = 300
"""Metres between compounds that nobody placed: they are laid in a row by their order, so that a plan is possible at all."""

_SEPARATORS = re.compile(r"[\t,,;;]+")


@dataclass(frozen=True)
class Place:
    """Something that can lie somewhere: what it is called, and where; None: not placed."""

    kind: str
    subject: UUID
    name: str
    at: Point | None


def places(community: Community) -> list[Place]:
    """The office, the compounds, the open venues, in this order, with their points as far as known. Three queries."""
    rows = MapPoint.objects.filter(community=community)
    known = {(row.kind, row.subject): (float(row.x), float(row.y)) for row in rows}
    compounds = Compound.objects.filter(community=community).order_by("position", "name")
    venues = Venue.objects.filter(community=community, standing="open").order_by("path", "name", "address")
    named = [
        (MapPoint.OFFICE, community.pk, _("居委会")),
        *((MapPoint.COMPOUND, one.pk, one.name) for one in compounds),
        *((MapPoint.VENUE, one.pk, one.name) for one in venues),
    ]
    return [Place(kind, subject, name, known.get((kind, subject))) for kind, subject, name in named]


@dataclass(frozen=True)
class Ground:
    """Where everything lies, as far as it is known."""

    office: Point
    compounds: dict[str, Point]  # by scope path
    venues: dict[UUID, Point]

    def of(self, venue: Venue) -> Point:
        """A venue's own point, its compound's, or the office's."""
        own = self.venues.get(venue.pk)
        return own or next(
            (p for path, p in self.compounds.items() if venue.path.startswith(path)), self.office
        )


def ground(community: Community) -> Ground:
    """The plan of a community. Two queries."""
    rows = list(MapPoint.objects.filter(community=community))
    known = {(row.kind, row.subject): (float(row.x), float(row.y)) for row in rows}
    laid = {}
    for n, compound in enumerate(Compound.objects.filter(community=community).order_by("position", "name")):
        at = known.get((MapPoint.COMPOUND, compound.pk), (float(n * APART), 0.0))
        laid[f"{community.path}{compound.code}/"] = at
    middle = _middle(list(laid.values()))
    venues = {row.subject: (float(row.x), float(row.y)) for row in rows if row.kind == MapPoint.VENUE}
    return Ground(known.get((MapPoint.OFFICE, community.pk), middle), laid, venues)


def _middle(points: list[Point]) -> Point:
    if not points:
        return (0.0, 0.0)
    return (sum(x for x, _y in points) / len(points), sum(y for _x, y in points) / len(points))


def keep(community: Community, found: Iterable[tuple[str, UUID, int, int]]) -> int:
    """Place things (kind, subject, x, y); how many. The same again changes nothing."""
    rows = [MapPoint(community=community, kind=k, subject=s, x=x, y=y) for k, s, x, y in found]
    with transaction.atomic():
        lock(community.pk)
        MapPoint.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["community", "kind", "subject"],
            update_fields=["x", "y"],
        )
    return len(rows)


def as_text(found: Iterable[Place]) -> str:
    """A line for each: `惠民便利店, 120, -45`; nothing behind the name where it is not placed."""
    return "\n".join(f"{p.name}, {p.at[0]:.0f}, {p.at[1]:.0f}" if p.at else f"{p.name}," for p in found)


def read(text: str, known: Iterable[Place]) -> list[tuple[str, UUID, int, int]]:
    """Such lines back as points; a name alone places nothing. Raises Refused with every faulty line at once."""
    by_name: dict[str, list[Place]] = {}
    for place in known:
        by_name.setdefault(place.name, []).append(place)
    found, faults = [], []
    for number, line in enumerate(text.splitlines(), 1):
        name, *numbers = [part.strip() for part in _SEPARATORS.split(line.strip())]
        numbers = [part for part in numbers if part]
        if not name or (not numbers and name in by_name):
            continue
        if fault := _fault(name, numbers, by_name):
            faults.append(_("第 %(n)d 行:%(fault)s") % {"n": number, "fault": fault})
            continue
        found += [
            (p.kind, p.subject, round(float(numbers[0])), round(float(numbers[1]))) for p in by_name[name]
        ]
    if faults:
        raise Refused("\n".join(faults), {"lines": "\n".join(faults)})
    return found


def _fault(name: str, numbers: list[str], by_name: dict[str, list[Place]]) -> str:
    if name not in by_name:
        return _("没有「%(name)s」这个场所、小区") % {"name": name[:40]}
    try:
        fits = len(numbers) == 2 and all(abs(float(n)) <= FARTHEST for n in numbers)
    except ValueError:
        fits = False
    return "" if fits else _("要写两个数(向东几米、向北几米),%(most)d 以内") % {"most": FARTHEST}
