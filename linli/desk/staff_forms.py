"""The forms of the staff page: an account, a shift."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.scope import path
from linli.registry.models import Community, Grid
from linli.roster.duties import DUTIES, title
from linli.roster.models import Shift, User
from linli.roster.on_duty import shifts_now

_MOMENT = "%Y-%m-%dT%H:%M"


def duty_choices() -> list[tuple[str, str]]:
    """Key and title of every duty, in the table's order."""
    return [(duty.key, _(duty.title)) for duty in DUTIES.values()]


def place_choices(community: Community) -> list[tuple[str, str]]:
    """Scope path and name: the whole community, then each compound and its grids."""
    found = [(community.path, _("整个社区"))]
    grids = Grid.objects.filter(community=community).select_related("compound")
    by_compound: dict[str, list[tuple[str, str]]] = {}
    for grid in grids.order_by("compound__position", "compound__name", "code"):
        place = path(community.slug, grid.compound.code)
        places = by_compound.setdefault(place, [(place, grid.compound.name)])
        places.append((f"{place}{grid.code}/", f"{grid.compound.name} {grid.name}"))
    return [*found, *(row for rows in by_compound.values() for row in rows)]


class AccountForm(forms.Form):
    """A new account."""

    shown_name = forms.CharField(label=gettext_lazy("姓名"), max_length=50)
    username = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=40,
        help_text=gettext_lazy("字母或数字,例如 wang.min"),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_username(self) -> str:
        """Lower case, no spaces, plain letters."""
        name = str(self.cleaned_data["username"]).strip().lower()
        if not name.isascii() or any(sign.isspace() for sign in name):
            raise forms.ValidationError(_("登录名只用字母、数字、点和横线"))
        return name


class ShiftForm(forms.Form):
    """Who, which duty, where, from when to when."""

    user = forms.ChoiceField(label=gettext_lazy("谁"))
    duty = forms.ChoiceField(label=gettext_lazy("岗位"))
    scope = forms.ChoiceField(label=gettext_lazy("负责哪里"))
    starts_at = forms.DateTimeField(
        label=gettext_lazy("从"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
        input_formats=[_MOMENT],
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("到"),
        required=False,
        help_text=gettext_lazy("可以跨过半夜。不填就是长期。"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
        input_formats=[_MOMENT],
    )
    on_call = forms.BooleanField(
        label=gettext_lazy("备班(岗上没人时才通知)"), required=False, widget=forms.CheckboxInput()
    )
    instead_of = forms.ChoiceField(label=gettext_lazy("替谁的班"), required=False)

    def __init__(self, *args: Any, community: Community, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(u.pk): u for u in User.objects.filter(community=community, is_active=True)}
        self.shifts = {str(s.pk): s for s in shifts_now(community.id, at)}
        people = sorted(self.people.values(), key=lambda u: u.shown_name)
        self._choose("user", [(str(u.pk), f"{u.shown_name} ({u.username})") for u in people])
        self._choose("duty", duty_choices())
        self._choose("scope", place_choices(community))
        self._choose("instead_of", [("", _("不是替班")), *((k, _say(s)) for k, s in self.shifts.items())])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def facts(self) -> dict[str, Any]:
        """The cleaned answers as `accounts.give_shift` wants them."""
        clean = self.cleaned_data
        return {
            **{k: clean[k] for k in ("duty", "scope", "starts_at", "ends_at", "on_call")},
            "user": self.people[clean["user"]],
            "instead_of": self.shifts.get(clean["instead_of"]),
        }


def _say(shift: Shift) -> str:
    return f"{shift.user.shown_name} · {_(title(shift.duty))}"
