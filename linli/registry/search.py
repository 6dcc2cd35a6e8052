"""One search box: a name, pinyin, initials, the tail of a telephone, a whole number or a door; answers are masked.

    find("zw", community=c, scopes=["xysj/a/"])          # 张伟, 赵武 … who live in compound A
    find("A区3-2-11", community=c, scopes=[c.path])        # doors that begin so, with who lives there

At most twenty answers, then `after` goes on. The number of queries depends on what was typed, never on what is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.base.masks import mask_name
from linli.base.scope import covers
from linli.registry import vault
from linli.registry.intake.places import Names
from linli.registry.intake.setting import Name
from linli.registry.intake.text import arabic
from linli.registry.keys import starting
from linli.registry.people import Person, Sealed
from linli.registry.places import Community, Compound, Dwelling
from linli.registry.typed import Typed, read

MOST = 20


@dataclass(frozen=True)
class PersonHit:
    """A person as a searcher may see them: masked name, door, last four digits of a telephone."""

    id: UUID
    name: str
    door: str
    tail: str = ""
    standing: str = Person.RESIDENT


@dataclass(frozen=True)
class DoorHit:
    """A front door and how many people are behind it."""

    id: UUID
    label: str
    people: int = 0
    vacant: bool = False


@dataclass(frozen=True)
class Found:
    """`people` first, then `doors`; `after` continues behind the last one ('' when there is no more)."""

    people: tuple[PersonHit, ...] = ()
    doors: tuple[DoorHit, ...] = ()
    after: str = ""

    def __bool__(self) -> bool:
        return bool(self.people or self.doors)


class Cursor(NamedTuple):
    """Where a page ended: which way of looking, and the last record. Nothing personal, it stands in addresses."""

    way: int
    id: UUID


def find(text: str, *, community: Community, scopes: Iterable[str], after: str = "") -> Found:
    """What `text` means within these scope paths. An empty or unreadable text finds nothing."""
    typed, inside = read(text), _inside(community, scopes)
    if inside is None or not typed:
        return Found()
    if typed.number or typed.phone or typed.tail:
        return Found(_shown(_by_number(typed, community, inside), community))
    if typed.door and (found := _by_door(typed, community, inside)):
        return found
    return _by_key(typed, community, inside, _cursor(after))


def _inside(community: Community, scopes: Iterable[str]) -> Q | None:
    """The places a searcher may look in; None when there are none."""
    paths = [s for s in scopes if covers(community.path, s) or covers(s, community.path)]
    if not paths:
        return None
    if any(covers(s, community.path) for s in paths):
        return Q()
    inside = Q()
    for path in paths:
        inside |= Q(path__under=path)
    return inside


class Line(NamedTuple):
    """What a search reads of a person: no more columns than an answer shows."""

    id: UUID
    name: str
    standing: str
    dwelling: UUID | None
    label: str | None
    compound: str | None

    @property
    def door(self) -> str:
        """香阅四季A区3-2-1101, or '' for somebody without a home in the register."""
        return f"{self.compound}{self.label}" if self.label else ""


_LINE = (
    "id",
    "name",
    "standing",
    "household__dwelling",
    "household__dwelling__label",
    "household__dwelling__compound__name",
)


def _people(community: Community, inside: Q) -> QuerySet[Person]:
    return Person.objects.filter(inside, community=community)


def _lines(rows: QuerySet[Person]) -> list[Line]:
    return [Line(*values) for values in rows.values_list(*_LINE)]


def _by_number(typed: Typed, community: Community, inside: Q) -> list[Line]:
    if typed.tail:
        owners = vault.with_tail(typed.tail, community_id=community.id)
    else:
        kind = Sealed.ID_NUMBER if typed.number else Sealed.PHONE
        owners = vault.owners(kind, typed.number or typed.phone, community_id=community.id)
    return _lines(_people(community, inside).filter(pk__in=owners).order_by("name_key", "id")[:MOST])


def _by_key(typed: Typed, community: Community, inside: Q, cursor: Cursor | None) -> Found:
    """One range of an index for each way a name can be meant; the first ways come first."""
    found: dict[UUID, tuple[int, Line]] = {}
    for way, (field, prefix) in enumerate(typed.ways):
        rows = _people(community, inside).filter(starting(field, prefix)).order_by(field, "id")
        if cursor and way < cursor.way:
            rows = rows.none()
        elif cursor and way == cursor.way:
            rows = _behind(rows, field, cursor.id)
        for line in _lines(rows[: MOST + 1]):
            found.setdefault(line.id, (way, line))
    page = list(found.values())
    more = len(page) > MOST
    after = f"{page[MOST - 1][0]}.{page[MOST - 1][1].id}" if more else ""
    return Found(_shown([line for _, line in page[:MOST]], community), after=after)


def _behind(rows: QuerySet[Person], field: str, last: UUID) -> QuerySet[Person]:
    key = Person.objects.filter(pk=last).values_list(field, flat=True).first() or ""
    return rows.filter(**{f"{field}__gte": key}).exclude(**{field: key, "id__lte": last})


def _cursor(after: str) -> Cursor | None:
    way, dot, last = after.partition(".")
    try:
        return Cursor(int(way), UUID(last)) if dot else None
    except ValueError:
        return None


def _by_door(typed: Typed, community: Community, inside: Q) -> Found:
    """Doors whose label begins so, in the compound named or in all; with the people of a door that is meant exactly."""
    rows = Dwelling.objects.filter(inside, starting("label", typed.door), community=community)
    if typed.compound:
        compound = _compound(community, typed.compound)
        if compound is None:
            return Found()
        rows = rows.filter(compound=compound)
    page = list(rows.select_related("compound").order_by("label", "id")[:MOST])
    people = _lines(_people(community, inside).filter(household__dwelling__in=page).order_by("path", "id"))
    count = Counter(line.dwelling for line in people)
    doors = tuple(DoorHit(d.id, str(d), count[d.id], d.vacant) for d in page)
    exact = {d.id for d in page if d.label == typed.door}
    return Found(_shown([line for line in people if line.dwelling in exact], community), doors)


def _compound(community: Community, written: str) -> Compound | None:
    """The one compound that is meant by what stands before the door (its Han numerals are digits by now)."""
    known = {c.name: c for c in Compound.objects.filter(community=community)}
    names = Names(Name(c.name, tuple(arabic(word) for word in (c.name, *c.aliases))) for c in known.values())
    return known.get(names.find(written) or names.typo(written) or names.within(written))


def _shown(lines: Sequence[Line], community: Community) -> tuple[PersonHit, ...]:
    tails = vault.tails([line.id for line in lines], community_id=community.id)
    return tuple(PersonHit(p.id, mask_name(p.name), p.door, tails.get(p.id, ""), p.standing) for p in lines)
