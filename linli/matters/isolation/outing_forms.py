"""Asking to go to a hospital: on the resident's own page, and taken down at the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.ids import uuid7
from linli.matters.isolation.asking import MOST
from linli.matters.isolation.observing import CHANNELS, DESK, PHONE


class AskForm(forms.Form):
    """Why, in the asker's words. `intent` makes the same form sent twice one outing."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    need = forms.CharField(
        label=N_("为什么要去,什么时候去"),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=N_("例如:透析,明天上午九点,市人民医院"),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"intent": f"outing-{uuid7()}"})
        for field in self.fields.values():
            field.label = _(str(field.label)) if field.label else field.label
            field.help_text = _(str(field.help_text)) if field.help_text else ""
        need = self.fields["need"]
        need.error_messages["required"] = _("请填写「%(title)s」") % {"title": need.label}
        need.error_messages["max_length"] = _("请写明为什么要去(最多 %(most)d 字)") % {"most": MOST}


class DeskAskForm(AskForm):
    """The same at the desk, with the way it came."""

    channel = forms.ChoiceField(
        label=N_("怎么报的"), choices=[(PHONE, CHANNELS[PHONE])], initial=PHONE, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["channel"].choices = [(k, _(CHANNELS[k])) for k in (PHONE, DESK)]  # type: ignore[attr-defined]
