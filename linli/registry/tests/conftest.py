"""What the registry's tests start from: the cast of the house."""

from __future__ import annotations

import pytest

from tests.town import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    """The community of the cast, fresh."""
    return make_town()
