"""A number left at a door is found again without being known, and read by one person with a reason."""

from __future__ import annotations

import pytest

from linli.base.ids import uuid7
from linli.registry import strangers, vault
from linli.registry.models import Reading
from tests.town import T0, make_town

pytestmark = pytest.mark.django_db


def test_a_number_is_one_however_it_is_typed_and_a_wrong_one_is_none() -> None:
    for said in ("139 0004-9901", "+86 13900049901 ", "13900049901", "008613900049901"):
        assert strangers.number_of(said) == ("phone", "13900049901")
    assert strangers.key_of("139 0004-9901") == strangers.key_of("13900049901")
    assert len(strangers.key_of("13900049901") or b"") == 16
    for wrong in ("", "1390004990", "张三", "11010519900101991X", "1" * 18):
        assert strangers.number_of(wrong) is None
        assert strangers.key_of(wrong) is None
        assert strangers.enclosed(wrong, about=uuid7()) == b""


def test_somebody_of_the_register_is_known_by_every_number_and_strangers_are_left_out() -> None:
    town = make_town()
    who = town.person["陆青禾"]
    keys = strangers.keys_of(who.pk, community_id=town.id)
    assert keys[0] == who.pk.bytes
    assert len(keys) >= 2
    stranger = strangers.key_of("13900049901")
    assert stranger
    assert strangers.people_of([*keys[1:], stranger], community_id=town.id) == dict.fromkeys(keys[1:], who.pk)


def test_a_number_opens_for_its_visit_only_and_the_reading_is_logged() -> None:
    town, visit = make_town(), uuid7()
    blob = strangers.enclosed("13900049901", about=visit)
    assert b"13900049901" not in blob
    told = {"community_id": town.id, "reader": town.health, "reason": "告知接触", "at": T0}
    assert strangers.disclosed(blob, about=visit, **told) == "13900049901"
    read = Reading.objects.get(owner_id=visit)
    assert (read.owner_kind, read.reason, read.reader_name) == ("scan", "告知接触", town.health.shown_name)
    with pytest.raises(vault.Unreadable):
        strangers.disclosed(blob, about=uuid7(), **told)
