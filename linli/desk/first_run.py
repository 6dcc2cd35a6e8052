"""The first run: nobody is here yet, so a one-time code from the terminal opens the page that creates the community.

Once there is a community the page is closed for ever. The code is a file that only the owner of the machine can
read; whoever renames it first has used it, so that two browsers at once cannot make two houses.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from linli.registry.models import Community
from linli.roster.models import Shift, User

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without signs that look alike."""
LENGTH = 10
"""Ten of 31 signs: 49 bits, far beyond guessing at the rate the page allows."""

BuildDemo = Callable[[datetime], User]
"""Makes the demo community and returns its director."""
_demo: list[BuildDemo] = []


class AlreadyMade(Exception):
    """Somebody else was faster: there is a community now."""


def install_demo(build: BuildDemo) -> None:
    """Let the page offer the demo community; the house above the desk knows how to build it."""
    _demo[:] = [build]


def demo() -> BuildDemo | None:
    """How to build the demo, if this house has one."""
    return _demo[0] if _demo else None


def is_open() -> bool:
    """Whether the house is still without a community."""
    return not Community.objects.exists()


def _place() -> Path:
    return Path(settings.HOME) / "keys" / "first-run"


def code() -> str:
    """The one-time code, made once and kept for the machine's owner until it has been used."""
    _place().parent.mkdir(mode=0o700, exist_ok=True)
    try:
        with os.fdopen(os.open(_place(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("".join(secrets.choice(_ALPHABET) for _ in range(LENGTH)))
    except FileExistsError:
        pass
    return _place().read_text().strip()


def is_code(text: str) -> bool:
    """Whether somebody typed the code that stands in the terminal; spaces, dashes and case do not matter."""
    typed = "".join(sign for sign in text.upper() if sign.isalnum())
    try:
        kept = _place().read_text().strip()
    except FileNotFoundError:
        return False
    return hmac.compare_digest(typed.encode(), kept.encode())


class _used_code:  # noqa: N801 - reads as a statement
    """Takes the code away while the community is made; puts it back when that fails."""

    def __enter__(self) -> None:
        self.away = _place().with_suffix(".used")
        try:
            _place().rename(self.away)
        except FileNotFoundError as error:
            raise AlreadyMade from error
        if not is_open():
            self.away.unlink()
            raise AlreadyMade

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.away.unlink()
        else:
            self.away.rename(_place())


def slug_for(name: str) -> str:
    """香阅四季社区 → `xysj`: the first segment of every scope path of the community."""
    from pypinyin import Style, lazy_pinyin  # slow to load, and asked for once in the life of a house

    letters = "".join(lazy_pinyin(re.sub("社区$", "", name), style=Style.FIRST_LETTER)).lower()
    return re.sub("[^a-z0-9]", "", letters)[:12] or "shequ"


def create(
    *,
    name: str,
    street: str = "",
    district: str = "",
    phone: str = "",
    username: str,
    shown_name: str,
    password: str,
    at: datetime,
) -> User:
    """The community and its first administrator: a director on a standing shift. Raises AlreadyMade."""
    with _used_code(), transaction.atomic():
        community = Community.objects.create(
            slug=slug_for(name), name=name, street=street, district=district, phone=phone, created_at=at
        )
        user = User.objects.create_user(username, password, shown_name=shown_name, community=community)
        Shift.objects.create(
            community=community, user=user, duty="director", scope=community.path, starts_at=at
        )
    return user


def create_demo(*, at: datetime) -> User:
    """The demo community instead of one's own. Raises AlreadyMade, LookupError when this house has no demo."""
    build = demo()
    if build is None:
        raise LookupError("no demo is installed")
    with _used_code():
        return build(at)
