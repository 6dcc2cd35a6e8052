"""What screens show of an isolation, its reports and its alerts: person, measure, day n of m, last report, next test."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import local
from linli.loops.heard import heard_before
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.spec import Fact
from linli.matters.isolation import five_in_one, household
from linli.matters.isolation.loop import Fever, HealthReport, Isolation
from linli.matters.isolation.models import NoticeReceipt, Observation, ReleaseNote
from linli.matters.isolation.observing import CHANNELS, DOUBTS
from linli.matters.isolation.plan import Test, day_of, next_test
from linli.matters.isolation.receipts import WAYS, receipt_of
from linli.matters.isolation.results import results_of, sampled_at
from linli.registry.announce import shown_numbers
from linli.registry.subjects import person_of

MEASURES = {"central": N_("集中隔离"), "home": N_("居家隔离"), "monitor": N_("居家健康监测")}


def facts(case: Case) -> list[Fact]:
    """Who it is, and everything the pack decided for this person."""
    known = case.anchors
    rows = [
        *person_facts(case),
        Fact(_("措施"), measure(case)),
        Fact(_("隔离天数"), str(known.get("isolation_days", ""))),
        Fact(_("之后"), _measure(known.get("then", "")) if known.get("monitor_days") else ""),
        Fact(_("监测天数"), str(known.get("monitor_days", ""))),
        Fact(_("起算"), _at(known.get("day_zero"))),
        Fact(_("隔离期满"), _at(known.get("isolation_ends"))),
        Fact(_("监测期满"), _at(known.get("monitor_ends"))),
        Fact(_("检测日"), _days(known.get("tests", []))),
        Fact(_("第二段检测日"), _days(known.get("monitor_tests", []))),
    ]
    return [row for row in rows if row.value]


def today(case: Case, at: datetime) -> list[Fact]:
    """Which day it is, what was reported last, which test comes next."""
    report = Case.objects.filter(cause=case, loop="health_report").first()
    test = None if case.closed_at else next_test(case, pack_for(case.community_id, at), at)
    rows = [
        Fact(_("今天是"), day_words(case, at)),
        Fact(_("下次检测"), test_words(test)),
        *_last_test(case),
        *_household(case),
        *([_last(report), *_report_doors(case, report)] if report else []),
        *(_papers(case) if person_of(case) else []),
    ]
    return [row for row in rows if row.value]


def _household(case: Case) -> list[Fact]:
    """How many share the dwelling and are still to be asked, until the door closes."""
    if case.state != "assessing":
        return []
    people, left = household.to_ask(case), len(household.unasked(case))
    if not people:
        return []
    words = {"n": len(people), "left": left}
    said = _("%(n)d 人,还有 %(left)d 人没问") % words if left else _("%(n)d 人,都问清了") % words
    return [Fact(_("同住的人"), said, "", reverse("desk-household", args=[case.pk]))]


def _last_test(case: Case) -> list[Fact]:
    results = results_of(case)
    if not results:
        return []
    return [Fact(_("最近一次检测"), result_words(results[0]), "", reverse("desk-case", args=[results[0].pk]))]


def result_words(result: Case | None) -> str:
    """阴性 · 4-22 09:10 采样."""
    if result is None:
        return ""
    return _("%(state)s · %(at)s 采样") % {"state": _(result.standing.title), "at": short(sampled_at(result))}


def day_words(case: Case, at: datetime) -> str:
    """第 3 天,共 12 天; on the day it begins, that it counts from today."""
    day, of = day_of(case, at)
    if not day:
        return _("今天起算,共 %(of)d 天") % {"of": of}
    return _("第 %(day)d 天,共 %(of)d 天") % {"day": day, "of": of}


def test_words(test: Test | None) -> str:
    """第 7 天: 4月22日 01:22 至 4月23日 01:22 之间, 不能提前."""
    if test is None:
        return ""
    between = {"day": test.day, "opens": short(test.opens_at), "closes": short(test.closes_at)}
    return _("第 %(day)d 天:%(opens)s 至 %(closes)s 之间,不能提前") % between


def short(at: datetime) -> str:
    """4-22 09:10."""
    here = local(at)
    return f"{here.month}-{here.day} {here:%H:%M}"


def _last(report: Case) -> Fact:
    rows = Observation.objects.filter(community_id=report.community_id, case=report)
    last = rows.order_by("-received_at").first()
    url = reverse("desk-case", args=[report.pk])
    if last is None:
        return Fact(_("最近一次报告"), _("还没有报过"), "", url)
    return Fact(_("最近一次报告"), observed(last), _(CHANNELS[last.channel]), url)


def _report_doors(case: Case, report: Case) -> list[Fact]:
    """Where a report is taken by telephone and where the personal link is issued; nothing once it is over."""
    if case.closed_at:
        return []
    return [
        Fact(_("登记体温"), _("登记一次电话报告"), "", reverse("desk-health-report", args=[report.pk])),
        Fact(_("外出就医"), _("登记一次申请"), "", reverse("desk-outing", args=[case.pk])),
        Fact(_("本人报告"), _("发报告链接或打印二维码"), "", reverse("desk-health-link", args=[case.pk])),
    ]


def observed(row: Observation) -> str:
    """36.5 ℃ · 干咳、乏力 · 4-15 08:12."""
    symptoms = "、".join(_(word) for word in row.symptoms)
    return " · ".join(part for part in (f"{row.celsius} ℃", symptoms, short(row.at)) if part)


def report_facts(case: Case) -> list[Fact]:
    """When the next report is owed, and the latest ones with whoever told them."""
    window = [case.anchors.get(key, "") for key in ("report_from", "report_by")]
    opens, closes = (short(datetime.fromisoformat(m)) if m else "" for m in window)
    rows = Observation.objects.filter(community_id=case.community_id, case=case).order_by("-received_at")[:10]
    owed = Fact(_("下次报告"), f"{opens} – {closes}" if opens and not case.closed_at else "")
    door = Fact(_("登记体温"), _("登记一次电话报告"), "", reverse("desk-health-report", args=[case.pk]))
    told = [Fact(_("报告"), _observed_in_full(row), _teller(row)) for row in rows]
    return [f for f in (*person_facts(case), owed, *([] if case.closed_at else [door]), *told) if f.value]


def _observed_in_full(row: Observation) -> str:
    doubts = [] if row.reviewed_at else [_(DOUBTS[key]) for key in row.doubts if key in DOUBTS]
    return " · ".join([observed(row), *doubts])


def _teller(row: Observation) -> str:
    return " ".join(part for part in (_(CHANNELS[row.channel]), row.by_name) if part)


def fever_facts(case: Case) -> list[Fact]:
    """What raised the alarm, and the emergency number."""
    kept = case.anchors.get("observation")
    row = Observation.objects.filter(community_id=case.community_id, pk=kept).first() if kept else None
    told = [Fact(_("报告"), observed(row), _teller(row))] if row else _told_by_telephone(case)
    return [*person_facts(case), *told, Fact(_("急救"), "120")]


def _told_by_telephone(case: Case) -> list[Fact]:
    return [Fact(_("电话里说"), text, who) for text, who in heard_before(case)]


def person_facts(case: Case) -> list[Fact]:
    """Masked, with the way to the person's own page."""
    who = person_of(case)
    if who is None:
        return []
    phone = shown_numbers(who).phone
    name = Fact(_("姓名"), who.masked_name, "", reverse("desk-person", args=[who.pk]))
    return [name, Fact(_("电话"), phone)] if phone else [name]


