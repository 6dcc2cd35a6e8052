"""The forms of a round of mass testing: the round itself, one of its sites, and whom a workplace tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.ids import uuid7
from linli.matters.testing.planning import Told
from linli.registry.models import Building

_MOMENT = "%Y-%m-%dT%H:%M"


def _moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT)
    return forms.DateTimeField(label=label, help_text=help_text, widget=widget)


def _number(label: Any, help_text: Any = "", *, required: bool = True) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=0, max_value=999, required=required, widget=widget
    )


def _say_what_is_missing(form: forms.Form) -> None:
    for field in form.fields.values():
        field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}


class CampaignForm(forms.Form):
    """Name, where, from when to when. `intent` makes the same form sent twice one round."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    name = forms.CharField(label=gettext_lazy("叫什么"), max_length=40)
    begins_at = _moment(gettext_lazy("什么时候开始采"))
    until = _moment(gettext_lazy("什么时候采完"))
    grids = forms.MultipleChoiceField(
        label=gettext_lazy("整个网格"), required=False, widget=forms.CheckboxSelectMultiple
    )
    buildings = forms.MultipleChoiceField(
        label=gettext_lazy("或单独选楼栋"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, buildings: list[Building], at: datetime) -> None:
        super().__init__(data, initial={"intent": f"campaign-{uuid7()}"})
        self.known = buildings
        fields: dict[str, Any] = self.fields
        grids = {str(b.grid_id): b.grid.name for b in buildings}
        fields["name"].help_text = _("例如 第一轮全员采样")
        fields["grids"].choices = list(grids.items())
        fields["buildings"].choices = [(str(b.pk), f"{b.compound.name}{b}") for b in buildings]
        _say_what_is_missing(self)

    def told(self) -> Told:
        """The round as it is ordered; a whole grid is all its buildings."""
        said = self.cleaned_data
        chosen = {UUID(one) for one in said["buildings"]}
        chosen |= {b.pk for b in self.known if str(b.grid_id) in said["grids"]}
        return Told(
            name=said["name"], buildings=sorted(chosen), begins_at=said["begins_at"], until=said["until"]
        )


class SiteForm(forms.Form):
    """Where a site stands, its desks, and the longest way to it."""

    where = forms.CharField(
        label=gettext_lazy("设在哪里"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("例如 小区东门广场,室外、上风向"),
    )
    desks = _number(gettext_lazy("几个采样台"))
    walk_minutes = _number(
        gettext_lazy("最远的人要走几分钟"), gettext_lazy("走一遍再填,没走过就不填"), required=False
    )

    def __init__(self, data: Any, **initial: Any) -> None:
        super().__init__(data, initial=initial)
        _say_what_is_missing(self)


class UnitForm(forms.Form):
    """A workplace that tests its own people."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    unit = forms.CharField(
        label=gettext_lazy("单位名称"),
        max_length=60,
        help_text=gettext_lazy("和台账里的工作单位一字不差"),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, initial={"intent": f"unit-{uuid7()}"})
        _say_what_is_missing(self)
