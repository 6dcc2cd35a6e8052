"""The temperatures of a morning or an evening as a round on paper: asked at the door, typed in later, received as ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.models import Case
from linli.loops.pack import Pack
from linli.matters.isolation.observing import PAPER, Told, receive
from linli.matters.isolation.questions import asks
from linli.paper.forms import PaperForm, Written, register

AHEAD = timedelta(hours=6)
"""A sheet is printed before the window of its reports opens, by no more than this."""


def needs(pack: Pack) -> tuple[Evidence, ...]:
    """As at the door, in the few words that fit into a column."""
    return asks(pack, N_("症状(有就选)"))


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
        taken_at=written.device_at,
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
