"""The forms of a round and of a card in the ledger of special needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.ids import uuid7
from linli.base.scope import covers
from linli.loops.pack import Pack
from linli.matters.census import asks, care, rounds
from linli.matters.census.care_loop import WEEKDAYS
from linli.matters.census.models import CarePlan
from linli.registry.models import Building, Community, Person
from linli.roster.models import User
from linli.roster.on_duty import shifts_now

_MOMENT = "%Y-%m-%dT%H:%M"


def buildings_under(community: Community, scopes: Iterable[str]) -> list[Building]:
    """The buildings under the caller's places, in walking order."""
    found = Building.objects.filter(community=community).select_related("compound", "grid")
    scopes = list(scopes)
    return [
        b
        for b in found.order_by("compound__position", "compound__name", "position", "number")
        if any(covers(scope, b.path) for scope in scopes)
    ]


class RoundForm(forms.Form):
    """Name, what is asked, where, until when, who walks. `intent` makes the same form sent twice one round."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    name = forms.CharField(
        label=gettext_lazy("叫什么"), max_length=40, help_text=gettext_lazy("例如 4月16日第一轮")
    )
    grids = forms.MultipleChoiceField(
        label=gettext_lazy("整个网格"), required=False, widget=forms.CheckboxSelectMultiple
    )
    buildings = forms.MultipleChoiceField(
        label=gettext_lazy("或单独选楼栋"), required=False, widget=forms.CheckboxSelectMultiple
    )
    asks = forms.MultipleChoiceField(
        label=gettext_lazy("除了住几个人,还要问什么"), required=False, widget=forms.CheckboxSelectMultiple
    )
    until = forms.DateTimeField(
        label=gettext_lazy("什么时候以前走完"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
    )
    walker = forms.ChoiceField(
        label=gettext_lazy("派给谁"),
        required=False,
        help_text=gettext_lazy("不选就由那一片的网格员分着走"),
    )

    def __init__(self, data: Any, *, buildings: list[Building], pack: Pack, at: datetime) -> None:
        offered = asks.offered(pack)
        super().__init__(data, initial={"intent": f"round-{uuid7()}", "asks": [key for key, _t in offered]})
        self.known = buildings
        self.people: dict[str, User] = {}
        if buildings:
            shifts = shifts_now(buildings[0].community_id, at).filter(duty="grid_worker")
            self.people = {str(shift.user_id): shift.user for shift in shifts}
        fields: dict[str, Any] = self.fields
        fields["asks"].choices = [(key, _(title)) for key, title in offered]
        grids = {str(b.grid_id): b.grid.name for b in buildings}
        fields["grids"].choices = list(grids.items())
        fields["buildings"].choices = [(str(b.pk), f"{b.compound.name}{b}") for b in buildings]
        fields["walker"].choices = [("", _("不指定")), *((k, u.shown_name) for k, u in self.people.items())]
        for field in fields.values():
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}

    def told(self) -> rounds.Told:
        """The round as it is ordered; a whole grid is all its buildings."""
        said = self.cleaned_data
        chosen = {UUID(one) for one in said["buildings"]}
        chosen |= {b.pk for b in self.known if str(b.grid_id) in said["grids"]}
        return rounds.Told(
            name=said["name"],
            buildings=sorted(chosen),
            until=said["until"],
            asks=said["asks"],
            walker=self.people.get(said["walker"]),
        )


class CareForm(forms.Form):
    """One card: who helps, how often, what must not run out, who opens the door."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    helper_name = forms.CharField(label=gettext_lazy("包保人"), max_length=60)
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("每周固定哪几天"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("例如透析;不固定就不选"),
    )
    every_days = forms.IntegerField(
        label=gettext_lazy("不固定的,几天联系一次"),
        min_value=1,
        max_value=60,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    hospital = forms.CharField(label=gettext_lazy("医院"), max_length=60, required=False)
    department = forms.CharField(label=gettext_lazy("科室"), max_length=40, required=False)
    needs_vehicle = forms.BooleanField(label=gettext_lazy("就医要派车"), required=False)
    medicine_days = forms.IntegerField(
        label=gettext_lazy("药还够几天"),
        min_value=0,
        max_value=365,
        required=False,
        help_text=gettext_lazy("没有常用药就不填"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    key_keeper = forms.CharField(label=gettext_lazy("谁有钥匙(姓名 电话)"), max_length=100, required=False)
    contact = forms.CharField(label=gettext_lazy("紧急联系人(姓名 电话)"), max_length=100, required=False)

    def __init__(self, data: Any, *, person: Person, plan: CarePlan | None, pack: Pack, at: datetime) -> None:
        super().__init__(data, initial={"intent": f"card-{uuid7()}", **_initial(person, plan, pack, at)})
        fields: dict[str, Any] = self.fields
        fields["weekdays"].choices = [(str(day), _(word)) for day, word in WEEKDAYS]
        for name in ("key_keeper", "contact"):
            fields[name].widget.attrs["autocomplete"] = "off"
        for field in fields.values():
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}

    def told(self) -> care.Told:
        """The card as it is filled in."""
        said = {key: value for key, value in self.cleaned_data.items() if key != "intent"}
        return care.Told(**{**said, "weekdays": [int(day) for day in said["weekdays"]]})


def _initial(person: Person, plan: CarePlan | None, pack: Pack, at: datetime) -> dict[str, Any]:
    if plan is None:
        weekdays, every = care.usual(person.needs.values_list("kind", flat=True), pack)
        return {"weekdays": [str(day) for day in weekdays], "every_days": every}
    same = ("helper_name", "every_days", "hospital", "department", "needs_vehicle")
    left = care.days_left(plan, at)
    return {
        **{name: getattr(plan, name) for name in same},
        **care.contacts(plan),
        "weekdays": [str(day) for day in plan.weekdays],
        "medicine_days": max(left, 0) if left is not None else None,
    }
