"""Cards of residents without a phone: printed twice they are one code, a lost one opens nothing any more."""

from __future__ import annotations

import re

import pypdfium2 as pdfium
import pytest
from django.test import Client
from django.urls import reverse

from linli.base.clock import now
from linli.codes import issuing
from linli.codes.cards.residents import HAVE_NONE
from linli.codes.models import Code, Kind
from linli.codes.token import grouped
from linli.desk import card_screens
from linli.registry.models import Person
from tests.town import make_town

pytestmark = pytest.mark.django_db


def words_of(pdf: bytes) -> str:
    return str(pdfium.PdfDocument(pdf)[0].get_textpage().get_text_range())


def test_a_card_is_printed_again_with_the_same_code_and_replaced_when_it_is_lost() -> None:
    town = make_town()
    who = town.person["陆青禾"]
    client, url = Client(), reverse("desk-person-card", args=[who.pk])
    client.force_login(town.desk)
    said = [words_of(client.post(url).content) for _ in range(2)]
    first = Code.objects.get()
    assert (first.kind, first.subject) == (Kind.PERSON, who.pk)
    assert all(grouped(first.short_code) in words and "陆*禾" in words for words in said)
    assert "陆青禾" not in said[0] and town.facts["陆青禾"].phone not in said[0]
    Code.objects.update(issued_at=now() - 2 * card_screens.AGAIN)
    for _ in range(2):  # an impatient press prints the same new card
        words = words_of(client.post(url, {"do": "lost"}).content)
    fresh = issuing.live(Kind.PERSON, who.pk, community_id=town.id)
    assert fresh and fresh != first and grouped(fresh.short_code) in words
    assert Code.objects.count() == 2
    home = who.household and who.household.dwelling
    assert home
    answer = client.post(reverse("desk-door-cards", args=[home.pk]))
    assert answer["Content-Disposition"] == 'inline; filename="cards.pdf"'
    assert grouped(fresh.short_code) in words_of(answer.content)
    client.force_login(town.patrol)
    assert client.post(url).status_code == 403


def test_a_building_is_a_sheet_a_list_and_everybodys_card() -> None:
    town = make_town()
    who = town.person["陆青禾"]
    home = who.household and who.household.dwelling
    assert home
    client, url = Client(), reverse("desk-cards")
    client.force_login(town.desk)
    living = Person.objects.filter(household__dwelling__building=home.building).exclude(
        standing__in=HAVE_NONE
    )
    said = {"buildings": [str(home.building_id)], "who": "all"}
    for kind in ("card", "small", "badge", "household"):
        file = pdfium.PdfDocument(client.post(url, {**said, "kind": kind}).content)
        pages = [re.sub(r"\s", "", file[n].get_textpage().get_text_range()) for n in range(len(file))]
        codes = {grouped(code.short_code) for code in Code.objects.all()}
        assert len(codes) == living.count() > 1
        assert f"{home.compound.name}{home.building.number}号楼" in pages[0]
        assert [code for code in codes if code not in pages[1] or code not in "".join(pages[2:])] == []
        assert "陆*禾" in "".join(pages) and "陆青禾" not in "".join(pages)
    issuing.revoke(Kind.PERSON, who.pk, community_id=town.id, at=now())
    assert (
        f"{living.count()} 人,1 人还没有卡"
        in client.get(url, headers={"accept-language": "zh-hans"}).content.decode()
    )
    one = words_of(client.post(url, {**said, "kind": "card", "who": "new"}).content)
    assert "1 张卡" in one
    client.force_login(town.patrol)
    assert (client.get(url).status_code, client.post(url, said).status_code) == (403, 403)


def test_nothing_chosen_and_another_communitys_building_print_nothing() -> None:
    town, other = make_town(), make_town("other", "别的社区")
    home = other.person["陆青禾甲"].household
    assert home
    client, url = Client(), reverse("desk-cards")
    client.force_login(town.desk)
    for said in (
        {},
        {"kind": "card", "who": "all"},
        {"buildings": [str(home.dwelling.building_id)], "kind": "card", "who": "all"},
    ):
        assert client.post(url, {"x": "1", **said}).status_code == 422
    assert Code.objects.count() == 0