def _papers(case: Case) -> list[Fact]:
    """The notice to print, and once somebody is let out the note."""
    signed = receipt_of(case)
    notice = [
        Fact(_("告知书"), _("打印"), "", reverse("desk-isolation-notice", args=[case.pk])),
        Fact(_("签收"), _receipt(signed), "", reverse("desk-receipt", args=[case.pk])),
        *_helpers(case),
    ]
    note = ReleaseNote.objects.filter(case=case).first()
    url = reverse("desk-isolation-release", args=[case.pk])
    return notice if note is None else [*notice, Fact(_("解除通知单"), note.number, "", url)]


def _receipt(signed: NoticeReceipt | None) -> str:
    if signed is None:
        return _("还没有签")
    return " · ".join(part for part in (_(WAYS[signed.how]), short(signed.signed_at), signed.seen_by) if part)


def _helpers(case: Case) -> list[Fact]:
    """五包一, while it is open: who is named, and whom is missing."""
    if case.closed_at:
        return []
    pack = pack_for(case.community_id, case.entered_at)
    left = five_in_one.missing(case.community_id, [case.scope], pack).get(case.scope, [])
    named = "、".join(f"{_(five_in_one.ROLES[h.role])} {h.name}" for h in five_in_one.helpers_of(case))
    words = named + (
        _("(缺 %(roles)s)") % {"roles": "、".join(_(five_in_one.ROLES[r]) for r in left)} if left else ""
    )
    return [Fact(_("五包一"), words, "", reverse("desk-helpers", args=[case.pk]))] if words else []


def measure(case: Case) -> str:
    """What the pack decided, in the reader's language."""
    return _measure(case.anchors.get("measure", ""))


def _measure(key: str) -> str:
    return _(MEASURES[key]) if key in MEASURES else ""


def _days(days: list[int]) -> str:
    return "、".join(str(day) for day in days)


def _at(moment: str | None) -> str:
    return f"{local(datetime.fromisoformat(moment)):%Y-%m-%d %H:%M}" if moment else ""


Isolation.facts = staticmethod(facts)
Isolation.today = staticmethod(today)
HealthReport.facts = staticmethod(report_facts)
Fever.facts = staticmethod(fever_facts)
