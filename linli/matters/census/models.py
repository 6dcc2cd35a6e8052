"""A round with its doors, what volunteers propose to correct, and the card of everybody who is looked after."""

from __future__ import annotations

from django.db import models

from linli.base.ids import uuid7
from linli.loops.models import Case, PathField
from linli.registry.models import Building, Community, Dwelling, Person


class CensusRound(models.Model):
    """入户批次: one walk over buildings. `case` holds its promise; `asks` are keys of `asks.ASKS`.

    The same `intent` again is the same round.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.OneToOneField(Case, models.PROTECT, related_name="census_round")
    name = models.CharField(max_length=40)
    asks = models.JSONField(default=list)
    until = models.DateTimeField()
    walker_name = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=60)
    intent = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "intent"], name="census_round_once")]
        indexes = [models.Index(fields=["community", "opened_at"], name="census_round_latest")]

    def __str__(self) -> str:
        return self.name


class RoundDoor(models.Model):
    """轮内住户: one front door in one round, with its case. `outcome` is "" until somebody has been there.

    `people` are the ids of who was registered there when the round began: their place in the list is the number by which
    a volunteer names them. `again_from` is when an absent household is visited next.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    round = models.ForeignKey(CensusRound, models.PROTECT, related_name="doors")
    building = models.ForeignKey(Building, models.PROTECT, related_name="+")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, models.PROTECT, related_name="round_door")
    outcome = models.CharField(max_length=10, blank=True)  # a key of asks.OUTCOMES
    tries = models.PositiveSmallIntegerField(default=0)
    again_from = models.DateTimeField(null=True)
    people = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "round", "dwelling"], name="round_door_once")
        ]
        indexes = [
            models.Index(fields=["community", "round", "building", "outcome"], name="round_door_coverage")
        ]


class Correction(models.Model):
    """登记更正: one difference between the register and the door. Old and new value lie encrypted with the registry.

    `visit` is the case in which it was told. `fact` is what it is about: equal facts are shown together. `mark` is the
    register's digest of that fact as the volunteer knew it: another one now means that the register has changed since.
    """

    OPEN, ACCEPTED, DECLINED = "open", "accepted", "declined"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    visit = models.ForeignKey(Case, models.PROTECT, related_name="corrections")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10)  # a key of asks.KINDS
    fact = models.CharField(max_length=80)
    mark = models.CharField(max_length=64)
    path = PathField(max_length=200)
    state = models.CharField(max_length=10, default=OPEN)
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=60)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["community", "state", "fact"], name="correction_open"),
            models.Index(fields=["community", "visit"], name="correction_visit"),
        ]


class CarePlan(models.Model):
    """包保档案: who looks after somebody, how often, and what must not run out. `case` holds the next date.

    Key keeper and emergency contact lie encrypted with the registry. `weekdays` (1 = Monday) go before `every_days`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    person = models.ForeignKey(Person, models.PROTECT, related_name="care_plans")
    case = models.OneToOneField(Case, models.PROTECT, related_name="care_plan")
    helper_name = models.CharField(max_length=60)
    weekdays = models.JSONField(default=list)
    every_days = models.PositiveSmallIntegerField(default=7)
    hospital = models.CharField(max_length=60, blank=True)
    department = models.CharField(max_length=40, blank=True)
    needs_vehicle = models.BooleanField(default=False)
    medicine_until = models.DateField(null=True)
    has_contact = models.BooleanField(default=False)
    last_contact_at = models.DateTimeField(null=True)
    last_contact_by = models.CharField(max_length=60, blank=True)
    intent = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "intent"], name="care_plan_once")]
        indexes = [models.Index(fields=["community", "person"], name="care_plan_person")]
