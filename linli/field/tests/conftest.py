"""What every test of the phone starts from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from linli.field import screens
from tests.town import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture(autouse=True)
def nobody_has_knocked() -> Iterator[None]:
    screens.knocks.forget()
    yield
    screens.knocks.forget()
