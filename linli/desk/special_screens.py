"""The ledger of special needs: who is looked after, the next date first; whom nobody looks after; and one card."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import now
from linli.base.scope import covers
from linli.desk import words
from linli.desk.census_forms import CareForm
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.loops.pack import pack_for
from linli.matters.census import care
from linli.matters.census.models import CarePlan
from linli.registry.models import Person
from linli.registry.needs import NEEDS, titles
from linli.roster.permissions import actor, community_of, may, requires, scopes_now

UNCARED = 100
"""People without a card on the page."""


@requires("care.see")
@require_safe
def special_needs(request: HttpRequest) -> HttpResponse:
    """Everybody who is looked after, the next date first; `show` keeps one class. Queries pinned."""
    at, community_id, scopes = now(), community_of(request), scopes_now(request)
    show = request.GET.get("show", "")
    kind = show if show in NEEDS else ""
    plans = care.cards(community_id, scopes, kind=kind)
    alone = care.without_card(community_id, scopes)
    alone = alone.filter(needs__kind=kind).distinct() if kind else alone
    uncared = list(
        alone.prefetch_related("needs").select_related("household__dwelling__compound")[: UNCARED + 1]
    )
    context = {
        "picks": _picks(kind),
        "rows": [_row(plan, at) for plan in plans],
        "uncared": [_uncared(person) for person in uncared[:UNCARED]],
        "more": len(uncared) > UNCARED,
        "may_edit": may(request, "care.edit"),
        "full": len(plans) == care.MOST,
    }
    return page(request, "desk/special_needs.html", context, here="special-needs", at=at)


def _picks(kind: str) -> list[dict[str, Any]]:
    url = reverse("desk-special-needs")
    rows = [("", _("全部")), *((key, _(word)) for key, word in NEEDS.items())]
    return [
        {"url": f"{url}?show={key}" if key else url, "word": word, "current": key == kind}
        for key, word in rows
    ]


def _row(plan: CarePlan, at: datetime) -> dict[str, Any]:
    person, left = plan.person, care.days_left(plan, at)
    home = person.household.dwelling if person.household else None
    assert plan.case.due_at
    return {
        "id": plan.pk,
        "url": reverse("desk-case", args=[plan.case_id]),
        "look": reverse("desk-step", args=[plan.case_id, "look"]),
        "card": reverse("desk-care", args=[person.pk]),
        "name": person.masked_name,
        "door": str(home) if home else "",
        "needs": _needs(person),
        "promise": words.promise(plan.case.due_at, plan.case.closed_at, at),
        "next": words.moment(plan.case.due_at, at),
        "why": _("药要用完") if plan.case.anchors.get("why") == "medicine" else "",
        "helper": plan.helper_name,
        "cadence": care.cadence_words(plan),
        "hospital": " ".join(filter(None, (plan.hospital, plan.department))),
        "vehicle": plan.needs_vehicle,
        "medicine": _medicine(left),
        "last": f"{words.moment(plan.last_contact_at, at)} {plan.last_contact_by}"
        if plan.last_contact_at
        else "",
        "contact": plan.has_contact,
    }


def _medicine(left: int | None) -> str:
    if left is None:
        return ""
    return _("药还够 %(n)d 天") % {"n": left} if left > 0 else _("药已用完")


def _needs(person: Person) -> list[str]:
    return [_(word) for word in titles(need.kind for need in person.needs.all())]


def _uncared(person: Person) -> dict[str, Any]:
    home = person.household.dwelling if person.household else None
    return {
        "name": person.masked_name,
        "door": str(home) if home else "",
        "needs": _needs(person),
        "card": reverse("desk-care", args=[person.pk]),
        "page": reverse("desk-person", args=[person.pk]),
    }


@requires("care.edit")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def care_card(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One card, new or open: contacts stand in clear here and nowhere else."""
    at, who = now(), _person(request, person_id)
    plan, pack = care.open_plan_of(who), pack_for(who.community_id, now())
    form = CareForm(request.POST or None, person=who, plan=plan, pack=pack, at=at)
    if form.is_bound and form.is_valid():
        intent = form.cleaned_data["intent"]
        try:
            care.keep_plan(who, form.told(), actor=actor(request), at=at, intent=intent)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("包保档案已保存:%(name)s") % {"name": who.masked_name})
            return redirect("desk-special-needs")
    context = {"who": who, "plan": plan, "form": form, "needs": _needs(who)}
    status = 422 if form.errors else 200
    return page(request, "desk/care.html", context, here="special-needs", at=at, status=status)


def _person(request: HttpRequest, person_id: UUID) -> Person:
    rows = Person.objects.select_related("household__dwelling__compound").prefetch_related("needs")
    who = get_object_or_404(rows, pk=person_id, community_id=community_of(request))
    if not any(covers(scope, who.path) for scope in scopes_now(request)):
        raise Http404
    return who
