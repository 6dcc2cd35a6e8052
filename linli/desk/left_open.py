"""What imports left open, row by row: shown with the person it is about, and with the import it came by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.registry.imports import ImportRow, State
from linli.registry.intake import FIELDS
from linli.registry.intake.report import ROW
from linli.registry.staging import asks, read

SHOWN = 50
"""Rows on one page."""


def of_person(target: UUID, *, community_id: UUID) -> list[dict[str, Any]]:
    """The open questions about one person, the latest import first; nothing of what the file said."""
    return [line for row in _open(community_id).filter(target=target) if (line := _line(row))["says"]]


def of_import(
    import_id: UUID, *, community_id: UUID, after: int = -1
) -> tuple[list[dict[str, Any]], int | None]:
    """The rows of a finished import that still ask, from behind position `after` on; and where the next page begins."""
    rows = _open(community_id).filter(imported=import_id, position__gt=after).order_by("position")
    some = list(rows[: SHOWN + 1])
    lines = [line for row in some[:SHOWN] if (line := _line(row))["says"]]
    return lines, some[SHOWN - 1].position if len(some) > SHOWN else None


def _open(community_id: UUID) -> QuerySet[ImportRow]:
    rows = ImportRow.objects.filter(community=community_id, asks=True, imported__state=State.DONE)
    return rows.select_related("imported").order_by("-imported__finished_at", "position")


def _line(row: ImportRow) -> dict[str, Any]:
    page = reverse("desk-import-page", args=[row.imported_id])
    return {
        "id": row.pk,
        "says": [_("%(field)s待核实") % {"field": FIELDS.get(f, f)} for f in _fields(row)],
        "where": _("%(file)s 第 %(n)d 行") % {"file": row.sheet or row.imported.name, "n": row.number},
        "url": f"{page}?after={row.position - 1}#row-{row.pk}",
        "person": _person(row),
    }


def _person(row: ImportRow) -> str:
    """Only a register's rows are people; what comes of other files has pages of its own."""
    return reverse("desk-person", args=[row.target]) if row.target and row.imported.kind == "register" else ""


def _fields(row: ImportRow) -> Iterable[str]:
    undecided = {d["kind"] for d in row.defects if not d.get("decision")}
    found = (d for d in read(row)[1] if asks(d) and d.kind in undecided and d.field != ROW)
    return dict.fromkeys(d.field for d in found)
