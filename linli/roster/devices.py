"""The devices somebody is signed in with, in words a person knows again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession

from linli.roster.models import User

# The first word found names it; a browser that pretends to be others comes before them.
_BROWSERS = (
    ("MicroMessenger", "微信"), ("AlipayClient", "支付宝"), ("Edg", "Edge"), ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"), ("QQBrowser", "QQ 浏览器"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Device:
    """One signed-in browser."""

    pk: int
    name: str
    ip: str
    last_seen_at: datetime
    session_key: str


def device_name(user_agent: str) -> str:
    """`Chrome · Android`; the beginning of the browser's own words when it is none we know."""
    found = [
        next((name for mark, name in marks if mark in user_agent), "") for marks in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or user_agent[:40]


def devices_of(user: User) -> list[Device]:
    """The browsers somebody is signed in with now, the latest first."""
    rows = sorted(UserSession.objects.purge_and_list(user), key=lambda s: s.last_seen_at, reverse=True)
    return [Device(s.pk, device_name(s.user_agent), s.ip, s.last_seen_at, s.session_key) for s in rows]
