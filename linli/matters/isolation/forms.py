"""One report as it is asked: at the resident's page, and by telephone at the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.ids import uuid7
from linli.loops.pack import Pack
from linli.matters.isolation.observing import CHANNELS, PAGE, PAPER, PHONE, Told, symptoms_of
from linli.matters.isolation.questions import LEAST, MOST


class ReportForm(forms.Form):
    """Temperature and symptoms. `intent` makes the same form sent twice one report; `device_at` is the phone's clock."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    device_at = forms.DateTimeField(widget=forms.HiddenInput(attrs={"data-device-clock": ""}), required=False)
    celsius = forms.DecimalField(
        label=N_("体温 ℃"),
        max_digits=3,
        decimal_places=1,
        min_value=LEAST,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.1", "autocomplete": "off"}),
        help_text=N_("例如 36.5"),
    )
    symptoms = forms.MultipleChoiceField(
        label=N_("有下面的症状吗(没有就不选)"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, pack: Pack) -> None:
        super().__init__(data, initial={"intent": f"report-{uuid7()}"})
        words = symptoms_of(pack)
        self.fields["symptoms"].choices = [(w, _(w)) for w in words]  # type: ignore[attr-defined]
        if not words:
            del self.fields["symptoms"]
        for field in self.fields.values():
            field.label = _(str(field.label)) if field.label else field.label
            field.help_text = _(str(field.help_text)) if field.help_text else ""
        celsius = self.fields["celsius"]
        celsius.error_messages["required"] = _("请填写「%(title)s」") % {"title": celsius.label}
        says = _("请再看一眼体温计,写成 36.5 这样")
        celsius.error_messages |= dict.fromkeys(("min_value", "max_value", "max_digits", "invalid"), says)

    def told(self, channel: str = PAGE) -> Told:
        """What was reported. The form is valid."""
        said = self.cleaned_data
        device_at: datetime | None = said.get("device_at")
        return Told(
            celsius=said["celsius"],
            symptoms=tuple(said.get("symptoms", ())),
            channel=channel,
            intent=said["intent"],
            device_at=device_at,
        )


class CallForm(ReportForm):
    """The same at the desk: who took it down says by which way it came."""

    channel = forms.ChoiceField(
        label=N_("怎么报的"),
        choices=[(key, word) for key, word in CHANNELS.items() if key not in (PAGE, PAPER)],
        initial=PHONE,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, pack: Pack) -> None:
        super().__init__(data, pack=pack)
        ways = [(key, _(word)) for key, word in CHANNELS.items() if key not in (PAGE, PAPER)]
        self.fields["channel"].choices = ways  # type: ignore[attr-defined]
        self.fields["celsius"].widget.attrs["autofocus"] = True
        del self.fields["device_at"]
