"""A hand register typed in at the desk: twenty rows on one screen, good ones kept, bad ones stay with what was typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.desk.frame import page
from linli.desk.venue_screens import venue_of
from linli.loops.pack import pack_for
from linli.matters.venues import visits
from linli.matters.venues.forms import PaperRowForm, Register, SheetForm, kept
from linli.registry.models import Venue
from linli.roster.permissions import actor, requires


@requires("venue.register")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, venue_id: UUID) -> HttpResponse:
    """One page of the register. The same page typed again makes no second entry of a row that says the same."""
    at, venue = now(), venue_of(request, venue_id)
    pack = pack_for(venue.community_id, at)
    head = SheetForm(request.POST or None, at=at, pack=pack)
    rows = Register(PaperRowForm, request.POST or None)
    fault = ""
    if rows.bound:
        done = _kept(request, venue, head, rows, at)
        if done and not rows.faults:
            return redirect("desk-venue-register", venue.pk)
        fault = "" if rows.written or head.errors else _("还没有录入任何一行")
    context = {
        "venue": venue,
        "head": head,
        "rows": [{"form": form, "kept": _is_kept(form, head)} for form in rows.forms],
        "mistakes": [*_of_head(head), *rows.faults],
        "fault": fault,
        "days": head.days,
        "took": rows.bound and not head.errors,
    }
    status = 422 if rows.bound else 200
    return page(request, "desk/venue_register.html", context, here="venues", at=at, status=status)


def _kept(request: HttpRequest, venue: Venue, head: SheetForm, rows: Register, at: datetime) -> int:
    """How many rows were taken; none while the head is wrong, since the day is part of each."""
    good = list(rows.good())
    if not head.is_valid():
        return 0
    day, number = head.cleaned_data["day"], head.cleaned_data["page"]
    ready = kept(
        form.paper_row(day, at, venue.pk, day, number) for form in good if isinstance(form, PaperRowForm)
    )
    if not ready:
        return 0
    where = {"venue_id": venue.pk, "community_id": venue.community_id}
    visits.register(ready, **where, by=actor(request).pk, at=at, since=head.since)
    messages.success(request, _done(ready, at))
    return len(ready)


def _done(rows: list[visits.Row], at: datetime) -> str:
    """How many, and how many of them are marked as entered late."""
    says = ngettext("录入 %(n)d 行", "录入 %(n)d 行", len(rows)) % {"n": len(rows)}
    late = sum(visits.is_late(row.at, at) for row in rows)
    if not late:
        return says
    return says + _(",其中 %(n)d 行是补录:纸上的时间和录入的时间都已记下") % {"n": late}


def _is_kept(form: Any, head: SheetForm) -> bool:
    return form.is_bound and form.has_changed() and head.is_bound and head.is_valid() and not form.errors


def _of_head(head: SheetForm) -> list[dict[str, str]]:
    return [
        {"url": f"#{field.id_for_label}", "text": f"{field.label}: {says}"}
        for field in head
        for says in field.errors
    ]
