"""纠错: somebody who is restricted says that it is wrong; whoever decides has neither proposed nor confirmed it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops import engine
from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.registry import register
from linli.loops.rights import Actor
from linli.loops.spec import Loop, State, Step
from linli.matters.alerts.loop import how_told
from linli.matters.alerts.restriction import Restriction, file_of, why

LIFTED, UPHELD = "lifted", "upheld"


@register
class Appeal(Loop, key="appeal", title=N_("纠错申诉")):
    """纠错申诉: one clock of its own; what comes of it is told, and stands on the asker's page at once."""

    asked = State(N_("待答复"), due="appeal.decide", tell=("approver", "director"))
    decided = State(N_("已有答复,待告知本人"), due="appeal.tell", tell=("health", "desk"))
    told = State(N_("已答复本人"))

    lift = Step(asked, decided, by="approver", title=N_("解除限制"), needs=(why,))
    uphold = Step(asked, decided, by="approver", title=N_("维持限制"), needs=(why,))
    tell = Step(decided, told, by="health", title=N_("已告知本人"), needs=(how_told,))


@Appeal.lift.does
def grant(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The restriction ends now, by the same act. Raises Refused."""
    restriction = _third(case, actor)
    if restriction.closed_at is None:
        engine.advance(
            restriction.id,
            Restriction.lift.key,
            actor=actor,
            given={"reason": given["reason"]},
            at=at,
            intent=f"{case.id}:lift",
        )
    case.anchors = {**case.anchors, "outcome": LIFTED}
    return {"outcome": LIFTED}


@Appeal.uphold.does
def keep(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The restriction stays as it is. Raises Refused."""
    _third(case, actor)
    case.anchors = {**case.anchors, "outcome": UPHELD}
    return {"outcome": UPHELD}


def _third(case: Case, actor: Actor) -> Case:
    """The restriction that is appealed, for somebody who had no hand in it. Raises Refused for whoever had."""
    assert case.cause
    kept = file_of(case.cause)
    if actor.id in (kept.proposer_id, kept.confirmer_id):
        raise Refused(_("提议或确认过这件限制的人不能答复申诉,请另一位审批人或主任来办"))
    return case.cause
