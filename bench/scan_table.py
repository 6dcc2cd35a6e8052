"""The table that the rivals write: one row a scan, with the same two indexes."""

from __future__ import annotations

TABLE = "bench_scan"


def __getattr__(name: str) -> object:
    """The model, once Django is set up."""
    if name != "Scan":
        raise AttributeError(name)
    from django.db import models

    class Scan(models.Model):
        """One scan."""

        id = models.UUIDField(primary_key=True)
        community = models.UUIDField()
        place = models.UUIDField()
        who = models.UUIDField()
        colour = models.SmallIntegerField()
        at = models.DateTimeField(auto_now_add=True)

        class Meta:
            app_label = "bench"
            db_table = TABLE
            indexes = (
                models.Index(fields=["place", "at"], name="bench_scan_place"),
                models.Index(fields=["who", "at"], name="bench_scan_who"),
            )

    globals()["Scan"] = Scan
    return Scan
