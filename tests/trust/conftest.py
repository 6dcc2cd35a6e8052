"""What tests of trust start from."""

from tests.faults.conftest import committed

__all__ = ["committed"]
