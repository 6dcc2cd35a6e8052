"""A telephone call about somebody who comes home, certificates on paper, and who may push notices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.desk import words
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.matters.returns import certificate, notices, senders
from linli.matters.returns.models import Certificate, Sender
from linli.matters.returns.paper import certificate_pdf
from linli.registry.announce import Described
from linli.registry.models import Community
from linli.roster.permissions import actor, community_of, duties_now, requires

FRESH_KEY = "fresh_sender_key"
"""Session slot in which a new key waits to be shown once."""


class CallForm(forms.Form):
    """What a caller says, in the order of a telephone call. Only the name is always known."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    name = forms.CharField(label=N_("姓名"), max_length=50)
    phone = forms.CharField(label=N_("电话"), max_length=20, required=False)
    id_number = forms.CharField(label=N_("证件号"), max_length=30, required=False)
    origin = forms.CharField(label=N_("从哪里来"), max_length=80, required=False)
    service = forms.CharField(label=N_("车次"), max_length=20, required=False)
    eta_at = forms.DateTimeField(
        label=N_("到达时间"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    destination = forms.CharField(
        label=N_("回到哪一户"), max_length=160, help_text=N_("例如 3-2-1101,或小区名加门牌")
    )
    companions = forms.IntegerField(
        label=N_("同行人数(不含本人)"), min_value=0, max_value=20, initial=0, required=False
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": f"desk-{uuid7()}"})
        for field in self.fields.values():
            field.label = _(str(field.label)) if field.label else field.label
            field.help_text = _(str(field.help_text)) if field.help_text else ""
        phone, number = self.fields["phone"].widget.attrs, self.fields["id_number"].widget.attrs
        phone |= {"inputmode": "numeric", "autocomplete": "off"}
        number |= {"autocomplete": "off"}


@requires("return.note")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take a notice by telephone; the same person told elsewhere joins the case that is there."""
    at, form = now(), CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        community = get_object_or_404(Community, pk=community_of(request))
        outcome = notices.receive(
            _told(request, form.cleaned_data), community=community, at=at, actor=actor(request)
        )
        if outcome.kind == notices.JOINED:
            messages.info(request, _("此人已有一件返乡,已并入。"))
        elif outcome.fresh:
            messages.success(request, _("已登记,请核实。"))
        return redirect("desk-case", outcome.trip.case_id) if outcome.trip else redirect("desk-today")
    return page(
        request,
        "desk/return_new.html",
        {"form": form},
        here="arrivals",
        at=at,
        status=422 if form.errors else 200,
    )


def _told(request: HttpRequest, said: dict[str, Any]) -> notices.NoticeIn:
    return notices.NoticeIn(
        source=notices.PHONE,
        key=said["key"],
        who=Described(
            name=said["name"], id_number=said["id_number"], phones=tuple(filter(None, [said["phone"]]))
        ),
        origin=said["origin"],
        service=said["service"].upper().replace(" ", ""),
        eta_at=said["eta_at"],
        companions=said["companions"] or 0,
        destination=said["destination"],
        sender_name=actor(request).shown_name,
    )


def _certificate(request: HttpRequest, certificate_id: UUID) -> Certificate:
    """A certificate whose case the caller may see. Raises Http404."""
    found = get_object_or_404(
        Certificate.objects.select_related("trip__person", "trip__dwelling__compound", "community"),
        pk=certificate_id,
        community_id=community_of(request),
    )
    case_seen_by(actor(request), found.trip.case_id, duties_now(request))
    return found


@requires("return.certificate")
@require_safe
def certificate_page(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate with its standing, the paper, and the way to make it void."""
    at, found = now(), _certificate(request, certificate_id)
    standing = certificate.standing(found, at)
    shapes = {certificate.VALID: ("pass", _("有效")), certificate.VOID: ("stop", _("已作废"))}
    shape, word = shapes.get(standing, ("limit", _("已过期")))
    context = {
        "certificate": found,
        "who": found.trip.person.masked_name,
        "standing": {"shape": shape, "word": word},
        "issued": words.moment(found.issued_at, at),
        "until": words.moment(found.valid_until, at),
        "case_url": reverse("desk-case", args=[found.trip.case_id]),
        "check_url": reverse("certificate-check", args=[found.token]),
        "can_void": standing != certificate.VOID,
    }
    return page(request, "desk/certificate.html", context, here="today", at=at)


@requires("return.certificate")
@require_safe
@never_cache
def certificate_file(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The A4 paper. Its name says the number and nobody's name."""
    found = _certificate(request, certificate_id)
    answer = HttpResponse(certificate_pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return answer


@requires("return.void")
@require_POST
def certificate_void(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """Make it void with a reason; from now on the check page says so."""
    found = _certificate(request, certificate_id)
    try:
        certificate.void(
            found.pk,
            reason=request.POST.get("reason", ""),
            actor=actor(request),
            at=now(),
            community_id=found.community_id,
        )
        messages.success(request, _("%(number)s 已作废") % {"number": found.number})
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("desk-certificate", found.pk)


@requires("return.senders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sender_list(request: HttpRequest) -> HttpResponse:
    """Who may push notices. A new key is shown once, on the page after it was made."""
    at, community_id = now(), community_of(request)
    if request.method == "POST":
        name = request.POST.get("name", "").strip()
        if name:
            community = get_object_or_404(Community, pk=community_id)
            request.session[FRESH_KEY] = senders.make(community, name, at=at).key
        else:
            messages.error(request, _("请写下发方的名称"))
        return redirect("desk-senders")
    context = {
        "senders": [
            {
                "id": s.id,
                "name": s.name,
                "hint": s.key_hint,
                "made": words.moment(s.made_at, at),
                "revoked": words.moment(s.revoked_at, at) if s.revoked_at else "",
            }
            for s in Sender.objects.filter(community_id=community_id).order_by("revoked_at", "made_at")
        ],
        "fresh_key": request.session.pop(FRESH_KEY, ""),
        "endpoint": request.build_absolute_uri(reverse("api-notices")),
    }
    return page(request, "desk/senders.html", context, here="settings", at=at)


@requires("return.senders")
@require_POST
def sender_revoke(request: HttpRequest, sender_id: UUID) -> HttpResponse:
    """The key opens nothing from now on."""
    sender = get_object_or_404(Sender, pk=sender_id, community_id=community_of(request))
    senders.revoke(sender.pk, community=sender.community, at=now())
    messages.success(request, _("%(name)s 的密钥已停用") % {"name": sender.name})
    return redirect("desk-senders")
