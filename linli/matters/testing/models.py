"""A round of mass testing: who is to be tested, at which site, in which quarter of an hour."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.loops.models import Case
from linli.registry.models import Building, Community, Compound, Dwelling, Person


class Campaign(models.Model):
    """采样批次: one round of mass testing. `case` holds its promise; the same `intent` again is the same round."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.OneToOneField(Case, models.PROTECT, related_name="campaign")
    name = models.CharField(max_length=40)
    begins_at = models.DateTimeField()
    until = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=60)
    intent = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "intent"], name="campaign_once")
        ]
        indexes: ClassVar = [models.Index(fields=["community", "opened_at"], name="campaign_latest")]

    def __str__(self) -> str:
        return self.name

    @property
    def minutes(self) -> int:
        """How long samples are taken."""
        return int((self.until - self.begins_at).total_seconds() // 60)


class SamplingSite(models.Model):
    """采样点: where people of some buildings go. `walk_minutes` is the longest way as somebody walked it, if anybody did."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="sites")
    compound = models.ForeignKey(Compound, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    where = models.CharField(max_length=60, blank=True)
    desks = models.PositiveSmallIntegerField()
    walk_minutes = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "campaign", "number"], name="sampling_site_number")
        ]

    def __str__(self) -> str:
        return _("%(n)d号采样点") % {"n": self.number}


class SamplingSlot(models.Model):
    """采样时段: when the people of one building come to their site. `people` as it was planned."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    site = models.ForeignKey(SamplingSite, models.CASCADE, related_name="slots")
    building = models.ForeignKey(Building, models.PROTECT, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    people = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "site", "building"], name="sampling_slot_once")
        ]


class ListedPerson(models.Model):
    """应采人员: one resident in one round. `why` is a key of `listing.REASONS`, "" for whoever comes to the site.

    A reason with an end (`why_until`) binds until then: who may be tested before the round is over still is to be.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="listed")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    building = models.ForeignKey(Building, models.PROTECT, related_name="+")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    why = models.CharField(max_length=12, blank=True)
    why_until = models.DateTimeField(null=True)
    unit = models.CharField(max_length=60, blank=True)  # who tests them elsewhere

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "campaign", "person"], name="listed_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "campaign", "building", "why"], name="listed_building")
        ]
