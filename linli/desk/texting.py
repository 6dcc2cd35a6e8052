"""A personal link sent by text message from the desk: one act, said in words; the link is shown there too."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.loops.engine import Refused
from linli.notify import residents
from linli.registry.models import Person, Venue
from linli.roster.permissions import actor, may


def offered(request: HttpRequest, action: str, community_id: UUID) -> dict[str, object]:
    """What the page of a link needs: whether the reader may text it, and the id that makes two presses one message."""
    able = may(request, action) and residents.channel_for(community_id) is not None
    return {"may_text": able, "intent": f"text-{uuid7()}"}


def send(
    request: HttpRequest, to: Person | Venue, words: Callable[[], str], *, purpose: str, instead: str = ""
) -> None:
    """Text them once per `intent` of the form, and say what became of it; `instead` is what to do where it failed.

    `words` makes the link and the text with it: it is called only when the message goes out, so that a second press or
    a refusal ends no link.
    """
    intent = request.POST.get("intent", "")[:60] or f"text-{uuid7()}"
    try:
        sent = residents.text(to, words, purpose=purpose, actor=actor(request), at=now(), intent=intent)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return
    if sent.state == sent.SENT:
        messages.success(request, _("短信已交给短信平台"))
    else:
        messages.error(request, instead or _("短信没有发出去,请复制下面的文字发过去"))
