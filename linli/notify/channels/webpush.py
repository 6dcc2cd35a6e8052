"""Web Push to the browsers people registered: encrypted for the device, signed as us, sent through the guard."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from linli.notify import guard, vapid
from linli.notify.answers import Answer, Attempt, by_status, guarded
from linli.notify.message import Message
from linli.notify.models import Channel, Subscription
from linli.roster.models import User

KEPT = timedelta(hours=1)
"""How long a push service keeps a message for a phone that is off; by then the ladder has gone elsewhere."""
MOST_DEVICES = 5
"""Of one person, the newest."""


def reaches(channel: Channel, user_ids: Collection[UUID]) -> set[UUID]:
    """Whoever has a live device."""
    live = Subscription.objects.filter(
        community_id=channel.community_id, user_id__in=list(user_ids), gone_at=None
    )
    return set(live.values_list("user_id", flat=True))


def attempts(channel: Channel, recipient: User | None, message: Message, *, at: datetime) -> list[Attempt]:
    """One for each live device of the person."""
    if recipient is None:
        return []
    devices = Subscription.objects.filter(
        community_id=channel.community_id, user=recipient, gone_at=None
    ).order_by("-made_at", "-id")
    return [_attempt(device, message, at) for device in devices[:MOST_DEVICES]]


def _attempt(device: Subscription, message: Message, at: datetime) -> Attempt:
    try:
        body = encrypted(device, json.dumps(asdict(message), ensure_ascii=False).encode())
    except Exception as error:  # whatever a stranger's key does to the cipher, it concerns this device only
        broken = Answer("gone", f"unusable key: {type(error).__name__}")
        return Attempt(str(device.id), lambda: broken)
    headers = {
        "Authorization": vapid.authorization(device.endpoint, at=at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(KEPT.total_seconds())),
        "Urgency": "high",
        "Topic": topic(message.tag),
    }

    def go() -> Answer:
        response = guard.post(device.endpoint, body=body, headers=headers)
        answer = by_status(response, at)
        where = response.headers.get("location", "")[-120:]
        return Answer(answer.verdict, answer.words, where, answer.after)

    return Attempt(str(device.id), guarded(go))


def encrypted(device: Subscription, clear: bytes) -> bytes:
    """The body only this device can read (RFC 8291, aes128gcm)."""
    from pywebpush import WebPusher

    keys = {"p256dh": device.p256dh, "auth": device.auth}
    pusher = WebPusher({"endpoint": device.endpoint, "keys": keys})
    return bytes(pusher.encode(clear, "aes128gcm")["body"])


def topic(tag: str) -> str:
    """The name under which a push service replaces an older message that it still holds (RFC 8030 §5.4: ≤ 32 characters)."""
    return urlsafe_b64encode(hashlib.sha256(tag.encode()).digest()[:18]).decode()


def forget(device_id: str, *, at: datetime) -> None:
    """The push service says that this device is gone."""
    Subscription.objects.filter(pk=device_id, gone_at=None).update(gone_at=at)
