"""Vehicles with their drivers, and the trains, flights and coaches people arrive with."""

from __future__ import annotations

from django.db import models

from linli.base.ids import uuid7
from linli.registry.models import Community
from linli.roster.models import Volunteer


class Vehicle(models.Model):
    """车辆. `seats` are places for passengers; the driver's telephone is in the vault (owner kind "vehicle")."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    plate = models.CharField(max_length=12)
    seats = models.PositiveSmallIntegerField()
    driver_name = models.CharField(max_length=50, blank=True)
    driver = models.ForeignKey(Volunteer, models.SET_NULL, null=True, related_name="drives")
    shift_from = models.TimeField(null=True)  # local time; to <= from crosses midnight
    shift_to = models.TimeField(null=True)
    in_service = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "plate"], name="vehicle_plate")]

    def __str__(self) -> str:
        return self.plate


class Arrival(models.Model):
    """到站: one train, flight or coach on one day, as the latest publication says."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    service = models.CharField(max_length=20)
    station = models.CharField(max_length=30)
    scheduled_at = models.DateTimeField()
    expected_at = models.DateTimeField()
    status = models.CharField(max_length=12, blank=True)  # on_time, late, arrived, cancelled
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "service", "scheduled_at"], name="arrival_once")
        ]
        indexes = [models.Index(fields=["community", "expected_at"], name="arrival_tonight")]

    def __str__(self) -> str:
        return f"{self.service} {self.station}"
