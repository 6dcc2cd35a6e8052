"""What is kept of a sheet of paper: its number, its code, and which cases stand on it; nobody's name but of who walked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from linli.base.ids import uuid7
from linli.loops.models import Case, PathField
from linli.registry.models import Community


class SheetQuerySet(models.QuerySet["Sheet"]):
    """Reads as a phrase: `Sheet.objects.within(community_id, scopes).out()`."""

    def within(self, community_id: UUID, scopes: Iterable[str]) -> SheetQuerySet:
        """Sheets of places under any of the scope paths; no path means no sheet."""
        paths = Q()
        for path in scopes:
            paths |= Q(scope__under=path)
        return self.filter(paths, community_id=community_id) if paths else self.none()

    def out(self) -> SheetQuerySet:
        """Those that have not come back."""
        return self.filter(case__closed_at=None)


class Sheet(models.Model):
    """纸质表: one round printed for one place. `case` is the promise that it comes back, `form` what it asks.

    `token` is in its QR (128 random bits), `short_code` what is typed instead; both open it only for whoever may.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.OneToOneField(Case, models.CASCADE, related_name="sheet")
    form = models.CharField(max_length=82)  # key of forms.PaperForm
    number = models.CharField(max_length=40)
    token = models.CharField(max_length=32, unique=True)
    short_code = models.CharField(max_length=8)
    scope = PathField(max_length=200)
    place = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    objects: ClassVar[SheetQuerySet] = SheetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "number"], name="sheet_number")]
        indexes = [
            models.Index(fields=["community", "made_at"], name="sheet_latest"),
            models.Index(fields=["community", "short_code"], name="sheet_short"),
        ]

    def __str__(self) -> str:
        return self.number


class SheetRow(models.Model):
    """表行: one case on a sheet, and the state it was in when it was printed. Open until `outcome` says what became of it.

    `intent` is the act as it was typed in; `walked_by` and `walked_at` are what the paper says, `entered_by` who typed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="rows")
    number = models.PositiveSmallIntegerField()
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    state = models.CharField(max_length=40)
    stay = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, blank=True)  # taken, late, or a key of entering.NOT_DONE
    intent = models.CharField(max_length=100, blank=True)
    walked_by = models.CharField(max_length=60, blank=True)
    walked_at = models.DateTimeField(null=True)
    entered_by = models.CharField(max_length=60, blank=True)
    entered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "sheet", "number"], name="sheet_row_number"),
            models.CheckConstraint(
                name="sheet_row_whole",
                condition=Q(outcome="", entered_at=None) | (~Q(outcome="") & Q(entered_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["community", "case"], name="sheet_row_open", condition=Q(outcome="")),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.number}"
