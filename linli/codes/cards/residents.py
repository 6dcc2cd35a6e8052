"""The cards of people in the register: a code for whoever has none, a masked name, the door; and what a run says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from linli.codes import issuing
from linli.codes.address import card_address
from linli.codes.cards.front import Words
from linli.codes.cards.layout import Kind as Layout
from linli.codes.cards.order import Card, in_order
from linli.codes.cards.writing import Run, write
from linli.codes.models import Kind
from linli.registry.models import Community, Person

HAVE_NONE = (Person.LEFT, Person.DECEASED)
HOME = ("household__dwelling__compound", "household__dwelling__building", "household__dwelling__unit")
"""What `select_related` must bring along."""

_NOWHERE = ("", "", "", "")


def cards_of(people: Iterable[Person], *, community: Community, at: datetime) -> list[Card]:
    """In the order in which they are handed out. Who moved away or died gets none; printed again it is the same code."""
    there = [who for who in people if who.standing not in HAVE_NONE]
    codes = issuing.issue_all(Kind.PERSON, [who.pk for who in there], community_id=community.pk, at=at)
    return in_order(
        Card(
            codes[who.pk].token,
            codes[who.pk].short_code,
            who.masked_name,
            _place(who),
            0 if who.relation == "户主" else 1,
        )
        for who in there
    )


def printed(
    cards: Iterable[Card], layout: Layout, *, community: Community, title: str, at: datetime, lists: bool
) -> bytes:
    """The file. `title` names the run, never a person. Raises ValueError where the house's address is too long."""
    file = BytesIO()
    run = Run(
        kind=layout,
        address=card_address(),
        words=Words(community=community.name, phone=community.phone),
        title=title,
        made_at=at,
        lists=lists,
    )
    write(file, run, cards)
    return file.getvalue()


def _place(who: Person) -> tuple[str, str, str, str]:
    home = who.household.dwelling if who.household else None
    return (home.compound.name, home.building.number, home.unit.number, home.room) if home else _NOWHERE
