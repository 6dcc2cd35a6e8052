"""Sheets of paper: which are out, which came back; a new one for a round and a place; its file; found by its code."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.desk import words
from linli.desk.frame import page
from linli.loops.ledger import Refused
from linli.paper import making, offers
from linli.paper.finding import meant
from linli.paper.forms import form_of
from linli.paper.loop import CLERK
from linli.paper.models import Sheet, SheetQuerySet
from linli.paper.offers import Offer
from linli.paper.printing import sheet_pdf
from linli.roster.duties import paths_for
from linli.roster.permissions import actor, community_of, duties_now, may, requires

PAGE = 50
"""Sheets on one page of the list."""

SHOWN = {
    "out": (N_("在外面"), "waiting"),
    "overdue": (N_("过时未收回"), "overdue"),
    "returned": (N_("已录完"), "pass"),
    "given_up": (N_("作废的"), "stop"),
}
"""What the list shows → word and shape."""


def mine(request: HttpRequest) -> SheetQuerySet:
    """The sheets of places where the caller is the clerk: the only door to them."""
    return Sheet.objects.within(community_of(request), paths_for(duties_now(request), CLERK))


@requires("sheet.see")
@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """The list, newest first. `q` is a scanned address, a typed code or a number; `after` is the keyset."""
    at = now()
    if said := request.GET.get("q", ""):
        paths = paths_for(duties_now(request), CLERK)
        if found := meant(said, community_id=community_of(request), scopes=paths):
            return redirect("desk-sheet", found.pk)
        messages.error(request, _("没有这张表,或者它不归您这一片。请对一下录入码的八个字符"))
    show = request.GET.get("show", "out")
    show = show if show in SHOWN else "out"
    rows = list(_after(mine(request).filter(_rule(show, at)), request.GET.get("after", ""))[: PAGE + 1])
    context = {
        "figures": _figures(mine(request), show, at),
        "search": {"url": request.path, "label": _("扫表上的二维码,或输入录入码"), "value": said},
        "heading": _(SHOWN[show][0]),
        "rows": [_row(sheet, at) for sheet in rows[:PAGE]],
        "pager": {"next": _next(rows[PAGE - 1], show)} if len(rows) > PAGE else None,
        "may_make": may(request, "sheet.make"),
        "here_url": f"{request.path}?show={show}",
    }
    return page(request, "desk/sheets.html", context, here="sheets", at=at)


def _rule(show: str, at: datetime) -> Q:
    if show == "overdue":
        return Q(case__closed_at=None, case__due_at__lt=at)
    return Q(case__state=show)


def _after(found: SheetQuerySet, key: str) -> SheetQuerySet:
    """With how far each is; everything behind the last row of the page before."""
    entered = Count("rows", filter=~Q(rows__outcome=""))
    found = found.select_related("case").annotate(of=Count("rows"), entered=entered)
    found = found.order_by("-made_at", "-id")
    moment, _sep, last = key.partition("_")
    try:
        made_at, sheet_id = datetime.fromisoformat(moment), UUID(last)
    except ValueError:
        return found
    return found.filter(Q(made_at__lt=made_at) | Q(made_at=made_at, id__lt=sheet_id))


def _next(last: Sheet, show: str) -> str:
    key = f"{last.made_at.isoformat()}_{last.pk}"
    return f"{reverse('desk-sheets')}?{urlencode({'show': show, 'after': key})}"


def _figures(found: SheetQuerySet, show: str, at: datetime) -> list[dict[str, Any]]:
    counts = found.aggregate(**{key: Count("pk", filter=_rule(key, at)) for key in SHOWN})
    return [
        {
            "n": counts[key],
            "word": _(word),
            "shape": shape,
            "url": f"{reverse('desk-sheets')}?show={key}",
            "current": key == show,
        }
        for key, (word, shape) in SHOWN.items()
    ]


def _row(sheet: Any, at: datetime) -> dict[str, Any]:
    """A sheet with the counts of `_after`."""
    form = form_of(sheet.form)
    return {
        "sheet": sheet,
        "title": form.title if form else sheet.form,
        "promise": words.promise(sheet.case.due_at, sheet.case.closed_at, at),
        "far": _("已录 %(n)d 行,共 %(of)d 行") % {"n": sheet.entered, "of": sheet.of},
        "made": words.moment(sheet.made_at, at),
        "is_out": sheet.case.closed_at is None,
    }


@requires("sheet.make")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a round, then a place; the sheet is made once however often the same form is sent."""
    at, said = now(), request.POST or request.GET
    fault = ""
    if request.method == "POST":
        try:
            sheet = making.make(
                said.get("round", ""),
                said.get("scope", ""),
                actor=actor(request),
                at=at,
                intent=_intent(request),
            )
        except Refused as refused:
            fault = refused.sentence
        else:
            messages.success(request, _("已开表 %(number)s,请打印") % {"number": sheet.number})
            return redirect("desk-sheet", sheet.pk)
    found = offers.offers(community_of(request), duties_now(request), at)
    chosen = next((offer for offer in found if offer.form.key == said.get("round")), None)
    context = {
        "first": [_offered(o, chosen) for o in found if o.form.is_first],
        "others": [_offered(o, chosen) for o in found if not o.form.is_first],
        "chosen": chosen,
        "places": _places(request, chosen) if chosen else [],
        "scope": said.get("scope", ""),
        "intent": uuid7(),
        "fault": fault,
    }
    return page(request, "desk/sheet_new.html", context, here="sheets", at=at, status=422 if fault else 200)


def _intent(request: HttpRequest) -> str:
    """The id of the form that was sent; its owner in it, so that nobody can use another's."""
    try:
        sent = UUID(request.POST.get("intent", ""))
    except ValueError:
        sent = uuid7()
    return f"sheet-{actor(request).pk.hex}-{sent}"


def _offered(offer: Offer, chosen: Offer | None) -> dict[str, Any]:
    return {
        "url": f"{reverse('desk-sheet-new')}?{urlencode({'round': offer.form.key})}",
        "word": offer.form.title,
        "count": len(offer.cases),
        "current": offer is chosen,
    }


def _places(request: HttpRequest, chosen: Offer) -> list[offers.Place]:
    held = duties_now(request)
    both = (paths_for(held, CLERK), paths_for(held, chosen.form.by))
    return offers.places(community_of(request), chosen.cases, both)


@requires("sheet.see")
@require_safe
def scanned(request: HttpRequest, token: str) -> HttpResponse:
    """What the QR opens. The browser keeps the number of the page behind #."""
    paths = paths_for(duties_now(request), CLERK)
    sheet = meant(token, community_id=community_of(request), scopes=paths)
    if sheet is None:
        raise Http404
    return redirect("desk-sheet", sheet.pk)


@requires("sheet.make")
@require_safe
@never_cache
def file(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """The sheet to print, again as often as need be: same number, same rows, those entered left out."""
    sheet = get_object_or_404(mine(request).select_related("community", "case"), pk=sheet_id)
    try:
        body = sheet_pdf(sheet, at=now())
    except LookupError:
        raise Http404 from None
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{sheet.number}.pdf"'
    return answer
