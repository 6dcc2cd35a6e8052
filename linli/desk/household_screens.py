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
from linli.matters.isolation import household
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
