"""A visit as it is announced: on the household's own page, and at the desk or the gate, every fault beside its field."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import local
from linli.base.ids import uuid7
from linli.loops.ledger import Refused
from linli.loops.pack import Pack
from linli.matters.visitors.announcing import DESK, GATE, PAGE, Told
from linli.matters.visitors.kinds import WORDS, kinds_of, most_people
from linli.registry import typed

MOMENT = "%Y-%m-%dT%H:%M"


class VisitForm(forms.Form):
    """Who comes, what for, when. `intent` makes the same form sent twice one visit."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    kind = forms.ChoiceField(label=N_("来做什么"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=N_("来的人姓名"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=N_("送快递、外卖的可以不填"),
    )
    phone = forms.CharField(
        label=N_("来的人手机号"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    party = forms.IntegerField(
        label=N_("几个人"), initial=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    plate = forms.CharField(
        label=N_("车牌"), required=False, max_length=12, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    starts_at = forms.DateTimeField(
        label=N_("几点来"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    )

    def __init__(self, data: Any = None, *, pack: Pack, at: datetime) -> None:
        super().__init__(data, initial={"intent": f"visit-{uuid7()}", "starts_at": local(at)})
        kinds = [(kind.key, _stay_words(kind.key, kind.stay)) for kind in kinds_of(pack).values()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["party"].widget.attrs |= {"min": 1, "max": most_people(pack)}
        for field in self.fields.values():
            field.label = _(str(field.label)) if field.label else field.label
            field.help_text = _(str(field.help_text)) if field.help_text else ""
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}

    def clean_phone(self) -> str:
        """The number as the vault keeps it. Raises ValidationError for one that cannot be."""
        written = self.cleaned_data["phone"].strip()
        number = typed.read(written).phone
        if written and not number:
            raise forms.ValidationError(_("号码看不懂:手机写 11 位,座机写上区号"))
        return number

    def told(self, channel: str = PAGE) -> Told:
        """What was said. The form is valid."""
        said = self.cleaned_data
        return Told(
            kind=said["kind"],
            channel=channel,
            intent=said["intent"],
            name=said["name"].strip(),
            phone=said["phone"],
            plate=said["plate"].strip().upper(),
            party=said["party"],
            starts_at=said["starts_at"],
        )

    def refuse(self, refused: Refused) -> None:
        """Show the matter's sentences beside the fields they belong to."""
        for key, sentence in refused.faults.items():
            self.add_error(key if key in self.fields else None, sentence)


class DeskForm(VisitForm):
    """The same by keyboard: where it was told, and whether the host has agreed already."""

    channel = forms.ChoiceField(label=N_("谁说的"), widget=forms.RadioSelect, initial=GATE)
    agreed = forms.BooleanField(label=N_("户主已经同意(电话或当面说的)"), required=False)

    def __init__(self, data: Any = None, *, pack: Pack, at: datetime) -> None:
        super().__init__(data, pack=pack, at=at)
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            (GATE, _("来的人在门口")),
            (DESK, _("户主打来电话")),
        ]


def _stay_words(key: str, stay: timedelta) -> str:
    """维修(最多 2 小时): what a kind is called, and for how long its pass lasts."""
    minutes = int(stay.total_seconds() // 60)
    if minutes % 60:
        return _("%(kind)s(最多 %(n)d 分钟)") % {"kind": _(WORDS[key]), "n": minutes}
    return _("%(kind)s(最多 %(n)d 小时)") % {"kind": _(WORDS[key]), "n": minutes // 60}
