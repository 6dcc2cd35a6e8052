"""What stands beside alerts and restrictions: the scans that raised one, the file of a restriction, its personal link."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.base.ids import uuid7
from linli.loops.models import Case
from linli.registry.models import Community, Person


class Sighting(models.Model):
    """异常扫码: one scan whose colour was not green, and the alert it belongs to.

    `colour` is what was seen at that moment, never a status of anybody. `who` is the scan's key, as hex; "" where nobody
    left a number. `scan` is the scan's own id: the same scan again is the same sighting.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.ForeignKey(Case, models.PROTECT, related_name="sightings")
    scan = models.UUIDField()
    place = models.UUIDField()
    who = models.CharField(max_length=64, blank=True)
    day_on = models.DateField()
    seen_at = models.DateTimeField()
    colour = models.CharField(max_length=10)
    mode = models.CharField(max_length=10)  # key of scans.record.MODES

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["community", "scan"], name="sighting_once")]
        indexes: ClassVar = [
            models.Index(fields=["community", "place", "day_on", "who"], name="sighting_again"),
            models.Index(fields=["community", "case"], name="sighting_case"),
        ]


class RestrictionFile(models.Model):
    """限制卷宗: why somebody is restricted, as it stood when it was decided. The basis is copied word for word.

    The database itself refuses a file without basis, evidence or reason, one that ends later than its basis allows, one
    confirmed by whoever proposed it, one told before it was confirmed, and one of many in a day that no third person has
    looked at. Deleted with the case's purpose.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.OneToOneField(Case, models.PROTECT, related_name="restriction_file")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    basis = models.CharField(max_length=40)
    law = models.CharField(max_length=100)
    article = models.CharField(max_length=100)
    does = models.CharField(max_length=200)
    evidence = models.CharField(max_length=12)  # key of words.EVIDENCE
    evidence_number = models.CharField(max_length=60)
    reason = models.CharField(max_length=500)
    proposed_at = models.DateTimeField()
    proposer_id = models.UUIDField()
    proposer_name = models.CharField(max_length=60)
    ends_at = models.DateTimeField()
    latest_at = models.DateTimeField()  # proposed_at and the days of the basis
    confirmed_at = models.DateTimeField(null=True)
    confirmer_id = models.UUIDField(null=True)
    confirmer_name = models.CharField(max_length=60, blank=True)
    told_at = models.DateTimeField(null=True)
    needs_third = models.BooleanField(default=False)  # one of many in a day, or an approver asked for it
    allowed_at = models.DateTimeField(null=True)
    allower_id = models.UUIDField(null=True)
    allower_name = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="restriction_rests_on_something",
                condition=~Q(basis="") & ~Q(evidence_number="") & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="restriction_ends",
                condition=Q(ends_at__gt=F("proposed_at")) & Q(ends_at__lte=F("latest_at")),
            ),
            models.CheckConstraint(
                name="restriction_two_people",
                condition=Q(confirmed_at=None, confirmer_id=None)
                | Q(confirmed_at__isnull=False, confirmer_id__isnull=False)
                & ~Q(confirmer_id=F("proposer_id")),
            ),
            models.CheckConstraint(
                name="restriction_told_after",
                condition=Q(told_at=None) | Q(confirmed_at__isnull=False, told_at__lt=F("ends_at")),
            ),
            models.CheckConstraint(
                name="restriction_third_person",
                condition=Q(needs_third=False)
                | Q(confirmed_at=None)
                | Q(allower_id__isnull=False)
                & ~Q(allower_id=F("proposer_id"))
                & ~Q(allower_id=F("confirmer_id")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "person"], name="restriction_person"),
            models.Index(fields=["community", "proposed_at"], name="restriction_proposed"),
            models.Index(fields=["community", "confirmed_at"], name="restriction_confirmed"),
        ]


class RestrictionLink(models.Model):
    """限制告知链接: opens one person's own page without a sign-in, to read why and to appeal. Only a digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.ForeignKey(Case, models.PROTECT, related_name="restriction_links")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["community", "case"], name="restriction_link_case")]
