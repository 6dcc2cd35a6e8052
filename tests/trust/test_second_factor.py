"""Nobody works at the office with a password alone: right after sign-in a second factor is set up, then work goes on."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from linli.roster import second_factor
from linli.roster.matrix import STAFF, VOLUNTEERS
from linli.roster.models import User
from tests.town import PASSWORD, Town, make_town

HTML = {"Accept": "text/html"}
SET_UP = "/accounts/2fa/needed/"


@pytest.fixture
def town(db: None) -> Town:
    town = make_town(nobody_known=True)
    User.objects.update(must_secure=True)
    return town


def signed_in(user: User) -> Client:
    client = Client()
    answer = client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def digits(secret: str) -> str:
    """What an authenticator shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_the_table_says_who_works_at_the_office() -> None:
    assert set(STAFF) == second_factor.OFFICE
    assert second_factor.OFFICE.isdisjoint(VOLUNTEERS)


def test_from_signing_in_through_six_digits_to_where_one_wanted_to_go(town: Town) -> None:
    client = signed_in(town.desk)
    stopped = client.get("/desk/on-duty/", headers=HTML)
    assert (stopped.status_code, stopped.headers["Location"]) == (302, f"{SET_UP}?next=%2Fdesk%2Fon-duty%2F")
    page = client.get(stopped.headers["Location"], headers=HTML).content.decode()
    assert page.index("data-passkey") < page.index("/accounts/2fa/totp/activate/"), "the passkey comes first"
    form = client.get("/accounts/2fa/totp/activate/", headers=HTML).context["form"]
    shown = client.post("/accounts/2fa/totp/activate/", {"code": digits(form.secret)})
    assert shown.headers["Location"] == "/accounts/2fa/recovery-codes/"
    codes = client.get(shown.headers["Location"], headers=HTML)
    assert len(codes.context["unused_codes"]) == 10
    assert SET_UP in codes.content.decode(), "the way on"
    on = client.get(SET_UP, headers=HTML)
    assert on.headers["Location"] == "/desk/on-duty/"
    assert client.get("/desk/on-duty/", headers=HTML).status_code == 200
    assert not User.objects.get(pk=town.desk.pk).must_secure


def test_until_then_every_page_of_the_office_leads_there_and_the_way_out_stays_open(town: Town) -> None:
    client = signed_in(town.data_officer)
    for path in ("/desk/", "/desk/settings/", "/desk/people/", "/desk/staff/new/"):
        assert client.get(path, headers=HTML).headers["Location"].startswith(SET_UP), path
    for path in ("/healthz", "/accounts/devices/", "/accounts/2fa/", "/accounts/logout/", SET_UP):
        assert client.get(path, headers=HTML).status_code == 200, path
    assert client.post("/language/", {"language": "en"}).headers["Location"] == "/"
    assert client.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "asks", [{"Accept": "application/json"}, {"Accept": "text/event-stream"}, {"HX-Request": "true"}]
)
def test_a_script_hears_403_and_why(town: Town, asks: dict[str, str]) -> None:
    answer = signed_in(town.desk).get("/desk/live/", headers=asks)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (403, SET_UP)
    assert "两步验证" in answer.content.decode()


def test_json_without_the_second_factor_writes_nothing(town: Town) -> None:
    client = signed_in(town.director)
    answer = client.post("/desk/staff/new/", "{}", content_type="application/json")
    assert answer.status_code == 403
    assert User.objects.filter(username="").count() == 0


def test_volunteers_and_whoever_has_no_shift_are_not_asked(town: Town) -> None:
    assert signed_in(town.patrol).get("/desk/on-duty/", headers=HTML).status_code == 200
    town.desk.shifts.all().delete()
    assert signed_in(town.desk).get("/desk/settings/", headers=HTML).status_code == 200


def test_the_demo_is_not_asked_unless_it_shall_be(town: Town, settings: Any) -> None:
    town.community.is_drill = True
    town.community.save()
    client = signed_in(town.desk)
    assert client.get("/desk/on-duty/", headers=HTML).status_code == 200
    settings.DRILL_WITHOUT_SECOND_FACTOR = False
    assert client.get("/desk/on-duty/", headers=HTML).headers["Location"].startswith(SET_UP)


def test_whoever_takes_the_last_factor_away_is_asked_again(town: Town) -> None:
    client = signed_in(town.desk)
    answer = client.get("/accounts/2fa/totp/activate/", headers=HTML)
    form = answer.context["form"]
    client.post("/accounts/2fa/totp/activate/", {"code": digits(form.secret)})
    assert client.get("/desk/on-duty/", headers=HTML).status_code == 200
    asked = client.post("/accounts/2fa/totp/deactivate/").headers["Location"]
    assert asked.startswith("/accounts/reauthenticate/"), "the second time who is there must be proved again"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert Authenticator.objects.count() == 0
    assert client.get("/desk/on-duty/", headers=HTML).headers["Location"].startswith(SET_UP)


def test_the_director_takes_a_lost_factor_away_and_a_new_one_is_due(town: Town) -> None:
    User.objects.filter(pk=town.director.pk).update(must_secure=False)
    theirs, director = signed_in(town.desk), signed_in(town.director)
    form = theirs.get("/accounts/2fa/totp/activate/", headers=HTML).context["form"]
    theirs.post("/accounts/2fa/totp/activate/", {"code": digits(form.secret)})
    assert theirs.get("/desk/", headers=HTML).status_code == 200
    assert theirs.post(f"/desk/staff/{town.director.pk}/factor/").status_code == 403
    director.post(f"/desk/staff/{town.director.pk}/factor/")
    assert Authenticator.objects.count() == 2, "nobody takes one away who may not, nor their own here"
    assert director.post(f"/desk/staff/{town.desk.pk}/factor/").status_code == 302
    assert not Authenticator.objects.exists()
    assert theirs.get("/desk/", headers=HTML).headers["Location"].startswith("/accounts/login/")
    assert signed_in(town.desk).get("/desk/", headers=HTML).headers["Location"].startswith(SET_UP)
