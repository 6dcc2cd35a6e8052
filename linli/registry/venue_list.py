"""The rows of a list of venues: found again by name and address, else by address and telephone."""

from __future__ import annotations

from typing import Any

from linli.registry.intake import Outcome, Row
from linli.registry.kinds import Batch, Item, Result
from linli.registry.phones import keep_phones, owners_of
from linli.registry.places import Community, Compound, Venue

TAKEN = (Outcome.CREATE, Outcome.REVIEW_CELL)


def keep_venues(batch: Batch) -> None:
    """Keep the rows of a list of venues (`kinds.Apply`)."""
    for item in batch.items:
        if item.outcome is Outcome.SKIP:
            item.came_to(Result.SKIPPED)
        elif item.outcome is Outcome.MERGE:
            item.came_to(Result.MERGED)
        elif item.outcome not in TAKEN:
            item.came_to(Result.HELD)
        elif not item.row.values.get("name"):
            item.came_to(Result.REFUSED, why="name")
        else:
            _keep(batch.community, item)


def _keep(community: Community, item: Item) -> None:
    row = item.row
    facts = _facts(row)
    phones = [p for p in row.sure("phone").split("、") if p]
    venue = _known(community, facts, phones)
    if venue is None:
        venue = Venue.objects.create(community=community, path=_path(community, row), **facts)
        keep_phones(phones, community_id=community.id, owner_kind="venue", owner_id=venue.id)
        item.came_to(Result.CREATED, venue.id)
        return
    changed = {k: v for k, v in facts.items() if v and getattr(venue, k) != v}
    for key, value in changed.items():
        setattr(venue, key, value)
    if changed:
        venue.save(update_fields=list(changed))
    called = keep_phones(phones, community_id=community.id, owner_kind="venue", owner_id=venue.id)
    item.came_to(Result.UPDATED if called or changed else Result.UNCHANGED, venue.id)


def _facts(row: Row) -> dict[str, Any]:
    values = row.values
    return {
        "name": values.get("name", "")[:60],
        "kind": (row.sure("type") or values.get("type", ""))[:30],
        "address": values.get("address", "")[:120],
        "manager": values.get("manager", "")[:50],
        "hours": [span.split("-", 1) for span in row.sure("hours").split("、") if span],
        "note": values.get("note", "")[:500],
    }


def _known(community: Community, facts: dict[str, Any], phones: list[str]) -> Venue | None:
    venues = Venue.objects.filter(community=community, address=facts["address"])
    if found := venues.filter(name=facts["name"]).first():
        return found
    owners = owners_of(phones, community_id=community.id, owner_kind="venue")
    return venues.filter(pk__in=owners).first() if facts["address"] else None


def _path(community: Community, row: Row) -> str:
    """The compound its address begins with, else the whole community: patrols are planned by compound."""
    address = row.values.get("address", "")
    for compound in Compound.objects.filter(community=community):
        if any(address.startswith(word) for word in (compound.name, *compound.aliases)):
            return f"{community.path}{compound.code}/"
    return community.path
