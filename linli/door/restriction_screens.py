"""Somebody who is restricted reads why, on what law, until when and by whom, and appeals: no sign-in, no JavaScript."""

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
from linli.matters.alerts import appealing, links
from linli.matters.alerts.appeal import LIFTED
from linli.matters.alerts.forms import AppealForm
from linli.matters.alerts.restriction import Restriction, binds
from linli.matters.alerts.words import EVIDENCE
from linli.roster.permissions import requires

KNOCKS = Limit(60, seconds=60)
"""Looks and appeals from one address: a whole compound behind one router gets in, a guesser of 128 bits nowhere."""


@requires("door.restriction")
@require_http_methods(["GET", "HEAD", "POST"])
def restriction(request: HttpRequest, token_text: str) -> HttpResponse:
    """What is known of it, and the appeal. A link that opens nothing is answered the same way, whatever the reason."""
    if stopped := may_knock(request, KNOCKS):
        return stopped
    at, link = now(), links.opened(token_text)
    if link is None:
        return page(request, "door/restriction_closed.html", {}, community=None, status=404)
    form = AppealForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            appealing.ask(link.case, said["words"], at=at, intent=said["intent"])
        except Refused as refused:
            for key, sentence in refused.faults.items():
                form.add_error(key if key in form.fields else None, sentence)
        else:
            return redirect("door-restriction", token_text=token_text)
    context = _context(link.case, at) | {"form": form, "purpose": purpose(link.community, at)}
    status = 422 if form.errors else 200
    return page(request, "door/restriction.html", context, community=link.community, status=status)


def _context(case: Case, at: datetime) -> dict[str, Any]:
    last = appealing.latest(case)
    return {
        "kept": case.restriction_file,
        "until": _moment(case.restriction_file.ends_at),
        "rests_on": f"{_(dict(EVIDENCE)[case.restriction_file.evidence])} {case.restriction_file.evidence_number}",
        "answer": _answer(case, at),
        "appeal": last,
        "outcome": _outcome(last) if last else None,
        "may_appeal": last is None or last.case.closed_at is not None,
    }


def _moment(at: datetime) -> str:
    """2022-04-22 09:10, where the reader is."""
    return f"{local(at):%Y-%m-%d %H:%M}"


def _answer(case: Case, at: datetime) -> dict[str, str]:
    """The one word of the page. Past its end nothing binds, whether or not a clock has run since."""
    ends = {"at": _moment(case.restriction_file.ends_at)}
    if binds(case, at):
        return {"shape": "stop", "word": _("限制中"), "text": _("%(at)s 自动解除,不用您来办。") % ends}
    if case.state == Restriction.confirmed.key and case.restriction_file.ends_at > at:
        return {"shape": "limit", "word": _("已决定,等社区当面或电话告知"), "text": _("告知以前不生效。")}
    if case.state == Restriction.lifted.key:
        return {"shape": "pass", "word": _("已提前解除"), "text": ""}
    return {"shape": "pass", "word": _("已到期解除"), "text": ""}


def _outcome(last: appealing.Answered) -> dict[str, str]:
    """What came of the appeal: at once, before anybody has called."""
    if not last.outcome:
        by = {"at": _moment(last.case.due_at)} if last.case.due_at else {"at": ""}
        return {"shape": "waiting", "word": _("申诉已收到"), "text": _("最晚 %(at)s 答复您。") % by}
    if last.outcome == LIFTED:
        return {"shape": "pass", "word": _("申诉成立,限制已解除"), "text": last.reason}
    return {"shape": "limit", "word": _("申诉没有成立,限制照旧"), "text": last.reason}
