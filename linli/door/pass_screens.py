"""The visitor's own page: a large code for the gate, from when until when, a word if nothing can be scanned."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.base.clock import local, now
from linli.base.limits import Limit
from linli.base.masks import mask_door
from linli.codes import issuing, qr
from linli.codes.token import grouped, read_token
from linli.door import open_door
from linli.door.open_door import may_knock, page
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.matters.visitors import facts, forget, passes
from linli.matters.visitors.loop import VisitPass
from linli.matters.visitors.passes import Found
from linli.registry.models import Community
from linli.registry.subjects import person_of
from linli.roster.permissions import requires

KNOCKS = Limit(60, seconds=60)
"""Looks from one address: everybody behind one router gets in, a guesser of 128 bits nowhere."""


class PassToken:
    """How a pass stands in an address: 26 characters, which no community is called by."""

    regex = "[0-9A-Za-z]{26}"

    def to_python(self, value: str) -> str:
        """As it is; `read_token` judges it."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


@requires("door.pass")
@require_safe
def visit_pass(request: HttpRequest, token_text: str) -> HttpResponse:
    """A dead pass names nobody and no place: it says whom to call. One never given is answered like it."""
    if stopped := may_knock(request, KNOCKS):
        return stopped
    at = now()
    found = passes.find(token_text) if read_token(token_text) else None
    community = Community.objects.get(pk=found.case.community_id) if found else None
    if found is None or community is None or not _is_good(found, at):
        return page(request, "door/pass_closed.html", {}, community=community, status=404)
    case, url = found.case, passes.url(found.code)
    context = {
        "answer": _answer(case, at),
        "is_ready": case.state == VisitPass.ready.key,
        "qr": qr.data_address(url),
        "short": grouped(found.code.short_code),
        "word": case.anchors["word"],
        "window": passes.window_words(case),
        "about": facts.about(case),
        "place": _place(case),
        "purpose": purpose(community, at),
    }
    return page(request, "door/pass.html", context, community=community)


def _is_good(found: Found, at: datetime) -> bool:
    """Somebody who is inside still needs it for the way out, also when they should have left."""
    if found.case.state == VisitPass.inside.key:
        return found.code.revoked_at is None
    return found.case.state == VisitPass.ready.key and issuing.is_alive(found.code, at)


def _answer(case: Case, at: datetime) -> dict[str, str]:
    starts, until = passes.window(case)
    ends = f"{local(until):%H:%M}"
    if case.state == VisitPass.inside.key:
        if until <= at:
            return {"shape": "overdue", "word": _("时间到了"), "text": _("请现在离开,出门时让门岗登记。")}
        text = _("请在 %(at)s 前离开,出门时让门岗登记。") % {"at": ends}
        return {"shape": "pass", "word": _("已进门"), "text": text}
    if at < starts:
        text = _("到了门口,给门岗看这一页。")
        return {
            "shape": "waiting",
            "word": _("%(at)s 起可以来") % {"at": f"{local(starts):%H:%M}"},
            "text": text,
        }
    return {"shape": "pass", "word": _("可以进"), "text": _("给门岗看这一页,量体温、看健康码。")}


def _place(case: Case) -> str:
    """香阅四季A区3-1-****: enough to find the entrance; the host knows the rest."""
    host = person_of(case)
    home = host.household.dwelling if host and host.household else None
    return f"{home.compound.name}{mask_door(home.label)}" if home else ""


def purpose(community: Community, at: datetime) -> dict[str, str]:
    """Who asks, under which rule, how long it is kept."""
    days = pack_for(community.id, at).get(forget.DAYS, 0)
    return open_door.purpose(community, at) | {"kept": _("离开后 %(days)d 天删除") % {"days": days}}
