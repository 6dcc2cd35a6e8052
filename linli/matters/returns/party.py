"""Who comes along is told of in one breath and becomes a case each: a family of four is four people of one journey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from linli.loops.ledger import lock
from linli.loops.rights import Actor
from linli.matters.returns.models import Trip
from linli.matters.returns.notices import NoticeIn, Outcome, receive
from linli.matters.returns.trips import travel_together
from linli.registry.announce import Described, find_person, has_number
from linli.registry.models import Community, Person

UNNAMED = "同行人员"
"""Stands for somebody who comes along and whose name is not known yet."""


class Companion(NamedTuple):
    """Somebody who comes along; children need no number."""

    name: str
    id_number: str = ""


def receive_party(
    told: NoticeIn,
    companions: Sequence[Companion],
    *,
    community: Community,
    at: datetime,
    actor: Actor | None = None,
    unnamed: int = 0,
) -> list[Outcome]:
    """Take one telling of several people, all or none; the traveller first, then each companion in the order told.

    The same key again is the same telling. Somebody told of before, whoever told it, keeps the one case they have.
    `unnamed` are people who come along and have no name yet: they are counted with the traveller.
    """
    names = (told.who.name, *(c.name for c in companions))
    with transaction.atomic():
        lock(community.id)
        beside = (*names[1:], *[UNNAMED] * unnamed)
        first = receive(
            replace(told, companion_names=beside, companions=len(beside)),
            community=community,
            at=at,
            actor=actor,
        )
        outcomes = [first]
        for n, companion in enumerate(companions):
            outcomes.append(
                receive(
                    _beside(told, companion, n, names, first.trip), community=community, at=at, actor=actor
                )
            )
        travel_together([o.trip for o in outcomes if o.trip])
        return outcomes


def _beside(told: NoticeIn, who: Companion, n: int, names: Sequence[str], first: Trip | None) -> NoticeIn:
    """The same way home for one who comes along."""
    described = Described(name=who.name, id_number=who.id_number).spelt
    known, doubts = _known(described, first) if first else (None, ())
    return replace(
        told,
        key=f"{told.key}:{n + 1}",
        who=described,
        person=known,
        companion_names=tuple(name for i, name in enumerate(names) if i != n + 1),
        companions=0,
        doubts=(*told.doubts, *doubts),
    )


def _known(who: Described, first: Trip) -> tuple[Person | None, tuple[str, ...]]:
    """Who is meant by a name alone: of the same journey told before, else of the same front door in the register."""
    if find_person(first.community_id, who).person:
        return None, ()
    travelling = Trip.objects.filter(community=first.community_id, party=first.party).exclude(pk=first.pk)
    along = _only([t.person for t in travelling.select_related("person").filter(person__name=who.name)], who)
    if along:
        return along, ()
    at_home = Person.objects.filter(
        community=first.community_id, household__dwelling=first.dwelling_id, name=who.name
    )
    found = _only(list(at_home.exclude(pk=first.person_id)), who) if first.dwelling_id else None
    return found, ("same_name_door",) if found else ()


def _only(people: Sequence[Person], who: Described) -> Person | None:
    """The one person it can be; two of one name, or another number, are for a human to look at."""
    could = [p for p in people if not (who.number and has_number(p))]
    return could[0] if len(could) == 1 else None
