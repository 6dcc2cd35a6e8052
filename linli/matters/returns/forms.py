"""What somebody says who tells of a way home: one form with two faces, the caller's at the desk and the resident's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.ids import uuid7
from linli.matters.returns.notices import NoticeIn
from linli.matters.returns.party import Companion
from linli.registry.announce import Described

ROWS, MORE, MOST = 2, 2, 12
"""Companions: blank rows at first, rows that "add another" brings, the most of one telling."""


class Beside(NamedTuple):
    """The two boxes of one companion."""

    number: int
    name: BoundField
    id_number: BoundField


class JourneyForm(forms.Form):
    """A way home with whoever comes along. `key` makes the same form sent twice one telling."""

    source = ""
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST, required=False)
    name = forms.CharField(label=N_("姓名"), max_length=50)
    phone = forms.CharField(label=N_("电话"), max_length=20)
    id_number = forms.CharField(label=N_("证件号"), max_length=30, required=False)
    origin = forms.CharField(label=N_("从哪里来"), max_length=80)
    service = forms.CharField(label=N_("车次"), max_length=20, required=False)
    eta_at = forms.DateTimeField(
        label=N_("到达时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    destination = forms.CharField(
        label=N_("回到哪一户"), max_length=160, help_text=N_("例如 3-2-1101,或小区名加门牌")
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, more: Mapping[str, Any] | None = None
    ) -> None:
        """`data` is what was sent in; `more` is what stood there when another row was asked for, not judged yet."""
        written = data or more or {}
        self.lines = _lines(written, more=more is not None)
        initial: dict[str, Any] = {"key": f"{self.source}-{uuid7()}", **(more or {}), "rows": self.lines}
        super().__init__(data, initial=initial)
        for n in range(self.lines):
            of = {"n": n + 1}
            name = forms.CharField(label=_("同行第 %(n)d 人姓名") % of, max_length=50, required=False)
            number = forms.CharField(label=_("同行第 %(n)d 人证件号") % of, max_length=30, required=False)
            self.fields |= {f"with_{n}_name": name, f"with_{n}_id": number}
        self._word()

    def _word(self) -> None:
        for name, field in self.fields.items():
            field.label = _(str(field.label)) if field.label else field.label
            field.help_text = _(str(field.help_text)) if field.help_text else ""
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}
            if name != "name" and not isinstance(field, forms.DateTimeField):
                field.widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.attrs["inputmode"] = "numeric"

    @property
    def own(self) -> list[BoundField]:
        """The boxes about the traveller and the way."""
        boxes = (self[name] for name in JourneyForm.base_fields)
        return [box for box in boxes if not box.is_hidden]

    @property
    def beside(self) -> Iterator[Beside]:
        """The rows for whoever comes along."""
        for n in range(self.lines):
            yield Beside(n + 1, self[f"with_{n}_name"], self[f"with_{n}_id"])

    @property
    def can_add(self) -> bool:
        """Whether there is room for another row."""
        return self.lines < MOST

    def clean(self) -> dict[str, Any]:
        """A number without a name is nobody yet; two of one name cannot be told apart without their numbers."""
        said = super().clean() or self.cleaned_data
        numbers: dict[str, list[str]] = {said.get("name", ""): [said.get("id_number", "")]}
        for n in range(self.lines):
            name, number = said.get(f"with_{n}_name", ""), said.get(f"with_{n}_id", "")
            if number and not name:
                self.add_error(f"with_{n}_name", _("请填写这位同行人员的姓名"))
            if not name:
                continue
            others = numbers.setdefault(name, [])
            if others and not (number and all(others) and number not in others):
                self.add_error(f"with_{n}_id", _("与另一位同名,请把两人的证件号都填上"))
            others.append(number)
        return said

    def told(self, **more: Any) -> NoticeIn:
        """What was said about the traveller. The form is valid."""
        said = self.cleaned_data
        phones = tuple(filter(None, [said["phone"]]))
        return NoticeIn(
            source=self.source,
            key=said["key"],
            who=Described(name=said["name"], id_number=said["id_number"], phones=phones),
            origin=said["origin"],
            service=said["service"].upper().replace(" ", ""),
            eta_at=said["eta_at"],
            destination=said["destination"],
            **more,
        )

    def companions(self) -> list[Companion]:
        """Whoever comes along, by name. The form is valid."""
        said = (
            (self.cleaned_data[f"with_{n}_name"], self.cleaned_data[f"with_{n}_id"])
            for n in range(self.lines)
        )
        return [Companion(name, number) for name, number in said if name]


def _lines(written: Mapping[str, Any], *, more: bool) -> int:
    """How many rows the form has: as many as it says it had, and some more when they are asked for."""
    told = str(written.get("rows") or "")
    lines = int(told) if told.isascii() and told.isdecimal() and len(told) < 3 else ROWS
    return min(lines + MORE if more else lines, MOST)
