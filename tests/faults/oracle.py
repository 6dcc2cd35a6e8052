"""What must hold whatever was killed, cut or doubled: nothing half written, every effect of an event exactly once.

`python -m tests.faults.oracle` judges the database of LINLI_DATABASE and prints what it found as JSON; with --drain
it first lets a worker of a later hour finish what the killed ones left, and then judges again.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection


def faults() -> list[str]:
    """Everything that does not hold, in sentences; empty when the house is whole."""
    return [*_chains(), *_cases(), *_private_answers(), *_follow_ups(), *_notices(), *_deliveries(), *_disk()]


def _chains() -> Iterator[str]:
    from linli.loops import seal
    from linli.loops.models import Ledger

    for ledger in Ledger.objects.all():
        if broken := seal.verify(ledger.community_id):
            yield f"chain of {ledger.community_id}: event {broken.seq} {broken.why}"


def _cases() -> Iterator[str]:
    """A case stands where its last event left it, has moved as often as it has steps, and owes something while open."""
    from linli.loops.models import Case

    for case in Case.objects.prefetch_related("events"):
        events = sorted(case.events.all(), key=lambda e: e.seq)
        steps = [e for e in events if e.verb in (*case.declared.steps, "kept", "ended")]
        if not events or events[0].verb != "opened":
            yield f"case {case.id}: no event opened it"
            continue
        if case.stay != 1 + len(steps) or case.state != events[-1].state:
            yield f"case {case.id}: {case.state} after {len(steps)} steps, stay {case.stay}"
        if (case.closed_at is None) == (case.due_at is None):
            yield f"case {case.id}: open without a promise, or closed with one"


def _private_answers() -> Iterator[str]:
    """Each private answer that an event names is there once, under the id the event names."""
    from linli.loops.models import Event, Remark

    kept = Counter((str(r.event_id), r.key, str(r.id)) for r in Remark.objects.exclude(key="heard"))
    named: Counter[tuple[str, str, str]] = Counter()
    for event in Event.objects.select_related("case"):
        step = event.case.declared.steps.get(event.verb)
        private = [e.key for e in step.needs if e.private] if step else []
        named.update((str(event.id), key, event.given[key]) for key in private if event.given.get(key))
    if kept != named:
        yield f"private answers: {len(named)} named, {len(kept)} kept"


def _follow_ups() -> Iterator[str]:
    """An isolation case for every hand-over that asks for one, a certificate for every `certify`; none besides."""
    from linli.loops.models import Case, Event
    from linli.loops.pack import pack_for
    from linli.matters.isolation.loop import rule_for
    from linli.matters.returns.models import Certificate

    isolated = Case.objects.filter(loop="isolation")
    opened = Counter(isolated.exclude(cause=None).values_list("cause_id", flat=True))
    reports = Counter(Case.objects.filter(loop="health_report").values_list("cause_id", flat=True))
    if reports != Counter(isolated.values_list("id", flat=True)):
        yield f"health reports: {sum(reports.values())} opened for {sum(opened.values())} isolations"
    wanted: Counter[Any] = Counter()
    for event in Event.objects.filter(name="return.hand_over").select_related("case"):
        rule = rule_for(event.case.anchors.get("history", "none"), pack_for(event.community_id, event.at))
        wanted[event.case_id] += bool(rule["isolation_days"] or rule["monitor_days"])
    if opened != +wanted:
        yield f"follow-ups: {sum(wanted.values())} wanted, {sum(opened.values())} opened"
    numbers = Counter(
        Event.objects.filter(name="return.certify").values_list("given__certificate", flat=True)
    )
    if numbers != Counter(Certificate.objects.values_list("number", flat=True)):
        yield f"certificates: {sum(numbers.values())} in the ledger, {Certificate.objects.count()} kept"


def _notices() -> Iterator[str]:
    """Every trip has its case, every notice that says it opened one did, and each only once."""
    from linli.loops.models import Case, Event
    from linli.matters.returns.models import Notice, Trip

    told = Event.objects.filter(name="return.opened").values_list("given__notice", flat=True)
    opened = Counter(n for n in told if n)
    said = Counter(
        str(i)
        for i in Notice.objects.filter(outcome__in=("opened", "past", "elsewhere")).values_list(
            "id", flat=True
        )
    )
    if opened != said:
        yield f"notices: {len(said)} say they opened a case, {len(opened)} cases name one"
    if stray := Trip.objects.exclude(case__in=Case.objects.all()).count():
        yield f"{stray} trips without a case"
    doubled = [
        k for k, n in Counter(Notice.objects.values_list("community_id", "source", "key")).items() if n > 1
    ]
    if doubled:
        yield f"{len(doubled)} notices twice"


def _deliveries() -> Iterator[str]:
    """No message twice: one per event, recipient and channel."""
    from linli.notify.models import Delivery

    ways = Counter(Delivery.objects.values_list("event_id", "recipient_id", "channel_id"))
    if doubled := [way for way, n in ways.items() if n > 1]:
        yield f"{len(doubled)} deliveries twice"


def _disk() -> Iterator[str]:
    """SQLite's own opinion of its file."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for question in ("PRAGMA integrity_check", "PRAGMA foreign_key_check"):
            cursor.execute(question)
            answers = [row for row in cursor.fetchall() if row != ("ok",)]
            if answers:
                yield f"{question}: {answers[:3]}"


