"""How the 告知书 is signed for: on the resident's own page, and at the door on a colleague's device or on paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.matters.isolation.receipts import DEVICE, PAPER, WAYS


class ReceiptForm(forms.Form):
    """Read and agreed. `drawing` is filled by a script; without one the tick alone signs."""

    agreed = forms.BooleanField(label=N_("我已看过告知书,愿意遵守"))
    drawing = forms.CharField(
        widget=forms.HiddenInput(attrs={"data-drawing": ""}), required=False, max_length=60_000
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for field in self.fields.values():
            field.label = _(str(field.label)) if field.label else field.label
        self.fields["agreed"].error_messages["required"] = _("看过并同意,再签收")


class DeskReceiptForm(ReceiptForm):
    """The same at the door: on this device, or on paper, which is ticked by whoever saw it."""

    how = forms.ChoiceField(
        label=N_("怎么签的"),
        choices=[(key, WAYS[key]) for key in (DEVICE, PAPER)],
        initial=DEVICE,
        widget=forms.RadioSelect,
    )

    field_order = ("how", "agreed", "drawing")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["how"].choices = [(key, _(WAYS[key])) for key in (DEVICE, PAPER)]  # type: ignore[attr-defined]
        self.fields["agreed"].label = _("本人已看过告知书,愿意遵守")
