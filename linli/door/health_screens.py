"""Somebody behind a door tells temperature and symptoms by a personal link: no sign-in, no JavaScript, one page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.base.clock import local, now
from linli.base.limits import Limit
from linli.door.open_door import may_knock, page, purpose
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.matters.isolation import asking, facts, five_in_one, links, observing, receipts
from linli.matters.isolation.forms import ReportForm
from linli.matters.isolation.models import HealthLink, Observation
from linli.matters.isolation.plan import next_test
from linli.roster.permissions import requires

KNOCKS = Limit(60, seconds=60)
"""Looks and reports from one address: a whole compound behind one router gets in, a guesser of 128 bits nowhere."""


@requires("door.health")
@require_http_methods(["GET", "HEAD", "POST"])
def health(request: HttpRequest, token_text: str) -> HttpResponse:
    """The report and what comes next. A link that opens nothing is answered the same way, whatever the reason."""
    if stopped := may_knock(request, KNOCKS):
        return stopped
    at, link = now(), links.opened(token_text)
    report = _report(link)
    if link is None or report is None:
        return page(request, "door/health_closed.html", {}, community=None, status=404)
    pack = pack_for(link.community_id, at)
    form = ReportForm(request.POST or None, pack=pack)
    if form.is_bound and form.is_valid():
        try:
            observing.receive(report.id, form.told(), at=at)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect("door-health", token_text=token_text)
    context = _context(link, report, pack, at) | {"form": form, "token_text": token_text}
    status = 422 if form.errors else 200
    return page(request, "door/health.html", context, community=link.community, status=status)


def _report(link: HealthLink | None) -> Case | None:
    """The case that waits for this person's reports."""
    if link is None:
        return None
    return Case.objects.open().filter(cause=link.case, loop="health_report").first()


def _context(link: HealthLink, report: Case, pack: Pack, at: datetime) -> dict[str, Any]:
    rows = Observation.objects.filter(community_id=link.community_id, case=report).order_by("-received_at")
    last = rows.first()
    return {
        "day": facts.day_words(link.case, at),
        "owed": _owed(report, at),
        "test": facts.test_words(next_test(link.case, pack, at)),
        "last": facts.observed(last) if last else "",
        "answer": _answer(last) if last else None,
        "helpers": five_in_one.named(link.case),
        "signed": receipts.receipt_of(link.case) is not None,
        "outing": outing.word if (outing := asking.latest(link.case)) else "",
        "purpose": purpose(link.community, at),
    }


def _owed(report: Case, at: datetime) -> str:
    """When the next report is asked for."""
    opens, closes = (
        local(datetime.fromisoformat(m)) if (m := report.anchors.get(key)) else None
        for key in ("report_from", "report_by")
    )
    if opens is None or closes is None:
        return ""
    if opens <= at:
        return _("现在就可以报,请在 %(at)s 前") % {"at": f"{closes.month}-{closes.day} {closes:%H:%M}"}
    return _("下次 %(opens)s 到 %(closes)s") % {
        "opens": f"{opens.month}-{opens.day} {opens:%H:%M}",
        "closes": f"{closes:%H:%M}",
    }


def _answer(last: Observation) -> dict[str, str]:
    if last.is_alert:
        text = _("请留在家里。健康监测人员会马上联系您,医生会告诉您怎么办。呼吸困难或胸痛,请打 120。")
        return {"shape": "stop", "word": _("已收到,有人会联系您"), "text": text}
    return {"shape": "pass", "word": _("已收到"), "text": _("最近一次报告正常。")}
