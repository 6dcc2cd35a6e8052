"""What is asked when a temperature is taken, at a door or on paper: degrees, and the symptoms in the words of the pack."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence
from linli.loops.pack import Pack
from linli.matters.isolation.observing import symptoms_of

LEAST, MOST = Decimal(30), Decimal(45)
"""No living person's temperature lies outside: a slip of the finger, to be typed again."""


def no_celsius(value: Any) -> str | None:
    """A living person's, to one decimal, as the thermometer shows it."""
    try:
        celsius = Decimal(str(value))
        stands = LEAST <= celsius <= MOST and celsius == round(celsius, 1)
    except InvalidOperation:
        stands = False
    return None if stands else _("请再看一眼体温计,写成 36.5 这样")


CELSIUS = Evidence(
    "celsius",
    N_("体温 ℃"),
    kind="number",
    private=True,
    digits="00.0",
    hint=N_("例如 36.5"),
    complaint=no_celsius,
)


def asks(pack: Pack, asked: str = N_("有下面的症状吗(没有就不选)")) -> tuple[Evidence, ...]:
    """The temperature, and the pack's symptoms; private, so that a late record keeps them beside the ledger too."""
    words = tuple((word, word) for word in symptoms_of(pack))
    symptoms = Evidence("symptoms", asked, kind="choices", required=False, private=True, choices=words)
    return (CELSIUS, symptoms) if words else (CELSIUS,)
