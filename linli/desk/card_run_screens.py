"""The cards of whole buildings in one file: which buildings, printed as what, everybody or only who has none yet."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.codes.cards.residents import HAVE_NONE, HOME, cards_of, printed
from linli.codes.models import Code, Kind
from linli.desk.card_kinds import kinds
from linli.desk.frame import page
from linli.registry.models import Building, Community, Person
from linli.roster.permissions import community_of, requires, scopes_now

MOST = 6_000
"""Cards of one file: it is made while somebody waits, some two seconds for as many."""
EVERYBODY, WITHOUT = "all", "new"


class RunForm(forms.Form):
    """Buildings under the caller's places, a layout, and for whom."""

    buildings = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    kind = forms.ChoiceField(widget=forms.RadioSelect, initial="card")
    who = forms.ChoiceField(widget=forms.RadioSelect, initial=EVERYBODY)

    def __init__(self, data: Any, *, buildings: list[tuple[str, str]]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["buildings"].choices, fields["kind"].choices = buildings, kinds()
        fields["who"].choices = [(EVERYBODY, _("所有住户")), (WITHOUT, _("只印还没有卡的人"))]
        fields["buildings"].label, fields["kind"].label = _("哪些楼"), _("印成")
        fields["who"].label = _("给谁")
        for field in fields.values():
            field.error_messages["required"] = _("请选「%(title)s」") % {"title": field.label}


@requires("person.card")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cards(request: HttpRequest) -> HttpResponse:
    """The form, or the file: a sheet and a list before the cards of every building, in the order of the doors."""
    at, community = now(), get_object_or_404(Community, pk=community_of(request))
    there = _buildings(request, community)
    form = RunForm(request.POST or None, buildings=_told(there, community))
    if form.is_bound and form.is_valid():
        people = _people(community, [UUID(pk) for pk in form.cleaned_data["buildings"]])
        if form.cleaned_data["who"] == WITHOUT:
            people = people.exclude(_has_card(community))
        if not (fault := _fault(people.count())):
            ready = cards_of(people.select_related(*HOME), community=community, at=at)
            kind = form.cleaned_data["kind"]
            return _file(printed(ready, kind, community=community, title="扫码卡", at=at, lists=True))
        form.add_error(None, fault)
    context = {"form": form, "has_buildings": bool(there)}
    return page(request, "desk/cards.html", context, here="cards", at=at, status=422 if form.errors else 200)


def _fault(count: int) -> str:
    if not count:
        return _("选的楼里没有要发卡的人")
    if count > MOST:
        return _("一次最多印 %(most)d 张,选的有 %(count)d 张。请分几次印") % {"most": MOST, "count": count}
    return ""


def _buildings(request: HttpRequest, community: Community) -> list[Building]:
    under = Q()
    for scope in scopes_now(request):
        under |= Q(path__under=scope)
    rows = Building.objects.filter(under, community=community) if under else Building.objects.none()
    return list(rows.select_related("compound").order_by("compound__position", "compound__name", "position"))


def _people(community: Community, buildings: Collection[UUID]) -> QuerySet[Person]:
    living = Person.objects.filter(community=community, household__dwelling__building__in=buildings)
    return living.exclude(standing__in=HAVE_NONE)


def _has_card(community: Community) -> Q:
    living = Code.objects.filter(community=community, kind=Kind.PERSON, revoked_at=None)
    return Q(pk__in=living.values("subject"))


def _told(buildings: list[Building], community: Community) -> list[tuple[str, str]]:
    """Each building with how many live there and how many of them have no card."""
    place = "household__dwelling__building"
    people = _people(community, [building.pk for building in buildings])
    counts = {
        row[place]: (row["all"], row["all"] - row["have"])
        for row in people.values(place).annotate(
            all=Count("pk"), have=Count("pk", filter=_has_card(community))
        )
    }
    return [(str(building.pk), _words(building, *counts.get(building.pk, (0, 0)))) for building in buildings]


def _words(building: Building, people: int, without: int) -> str:
    place = _("%(compound)s %(number)s号楼") % {"compound": building.compound.name, "number": building.number}
    return _("%(place)s:%(people)d 人,%(without)d 人还没有卡") % {
        "place": place, "people": people, "without": without,
    }  # fmt: skip


def _file(body: bytes) -> HttpResponse:
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="cards.pdf"'
    return answer
