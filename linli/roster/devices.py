"""The devices somebody is signed in with, in words a person knows again; and how one of them is signed out for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.crypto import salted_hmac

from linli.roster.models import EndedSession, User

REMEMBERED = timedelta(days=90)
"""How long a device that was signed out may stay away and still learn that what it holds must go."""

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


def handle_of(session_key: str) -> str:
    """What a device may call its session by, 32 hexadecimal digits: opaque, and no way leads back to the key."""
    return salted_hmac("linli.roster.devices", session_key, algorithm="sha256").hexdigest()[:32]


def sign_out(device: UserSession) -> None:
    """End a session; its device is told so whenever it next asks, even when it has no cookie left to show."""
    with transaction.atomic():
        EndedSession.objects.get_or_create(handle=handle_of(device.session_key))
        device.end()


def was_signed_out(handle: str) -> bool:
    """Whether somebody ended this session before its time. One that expired, or signed out by itself, was not."""
    return EndedSession.objects.filter(handle=handle[:32]).exists()


def forget(*, at: datetime) -> int:
    """Drop what is older than any device stays away. Returns how many rows."""
    return EndedSession.objects.filter(at__lt=at - REMEMBERED).delete()[0]
