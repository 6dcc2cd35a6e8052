"""The loops of a round: the round itself, one visit for each door, and what the visits propose to correct."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence
from linli.loops.models import Case, Event
from linli.loops.pack import Pack
from linli.loops.registry import register
from linli.loops.spec import Loop, Opening, State, Step
from linli.matters.census.asks import ASKS, PARTIES
from linli.matters.census.times import PARTS

reason = Evidence("reason", N_("原因"), private=True)
part = Evidence(
    "part",
    N_("什么时候去的"),
    kind="choice",
    choices=tuple(PARTS.items()),
    required=False,
    hint=N_("补记的时候填,刚去过的不用填"),
)
again = Evidence(
    "again",
    N_("约好下次什么时候"),
    kind="choice",
    choices=tuple(PARTS.items()),
    required=False,
    hint=N_("没约好就不填,会排一个还没去过的时段"),
)

MOST_PEOPLE = 30
"""More behind one door is a slip of the finger, or no home."""


def no_household(value: Any) -> str | None:
    """How many people live there: a whole number."""
    try:
        fits = 0 <= float(value) <= MOST_PEOPLE and float(value) == int(float(value))
    except (TypeError, ValueError):
        fits = False
    return None if fits else _("人数写 0 到 %(most)d 的整数") % {"most": MOST_PEOPLE}


def told(key: str, title: str, hint: str) -> Evidence:
    """A correction as it is told at the door: several are divided by 、; the numbers are those of the list of people."""
    return Evidence(key, title, required=False, private=True, hint=hint)


def asked(key: str) -> Evidence:
    """What a round may ask: which it does ask is checked when the answer comes."""
    title, choices = ASKS[key]
    return Evidence(key, title, kind="choice", choices=choices, required=False, private=True)


ANSWERS = (
    Evidence("people", N_("现在住几个人"), kind="number", complaint=no_household),
    told("gone", N_("搬走的人(写序号)"), N_("例如 2、3")),
    told("come", N_("搬来的人(姓名 电话)"), N_("例如 王小明 13900000000、李红")),
    told("phone", N_("电话变了(序号 新号码)"), N_("例如 1 13900000000")),
    told("name", N_("姓名登错了(序号 对的姓名)"), N_("例如 2 李晓明")),
    told("need", N_("特殊情况变了(序号 类别)"), N_("例如 1 孕产妇;不再是的写 1 不再孕产妇")),
    *(asked(key) for key in ASKS),
)
"""What is asked of whoever opens. Nothing under people, gone … need means: as in the register."""


@register
class WholeRound(Loop, key="census_round", title=N_("入户批次")):
    """一轮入户核查: promised until an hour; over only when somebody has been at every door."""

    running = State(N_("入户中"), due="census.finish", tell=("grid_worker", "grid_lead"))
    finished = State(N_("已完成"))
    called_off = State(N_("已取消"))

    finish = Step(running, finished, by="grid_lead", title=N_("结束本轮"))
    call_off = Step(running, called_off, by="grid_lead", title=N_("取消本轮"), needs=(reason,))


def with_its_round(case: Case, event: Event, pack: Pack) -> Opening | None:
    """The doors of a round are opened all at once with it (`rounds.open_round`), none by this event."""
    return None


@register
class Visit(
    Loop,
    key="visit",
    title=N_("入户核查"),
    opens_on=("census_round.opened",),
    ends_with_cause="ended",
):
    """一户一访: answered, nobody in, refused, empty or passed on. The case's `subject` is the dwelling."""

    waiting = State(N_("待入户"), due="visit.call", tell=("grid_worker", "grid_lead"))
    out = State(N_("无人在家,待再访"), due="visit.again", tell=("grid_worker", "grid_lead"))
    unwilling = State(N_("拒绝,待劝导"), due="visit.persuade", tell=("grid_lead", "desk"))
    elsewhere = State(N_("已移交,待回复"), due="visit.passed", tell=("grid_lead", "desk"))
    answered = State(N_("已入户"))
    vacant = State(N_("空置"))
    ended = State(N_("本轮已结束"))

    answer = Step(
        (waiting, out, unwilling, elsewhere),
        answered,
        by="grid_worker",
        title=N_("已入户"),
        needs=ANSWERS,
    )
    absent = Step(
        (waiting, out, unwilling, elsewhere),
        out,
        by="grid_worker",
        title=N_("无人在家"),
        needs=(part, again),
        marks="knocked_at",
    )
    refuse = Step(
        (waiting, out, unwilling, elsewhere),
        unwilling,
        by="grid_worker",
        title=N_("拒绝"),
        needs=(Evidence("reason", N_("怎么说的"), private=True, required=False),),
    )
    empty = Step((waiting, out, unwilling, elsewhere), vacant, by="grid_worker", title=N_("空置"))
    pass_on = Step(
        (waiting, out, unwilling, elsewhere),
        elsewhere,
        by="grid_worker",
        title=N_("移交"),
        needs=(
            Evidence("party", N_("移交给谁"), kind="choice", choices=PARTIES),
            Evidence("reason", N_("什么情况"), private=True, required=False),
        ),
    )

    opening = staticmethod(with_its_round)


def from_visit(case: Case, event: Event, pack: Pack) -> Opening | None:
    """A door where something differs from the register opens one matter for whoever decides."""
    if not event.given.get("changes"):
        return None
    return Opening(
        title=case.title, scope=case.scope, subject=case.subject, given={"changes": event.given["changes"]}
    )


@register
class Correcting(Loop, key="correction", title=N_("登记更正"), opens_on=("visit.answer",)):
    """一户的更正提议: taken over into the register or not, one by one or all of them. Follows from the visit."""

    proposed = State(N_("待审定"), due="correction.decide", tell=("grid_lead", "desk"))
    settled = State(N_("已采纳"))
    dropped = State(N_("未采纳"))

    accept = Step(proposed, settled, by="grid_lead", title=N_("全部采纳"))
    decline = Step(proposed, dropped, by="grid_lead", title=N_("全部不采纳"))

    opening = staticmethod(from_visit)
