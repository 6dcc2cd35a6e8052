"""What a household asked for, what was really bought, and every payment: kept beside the ledger, gone with retention."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.base.ids import uuid7
from linli.loops.models import Case
from linli.registry.models import Community, Household, Person


class ShoppingRound(models.Model):
    """采购批次: one way to one shop for several orders. It owes nothing itself; each order in it has its own promise."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    day_on = models.DateField()
    number = models.PositiveSmallIntegerField()
    shop = models.CharField(max_length=60)
    shopper_name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    intent = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "day_on", "number"], name="round_number"),
            models.UniqueConstraint(fields=["community", "intent"], name="round_once"),
        ]
        indexes = [models.Index(fields=["community", "made_at"], name="round_latest")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """R0415-2: the second of that day."""
        return f"R{self.day_on:%m%d}-{self.number}"


class SupplyOrder(models.Model):
    """代购单: one request of one household. `code` is all a shopper knows of who it is for.

    `prescription_at`, `door_note` and the lines are what a person said: never in the ledger, deleted by the pack's days.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    case = models.OneToOneField(Case, models.PROTECT, related_name="supply")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="+")
    day_on = models.DateField()
    number = models.PositiveSmallIntegerField()
    round = models.ForeignKey(ShoppingRound, models.SET_NULL, null=True, related_name="orders")
    channel = models.CharField(max_length=12)  # key of asking.CHANNELS
    shop = models.CharField(max_length=60, blank=True)  # where, as the household wishes
    cap_fen = models.PositiveIntegerField(null=True)
    pay = models.CharField(max_length=12, blank=True)  # key of questions.PAY
    medicine = models.CharField(max_length=12, blank=True)  # key of questions.MEDICINE
    prescription_at = models.CharField(max_length=200, blank=True)
    is_urgent = models.BooleanField(default=False)
    slot_from = models.DateTimeField(null=True)
    slot_until = models.DateTimeField(null=True)
    door_note = models.CharField(max_length=200, blank=True)
    word = models.CharField(
        max_length=2
    )  # two digits only the household and the desk know, read out at the door
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "day_on", "number"], name="supply_order_number"),
        ]
        indexes = [
            models.Index(fields=["community", "household"], name="supply_order_household"),
            models.Index(fields=["community", "person"], name="supply_order_person"),
            models.Index(fields=["community", "round"], name="supply_order_round"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """0415-07: the seventh of that day."""
        return f"{self.day_on:%m%d}-{self.number:02d}"


class SupplyLine(models.Model):
    """代购明细: one thing asked for, and what became of it. Whole numbers only; half a jin is written 250 克.

    `price_fen` is what all of `got` cost together. Nothing is lost: asked = got + short + called off + still open.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    order = models.ForeignKey(SupplyOrder, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    quantity = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12, blank=True)
    substitute = models.BooleanField()
    got = models.PositiveSmallIntegerField(default=0)
    short = models.PositiveSmallIntegerField(default=0)
    called_off = models.PositiveSmallIntegerField(default=0)
    price_fen = models.PositiveIntegerField(default=0)
    took = models.CharField(max_length=80, blank=True)  # the substitute taken

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "order", "position"], name="supply_line_position"),
            models.CheckConstraint(
                name="supply_line_nothing_made_up",
                condition=Q(quantity__gte=F("got") + F("short") + F("called_off")),
            ),
            models.CheckConstraint(name="supply_line_price", condition=Q(got__gt=0) | Q(price_fen=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.amount}".strip()

    @property
    def amount(self) -> str:
        """2斤: as it is said."""
        return f"{self.quantity}{self.unit}"

    @property
    def open(self) -> int:
        """How much is still to be decided."""
        return self.quantity - self.got - self.short - self.called_off


class SupplyPayment(models.Model):
    """代购收付: money taken from a household, or given back to it. Only ever added; in fen."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    order = models.ForeignKey(SupplyOrder, models.CASCADE, related_name="payments")
    is_refund = models.BooleanField(default=False)
    fen = models.PositiveIntegerField()
    way = models.CharField(max_length=12)  # key of questions.WAY_WORDS
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=60)
    intent = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "intent"], name="supply_payment_once"),
            models.CheckConstraint(name="supply_payment_some", condition=Q(fen__gt=0)),
        ]
        indexes = [models.Index(fields=["community", "order"], name="supply_payment_order")]
