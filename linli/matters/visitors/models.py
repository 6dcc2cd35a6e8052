"""What stands beside the visits: the link by which a household announces and answers without an account."""

from __future__ import annotations

from django.db import models

from linli.base.ids import uuid7
from linli.registry.models import Community, Person


class HostLink(models.Model):
    """住户访客链接: opens the visits to one resident's home without a sign-in. Only a digest of its token is kept.

    Several may live at once, because each text to the host brings one; all die when the resident's are taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "digest"], name="host_link_once")]
        indexes = [
            models.Index(fields=["digest"], name="host_link_by_digest"),
            models.Index(fields=["community", "person"], name="host_link_person"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
