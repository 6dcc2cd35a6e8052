"""What is owed to an isolated dwelling, however many live there: door checks at the pack's hours, and the medical waste."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import Pack, pack_for
from linli.loops.registry import register
from linli.loops.rights import Actor
from linli.loops.spec import Loop, Opening, State, Step
from linli.matters.isolation.doors import is_door, title_of
from linli.matters.isolation.loop import reason
from linli.matters.isolation.phases import MONITOR, phase_of
from linli.matters.isolation.windows import last_opened, next_of

RULES = {
    "door_check": {"isolation": "isolation.door_checks", MONITOR: "isolation.spot_checks"},
    "waste": {"isolation": "isolation.waste_rounds"},
}
"""Loop → phase of the dwelling → where the pack lists the hours; a phase that is not here owes nothing."""

DUES = {"door_check": "door_check.look", "waste": "waste.collect"}

BEGINS = ("isolation.opened", "isolation.begin", "isolation.finish")

AT_HOME = "home"
FOUND = (
    (AT_HOME, N_("都在家,正常")),
    ("no_answer", N_("无人应答")),
    ("out", N_("有人外出")),
    ("seal", N_("封条或门磁异常")),
)
HOW = (("knock", N_("敲门")), ("video", N_("视频")), ("sensor", N_("门磁")))


def rules_of(case: Case, pack: Pack) -> list[dict[str, Any]]:
    """The hours of this round in the dwelling's present phase."""
    path = RULES[case.loop].get(case.anchors["phase"], "")
    return list(pack.get(path, [])) if path else []


def next_round(case: Case, pack: Pack) -> Given:
    """The first round that begins after the last one done. "" where the pack asks for none."""
    window = next_of(datetime.fromisoformat(case.anchors["since"]), rules_of(case, pack), seed=str(case.id))
    return {
        "round_from": window.opens_at.isoformat() if window else "",
        "round_by": window.closes_at.isoformat() if window else "",
    }


def done(case: Case, at: datetime) -> None:
    """The round whose hours have begun is done; the next is owed."""
    pack = pack_for(case.community_id, at)
    window = last_opened(at, rules_of(case, pack), seed=str(case.id))
    case.anchors = {**case.anchors, "since": (window.opens_at if window else at).isoformat()}
    case.anchors |= next_round(case, pack)


def opening_of(loop: str, case: Case, event: Event, pack: Pack) -> Opening | None:
    """One round a dwelling: whoever shares the door shares it. Nothing where nobody is at home, or no door is known.

    A pack adopted before there was this duty stops nobody at their door.
    """
    phase = phase_of(case)
    if phase not in RULES[loop] or not is_door(case.scope) or DUES[loop] not in pack.body["due"]:
        return None
    mine = Case.objects.open().filter(community_id=case.community_id, loop=loop, scope=case.scope)
    if mine.exists():
        return None
    anchors = {"since": event.at.isoformat(), "phase": phase}
    return Opening(title=title_of(case), scope=case.scope, subject=case.scope[-60:], anchors=anchors)


def from_door(case: Case, event: Event, pack: Pack) -> Opening | None:
    """Checks begin when the door closes, and where somebody is only monitored too."""
    return opening_of("door_check", case, event, pack)


def waste_from_door(case: Case, event: Event, pack: Pack) -> Opening | None:
    """What is thrown away behind a closed door is medical waste."""
    return opening_of("waste", case, event, pack)


@register
class DoorCheck(Loop, key="door_check", title=N_("上门巡查"), opens_on=BEGINS, ends_with_cause="ended"):
    """上门巡查: one case a dwelling; every look keeps the promise of its hours and plans the next."""

    awaited = State(N_("等待巡查"), due=DUES["door_check"], tell=("home_care", "grid_lead", "desk"))
    ended = State(N_("不再需要"))

    look = Step(
        awaited,
        awaited,
        by="home_care",
        title=N_("已巡查"),
        needs=(
            Evidence("found", N_("看到什么"), kind="choice", choices=FOUND),
            Evidence("how", N_("怎么查的"), kind="choice", choices=HOW),
            Evidence("note", N_("说明"), required=False, private=True),
        ),
        not_before="round_from",
    )

    opening = staticmethod(from_door)
    plan = staticmethod(next_round)


@DoorCheck.look.does
def looked(case: Case, actor: Actor, given: Given, at: datetime) -> None:
    """These hours are done."""
    done(case, at)


def from_look(case: Case, event: Event, pack: Pack) -> Opening | None:
    """Somebody who is not there, or a broken seal, is settled by a person; a second look adds no second alarm."""
    if event.given.get("found") == AT_HOME:
        return None
    open_one = Case.objects.open().filter(community_id=case.community_id, loop="door_alert", scope=case.scope)
    if open_one.exists():
        return None
    return Opening(
        title=case.title, scope=case.scope, subject=case.subject, anchors={"found": event.given["found"]}
    )


@register
class DoorAlert(Loop, key="door_alert", title=N_("巡查异常"), opens_on=("door_check.look",)):
    """巡查异常: nobody answers, somebody is out, the seal is broken. Asked first, judged after."""

    seen = State(N_("待核实"), due="door_alert.settle", tell=("grid_lead", "desk", "health"))
    settled = State(N_("已核实"))

    settle = Step(
        seen,
        settled,
        by="home_care",
        title=N_("已核实"),
        needs=(
            Evidence(
                "outcome",
                N_("结果"),
                kind="choice",
                choices=(
                    ("at_home", N_("人在家")),
                    ("agreed", N_("经同意外出就医")),
                    ("back", N_("已劝返回家")),
                    ("police", N_("已请民警协助")),
                ),
            ),
            reason,
        ),
    )

    opening = staticmethod(from_look)


@register
class Waste(Loop, key="waste", title=N_("医疗废物收运"), opens_on=BEGINS, ends_with_cause="ended"):
    """医疗废物收运: double-bagged, sprayed, and handed over to somebody with a name."""

    awaited = State(N_("等待收运"), due=DUES["waste"], tell=("home_care", "grid_lead", "desk"))
    ended = State(N_("不再需要"))

    collect = Step(
        awaited,
        awaited,
        by="home_care",
        title=N_("已收运"),
        needs=(
            Evidence("bags", N_("几袋(没有放出来填 0)"), kind="number"),
            Evidence("double", N_("外层已消毒,又套了一层并扎紧"), kind="yes", required=False),
            Evidence("taker", N_("交给谁(医废收运人员)"), kind="name", required=False),
        ),
        not_before="round_from",
    )

    opening = staticmethod(waste_from_door)
    plan = staticmethod(next_round)


@Waste.collect.does
def collected(case: Case, actor: Actor, given: Given, at: datetime) -> None:
    """Bags that were put out are in two layers and in somebody's hands. Raises Refused with a sentence per field."""
    bags = given["bags"]
    faults = {}
    if bags < 0 or bags != int(bags):
        faults["bags"] = _("请填袋数,没有填 0")
    if bags > 0 and not given.get("double"):
        faults["double"] = _("医疗废物要双层封装、外层消毒后才能收运")
    if bags > 0 and not given.get("taker"):
        faults["taker"] = _("请填写「%(title)s」") % {"title": _("交给谁(医废收运人员)")}
    if faults:
        raise Refused(_("还有 %(n)d 处需要补充") % {"n": len(faults)}, faults)
    if given.get("taker"):
        case.anchors = {**case.anchors, "taker": given["taker"]}
    done(case, at)
