"""The forms of a tube as it is sealed, a doubt that is decided, a box that is packed, and people whom a round has missed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.ids import uuid7
from linli.codes.address import said_by
from linli.loops.pack import Pack
from linli.matters.testing.listing import REASONS, TO_BE_GIVEN
from linli.matters.testing.models import Campaign, SamplingSite
from linli.matters.testing.tubes import KINDS, Sealed, kinds

MOST_LINES = 20_000
"""Characters of a text that a scanner fills line by line."""


def by_line(text: str) -> list[str]:
    """What was scanned or typed, one a line; commas and 、 divide too."""
    for mark in (",", ",", "、", ";", ";"):
        text = text.replace(mark, "\n")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _lines(label: Any, help_text: Any, rows: int) -> forms.CharField:
    attrs = {"rows": rows, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
    return forms.CharField(
        label=label, help_text=help_text, max_length=MOST_LINES, widget=forms.Textarea(attrs=attrs)
    )


class _Form(forms.Form):
    """A form that says which field is missing, by its title."""

    def finish(self) -> None:
        """Called when labels are there."""
        for field in self.fields.values():
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}


class TubeForm(_Form):
    """One tube: its barcode, then the people's codes in their order. `tube` is its id: sent twice it is one tube."""

    tube = forms.UUIDField(widget=forms.HiddenInput)
    barcode = forms.CharField(
        label=gettext_lazy("试管条码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("什么管"))
    site = forms.ChoiceField(label=gettext_lazy("在哪里采的"), required=False)
    codes = _lines(gettext_lazy("按顺序扫采样码"), gettext_lazy("一行一个;扫错了删掉那一行"), 10)
    short = forms.CharField(label=gettext_lazy("没装满就封管,为什么"), max_length=100, required=False)
    as_it_is = forms.BooleanField(label=gettext_lazy("有疑问的也已经采进去了,照实记下"), required=False)

    def __init__(self, data: Any, *, campaign: Campaign, pack: Pack, last: dict[str, Any]) -> None:
        super().__init__(data, initial={"tube": uuid7(), **last})
        fields: dict[str, Any] = self.fields
        sites = SamplingSite.objects.filter(campaign=campaign).order_by("number")
        fields["kind"].choices = [(key, f"{_(KINDS[key])}({n})") for key, n in kinds(pack).items()]
        fields["site"].choices = [("", _("上门")), *((str(site.pk), str(site)) for site in sites)]
        self.finish()

    def told(self, at: datetime) -> Sealed:
        """The tube as it is sealed now."""
        said = self.cleaned_data
        return Sealed(
            id=said["tube"],
            barcode=said["barcode"],
            kind=said["kind"],
            codes=tuple(said_by(line) for line in by_line(said["codes"])),
            sealed_at=at,
            site=UUID(said["site"]) if said["site"] else None,
            short=said["short"],
        )


class BoxForm(_Form):
    """What lies on the table, scanned; a reason where it is not what the system holds."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    site = forms.ChoiceField(label=gettext_lazy("哪个点的"), required=False)
    table = _lines(gettext_lazy("桌上的试管,逐管扫"), gettext_lazy("一行一个"), 8)
    reason = forms.CharField(label=gettext_lazy("数目对不上,为什么"), max_length=200, required=False)

    def __init__(self, data: Any, *, campaign: Campaign) -> None:
        super().__init__(data, initial={"intent": f"box-{uuid7()}"})
        fields: dict[str, Any] = self.fields
        self.sites = {str(site.pk): site for site in campaign.sites.order_by("number")}
        fields["site"].choices = [("", _("所有的")), *((key, str(site)) for key, site in self.sites.items())]
        self.finish()


class MissedForm(_Form):
    """People whom the round has missed, and why."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    who = forms.MultipleChoiceField(label=gettext_lazy("谁"), widget=forms.CheckboxSelectMultiple)
    why = forms.ChoiceField(label=gettext_lazy("为什么没采"))

    def __init__(self, data: Any, *, people: list[tuple[str, str]]) -> None:
        super().__init__(data, initial={"intent": f"missed-{uuid7()}"})
        fields: dict[str, Any] = self.fields
        fields["who"].choices = people
        fields["why"].choices = [("", _("请选择")), *((key, _(REASONS[key])) for key in TO_BE_GIVEN)]
        self.finish()
