"""Whoever stands at a door takes down what the household needs, with or without a network."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.spec import Opening, Start
from linli.matters.supplies import asking
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.questions import ASKED
from linli.registry.subjects import person_of

URGENT = Evidence(
    "hurry",
    N_("多急"),
    kind="choice",
    choices=(("no", N_("不急")), ("yes", N_("是急用的药,几小时内就要"))),
)


def listen(case: Case, given: Given, at: datetime) -> Opening:
    """A request of the person the case is about. Raises Refused where nobody of the register is meant."""
    person = person_of(case)
    if person is None:
        raise Refused(_("这件事没有对应的住户,请打值班台登记"))
    wish = asking.heard(given, channel=asking.DOOR, is_urgent=given["hurry"] == "yes")
    return asking.opening_of(person, wish, at)


Supply.by_hand = Start(
    by="home_care",
    also=("delivery", "grid_worker"),
    title=N_("记下要买的东西"),
    beside=("isolation", "health_report", "supply", "care"),
    needs=(*ASKED[:3], URGENT, *ASKED[3:]),
    opening=listen,
    into=Supply.asked.key,
)
