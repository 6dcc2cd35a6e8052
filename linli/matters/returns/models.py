"""A trip home, the notices that told of it, and the certificate that lets it pass."""

from __future__ import annotations

from django.db import models

from linli.base.ids import uuid7
from linli.fleet.models import Arrival, Vehicle
from linli.loops.models import Case
from linli.registry.models import Community, Dwelling, Person


class Trip(models.Model):
    """行程: one person's way home. Its case's `subject` is its id. `party` groups companions who travel together."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    person = models.ForeignKey(Person, models.PROTECT, related_name="trips")
    case = models.OneToOneField(Case, models.PROTECT, related_name="trip")
    party = models.UUIDField(default=uuid7)
    origin = models.CharField(max_length=80, blank=True)
    service = models.CharField(max_length=20, blank=True)
    station = models.CharField(max_length=30, blank=True)
    eta_at = models.DateTimeField(null=True)
    arrival = models.ForeignKey(Arrival, models.SET_NULL, null=True, related_name="trips")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, null=True, related_name="+")
    destination = models.CharField(max_length=160, blank=True)  # as written by the sender
    companions = models.PositiveSmallIntegerField(default=0)  # who come along without a trip of their own
    companion_names = models.JSONField(
        default=list
    )  # as told; those with a trip of their own are in the party
    vehicle = models.ForeignKey(Vehicle, models.SET_NULL, null=True, related_name="+")
    plate = models.CharField(max_length=12, blank=True)
    driver_name = models.CharField(max_length=50, blank=True)
    history = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=500, blank=True)
    doubts = models.JSONField(default=list)  # keys of returns.doubts.DOUBTS: what a person must look at
    forgotten_at = models.DateTimeField(null=True)  # what identified the person is gone (returns.forget)
    call_off_asked_at = models.DateTimeField(null=True)  # a sender took it back; the grid lead decides

    class Meta:
        indexes = [
            models.Index(fields=["community", "person"], name="trip_person"),
            models.Index(fields=["community", "eta_at"], name="trip_tonight"),
            models.Index(fields=["community", "party"], name="trip_party"),
        ]


class Sender(models.Model):
    """下发方: an office or system that may push notices; its key is kept only as a digest."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    name = models.CharField(max_length=60)
    key_digest = models.CharField(max_length=64, unique=True)
    key_hint = models.CharField(max_length=8)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Notice(models.Model):
    """通知: one telling that somebody comes. The same `key` from the same source again is the same notice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    source = models.CharField(max_length=12)  # push, list, phone, report
    sender = models.ForeignKey(Sender, models.PROTECT, null=True)
    sender_name = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=100)
    batch = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()
    trip = models.ForeignKey(Trip, models.PROTECT, null=True, related_name="notices")
    outcome = models.CharField(
        max_length=12
    )  # opened, past, elsewhere, joined, corrected, cancelled, unmatched
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "source", "key"], name="notice_once")]
        indexes = [models.Index(fields=["community", "trip"], name="notice_trip")]


class Certificate(models.Model):
    """接收证明: numbered, signed, voidable. `token` opens the public check page; nothing personal is in it.

    One that is issued again names the one it `replaces`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    trip = models.ForeignKey(Trip, models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=30)
    token = models.CharField(max_length=32, unique=True)
    short_code = models.CharField(max_length=8, blank=True, default="")
    statement = models.TextField()
    facts = models.JSONField(default=dict)  # what the paper says of the way home, as it stood when issued
    measure = models.CharField(max_length=80, blank=True)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    issued_by = models.CharField(max_length=60)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.CharField(max_length=60, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replacements"
    )  # once (重开)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="certificate_number"),
            models.UniqueConstraint(fields=["community", "replaces"], name="certificate_replaced_once"),
        ]
        indexes = [
            models.Index(fields=["community", "trip"], name="certificate_trip"),
            models.Index(fields=["short_code"], name="certificate_short"),
        ]


class CertificateCounter(models.Model):
    """The last number given this year, so that numbers run without a gap."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "year"], name="counter_once")]
