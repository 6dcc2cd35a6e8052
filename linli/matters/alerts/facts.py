"""What screens show of an alert, a restriction and an appeal: what was seen, on what it rests, in whose words."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import local
from linli.loops.heard import heard_before
from linli.loops.models import Case
from linli.loops.spec import Fact
from linli.matters.alerts import calling
from linli.matters.alerts.appeal import LIFTED, Appeal
from linli.matters.alerts.appealing import appeals_of
from linli.matters.alerts.from_scans import AGAIN, ALONE
from linli.matters.alerts.kept import told
from linli.matters.alerts.links import UNDECIDED
from linli.matters.alerts.loop import Alert
from linli.matters.alerts.models import RestrictionFile, Sighting
from linli.matters.alerts.restriction import Restriction
from linli.matters.alerts.words import COLOURS, EVIDENCE, about
from linli.registry import subjects
from linli.registry.models import Person

WORDS = (
    ("what", N_("看到了什么")),
    ("where", N_("在哪里")),
    ("number", N_("对方登记号或电话")),
    ("words", N_("本人怎么说")),
    (calling.SAID, N_("电话里说的")),
    ("note", N_("说明")),
    ("result", N_("结果")),
    ("reason", N_("理由")),
)
"""What is said in private in the steps, in their order."""

SHOWN = 10
"""Scans of one alert on its page."""


def short(at: datetime) -> str:
    """4-22 09:10."""
    here = local(at)
    return f"{here.month}-{here.day} {here:%H:%M}"


def person_of(case: Case) -> Person | None:
    """Whom a case is about, where that is somebody of the register."""
    return subjects.person(str(case.anchors.get("person") or case.subject), community_id=case.community_id)


def _person(case: Case) -> list[Fact]:
    who = person_of(case)
    return [Fact(_("姓名"), who.masked_name, "", reverse("desk-person", args=[who.pk]))] if who else []


def alert_facts(case: Case) -> list[Fact]:
    """What it is about, where, and every word that was said so far."""
    known, said = case.anchors, told(case)
    rows = [
        *_person(case),
        Fact(_("什么异常"), about(known.get("kind", ""), known.get("colour", ""))),
        Fact(_("地点"), known.get("place", "")),
        *_number(case),
        *(Fact(_("来电时说"), text, who) for text, who in heard_before(case)),
        *(Fact(_(label), said.get(key, "")) for key, label in WORDS),
        *_sightings(case),
        *_restrict(case),
    ]
    return [row for row in rows if row.value]


def _number(case: Case) -> list[Fact]:
    """How a stranger can be reached while the alert is open: the number masked, and the way to a logged look at it."""
    if case.closed_at or person_of(case) or not calling.was_scanned(case):
        return []
    left = calling.left(case)
    if left is None:
        return [Fact(_("号码"), _("没有留下能打的号码"))]
    return [
        Fact(_("号码"), left.masked, _("外来人员,打电话时查看"), reverse("desk-alert-number", args=[case.pk]))
    ]


def _sightings(case: Case) -> list[Fact]:
    """The scans behind it, the latest first; whether anybody looked at each."""
    rows = Sighting.objects.filter(community_id=case.community_id, case=case).order_by("-seen_at", "-id")
    return [
        Fact(
            _("扫码"),
            " · ".join((_(COLOURS.get(row.colour, row.colour)), short(row.seen_at))),
            _("没有人看着扫的") if row.mode in ALONE else "",
        )
        for row in rows[:SHOWN]
    ]


def _restrict(case: Case) -> list[Fact]:
    """The way to a proposal: somebody of the register, while the alert is open."""
    who = person_of(case) if case.closed_at is None else None
    if who is None:
        return []
    url = f"{reverse('desk-restriction-new', args=[who.pk])}?alert={case.pk}"
    return [Fact(_("限制措施"), _("提议(要有依据和第二人确认)"), "", url)]


def restriction_facts(case: Case) -> list[Fact]:
    """On what it rests, until when, by whom; and the ways to tell the person."""
    kept = RestrictionFile.objects.filter(community_id=case.community_id, case=case).first()
    said = told(case)
    rows = [
        *_person(case),
        *(_file(kept) if kept else []),
        Fact(_("哪里拿不准"), said.get("doubt", "")),
        Fact(_("为什么一天里有这么多件"), said.get("many", "")),
        Fact(_("本人怎么说"), said.get("words", "")),
        Fact(_("理由"), said.get("reason", "")),
        *_link(case, kept),
        *_appeals(case),
    ]
    return [row for row in rows if row.value]


def _file(kept: RestrictionFile) -> list[Fact]:
    return [
        Fact(_("限制什么"), kept.does),
        Fact(_("法律依据"), f"{kept.law} {kept.article}"),
        Fact(_("凭什么"), f"{_(dict(EVIDENCE)[kept.evidence])} {kept.evidence_number}"),
        Fact(_("写给本人的理由"), kept.reason),
        Fact(_("到什么时候"), short(kept.ends_at)),
        Fact(_("谁提议的"), kept.proposer_name, short(kept.proposed_at)),
        Fact(_("谁先看过的"), kept.allower_name, short(kept.allowed_at) if kept.allowed_at else ""),
        Fact(_("谁确认的"), kept.confirmer_name, short(kept.confirmed_at) if kept.confirmed_at else ""),
        Fact(_("什么时候告知的"), short(kept.told_at) if kept.told_at else ""),
    ]


def _link(case: Case, kept: RestrictionFile | None) -> list[Fact]:
    if kept is None or case.state in UNDECIDED:
        return []
    return [
        Fact(_("本人链接"), _("发链接或打印二维码"), "", reverse("desk-restriction-link", args=[case.pk]))
    ]


def _appeals(case: Case) -> list[Fact]:
    return [
        Fact(_("申诉"), _(one.standing.title), "", reverse("desk-case", args=[one.pk]))
        for one in appeals_of(case)
    ]


def appeal_facts(case: Case) -> list[Fact]:
    """The person's own words first, then what they are about."""
    said = told(case)
    outcome = case.anchors.get("outcome", "")
    rows = [
        Fact(_("本人怎么说"), said.get("words", "")),
        Fact(_("答复"), (_("解除限制") if outcome == LIFTED else _("维持限制")) if outcome else ""),
        Fact(_("理由"), said.get("reason", "")),
        *(restriction_facts(case.cause) if case.cause else []),
        Fact(_("限制措施"), _("打开"), "", reverse("desk-case", args=[case.cause_id])),
    ]
    return [row for row in rows if row.value]


def says(given: dict[str, object]) -> str:
    """A remark in the reader's language."""
    if given.get("kind") == calling.CALLED:
        return _("打了电话:%(outcome)s") % {"outcome": calling.outcome(given)}
    return _("又扫了一次,还不是绿码") if given.get("kind") == AGAIN else ""


Alert.facts = staticmethod(alert_facts)
Alert.says = staticmethod(says)
Restriction.facts = staticmethod(restriction_facts)
Appeal.facts = staticmethod(appeal_facts)
