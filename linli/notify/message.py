"""The words of a notification: what, where to the building, by when; never who (the page says that after sign-in)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops.models import Case, Event
from linli.loops.registry import loop_of
from linli.notify import ack
from linli.notify.models import Delivery
from linli.registry.models import Building, Compound


@dataclass(frozen=True)
class Message:
    """What one person reads. `tag` is the same for every message about one case: the newer replaces the older."""

    title: str
    text: str
    link: str
    tag: str
    key: str
    ack: str = ""
    loud: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def plain(self) -> str:
        """All of it as lines of text."""
        return f"{self.title}\n{self.text}\n{self.link}"


def facts_of(case: Case, event: Event, *, quiet: bool) -> dict[str, Any]:
    """What is true at the event, without anything personal: kept with each delivery."""
    return {
        "verb": event.verb if event.verb in ("climbed", "overdue", "remarked") else "entered",
        "said": dict(event.given) if event.verb == "remarked" else {},
        "loop": case.loop,
        "state": case.state,
        "stay": case.stay,
        "place": place_of(case.community_id, case.scope),
        "due_at": case.due_at.isoformat() if case.due_at else "",
        "rung": int(event.given.get("rung", 0)),
        "loud": bool(event.given.get("loud", False)),
        "quiet": quiet,
    }


def place_of(community_id: UUID, scope: str) -> str:
    """The building or compound a scope path lies in, never unit or door; "" for the whole community."""
    parts = scope.strip("/").split("/")
    heads = ["".join(f"{p}/" for p in parts[:n]) for n in range(1, len(parts) + 1)]
    building = (
        Building.objects.filter(community_id=community_id, path__in=heads).select_related("compound").first()
    )
    if building:
        return f"{building.compound.name}{building}"
    names = Compound.objects.filter(community_id=community_id, code=parts[1] if len(parts) > 1 else "")
    return names.values_list("name", flat=True).first() or ""


def compose(delivery: Delivery, *, at: datetime) -> Message:
    """The message of a delivery in the language that is active (the caller overrides it with the reader's)."""
    facts = delivery.facts
    loop = loop_of(facts["loop"])
    state = _(loop.states[facts["state"]].title)
    titles = {
        "overdue": _("已超时:%(state)s"),
        "climbed": _("还没有人接:%(state)s"),
        "entered": "%(state)s",
        "remarked": "%(said)s",
    }
    said = (loop.says(facts["said"]) if loop.says else "") or state
    promised = facts["due_at"] and facts["verb"] != "remarked"
    promise = by_when(datetime.fromisoformat(facts["due_at"]), at) if promised else ""
    text = " · ".join(part for part in (_(loop.title), facts["place"], promise) if part)
    return Message(
        title=titles[facts["verb"]] % {"state": state, "said": said},
        text=text,
        link=f"{settings.PUBLIC_URL}/desk/case/{delivery.case_id}/",
        tag=str(delivery.case_id),
        key=str(delivery.id),
        ack=_ticket(delivery, at),
        loud=facts["loud"],
        words=_buttons(),
    )


def _ticket(delivery: Delivery, at: datetime) -> str:
    if delivery.recipient_id is None or delivery.facts["quiet"]:
        return ""
    return ack.token(
        user_id=delivery.recipient_id,
        case_id=delivery.case_id,
        event_id=delivery.event_id,
        stay=delivery.facts["stay"],
        at=at,
    )


def _buttons() -> dict[str, str]:
    return {
        "ack": _("我来处理"),
        "open": _("查看"),
        "done": _("您已接下"),
        "failed": _("没有网络,还没接下,请再点一次"),
        "language": get_language() or "zh-hans",
    }


def trial(key: str) -> Message:
    """What the test button sends."""
    return Message(
        title=_("测试消息"),
        text=_("收到这条,说明这个通道是通的。不用回复。"),
        link=f"{settings.PUBLIC_URL}/desk/channels/",
        tag=f"test-{key}",
        key=key,
        words=_buttons(),
    )


def by_when(due_at: datetime, at: datetime) -> str:
    """A promise as people say it: 今天 23:40 前, 明天 06:00 前; past it, how long it is late."""
    if due_at <= at:
        return _("超时 %(n)d 分钟") % {"n": (at - due_at) // timedelta(minutes=1)}
    due, today = local(due_at), local(at).date()
    clock = f"{due:%H:%M}"
    if due.date() == today:
        return _("今天 %(clock)s 前") % {"clock": clock}
    if due.date() == today + timedelta(days=1):
        return _("明天 %(clock)s 前") % {"clock": clock}
    return _("%(month)d月%(day)d日 %(clock)s 前") % {"month": due.month, "day": due.day, "clock": clock}
