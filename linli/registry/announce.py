"""People who are told to come: found in the register, or kept as expected until they are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from linli.base.masks import mask_id, mask_phone
from linli.registry import vault
from linli.registry.intake import Action, identity, people, phones
from linli.registry.people import Person, Sealed
from linli.registry.places import Community, Dwelling

_HOME = ("household__dwelling__building", "household__dwelling__unit", "household__dwelling__compound")


@dataclass(frozen=True, kw_only=True)
class Described:
    """Somebody as a sender describes them. A number that cannot be right is not compared and not kept."""

    name: str
    id_number: str = ""
    phones: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """The identity number if its shape and check digit allow it, else ''."""
        return self.id_number if identity.type_of(self.id_number) else ""

    @property
    def spelt(self) -> Described:
        """The same person in the one spelling that is kept and compared: +86 139-0000-0000 is 13900000000."""
        told = (phones.phones()(written).value for written in self.phones)
        return Described(
            name=people.name()(self.name).value or self.name,
            id_number=_repaired(self.id_number),
            phones=tuple(dict.fromkeys(n for value in told for n in value.split("、") if n)),
        )


def _repaired(written: str) -> str:
    """A number that can be put right without a guess; '' for one that a person must look at."""
    cell = identity.read(written)
    return "" if any(d.action is Action.REVIEW for d in cell.defects) else cell.value


class Match(NamedTuple):
    """Whom a description means: nobody, or one person; `doubts` say what a human should look at."""

    person: Person | None
    doubts: tuple[str, ...] = ()


class Shown(NamedTuple):
    """What of somebody's numbers may be seen without a reason."""

    id_number: str
    phone: str


def find_person(community_id: UUID, who: Described) -> Match:
    """By identity number, else by name and telephone together; a telephone alone never decides (families share one)."""
    people = Person.objects.filter(community_id=community_id).select_related(*_HOME)
    if number := who.number:
        owner = vault.owners(Sealed.ID_NUMBER, number, community_id=community_id)
        if person := people.filter(pk__in=owner).first():
            return Match(person, _odd(person, who))
    owners = {o for p in who.phones for o in vault.owners(Sealed.PHONE, p, community_id=community_id)}
    named = list(people.filter(pk__in=owners, name=who.name)[:2])
    if len(named) != 1:
        return Match(None, ("namesake",) if named else ())
    if number and has_number(named[0]):
        return Match(None, ("id_differs",))
    return Match(named[0], _odd(named[0], who))


def _odd(person: Person, who: Described) -> tuple[str, ...]:
    found = {"name_differs": person.name != who.name, "deceased": person.standing == Person.DECEASED}
    return tuple(k for k, yes in found.items() if yes)


def has_number(person: Person) -> bool:
    """Whether an identity number of this person is kept."""
    return Sealed.objects.filter(
        community_id=person.community_id, owner_kind="person", owner_id=person.id, kind=Sealed.ID_NUMBER
    ).exists()


def announce_person(
    community: Community,
    who: Described,
    *,
    dwelling: Dwelling | None,
    at: datetime,
    known: Person | None = None,
) -> Person:
    """The person behind a notice: the one already known, or a new one who is expected at `dwelling`.

    A telephone not yet known is added, labelled as told by a notice; nothing of the register is overwritten.
    The caller holds the community's ledger lock, so that two notices at once cannot make two people.
    """
    person = known or Person.objects.create(
        community=community,
        standing=Person.EXPECTED,
        name=who.name[:50],
        path=dwelling.path if dwelling else community.path,
        created_at=at,
        updated_at=at,
    )
    _learn(person, Sealed.PHONE, who.phones)
    if who.number and not has_number(person):
        _learn(person, Sealed.ID_NUMBER, (who.number,))
    return person


def _learn(person: Person, kind: str, texts: Iterable[str]) -> None:
    """Add values that the owner does not have yet, behind those that are there."""
    rows = Sealed.objects.filter(
        community_id=person.community_id, owner_kind="person", owner_id=person.id, kind=kind
    )
    have = {bytes(b): p for b, p in rows.values_list("blind", "position")}
    position = max(have.values(), default=-1) + 1
    new = [t for t in dict.fromkeys(texts) if t and vault.blind(kind, t) not in have]
    Sealed.objects.bulk_create(
        vault.sealed(
            text,
            community_id=person.community_id,
            owner_kind="person",
            owner_id=person.id,
            kind=kind,
            position=position + i,
            label="通知",
        )
        for i, text in enumerate(new)
    )


def differs(person: Person, phones: Iterable[str]) -> bool:
    """Whether somebody has telephones and none of these is among them."""
    told = [vault.blind(Sealed.PHONE, p) for p in phones if p]
    rows = Sealed.objects.filter(
        community_id=person.community_id, owner_kind="person", owner_id=person.id, kind=Sealed.PHONE
    )
    return bool(told) and rows.exists() and not rows.filter(blind__in=told).exists()


def shown_numbers(person: Person) -> Shown:
    """Identity number and first telephone, masked: reaches a person, but not what could be misused."""
    rows = Sealed.objects.filter(
        community_id=person.community_id, owner_kind="person", owner_id=person.id
    ).order_by("kind", "position")
    first: dict[str, str] = {}
    for row in rows:
        first.setdefault(row.kind, vault.unseal(row))
    return Shown(mask_id(first.get(Sealed.ID_NUMBER, "")), mask_phone(first.get(Sealed.PHONE, "")))
