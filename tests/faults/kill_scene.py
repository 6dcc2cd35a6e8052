"""Prepares the house that will be killed, and prints who may come in and what there is to do, as JSON.

    python -m tests.faults.kill_scene <clients> <cases a client> <address of the group's robot>

It is a process of its own because its database is another than the test's.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django


def main(clients: int, cases: int, robot: str) -> None:
    """The cast, a key for every sender, a signed-in session and open cases for every client, a group to be told."""
    django.setup()
    from linli.notify import secret
    from linli.notify.models import Channel
    from linli.site import prepare
    from tests.databases import make_passwords_cheap
    from tests.town import make_town

    prepare.migrate()
    prepare.collect_static()
    make_passwords_cheap()
    town = make_town()
    channel = Channel.objects.create(
        community=town.community, kind="robot", name="值班群", config={"flavour": "wecom"}
    )
    secret.keep(channel, robot)
    scene = {"senders": [_sender(town, n) for n in range(clients)]}
    scene["clerks"] = [_clerk(town, n, cases) for n in range(clients)]
    scene["gate"] = _gate(town)
    print(json.dumps(scene))


def _sender(town: Any, n: int) -> str:
    from linli.base import clock
    from linli.matters.returns import senders

    return senders.make(town.community, f"下发方{n}", at=clock.now()).key


def _gate(town: Any) -> str:
    from linli.base import clock
    from linli.registry.models import Venue
    from linli.scans import gates

    venue = Venue.objects.create(community=town.community, name="晨光超市", kind="商场/超市", path="xysj/a/")
    return gates.make(venue, "东门", at=clock.now()).key


def _clerk(town: Any, n: int, cases: int) -> dict[str, Any]:
    """Somebody who may take every step, signed in, with cases nobody else touches."""
    from django.test import Client

    clerk = town.hire("director", f"主任{n}")
    browser = Client()
    browser.force_login(clerk)
    return {
        "session": browser.cookies["sessionid"].value,
        "cases": [_case(town, f"{n}-{i}", n * cases + i) for i in range(cases)],
    }


def _case(town: Any, key: str, number: int) -> str:
    from linli.base import clock
    from linli.matters.returns.notices import NoticeIn, receive
    from linli.registry.announce import Described

    who = Described(name=f"慕容{chr(0x4E00 + number)}")
    told = NoticeIn(source="list", key=f"scene-{key}", who=who, destination="香阅四季A区3-1-101")
    trip = receive(told, community=town.community, at=clock.now()).trip
    assert trip
    return str(trip.case_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
