"""Venues at the desk: where each stands with its code, one of them as a whole, a new one, and codes for all at once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.base.clock import local, now
from linli.base.ids import uuid7
from linli.codes import qr
from linli.codes.address import venue_url
from linli.codes.issuing import live
from linli.codes.models import Kind
from linli.codes.token import grouped
from linli.codes.word import word_of
from linli.desk import words
from linli.desk.case_screens import case_seen_by, known_of, steps_of, verb_of
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.matters.venues import applying, listing, visits
from linli.matters.venues.forms import ChangeForm, VenueForm, sent_intent
from linli.matters.venues.listing import AUDIT, LISTS, NONE, POST, POSTED, Standing
from linli.matters.venues.loop import VenueCode
from linli.matters.venues.models import VenueFile
from linli.matters.venues.particulars import of
from linli.registry.models import Community, Venue
from linli.roster.permissions import actor, community_of, duties_now, may, requires, scopes_now

NAMES = {
    NONE: ("overdue", N_("没有码")),
    AUDIT: ("waiting", N_("待审核")),
    POST: ("limit", N_("待张贴")),
    POSTED: ("pass", N_("已张贴")),
}
"""List → shape and word; the first that is not empty opens by itself."""

MOST = 300
"""Rows of one list: a community has some dozens of venues."""


@requires("venue.see")
@require_safe
def venues(request: HttpRequest) -> HttpResponse:
    """One list of the four; `q` is part of a name or an address. Three queries and the shell's own, however many."""
    at, said = now(), request.GET.get("q", "").strip()[:60]
    found = listing.standings(community_of(request), scopes_now(request), said=said)
    counts = Counter(one.where for one in found)
    show = request.GET.get("show", "")
    if show not in LISTS:
        show = next((key for key in LISTS if counts[key]), NONE)
    rows = [one for one in found if said or one.where == show]
    context = {
        "figures": [
            {"n": counts[key], "word": _(word), "shape": shape, "url": f"{request.path}?show={key}"}
            for key, (shape, word) in NAMES.items()
        ],
        "heading": _("找到的场所") if said else _(NAMES[show][1]),
        "search": {"url": request.path, "label": _("店名或地址"), "value": said},
        "rows": [_row(one, at) for one in rows[:MOST]],
        "more": max(len(rows) - MOST, 0),
        "without": counts[NONE],
        "printable": counts[POST] + counts[POSTED],
        "may_manage": may(request, "venue.manage"),
        "may_print": may(request, "venue.print"),
        "here_url": f"{request.path}?show={show}",
    }
    return page(request, "desk/venues.html", context, here="venues", at=at)


def _row(one: Standing, at: datetime) -> dict[str, Any]:
    said, shape, word = one.said, *NAMES[one.where]
    if one.file and one.file.case.state == VenueCode.sent_back.key:
        word = N_("已补正,再审一次") if one.file.amended_at else N_("等店家补正")
    if one.file and one.file.case.state == VenueCode.approved.key:
        word = N_("已通过,待发码")
    return {
        "id": one.file.pk if one.file else one.venue.pk if one.venue else "",
        "name": said.name,
        "where": " · ".join(part for part in (said.kind, said.address, said.manager) if part),
        "status": {"shape": shape, "word": _(word)},
        "code": grouped(one.code.short_code) if one.code else "",
        "late": words.left(one.file.case.due_at, at)
        if one.file and one.file.case.due_at and one.file.case.due_at < at
        else "",
        "url": reverse("desk-venue", args=[one.venue.pk])
        if one.venue
        else reverse("desk-venue-file", args=[one.file.pk])
        if one.file
        else "",
    }


def venue_of(request: HttpRequest, venue_id: UUID) -> Venue:
    """A venue under a place of the caller's duty. Raises Http404."""
    found = Venue.objects.select_related("community").filter(listing.under(scopes_now(request)))
    return get_object_or_404(found, pk=venue_id, community_id=community_of(request))


def open_file(venue: Venue) -> VenueFile | None:
    """Its file whose case is open."""
    files = VenueFile.objects.filter(community_id=venue.community_id, venue=venue, case__closed_at=None)
    return files.select_related("case", "venue").first()


def file_of(request: HttpRequest, file_id: UUID) -> VenueFile:
    """A file whose case the caller may see. Raises Http404."""
    files = VenueFile.objects.select_related("case", "venue", "meant")
    found = get_object_or_404(files, pk=file_id, community_id=community_of(request))
    case_seen_by(actor(request), found.case_id, duties_now(request))
    return found


