"""What is filled in: an alert at the desk, a proposed restriction, an appeal on the own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.ids import uuid7
from linli.loops.pack import Pack
from linli.matters.alerts import appealing, calling, proposing, raising
from linli.matters.alerts.bases import bases
from linli.matters.alerts.words import BY_HAND, EVIDENCE
from linli.registry.models import Person, Venue

LINES = forms.Textarea(attrs={"rows": 3})


class _Worded(forms.Form):
    """Labels, hints and complaints in the reader's language; `intent` makes the same form sent twice one act."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"intent": f"alerts-{uuid7()}", **(initial or {})})
        for field in self.fields.values():
            field.label = _(str(field.label)) if field.label else field.label
            field.help_text = _(str(field.help_text)) if field.help_text else ""
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}


class AlertForm(_Worded):
    """What is seen, where, in whose words."""

    seen = forms.ChoiceField(label=N_("什么异常"), widget=forms.RadioSelect)
    venue = forms.ModelChoiceField(
        label=N_("在哪个场所"), queryset=Venue.objects.none(), required=False, empty_label=N_("不在场所里")
    )
    what = forms.CharField(
        label=N_("看到了什么"),
        max_length=raising.MOST,
        widget=LINES,
        help_text=N_("写事情,不写证件号和电话"),
    )

    def __init__(self, data: Any = None, *, venues: Any) -> None:
        super().__init__(data)
        self.fields["seen"].choices = [(k, _(w)) for k, w in BY_HAND]  # type: ignore[attr-defined]
        self.fields["venue"].queryset = venues  # type: ignore[attr-defined]
        self.fields["venue"].empty_label = _("不在场所里")  # type: ignore[attr-defined]

    def told(self, person: Person | None) -> raising.Told:
        """The form as the matter wants it."""
        said = self.cleaned_data
        return raising.Told(
            intent=said["intent"],
            seen=said["seen"],
            what=said["what"],
            venue=said["venue"],
            person=person,
        )


class LookForm(_Worded):
    """Why somebody needs the number of a stranger in clear. Each look is one more, so there is no intent."""

    intent = None  # type: ignore[assignment]
    reason = forms.CharField(label=N_("为什么要看"), max_length=calling.MOST_REASON)


class CalledForm(_Worded):
    """How a call ended."""

    outcome = forms.ChoiceField(label=N_("打通了没有"), widget=forms.RadioSelect)
    call = forms.CharField(label=N_("电话里说的"), max_length=calling.MOST_SAID, widget=LINES, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["outcome"].choices = [(k, _(w)) for k, w in calling.OUTCOMES]  # type: ignore[attr-defined]

    def given(self) -> dict[str, str]:
        """The answers as the matter wants them."""
        return {key: self.cleaned_data[key] for key in ("outcome", calling.SAID)}


class ProposeForm(_Worded):
    """Everything a restriction needs; the bases are the pack's, word for word."""

    basis = forms.ChoiceField(label=N_("法律依据"), widget=forms.RadioSelect)
    evidence = forms.ChoiceField(label=N_("凭什么"), widget=forms.RadioSelect)
    evidence_number = forms.CharField(label=N_("编号"), max_length=proposing.MOST_NUMBER)
    ends_at = forms.DateTimeField(
        label=N_("到什么时候结束"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=N_("到时自动解除,不用谁来办"),
    )
    reason = forms.CharField(
        label=N_("写给本人的理由"),
        max_length=proposing.MOST_REASON,
        widget=LINES,
        help_text=N_("本人会一字不差地看到"),
    )

    def __init__(self, data: Any = None, *, pack: Pack, evidence_number: str = "") -> None:
        rests = {"evidence": "alert", "evidence_number": evidence_number} if evidence_number else {}
        super().__init__(data, initial=rests)
        self.fields["basis"].choices = [  # type: ignore[attr-defined]
            (b.key, f"{b.who}:{b.does}。{b.law} {b.article},最长 {b.max_days} 天") for b in bases(pack)
        ]
        self.fields["evidence"].choices = [(k, _(w)) for k, w in EVIDENCE]  # type: ignore[attr-defined]

    def wish(self) -> proposing.Wish:
        """The form as the matter wants it."""
        said = self.cleaned_data
        return proposing.Wish(
            intent=said["intent"],
            basis=said["basis"],
            evidence=said["evidence"],
            evidence_number=said["evidence_number"],
            ends_at=said["ends_at"],
            reason=said["reason"],
        )


class AppealForm(_Worded):
    """Why it is wrong, in the person's own words."""

    words = forms.CharField(
        label=N_("哪里不对"),
        max_length=appealing.MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=N_("例如:那天我没有去过那里;检测结果已经是阴性"),
    )
