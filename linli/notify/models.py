"""Channels an office has set up, the devices people registered, and the outbox of deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as N_

from linli.base.ids import uuid7
from linli.registry.models import Community, Person, Venue
from linli.roster.models import User

WEBPUSH, ROBOT, SMS, MAIL = "webpush", "robot", "sms", "mail"
KINDS = {WEBPUSH: N_("手机推送"), ROBOT: N_("群机器人"), SMS: N_("短信"), MAIL: N_("邮件")}
"""Kind → Chinese title (a msgid)."""


class Channel(models.Model):
    """通道: one way out, set up by the office. Its secrets are in the vault (owner kind "channel", kind "secret").

    `from_rung` is the rung of the ladder from which it speaks: 0 at once, 1 when the first rung was silent.
    `spent` counts what was handed to a paid gateway on `spent_on` (local day).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=40)
    config = models.JSONField(default=dict)
    from_rung = models.PositiveSmallIntegerField(default=0)
    enabled = models.BooleanField(default=True)
    tested_at = models.DateTimeField(null=True)
    test_passed = models.BooleanField(null=True)
    test_answer = models.CharField(max_length=200, blank=True)
    spent = models.PositiveIntegerField(default=0)
    spent_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "name"], name="channel_name"),
            models.UniqueConstraint(
                fields=["community", "kind"], name="channel_push_once", condition=Q(kind="webpush")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """One browser on one device that agreed to be pushed to. `digest` is the SHA-256 of the endpoint."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE, related_name="subscriptions")
    endpoint = models.CharField(max_length=1000)
    digest = models.CharField(max_length=64)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    device = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "digest"], name="subscription_endpoint")]
        indexes = [
            models.Index(fields=["community", "user"], name="subscription_live", condition=Q(gone_at=None))
        ]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reads as a phrase: `Delivery.objects.claimable(at)`."""

    def claimable(self, at: datetime) -> DeliveryQuerySet:
        """Queued, due, and in nobody's hands (a dead worker's lease has run out)."""
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        return self.filter(free, state=Delivery.QUEUED, next_at__lte=at)


class Delivery(models.Model):
    """投递: one message to one person (or one group) over one channel about one event. This table is the outbox.

    `facts` is what was true at the event, without anything personal; the words are made when it is sent, in the
    language of who reads them. `reached` lists the devices that have it already, so that a retry spares them.
    """

    QUEUED, SENT, REFUSED, GIVEN_UP, MOOT = "queued", "sent", "refused", "given_up", "moot"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    event_id = models.UUIDField()
    case_id = models.UUIDField()
    recipient = models.ForeignKey(User, models.CASCADE, null=True, related_name="deliveries")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    dedup = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=60, blank=True)
    reached = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[DeliveryQuerySet] = DeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "dedup"], name="delivery_once")]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=Q(state="queued")),
            models.Index(fields=["community", "case_id", "queued_at"], name="delivery_case"),
            models.Index(fields=["community", "event_id"], name="delivery_event"),
        ]


class ResidentMessage(models.Model):
    """居民短信: that somebody on duty texted a resident or a shop, what for, and the answer; never text or number."""

    SENDING, SENT, FAILED = "sending", "sent", "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    venue = models.ForeignKey(Venue, models.CASCADE, null=True, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20)
    intent = models.CharField(max_length=100)
    sent_at = models.DateTimeField()
    sent_by_id = models.UUIDField()
    sent_by = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default=SENDING)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "intent"], name="resident_message_once"),
            models.CheckConstraint(
                condition=Q(person=None, venue__isnull=False) | Q(person__isnull=False, venue=None),
                name="resident_message_to_one",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "person", "sent_at"], name="resident_message_day"),
            models.Index(fields=["community", "venue", "sent_at"], name="resident_message_shop"),
        ]
