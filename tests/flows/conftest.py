"""What every flow starts from."""

from __future__ import annotations

import pytest

from tests.faults.conftest import committed
from tests.town import Town, make_town

__all__ = ["committed", "town"]


@pytest.fixture
def town(db: None) -> Town:
    """The community of the cast, fresh."""
    return make_town()
