"""The day's visits with their place in a walk, the plan they come from and where things lie."""

from __future__ import annotations

from django.db import models

from linli.base.ids import uuid7
from linli.loops.models import Case
from linli.registry.models import Community, Venue
from linli.roster.models import User


class PatrolVisit(models.Model):
    """巡查: the `number`th visit of a day owed to a venue. `outcome` is "" until somebody was there or it was given up.

    `walker`, `stop` and `planned_at` are the plan's and change with it; `walked_at` and `walked_by` are what was.
    `scanned` says that the venue's own living code was read on the spot.
    """

    CHECKED, SHUT, MISSED = "checked", "shut", "missed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.OneToOneField(Case, models.PROTECT, related_name="patrol_visit")
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    walker = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    walker_name = models.CharField(max_length=60, blank=True)
    stop = models.PositiveSmallIntegerField(null=True)
    planned_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True)
    scanned = models.BooleanField(default=False)
    walked_at = models.DateTimeField(null=True)
    walked_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "day", "venue", "number"], name="patrol_visit_once")
        ]
        indexes = [models.Index(fields=["community", "venue", "day"], name="patrol_visit_venue")]

    def __str__(self) -> str:
        return f"{self.day} {self.number}"


class PatrolPlan(models.Model):
    """巡查路线: how a day's visits are given out. `version` rises with every plan; `how` says who made this one.

    `improving` is the version that a solver still has to look at; 0 when there is none.
    """

    PLAIN, SOLVED = "plain", "solved"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    day = models.DateField()
    version = models.PositiveIntegerField(default=1)
    how = models.CharField(max_length=10, default=PLAIN)
    metres = models.PositiveIntegerField(default=0)
    improving = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "day"], name="patrol_plan_once")]
        indexes = [
            models.Index(
                fields=["improving"], name="patrol_plan_improving", condition=models.Q(improving__gt=0)
            )
        ]


class MapPoint(models.Model):
    """位置: where a venue, a compound or the office lies on the plan, in metres east (x) and north (y) of any origin."""

    VENUE, COMPOUND, OFFICE = "venue", "compound", "office"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    kind = models.CharField(max_length=10)
    subject = models.UUIDField()  # of the venue, the compound; of the community itself for the office
    x = models.IntegerField()
    y = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "kind", "subject"], name="map_point_once")
        ]
