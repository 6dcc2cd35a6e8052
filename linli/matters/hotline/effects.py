"""What a call's steps demand beyond their questions: an answer that can be read again, a promise that can be kept."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.rights import Actor
from linli.matters.hotline import numbers
from linli.matters.hotline.cards import card_of
from linli.matters.hotline.loop import Call


@Call.answer.does
def say_how(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """An answer is words of one's own or a card of the pack in force. Raises Refused."""
    card = given.get("card", "")
    if card and card_of(pack_for(case.community_id, at), card) is None:
        raise Refused(_("没有这张知识卡"), {"card": _("没有这张知识卡")})
    if not card and not given.get("said"):
        raise Refused(
            _("请写一句怎么答复的,或选一张知识卡"), {"said": _("请写一句怎么答复的,或选一张知识卡")}
        )
    return {}


@Call.promise.does
def keep_moment(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The promise lies ahead, and there is a number to call. Raises Refused."""
    promised_at = datetime.fromisoformat(given["promised_at"])
    if promised_at <= at:
        says = _("约定的时间要晚于现在")
        raise Refused(says, {"promised_at": says})
    if not numbers.can_be_called(case):
        raise Refused(_("没有可回的号码。请先问清号码再约"))
    case.anchors = {**case.anchors, "promised_at": promised_at.isoformat()}
    return {}
