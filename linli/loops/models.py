"""What the engine keeps: Case (what is open now), Event (all that ever happened) and the ledger's head per community."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from linli.base.ids import uuid7
from linli.base.scope import after_prefix
from linli.loops.registry import loop_of
from linli.loops.spec import Loop, State


class PathField(models.CharField):  # type: ignore[type-arg]  # the stubs are generic, Django is not
    """A scope path; `__under` finds everything inside a place through the index, whatever the collation."""


@PathField.register_lookup
class Under(models.Lookup):
    """`scope__under="xysj/a/"`: a half-open range that both databases answer from a btree."""

    lookup_name = "under"
    prepare_rhs = False

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def]
        left, params = self.process_lhs(compiler, connection)
        low, high = ("~>=~", "~<~") if connection.vendor == "postgresql" else (">=", "<")
        return f"({left} {low} %s AND {left} {high} %s)", [*params, self.rhs, *params, after_prefix(self.rhs)]


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads as a phrase: `Case.objects.open().within(community, scopes).by_promise()`."""

    def open(self) -> CaseQuerySet:
        """Cases that still owe something."""
        return self.filter(closed_at=None)

    def within(self, community_id: UUID, scopes: Iterable[str]) -> CaseQuerySet:
        """Cases of one community under any of the scope paths; no path means no case."""
        paths = Q()
        for path in scopes:
            paths |= Q(scope__under=path)
        return self.filter(paths, community_id=community_id) if paths else self.none()

    def by_promise(self) -> CaseQuerySet:
        """What is due first comes first; stable under equal promises."""
        return self.order_by("due_at", "id")

    def awake(self, at: datetime) -> CaseQuerySet:
        """Open cases the clock must look at by `at`."""
        return self.filter(closed_at=None, wake_at__lte=at).order_by("wake_at")


class Case(models.Model):
    """One matter about one subject, on its way through one loop. Moved only by the engine."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    loop = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    stay = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=120)
    scope = PathField(max_length=200)
    subject = models.CharField(max_length=60)
    holder_id = models.UUIDField(null=True)
    holder_name = models.CharField(max_length=60, blank=True)
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)
    rung = models.PositiveSmallIntegerField(default=0)
    overdue_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    anchors = models.JSONField(default=dict)
    pack = models.CharField(max_length=80)
    cause = models.ForeignKey("self", models.PROTECT, null=True, related_name="follow_ups")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[CaseQuerySet] = CaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_open_owes",
                condition=Q(closed_at=None, due_at__isnull=False, wake_at__isnull=False)
                | Q(closed_at__isnull=False, due_at=None, wake_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["wake_at"], name="case_wake", condition=Q(closed_at=None)),
            # Where a case lies, its loop and its holder stand in the index, so that a desk that sees one grid walks
            # the promises of the whole community without touching the cases of others (bench/worklist.py).
            models.Index(
                fields=["community_id", "due_at", "id", "scope", "loop", "holder_id"],
                name="case_promise",
                opclasses=[
                    *("uuid_ops", "timestamptz_ops", "uuid_ops"),
                    *("varchar_pattern_ops", "varchar_ops", "uuid_ops"),
                ],
                condition=Q(closed_at=None),
            ),
            models.Index(
                fields=["community_id", "rung", "scope"],
                name="case_loud",
                opclasses=["uuid_ops", "int2_ops", "varchar_pattern_ops"],
                condition=Q(closed_at=None, acknowledged_at=None),
            ),
            models.Index(fields=["community_id", "loop", "subject"], name="case_subject"),
            models.Index(fields=["community_id", "loop", "state", "due_at"], name="case_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.loop} {self.id}"

    @property
    def declared(self) -> type[Loop]:
        """The loop this case runs through."""
        return loop_of(self.loop)

    @property
    def standing(self) -> State:
        """The declared state it is in."""
        return self.declared.states[self.state]


class Event(models.Model):
    """One thing that happened to one case. Append-only (database triggers), chained per community, also the outbox."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    seq = models.BigIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=40)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=60, blank=True)
    giver = models.CharField(max_length=60, blank=True)
    taker = models.CharField(max_length=60, blank=True)
    given = models.JSONField(default=dict)
    at = models.DateTimeField()
    device_at = models.DateTimeField(null=True)
    intent = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community_id", "seq"], name="event_seq"),
            models.UniqueConstraint(fields=["community_id", "intent"], name="event_intent"),
        ]
        indexes = [models.Index(fields=["case", "seq"], name="event_case")]

    def __str__(self) -> str:
        return f"{self.seq} {self.name}"

    @property
    def verb(self) -> str:
        """The part after the loop's key: a step, or one of the engine's own words."""
        return self.name.partition(".")[2]


class Ledger(models.Model):
    """The head of one community's chain; its row is the lock under which a community writes, one step at a time."""

    community_id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)
    adoptions = models.PositiveIntegerField(
        default=0
    )  # rises with every pack adopted: what is cached by it stays true


class Remark(models.Model):
    """A private answer given in a step: kept beside the ledger so that it can be shredded; the event holds its id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    event = models.ForeignKey(Event, models.PROTECT, related_name="remarks")
    key = models.CharField(max_length=40)
    text = models.TextField()
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["community_id", "event"], name="remark_event")]


class Destruction(models.Model):
    """销毁记录: what was destroyed, how many, by which rule, when; nothing of whom. Kept as long as the community."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    of = models.CharField(max_length=20)
    count = models.PositiveIntegerField()
    rule = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community_id", "at", "of", "rule"], name="destruction_once")
        ]


class LateNote(models.Model):
    """A step that arrived after the case had moved on: visible until a person decides what it means."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="late_note")
    community_id = models.UUIDField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="late_notes")
    step = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["community_id", "case"], name="late_open", condition=Q(decided_at=None)),
        ]


class Adoption(models.Model):
    """From when which policy pack binds a community, word for word as adopted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    key = models.CharField(max_length=60)
    body = models.TextField()
    from_at = models.DateTimeField()
    adopted_at = models.DateTimeField()
    adopted_by = models.CharField(max_length=60)
    seconded_by = models.CharField(max_length=60, blank=True)
    replanned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community_id", "from_at"], name="adoption_once"),
        ]


class Cursor(models.Model):
    """How far one subscriber has read one community's ledger; claimed with a lease."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    subscriber = models.CharField(max_length=80)
    seq = models.BigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community_id", "subscriber"], name="cursor_once")]


class Parked(models.Model):
    """An event a subscriber failed on: tried again with growing pauses, then left for a person; the others flow on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    subscriber = models.CharField(max_length=80)
    event = models.ForeignKey(Event, models.PROTECT, related_name="parked")
    tries = models.PositiveSmallIntegerField(default=1)
    again_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community_id", "subscriber", "event"], name="parked_once")
        ]
        indexes = [
            models.Index(fields=["again_at"], name="parked_again", condition=Q(again_at__isnull=False))
        ]
