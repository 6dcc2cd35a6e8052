"""What of a person an import left open: fields that somebody must ask about, until a corrected file or a hand settles it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from linli.registry.imports import ImportRow, State
from linli.registry.intake import FIELDS
from linli.registry.intake.report import ROW
from linli.registry.staging import asks, read


def open_doubts(target: UUID, *, community_id: UUID) -> list[str]:
    """Sentences about one record, from the last file that spoke of it; nothing of what that file said."""
    rows = ImportRow.objects.filter(
        community=community_id, target=target, asks=True, imported__state=State.DONE
    )
    fields: dict[str, None] = {}
    for row in rows.order_by("imported__finished_at"):
        undecided = {d["kind"] for d in row.defects if not d.get("decision")}
        fields |= {d.field: None for d in read(row)[1] if asks(d) and d.kind in undecided and d.field != ROW}
    return [_("%(field)s待核实") % {"field": FIELDS.get(f, f)} for f in fields]


def settle_doubts(targets: Iterable[UUID], *, community_id: UUID, but: UUID) -> None:
    """A newer file spoke of these records: what older ones asked is asked no more. `but` is the newer import."""
    if told := list(targets):
        rows = ImportRow.objects.filter(community=community_id, target__in=told, asks=True)
        rows.exclude(imported=but).update(asks=False)
