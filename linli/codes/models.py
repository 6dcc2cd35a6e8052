"""Codes that are out in the world: posted at a door, printed on a card, shown for a day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.base.ids import uuid7
from linli.codes.token import new_token
from linli.registry.models import Community


class Kind(models.TextChoices):
    """What a code stands for."""

    VENUE = "venue", _("场所")
    PERSON = "person", _("住户")
    PASS = "pass", _("通行")


class Code(models.Model):
    """码: a token and the eight characters that stand for it. `subject` is the id of what it stands for.

    Nothing of the subject is inside; whoever has the token knows that it is one, and no more. A subject has at most one
    code that lives: a new one ends the old one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.UUIDField()
    token = models.CharField(max_length=26, default=new_token)
    short_code = models.CharField(max_length=8)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "token"], name="code_token"),
            models.UniqueConstraint(fields=["community", "short_code"], name="code_short"),
            models.UniqueConstraint(
                fields=["community", "kind", "subject"],
                name="code_live_once",
                condition=models.Q(revoked_at=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["token"], name="code_by_token"),
            models.Index(fields=["short_code"], name="code_by_short"),
        ]

    def __str__(self) -> str:
        return self.short_code
