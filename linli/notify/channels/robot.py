"""Group robots of 企业微信 and 钉钉: one message to a group's webhook, signed where the group asks for it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import quote_plus
from uuid import UUID

from linli.notify import guard, secret
from linli.notify.answers import Answer, Attempt, by_status, clean, guarded
from linli.notify.message import Message
from linli.notify.models import Channel
from linli.roster.models import User

WECOM, DINGTALK = "wecom", "dingtalk"
HOME = {
    WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
    DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=",
}
"""Where each kind of robot lives; what follows is the group's key."""
_TOO_FAST = {45009, 130101, 660026}
"""20 messages a minute for one robot, on both platforms (their error code lists)."""
_BUSY = {-1, 45033, 88, 130102}


def reaches(channel: Channel, user_ids: Collection[UUID]) -> set[UUID]:
    """A group is nobody in particular."""
    return set()


def attempts(channel: Channel, recipient: User | None, message: Message, *, at: datetime) -> list[Attempt]:
    """One message to the group."""
    flavour = channel.config["flavour"]
    url, _, sign = secret.of_channel(channel).partition("\n")
    if flavour == DINGTALK and sign:
        url += signature(sign, at)
    keyword = channel.config.get("keyword", "")
    text = f"{keyword} {message.plain}" if keyword else message.plain
    body = json.dumps(_body(flavour, message, text), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": message.key}

    def go() -> Answer:
        return judged(guard.post(url, body=body, headers=headers), at)

    return [Attempt("group", guarded(go))]


def _body(flavour: str, message: Message, text: str) -> dict[str, object]:
    if flavour == DINGTALK:
        return {"msgtype": "text", "text": {"content": text}, "at": {"isAtAll": message.loud}}
    return {"msgtype": "text", "text": {"content": text, "mentioned_list": ["@all"] if message.loud else []}}


def signature(sign: str, at: datetime) -> str:
    """What 钉钉 wants behind the address: milliseconds and their HMAC-SHA256 under the robot's signing secret."""
    moment = str(int(at.timestamp() * 1000))
    digest = hmac.new(sign.encode(), f"{moment}\n{sign}".encode(), hashlib.sha256).digest()
    return f"&timestamp={moment}&sign={quote_plus(base64.b64encode(digest))}"


def judged(response: guard.Response, at: datetime) -> Answer:
    """Both platforms answer 200 with an `errcode` inside."""
    answer = by_status(response, at)
    if answer.verdict != "taken":
        return Answer(
            "refused" if answer.verdict == "gone" else answer.verdict, answer.words, after=answer.after
        )
    try:
        code = int(json.loads(response.body)["errcode"])
    except (ValueError, KeyError, TypeError):
        return Answer("refused", clean(f"not a robot's answer: {response.text}"))
    words = clean(response.text)
    if code in _TOO_FAST:
        return Answer("later", words, after=timedelta(minutes=1))
    if code in _BUSY:
        return Answer("later", words)
    return Answer("taken" if code == 0 else "refused", words)
