"""The shopkeeper's own page: how the code stands, the day's word, how many came; entries for whoever has no phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import local, now
from linli.base.ids import uuid7
from linli.base.limits import Limit
from linli.codes.issuing import live
from linli.codes.models import Code, Kind
from linli.codes.token import grouped
from linli.codes.word import word_of
from linli.door.open_door import may_knock, page, purpose
from linli.door.venue_screens import keeper
from linli.loops.engine import Refused
from linli.loops.models import Remark
from linli.loops.pack import pack_for
from linli.matters.venues import paper, visits
from linli.matters.venues.forms import Register, RowForm, opened_at, sent_intent
from linli.matters.venues.loop import VenueCode
from linli.matters.venues.models import VenueFile, VenueLink
from linli.matters.venues.particulars import of
from linli.roster.permissions import requires

CARDS = Limit(30, seconds=60)
"""Cards typed or scanned from one address: a queue at the door gets in; eight characters are 31 bits, a guesser nowhere."""
ROWS = 5
"""Visitors on one screen of a phone."""

STATES = {
    VenueCode.applied.key: ("waiting", N_("待审核"), N_("社区会打电话核实。这一页收藏好,结果在这里看。")),
    VenueCode.sent_back.key: ("limit", N_("要补正"), ""),
    VenueCode.approved.key: ("waiting", N_("已通过"), N_("社区正在发码,发好了这里就能打印海报。")),
    VenueCode.issued.key: ("limit", N_("请张贴海报"), N_("打印海报,贴在入口;志愿者会来扫码确认。")),
    VenueCode.posted.key: ("pass", N_("已张贴"), N_("逢人必扫;没带手机的,用下面两个按钮登记。")),
    VenueCode.refused.key: ("stop", N_("未通过"), ""),
    VenueCode.revoked.key: ("stop", N_("已收回"), N_("请揭下海报。有疑问打社区电话。")),
}
"""State → shape, word, sentence, in the words of whoever keeps the shop."""


@requires("door.venue")
@require_safe
def shop(request: HttpRequest, token_text: str) -> HttpResponse:
    """The one page. Counts, never persons."""
    link, at = keeper(request, token_text), now()
    if isinstance(link, HttpResponse):
        return link
    file, code = link.file, _code(link.file)
    shape, word, text = STATES[file.case.state]
    amended = file.case.state == VenueCode.sent_back.key and file.amended_at is not None
    context = {
        "token_text": token_text,
        "name": of(file).name,
        "answer": {"shape": "waiting", "word": _("已补正"), "text": _("社区会再看一遍。")}
        if amended
        else {"shape": shape, "word": _(word), "text": _said(file) or (_(text) if text else "")},
        "amend": file.case.state == VenueCode.sent_back.key and not amended,
        "code": grouped(code.short_code) if code else "",
        "word": word_of(code.token, local(at).date()) if code else "",
        "entries": visits.today(file.venue_id, at=at) if file.venue_id and code else None,
        "rule": pack_for(file.community_id, at).get("venue.rule"),
        "purpose": _purpose(link, at),
    }
    return page(request, "door/shop.html", context, community=link.community)


def _code(file: VenueFile) -> Code | None:
    """The code of an open file; a shop whose code was taken back registers nobody."""
    if file.venue_id is None or file.case.closed_at:
        return None
    return live(Kind.VENUE, file.venue_id, community_id=file.community_id)


def _said(file: VenueFile) -> str:
    """What the audit wrote to the shop, until it is shredded."""
    if file.case.state not in (VenueCode.sent_back.key, VenueCode.refused.key):
        return ""
    rows = Remark.objects.filter(
        community_id=file.community_id, event__case=file.case_id, key="reason", shredded_at=None
    )
    return rows.order_by("-event__seq").values_list("text", flat=True).first() or ""


def _purpose(link: VenueLink, at: datetime) -> dict[str, str]:
    days = pack_for(link.community_id, at).get(paper.DAYS)
    return purpose(link.community, at) | {"kept": _("来访登记 %(days)d 天后删除") % {"days": days}}


def _ready(request: HttpRequest, token_text: str) -> tuple[VenueLink, Code] | HttpResponse:
    """A shop whose code lives, or the answer instead."""
    link = keeper(request, token_text)
    if isinstance(link, HttpResponse):
        return link
    code = _code(link.file)
    return (link, code) if code else redirect("door-shop", token_text)


@requires("door.venue")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, token_text: str) -> HttpResponse:
    """Several visitors by hand: a number or none, how many. Good rows are kept, bad ones stay with what was typed."""
    found, at = _ready(request, token_text), now()
    if isinstance(found, HttpResponse):
        return found
    link, _unused = found
    intent = sent_intent(request.POST.get("intent", ""))
    rows = Register(RowForm, request.POST or None, rows=ROWS)
    good = list(rows.good())
    if good:
        _register(
            request,
            link,
            [form.row(at, link.file_id, intent, made_at=opened_at(intent, at)) for form in good],
            at,
        )
    if good and not rows.faults:
        return redirect("door-shop-register", token_text)
    context = {
        "token_text": token_text,
        "name": of(link.file).name,
        "rows": rows.forms,
        "faults": rows.faults,
        "empty": rows.bound and not rows.written,
        "intent": intent,
        "purpose": _purpose(link, at),
    }
    status = 422 if rows.bound else 200
    return page(request, "door/shop_register.html", context, community=link.community, status=status)


def _register(request: HttpRequest, link: VenueLink, rows: list[visits.Row], at: datetime) -> None:
    assert link.file.venue_id
    visits.register(rows, venue_id=link.file.venue_id, community_id=link.community_id, by=None, at=at)
    says = ngettext("已登记 %(n)d 行", "已登记 %(n)d 行", len(rows))
    messages.success(request, says % {"n": len(rows)})
    _stop(request, [row.colour for row in rows])


def _stop(request: HttpRequest, colours: list[str]) -> None:
    """What whoever stands at the door must do now."""
    if any(colour in ("yellow", "red") for colour in colours):
        messages.error(request, _("有黄码或红码:请别让他进,请他留在原地,社区马上联系您"))


@requires("door.venue")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, token_text: str) -> HttpResponse:
    """A resident's printed card is scanned or typed by the checker (反扫). The answer never says whose it is."""
    found, at = _ready(request, token_text), now()
    if isinstance(found, HttpResponse):
        return found
    if request.method == "POST" and (stopped := may_knock(request, CARDS)):
        return stopped
    link, _unused = found
    said, colour, fault = request.POST.get("card", "").strip()[:300], _colour(request), ""
    if request.method == "POST":
        fault = _checked(request, link, said, colour, at)
        if not fault:
            return redirect("door-shop-check", token_text)
    context: dict[str, Any] = {
        "token_text": token_text,
        "name": of(link.file).name,
        "said": said,
        "colour": colour,
        "colours": [(key, _(word)) for key, word in visits.COLOURS],
        "fault": fault,
        "intent": uuid7(),
        "purpose": _purpose(link, at),
    }
    return page(
        request, "door/shop_check.html", context, community=link.community, status=422 if fault else 200
    )


