"""The custody line: a case drawn as one thread from the platform to the front door, gaps drawn as gaps."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.desk import words
from linli.loops.models import Case, Event, Remark
from linli.loops.spec import Step
from linli.roster.duties import title

Stop = dict[str, Any]


def line(case: Case, events: list[Event], now: datetime) -> dict[str, Any]:
    """The context of components/custody_line.html. `events` are all of the case's, oldest first."""
    moves = [e for e in events if e.verb in case.declared.steps or e.verb == "opened"]
    stops: list[Stop] = []
    for before, event in zip([None, *moves], moves, strict=False):
        if before is not None and _is_gap(before, event):
            stops[-1]["then"] = "gap"
            stops[-1]["hold"] = {"span": words.span(event.at - before.at)}
        stops.append(_stop(case, event, now))
    for i, event in enumerate(moves[:-1]):
        if stops[i].get("then") != "gap":
            stops[i] |= _held(event, moves[i + 1].at)
    if case.closed_at:
        stops[-1]["kind"] = "arrived" if _handed_over(case, moves[-1]) else stops[-1]["kind"]
        return {"says": _says(case, now), "stops": stops}
    stops[-1] |= _held(moves[-1], min(now, case.due_at) if case.due_at else now)
    stops += _present(case, now) + _ahead(case)
    return {"says": _says(case, now), "stops": stops}


def _stop(case: Case, event: Event, now: datetime) -> Stop:
    step = case.declared.steps.get(event.verb)
    stop: Stop = {
        "kind": "platform" if step is None else "knot",
        "step": _("通知") if step is None else _(step.title),
        "at": words.moment(event.at, now),
        "at_iso": event.at.isoformat(),
        "then": "held",
        "note": str(event.given.get("source_word", ""))
        if step is None
        else str(event.given.get("place_word", "")),
    }
    if step is None or not step.is_hand_over:
        return stop | ({"taker": event.actor_name} if event.actor_name else {})
    stop |= {k: v for k, v in (("giver", event.giver), ("taker", event.taker)) if v}
    if not event.giver or not event.taker:
        stop |= {"kind": "half", "missing": "taker" if event.giver else "giver"}
    return stop


def _held(event: Event, until: datetime) -> Stop:
    length = until - event.at
    minutes = max(length.total_seconds() / 60, 0)
    return {
        "then": "held",
        "hold": {"who": event.taker or event.actor_name, "span": words.span(length)},
        "span": 1 if minutes < 10 else 2 if minutes < 40 else 3 if minutes < 180 else 4,
    }


def _is_gap(before: Event, event: Event) -> bool:
    """Between two hand-overs the one who gives must be the one who took; anything else is a gap."""
    return bool(before.taker and event.giver and before.taker != event.giver)


def _present(case: Case, now: datetime) -> list[Stop]:
    here: Stop = {"kind": "now", "step": _("现在"), "at": words.moment(now, now), "then": "ahead", "span": 1}
    if case.due_at is None or case.due_at >= now:
        return [here]
    steps = case.declared.steps_from(case.state)
    late = {"who": case.holder_name, "span": words.span(now - case.due_at)}
    due = {
        "kind": "due",
        "step": _("应%(step)s") % {"step": _(steps[0].title)} if steps else _(case.standing.title),
        "at": words.moment(case.due_at, now),
        "then": "late",
        "hold": late,
        "span": 2,
    }
    return [due, here]


def road(case: Case) -> list[Step]:
    """The steps still ahead if all goes well: always the first step of each state."""
    steps: list[Step] = []
    state = case.standing
    while (leaving := case.declared.steps_from(state.key)) and len(steps) <= len(case.declared.states):
        step = leaving[0]
        steps.append(step)
        state = step.target
    return steps


