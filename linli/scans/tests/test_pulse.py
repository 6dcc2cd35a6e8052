"""A gate's own health: when it was heard, how much it sent today, how far its clock is off; and no question to the scans."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base.clock import LOCAL, local, now
from linli.base.ids import uuid7
from linli.loops.pack import pack_for
from linli.scans import gates, pulse
from linli.scans.health import NEW, REVOKED, SHUT, SILENT, WELL, health
from linli.scans.models import Gate
from linli.scans.pulse import Beat, Pulse
from linli.scans.record import milliseconds
from linli.scans.tests.conftest import Shop
from linli.scans.tests.test_fast import Caller, nobody_writes_on  # noqa: F401
from tests.town import T0

NOON = datetime.combine(local(T0).date(), time(12), LOCAL)
MINUTE = timedelta(minutes=1)


def of(gate: Gate) -> Gate:
    return Gate.objects.select_related("venue").get(pk=gate.pk)


def test_what_a_gate_sends_is_counted_and_its_clock_compared(shop: Shop) -> None:
    made = gates.make(shop.venue, "东门", at=now())
    caller, at = Caller(shop), now()
    fast = milliseconds(at + 3 * MINUTE)
    status, _said = caller.scans(made.key, {"id": str(uuid7(fast))}, {"id": str(uuid7(fast - 60_000))})
    assert status == 200
    assert caller.scans(made.key, {"id": "none"})[0] == 422, "what is not kept is not heard of"
    assert caller.scans("linli_gate_unknown", {"id": str(uuid7(fast))})[0] == 401
    assert of(made.gate).heard_at is None, "written some seconds later, not while a gate waits"
    [beat] = caller.fast.pulse.taken().values()
    assert (beat.sent, abs(beat.ahead - 180_000) < 5_000) == (2, True)
    pulse.write({made.gate.key_digest: beat})
    found = of(made.gate)
    assert (found.sent, found.heard_on, found.ahead_ms) == (2, local(at).date(), beat.ahead)
    assert caller.fast.pulse.taken() == {}


def test_processes_add_to_one_number_and_a_new_day_begins_at_nothing(shop: Shop) -> None:
    gate = gates.make(shop.venue, "东门", at=T0).gate
    for day, sent in ((0, 3), (0, 4), (1, 2)):
        at = milliseconds(NOON + timedelta(days=day))
        with CaptureQueriesContext(connection) as asked:
            pulse.write({gate.key_digest: Beat(sent, at, 0)})
        assert len(asked) == 1
    assert of(gate).sent == 2
    pack = pack_for(shop.town.id, T0)
    with CaptureQueriesContext(connection) as asked:
        gate = of(gate)
        told = [health(gate, pack, NOON + timedelta(days=n)).sent_today for n in (1, 2)]
    assert (told, len(asked)) == ([2, 0], 1)


def test_a_gate_is_silent_only_while_its_place_is_open(shop: Shop) -> None:
    shop.venue.hours = [["08:00", "11:00"], ["22:00", "02:00"]]
    shop.venue.save()
    made, pack = gates.make(shop.venue, "东门", at=T0 - timedelta(days=1)).gate, pack_for(shop.town.id, T0)
    day = datetime.combine(local(T0).date(), time(), LOCAL)

    def state(clock: str, heard: datetime | None = None) -> tuple[str, timedelta]:
        Gate.objects.update(heard_at=heard)
        hour, minute = map(int, clock.split(":"))
        found = health(of(made), pack, day + timedelta(hours=hour, minutes=minute))
        return found.state, found.quiet

    none = timedelta()
    assert state("07:59") == (SHUT, none)
    assert state("08:30") == (NEW, none), "the silence counts from the opening"
    assert state("08:31") == (SILENT, 31 * MINUTE)
    assert state("10:00", day + timedelta(hours=9, minutes=30)) == (WELL, none)
    assert state("10:01", day + timedelta(hours=9, minutes=30)) == (SILENT, 31 * MINUTE)
    assert state("11:00", day + timedelta(hours=8)) == (SHUT, none)
    assert state("01:00", day - timedelta(hours=1)) == (SILENT, 120 * MINUTE), "it opened yesterday evening"
    Gate.objects.update(revoked_at=T0)
    assert state("10:01") == (REVOKED, none)


@pytest.mark.parametrize(
    ("ahead", "is_off", "is_believed"),
    [
        (0, False, True), (-50, False, True), (61, True, True), (601, True, False), (-3600, True, True),
        (-259_201, True, False),
    ],
)  # fmt: skip
def test_a_clock_that_is_off_is_said_and_one_that_is_not_believed_too(
    shop: Shop, ahead: int, is_off: bool, is_believed: bool
) -> None:
    gate = gates.make(shop.venue, "东门", at=T0).gate
    Gate.objects.update(ahead_ms=ahead * 1000, heard_at=NOON)
    found = health(of(gate), pack_for(shop.town.id, T0), NOON)
    assert (found.is_off, found.is_believed) == (is_off, is_believed)


def test_a_beat_gathers_and_is_written_after_some_seconds(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[dict[str, Beat]] = []
    monkeypatch.setattr(pulse, "EVERY", 0.01)
    monkeypatch.setattr(pulse, "_write_from_a_thread", written.append)

    async def beats() -> None:
        own = Pulse()
        row = (uuid7(1_000).bytes,)
        for at in (900, 1_500):
            own.note("d", [row, row], at)  # type: ignore[list-item]
        await asyncio.sleep(0.05)

    asyncio.run(beats())
    assert written == [{"d": Beat(sent=4, heard=1_500, ahead=100)}]
