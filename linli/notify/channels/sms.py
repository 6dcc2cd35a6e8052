"""Short messages through whatever HTTP gateway the office has: address, headers and body are templates.

Places in a template: {phone} {text} {key} {secret}. Only numbers of active volunteers on the roster (residents through
`notify.residents` alone), only +86, and no more a day than the channel's budget; an open code-sending address does not
exist.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from urllib.parse import quote_plus
from uuid import UUID

from django.db.models import F, Q

from linli.base.clock import local
from linli.notify import guard, secret
from linli.notify.answers import Answer, Attempt, by_status, clean, guarded
from linli.notify.message import Message
from linli.notify.models import Channel
from linli.registry.models import Sealed
from linli.roster.models import User, Volunteer

TYPES = {"json": "application/json; charset=utf-8", "form": "application/x-www-form-urlencoded"}
_PLACE = re.compile(r"\{(phone|text|key|secret)\}")
_MOBILE = re.compile(r"^(?:\+86|0086|86)?(1[3-9]\d{9})$")
MOST_TEXT = 200
"""Characters; three segments of 67 are what a gateway bills without asking."""


def reaches(channel: Channel, user_ids: Collection[UUID]) -> set[UUID]:
    """Active volunteers of the roster with a telephone in the vault."""
    volunteers = Volunteer.objects.filter(
        community_id=channel.community_id, user_id__in=list(user_ids), standing="active"
    )
    owner = {v: u for v, u in volunteers.values_list("id", "user_id") if u}
    known = Sealed.objects.filter(
        community_id=channel.community_id, owner_kind="volunteer", kind=Sealed.PHONE, owner_id__in=list(owner)
    )
    return {owner[v] for v in known.values_list("owner_id", flat=True)}


def attempts(channel: Channel, recipient: User | None, message: Message, *, at: datetime) -> list[Attempt]:
    """One message to the volunteer's first number; a refusal when the number is foreign or the day's budget is spent."""
    phone = mobile(secret.phone_of(recipient)) if recipient else ""
    if recipient is None or not phone:
        return [_refusal("no mobile number in China on the roster")]
    return [attempt_to(channel, phone, message.plain, key=message.key, at=at)]


def attempt_to(
    channel: Channel, phone: str, words: str, *, key: str, at: datetime, reserve: bool = False
) -> Attempt:
    """One message to one number that the caller looked up; `reserve` leaves half of the day's budget untouched."""
    if not spend(channel, at, reserve=reserve):
        return _refusal("the budget of the day is spent")
    config = channel.config
    text = " ".join(words.split())[:MOST_TEXT]
    values = {"phone": phone, "text": text, "key": key, "secret": secret.of_channel(channel)}
    body = filled(config["body"], values, _quoting(config["type"])).encode()
    url = filled(config["url"], {**values, "phone": "", "text": ""}, quote_plus)
    headers = {k: filled(v, {**values, "text": ""}, str) for k, v in config.get("headers", {}).items()}
    headers = {"Content-Type": TYPES[config["type"]], "Idempotency-Key": key, **headers}

    def go() -> Answer:
        sent = guard.post(url, body=body, headers=headers, method=config.get("method", "POST"))
        return judged(sent, config["success"], at)

    return Attempt("phone", guarded(go))


def mobile(text: str) -> str:
    """The eleven digits of a mobile number in China; "" for anything else."""
    found = _MOBILE.match(re.sub(r"[\s-]", "", text))
    return found[1] if found else ""


def spend(channel: Channel, at: datetime, *, reserve: bool = False) -> bool:
    """Take one message from today's budget (with `reserve` from its first half); safe under several workers.

    False when nothing is left.
    """
    today, budget = local(at).date(), int(channel.config.get("budget", 0)) // (2 if reserve else 1)
    mine = Channel.objects.filter(pk=channel.pk)
    mine.filter(Q(spent_on=None) | Q(spent_on__lt=today)).update(spent_on=today, spent=0)
    return bool(mine.filter(spent_on=today, spent__lt=budget).update(spent=F("spent") + 1))


def filled(template: str, values: Mapping[str, str], quote: Callable[[str], str]) -> str:
    """A template with its places filled, each value quoted so that it stays one value."""
    return _PLACE.sub(lambda place: quote(values[place[1]]), template)


def _quoting(kind: str) -> Callable[[str], str]:
    return quote_plus if kind == "form" else lambda text: json.dumps(text, ensure_ascii=False)[1:-1]


def judged(response: guard.Response, success: str, at: datetime) -> Answer:
    """Taken when the answer is 2xx and matches the gateway's own word for success."""
    answer = by_status(response, at)
    if answer.verdict == "gone":
        return Answer("refused", answer.words)
    if answer.verdict == "taken" and not re.search(success, response.text[:4000]):
        return Answer("refused", clean(response.text))
    return answer


def _refusal(words: str) -> Attempt:
    return Attempt("phone", lambda: Answer("refused", words))
