"""Sessions: a lost phone is signed out at once, nobody stays longer than a shift, and guessing is slowed down."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from linli.base import clock
from linli.roster.models import User
from tests.town import PASSWORD, Town, make_town

HTML = {"Accept": "text/html"}
PAGE = "/accounts/2fa/"


@pytest.fixture
def town(db: None) -> Town:
    return make_town(nobody_known=True)


def phone(user: User) -> Client:
    """A signed-in browser that has opened one page."""
    client = Client(headers={"User-Agent": "a phone"})
    answer = client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    assert client.get(PAGE, headers=HTML).status_code == 200
    return client


def is_out(client: Client) -> bool:
    return client.get(PAGE, headers=HTML).status_code == 302


def test_signing_in_needs_the_right_password(town: Town) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": town.desk.username, "password": "wrong-password"})
    assert answer.status_code == 200
    assert is_out(client)


def test_the_name_is_matched_without_regard_to_case(town: Town) -> None:
    client = Client()
    facts = {"login": f" {town.desk.username.upper()} ", "password": PASSWORD}
    assert client.post("/accounts/login/", facts).status_code == 302


@pytest.mark.parametrize(
    ("duty", "page"),
    [("patrol", "/field/"), ("delivery", "/field/"), ("desk", "/desk/"), ("health", "/desk/")],
)
def test_a_volunteer_lands_on_the_phone_and_the_office_at_the_desk(town: Town, duty: str, page: str) -> None:
    client = Client()
    user = town.staff[duty]
    answer = client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert answer["Location"] == page
    assert client.get("/")["Location"] == page
    asked = Client().post(
        "/accounts/login/?next=/accounts/devices/", {"login": user.username, "password": PASSWORD}
    )
    assert asked["Location"] == "/accounts/devices/"


def test_the_owner_signs_out_the_lost_phone(town: Town) -> None:
    lost, mine = phone(town.patrol), phone(town.patrol)
    device = UserSession.objects.get(session_key=lost.session.session_key)
    assert mine.post(f"/accounts/devices/{device.pk}/sign-out/").status_code == 302
    assert (is_out(lost), is_out(mine)) == (True, False)


def test_the_duty_desk_signs_out_somebody_elses_lost_phone(town: Town) -> None:
    lost, desk = phone(town.patrol), phone(town.desk)
    device = UserSession.objects.get(session_key=lost.session.session_key)
    assert desk.post(f"/desk/staff/{town.patrol.pk}/devices/{device.pk}/").status_code == 302
    assert (is_out(lost), is_out(desk)) == (True, False)


def test_nobody_signs_out_somebody_elses_phone_through_the_own_page(town: Town) -> None:
    victim, other = phone(town.patrol), phone(town.delivery)
    device = UserSession.objects.get(session_key=victim.session.session_key)
    assert other.post(f"/accounts/devices/{device.pk}/sign-out/").status_code == 404
    assert not is_out(victim)


def test_a_closed_account_is_out_on_its_next_request(town: Town) -> None:
    theirs, director = phone(town.patrol), phone(town.director)
    assert director.post(f"/desk/staff/{town.patrol.pk}/close/").status_code == 302
    assert is_out(theirs)


def test_the_director_cannot_lock_herself_out(town: Town) -> None:
    director = phone(town.director)
    director.post(f"/desk/staff/{town.director.pk}/close/")
    assert not is_out(director)


def test_a_session_ends_with_the_shift_however_busy_it_is(town: Town) -> None:
    client = phone(town.patrol)

    def after(hours: float) -> bool:
        """Whether it is out when it began so long ago."""
        session = client.session
        session["began_at"] = clock.now().timestamp() - hours * 3600
        session.save()
        return is_out(client)

    assert [after(hours) for hours in (4, 11.9, 12.1)] == [False, False, True]


def test_five_wrong_passwords_lock_the_name_and_not_the_neighbour(town: Town) -> None:
    client = Client()
    for n in range(5):
        client.post("/accounts/login/", {"login": town.desk.username, "password": f"wrong-{n}"})
    right = {"login": town.desk.username, "password": PASSWORD}
    assert client.post("/accounts/login/", right).status_code != 302
    neighbour = {"login": town.patrol.username, "password": PASSWORD}
    assert Client().post("/accounts/login/", neighbour).status_code == 302


def test_nobody_learns_which_names_exist(town: Town) -> None:
    def says(name: str) -> list[str]:
        answer = Client().post("/accounts/login/", {"login": name, "password": "wrong-password"})
        return list(answer.context["form"].non_field_errors())

    assert says(town.desk.username) == says("nobody.here") != []


def test_a_link_to_a_new_account_leaves_the_address_at_once(town: Town) -> None:
    director = phone(town.director)
    page = director.post("/desk/staff/new/", {"shown_name": "王敏", "username": "wang.min"})
    link = page.context["link"]
    visitor = Client()
    first = visitor.get(link)
    assert first.headers["Location"].endswith("/-/")
    assert visitor.get(first.headers["Location"]).status_code == 200
    done = visitor.post(first.headers["Location"], {"password": "my-own-long-sentence"})
    assert done.headers["Location"] == "/"
    assert not is_out(visitor)
    again = Client().get(link, follow=True)
    assert again.status_code == 410
