"""Certificates at the desk: how one stands, its paper, making it void, and issuing it again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.base.clock import now
from linli.desk import words
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.matters.returns import certificate
from linli.matters.returns.models import Certificate
from linli.matters.returns.paper import certificate_pdf
from linli.roster.permissions import actor, community_of, duties_now, may, requires


def _certificate(request: HttpRequest, certificate_id: UUID) -> Certificate:
    """A certificate whose case the caller may see. Raises Http404."""
    found = get_object_or_404(
        Certificate.objects.select_related("trip__person", "trip__case", "community", "replaces"),
        pk=certificate_id,
        community_id=community_of(request),
    )
    case_seen_by(actor(request), found.trip.case_id, duties_now(request))
    return found


@requires("return.certificate")
@require_safe
def certificate_page(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate with its standing, the paper, what it replaces or is replaced by, and the two ways to end it."""
    at, found = now(), _certificate(request, certificate_id)
    instead = found.replacements.first()
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
        "can_void": standing != certificate.VOID and may(request, "return.void"),
        "can_reissue": not found.trip.case.closed_at and may(request, "return.reissue") and not instead,
        "instead": instead,
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


@requires("return.reissue")
@require_POST
def certificate_reissue(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """Void it and issue another with what is known now; sent twice, it is the same new one that opens."""
    found = _certificate(request, certificate_id)
    try:
        fresh = certificate.reissue(
            found.pk,
            reason=request.POST.get("reason", ""),
            actor=actor(request),
            at=now(),
            community_id=found.community_id,
        )
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("desk-certificate", found.pk)
    numbers = {"number": fresh.number, "old": found.number}
    messages.success(request, _("已重开 %(number)s,%(old)s 作废") % numbers)
    return redirect("desk-certificate", fresh.pk)
