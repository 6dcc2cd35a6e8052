"""What is settled with a household before its door closes: who stays under the same rules, and who helps them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.desk.frame import page
from linli.desk.isolation_screens import isolation_seen
from linli.loops.engine import Refused
from linli.loops.pack import pack_for
from linli.matters.isolation import five_in_one, household, papers, receipts
from linli.matters.isolation.paper_forms import DeskReceiptForm
from linli.registry.models import Person
from linli.roster.permissions import actor, community_of, requires


class AskForm(forms.Form):
    """One question for each who shares the dwelling; all of them at once."""

    def __init__(self, data: Any, *, people: list[Person], known: dict[UUID, str]) -> None:
        super().__init__(data, initial={str(key): said for key, said in known.items()})
        for person in people:
            told = " · ".join(part for part in (person.masked_name, person.relation) if part)
            self.fields[str(person.pk)] = forms.ChoiceField(
                label=told,
                choices=[(key, _(word)) for key, word in household.ANSWERS.items()],
                widget=forms.RadioSelect,
                error_messages={"required": _("请先问清「%(title)s」") % {"title": told}},
            )

    def answers(self) -> dict[UUID, str]:
        """The form is valid."""
        return {UUID(key): said for key, said in self.cleaned_data.items()}


@requires("isolation.household")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask each who shares the dwelling; then back to the case, whose door may close."""
    at, case = now(), isolation_seen(request, case_id)
    people = household.to_ask(case)
    form = AskForm(request.POST or None, people=people, known=household.answers_of(case))
    if form.is_bound and form.is_valid():
        try:
            household.answer(
                case.id, form.answers(), community_id=community_of(request), actor=actor(request), at=at
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("已记下。现在可以办「居家条件合格」。"))
            return redirect("desk-case", case.id)
    context = {"case": case, "form": form, "people": len(people), "closed": case.closed_at is not None}
    status = 422 if form.errors else 200
    return page(request, "desk/household.html", context, here="monitoring", at=at, status=status)


class HelpersForm(forms.Form):
    """Name and telephone of each role the pack wants."""

    def __init__(self, data: Any, *, roles: list[str], known: dict[str, five_in_one.Named]) -> None:
        super().__init__(data)
        for role in roles:
            title, now_ = _(five_in_one.ROLES[role]), known.get(role)
            self.fields[f"name_{role}"] = forms.CharField(
                label=title,
                required=False,
                max_length=50,
                initial=now_.name if now_ else "",
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"phone_{role}"] = forms.CharField(
                label=_("%(role)s电话") % {"role": title},
                required=False,
                max_length=30,
                initial=now_.phone if now_ else "",
                widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
            )
        self.roles = roles

    def told(self) -> dict[str, tuple[str, str]]:
        """The form is valid."""
        said = self.cleaned_data
        return {role: (said[f"name_{role}"], said[f"phone_{role}"]) for role in self.roles}


@requires("isolation.helpers")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def helpers_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Name who looks after the dwelling; it is printed on the notice and stands on the household's own page."""
    at, case = now(), isolation_seen(request, case_id)
    known = {helper.role: helper for helper in five_in_one.helpers_of(case)}
    roles = five_in_one.roles_of(pack_for(case.community_id, at))
    form = HelpersForm(request.POST or None, roles=roles, known=known)
    if form.is_bound and form.is_valid():
        try:
            five_in_one.name(
                case.id, form.told(), community_id=case.community_id, actor=actor(request), at=at
            )
        except Refused as refused:
            for key, sentence in refused.faults.items():
                form.add_error(key if key in form.fields else None, sentence)
        else:
            messages.success(request, _("已登记包保人员"))
            return redirect("desk-case", case.id)
    context = {"case": case, "form": form, "asks": bool(roles)}
    status = 422 if form.errors else 200
    return page(request, "desk/helpers.html", context, here="monitoring", at=at, status=status)


@requires("isolation.receipt")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def receipt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The notice is read and signed at the door, on this device or on paper."""
    at, case = now(), isolation_seen(request, case_id)
    form = DeskReceiptForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            receipts.sign(
                case.id,
                community_id=case.community_id,
                how=said["how"],
                drawing=said["drawing"],
                at=at,
                actor=actor(request),
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("已签收"))
            return redirect("desk-case", case.id)
    context = {
        "case": case,
        "form": form,
        "rules": papers.rules_of(case, pack_for(case.community_id, at)),
        "signed": receipts.receipt_of(case),
    }
    status = 422 if form.errors else 200
    return page(request, "desk/receipt.html", context, here="monitoring", at=at, status=status)