def untold() -> list[str]:
    """Once the relay has read on to the end: every case that waits for somebody has told the group where it stands."""
    from linli.loops.models import Case, Cursor, Event, Ledger, Parked
    from linli.notify.models import Channel, Delivery

    found = [f"{n} events parked" for n in [Parked.objects.count()] if n]
    heads = dict(Ledger.objects.values_list("community_id", "seq"))
    found += [f"{c.subscriber} is behind" for c in Cursor.objects.all() if c.seq != heads[c.community_id]]
    if not Channel.objects.filter(kind="robot").exists():
        return found
    told = Counter(Delivery.objects.filter(recipient=None).values_list("event_id", flat=True))
    entered: dict[Any, Any] = {}
    for event in Event.objects.select_related("case").order_by("seq"):
        if event.verb == "opened" or event.verb in event.case.declared.steps:
            entered[event.case_id] = event.id
    waiting = Case.objects.filter(closed_at=None, acknowledged_at=None).values_list("id", flat=True)
    silent = [case_id for case_id in waiting if told[entered[case_id]] != 1]
    return found + [f"{len(silent)} cases of which the group was not told exactly once"] * bool(silent)


def drain() -> None:
    """Rounds of a worker, each later than every lease, until nothing is left to hand on or to send."""
    from linli.base import clock
    from linli.loops import relay
    from linli.notify import outbox

    at, quiet = clock.now(), 0
    while quiet < 3:
        at += max(relay.LEASE, outbox.LEASE) + timedelta(seconds=1)
        done = relay.pump(at=at, worker="judge", most=1000) + outbox.send_due(at=at, worker="judge")
        quiet = 0 if done else quiet + 1


def stored() -> dict[str, list[Any]]:
    """Ids of what the database holds: the intents of steps, the keys of notices, the keys of messages that went out."""
    from linli.loops.models import Event
    from linli.matters.returns.models import Notice
    from linli.notify.models import Delivery

    return {
        "steps": list(Event.objects.values_list("intent", flat=True)),
        "notices": list(Notice.objects.values_list("key", flat=True)),
        "scans": _scans(),
        "sent": [str(i) for i in Delivery.objects.filter(state=Delivery.SENT).values_list("id", flat=True)],
    }


def _scans() -> list[str]:
    """Ids of the scans, as often as they are there; every red one stands in the outbox of colours, too."""
    from linli.scans.store import NOTABLE, opened

    with opened() as store:
        days = sorted(store.tables() - {NOTABLE})
        rows = [row for day in days for row in store.ask(f"SELECT id, colour FROM {day}")]
        loud = {bytes(key) for (key,) in store.ask(f"SELECT id FROM {NOTABLE}")}
    assert loud == {bytes(key) for key, colour in rows if colour == 3}, "the outbox is not what is red"
    return [str(UUID(bytes=bytes(key))) for key, _colour in rows]


def main() -> None:
    import django

    django.setup()
    found = faults()
    if "--drain" in sys.argv:
        drain()
        found += [*faults(), *untold()]
    print(json.dumps({"faults": found, **stored()}))


if __name__ == "__main__":
    main()
