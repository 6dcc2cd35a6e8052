"""An import: one file of the office on its way into the database, and what was found in its rows.

received → previewed → confirmed → running → done; failed when the file cannot be read; dropped when nobody wants it.
Names and numbers of staged rows lie encrypted beside the row and are gone when the import ends; so is the file.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.base.ids import uuid7
from linli.registry.places import Community


class State(models.TextChoices):
    """How far an import has come."""

    RECEIVED = "received", _("正在检查")
    PREVIEWED = "previewed", _("待确认")
    CONFIRMED = "confirmed", _("排队导入")
    RUNNING = "running", _("正在导入")
    DONE = "done", _("已导入")
    FAILED = "failed", _("读不了")
    DROPPED = "dropped", _("已放弃")


OPEN = (State.RECEIVED, State.PREVIEWED, State.CONFIRMED, State.RUNNING)


class ImportQuerySet(models.QuerySet["Import"]):
    """Reads as a phrase: `Import.objects.waiting().first()`."""

    def waiting(self) -> ImportQuerySet:
        """What the worker has to do, oldest first: files to check, and confirmed ones to bring in."""
        return self.filter(state__in=(State.RECEIVED, State.CONFIRMED, State.RUNNING)).order_by(
            "uploaded_at", "id"
        )


class Import(models.Model):
    """导入: one file. `position` counts the rows already in the database: a run that was killed goes on there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    uploaded_by = models.UUIDField(null=True)
    uploaded_name = models.CharField(max_length=60)
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=State.RECEIVED)
    trouble = models.CharField(max_length=300, blank=True)  # a sentence for whoever brought the file
    unknown_columns = models.JSONField(default=list)
    missing_columns = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)  # rows in the file, whatever they are
    position = models.PositiveIntegerField(default=0)
    counts = models.JSONField(
        default=dict
    )  # {"outcome": {…}, "kind": {"id_float": {"action": "drop", "n": 19}}}
    results = models.JSONField(default=dict)  # {"created": 4940, "updated": 0, …}
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=60, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # in vain since the last progress
    confirmed_at = models.DateTimeField(null=True)
    confirmed_name = models.CharField(max_length=60, blank=True)
    finished_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)  # result file and encrypted text are gone

    objects: ClassVar[ImportQuerySet] = ImportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "digest"],
                name="import_once_at_a_time",
                condition=Q(state__in=("received", "previewed", "confirmed", "running")),
            )
        ]
        indexes = [
            models.Index(fields=["community", "uploaded_at"], name="import_latest"),
            models.Index(fields=["uploaded_at"], name="import_waiting", condition=Q(finished_at=None)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def standing(self) -> str:
        """The Chinese word for the state."""
        return str(State(self.state).label)

    @property
    def is_open(self) -> bool:
        """Whether something is still to happen with it."""
        return self.state in OPEN


class ImportRow(models.Model):
    """导入行: a row in which something was found. `defects` say what (no personal text); `enclosed` the texts.

    `position` is the row's place in the stream of the whole file, from 0.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    imported = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    sheet = models.CharField(max_length=60, blank=True)
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=16)
    defects = models.JSONField(
        default=list
    )  # [{"kind", "field", "action", "other", "other_sheet", "decision"}]
    kinds = models.CharField(max_length=400, blank=True)  # " id_float sex_word ": for the filter
    asks = models.BooleanField(default=False)  # a person has to look
    enclosed = models.BinaryField(null=True)  # the defects' texts, encrypted, until the import ends
    result = models.CharField(max_length=16, blank=True)
    target = models.UUIDField(null=True)  # the record that came of it
    why = models.CharField(max_length=200, blank=True)  # of a row that was refused

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "imported", "position"], name="import_row_position")
        ]
        indexes = [
            models.Index(fields=["community", "imported", "asks", "position"], name="import_row_asks"),
            models.Index(fields=["community", "target"], name="import_row_target", condition=Q(asks=True)),
        ]
