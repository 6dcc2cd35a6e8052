"""A venue's file beside its case, and the one link of whoever keeps the shop."""

from __future__ import annotations

from django.db import models

from linli.base.ids import uuid7
from linli.loops.models import Case
from linli.registry.models import Community, Venue


class VenueFile(models.Model):
    """场所档案: who checks at a venue and what an application told. `case` holds its promise.

    Until it is approved `venue` is empty and the other columns say what was told; from then on the register says it.
    `meant` is the venue of the register that the desk took it for, before that.
    The telephone lies in the vault: of the file until then (owner kind `venue_file`), of the venue from then on.
    The same `intent` again is the same application.
    """

    DOOR, DESK = "door", "desk"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.OneToOneField(Case, models.PROTECT, related_name="venue_file")
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, related_name="files")
    meant = models.ForeignKey(Venue, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=30)
    address = models.CharField(max_length=120, blank=True)
    manager = models.CharField(max_length=50, blank=True)
    hours = models.JSONField(default=list)
    checker = models.CharField(max_length=50, blank=True)
    source = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    amended_at = models.DateTimeField(null=True)
    intent = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "intent"], name="venue_file_once")]
        indexes = [models.Index(fields=["community", "venue"], name="venue_file_of")]

    def __str__(self) -> str:
        return self.name


class VenueLink(models.Model):
    """店家链接: opens the page of one shop without a sign-in; a shop has no other. Only a digest of its token is kept.

    It is an application's (`file`) until that is approved, the venue's from then on, whatever becomes of its code.
    It opens nothing when another was issued, or when somebody revokes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    file = models.ForeignKey(VenueFile, models.CASCADE, null=True, related_name="links")
    venue = models.ForeignKey(Venue, models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60, blank=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file=None, venue__isnull=False) | models.Q(file__isnull=False, venue=None),
                name="venue_link_of_one",
            )
        ]
        indexes = [
            models.Index(fields=["community", "file"], name="venue_link_file"),
            models.Index(fields=["community", "venue"], name="venue_link_venue"),
        ]
