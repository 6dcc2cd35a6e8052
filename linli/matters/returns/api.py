"""`POST /api/notices`: other systems tell of people who come home, one or up to 500 at a time."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from linli.base import clock
from linli.base.limits import Limit
from linli.matters.returns.models import Sender
from linli.matters.returns.notices import receive
from linli.matters.returns.schema import MOST_BYTES, MOST_ITEMS, NoticeBody, faults
from linli.matters.returns.senders import sender_of
from linli.roster.permissions import requires

PER_SENDER = Limit(60, seconds=60)
"""Requests of one sender: sixty at once, one more each second."""
STRANGERS = Limit(20, seconds=60)
"""Requests without a key that opens, by address."""

Answer = dict[str, Any]


class Wrong(Exception):
    """The request as a whole cannot be taken."""

    def __init__(self, status: HTTPStatus, sentence: str, wait: int = 0) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.wait = status, sentence, wait


@csrf_exempt
@requires("notice.push")
def notices(request: HttpRequest) -> JsonResponse:
    """One object is answered with 201 (new), 200 (seen before) or 422; a list with 200 and an answer for each."""
    try:
        sender = _known(request)
        body = _body(request)
        if isinstance(body, list):
            return _many(body, sender)
        answer = _one(body, sender)
    except Wrong as wrong:
        return _refused(wrong)
    codes = {
        "accepted": HTTPStatus.CREATED,
        "seen": HTTPStatus.OK,
        "refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    }
    return JsonResponse(answer, status=codes[answer["status"]])


def _refused(wrong: Wrong) -> JsonResponse:
    answer = JsonResponse({"error": wrong.sentence}, status=wrong.status)
    if wrong.wait:
        answer["Retry-After"] = str(wrong.wait)
    if wrong.status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    if wrong.status == HTTPStatus.METHOD_NOT_ALLOWED:
        answer["Allow"] = "POST"
    return answer


def _known(request: HttpRequest) -> Sender:
    """The sender, within its limit. Strangers are slowed down by address before anything else is looked at."""
    if request.method != "POST":
        raise Wrong(HTTPStatus.METHOD_NOT_ALLOWED, _("只接受 POST"))
    at, sender = clock.now(), sender_of(request.headers.get("Authorization", ""))
    if sender is None:
        address = str(get_adapter().get_client_ip(request))
        if not STRANGERS.allows(address, at):
            raise Wrong(HTTPStatus.TOO_MANY_REQUESTS, _("太频繁,请稍后再试"), STRANGERS.wait(address))
        raise Wrong(HTTPStatus.UNAUTHORIZED, _("密钥不对或已停用,请联系社区"))
    if not PER_SENDER.allows(str(sender.id), at):
        wait = PER_SENDER.wait(str(sender.id))
        raise Wrong(HTTPStatus.TOO_MANY_REQUESTS, _("太频繁,请稍后再试"), wait)
    return sender


def _body(request: HttpRequest) -> Any:
    """The JSON of the request: an object or a list. Raises Wrong."""
    if request.content_type != "application/json":
        raise Wrong(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("请用 Content-Type: application/json"))
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise Wrong(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("一次最多 1 MB,请分批"))
    raw = request.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise Wrong(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("一次最多 1 MB,请分批"))
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Wrong(HTTPStatus.BAD_REQUEST, _("不是 UTF-8 的 JSON")) from None
    if not isinstance(body, dict | list):
        raise Wrong(HTTPStatus.BAD_REQUEST, _("要一个对象,或对象的列表"))
    if isinstance(body, list) and not 1 <= len(body) <= MOST_ITEMS:
        raise Wrong(HTTPStatus.BAD_REQUEST, _("一次 1 到 %(most)d 条,请分批") % {"most": MOST_ITEMS})
    return body


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def _many(items: list[Any], sender: Sender) -> JsonResponse:
    """Each item in a transaction of its own: one bad row keeps no other out."""
    answers = [_one(item, sender, at=f"/{n}") for n, item in enumerate(items)]
    counts = {word: sum(a["status"] == word for a in answers) for word in ("accepted", "seen", "refused")}
    return JsonResponse({**counts, "items": answers})


def _one(item: Any, sender: Sender, at: str = "") -> Answer:
    """accepted, seen or refused. Whether the person is known here is nobody's business, so it is not said."""
    given = item.get("id") if isinstance(item, dict) else None
    told = given if isinstance(given, str) else ""
    try:
        body = NoticeBody.model_validate(item)
    except ValidationError as error:
        found = [{**fault, "pointer": at + fault["pointer"]} for fault in faults(error)]
        return {"id": told[:60], "status": "refused", "sentence": _("没有收下,请改好再发"), "errors": found}
    outcome = receive(body.notice(sender), community=sender.community, at=clock.now(), sender=sender)
    sentence = _("已收下") if outcome.fresh else _("这一条早已收下")
    status = "accepted" if outcome.fresh else "seen"
    return {"id": body.id, "status": status, "sentence": sentence, "reference": str(outcome.notice.id)}
