"""What is seen of a person behind a door, and the link by which they tell it themselves."""

from __future__ import annotations

from django.db import models

from linli.base.ids import uuid7
from linli.loops.models import Case, PathField
from linli.registry.models import Community, Person


class Observation(models.Model):
    """健康观察: one temperature and the symptoms told with it. Kept beside the ledger, which names only its id.

    `case` is the health report's. `at` is when it was true (the device's time where that can be), `window_at` the
    opening of the window it counts for. The same `intent` again is the same observation.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.ForeignKey(Case, models.PROTECT, related_name="observations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    device_at = models.DateTimeField(null=True)
    window_at = models.DateTimeField(null=True)
    celsius = models.DecimalField(max_digits=3, decimal_places=1)
    symptoms = models.JSONField(default=list)  # words of the pack's list
    channel = models.CharField(max_length=12)  # page, door, phone, desk
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=60, blank=True)
    is_alert = models.BooleanField(default=False)
    doubts = models.JSONField(default=list)  # keys of observing.DOUBTS: what a person must look at
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=60, blank=True)
    intent = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "intent"], name="observation_once")]
        indexes = [
            models.Index(fields=["community", "case", "received_at"], name="observation_latest"),
        ]


class HealthLink(models.Model):
    """报告链接: opens one person's own report page without a sign-in. Only a digest of its token is kept.

    It dies with the isolation `case`, or when another is issued, or when somebody revokes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.ForeignKey(Case, models.PROTECT, related_name="health_links")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["community", "case"], name="health_link_case")]


class ReleaseNote(models.Model):
    """解除通知单: numbered and signed when somebody is let out. `token` opens the public check page."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.OneToOneField(Case, models.PROTECT, related_name="release_note")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    number = models.CharField(max_length=30)
    token = models.CharField(max_length=32, unique=True)
    short_code = models.CharField(max_length=8)
    statement = models.TextField()
    tested_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    issued_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="release_note_number"),
        ]
        indexes = [
            models.Index(fields=["community", "issued_at"], name="release_note_year"),
            models.Index(fields=["short_code"], name="release_note_short"),
        ]


class Cohabitant(models.Model):
    """同住人: what somebody who shares the dwelling was asked before the door closed, and answered."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.ForeignKey(Case, models.PROTECT, related_name="cohabitants")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=12)  # a key of household.ANSWERS
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "case", "person"], name="cohabitant_once"),
        ]


class Helper(models.Model):
    """五包一: who looks after one isolated dwelling, in one role of the pack. The telephone is in the vault.

    `path` is the scope path of the dwelling: whoever else is isolated behind that door has the same helpers.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    path = PathField(max_length=200)
    role = models.CharField(max_length=20)  # a key of five_in_one.ROLES
    name = models.CharField(max_length=50)
    named_at = models.DateTimeField()
    named_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "path", "role"], name="helper_once"),
        ]


class NoticeReceipt(models.Model):
    """签收: that the 告知书 of one isolation was signed for, on which way, and who saw it. A drawing is in the vault."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.OneToOneField(Case, models.PROTECT, related_name="notice_receipt")
    how = models.CharField(max_length=12)  # page, device, paper
    is_drawn = models.BooleanField(default=False)
    signed_at = models.DateTimeField()
    seen_by = models.CharField(max_length=60, blank=True)  # nobody where the resident signed alone

    class Meta:
        indexes = [models.Index(fields=["community", "signed_at"], name="notice_receipt_age")]
