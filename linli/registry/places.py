"""The tree of places: community, compound, grid, building, unit, dwelling; and the venues in it."""

from __future__ import annotations

from django.db import models

from linli.base.ids import uuid7
from linli.base.scope import path as scope_path
from linli.loops.models import PathField
from linli.registry.keys import KeyField, search_index


class Community(models.Model):
    """社区: the tenant. Everything else belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    street = models.CharField(max_length=60, blank=True)
    district = models.CharField(max_length=60, blank=True)
    region = models.CharField(max_length=6, blank=True)  # GB/T 2260
    phone = models.CharField(max_length=20, blank=True)  # the office's public duty line
    is_drill = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """The scope path of the whole community."""
        return scope_path(self.slug)


class Compound(models.Model):
    """小区. `aliases` are the short names people write in addresses."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    code = models.SlugField(max_length=12)
    name = models.CharField(max_length=40)
    aliases = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "code"], name="compound_code"),
            models.UniqueConstraint(fields=["community", "name"], name="compound_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Grid(models.Model):
    """网格: the buildings one grid lead answers for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    compound = models.ForeignKey(Compound, models.CASCADE)
    code = models.SlugField(max_length=12)
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "compound", "code"], name="grid_code")]

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    """楼栋, `number` as people say it ("3"); `position` sorts 2 before 10."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    compound = models.ForeignKey(Compound, models.CASCADE)
    grid = models.ForeignKey(Grid, models.PROTECT)
    number = models.CharField(max_length=12)
    position = models.PositiveIntegerField(default=0)
    path = PathField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "compound", "number"], name="building_number")
        ]

    def __str__(self) -> str:
        return f"{self.number}号楼"


class Unit(models.Model):
    """单元: one entrance of a building."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    building = models.ForeignKey(Building, models.CASCADE, related_name="units")
    number = models.CharField(max_length=12)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "building", "number"], name="unit_number")
        ]

    def __str__(self) -> str:
        return f"{self.number}单元"


class Dwelling(models.Model):
    """户: one front door. `label` is how it is said and searched ("3-2-1101"), unique within its compound."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    compound = models.ForeignKey(Compound, models.CASCADE)
    building = models.ForeignKey(Building, models.CASCADE, related_name="dwellings")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="dwellings")
    room = models.CharField(max_length=12)
    label = KeyField(max_length=40)
    position = models.PositiveBigIntegerField(default=0)
    path = PathField(max_length=200)
    vacant = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "compound", "label"], name="dwelling_label")
        ]
        indexes = [
            search_index("label", "dwelling_search"),
            models.Index(fields=["community", "building", "position"], name="dwelling_walk"),
        ]

    def __str__(self) -> str:
        return f"{self.compound.name}{self.label}"


class Venue(models.Model):
    """场所: an open place that is visited, checked and posts a code. Its telephone numbers are in the vault."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=30)  # one of the 39 classes of the pack's catalogue
    address = models.CharField(max_length=120, blank=True)
    manager = models.CharField(max_length=50, blank=True)
    hours = models.JSONField(default=list)  # [["08:00", "22:00"], …] local time
    note = models.CharField(max_length=500, blank=True)
    path = PathField(max_length=200)
    standing = models.CharField(max_length=20, default="open")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "name", "address"], name="venue_once")]

    def __str__(self) -> str:
        return self.name
