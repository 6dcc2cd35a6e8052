"""The test button: a real message now, to whoever pressed it (or to the group), and the provider's own answer."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.notify import message
from linli.notify.answers import Answer
from linli.notify.channels import sender_of
from linli.notify.models import ROBOT, Channel
from linli.roster.models import User


def send_trial(channel: Channel, user: User, *, at: datetime) -> Answer:
    """Send, keep the answer with the channel, and return it. Nothing is queued: what fails here fails in sight."""
    recipient = None if channel.kind == ROBOT else user
    with translation.override(user.language):
        text = message.trial(str(uuid7()))
    attempts = sender_of(channel).attempts(channel, recipient, text, at=at)
    answers = [attempt.go() for attempt in attempts] or [Answer("refused", _unreachable(channel))]
    answer = next((a for a in answers if a.verdict == "taken"), answers[0])
    Channel.objects.filter(pk=channel.pk).update(
        tested_at=at, test_passed=answer.verdict == "taken", test_answer=answer.words[:200]
    )
    return answer


def _unreachable(channel: Channel) -> str:
    if channel.kind == "webpush":
        return _("您还没有在任何手机上打开推送")
    return _("您还没有留下邮箱地址")
