"""A row of a sheet as it is typed in: the step's own questions, the time on the paper, or why it was not done."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import LOCAL, local
from linli.desk.step_form import StepForm
from linli.loops import evidence
from linli.loops.evidence import Evidence, Given
from linli.paper.entering import NOT_DONE, Entry

_CLOCK = re.compile(r"^(\d{1,2})[:.时]?(\d{2})分?$")
HALF_A_DAY = timedelta(hours=12)
CLOCKS_DIFFER = timedelta(minutes=5)
"""A time on paper so far ahead of the house's clock is a slip of the pen."""


class WalkForm(forms.Form):
    """The head of the paper: who walked, and from when."""

    walker = forms.CharField(
        label=N_("谁走访的"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "walkers"}),
    )
    walked_at = forms.DateTimeField(
        label=N_("纸上写的开始时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, data: Any, *, at: datetime, made_at: datetime, initial: Given) -> None:
        super().__init__(data, initial=initial)
        self.at, self.made_at = at, made_at
        for field in self.fields.values():
            field.label = _(str(field.label))
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}

    def clean_walked_at(self) -> datetime:
        """Between the printing and now."""
        walked_at: datetime = self.cleaned_data["walked_at"]
        if walked_at > self.at + CLOCKS_DIFFER:
            raise forms.ValidationError(_("时间不能晚于现在"))
        if walked_at < self.made_at.replace(second=0, microsecond=0):
            raise forms.ValidationError(
                _("这张表 %(at)s 才开出") % {"at": f"{local(self.made_at):%m-%d %H:%M}"}
            )
        return walked_at


class RowForm(StepForm):
    """One row. Left as it was it says nothing; what is required is asked by the declarations, as everywhere."""

    def __init__(self, data: Any, *, number: int, needs: tuple[Evidence, ...], known: Given) -> None:
        super().__init__(
            data,
            needs=needs,
            known=known,
            prefix=f"r{number}",
            empty_permitted=True,
            use_required_attribute=False,
        )
        self.number = number
        del self.fields["intent"]
        for asked in needs:
            _typed_quickly(self.fields[asked.key], asked)
        if not needs:
            self.fields["done"] = forms.BooleanField(label=_("办了"), required=False)
        clock = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "19:30"})
        self.fields["time"] = forms.CharField(label=_("时间"), required=False, max_length=8, widget=clock)
        self.fields["not_done"] = forms.ChoiceField(
            label=_("没办成"),
            required=False,
            choices=[("", "—"), *((key, _(word)) for key, word in NOT_DONE.items())],
        )
        self.order_fields(["time", *(e.key for e in needs), "done", "not_done"])

    def given(self) -> Given:
        """The answers, without a box that was not ticked; of a row that was not done, only what was typed."""
        found = {key: value for key, value in super().given().items() if value is not False}
        if self.cleaned_data.get("not_done"):
            return {key: value for key, value in found.items() if key in self.changed_data}
        return found

    def clean_time(self) -> time | None:
        """19:30, 1930 or 19.30, as it was written; nothing where nothing was."""
        said = unicodedata.normalize("NFKC", self.cleaned_data["time"]).replace(" ", "")
        if not said:
            return None
        found = _CLOCK.match(said)
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            raise forms.ValidationError(_("请写成 19:30 这样"))
        return time(int(found[1]), int(found[2]))

    def clean(self) -> dict[str, Any]:
        """A round that asks for nothing asks whether it was done."""
        said = self.cleaned_data
        if "done" in self.fields and not said.get("done") and not said.get("not_done"):
            self.add_error("done", _("办了就打勾;没办成请选原因"))
        return said

    def entry(self, walked_at: datetime, at: datetime) -> Entry | None:
        """The row, or None when its time cannot be true (said beside it). The form is valid."""
        device_at = _on_that_walk(walked_at, self.cleaned_data.get("time"))
        if device_at > at + CLOCKS_DIFFER:
            self.add_error("time", _("时间不能晚于现在"))
            return None
        return Entry(
            number=self.number,
            given=self.given(),
            not_done=self.cleaned_data["not_done"],
            device_at=device_at,
        )

    def say_all(self) -> None:
        """Beside what cannot be read, also what is missing: every defect of the row at once."""
        if self.cleaned_data.get("not_done"):
            return
        missing = evidence.faults(self.needs, self.given())
        self.refuse({key: says for key, says in missing.items() if key not in self.errors})

    @property
    def cells(self) -> list[forms.BoundField]:
        """Its fields in the order of the paper."""
        return list(self.visible_fields())


def _on_that_walk(walked_at: datetime, clock: time | None) -> datetime:
    """The moment of a row: on the day of the walk, or the day beside it when the walk went past midnight."""
    if clock is None:
        return walked_at
    moment = datetime.combine(local(walked_at).date(), clock, LOCAL)
    if moment < walked_at - HALF_A_DAY:
        return moment + timedelta(days=1)
    return moment - timedelta(days=1) if moment > walked_at + HALF_A_DAY else moment


def _typed_quickly(field: forms.Field, asked: Evidence) -> None:
    """One key instead of a pointer: a list to choose from, one line to write on; what may be the same as above says so."""
    field.required = False
    field.help_text = ""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.MultipleChoiceField):
        choices = [("", "—"), *((value, _(word)) for value, word in asked.choices)]
        field.widget = forms.Select(choices=choices)
        field.choices = choices
    if isinstance(field.widget, forms.Textarea):
        field.widget = forms.TextInput(attrs={"autocomplete": "off"})
    if asked.kind in ("name", "code", "choice") or (asked.kind == "text" and not asked.private):
        field.widget.attrs["data-ditto"] = ""
