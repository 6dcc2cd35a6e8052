"""The temperatures of a morning or an evening as a round on paper: asked at the door, typed in later, received as ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.models import Case
from linli.loops.pack import Pack
from linli.matters.isolation.forms import LEAST, MOST
from linli.matters.isolation.observing import PAPER, Told, receive, symptoms_of
from linli.paper.forms import PaperForm, Written, register

AHEAD = timedelta(hours=6)
"""A sheet is printed before the window of its reports opens, by no more than this."""


def no_temperature(value: Any) -> str | None:
    """A living person's, to one decimal, as the thermometer shows it."""
    says = _("请再看一眼体温计,写成 36.5 这样")
    try:
        celsius = Decimal(str(value))
    except InvalidOperation:
        return says
    return None if LEAST <= celsius <= MOST and celsius == round(celsius, 1) else says


CELSIUS = Evidence(
    "celsius",
    N_("体温 ℃"),
    kind="number",
    private=True,
    digits="00.0",
    hint=N_("例如 36.5"),
    complaint=no_temperature,
)


def needs(pack: Pack) -> tuple[Evidence, ...]:
    """The temperature, and the symptoms this pack asks for, in its own words."""
    words = tuple((word, word) for word in symptoms_of(pack))
    symptoms = Evidence(
        "symptoms", N_("症状(有就选)"), kind="choices", required=False, private=True, choices=words
    )
    return (CELSIUS, symptoms) if words else (CELSIUS,)


def is_owed(case: Case, at: datetime) -> bool:
    """Whether a report is due in the window that is open, or in one that opens before the round is walked."""
    opens = case.anchors.get("report_from")
    return bool(opens) and datetime.fromisoformat(opens) <= at + AHEAD


def take(case: Case, given: Given, written: Written) -> object:
    """The same report as by telephone, with its alert; counted for the window in which it was measured."""
    told = Told(
        celsius=Decimal(str(given["celsius"])),
        symptoms=tuple(given.get("symptoms", ())),
        channel=PAPER,
        intent=written.intent,
        device_at=written.device_at,
        by_hand_of=written.by_hand_of,
    )
    return receive(case.id, told, at=written.at, actor=written.actor)


TEMPERATURES = register(
    PaperForm(
        key="health_report.temperatures",
        words=(N_("健康报告"), N_("体温登记")),
        loop="health_report",
        by="health",
        needs=needs,
        fits=is_owed,
        take=take,
    )
)
