"""The one place that reads the machine's clock; everything below an edge takes `at` as an argument."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
"""The time zone of every Chinese community; storage is UTC."""


def now() -> datetime:
    """The present, aware, UTC. Call it at an edge (view, worker loop, command) and pass it down."""
    return datetime.now(UTC)  # noqa: TID251 - the only reader


def local(at: datetime) -> datetime:
    """`at` as the wall clock of the community shows it."""
    return at.astimezone(LOCAL)


def clamp(device_at: datetime | None, at: datetime, *, back: timedelta = timedelta(hours=72)) -> datetime:
    """The device's time where it can be true, else the server's: never later than `at`, never older than `back`.

    Device clocks are wrong by minutes to days (trust.md P4): the device time is kept beside this one.
    """
    if device_at is None or device_at > at or device_at < at - back:
        return at
    return device_at
