"""Why a phone is no longer let in: somebody ended its session, or its time was over. Cookie or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings

from linli.base import clock
from linli.field.tests.phone import JSON, Phone, signed_in
from linli.roster import accounts, devices
from linli.roster.models import EndedSession
from tests.town import PASSWORD, Town


def lost(town: Town) -> Phone:
    """A phone that has its slice, and whose browser stands in the list of devices."""
    phone = Phone(town.patrol)
    phone.fetch()
    assert UserSession.objects.filter(session_key=phone.client.session.session_key).exists()
    return phone


def told(phone: Phone, **headers: str) -> str:
    """What the slice and the sending say must go: the same."""
    answers = (
        phone.client.get("/field/slice", headers={**JSON, **headers}),
        phone.client.post(
            "/field/intents", {"intents": []}, content_type="application/json", headers={**JSON, **headers}
        ),
    )
    assert [a.status_code for a in answers] == [401, 401]
    (wipe,) = {a.json()["wipe"] for a in answers}
    return str(wipe)


def by_the_owner(town: Town) -> None:
    other = signed_in(town.patrol)
    other.get("/accounts/devices/")
    gone = UserSession.objects.exclude(session_key=other.session.session_key).get()
    other.post(f"/accounts/devices/{gone.pk}/sign-out/")


def by_the_desk(town: Town) -> None:
    device = UserSession.objects.get(user=town.patrol)
    signed_in(town.desk).post(f"/desk/staff/{town.patrol.pk}/devices/{device.pk}/")


def by_a_new_password(town: Town) -> None:
    other = signed_in(town.patrol)
    other.get("/accounts/devices/")
    new = "another-night-in-april"
    facts = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert other.post("/accounts/password/change/", facts).status_code == 302
    assert other.get("/field/slice", headers=JSON).status_code == 200  # whoever changed it stays


def by_closing_the_account(town: Town) -> None:
    accounts.close_account(town.patrol)


@pytest.mark.parametrize(
    "revoke", [by_the_owner, by_the_desk, by_a_new_password, by_closing_the_account], ids=lambda f: f.__name__
)
def test_a_phone_signed_out_by_somebody_must_forget_everything(
    town: Town, revoke: Callable[[Town], None]
) -> None:
    phone = lost(town)
    revoke(town)
    assert told(phone, **phone.handle) == "all"
    assert settings.SESSION_COOKIE_NAME not in phone.client.cookies or not (
        phone.client.cookies[settings.SESSION_COOKIE_NAME].value
    )
    assert told(phone, **phone.handle) == "all"  # also without the cookie, and however often it asks
    assert told(phone, **{"Linli-Handle": "nobody's"}) == "tasks"


def test_a_phone_whose_time_is_over_or_that_left_by_itself_keeps_what_it_has_not_sent(town: Town) -> None:
    phone = lost(town)
    session = phone.client.session
    session["began_at"] = (clock.now() - timedelta(hours=13)).timestamp()
    session.save()
    assert told(phone, **phone.handle) == "tasks"
    again = lost(town)
    again.client.post("/accounts/logout/")
    assert told(again, **again.handle) == "tasks"
    assert EndedSession.objects.count() == 0


def test_a_handle_leads_nowhere_and_is_forgotten_after_ninety_days(town: Town) -> None:
    phone = lost(town)
    key, handle = phone.client.session.session_key, phone.parts["head"]["handle"]
    assert (len(handle), key in handle) == (32, False)
    accounts.sign_out_everywhere(town.patrol)
    assert devices.forget(at=clock.now() + timedelta(days=89)) == 0
    assert devices.forget(at=clock.now() + timedelta(days=91)) == 1
