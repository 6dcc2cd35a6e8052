"""Whoever reads the log cannot open anybody's page."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings

from linli.codes.token import new_token
from linli.site.links_log import WithoutLinks


def logged(text: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, text, args, None)
    assert WithoutLinks().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    "path", ["/h/{}", "/h/{}/supplies", "/c/{}", "/m/{}", "/v/k/{}/", "/v/k/{}/register/"]
)
def test_a_refused_request_is_logged_without_its_link(path: str) -> None:
    token = new_token()
    said = logged("%s: %s", "Unprocessable Entity", path.format(token))
    assert token not in said
    assert said.startswith(f"Unprocessable Entity: {path.partition('{')[0]}…")
    assert token not in logged(f"Forbidden (CSRF cookie not set.): {path.format(token)}")


def test_everything_else_is_logged_as_it_is() -> None:
    assert logged("%s: %s", "Not Found", "/desk/h/") == "Not Found: /desk/h/"
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["without_links"]
