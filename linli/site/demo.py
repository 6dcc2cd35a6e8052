"""The demo community as the first page offers it: the town of the drill, and its director."""

from __future__ import annotations

from datetime import datetime

from linli.roster.models import User


def build(at: datetime) -> User:
    """Make the demo community (once) and return its director."""
    from linli.drill import town

    made = town.build(at=at)
    return User.objects.get(username=made.accounts[0][0])
