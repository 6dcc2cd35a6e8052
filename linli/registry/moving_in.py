"""The rows of a register become doors, households and people: found again by number, else by name at the same door."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from linli.registry import vault
from linli.registry.bulk import Bulk
from linli.registry.ground import Address, Ground
from linli.registry.intake import Outcome, Row, identity
from linli.registry.kinds import Batch, Item, Result
from linli.registry.names import tight
from linli.registry.needs import key_of
from linli.registry.people import NAME_KEYS, Household, Person, Sealed, SpecialNeed
from linli.registry.places import Dwelling

TAKEN = (Outcome.CREATE, Outcome.REVIEW_CELL)
SEXES = {"男": "1", "女": "2"}
YES_NO = {"有": True, "无": False}

PEOPLE, HOUSEHOLDS, NEEDS = Bulk(Person), Bulk(Household), Bulk(SpecialNeed)

_DAY = re.compile(r"(20\d\d)[-年./](\d{1,2})[-月./](\d{1,2})日?\s*(?:出?生)")
_MUTABLE = (
    "household_id", "standing", "name", *NAME_KEYS, "sex", "birth_on", "relation", "id_type", "workplace", "smartphone",
    "doses", "last_dose_on", "note", "path", "updated_at",
)  # fmt: skip


def address_of(row: Row) -> Address:
    """The door of a row, as far as it is sure."""
    return Address(*(row.sure(k) for k in ("compound", "building", "unit", "room")))


def birth_of(row: Row, number: str) -> date | None:
    """The birthday: the number says it, or the note of a newborn child that has none."""
    if identity.valid(number):
        return identity.born(number)
    found = None if number else _DAY.search(row.values.get("note", ""))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def facts_of(item: Item, number: str) -> dict[str, Any]:
    """What a row says for sure about a person, by field; what it leaves empty is not in it."""
    row, values = item.row, item.row.values
    told: dict[str, Any] = {
        "name": values.get("name", "")[:100],
        "sex": SEXES.get(row.sure("sex"), ""),
        "birth_on": birth_of(row, number),
        "relation": row.sure("relation")[:20],
        "id_type": row.sure("id_type")[:20],
        "workplace": values.get("workplace", "")[:60],
        "smartphone": YES_NO.get(row.sure("smartphone")),
        "doses": int(d) if (d := row.sure("doses")).isdigit() else None,
        "last_dose_on": date.fromisoformat(d) if (d := row.sure("last_dose")) else None,
        "note": values.get("note", ""),
    }
    if item.decisions.get("person_deceased") == "accept":
        told["standing"] = Person.DECEASED
    return {k: v for k, v in told.items() if v not in ("", None)}


def move_in(batch: Batch) -> None:
    """Keep the rows of a register (`kinds.Apply`)."""
    if "ground" not in batch.memory:
        batch.memory["ground"] = Ground(batch.community)
    items = [i for i in batch.items if _is_taken(i)]
    before = {i.position: address_of(i.row) for i in items}
    ground: Ground = batch.memory["ground"]
    doors = ground.doors(before.values())
    moving = Moving(batch, doors, {d.id: d for d in ground.raised.values()})
    moving.look_around([i for i in items if i.outcome in TAKEN])
    for item in items:
        _one(moving, item, doors.get(before[item.position]))
    moving.write()


def _is_taken(item: Item) -> bool:
    """Whether anything of the row goes into the register; the others hear why not."""
    if item.outcome is Outcome.SKIP:
        item.came_to(Result.SKIPPED)
    elif item.outcome is Outcome.REVIEW:
        item.came_to(Result.HELD)
    return item.result is None


def _one(moving: Moving, item: Item, dwelling: Dwelling | None) -> None:
    if item.outcome is Outcome.MERGE:
        number = item.row.sure("id_no")
        known = moving.by_number.get(vault.blind(Sealed.ID_NUMBER, number)) if number else None
        item.came_to(Result.MERGED, known.id if known else None)
    elif dwelling is None:
        item.came_to(Result.REFUSED, why="door")
    elif item.outcome is Outcome.DWELLING_ONLY:
        fresh = dwelling.id in moving.raised
        item.came_to(Result.CREATED if fresh else Result.UNCHANGED, dwelling.id)
    elif not item.row.values.get("name"):
        item.came_to(Result.REFUSED, why="name")
    else:
        moving.take(item, dwelling)


@dataclass
class Moving:
    """One batch on its way: who is known already, who is new, who changed."""

    batch: Batch
    doors: dict[Address, Dwelling]
    raised: dict[UUID, Dwelling]  # of the doors, those that are new: nobody lives there yet
    by_number: dict[bytes, Person] = field(default_factory=dict)
    at_door: dict[UUID, list[Person]] = field(default_factory=dict)
    households: dict[UUID, Household] = field(default_factory=dict)  # by door
    founded: dict[UUID, Household] = field(default_factory=dict)
    renamed: dict[UUID, Household] = field(default_factory=dict)
    sealed: dict[tuple[UUID, str], list[bytes]] = field(default_factory=dict)
    needs: dict[UUID, set[str]] = field(default_factory=dict)
    claimed: set[UUID] = field(default_factory=set)
    new: list[Person] = field(default_factory=list)
    changed: dict[UUID, Person] = field(default_factory=dict)
    to_seal: list[Sealed] = field(default_factory=list)
    to_unseal: list[tuple[UUID, str]] = field(default_factory=list)
    new_needs: list[SpecialNeed] = field(default_factory=list)
    left: set[UUID] = field(default_factory=set)
    moved: set[UUID] = field(default_factory=set)
    blinds: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def look_around(self, items: list[Item]) -> None:
        """Everybody these rows can mean: whose number they carry, and who lives behind their doors."""
        community = self.batch.community
        here = [d.id for d in self.doors.values() if d.id not in self.raised]
        blinds = [self._blind(Sealed.ID_NUMBER, n) for i in items if (n := i.row.sure("id_no"))]
        numbers = Sealed.objects.filter(
            community=community, kind=Sealed.ID_NUMBER, owner_kind="person", blind__in=blinds
        )
        owner = {bytes(b): o for b, o in numbers.values_list("blind", "owner_id")}
        people = Person.objects.filter(community=community).select_related("household")
        known = {p.id: p for p in people.filter(household__dwelling__in=here)}
        known |= {p.id: p for p in people.filter(pk__in=set(owner.values()) - set(known))}
        self.by_number = {blind: known[o] for blind, o in owner.items() if o in known}
        for person in known.values():
            if person.household:
                self.at_door.setdefault(person.household.dwelling_id, []).append(person)
        rows = Sealed.objects.filter(community=community, owner_kind="person", owner_id__in=known).order_by(
            "position"
        )
        for owner_id, kind, blind in rows.values_list("owner_id", "kind", "blind"):
            self.sealed.setdefault((owner_id, kind), []).append(bytes(blind))
        for person_id, need in SpecialNeed.objects.filter(community=community, person__in=known).values_list(
            "person", "kind"
        ):
            self.needs.setdefault(person_id, set()).add(need)
        self.households = {
            h.dwelling_id: h for h in Household.objects.filter(community=community, dwelling__in=here)
        }

    def take(self, item: Item, dwelling: Dwelling) -> None:
        """Keep one person of the register behind this door."""
        number = item.row.sure("id_no")
        facts = facts_of(item, number)
        blind = self._blind(Sealed.ID_NUMBER, number) if number else b""
        again = (
            item.decisions.get("twice_with_damaged_id") == "accept"
        )  # somebody looked: it is the same person
        person = self.by_number.get(blind) or self._by_name(
            facts, dwelling, has_number=bool(number), again=again
        )
        is_new = person is None
        person = person or self._newcomer(dwelling)
        self.claimed.add(person.id)
        told = self._tell(person, facts, item, dwelling)
        sealed = self._seal(person, Sealed.ID_NUMBER, [number] if number else [])
        sealed |= self._seal(person, Sealed.PHONE, [p for p in item.row.sure("phone").split("、") if p])
        needs = self._need(person, item.row.sure("groups"))
        if blind:
            self.by_number[blind] = person
        if is_new:
            item.came_to(Result.CREATED, person.id)
            return
        if told or sealed or needs:
            person.updated_at = self.batch.at
            self.changed[person.id] = person
        item.came_to(Result.UPDATED if told or sealed or needs else Result.UNCHANGED, person.id)

    def _by_name(
        self, facts: dict[str, Any], dwelling: Dwelling, *, has_number: bool, again: bool
    ) -> Person | None:
        """Somebody of this name behind this door, if neither number nor birthday speaks against it; each only once."""
        key, born = tight(facts["name"]), facts.get("birth_on")
        for person in self.at_door.get(dwelling.id, ()):
            same = tight(person.name) == key and (again or person.id not in self.claimed)
            numbered = has_number and (person.id, Sealed.ID_NUMBER) in self.sealed
            if same and not numbered and (not born or not person.birth_on or born == person.birth_on):
                return person
        return None

    def _newcomer(self, dwelling: Dwelling) -> Person:
        at = self.batch.at
        person = PEOPLE.new(community_id=self.batch.community.id, created_at=at, updated_at=at, path="")
        self.new.append(person)
        self.at_door.setdefault(dwelling.id, []).append(person)
        return person

    def _tell(self, person: Person, facts: dict[str, Any], item: Item, dwelling: Dwelling) -> bool:
        """Write what the row says into the person. Returns whether anything changed."""
        household = self._household(dwelling, item)
        if person.household_id and person.household and person.household_id != household.id:
            self.left.add(person.household.dwelling_id)
        facts |= {"household_id": household.id, "path": dwelling.path}
        if person.standing in (Person.EXPECTED, Person.LEFT):
            facts.setdefault("standing", Person.RESIDENT)
        changed = {k: v for k, v in facts.items() if getattr(person, k) != v}
        for key, value in changed.items():
            setattr(person, key, value)
        if "household_id" in changed:
            self.moved.add(dwelling.id)
        return bool(changed)

    def _household(self, dwelling: Dwelling, item: Item) -> Household:
        told = {"head_name": item.row.sure("head")[:50], "tenure": item.row.sure("tenure")[:20]}
        household = self.households.get(dwelling.id)
        if household is None:
            household = HOUSEHOLDS.new(community_id=self.batch.community.id, dwelling_id=dwelling.id)
            self.households[dwelling.id] = self.founded[household.id] = household
        for key, value in told.items():
            if value and getattr(household, key) != value:
                setattr(household, key, value)
                self.renamed[household.id] = household
        return household

    def _seal(self, person: Person, kind: str, texts: list[str]) -> bool:
        """Make these the values of one kind, unless they are already. Nothing told changes nothing."""
        texts = list(dict.fromkeys(texts))
        blinds = [self._blind(kind, t) for t in texts]
        have = self.sealed.get((person.id, kind), [])
        if not texts or blinds == have:
            return False
        if have:
            self.to_unseal.append((person.id, kind))
        self.sealed[person.id, kind] = blinds
        self.to_seal += [
            vault.sealed(
                text,
                community_id=person.community_id,
                owner_kind="person",
                owner_id=person.id,
                kind=kind,
                position=n,
                blinded=blinds[n],
            )
            for n, text in enumerate(texts)
        ]
        return True

    def _blind(self, kind: str, text: str) -> bytes:
        """`vault.blind`, remembered for this batch only."""
        found = self.blinds.get((kind, text))
        if found is None:
            found = self.blinds[kind, text] = vault.blind(kind, text)
        return found

    def _need(self, person: Person, groups: str) -> bool:
        wanted = {key_of(g) for g in groups.split("、") if g}
        missing = wanted - self.needs.get(person.id, set())
        self.needs.setdefault(person.id, set()).update(missing)
        self.new_needs += [
            NEEDS.new(community_id=self.batch.community.id, person_id=person.id, kind=kind)
            for kind in sorted(missing)
        ]
        return bool(missing)

    def write(self) -> None:
        """Everything in as few statements as there are tables."""
        community = self.batch.community
        for door in self.moved & self.raised.keys():
            self.raised[door].vacant = False
        self.batch.memory["ground"].write()
        HOUSEHOLDS.insert(list(self.founded.values()))
        renamed = [h for h in self.renamed.values() if h.id not in self.founded]
        HOUSEHOLDS.update(renamed, ("head_name", "tenure"))
        PEOPLE.insert(self.new)
        PEOPLE.update(list(self.changed.values()), _MUTABLE)
        for owner_id, kind in self.to_unseal:
            Sealed.objects.filter(
                community=community, owner_kind="person", owner_id=owner_id, kind=kind
            ).delete()
        vault.NUMBERS.insert(self.to_seal)
        NEEDS.insert(self.new_needs)
        self._note_vacancy()

    def _note_vacancy(self) -> None:
        doors = Dwelling.objects.filter(community=self.batch.community)
        if old := self.moved - self.raised.keys():
            doors.filter(pk__in=old, vacant=True).update(vacant=False)
        if self.left:
            somebody = Person.objects.filter(
                community=self.batch.community, household__dwelling=OuterRef("pk")
            )
            doors.filter(~Exists(somebody), pk__in=self.left).update(vacant=True)
