"""What screens and phones show of a visit and of a finding: when, who goes there as which stop, what is still open there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.codes.address import digest
from linli.codes.issuing import live_of
from linli.loops.models import Case, Remark
from linli.loops.pack import pack_for
from linli.loops.spec import Carried, Fact
from linli.matters.patrols.checklist import title_of
from linli.matters.patrols.effects import venue_id_of
from linli.matters.patrols.keepers import last_words
from linli.matters.patrols.loop import Finding, Patrol
from linli.matters.patrols.models import PatrolVisit


def clock(at: datetime) -> str:
    """`14:30`, in local time."""
    return f"{local(at):%H:%M}"


def moment(at: datetime) -> str:
    """`4-16 14:30`."""
    here = local(at)
    return f"{here.month}-{here.day} {here:%H:%M}"


def window(visit: PatrolVisit) -> str:
    """`08:00 – 11:15`."""
    return f"{clock(visit.opens_at)} – {clock(visit.closes_at)}"


def stop_words(visit: PatrolVisit) -> str:
    """`孟春雨,第 3 站,约 09:40`; "" where nobody is to go."""
    if visit.planned_at is None:
        return ""
    return _("%(who)s,第 %(n)d 站,约 %(at)s") % {
        "who": visit.walker_name,
        "n": visit.stop,
        "at": clock(visit.planned_at),
    }


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """What a volunteer takes along of the visits. Three queries however many."""
    cases = list(cases)
    if not cases:
        return {}
    community_id = cases[0].community_id
    visits = list(PatrolVisit.objects.filter(community_id=community_id, case_id__in=[c.id for c in cases]))
    codes = live_of("venue", {v.venue_id for v in visits}, community_id=community_id)
    open_ = _open_items(community_id, cases)
    found = {}
    for visit in visits:
        code = codes.get(visit.venue_id)
        found[visit.case_id] = Carried(
            tuple(_visit_facts(visit, open_.get(str(visit.venue_id), []))),
            codes=(digest(code.token), digest(code.short_code)) if code else (),
            planned=visit.planned_at.isoformat() if visit.planned_at else "",
        )
    return found


def _open_items(community_id: UUID, cases: list[Case]) -> dict[str, list[str]]:
    """Venue → what is open there: `场所码贴在入口、完好(10:30 前改好)`."""
    pack = pack_for(community_id, cases[0].opened_at)
    rows = Case.objects.open().filter(community_id=community_id, loop=Finding.key).by_promise()
    wanted, found = {case.subject for case in cases}, defaultdict(list)
    for case in rows:
        venue = case.subject.partition(":")[0]
        if venue in wanted:
            by = moment(datetime.fromisoformat(case.anchors["fix_by"]))
            words = {"what": _(title_of(case.anchors["item"], pack)), "by": by}
            found[venue].append(_("%(what)s(%(by)s 前改好)") % words)
    return found


def _visit_facts(visit: PatrolVisit, open_: list[str]) -> list[Fact]:
    rows = (
        Fact(_("时段"), window(visit)),
        Fact(_("路线"), stop_words(visit)),
        Fact(_("没改好的"), ";".join(open_)),
    )
    return [row for row in rows if row.value]


def visit_facts(case: Case) -> list[Fact]:
    """The same on a screen, with the venue's own page."""
    visit = PatrolVisit.objects.filter(community_id=case.community_id, case_id=case.id).first()
    if visit is None:
        return []
    url = reverse("desk-patrol-venue", args=[visit.venue_id])
    which = _("第 %(n)d 次") % {"n": visit.number}
    return [
        Fact(_("今天"), which, "", url),
        *_visit_facts(visit, _open_items(case.community_id, [case]).get(case.subject, [])),
    ]


def finding_facts(case: Case) -> list[Fact]:
    """What is wrong, until when, what the venue said, what the volunteer noted."""
    rows = (
        *_finding(case),
        Fact(_("店家的话"), last_words(case)),
        Fact(_("巡查时说明"), _noted(case)),
    )
    venue = Fact(
        _("场所"), case.title.partition(" · ")[0], "", reverse("desk-patrol-venue", args=[venue_id_of(case)])
    )
    return [venue, *(row for row in rows if row.value)]


def _finding(case: Case) -> list[Fact]:
    said = case.anchors.get("answered_at")
    pack = pack_for(case.community_id, case.opened_at)
    return [
        Fact(_("哪一项"), _(title_of(case.anchors["item"], pack))),
        Fact(_("整改期限"), moment(datetime.fromisoformat(case.anchors["fix_by"]))),
        Fact(_("店家说改好了"), moment(datetime.fromisoformat(said)) if said else ""),
    ]


def _noted(case: Case) -> str:
    mine = Remark.objects.filter(community_id=case.community_id, key="note")
    found = mine.filter(event__case_id=case.cause_id).first() if case.cause_id else None
    return found.text if found else ""


def carry_findings(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """What is to be looked at again. No query of its own."""
    return {case.id: Carried(tuple(fact for fact in _finding(case) if fact.value)) for case in cases}


Patrol.carry = staticmethod(carry)
Patrol.facts = staticmethod(visit_facts)
Finding.carry = staticmethod(carry_findings)
Finding.facts = staticmethod(finding_facts)
