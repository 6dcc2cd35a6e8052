"""The shopkeeper's own page, the only one a shop has: its code, the day's word, today's visits, what is to be put right."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import local, now
from linli.codes.issuing import live
from linli.codes.models import Code, Kind
from linli.codes.token import grouped
from linli.codes.word import word_of
from linli.door import shop_visits
from linli.door.open_door import page, purpose
from linli.door.venue_screens import shop_of
from linli.loops.engine import Refused
from linli.loops.models import Remark
from linli.loops.pack import pack_for
from linli.matters.venues import paper, visits
from linli.matters.venues.links import Shop
from linli.matters.venues.loop import VenueCode
from linli.matters.venues.models import VenueFile
from linli.roster.permissions import requires

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
@require_http_methods(["GET", "HEAD", "POST"])
def shop(request: HttpRequest, token_text: str) -> HttpResponse:
    """The one page: counts, never persons. What is sent to it is the shop's word that something is put right."""
    mine, at = shop_of(request, token_text), now()
    if isinstance(mine, HttpResponse):
        return mine
    fault = ""
    if request.method == "POST":
        try:
            shop_visits.answer(request, mine, at)
        except Refused as refused:
            fault = refused.sentence
        else:
            return redirect("door-shop", token_text)
    context = {
        "token_text": token_text,
        "name": mine.name,
        "fault": fault,
        **_standing(mine.file),
        **_counter(mine, at),
        **shop_visits.shown(request, mine, at),
        "purpose": purpose_of(mine, at),
    }
    status = 422 if fault else 200
    return page(request, "door/shop.html", context, community=mine.community, status=status)


def _standing(file: VenueFile | None) -> dict[str, Any]:
    """How the code stands, and whether something of the application is to be put right."""
    if file is None:
        text = _("要场所码,请打社区电话。")
        return {"answer": {"shape": "waiting", "word": _("还没有场所码"), "text": text}}
    back = file.case.state == VenueCode.sent_back.key
    if back and file.amended_at is not None:
        return {"answer": {"shape": "waiting", "word": _("已补正"), "text": _("社区会再看一遍。")}}
    shape, word, text = STATES[file.case.state]
    said = _said(file) or (_(text) if text else "")
    return {"answer": {"shape": shape, "word": _(word), "text": said}, "amend": back}


def _said(file: VenueFile) -> str:
    """What the audit wrote to the shop, until it is shredded."""
    if file.case.state not in (VenueCode.sent_back.key, VenueCode.refused.key):
        return ""
    rows = Remark.objects.filter(
        community_id=file.community_id, event__case=file.case_id, key="reason", shredded_at=None
    )
    return rows.order_by("-event__seq").values_list("text", flat=True).first() or ""


def _counter(mine: Shop, at: datetime) -> dict[str, Any]:
    """What the counter needs while the code lives."""
    code, rule = code_of(mine), pack_for(mine.community.pk, at).get("venue.rule")
    if code is None:
        return {"rule": rule}
    return {
        "rule": rule,
        "code": grouped(code.short_code),
        "word": word_of(code.token, local(at).date()),
        "entries": visits.today(code.subject, at=at),
    }


def code_of(mine: Shop) -> Code | None:
    """The code of an open file; a shop whose code was taken back registers nobody."""
    if mine.venue is None or mine.file is None or mine.file.case.closed_at:
        return None
    return live(Kind.VENUE, mine.venue.pk, community_id=mine.community.pk)


def purpose_of(mine: Shop, at: datetime) -> dict[str, str]:
    """The foot of the shop's pages: how long an entry is kept."""
    days = pack_for(mine.community.pk, at).get(paper.DAYS)
    return purpose(mine.community, at) | {"kept": _("来访登记 %(days)d 天后删除") % {"days": days}}


def ready(request: HttpRequest, token_text: str) -> tuple[Shop, Code] | HttpResponse:
    """A shop whose code lives, or the answer instead."""
    mine = shop_of(request, token_text)
    if isinstance(mine, HttpResponse):
        return mine
    code = code_of(mine)
    return (mine, code) if code else redirect("door-shop", token_text)


@requires("door.venue")
@require_safe
@never_cache
def poster(request: HttpRequest, token_text: str) -> HttpResponse:
    """The shop prints its own poster."""
    found = ready(request, token_text)
    if isinstance(found, HttpResponse):
        if found.status_code == 302:
            raise Http404
        return found
    mine, code = found
    assert mine.file, "a code that lives has its file"
    size = paper.size_of(request.GET.get("size", ""))
    answer = HttpResponse(
        paper.posters([(mine.file, code)], size, community=mine.community, at=now()),
        content_type="application/pdf",
    )
    answer["Content-Disposition"] = f'inline; filename="{code.short_code}-{size}.pdf"'
    return answer