def _ahead(case: Case) -> list[Stop]:
    steps = road(case)
    stops: list[Stop] = [{"kind": "ahead", "step": _(s.title), "then": "ahead", "span": 1} for s in steps]
    if stops and steps[-1].is_hand_over:
        stops[-1] = {"kind": "door", "step": _(steps[-1].title)}
    elif stops:
        stops[-1].pop("then")
    return stops


def _handed_over(case: Case, last: Event) -> bool:
    step = case.declared.steps.get(last.verb)
    return step is not None and step.is_hand_over


def _says(case: Case, now: datetime) -> str:
    state = _(case.standing.title)
    if case.closed_at:
        return f"{state} · {words.moment(case.closed_at, now)}"
    assert case.due_at
    left = words.left(case.due_at, now)
    if case.holder_name:
        return _("%(state)s · 在%(who)s手上 · %(left)s") % {
            "state": state,
            "who": case.holder_name,
            "left": left,
        }
    return _("%(state)s · 无人认领 · %(left)s") % {"state": state, "left": left}


ENGINE_WORDS = {
    "opened": ("waiting", _("立案")),
    "overdue": ("overdue", _("到时未办,已升级提醒")),
    "climbed": ("limit", _("无人应答,提醒上一级")),
    "reminded": ("waiting", _("轻声提醒")),
    "kept": ("pass", _("按时做到,排下一次")),
    "ended": ("pass", _("随前一件事结束")),
    "lapsed": ("pass", _("到时没来,自行结束")),
    "acknowledged": ("pass", _("有人接下")),
    "replanned": ("waiting", _("时限重排")),
    "late_note": ("limit", _("补交的记录晚到,待人确认")),
    "remarked": ("waiting", _("备注")),
}


def story(case: Case, events: list[Event], now: datetime) -> list[dict[str, str]]:
    """The context of components/timeline.html, newest first."""
    lines: list[dict[str, str]] = []
    reasons = _reasons(case, events)
    again = 0
    for event in reversed(events):
        again = again + 1 if event.given.get("loud") and event.verb == "climbed" else 0
        if again > 1:  # the same loud reminder over and over is one line that counts
            lines[-1]["note"] = _("第 %(n)d 次提醒所有人,仍无人应答") % {"n": again}
        else:
            lines.append(told(case, event, now, reason=reasons.get(event.id, "")))
    return lines


def _reasons(case: Case, events: list[Event]) -> dict[UUID, str]:
    """Why a step was taken: kept beside the ledger, which only refers to it."""
    if not any("reason" in e.given and e.verb in case.declared.steps for e in events):
        return {}
    kept = Remark.objects.filter(community_id=case.community_id, event__in=events, key="reason")
    return {r.event_id: r.text for r in kept}


def told(case: Case, event: Event, now: datetime, *, reason: str = "") -> dict[str, str]:
    """One event as a line; `reason` is its private answer, where the reader may know it."""
    step = case.declared.steps.get(event.verb)
    shape, what = ("pass", step.title) if step else ENGINE_WORDS.get(event.verb, ("waiting", event.verb))
    who = f"{event.giver} → {event.taker}" if event.giver or event.taker else event.actor_name or _("系统")
    return {
        "at": words.moment(event.at, now),
        "at_iso": event.at.isoformat(),
        "shape": shape,
        "what": _(what),
        "who": who,
        "note": reason or _note(case, event),
    }


def _note(case: Case, event: Event) -> str:
    """What an event says beyond its name; never a private answer, of which it holds only the reference."""
    if told := event.given.get("told"):
        names = words.listed(_(title(duty)) for duty in told)
        loud = _(" · 值班台持续提醒") if event.given.get("loud") else ""
        return _("已告诉 %(duties)s") % {"duties": names} + loud
    if event.verb == "remarked":
        return case.declared.says(event.given) if case.declared.says else ""
    if walker := event.given.get("by_hand_of"):
        return _("纸质表,%(name)s 走访") % {"name": walker}
    if event.verb in case.declared.steps:
        return str(event.given.get("certificate", ""))
    return str(event.given.get("why", "") or event.given.get("reason", ""))
