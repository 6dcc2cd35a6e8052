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
    waiting = models.PositiveSmallIntegerField(null=True)  # people in the queue, as somebody counted them
    waiting_at = models.DateTimeField(null=True)

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


class SampleBox(models.Model):
    """样本箱: tubes that travel together. `case` holds its custody: packed, handed over, received.

    `difference` are the barcodes on which table and system did not agree when it was packed: {"missing", "extra"}.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="boxes")
    case = models.OneToOneField(Case, models.PROTECT, related_name="sample_box")
    number = models.PositiveIntegerField()
    packed_at = models.DateTimeField()
    packed_by = models.CharField(max_length=60)
    difference = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True)
    intent = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "campaign", "number"], name="sample_box_number"),
            models.UniqueConstraint(fields=["community", "intent"], name="sample_box_once"),
        ]

    def __str__(self) -> str:
        return _("%(n)d号箱") % {"n": self.number}


class Tube(models.Model):
    """试管: the unit that is written, sealed and whole. Its id is made where it was sealed.

    `kind` is a type of the pack with its `capacity` as it was then. A tube with fewer people says why (`short`).
    `is_doubtful`: another tube of the round has the same barcode; both are kept until a person decides.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="tubes")
    site = models.ForeignKey(SamplingSite, models.PROTECT, null=True, related_name="+")
    box = models.ForeignKey(SampleBox, models.PROTECT, null=True, related_name="tubes")
    barcode = models.CharField(max_length=30)
    kind = models.CharField(max_length=12)
    capacity = models.PositiveSmallIntegerField()
    people = models.PositiveSmallIntegerField()
    short = models.CharField(max_length=100, blank=True)
    is_doubtful = models.BooleanField(default=False)
    is_void = models.BooleanField(default=False)
    result = models.CharField(max_length=10, blank=True)  # a key of results.WORDS, "" while it is awaited
    tested_at = models.DateTimeField(null=True)
    result_at = models.DateTimeField(null=True)
    lab = models.CharField(max_length=60, blank=True)
    sealed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "campaign", "barcode"],
                name="tube_barcode",
                condition=models.Q(is_doubtful=False, is_void=False),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "barcode"], name="tube_found"),
            models.Index(fields=["community", "campaign", "box"], name="tube_box"),
        ]

    def __str__(self) -> str:
        return self.barcode


class Sample(models.Model):
    """样本: one code in one tube, at its place in the order. `standing` is a key of `tubes.STANDINGS`.

    One sample of a person counts in a round; another one is kept beside it until a person decides. `person` is None while
    nobody knows whose code it was.
    """

    COUNTS, AGAIN, UNKNOWN, BOTH, DROPPED = "", "again", "unknown", "both", "dropped"
    INVALID = "invalid"  # the laboratory could not read it: to be taken again

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="samples")
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="samples")
    place = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    said = models.CharField(max_length=30, blank=True)  # the code, while nobody knows whose it is
    standing = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "tube", "place"], name="sample_place"),
            models.UniqueConstraint(
                fields=["community", "campaign", "person"],
                name="sample_counts_once",
                condition=models.Q(standing=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["community", "campaign", "standing"],
                name="sample_doubtful",
                condition=models.Q(standing__in=("again", "unknown")),
            )
        ]
