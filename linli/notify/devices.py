"""The browsers people let us push to: taken on once, never taken over from somebody else."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from datetime import datetime
from fnmatch import fnmatchcase
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.ledger import Refused
from linli.notify import guard
from linli.notify.models import WEBPUSH, Channel, Subscription
from linli.roster.models import User

SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
"""The push services browsers use; PUSH_HOSTS in the settings names more."""


class Taken(Exception):
    """The browser is registered for somebody else; it must be released there first."""


def is_known_service(endpoint: str) -> bool:
    """Whether an endpoint lies at a push service we know (or at a host this installation allows)."""
    host = (urlsplit(endpoint).hostname or "").lower()
    more = [h.strip() for h in str(getattr(settings, "PUSH_HOSTS", "")).split(",") if h.strip()]
    return guard.is_allowed_inside(host) or any(fnmatchcase(host, p) for p in (*SERVICES, *more))


def subscribe(
    user: User, *, endpoint: str, p256dh: str, auth: str, device: str, at: datetime
) -> Subscription:
    """Register this browser for `user`; again is the same row. Raises Taken, Refused (nothing written)."""
    if len(endpoint) > 1000 or not is_known_service(endpoint):
        raise Refused(_("不认识这个推送服务,没有登记"))
    if not _fits(p256dh, auth):
        raise Refused(_("浏览器给的密钥不对,没有登记"))
    community_id = user.community_id
    if community_id is None:
        raise Refused(_("这个账号不属于任何社区"))
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    with transaction.atomic():
        if Subscription.objects.filter(digest=digest).exclude(user=user).exists():
            raise Taken
        _ensure_channel(community_id)
        values = {
            "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "device": device[:60], "gone_at": None,
        }  # fmt: skip
        kept, _made = Subscription.objects.update_or_create(
            community_id=community_id,
            user=user,
            digest=digest,
            defaults=values,
            create_defaults={**values, "made_at": at},
        )
        return kept


def unsubscribe(user: User, *, endpoint: str, at: datetime) -> bool:
    """Let go of one browser of one's own. False when there was none."""
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    return bool(Subscription.objects.filter(user=user, digest=digest).delete()[0])


def _ensure_channel(community_id: UUID) -> None:
    """Push needs no setting up: the channel exists from the first device on, and the office may switch it off."""
    Channel.objects.bulk_create(
        [Channel(community_id=community_id, kind=WEBPUSH, name=N_("手机推送"))], ignore_conflicts=True
    )


def _fits(p256dh: str, auth: str) -> bool:
    """A point on P-256 and 16 bytes (RFC 8291 §3.2)."""
    try:
        point, secret = _decoded(p256dh), _decoded(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, NotBase64):
        return False
    return len(secret) == 16


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
