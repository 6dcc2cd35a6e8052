"""The first page: only who reads the terminal may make the house, once, and then it is closed for ever."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection
from django.test import Client

from linli.desk import first_run
from linli.registry.models import Community
from linli.roster.models import Shift, User
from tests.town import T0, make_town

ANSWERS = {
    "name": "香阅四季社区",
    "street": "五马街道",
    "shown_name": "段秋实",
    "username": "duan.qiushi",
    "password": "april-is-a-long-night",
}


@pytest.fixture(autouse=True)
def fresh() -> None:
    first_run._place().unlink(missing_ok=True)


def passed() -> Client:
    """A browser that has typed the code."""
    client = Client()
    assert client.post("/first/", {"code": first_run.code()}).status_code == 302
    return client


def test_an_empty_house_leads_to_the_first_page(db: None) -> None:
    answer = Client().get("/", follow=True)
    assert answer.redirect_chain == [("/first/", 302)]
    assert "口令" in answer.content.decode()


def test_the_code_is_for_its_owner_only_and_stays_the_same(db: None) -> None:
    code = first_run.code()
    assert re.fullmatch("[2-9A-HJ-NP-Z]{10}", code)
    assert first_run.code() == code
    assert first_run._place().stat().st_mode & 0o777 == 0o600
    assert first_run.is_code(f" {code[:5].lower()}-{code[5:]} ")


def test_without_the_code_nothing_is_made(db: None) -> None:
    first_run.code()
    client = Client()
    assert client.post("/first/", ANSWERS).status_code == 422
    assert client.post("/first/", {"code": "AAAAA-AAAAA"}).status_code == 422
    assert client.post("/first/", {"demo": "1"}).status_code == 422
    assert (Community.objects.count(), User.objects.count()) == (0, 0)


def test_guessing_is_slowed_down(db: None) -> None:
    first_run.code()
    client = Client()
    answers = [client.post("/first/", {"code": f"AAAAA-AAA{n:02}"}).status_code for n in range(12)]
    assert answers == [422] * 10 + [429] * 2


def test_the_first_administrator_is_director_from_now_on_and_signed_in(db: None) -> None:
    client = passed()
    answer = client.post("/first/", ANSWERS)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/first/done/")
    assert client.get("/first/done/").status_code == 200
    community, user = Community.objects.get(), User.objects.get()
    assert (community.slug, community.name, community.is_drill) == ("xysj", "香阅四季社区", False)
    shift = Shift.objects.get()
    assert (shift.user, shift.duty, shift.scope, shift.ends_at) == (user, "director", "xysj/", None)
    assert user.must_secure


def test_it_is_closed_for_ever_after(db: None) -> None:
    client = passed()
    client.post("/first/", ANSWERS)
    assert not first_run._place().exists()
    assert client.get("/first/").status_code == 404
    assert client.post("/first/", ANSWERS).status_code == 404
    assert Client().get("/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")


def test_a_house_that_has_a_community_never_opens_it(db: None) -> None:
    make_town(nobody_known=True)
    assert Client().get("/first/").status_code == 404
    assert Client().post("/first/", {"code": first_run.code()}).status_code == 404


def test_mistakes_are_said_at_once_and_nothing_is_made(db: None) -> None:
    client = passed()
    answer = client.post("/first/", {**ANSWERS, "username": "段 秋实", "password": "short", "name": ""})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "username", "password"}
    assert Community.objects.count() == 0
    assert first_run._place().exists()


def test_two_browsers_at_once_make_one_house(transactional_db: None) -> None:
    code, made, refused = first_run.code(), [], []
    assert code

    def make(n: int) -> None:
        try:
            made.append(first_run.create(**{**ANSWERS, "username": f"duan{n}"}, at=T0))
        except first_run.AlreadyMade:
            refused.append(n)
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused), Community.objects.count(), User.objects.count()) == (1, 3, 1, 1)


@pytest.mark.parametrize(
    ("name", "slug"),
    [("香阅四季社区", "xysj"), ("漳泽社区", "zz"), ("Oak Street", "oakstreet"), ("!!!", "shequ")],
)
def test_the_slug_comes_from_the_name(name: str, slug: str) -> None:
    assert first_run.slug_for(name) == slug