def _colour(request: HttpRequest) -> str:
    said = request.POST.get("colour", "")
    return said if said in dict(visits.COLOURS) else ""


def _checked(request: HttpRequest, link: VenueLink, said: str, colour: str, at: datetime) -> str:
    """The fault, or nothing when the entry is kept."""
    if not said:
        return _("请扫卡上的码,或输入八位编码")
    assert link.file.venue_id
    try:
        visits.card(
            said,
            colour=colour,
            intent=sent_intent(request.POST.get("intent", "")),
            venue_id=link.file.venue_id,
            community_id=link.community_id,
            at=at,
        )
    except Refused as refused:
        return refused.sentence
    messages.success(request, _("已登记 1 人"))
    _stop(request, [colour])
    return ""


@requires("door.venue")
@require_safe
@never_cache
def poster(request: HttpRequest, token_text: str) -> HttpResponse:
    """The shop prints its own poster."""
    found = _ready(request, token_text)
    if isinstance(found, HttpResponse):
        if found.status_code == 302:
            raise Http404
        return found
    link, code = found
    size = paper.size_of(request.GET.get("size", ""))
    answer = HttpResponse(
        paper.posters([(link.file, code)], size, community=link.community, at=now()),
        content_type="application/pdf",
    )
    answer["Content-Disposition"] = f'inline; filename="{code.short_code}-{size}.pdf"'
    return answer
