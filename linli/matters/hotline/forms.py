"""A call as it is taken down, in the order it is spoken of: who, what about, what they say, how urgent, what now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import LOCAL
from linli.base.ids import uuid7
from linli.loops.evidence import Given
from linli.loops.pack import Pack
from linli.loops.spec import Step
from linli.matters.hotline.kinds import KINDS, NORMAL, URGENCIES
from linli.matters.hotline.loop import RECEIVERS, Call, promise_in
from linli.matters.hotline.taking import Told
from linli.registry import typed
from linli.registry.intake.text import is_han
from linli.registry.models import Person

KEEP, ANSWER, PROMISE, TO = "keep", "answer", "promise", "to:"
"""What happens to a call when it is saved; `to:supply` passes it on to that loop."""

SAVE, JOIN, CARD = "save", "join", "card"
"""By which button the form is sent; the last two ask for no kind."""


class CallForm(forms.Form):
    """One call. `intent` makes the same form sent twice one record; `q` is what was searched, often the number itself."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    q = forms.CharField(label=N_("来电号码、姓名、拼音或房号"), max_length=60, required=False)
    person = forms.UUIDField(label=N_("是谁的事"), required=False)
    name = forms.CharField(label=N_("怎么称呼"), max_length=50, required=False)
    number = forms.CharField(label=N_("回电号码"), max_length=20, required=False)
    kind = forms.ChoiceField(label=N_("什么事"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=N_("说了什么"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    urgency = forms.ChoiceField(label=N_("多急"), widget=forms.RadioSelect, required=False)
    do = forms.ChoiceField(label=N_("怎么办"), widget=forms.RadioSelect, required=False)
    promised_at = forms.DateTimeField(
        label=N_("约定几点前回电"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, pack: Pack, at: datetime, by: str = SAVE
    ) -> None:
        """`by` is the button it was sent with."""
        self.by = by
        proposed = (at + promise_in(pack)).astimezone(LOCAL)
        initial = {"intent": f"call-{uuid7()}", "urgency": NORMAL, "do": KEEP, "promised_at": proposed}
        super().__init__(data, initial=initial)
        self._choose()
        self.fields["kind"].required = by == SAVE
        for field in self.fields.values():
            field.label = _(str(field.label)) if field.label else field.label
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}
            field.widget.attrs["autocomplete"] = "off"

    def _choose(self) -> None:
        named: dict[str, list[tuple[str, str]]] = {
            "kind": [(kind.key, _(kind.word)) for kind in KINDS.values()],
            "urgency": [(key, _(word)) for key, word in URGENCIES.items()],
            "do": [
                (KEEP, _("先记下,稍后答复")),
                (ANSWER, _("已当场答复")),
                (PROMISE, _("约回电")),
                *((f"{TO}{key}", _("转给:%(matter)s") % {"matter": _(words)}) for key, words in RECEIVERS),
            ],
        }
        for name, choices in named.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def kinds(self) -> Iterator[tuple[BoundWidget, str]]:
        """The nine kinds as choices, each with what is usually done about it here ('' for nothing in particular)."""
        takers = {key for key, _words in RECEIVERS}
        for choice, kind in zip(self["kind"], KINDS.values(), strict=True):
            yield choice, f"{TO}{kind.to}" if kind.to in takers else ""

    def clean_number(self) -> str:
        """In the one spelling that is kept and compared; what was searched counts when it is a number."""
        written = self.cleaned_data["number"]
        number = typed.read(written).phone
        if written and not number:
            raise forms.ValidationError(_("号码看不懂:手机写 11 位,座机写上区号"))
        return number or typed.read(self.data.get("q", "")).phone

    def clean(self) -> dict[str, Any]:
        """An answer says how, a promise says when."""
        said = super().clean() or self.cleaned_data
        do = said.get("do") or KEEP
        if self.by == SAVE and do == ANSWER and not said.get("note"):
            self.add_error("note", _("请写一句怎么答复的,或选一张知识卡"))
        if self.by == SAVE and do == PROMISE and not said.get("promised_at") and "promised_at" in said:
            self.add_error("promised_at", _("请写清日期和时间"))
        return said

    def told(self, *, person: Person | None, place: str, kind: str = "") -> Told:
        """The call. The form is valid. `kind` is the card's, for a call that a card answers."""
        said = self.cleaned_data
        answered = self.by == SAVE and said["do"] == ANSWER
        return Told(
            intent=said["intent"],
            kind=said["kind"] or kind,
            urgency=said["urgency"] or NORMAL,
            place=place,
            person=person,
            name="" if person else said["name"] or self._called,
            number=said["number"],
            note="" if answered else said["note"],
        )

    @property
    def _called(self) -> str:
        """A name that was searched and is nobody's in the register need not be typed again."""
        searched = self.cleaned_data["q"].strip()
        is_name = bool(typed.read(searched).ways) and not any(c.isdigit() for c in searched)
        return searched[:50] if is_name and all(is_han(c) or c == "·" for c in searched) else ""

    def step(self) -> tuple[Step | None, Given]:
        """The step that is taken with the record, and its answers. The form is valid."""
        said, do = self.cleaned_data, self.cleaned_data["do"]
        if do == ANSWER:
            return Call.answer, {"said": said["note"]}
        if do == PROMISE:
            return Call.promise, {"promised_at": said["promised_at"].isoformat()}
        if do.startswith(TO):
            return Call.route, {"to": do.removeprefix(TO)}
        return None, {}

    def refuse(self, faults: Mapping[str, str]) -> None:
        """The engine's sentences beside the boxes they belong to; how it was answered is the text box here."""
        for key, sentence in faults.items():
            box = {"said": "note", "to": "do"}.get(key, key)
            self.add_error(box if box in self.fields else None, sentence)
