"""Who sends scans by machine: a gate with a key of its own, at one place."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from linli.base.ids import uuid7
from linli.registry.models import Community, Venue


class Gate(models.Model):
    """闸机: a device or system that sends what passes it; its key is kept only as a digest.

    `heard_at` is when it sent something last, `sent` how many facts it has sent on `heard_on` (a local day; the same
    again counts again), `ahead_ms` how far its newest fact was ahead of the house's clock then (see `scans.pulse`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    venue = models.ForeignKey(Venue, models.CASCADE)
    name = models.CharField(max_length=60)
    key_digest = models.CharField(max_length=64)
    key_hint = models.CharField(max_length=8)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    heard_on = models.DateField(null=True)
    sent = models.PositiveIntegerField(default=0)
    ahead_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key_digest"], name="gate_key_once")
        ]

    def __str__(self) -> str:
        return self.name


class Gone(models.Model):
    """销毁证明: a day of scans of a community that is no more; signed, so that it cannot be made later."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    day_on = models.DateField()
    before = models.PositiveBigIntegerField()
    after = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    statement = models.TextField()
    kid = models.CharField(max_length=20)
    signature = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "day_on", "at"], name="gone_once")
        ]

    def __str__(self) -> str:
        return f"{self.day_on}: {self.before} → {self.after}"
