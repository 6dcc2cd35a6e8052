"""The rows of a list of volunteers: numbered in the order they came, found again by name and telephone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linli.registry.announce import Described, find_person
from linli.registry.intake import Known, Outcome, Row, slots
from linli.registry.kinds import Batch, Item, Result
from linli.registry.models import Community, Person
from linli.registry.names import keys_of
from linli.registry.phones import keep_phones, owners_of
from linli.roster.models import Volunteer

TAKEN = (Outcome.CREATE, Outcome.REVIEW_CELL)
ACTIVE, PAUSED = "active", "paused"
SEXES = {"男": "1", "女": "2"}


def keep_volunteers(batch: Batch) -> None:
    """Keep the rows of a list of volunteers (`kinds.Apply`).

    Somebody under age is on the list and paused: nobody can put them on a shift until a person decides.
    """
    for item in batch.items:
        minor = any(d.kind == "under_age" for d in item.row.defects) and item.outcome is Outcome.REVIEW
        if item.outcome is Outcome.SKIP:
            item.came_to(Result.SKIPPED)
        elif item.outcome is Outcome.MERGE:
            item.came_to(Result.MERGED)
        elif item.outcome not in TAKEN and not minor:
            item.came_to(Result.HELD)
        elif not item.row.values.get("name"):
            item.came_to(Result.REFUSED, why="name")
        else:
            _keep(batch.community, item, PAUSED if minor else ACTIVE)


def _keep(community: Community, item: Item, standing: str) -> None:
    phones = _phones(item.row)
    facts = _facts(community, item.row, phones)
    volunteer = known(community, facts["name"], phones, facts["compound_name"])
    if volunteer is None:
        number = next_number(community)
        volunteer = Volunteer.objects.create(community=community, number=number, standing=standing, **facts)
        keep_phones(phones, community_id=community.id, owner_kind="volunteer", owner_id=volunteer.id)
        item.came_to(Result.CREATED, volunteer.id)
        return
    if volunteer.standing == PAUSED and standing == ACTIVE:
        facts["standing"] = ACTIVE
    changed = {k: v for k, v in facts.items() if v not in ("", None, []) and getattr(volunteer, k) != v}
    for key, value in changed.items():
        setattr(volunteer, key, value)
    if changed:
        volunteer.save(update_fields=list(changed))
    called = keep_phones(phones, community_id=community.id, owner_kind="volunteer", owner_id=volunteer.id)
    item.came_to(Result.UPDATED if changed or called else Result.UNCHANGED, volunteer.id)


def _phones(row: Row) -> list[str]:
    return [p for p in row.sure("phone").split("、") if p]


def _facts(community: Community, row: Row, phones: list[str]) -> dict[str, Any]:
    values = row.values
    name = values.get("name", "")[:50]
    return {
        "name": name,
        "pinyin": keys_of(name).pinyin,
        "sex": SEXES.get(row.sure("sex"), ""),
        "person": _resident(community, row, phones),
        "compound_name": values.get("compound", "")[:40],
        "roles": [r for r in (row.sure("roles") or values.get("roles", "")).split("、") if r],
        "availability": availability_of(row.sure("availability")),
        "trained": {"是": True, "否": False}.get(row.sure("training")),
        "vehicle": row.sure("vehicle")[:40],
        "note": values.get("note", "")[:500],
    }


def availability_of(text: str) -> list[dict[str, Any]]:
    """`周一至周五 18:00-21:00` as the roster keeps it: ISO weekdays, begin and end on the wall clock."""
    return [
        {"days": [d + 1 for d in slot.days], "from": f"{slot.begin:%H:%M}", "to": _end(slot.end)}
        for slot in (slots(text) if text else [])
    ]


def _end(end: Any) -> str:
    return "24:00" if end == end.max else f"{end:%H:%M}"


def _resident(community: Community, row: Row, phones: list[str]) -> Person | None:
    """The same person in the register: by number, else by name and telephone together."""
    who = Described(name=row.values.get("name", ""), id_number=row.sure("id_no"), phones=tuple(phones))
    return find_person(community.id, who).person


def known(community: Community, name: str, phones: list[str], compound: str = "") -> Volunteer | None:
    """A volunteer of this name with one of these telephones; without any telephone, of this name and compound."""
    named = Volunteer.objects.filter(community=community, name=name)
    if phones:
        owners = owners_of(phones, community_id=community.id, owner_kind="volunteer")
        return named.filter(pk__in=owners).first()
    return named.filter(compound_name=compound).first()


def next_number(community: Community) -> str:
    """V001 and on. Two imports of one community never run at once; two hands at the desk meet the constraint."""
    numbers = Volunteer.objects.filter(community=community, number__regex=r"^V\d+$").values_list(
        "number", flat=True
    )
    return f"V{max((int(n[1:]) for n in numbers), default=0) + 1:03d}"


def answers(community: Community, at: datetime) -> Mapping[str, Any]:
    """What the reader of a list of volunteers may ask: how old the register says somebody is."""

    def person_by_phone(name: str, phone: str) -> Known | None:
        found = find_person(community.id, Described(name=name, phones=(phone,))).person
        return Known(name=found.name, birth=str(found.birth_on or "")) if found else None

    return {"person_by_phone": person_by_phone}


def is_volunteer(community: Community, name: str, phone: str) -> bool:
    """Whether somebody of this name with this telephone is on the list of volunteers."""
    return known(community, name, [phone]) is not None if phone else False
