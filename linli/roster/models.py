"""Accounts of staff and volunteers, and the shifts that give them duties."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from linli.base.ids import uuid7
from linli.loops.models import PathField
from linli.registry.models import Community, Person


class UserManager(BaseUserManager["User"]):
    """Makes accounts; names are matched without regard to case."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        """A new account. Raises IntegrityError when the name is taken."""
        user = self.model(username=username.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """By sign-in name."""
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser):
    """An account of one member of staff or one volunteer. Duties come from shifts, never from the account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.PROTECT, null=True)
    username = models.CharField(max_length=40, unique=True)
    shown_name = models.CharField(max_length=50)
    language = models.CharField(max_length=8, default="zh-hans")
    is_active = models.BooleanField(default=True)
    must_secure = models.BooleanField(
        default=True
    )  # no second factor was seen yet: `second_factor` asks whoever holds a duty of the office

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.shown_name

    @property
    def is_staff(self) -> bool:
        """There is no Django admin in this house."""
        return False


class SignInTry(models.Model):
    """One wrong password, or one being checked: digests of the typed name and of the address, gone within hours."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.BinaryField(max_length=32)
    address = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="try_account"),
            models.Index(fields=["address", "at"], name="try_address"),
        ]


class Tally(models.Model):
    """What Django's database cache keeps: the counts of allauth's other limits, shared by every process."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)


class EndedSession(models.Model):
    """A session that somebody ended before its time: what its device still holds must go, whenever it next asks.

    Only the opaque handle the device was given stays (`devices.handle_of`): neither whose it was nor its key.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    handle = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField(db_default=Now(), db_index=True)


class Volunteer(models.Model):
    """志愿者: a number instead of an identity number; telephones in the vault (owner kind "volunteer")."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    number = models.CharField(max_length=12)
    name = models.CharField(max_length=50)
    pinyin = models.CharField(max_length=120, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="volunteering")
    user = models.OneToOneField(User, models.SET_NULL, null=True, related_name="volunteer")
    compound_name = models.CharField(max_length=40, blank=True)
    roles = models.JSONField(default=list)
    availability = models.JSONField(default=list)  # [{"days": [1..7], "from": "18:00", "to": "21:00"}]
    trained = models.BooleanField(null=True)
    vehicle = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)
    standing = models.CharField(max_length=12, default="active")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "number"], name="volunteer_number")]
        indexes = [models.Index(fields=["community", "name"], name="volunteer_name")]

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """班次: somebody holds a duty at a place for a time.

    Half-open, may cross midnight; without an end it is a standing appointment.
    `on_call` is told only when nobody on post is there; `instead_of` names whom a substitute replaces.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE, related_name="shifts")
    duty = models.CharField(max_length=30)
    scope = PathField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    on_call = models.BooleanField(default=False)
    instead_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="substitutes")
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="shift_has_length", condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at"))
            ),
        ]
        indexes = [models.Index(fields=["community", "duty", "starts_at"], name="shift_duty")]
