"""Venues as they enter the register, from a list or singly: found by name and address, else by address and telephone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from linli.registry.intake import Outcome, Row
from linli.registry.kinds import Batch, Item, Result
from linli.registry.phones import keep_phones, owners_of, sharing
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
    owners = owners_of(phones, community_id=community.id, owner_kind="venue")
    venue = _known(community, facts, owners)
    if venue is None:
        venue = Venue.objects.create(community=community, path=path_of(community, facts["address"]), **facts)
        keep_phones(phones, community_id=community.id, owner_kind="venue", owner_id=venue.id)
        item.came_to(Result.CREATED, venue.id)
        return
    changed = _learn(venue, facts)
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


def registered(
    community: Community,
    facts: dict[str, Any],
    *,
    phones: Sequence[str] = (),
    called_like: tuple[str, UUID] | None = None,
    meant: Venue | None = None,
) -> Venue:
    """The venue that is meant, brought up to date, or a new one. The caller holds the community's ledger lock.

    `called_like` is (kind, id) of who else has its telephone in the vault: an application, say. `meant` is the venue
    where somebody said which; the caller has seen to it that no other has the same name and address.
    """
    told = [phone for phone in phones if phone]
    owners = owners_of(told, community_id=community.id, owner_kind="venue")
    if called_like:
        owners += sharing(called_like, owner_kind="venue", community_id=community.id)
    venue = meant or _known(community, facts, owners)
    if venue is None:
        venue = Venue.objects.create(community=community, path=path_of(community, facts["address"]), **facts)
    else:
        _learn(venue, facts)
    keep_phones(told, community_id=community.id, owner_kind="venue", owner_id=venue.id)
    return venue


def _learn(venue: Venue, facts: dict[str, Any]) -> dict[str, Any]:
    """Write what is said and differs; returns it."""
    changed = {k: v for k, v in facts.items() if v and getattr(venue, k) != v}
    for key, value in changed.items():
        setattr(venue, key, value)
    if changed:
        venue.save(update_fields=list(changed))
    return changed


def _known(community: Community, facts: dict[str, Any], owners: Iterable[UUID]) -> Venue | None:
    """By name and address, else by address among those with its telephone."""
    venues = Venue.objects.filter(community=community, address=facts["address"])
    if found := venues.filter(name=facts["name"]).first():
        return found
    return venues.filter(pk__in=owners).first() if facts["address"] else None


def path_of(community: Community, address: str) -> str:
    """The compound an address begins with, else the whole community: patrols are planned by compound."""
    for compound in Compound.objects.filter(community=community):
        if any(address.startswith(word) for word in (compound.name, *compound.aliases)):
            return f"{community.path}{compound.code}/"
    return community.path
