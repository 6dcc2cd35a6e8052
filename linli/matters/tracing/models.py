"""What a trace may look at, and whom it named to be called."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from linli.base.ids import uuid7
from linli.loops.models import Case
from linli.registry.models import Community, Person


class Scope(models.Model):
    """范围: one person, some days, some minutes; why, and under which number of the investigation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.OneToOneField(Case, models.PROTECT, related_name="trace_scope")
    person = models.ForeignKey(Person, models.CASCADE)
    since = models.DateTimeField()
    until = models.DateTimeField()
    within_minutes = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=60)
    asked_by = models.UUIDField()
    granted_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "case"], name="trace_scope_once")
        ]

    def __str__(self) -> str:
        return self.number


class Contact(models.Model):
    """要告知的人: somebody who was there at the time. `who` is a key of scans; `scan` the one whose number is called."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.OneToOneField(Case, models.PROTECT, related_name="traced_contact")
    scope = models.ForeignKey(Scope, models.CASCADE, related_name="contacts")
    who = models.BinaryField(max_length=16)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    scan = models.UUIDField(null=True)
    number = models.BinaryField(null=True)
    times = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "scope", "who"], name="traced_once")
        ]

    def __str__(self) -> str:
        return str(self.case_id)
