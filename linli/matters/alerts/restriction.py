"""A restriction of one person: proposed on a legal basis, confirmed by another, told, ended by the clock or lifted.

One of many in a day waits for the director first (`linli.matters.alerts.in_mass`).
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.registry import register
from linli.loops.rights import Actor
from linli.loops.spec import Loop, State, Step
from linli.matters.alerts.bases import basis_of
from linli.matters.alerts.in_mass import may_confirm
from linli.matters.alerts.loop import how_told
from linli.matters.alerts.models import RestrictionFile

why = Evidence("reason", N_("理由(本人会看到)"), private=True)

doubt = Evidence("doubt", N_("哪里拿不准"), private=True)


@register
class Restriction(Loop, key="restriction", title=N_("限制措施")):
    """限制措施: it binds nobody who was not told, and nobody a minute longer than it says. It gives no colour."""

    proposed = State(N_("待第二人确认"), due="restriction.confirm", tell=("approver", "director"))
    held = State(N_("待主任先看"), due="restriction.allow", tell=("director",))
    confirmed = State(N_("已确认,待告知本人"), due="restriction.tell", tell=("health", "grid_lead", "desk"))
    in_force = State(N_("限制中"), due="restriction.ends", tell=("health", "desk"), lapses="ended")
    ended = State(N_("到期,自动解除"))
    lifted = State(N_("提前解除"))
    declined = State(N_("没有同意"))
    withdrawn = State(N_("已撤回"))

    confirm = Step(
        proposed,
        confirmed,
        by="approver",
        title=N_("确认"),
        needs=(Evidence("looked", N_("依据、证据、理由和期限都看过"), kind="yes", must_be=True),),
    )
    tell = Step(
        confirmed,
        in_force,
        by="health",
        title=N_("已告知本人"),
        needs=(
            how_told,
            Evidence("appeal", N_("已说明可以申诉,给了链接或电话"), kind="yes", must_be=True),
            Evidence("words", N_("本人怎么说"), required=False, private=True),
        ),
    )
    refer = Step(proposed, held, by="approver", title=N_("请主任先看"), needs=(doubt,))
    allow = Step(
        held,
        proposed,
        by="director",
        title=N_("看过,可以交第二人确认"),
        needs=(Evidence("many", N_("为什么一天里有这么多件"), private=True),),
    )
    decline = Step((proposed, held), declined, by="approver", title=N_("不同意"), needs=(why,))
    withdraw = Step((proposed, held, confirmed), withdrawn, by="health", title=N_("撤回"), needs=(why,))
    lift = Step((confirmed, in_force), lifted, by="approver", title=N_("提前解除"), needs=(why,))


def file_of(case: Case) -> RestrictionFile:
    """The file beside a restriction. Raises RestrictionFile.DoesNotExist once it is forgotten."""
    return RestrictionFile.objects.get(community_id=case.community_id, case=case)


@Restriction.confirm.does
def second(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """A second person looks at all of it again, by the pack of this day. Raises Refused."""
    kept = file_of(case)
    if actor.id == kept.proposer_id:
        raise Refused(_("提议的人不能自己确认,请另一位审批人或主任来办"))
    if actor.id == kept.allower_id:
        raise Refused(_("先看过的人不能再当第二人,请审批人确认"))
    pack = pack_for(case.community_id, at)
    may_confirm(kept, actor.id, pack, at)
    basis = basis_of(pack, kept.basis)
    if basis is None:
        raise Refused(_("现行政策包里没有这条依据了,不能确认"))
    if kept.ends_at > basis.latest(kept.proposed_at):
        raise Refused(_("期限超过这条依据的最长天数,请退回重提"))
    _not_over(kept, at)
    RestrictionFile.objects.filter(pk=kept.pk).update(
        confirmed_at=at, confirmer_id=actor.id, confirmer_name=actor.shown_name
    )
    return {"basis": kept.basis}


@Restriction.refer.does
def ask_third(case: Case, actor: Actor, given: Given, at: datetime) -> None:
    """From now on it needs a third person. Raises Refused where one has looked already."""
    kept = file_of(case)
    if kept.allower_id is not None:
        raise Refused(_("主任已经看过这一件,请确认或不同意"))
    RestrictionFile.objects.filter(pk=kept.pk).update(needs_third=True)


@Restriction.allow.does
def third(case: Case, actor: Actor, given: Given, at: datetime) -> None:
    """A third person has looked, and it goes on to the second one. Raises Refused for whoever proposed it."""
    kept = file_of(case)
    if actor.id == kept.proposer_id:
        raise Refused(_("提议的人不能自己先看,请另一位主任来办"))
    _not_over(kept, at)
    RestrictionFile.objects.filter(pk=kept.pk).update(
        allowed_at=at, allower_id=actor.id, allower_name=actor.shown_name
    )


@Restriction.tell.does
def told(case: Case, actor: Actor, given: Given, at: datetime) -> None:
    """From now on it binds. Raises Refused when its end has come before anybody told the person."""
    kept = file_of(case)
    _not_over(kept, at)
    RestrictionFile.objects.filter(pk=kept.pk).update(told_at=at)


def _not_over(kept: RestrictionFile, at: datetime) -> None:
    if kept.ends_at <= at:
        raise Refused(_("期限已经过了,不能再办;请撤回或不同意"))


def binds(case: Case, at: datetime) -> bool:
    """Whether a restriction binds somebody at a moment: also when no clock has run since its end."""
    return (
        case.state == Restriction.in_force.key
        and case.closed_at is None
        and datetime.fromisoformat(case.anchors["ends_at"]) > at
    )
