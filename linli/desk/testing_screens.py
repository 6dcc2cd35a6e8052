"""Mass testing at the desk: the rounds, a new one, its plan with the arithmetic, a site, notices for the doors."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import local, now
from linli.desk import testing_words, words
from linli.desk.census_forms import buildings_under
from linli.desk.frame import page
from linli.desk.testing_forms import CampaignForm, SiteForm, UnitForm
from linli.loops.ledger import Refused
from linli.loops.pack import pack_for
from linli.matters.testing import facts, listing, planning, sizing
from linli.matters.testing.models import Campaign, SamplingSite
from linli.registry.models import Community
from linli.roster.permissions import actor, community_of, may, requires, scopes_now

LATEST = 20
"""Rounds on the page."""


@requires("testing.see")
@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """The rounds, the latest first."""
    at, community_id = now(), community_of(request)
    found = Campaign.objects.filter(community_id=community_id).select_related("case")
    context = {
        "rows": [_row(one, at) for one in found.order_by("-opened_at")[:LATEST]],
        "can_open": may(request, "testing.plan"),
        "asked": sizing.rules_of(pack_for(community_id, at)) is not None,
    }
    return page(request, "desk/campaigns.html", context, here="campaigns", at=at)


def _row(one: Campaign, at: datetime) -> dict[str, Any]:
    case = one.case
    return {
        "url": reverse("desk-campaign", args=[one.pk]),
        "name": one.name,
        "hours": facts.hours(one.begins_at, one.until),
        "state": _(case.standing.title),
        "shape": "waiting" if case.closed_at is None else "pass",
        "promise": words.promise(case.due_at, case.closed_at, at),
    }


@requires("testing.plan")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new round; list, sites and slots are there a moment later."""
    at = now()
    community = get_object_or_404(Community, pk=community_of(request))
    pack = pack_for(community.id, at)
    known = buildings_under(community, scopes_now(request))
    form = CampaignForm(request.POST or None, buildings=known, at=at)
    if form.is_bound and form.is_valid():
        intent = form.cleaned_data["intent"]
        told: dict[str, Any] = {"community": community, "actor": actor(request), "at": at, "intent": intent}
        try:
            made = planning.open_campaign(form.told(), **told)
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("已排好:%(name)s,请核对采样点和时段。") % {"name": made.name})
            return redirect("desk-campaign", made.pk)
    context = {
        "form": form,
        "pack": pack.title,
        "has_buildings": bool(known),
        "asked": sizing.rules_of(pack) is not None,
    }
    status = 422 if form.errors else 200
    return page(request, "desk/campaign_new.html", context, here="campaigns", at=at, status=status)


def tell(form: Form, refused: Refused) -> None:
    """What was refused, at the field it is about."""
    for key, sentence in refused.faults.items():
        form.add_error(key if key in form.fields else None, sentence)


@requires("testing.see")
@require_http_methods(["GET", "HEAD", "POST"])
def campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """One round: who is listed, the arithmetic, each site with its queue and slots; whom a workplace tests itself."""
    at, one = now(), campaign_of(request, campaign_id)
    changing = one.case.closed_at is None and may(request, "testing.plan")
    form = UnitForm(request.POST or None) if changing else None
    if form and form.is_bound and form.is_valid() and _took_out(form, one, request, at):
        return redirect("desk-campaign", one.pk)
    context = _plan(one, at) | {
        "form": form,
        "may_plan": changing,
        "may_print": may(request, "testing.print"),
        "may_seal": may(request, "testing.tubes"),
        "covered": listing.covered(one),
        "may_read": may(request, "testing.results"),
    }
    status = 422 if form and form.errors else 200
    return page(request, "desk/campaign.html", context, here="campaigns", at=at, status=status)


def _took_out(form: UnitForm, one: Campaign, request: HttpRequest, at: datetime) -> bool:
    said = form.cleaned_data
    told: dict[str, Any] = {"actor": actor(request), "at": at, "intent": said["intent"]}
    try:
        n = listing.take_out_unit(one, said["unit"], **told)
    except Refused as refused:
        tell(form, refused)
        return False
    done = ngettext("%(n)d 人由单位组织采样", "%(n)d 人由单位组织采样", n) % {"n": n}
    messages.success(request, done)
    return True


def campaign_of(request: HttpRequest, campaign_id: UUID) -> Campaign:
    """The round, if it is of the caller's community. Raises Http404."""
    rows = Campaign.objects.filter(community_id=community_of(request)).select_related("case")
    return get_object_or_404(rows, pk=campaign_id)


def _plan(one: Campaign, at: datetime) -> dict[str, Any]:
    """By the rules under which the round was opened: a plan does not change because a pack did."""
    rules = sizing.rules_of(pack_for(one.community_id, one.opened_at))
    sites = one.sites.select_related("compound").prefetch_related("slots__building").order_by("number")
    counts = listing.counted(one)
    people = one.listed.filter(listing.due_at_site(one)).count()
    later = people - counts[""]
    counts[listing.VACCINATED] -= later  # they come when their hours are over, and are counted once
    return {
        "campaign": one,
        "hours": facts.hours(one.begins_at, one.until),
        "state": _(one.case.standing.title),
        "promise": words.promise(one.case.due_at, one.case.closed_at, at),
        "figures": testing_words.figures(people, counts),
        "later": later,
        "lines": [testing_words.line(line) for line in sizing.lines(people, rules)] if rules else [],
        "sites": [testing_words.site(site, one, rules) for site in sites] if rules else [],
        "rules": rules,
    }


@requires("testing.plan")
@require_http_methods(["GET", "HEAD", "POST"])
def site_page(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """Where a site stands, with how many desks, how far it is at most."""
    at = now()
    rows = SamplingSite.objects.filter(community_id=community_of(request))
    site = get_object_or_404(rows.select_related("campaign", "compound"), pk=site_id)
    known = {"where": site.where, "desks": site.desks, "walk_minutes": site.walk_minutes}
    form = SiteForm(request.POST or None, **known)
    if form.is_bound and form.is_valid():
        try:
            planning.set_up(site, **form.cleaned_data, actor=actor(request), at=at)
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("已改好"))
            return redirect("desk-campaign", site.campaign_id)
    context = {"form": form, "site": site, "name": testing_words.site_name(site)}
    status = 422 if form.errors else 200
    return page(request, "desk/campaign_site.html", context, here="campaigns", at=at, status=status)


@requires("testing.print")
@require_safe
def notices(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """A notice for every building's door and a slip for every home, to be printed and cut. Two queries."""
    at, one = now(), campaign_of(request, campaign_id)
    context = {
        "campaign": one,
        "notices": testing_words.notices(one),
        "day": words.moment(one.begins_at, at),
        "printed": f"{local(at):%Y-%m-%d %H:%M}",
    }
    return page(request, "desk/campaign_notices.html", context, here="campaigns", at=at)
