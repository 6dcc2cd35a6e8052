"""The outbox between a worker that dies and providers that hang, break, limit, forget and answer late."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from linli.loops import deadlines, relay
from linli.notify import outbox
from linli.notify.answers import patience
from linli.notify.models import Channel, Delivery, Subscription
from tests.faults.notify_gateways import Gateway, Phone, Reply, gateway, quick
from tests.faults.notify_scene import give_phone, happened, heard, open_return, seconds, states, work
from tests.town import T0, Town, make_town

pytestmark = pytest.mark.faults


@pytest.fixture
def town(db: None, settings: Any) -> Town:
    settings.ALLOW_PRIVATE = "127.0.0.1"
    return make_town()


@pytest.fixture
def service() -> Iterator[Gateway]:
    with gateway() as running:
        yield running


@pytest.fixture
def phone(town: Town, service: Gateway) -> Phone:
    return give_phone(town.reception, service)


def the_delivery() -> Delivery:
    return Delivery.objects.get()


def queue(town: Town) -> None:
    open_return(town)
    relay.pump(at=T0, worker="w1")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(500, b"oops"), "500 oops"),
        (Reply(503), "503"),
        (Reply(408), "408"),
        (Reply(hang_up=True), "no answer: RemoteDisconnected"),
        (Reply(after=1.5), "no answer: TimeoutError"),
    ],
    ids=["500", "503", "408", "hangs up", "silent"],
)
def test_what_fails_for_a_while_is_tried_again_with_growing_pauses(
    town: Town, service: Gateway, phone: Phone, monkeypatch: pytest.MonkeyPatch, reply: Reply, error: str
) -> None:
    quick(monkeypatch)
    service.script += [reply, reply]
    queue(town)

    outbox.send_due(at=T0, worker="w1")
    first = the_delivery()
    assert (first.state, first.tries, first.next_at, first.error) == ("queued", 1, seconds(5), error)
    assert outbox.send_due(at=seconds(4.9), worker="w1") == 0
    outbox.send_due(at=seconds(5), worker="w1")
    assert the_delivery().next_at == seconds(15)
    outbox.send_due(at=seconds(15), worker="w1")

    last = the_delivery()
    assert (last.state, last.tries, last.sent_at, last.leased_by) == ("sent", 3, seconds(15), "")
    topics = {r.headers["topic"] for r in service.received}
    assert (len(service.received), len(topics)) == (3, 1), "the provider sees the same name each time"
    assert {phone.read(r.body)["key"] for r in service.received} == {str(last.id)}


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("17", timedelta(seconds=17)),
        ("0", timedelta()),
        ("86400", timedelta(minutes=30)),
        ("Thu, 14 Apr 2022 17:11:00 GMT", timedelta(minutes=1)),
        ("Thu, 14 Apr 2022 17:00:00 GMT", timedelta()),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("99999999999999999999", None),
    ],
)
def test_how_long_a_provider_asks_us_to_wait_is_read(said: str, wait: timedelta | None) -> None:
    assert patience(said, T0) == wait


def test_a_limit_is_honoured(town: Town, service: Gateway, phone: Phone) -> None:
    service.script.append(Reply(429, headers=(("Retry-After", "17"),)))
    queue(town)
    outbox.send_due(at=T0, worker="w1")
    assert the_delivery().next_at == seconds(17)
    outbox.send_due(at=seconds(17), worker="w1")
    assert the_delivery().state == Delivery.SENT


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_not_called_again(
    town: Town, service: Gateway, phone: Phone, status: int
) -> None:
    second = give_phone(town.reception, service, name="second")
    service.default = Reply(201)
    queue(town)
    by_name = {"/push/xysj-reception": Reply(status)}
    service.next_reply = lambda: by_name.get(service.received[-1].path, Reply(201))  # type: ignore[method-assign]

    outbox.send_due(at=T0, worker="w1")

    gone = dict(Subscription.objects.values_list("endpoint", "gone_at"))
    assert gone == {phone.endpoint: T0, second.endpoint: None}
    assert the_delivery().state == Delivery.SENT
    work(seconds(120))  # nobody answers: the next message goes to the grid lead, who has no phone here
    open_return(town, at=seconds(130))
    work(seconds(130))
    assert heard(service)[2:] == ["second"]


def test_a_retry_spares_the_device_that_has_it_already(town: Town, service: Gateway, phone: Phone) -> None:
    give_phone(town.reception, service, name="second")
    queue(town)
    failing = {"/push/second": Reply(500)}
    service.next_reply = lambda: failing.pop(service.received[-1].path, Reply(201))  # type: ignore[method-assign]

    outbox.send_due(at=T0, worker="w1")
    outbox.send_due(at=seconds(5), worker="w1")

    assert sorted(heard(service)) == ["second", "second", "xysj-reception"]
    assert the_delivery().state == Delivery.SENT


def test_a_message_that_never_gets_through_is_parked_and_the_others_flow(
    town: Town, service: Gateway, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One poisonous delivery among good ones: tried eight times, left for a person, and nobody waited for it."""
    other = town.hire("reception", "崔二")
    give_phone(other, service, name="other")
    queue(town)
    poisoned = Delivery.objects.get(recipient=town.reception)
    facts = {**poisoned.facts, "state": "no such state"}
    Delivery.objects.filter(pk=poisoned.pk).update(facts=facts)

    at = 0.0
    while Delivery.objects.filter(state=Delivery.QUEUED).exists():
        assert at < 3600
        outbox.send_due(at=seconds(at), worker="w1")
        at += 5

    poisoned.refresh_from_db()
    assert (poisoned.state, poisoned.tries, poisoned.error) == ("given_up", 8, "KeyError while preparing")
    assert heard(service) == ["other"]
    assert Delivery.objects.get(recipient=other).sent_at == T0


