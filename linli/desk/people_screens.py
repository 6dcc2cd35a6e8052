"""People and doors: one search box, masked pages, and the logged look at a number in clear."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import now
from linli.base.scope import covers
from linli.codes import issuing
from linli.codes.models import Kind
from linli.desk import card_kinds, left_open, words
from linli.desk.frame import page
from linli.loops.models import Case
from linli.matters.supplies.models import SupplyOrder
from linli.registry import search
from linli.registry.announce import shown_numbers
from linli.registry.models import Community, Dwelling, Person, Reading
from linli.registry.needs import titles
from linli.registry.sealing import reveal_numbers
from linli.registry.subjects import HOMES
from linli.roster.permissions import actor, community_of, may, requires, scopes_now


@requires("person.see")
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """The search page; htmx asks for the hits alone. What is typed comes by POST, so that it stands in no address."""
    at = now()
    typed = request.POST.get("q", "").strip()
    community = get_object_or_404(Community, pk=community_of(request))
    found = search.find(
        typed, community=community, scopes=scopes_now(request), after=request.POST.get("after", "")
    )
    context = {
        "typed": typed,
        "found": found,
        "search": {
            "url": reverse("desk-people"),
            "value": typed,
            "label": _("姓名、拼音、电话尾号、房号"),
            "target": "#found",
            "post": True,
        },
    }
    if request.headers.get("HX-Target") == "found":
        return render(request, "desk/found.html", context)
    return page(request, "desk/people.html", context, here="people", at=at)


class RevealForm(forms.Form):
    """Why somebody needs to see a number in clear."""

    reason = forms.CharField(label=N_("为什么要看"), max_length=120)


@requires("person.see")
@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person, masked, with their open matters."""
    return _person_page(request, person_seen(request, person_id), {})


@requires("person.reveal")
@require_http_methods(["POST"])
@never_cache
def reveal(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The numbers in clear, once, for a reason that is kept with the reader's name."""
    who, form = person_seen(request, person_id), RevealForm(request.POST)
    if not form.is_valid():
        return _person_page(request, who, {"form": form}, status=422)
    shown = reveal_numbers(who, reader=actor(request), reason=form.cleaned_data["reason"], at=now())
    return _person_page(
        request, who, {"clear": {"name": who.name, "id": shown.id_number, "phones": shown.phones}}
    )


def person_seen(request: HttpRequest, person_id: UUID) -> Person:
    """Somebody under the caller's places. Raises Http404."""
    who = get_object_or_404(
        Person.objects.select_related("community", *HOMES),
        pk=person_id,
        community_id=community_of(request),
    )
    if not any(covers(scope, who.path) for scope in scopes_now(request)):
        raise Http404
    return who


def _person_page(request: HttpRequest, who: Person, extra: dict[str, Any], status: int = 200) -> HttpResponse:
    at = now()
    numbers = shown_numbers(who)
    home = who.household.dwelling if who.household else None
    trips = list(who.trips.select_related("case").order_by("-id")[:5])
    context = {
        "who": who,
        "home": home,
        "numbers": numbers,
        "needs": [_(title) for title in titles(who.needs.values_list("kind", flat=True))],
        "age": at.year - who.birth_on.year if who.birth_on else None,
        "sex": {"1": _("男"), "2": _("女")}.get(who.sex, ""),
        "standing": _standing(who),
        "cases": [_case_line(c) for c in (*(t.case for t in trips), *_about(who), *_supplies(who))],
        "can_reveal": may(request, "person.reveal"),
        "can_card": may(request, "person.card"),
        "card": issuing.live(Kind.PERSON, who.pk, community_id=who.community_id),
        "can_isolate": may(request, "isolation.open"),
        "can_supply": may(request, "supply.ask"),
        "can_care": may(request, "care.edit"),
        "can_alert": may(request, "alert.raise"),
        "can_restrict": may(request, "restriction.propose"),
        "can_trace": may(request, "trace.ask"),
        "form": RevealForm(),
        "left_open": left_open.of_person(who.pk, community_id=who.community_id),
        "may_import": may(request, "register.import"),
        "readings": _readings(who, at) if may(request, "person.readings") else [],
        **extra,
    }
    return page(request, "desk/person.html", context, here="people", at=at, status=status)


def _about(who: Person) -> list[Case]:
    """Cases whose subject is the person: isolations, alerts, restrictions, appeals."""
    loops = ("isolation", "alert", "restriction", "appeal")
    rows = Case.objects.filter(community_id=who.community_id, loop__in=loops, subject=str(who.pk))
    return list(rows.order_by("-opened_at")[:5])


def _supplies(who: Person) -> list[Case]:
    rows = SupplyOrder.objects.filter(community_id=who.community_id, person=who).select_related("case")
    return [order.case for order in rows.order_by("-created_at")[:5]]


def _standing(who: Person) -> dict[str, str]:
    return {
        Person.RESIDENT: {"shape": "pass", "word": _("在册居民")},
        Person.EXPECTED: {"shape": "waiting", "word": _("将到,未在册")},
        Person.LEFT: {"shape": "waiting", "word": _("已迁出")},
        Person.DECEASED: {"shape": "stop", "word": _("已去世")},
    }.get(who.standing, {"shape": "waiting", "word": who.standing})


def _case_line(case: Case) -> dict[str, Any]:
    return {
        "url": reverse("desk-case", args=[case.id]),
        "title": _(case.declared.title),
        "state": _(case.standing.title),
        "shape": "waiting" if case.closed_at is None else "pass",
    }


def _readings(who: Person, at: Any) -> list[str]:
    rows = Reading.objects.filter(community_id=who.community_id, owner_id=who.pk).order_by("-at")[:20]
    return [f"{words.moment(r.at, at)} · {r.reader_name} · {r.reason}" for r in rows]


@requires("place.see")
@require_safe
def dwelling(request: HttpRequest, dwelling_id: UUID) -> HttpResponse:
    """One front door and the people behind it, masked."""
    at, home = now(), dwelling_seen(request, dwelling_id)
    living = Person.objects.filter(household__dwelling=home, community_id=home.community_id).order_by("id")
    context = {
        "home": home,
        "living": [
            {
                "url": reverse("desk-person", args=[p.id]),
                "name": p.masked_name,
                "relation": p.relation,
                **_standing(p),
            }
            for p in living
        ],
        "can_card": may(request, "person.card"),
        "kinds": card_kinds.kinds(),
    }
    return page(request, "desk/dwelling.html", context, here="people", at=at)


def dwelling_seen(request: HttpRequest, dwelling_id: UUID) -> Dwelling:
    """A front door under the caller's places. Raises Http404."""
    home = get_object_or_404(
        Dwelling.objects.select_related("compound", "building__grid"),
        pk=dwelling_id,
        community_id=community_of(request),
    )
    if not any(covers(scope, home.path) for scope in scopes_now(request)):
        raise Http404
    return home
