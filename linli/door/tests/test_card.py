"""Whoever finds a resident's card and scans it learns what it is, and nothing else; the house learns nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from linli.base.clock import now
from linli.codes import issuing
from linli.codes.address import card_url
from linli.codes.models import Kind
from linli.door import card_screens
from tests.town import make_town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def patient() -> None:
    card_screens.KNOCKS.forget()


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "没有收到卡上的码"), ("en", "did not receive the code")]
)
def test_every_card_leads_to_the_same_page_which_reads_no_code(language: str, said: str) -> None:
    town, client = make_town(), Client(headers={"accept-language": language})
    who = town.person["陆青禾"]
    code = issuing.issue(Kind.PERSON, who.pk, community_id=town.id, at=now())
    path = card_url(code.token).partition("#")[0].removeprefix("http://localhost:8000")
    assert card_url(code.token).endswith(f"/p#{code.token}")
    for address in ("/p", "/P"):
        answer = client.get(address)
        page = answer.content.decode()
        assert (answer.status_code, answer["Cache-Control"], len(answer.content) < 30_000) == (
            200,
            "no-store",
            True,
        )
        assert said in page
        assert town.community.name in page
        assert [w for w in (code.token, code.short_code, who.name) if w in page] == []
    assert path.endswith("/p")
    assert client.get(f"/p/{code.token}").status_code == 404


def test_where_there_are_several_communities_the_page_says_none_of_them() -> None:
    town, other = make_town(), make_town("other", "别的社区")
    page = Client().get("/p").content.decode()
    assert town.community.name not in page
    assert other.community.name not in page