def test_a_claimed_delivery_is_in_one_workers_hands_until_its_lease_ends(
    town: Town, service: Gateway, phone: Phone
) -> None:
    """A worker claims and dies before it sends: the next one sends when the lease has run out, and not before."""
    queue(town)
    assert outbox._claim(the_delivery().id, at=T0, worker="dead")

    assert outbox.send_due(at=seconds(89), worker="w2") == 0
    assert heard(service) == []
    assert outbox.send_due(at=seconds(90), worker="w2") == 1
    assert heard(service) == ["xysj-reception"]
    assert (the_delivery().state, the_delivery().tries) == ("sent", 2)


def test_who_lost_the_lease_does_not_write_over_the_one_who_has_it(
    town: Town, service: Gateway, phone: Phone
) -> None:
    queue(town)
    slow = outbox._claim(the_delivery().id, at=T0, worker="slow")
    assert slow
    outbox.send_due(at=seconds(90), worker="w2")
    sent = the_delivery()

    outbox._finish(slow.delivery, Delivery.REFUSED, error="too late", at=seconds(95))

    again = the_delivery()
    assert (again.state, again.sent_at, again.error) == ("sent", sent.sent_at, "")


def test_a_delivery_that_kills_its_worker_each_time_is_parked(
    town: Town, service: Gateway, phone: Phone
) -> None:
    queue(town)
    for death in range(8):
        assert outbox._claim(the_delivery().id, at=seconds(90 * death), worker=f"dead{death}")
    outbox.send_due(at=seconds(720), worker="w2")
    assert (the_delivery().state, the_delivery().error) == ("given_up", "the worker died each time")
    assert heard(service) == []


def test_a_channel_that_is_switched_off_sends_nothing_more(
    town: Town, service: Gateway, phone: Phone
) -> None:
    queue(town)
    Channel.objects.update(enabled=False)
    outbox.send_due(at=T0, worker="w1")
    assert (states(), heard(service)) == ({"xysj-reception": "moot"}, [])


def test_a_clock_that_jumps_an_hour_makes_no_storm(town: Town, service: Gateway, phone: Phone) -> None:
    case = open_return(town)
    for at in (0, 3600, 3601, 3602, 0, 1, 3603):
        work(seconds(at))
    assert happened(case) == [("opened", 0), ("overdue", 3600)]
    assert len(heard(service)) == 2


WORKER = """
    import os, sys
    from datetime import datetime
    import django
    django.setup()
    from django.conf import settings
    from linli.notify import outbox
    settings.ALLOW_PRIVATE = "127.0.0.1"
    outbox.send_due(at=datetime.fromisoformat(sys.argv[1]), worker="doomed")
    print("finished")
"""


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What the test writes is seen by other processes; afterwards everything goes, the append-only ledger included."""
    ledger = import_module("linli.loops.migrations.0002_append_only")
    with django_db_blocker.unblock():
        yield
        with connection.schema_editor() as schema:
            ledger.unguard(None, schema)
        call_command("flush", interactive=False, verbosity=0)
        with connection.schema_editor() as schema:
            ledger.guard(None, schema)


def test_a_worker_killed_while_the_provider_thinks_loses_nothing(committed: None, settings: Any) -> None:
    """SIGKILL between the provider's taking the message and our marking it: sent again, under the same name."""
    settings.ALLOW_PRIVATE = "127.0.0.1"
    town = make_town()
    with gateway(Reply(after=4)) as service:
        phone = give_phone(town.reception, service)
        queue(town)
        connection.close()
        doomed = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WORKER), T0.isoformat()],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "linli.site.settings",
                "LINLI_DATABASE": database_url(),
            },
            stdout=subprocess.PIPE,
        )
        assert service.arrived.wait(30), "the worker never sent"
        doomed.send_signal(signal.SIGKILL)
        assert doomed.communicate()[0] == b""
        assert doomed.returncode == -signal.SIGKILL

        left = the_delivery()
        assert (left.state, left.leased_by, left.tries) == ("queued", "doomed", 1)
        service.default = Reply(201)
        assert outbox.send_due(at=seconds(30), worker="w2") == 0
        assert outbox.send_due(at=seconds(91), worker="w2") == 1

    assert the_delivery().state == "sent"
    assert len(service.received) == 2
    assert {phone.read(r.body)["key"] for r in service.received} == {str(left.id)}
    assert len({r.headers["topic"] for r in service.received}) == 1
    deadlines.acknowledge(left.case_id, actor=town.reception, at=seconds(100), intent="a")


def database_url() -> str:
    made = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{made['NAME']}"
    return f"postgresql://{made['USER']}:{made['PASSWORD']}@{made['HOST']}:{made['PORT']}/{made['NAME']}"
