"""Cards of residents without a phone: printed twice they are one code, a lost one opens nothing any more."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest
from django.test import Client
from django.urls import reverse

from linli.base.clock import now
from linli.codes import issuing
from linli.codes.models import Code, Kind
from linli.codes.token import grouped
from linli.desk import card_screens
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
