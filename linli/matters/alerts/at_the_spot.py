"""What a volunteer does who sees something beside whatever they came for: with or without a network."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.models import Case
from linli.loops.spec import Opening, Start
from linli.matters.alerts.loop import Alert
from linli.matters.alerts.raising import one_at_a_time
from linli.matters.alerts.words import BY_HAND, seen_as


def see(near: Case, given: Given, at: datetime) -> Opening:
    """An alert about whomever or whatever the case beside it is about; one at a time. Raises Refused."""
    kind, colour = seen_as(str(given["seen"]))
    one_at_a_time(near.community_id, near.subject)
    anchors = {"kind": kind, "colour": colour, "person": str(near.anchors.get("person", ""))}
    return Opening(title=near.title, scope=near.scope, subject=near.subject, anchors=anchors)


Alert.by_hand = Start(
    by="responder",
    title=N_("报告异常"),
    needs=(
        Evidence("seen", N_("什么异常"), kind="choice", choices=BY_HAND),
        Evidence("what", N_("看到了什么"), private=True),
    ),
    opening=see,
)
