"""What screens and phones show of a call: what about, how urgent, what was said, when it was promised."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.base.clock import local
from linli.loops.models import Case, Event, Remark
from linli.loops.registry import loop_of
from linli.loops.spec import Carried, Fact
from linli.matters.hotline import numbers
from linli.matters.hotline.kinds import KINDS, NORMAL, URGENCIES
from linli.matters.hotline.loop import Call


def about(case: Case) -> str:
    """买东西、送东西 · 急; what is not urgent does not say so."""
    words = [_(KINDS[case.anchors["kind"]].word)]
    if case.anchors["urgency"] != NORMAL:
        words.append(_(URGENCIES[case.anchors["urgency"]]))
    if (times := case.anchors["times"]) > 1:
        words.append(ngettext("来电 %(n)d 次", "来电 %(n)d 次", times) % {"n": times})
    return " · ".join(words)


def facts(case: Case) -> list[Fact]:
    """Everything but the number in clear, which is a page of its own."""
    kept = _kept(case)
    tail = numbers.tail_of(case)
    rows = [
        Fact(_("什么事"), about(case)),
        *(Fact(_("怎么称呼"), text) for text in kept.get("name", ())),
        *(Fact(_("说了什么"), text) for text in kept.get("note", ())),
        Fact(_("来电号码"), _("尾号 %(tail)s") % {"tail": tail} if tail else ""),
        _call_back(case),
        Fact(_("约定回电"), _moment(case.anchors.get("promised_at"))),
        *(Fact(_("怎么答复的"), text) for text in kept.get("said", ())),
        *_ended(case),
    ]
    return [row for row in rows if row.value]


def _kept(case: Case) -> dict[str, list[str]]:
    """What was said in private, by what it answers, the earliest first."""
    found: dict[str, list[str]] = {}
    rows = Remark.objects.filter(community_id=case.community_id, event__case=case, shredded_at=None)
    for key, text in rows.order_by("event__seq", "key").values_list("key", "text"):
        found.setdefault(key, []).append(text)
    return found


def _call_back(case: Case) -> Fact:
    if case.closed_at:
        return Fact("", "")
    return Fact(_("回电"), _("看号码"), "", reverse("desk-call-number", args=[case.pk]))


def _ended(case: Case) -> list[Fact]:
    """Who took it over, or which card answered it."""
    if case.closed_at is None:
        return []
    last = Event.objects.filter(case=case, name__in=(f"{Call.key}.route", f"{Call.key}.answer")).last()
    if last is None:
        return []
    to = last.given.get("to", "")
    return [
        Fact(_("转给"), _(loop_of(to).takes_calls or loop_of(to).title) if to else ""),
        Fact(_("知识卡编号"), str(last.given.get("card", ""))),
    ]


def _moment(moment: str | None) -> str:
    return f"{local(datetime.fromisoformat(moment)):%m-%d %H:%M}" if moment else ""


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """What about, and until when it was promised. What was said stays in the house."""
    return {case.id: Carried(_carried(case)) for case in cases}


def _carried(case: Case) -> tuple[Fact, ...]:
    rows = (
        Fact(_("什么事"), about(case)),
        Fact(_("约定回电"), _moment(case.anchors.get("promised_at"))),
    )
    return tuple(row for row in rows if row.value)


Call.facts = staticmethod(facts)
Call.carry = staticmethod(carry)
