"""One request as it is asked: at the resident's page and at the desk, with every fault beside its field."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import LOCAL, local
from linli.base.ids import uuid7
from linli.loops.pack import Pack
from linli.matters.supplies.asking import DESK, Wish
from linli.matters.supplies.facts import span_words
from linli.matters.supplies.money import Fen, fen, no_money
from linli.matters.supplies.questions import MEDICINE, PAY, WAYS
from linli.matters.supplies.written import Unreadable, Wanted, wanted

LEAST = timedelta(hours=4)
"""A slot that ends sooner is not offered: nobody could shop, pack and carry in time."""

LINES = {
    "rows": 5,
    "autocomplete": "off",
    "autocapitalize": "off",
    "spellcheck": "false",
}


def worded(form: forms.Form) -> None:
    """Labels, hints and the sentence for an empty field, in the reader's language."""
    for field in form.fields.values():
        field.label = _(str(field.label)) if field.label else field.label
        field.help_text = _(str(field.help_text)) if field.help_text else ""
        field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}


def amount_of(form: forms.Form, key: str) -> Fen | None:
    """A typed amount in fen; None when it was left empty. Raises ValidationError."""
    typed = str(form.cleaned_data.get(key) or "").strip()
    if not typed:
        return None
    if fault := no_money(typed):
        raise forms.ValidationError(fault)
    return fen(typed)


class RequestForm(forms.Form):
    """What to buy, how, until when. `intent` makes the same form sent twice one request."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    lines = forms.CharField(
        label=N_("要买什么,一行一样"),
        max_length=2000,
        widget=forms.Textarea(attrs=LINES),
        help_text=N_("例如:白菜 2 斤。不能换别的,就在后面写「不换」。只写整数,半斤写 250 克"),
    )
    substitute = forms.BooleanField(label=N_("买不到同样的,可以换相近的"), required=False)
    medicine = forms.ChoiceField(label=N_("里面有药吗"), widget=forms.RadioSelect, initial="none")
    prescription_at = forms.CharField(
        label=N_("处方在哪里"),
        required=False,
        max_length=200,
        help_text=N_("例如:装在信封里挂在门上。不用写是什么病"),
    )
    urgent = forms.BooleanField(label=N_("是急用的药,几小时内就要"), required=False)
    shop = forms.CharField(label=N_("想在哪家买"), required=False, max_length=60)
    cap = forms.CharField(
        label=N_("最多花多少元"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    pay = forms.ChoiceField(label=N_("怎么付"), widget=forms.RadioSelect, initial="at_door")
    slot = forms.ChoiceField(label=N_("希望什么时候送到"), required=False)
    door_note = forms.CharField(label=N_("送到门口要注意什么"), required=False, max_length=200)

    def __init__(self, data: Any = None, *, pack: Pack, at: datetime) -> None:
        super().__init__(data, initial={"intent": f"supply-{uuid7()}", "substitute": True})
        self.slots = slots(pack, at)
        asked: dict[str, list[tuple[str, str]]] = {
            "medicine": [(key, _(word)) for key, word in MEDICINE],
            "pay": [(key, _(word)) for key, word in PAY],
            "slot": [("", _("都可以")), *((key, span_words(*when)) for key, when in self.slots.items())],
        }
        for key, choices in asked.items():
            self.fields[key].choices = choices  # type: ignore[attr-defined]
        worded(self)

    def clean_lines(self) -> list[Wanted]:
        """The list, read. Every row that cannot be read is said."""
        try:
            return wanted(self.cleaned_data["lines"])
        except Unreadable as unread:
            raise forms.ValidationError(unread.faults) from None

    def clean_cap(self) -> Fen | None:
        """In fen."""
        return amount_of(self, "cap")

    def clean(self) -> dict[str, Any]:
        """A prescription lies somewhere, and only medicine is urgent."""
        said = super().clean() or self.cleaned_data
        if said.get("medicine") == "prescription" and not said.get("prescription_at"):
            self.add_error("prescription_at", _("处方药要写明处方在哪里"))
        if said.get("urgent") and said.get("medicine") == "none":
            self.add_error("urgent", _("只有药可以加急,请在上面选「有药」"))
        return said

    def wish(self, channel: str = DESK) -> Wish:
        """What was said. The form is valid."""
        said = self.cleaned_data
        opens, closes = self.slots.get(said["slot"], (None, None))
        return Wish(
            lines=tuple(said["lines"]),
            substitute=said["substitute"],
            shop=said.get("shop", ""),
            cap_fen=said["cap"],
            pay=said["pay"],
            medicine=said["medicine"],
            prescription_at=said["prescription_at"],
            is_urgent=said["urgent"],
            slot_from=opens,
            slot_until=closes,
            door_note=said["door_note"],
            channel=channel,
            intent=said["intent"],
        )


class DeskForm(RequestForm):
    """The same by keyboard: the list first, with `lines` in it already."""

    def __init__(self, data: Any = None, *, pack: Pack, at: datetime, lines: str = "") -> None:
        super().__init__(data, pack=pack, at=at)
        self.fields["lines"].initial = lines
        self.fields["lines"].widget.attrs["autofocus"] = True


def slots(pack: Pack, at: datetime) -> dict[str, tuple[datetime, datetime]]:
    """The slots of today and tomorrow that still leave time to shop, by key: `0415-14:00` → (opens, closes)."""
    today = local(at).date()
    found = {}
    for day in (today, today + timedelta(days=1)):
        for opens, closes in pack.get("supply.slots", []):
            begins, ends = _moment(day, opens), _moment(day, closes)
            if ends >= at + LEAST:
                found[f"{day:%m%d}-{opens}"] = (begins, ends)
    return found


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), LOCAL)


class PaymentForm(forms.Form):
    """Money taken ahead or given back at the desk."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    do = forms.ChoiceField(label=N_("收还是退"), widget=forms.RadioSelect, initial="paid")
    amount = forms.CharField(
        label=N_("金额(元)"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    way = forms.ChoiceField(label=N_("怎么收付"), widget=forms.RadioSelect, initial="cash")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"intent": f"pay-{uuid7()}"})
        asked = {"do": [("paid", _("收款")), ("refund", _("退款"))], "way": [(k, _(w)) for k, w in WAYS]}
        for key, choices in asked.items():
            self.fields[key].choices = choices  # type: ignore[attr-defined]
        worded(self)

    def clean_amount(self) -> Fen | None:
        """In fen."""
        return amount_of(self, "amount")
