"""A returnee's case in the town, people with phones, and a worker whose clock the test holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from linli.loops import deadlines, engine, relay
from linli.loops.models import Case, Event
from linli.loops.spec import Opening
from linli.matters.returns.loop import Return
from linli.notify import devices, outbox
from linli.notify.models import Delivery
from linli.roster.models import User
from tests.faults.notify_gateways import Gateway, Phone
from tests.town import T0, Town


def seconds(n: float) -> datetime:
    return T0 + timedelta(seconds=n)


def open_return(
    town: Town, *, at: datetime = T0, door: str = "A 3-1-101", title: str = "返乡 · 陆**"
) -> Case:
    opening = Opening(title=title, scope=town.door[door].path, subject=str(uuid4()))
    return engine.open_case(Return, opening, community_id=town.id, at=at, intent=str(uuid4()))


def give_phone(user: User, service: Gateway, *, name: str = "") -> Phone:
    """A phone at `service` that agreed to be pushed to."""
    phone = Phone(service.url, name or user.username)
    devices.subscribe(
        user, endpoint=phone.endpoint, p256dh=phone.p256dh, auth=phone.auth, device="Android", at=T0
    )
    return phone


def give_phones(users: Iterable[User], service: Gateway) -> dict[str, Phone]:
    return {user.username: give_phone(user, service) for user in users}


def work(at: datetime, *, worker: str = "w1") -> int:
    """One round of the worker."""
    deadlines.wake_due(at=at)
    relay.pump(at=at, worker=worker)
    return outbox.send_due(at=at, worker=worker)


def work_through(minutes: float, *, step: float = 5) -> None:
    """The worker's rounds from T0 on, every `step` seconds."""
    for tick in range(int(minutes * 60 / step) + 1):
        work(seconds(tick * step))


def heard(service: Gateway) -> list[str]:
    """Whose phones were called, in the order they were."""
    return [request.path.removeprefix("/push/") for request in service.received]


def happened(case: Case) -> list[tuple[str, float]]:
    """What the ledger says of a case: verb and seconds after T0."""
    return [(e.verb, (e.at - T0).total_seconds()) for e in Event.objects.filter(case=case).order_by("seq")]


def states() -> dict[str, str]:
    """Where each delivery stands: who → state."""
    rows = Delivery.objects.select_related("recipient").order_by("queued_at", "id")
    return {row.recipient.username if row.recipient else "group": row.state for row in rows}
