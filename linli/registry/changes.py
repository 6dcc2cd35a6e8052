"""What a door says against the register, written into it: moved out, moved in, a telephone, a name, a special need.

Each function is safe to call again. The caller holds the community's ledger lock and has decided who may.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from linli.base.masks import mask_phone
from linli.registry import vault
from linli.registry.intake import Action
from linli.registry.intake import phones as phone_cells
from linli.registry.people import Household, Person, Sealed, SpecialNeed
from linli.registry.places import Dwelling

GONE, PHONE, NAME, NEED = "gone", "phone", "name", "need"
"""Facts about a person, as `marks` names them."""


def spelt_phone(written: str) -> str:
    """One telephone in the spelling that is kept; "" for what cannot be one."""
    cell = phone_cells.phones()(written)
    sure = all(defect.action is Action.REPAIR for defect in cell.defects)
    return cell.value if sure and "、" not in cell.value else ""


def living_at(dwelling_ids: Iterable[UUID], *, community_id: UUID) -> dict[UUID, list[Person]]:
    """Who is registered behind each door: the head of the household first, then by age."""
    found: dict[UUID, list[Person]] = defaultdict(list)
    rows = Person.objects.filter(
        community_id=community_id, standing=Person.RESIDENT, household__dwelling_id__in=list(dwelling_ids)
    )
    for person in sorted(rows.select_related("household"), key=_as_listed):
        assert person.household
        found[person.household.dwelling_id].append(person)
    return found


def _as_listed(person: Person) -> tuple[bool, str, UUID]:
    return (person.relation != "户主", str(person.birth_on or "9999"), person.pk)


def marks(person_ids: Iterable[UUID], *, community_id: UUID) -> dict[tuple[UUID, str], str]:
    """(person, fact) → a keyed digest of what the register says now. Three queries however many people."""
    people = list(Person.objects.filter(community_id=community_id, pk__in=list(person_ids)))
    ids = [person.pk for person in people]
    phones: dict[UUID, list[str]] = defaultdict(list)
    sealed = Sealed.objects.filter(
        community_id=community_id, owner_kind="person", owner_id__in=ids, kind=Sealed.PHONE
    )
    for owner_id, digest in sealed.order_by("position").values_list("owner_id", "blind"):
        phones[owner_id].append(bytes(digest).hex())
    needs: dict[UUID, set[str]] = defaultdict(set)
    held = SpecialNeed.objects.filter(community_id=community_id, person_id__in=ids)
    for person_id, kind in held.values_list("person_id", "kind"):
        needs[person_id].add(kind)
    found = {}
    for person in people:
        found[person.pk, GONE] = _mark(f"{person.standing} {person.household_id}")
        found[person.pk, PHONE] = _mark(" ".join(phones[person.pk]))
        found[person.pk, NAME] = _mark(person.name)
        found[person.pk, NEED] = _mark(" ".join(sorted(needs[person.pk])))
    return found


def mark_of_door(names: Sequence[str]) -> str:
    """The same for a door: who lives there, whatever the order."""
    return _mark("、".join(sorted(names)))


def _mark(text: str) -> str:
    """Keyed, so that nobody can guess a name or a telephone from it."""
    return vault.blind("mark", text).hex()


def fact_of_name(name: str) -> str:
    """Names a newcomer without saying who it is: equal names have equal digests."""
    return vault.blind("newcomer", name).hex()[:24]


def shown_phones(person_ids: Iterable[UUID], *, community_id: UUID) -> dict[UUID, str]:
    """The first telephone of each, masked to its last four digits, without opening it."""
    tails = vault.tails(person_ids, community_id=community_id)
    return {person: mask_phone("*" * 7 + tail) for person, tail in tails.items()}


def move_out(person: Person, *, at: datetime) -> bool:
    """They live here no more; a door behind which nobody is left is vacant. False when they had left already."""
    if person.standing == Person.LEFT:
        return False
    home = person.household.dwelling_id if person.household else None
    person.standing, person.household, person.updated_at = Person.LEFT, None, at
    person.save(update_fields=["standing", "household", "updated_at"])
    if (
        home
        and not Person.objects.filter(community_id=person.community_id, household__dwelling=home).exists()
    ):
        Dwelling.objects.filter(pk=home, community_id=person.community_id).update(vacant=True)
    return True


def move_in(dwelling: Dwelling, name: str, phones: Sequence[str], *, at: datetime) -> Person:
    """Somebody lives here now: whoever was expected under this name at this door, else a new resident."""
    household, _new = Household.objects.get_or_create(
        community_id=dwelling.community_id, dwelling=dwelling, defaults={"head_name": name[:50]}
    )
    known = Person.objects.filter(community_id=dwelling.community_id, path=dwelling.path, name=name)
    here = known.filter(household=household, standing=Person.RESIDENT).first()
    person = here or known.filter(standing=Person.EXPECTED).first() or _newcomer(dwelling, name, at)
    person.household, person.standing, person.updated_at = household, Person.RESIDENT, at
    person.save()
    Dwelling.objects.filter(pk=dwelling.pk, community_id=dwelling.community_id, vacant=True).update(
        vacant=False
    )
    for phone in phones:
        tell_phone(person, phone)
    return person


def _newcomer(dwelling: Dwelling, name: str, at: datetime) -> Person:
    return Person(
        community_id=dwelling.community_id, name=name[:100], path=dwelling.path, created_at=at, updated_at=at
    )


def tell_phone(person: Person, phone: str) -> bool:
    """This is their telephone now, in place of the first one. False when it was already."""
    rows = Sealed.objects.filter(
        community_id=person.community_id, owner_kind="person", owner_id=person.pk, kind=Sealed.PHONE
    ).order_by("position")
    have = [vault.unseal(row) for row in rows]
    if have[:1] == [phone]:
        return False
    others = [number for number in have[1:] if number != phone]
    vault.put(
        Sealed.PHONE,
        [phone, *others],
        community_id=person.community_id,
        owner_kind="person",
        owner_id=person.pk,
    )
    return True


def rename(person: Person, name: str, *, at: datetime) -> bool:
    """Their name was written wrongly. False when it is this one already."""
    if person.name == name:
        return False
    person.name, person.updated_at = name[:100], at
    person.save(update_fields=["name", "updated_at"])
    return True


def set_need(person: Person, kind: str, *, held: bool) -> bool:
    """They belong to this class of special needs, or no longer. False when nothing changed."""
    rows = SpecialNeed.objects.filter(community_id=person.community_id, person=person, kind=kind)
    if not held:
        return bool(rows.delete()[0])
    _row, new = SpecialNeed.objects.get_or_create(community_id=person.community_id, person=person, kind=kind)
    return new
