"""What the house's codes hold: an address below /c/, /h/, /q/, /v/ or /r/ and a token: any phone's camera finds a page.

    https://host/c/7XKQ2M9D0RZ5T8V3WJ6HN4FCYA#5676…   a certificate or release note, with its signed statement
    https://host/h/7XKQ2M9D0RZ5T8V3WJ6HN4FCYA         a resident's own page for health reports
    https://host/q/7XKQ2M9D0RZ5T8V3WJ6HN4FCYA         a case, a dwelling, a sheet: an id as a token, for volunteers;
                                                      a resident's card, for counters and gates
    https://host/v/7XKQ2M9D0RZ5T8V3WJ6HN4FCYA/        the poster of a venue, for everybody who comes in
    https://host/r/7XKQ2M9D0RZ5T8V3WJ6HN4FCYA/        a visitor's pass
    7A3K-9F4J                                         the same on paper, to be typed

Nothing in any of them names a person. What /q/ leads to is shown to whoever is signed in and on duty for it.
"""

from __future__ import annotations

import re
from uuid import UUID

from django.conf import settings

from linli.codes import bearer
from linli.codes.token import grouped, short_code_of, token_of

_ADDRESS = re.compile(r"https?://[^/?#]+/[a-z]/([0-9A-Za-z]{26})/?(?:#.*)?")

DIGITS = 16
"""Hexadecimal digits of a digest: 64 bits among the few thousand codes that one phone knows."""

LONGEST = 300
"""Characters of an address of ours, at most."""


def url_of(number: UUID) -> str:
    """What is printed for a case or a dwelling and scanned by a volunteer."""
    return f"{settings.PUBLIC_URL}/q/{token_of(number)}"


def typed_code_of(number: UUID) -> str:
    """The same to be typed: 7A3K-9F4J."""
    return grouped(short_code_of(number))


def digest(code: str) -> str:
    """By what a phone knows a printed code again without carrying it: a token or a short code, as it is stored."""
    return bearer.digest(code)[:DIGITS]


def venue_url(token: str) -> str:
    """What a venue's poster holds and everybody scans."""
    return f"{settings.PUBLIC_URL}/v/{token}/"


def card_url(token: str) -> str:
    """What a resident's card holds: a counter or a gate knows the token; another phone says that it is none of its own."""
    return f"{settings.PUBLIC_URL}/q/{token}"


def said_by(scanned: str) -> str:
    """The token of a scanned address, whatever host it names; a text that is no address comes back as it is.

    The host is for people: what counts is whether the token is one of ours.
    """
    text = scanned.strip()
    found = _ADDRESS.fullmatch(text) if len(text) <= LONGEST else None
    return found[1] if found else text
