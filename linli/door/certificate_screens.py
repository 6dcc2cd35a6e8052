"""Somebody at a station or a gate holds a certificate or a release note: is it valid? No sign-in, no JavaScript."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.base.clock import local, now
from linli.base.limits import Limit
from linli.codes import sign
from linli.codes.ring import ring
from linli.door.open_door import may_knock, page
from linli.matters.isolation import releases
from linli.matters.isolation.models import ReleaseNote
from linli.matters.returns import certificate
from linli.roster.permissions import requires

CHECKS = Limit(60, seconds=60)
"""Looks at certificates by one address: a checkpoint checks one a second, a guesser gets nowhere (128 bits)."""
TYPED = Limit(10, seconds=60)
"""Codes typed by hand from one address: eight characters are 31 bits, so a guesser gets a few tries a minute."""


@requires("door.certificate")
@require_safe
def entry(request: HttpRequest) -> HttpResponse:
    """Where a code is typed by hand that a camera could not read."""
    typed = request.GET.get("code", "").strip()[:64]
    if typed and (stopped := may_knock(request, TYPED)):
        return stopped
    if typed and (found := certificate.by_token(typed) or certificate.by_code(typed)):
        return redirect("certificate-check", token_text=found.token)
    if typed and (note := releases.by_code(typed)):
        return redirect("certificate-check", token_text=note.token)
    return page(request, "door/certificate_entry.html", {"typed": typed}, community=None)


@requires("door.certificate")
@require_safe
def check(request: HttpRequest, token_text: str) -> HttpResponse:
    """The one answer; a void one names nobody, not even masked. A token never given is answered the same way always."""
    if stopped := may_knock(request, CHECKS):
        return stopped
    at, found = now(), certificate.by_token(token_text)
    if found is None and (note := releases.by_token(token_text)):
        return _release(request, note, at)
    if found is None:
        return page(request, "door/certificate.html", {"found": None}, community=None, status=404)
    standing = certificate.standing(found, at)
    replaced = standing == certificate.VOID and found.replacements.exists()
    context = {
        "found": found,
        "answer": _answer(standing, replaced=replaced),
        "name": "" if standing == certificate.VOID else found.trip.person.masked_name,
        "until": f"{local(found.valid_until):%Y-%m-%d %H:%M}",
        "issued": f"{local(found.issued_at):%Y-%m-%d %H:%M}",
        "checked": f"{local(at):%Y-%m-%d %H:%M:%S}",
    }
    return page(request, "door/certificate.html", context, community=found.community)


def _release(request: HttpRequest, note: ReleaseNote, at: datetime) -> HttpResponse:
    """A gate's keeper holds the note of somebody whose isolation is over."""
    good = at < note.valid_until
    context = {
        "note": note,
        "answer": {
            "shape": "pass" if good else "limit",
            "word": _("已解除") if good else _("已过期"),
            "text": _("隔离已解除,请予放行。") if good else _("请拨打下面的电话核实。"),
        },
        "name": note.person.masked_name,
        "issued": f"{local(note.issued_at):%Y-%m-%d %H:%M}",
        "checked": f"{local(at):%Y-%m-%d %H:%M:%S}",
    }
    return page(request, "door/release.html", context, community=note.community)


def _answer(standing: str, *, replaced: bool) -> dict[str, str]:
    void = _("请勿凭此放行,并请拨打下面的电话。")
    if replaced:
        void = _("请勿凭此放行。已另开新证,请持证人出示新的一份,或拨打下面的电话。")
    words = {
        certificate.VALID: ("pass", _("有效"), _("请予放行,由社区专车闭环转运。")),
        certificate.VOID: ("stop", _("已作废"), void),
    }
    shape, word, text = words.get(standing, ("limit", _("已过期"), _("请拨打下面的电话核实。")))
    return {"shape": shape, "word": word, "text": text}


@requires("door.certificate")
@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """The public keys with which certificates are checked without a network (RFC 7517, RFC 8037)."""
    answer = JsonResponse(sign.published(ring().public.values()), content_type="application/jwk-set+json")
    answer["Cache-Control"] = "public, max-age=300"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