@requires("venue.see")
@require_safe
def venue_page(request: HttpRequest, venue_id: UUID) -> HttpResponse:
    """One venue: its code, its papers, what is to be done, what was; or the way to a code."""
    at, venue = now(), venue_of(request, venue_id)
    file = open_file(venue)
    code = live(Kind.VENUE, venue.pk, community_id=venue.community_id)
    entries = visits.today(venue.pk, at=at) if code else None
    context = {
        "venue": venue,
        "name": venue.name,
        "said": Standing(NONE, venue, file).said,
        "code": {
            "short": grouped(code.short_code),
            "url": venue_url(code.token),
            "qr": qr.data_address(venue_url(code.token)),
            "issued": words.moment(code.issued_at, at),
            "word": word_of(code.token, local(at).date()),
        }
        if code
        else None,
        "entries": entries,
        "intent": uuid7(),
        "earlier": Case.objects.filter(venue_file__venue=venue)
        .exclude(closed_at=None)
        .order_by("-closed_at"),
        **about(request, file, at),
    }
    return page(request, "desk/venue.html", context, here="venues", at=at)


def about(request: HttpRequest, file: VenueFile | None, at: datetime) -> dict[str, Any]:
    """What of the open case stands on its page: state, promise, the reader's steps, the particulars."""
    may_do = {
        "may_manage": may(request, "venue.manage"),
        "may_print": may(request, "venue.print"),
        "may_register": may(request, "venue.register"),
        "may_link": may(request, "venue.link"),
    }
    if file is None:
        return {"file": None, **may_do}
    mine, _later = steps_of(file.case, duties_now(request), at)
    return {
        "file": file,
        "state": _(file.case.standing.title),
        "promise": words.promise(file.case.due_at, file.case.closed_at, at),
        "primary": verb_of(file.case, mine[0]) if mine else None,
        "others": [verb_of(file.case, step) for step in mine[1:]],
        "facts": known_of(file.case, at),
        **may_do,
    }


@requires("venue.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A venue that is not in the register yet."""
    at, community = now(), get_object_or_404(Community, pk=community_of(request))
    form = VenueForm(request.POST or None, pack=pack_for(community.id, at))
    if form.is_bound and form.is_valid():
        intent = form.cleaned_data["intent"]
        try:
            file = applying.register(
                form.told(), community=community, actor=actor(request), at=at, intent=intent
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("已登记:%(title)s。现在可以发码") % {"title": file.name})
            return redirect("desk-venue", file.venue_id)
    return _form(request, form, title=_("登记新场所"), back=reverse("desk-venues"), at=at)


@requires("venue.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, venue_id: UUID) -> HttpResponse:
    """Another checker, other hours; what hangs at the door must then be printed again."""
    at, venue = now(), venue_of(request, venue_id)
    file = open_file(venue)
    if file is None:
        raise Http404
    form = ChangeForm(request.POST or None, pack=pack_for(venue.community_id, at), known=of(file))
    back = reverse("desk-venue", args=[venue.pk])
    if form.is_bound and form.is_valid():
        told, intent = form.told(), form.cleaned_data["intent"]
        try:
            changed = applying.change(
                file.pk, told, community_id=venue.community_id, actor=actor(request), at=at, intent=intent
            )
        except Refused as refused:
            for key, says in refused.faults.items():
                form.add_error(key if key in form.fields else None, says)
        else:
            if changed:
                messages.success(request, _("已改好。海报上的信息变了就重新打印、换贴"))
            return redirect(back)
    return _form(request, form, title=_("改信息"), back=back, at=at)


def _form(request: HttpRequest, form: VenueForm, *, title: str, back: str, at: datetime) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "title": title, "back": back}
    return page(request, "desk/venue_form.html", context, here="venues", at=at, status=status)


@requires("venue.manage")
@require_POST
def enter(request: HttpRequest, venue_id: UUID) -> HttpResponse:
    """A venue of the register gets its file; the code is the next step."""
    venue, at = venue_of(request, venue_id), now()
    checker = request.POST.get("checker", "").strip()[:50]
    intent = f"enter-{venue.pk.hex}-{sent_intent(request.POST.get('intent', ''))}"
    try:
        applying.enter(venue, checker=checker, actor=actor(request), at=at, intent=intent)
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("desk-venue", venue.pk)


@requires("venue.manage")
@require_POST
def issue_all(request: HttpRequest) -> HttpResponse:
    """A code for everyone that has none, without asking twice."""
    at, community_id = now(), community_of(request)
    waiting = listing.without_code(community_id, scopes_now(request))
    done = applying.issue_all(waiting, actor=actor(request), at=at, intent=f"all-{at.timestamp():.0f}")
    if done.issued:
        says = ngettext("已发 %(n)d 家的码,请打印海报张贴", "已发 %(n)d 家的码,请打印海报张贴", done.issued)
        messages.success(request, says % {"n": done.issued})
    for name, why in done.refused[:5]:
        messages.error(request, f"{name}: {why}")
    return redirect(f"{reverse('desk-venues')}?show={POST}")
