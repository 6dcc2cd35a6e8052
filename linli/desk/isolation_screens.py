"""An isolation begun by hand, and the personal link with its QR, seen once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.base.clock import LOCAL, now
from linli.base.ids import uuid7
from linli.base.scope import covers
from linli.codes import qr
from linli.desk import texting, words
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.matters.isolation import links, papers
from linli.matters.isolation.models import HealthLink, ReleaseNote
from linli.matters.isolation.opening import classes_of, open_for
from linli.registry import subjects
from linli.registry.models import Community, Person
from linli.roster.permissions import actor, community_of, duties_now, requires, scopes_now

FRESH_LINK = "fresh_health_link"
"""Session slot in which a new link waits to be shown once: [case id, token]."""


@requires("isolation.link")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Issue a link (the earlier one dies), show it once as address and QR to print; revoke it."""
    at, case = now(), isolation_seen(request, case_id)
    if request.method == "POST":
        _change(request, case_id, at)
        return redirect("desk-health-link", case.id)
    kept = request.session.pop(FRESH_LINK, None) or ["", ""]
    token = kept[1] if kept[0] == str(case.id) else ""
    community = Community.objects.get(pk=case.community_id)
    live = HealthLink.objects.filter(community_id=case.community_id, case=case, revoked_at=None).first()
    context = {
        "case": case,
        "fresh": _fresh(token, community) if token else None,
        **texting.offered(request, "isolation.text", community.id),
        "live": {"made": words.moment(live.made_at, at), "by": live.made_by} if live else None,
        "closed": case.closed_at is not None,
    }
    return page(request, "desk/health_link.html", context, here="monitoring", at=at)


def _fresh(token: str, community: Community) -> dict[str, str]:
    """A new link in the three forms in which it reaches its person."""
    url = links.url(token)
    return {"url": url, "qr": qr.data_address(url), "message": links.message(token, community)}


@requires("isolation.text")
@require_POST
@never_cache
def text_link(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A new link goes to the number the register has, in one act; it is shown here too, in case it does not arrive."""
    at, case = now(), isolation_seen(request, case_id)
    if (person := subjects.person_of(case)) is None:
        raise Http404

    def words_() -> str:
        token = links.issue(case.id, community_id=case.community_id, actor=actor(request), at=at)
        request.session[FRESH_LINK] = [str(case.id), token]
        return links.message(token, person.community)

    texting.send(request, person, words_, purpose="health_link")
    return redirect("desk-health-link", case.id)


def isolation_seen(request: HttpRequest, case_id: UUID) -> Case:
    """An isolation the caller may see. Raises Http404."""
    case = case_seen_by(actor(request), case_id, duties_now(request))
    if case.loop != "isolation":
        raise Http404
    return case


@requires("isolation.papers")
@require_safe
@never_cache
def notice(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The 告知书 to be signed for at the door. Its name says nobody's name."""
    case = isolation_seen(request, case_id)
    if (person := subjects.person_of(case)) is None:
        raise Http404
    return _pdf(papers.notice_pdf(case, person, at=now()), f"notice-{case.id.hex[-8:]}")


@requires("isolation.papers")
@require_safe
@never_cache
def release(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The 解除通知单 of somebody who was let out."""
    case = isolation_seen(request, case_id)
    note = get_object_or_404(ReleaseNote.objects.select_related("community", "person", "case"), case=case)
    return _pdf(papers.release_pdf(note), note.number)


def _pdf(body: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _change(request: HttpRequest, case_id: UUID, at: datetime) -> None:
    community_id = community_of(request)
    if request.POST.get("do") == "revoke":
        links.revoke(case_id, community_id=community_id, at=at)
        messages.success(request, _("链接已停用"))
        return
    try:
        token = links.issue(case_id, community_id=community_id, actor=actor(request), at=at)
        request.session[FRESH_LINK] = [str(case_id), token]
    except Refused as refused:
        messages.error(request, refused.sentence)


class BeginForm(forms.Form):
    """Which class of people it is and from when it counts. `intent` makes the same form sent twice one isolation."""

    intent = forms.CharField(widget=forms.HiddenInput, max_length=60)
    history = forms.ChoiceField(label=N_("属于哪一类"), widget=forms.RadioSelect)
    day_zero = forms.DateTimeField(
        label=N_("从什么时候起算"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=N_("最后一次接触或到家的时间"),
    )

    def __init__(self, data: object, *, pack: Pack, at: datetime) -> None:
        initial = {"intent": f"isolation-{uuid7()}", "day_zero": at.astimezone(LOCAL)}
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        classes = [(key, _(title)) for key, title in classes_of(pack)]
        self.fields["history"].choices = classes  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.label = _(str(field.label)) if field.label else field.label
            field.help_text = _(str(field.help_text)) if field.help_text else ""
            field.error_messages["required"] = _("请填写「%(title)s」") % {"title": field.label}


@requires("isolation.open")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Begin the isolation or monitoring of somebody who came without a notice, or met a case."""
    at, pack = now(), pack_for(community_of(request), now())
    who = get_object_or_404(
        Person.objects.select_related("household__dwelling__compound", "household__dwelling__building"),
        pk=person_id,
        community_id=community_of(request),
    )
    if not any(covers(scope, who.path) for scope in scopes_now(request)):
        raise Http404
    form = BeginForm(request.POST or None, pack=pack, at=at)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            case = open_for(
                who,
                said["history"],
                day_zero=said["day_zero"],
                actor=actor(request),
                at=at,
                intent=said["intent"],
            )
        except Refused as refused:
            for key, sentence in refused.faults.items():
                form.add_error(key if key in form.fields else None, sentence)
        else:
            return redirect("desk-case", case.id)
    context = {"who": who, "form": form, "pack": pack.title, "asks": bool(classes_of(pack))}
    status = 422 if form.errors else 200
    return page(request, "desk/isolation_begin.html", context, here="people", at=at, status=status)
