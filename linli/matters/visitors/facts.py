"""What screens show of a visit: who (masked), what for, to which door, from when until when, in and out."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.codes.token import grouped
from linli.loops.models import Case
from linli.loops.spec import Fact
from linli.matters.visitors import passes, people
from linli.matters.visitors.announcing import CHANNELS
from linli.matters.visitors.kinds import WORDS
from linli.matters.visitors.loop import VisitPass
from linli.matters.visitors.people import Shown
from linli.registry.subjects import person_of


def facts(case: Case) -> list[Fact]:
    """Enough for the gate and the desk; numbers in clear are a page of their own."""
    host, code = person_of(case), passes.code_of(case)
    who = people.shown([case.id], community_id=case.community_id)[case.id]
    own = reverse("desk-visitor", args=[case.pk])
    door = str(host.household.dwelling) if host and host.household else ""
    rows = [
        *visit_facts(case, who, door),
        Fact(
            _("找谁"),
            host.masked_name if host else "",
            "",
            reverse("desk-person", args=[host.pk]) if host else "",
        ),
        Fact(_("通行码"), grouped(code.short_code) if code else "", "", own),
        Fact(_("进"), _at(case, "in_at")),
        Fact(_("出"), _at(case, "out_at")),
        Fact(_("怎么登记的"), _(CHANNELS[case.anchors["channel"]]) if "channel" in case.anchors else ""),
        Fact(
            _("联系"),
            "" if case.closed_at else _("看号码"),
            "",
            reverse("desk-visitor-number", args=[case.pk]),
        ),
    ]
    return [row for row in rows if row.value]


def visit_facts(case: Case, who: Shown, door: str) -> list[Fact]:
    """What whoever stands at the gate needs, with or without a network."""
    known = case.anchors
    tail = _("手机尾号 %(tail)s") % {"tail": who.tail} if who.tail else ""
    is_waited_for = case.state == VisitPass.ready.key
    rows = [
        Fact(_("来做什么"), about(case)),
        Fact(_("来的人"), " · ".join(part for part in (who.name, tail, who.plate) if part)),
        Fact(_("去哪一户"), door),
        Fact(_("时段"), passes.window_words(case)),
        Fact(_("口令"), known.get("word", "") if is_waited_for else ""),
    ]
    return [row for row in rows if row.value]


def about(case: Case) -> str:
    """维修 · 2 人."""
    if "kind" not in case.anchors:
        return ""
    return " · ".join(part for part in (_(WORDS[case.anchors["kind"]]), heads(case)) if part)


def heads(case: Case) -> str:
    """2 人; nothing for one."""
    party = case.anchors.get("party", 1)
    return _("%(n)d 人") % {"n": party} if party > 1 else ""


def _at(case: Case, anchor: str) -> str:
    moment = case.anchors.get(anchor)
    return f"{local(datetime.fromisoformat(moment)):%m-%d %H:%M}" if moment else ""


VisitPass.facts = staticmethod(facts)
