"""The cast itself: everybody's tests stand on it."""

from __future__ import annotations

from linli.loops import rights
from linli.registry import vault
from linli.registry.models import Dwelling, Person, Sealed
from linli.roster.duties import DUTIES
from tests.town import T0, Town, make_town


def test_the_town_has_twenty_doors_thirty_people_and_somebody_on_duty_for_everything(town: Town) -> None:
    assert (Dwelling.objects.count(), Person.objects.count(), Sealed.objects.count()) == (20, 30, 60)
    for duty in DUTIES:
        scope = town.door["A 3-1-101"].path
        holders = rights.book().holders(duty, community_id=town.id, scope=scope, at=T0)
        assert holders[0] == town.staff[duty], duty


def test_identity_numbers_of_the_cast_are_found_again_through_the_vault(town: Town) -> None:
    for name, known in town.facts.items():
        assert vault.owners("id_number", known.id_number, community_id=town.id) == [town.person[name].id]
    assert len({f.phone for f in town.facts.values()}) == 30


def test_two_towns_share_doors_but_not_people(town: Town) -> None:
    other = make_town("hpl", "和平里社区")
    assert set(other.door) == set(town.door)
    assert not set(other.person) & set(town.person)
