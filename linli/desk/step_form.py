"""One form for every step of every loop: what the declaration asks, in the order it is met in the world."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.loops.evidence import MAX_TEXT, Evidence, Given
from linli.loops.pack import Pack
from linli.loops.spec import Step

WIDE = {"reason", "route", "family", "time", "place", "lines", "bought"}
"""Answers that need more than a line."""


def form_for(step: Step, known: Given, data: Any = None, *, pack: Pack) -> StepForm:
    """The form of a step, answers already known filled in."""
    return StepForm(data, needs=step.asked(pack), known=known)


class StepForm(forms.Form):
    """The evidence of one step and the intent that makes its sending safe to repeat. `options` are Django's."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, data: Any, *, needs: tuple[Evidence, ...], known: Given, **options: Any) -> None:
        super().__init__(data, initial={"intent": f"desk-{uuid7()}", **known}, **options)
        self.needs = needs
        for evidence in needs:
            self.fields[evidence.key] = _field(evidence)

    def given(self) -> Given:
        """The answers as the engine wants them; empty ones left out."""
        return {
            e.key: v for e in self.needs if (v := _plain(self.cleaned_data.get(e.key))) not in (None, "", [])
        }

    def refuse(self, faults: dict[str, str]) -> None:
        """Show the engine's sentences beside the fields they belong to."""
        for key, sentence in faults.items():
            self.add_error(key if key in self.fields else None, sentence)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return (
        float(value)
        if hasattr(value, "as_tuple") and value % 1
        else int(value)
        if hasattr(value, "as_tuple")
        else value
    )


def _field(evidence: Evidence) -> forms.Field:
    common: dict[str, Any] = {
        "label": _(evidence.title),
        "required": evidence.required,
        "help_text": _(evidence.hint) if evidence.hint else "",
        "error_messages": {"required": _("请填写「%(title)s」") % {"title": _(evidence.title)}},
    }
    if evidence.kind == "yes":
        return forms.BooleanField(**common)
    if evidence.kind == "number":
        return forms.DecimalField(**common, widget=forms.NumberInput(attrs={"inputmode": "decimal"}))
    if evidence.kind == "moment":
        picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        return forms.DateTimeField(**common, widget=picker)
    if evidence.choices:
        named = [(value, _(word)) for value, word in evidence.choices]
        if evidence.kind == "choices":
            return forms.MultipleChoiceField(**common, choices=named, widget=forms.CheckboxSelectMultiple)
        return forms.ChoiceField(**common, choices=named, widget=forms.RadioSelect)
    widget = (
        forms.Textarea(attrs={"rows": 2})
        if evidence.key in WIDE
        else forms.TextInput(attrs={"autocomplete": "off"})
    )
    return forms.CharField(**common, max_length=MAX_TEXT, widget=widget)
