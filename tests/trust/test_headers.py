"""What every answer says to the browser: no script but ours, no frame, no guess, no cache of what is private."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings

from tests.town import PASSWORD, make_town
from tests.trust.routes import routes
from tests.trust.world import World, make_world

PUBLIC = ("/first/", "/accounts/login/", "/healthz", "/robots.txt", "/no-such-page/")
INLINE = re.compile(
    r"<script(?![^>]*\b(?:src=|type=\"application/json\"))|\son[a-z]+=\"|\sstyle=\"|javascript:", re.I
)


def policy(answer: object) -> dict[str, str]:
    text = answer.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in text.split(";"))}


@pytest.mark.parametrize("path", PUBLIC)
def test_every_answer_is_armoured(db: None, path: str) -> None:
    answer = Client().get(path)
    said = policy(answer)
    assert said["default-src"] == "'none'"
    assert said["script-src"] == said["style-src"] == "'self'"
    assert said["frame-ancestors"] == said["base-uri"] == "'none'"
    assert said["form-action"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_no_page_needs_what_the_policy_forbids(db: None) -> None:
    """Every page a director can open, as it is really sent, has no inline script, style or handler."""
    world = make_world()
    client = world.signed_in(world.ours.director)
    found = {}
    for route in routes():
        if not route.converters and route.name not in ("account_logout", "desk-live"):
            answer = client.get(route.path, headers={"Accept": "text/html"})
            if not answer.streaming and (bad := INLINE.findall(answer.content.decode(errors="replace"))):
                found[route.path] = bad
    assert found == {}


def test_a_form_without_its_token_is_refused(db: None) -> None:
    town = make_town(nobody_known=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.director, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post("/desk/staff/new/", {"shown_name": "a", "username": "b"}).status_code == 403
    assert client.post("/accounts/login/", {"login": "a", "password": "b"}).status_code == 403


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(db: None) -> None:
    town, client = make_town(nobody_known=True), Client()
    client.post("/accounts/login/", {"login": town.director.username, "password": PASSWORD})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert int(cookie["max-age"]) <= 12 * 3600


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"]
)
def test_the_language_switch_leads_nowhere_else(db: None, target: str) -> None:
    answer = Client().post("/language/", {"language": "en", "next": target})
    assert answer.headers["Location"] == "/"
    signed = Client().post("/accounts/login/?next=" + target, {"login": "x", "password": "y"})
    assert signed.status_code == 200


def test_django_finds_nothing_to_warn_about_behind_https(capsys: pytest.CaptureFixture[str]) -> None:
    secure = {
        "SECURE_SSL_REDIRECT": True, "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True, "SECURE_HSTS_PRELOAD": True,
    }  # fmt: skip
    with override_settings(**secure):
        call_command("check", deploy=True, fail_level="WARNING")


def test_pages_behind_sign_in_are_not_kept_by_caches(db: None) -> None:
    world: World = make_world()
    client = world.signed_in(world.ours.director)
    answer = client.get("/accounts/2fa/", headers={"Accept": "text/html"})
    assert "no-store" in answer.headers["Cache-Control"]
