"""What screens show of a sheet's case: its number, where it is entered, how far it is."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.loops.models import Case
from linli.loops.spec import Fact
from linli.paper.loop import PaperRound
from linli.paper.models import Sheet


def facts(case: Case) -> list[Fact]:
    """Nothing of anybody who stands on it."""
    sheet = Sheet.objects.filter(case=case).first()
    if sheet is None:
        return []
    rows = list(sheet.rows.values_list("outcome", flat=True))
    entered = sum(1 for outcome in rows if outcome)
    url = reverse("desk-sheet", args=[sheet.pk])
    return [
        Fact(_("编号"), sheet.number, "", url),
        Fact(_("录入"), _("已录 %(n)d 行,共 %(of)d 行") % {"n": entered, "of": len(rows)}, "", url),
        Fact(_("地方"), sheet.place),
    ]


PaperRound.facts = staticmethod(facts)
