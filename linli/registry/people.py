"""Households and people, with as little about each as the work needs."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from linli.base.ids import uuid7
from linli.base.masks import mask_name
from linli.loops.models import PathField
from linli.registry.keys import NameKeyField, search_index
from linli.registry.places import Community, Dwelling

NAME_KEYS = ("name_key", "given_key", "pinyin", "given_pinyin", "initials")
"""The columns that follow from a person's name."""


class Household(models.Model):
    """家庭户: the people behind one door."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="households")
    head_name = models.CharField(max_length=50, blank=True)
    tenure = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "dwelling"], name="household_once")]


class Person(models.Model):
    """人员: a resident, or somebody announced who is not in the register yet (`standing` = expected).

    Identity number and telephones are only in the vault (`Sealed`, owner kind "person").
    The keys of the name fill themselves whenever the row is written (`keys.NameKeyField`).
    """

    RESIDENT, EXPECTED, LEFT, DECEASED = "resident", "expected", "left", "deceased"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="people")
    standing = models.CharField(max_length=12, default=RESIDENT)
    name = models.CharField(max_length=100)
    name_key = NameKeyField(key="whole", max_length=50, blank=True)
    given_key = NameKeyField(key="given", max_length=50, blank=True)
    pinyin = NameKeyField(key="pinyin", max_length=120, blank=True)
    given_pinyin = NameKeyField(key="given_pinyin", max_length=120, blank=True)
    initials = NameKeyField(key="initials", max_length=50, blank=True)
    sex = models.CharField(max_length=1, blank=True)  # GB/T 2261.1: 1 male, 2 female, "" not known
    birth_on = models.DateField(null=True)
    relation = models.CharField(max_length=20, blank=True)
    id_type = models.CharField(max_length=20, blank=True)
    workplace = models.CharField(max_length=60, blank=True)
    smartphone = models.BooleanField(null=True)
    doses = models.PositiveSmallIntegerField(null=True)
    last_dose_on = models.DateField(null=True)
    note = models.TextField(blank=True)
    path = PathField(max_length=200)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            search_index("name_key", "person_name"),
            search_index("given_key", "person_given"),
            search_index("pinyin", "person_pinyin"),
            search_index("given_pinyin", "person_given_pinyin"),
            search_index("initials", "person_initials"),
            models.Index(
                fields=["community", "path", "id"],
                name="person_path",
                opclasses=["uuid_ops", "varchar_pattern_ops", "uuid_ops"],
            ),
        ]

    def __str__(self) -> str:
        return mask_name(self.name)

    def save(self, **options: Any) -> None:
        """Django's; a name that is written takes its keys along."""
        if (fields := options.get("update_fields")) and "name" in fields:
            options["update_fields"] = {*fields, *NAME_KEYS}
        super().save(**options)

    @property
    def masked_name(self) -> str:
        """What somebody sees who is not on duty for this person."""
        return mask_name(self.name)


class SpecialNeed(models.Model):
    """特殊人群: one class a person belongs to (独居老人, 孕产妇, 透析 …), by its key in the pack."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE, related_name="needs")
    kind = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "person", "kind"], name="need_once")]
        indexes = [models.Index(fields=["community", "kind"], name="need_kind")]


class Sealed(models.Model):
    """One encrypted value: an identity number or a telephone number. Read only through `registry.vault`."""

    ID_NUMBER, PHONE = "id_number", "phone"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    owner_kind = models.CharField(max_length=12)  # person, venue, volunteer, vehicle, call
    owner_id = models.UUIDField()
    kind = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField(default=0)
    blob = models.BinaryField()
    blind = models.BinaryField(max_length=32)
    tail = models.CharField(
        max_length=4, blank=True
    )  # last four digits of a telephone: what the mask shows anyway
    label = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "blind"],
                name="sealed_id_once",
                condition=Q(kind="id_number", owner_kind="person"),
            ),
            models.UniqueConstraint(
                fields=["community", "owner_kind", "owner_id", "kind", "position"], name="sealed_position"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "kind", "blind"], name="sealed_blind"),
            models.Index(fields=["community", "kind", "tail"], name="sealed_tail"),
        ]


class Reading(models.Model):
    """One look at something sealed: who, whose, what, why, when. Shown to the data officer, kept by the pack's days."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    reader_id = models.UUIDField()
    reader_name = models.CharField(max_length=60)
    owner_kind = models.CharField(max_length=12)
    owner_id = models.UUIDField()
    kind = models.CharField(max_length=12)
    reason = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["community", "reader_id", "at"], name="reading_reader"),
            models.Index(fields=["community", "owner_id", "at"], name="reading_owner"),
            models.Index(fields=["community", "at"], name="reading_age"),
        ]
