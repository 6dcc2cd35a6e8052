"""What doors say against the register: old and new side by side, chosen together, looked at once more, written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.desk import words
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.matters.census import corrections
from linli.matters.census.asks import KINDS
from linli.matters.census.corrections import Item
from linli.registry.needs import titles
from linli.roster.permissions import actor, community_of, requires, scopes_now


@requires("census.decide")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def census_corrections(request: HttpRequest) -> HttpResponse:
    """One screen: choose, see what would be written, write. `mark-<id>` is the register as the reader saw it."""
    at, do = now(), request.POST.get("do", "")
    chosen = _chosen(request)
    fault = "" if chosen or do in ("", "all") else _("请先勾选要审定的更正")
    if chosen and do in ("accept", "decline"):
        try:
            _decide(request, chosen, do, at)
        except Refused as refused:
            fault = refused.sentence
        else:
            return redirect("desk-census-corrections")
    items = corrections.undecided(community_of(request), scopes_now(request))
    if do == "all":
        chosen = {item.row.pk: item.now for item in _without_doubt(items)}
        fault = "" if chosen else _("没有这样的更正:都有疑问,请逐条看")
    looked_at = do in ("preview", "all")
    picked = [item for item in items if item.row.pk in chosen] if looked_at else []
    context = {
        "groups": [_group(path, list(some), chosen, at) for path, some in groupby(items, _door)],
        "preview": [_line(item, at) for item in picked],
        "fault": fault,
        "count": len(items),
        "intent": request.POST.get("intent") or f"corrections-{uuid7()}",
    }
    status = 422 if fault else 200
    return page(request, "desk/census_corrections.html", context, here="census", at=at, status=status)


def _without_doubt(items: list[Item]) -> list[Item]:
    """Where the register still says the same and nobody says otherwise: what may be looked at all at once."""
    facts = Counter(item.row.fact for item in items)
    return [item for item in items if not item.is_stale and facts[item.row.fact] == 1]


def _door(item: Item) -> str:
    path: str = item.row.path
    return path


def _chosen(request: HttpRequest) -> dict[UUID, str]:
    """What is ticked, with the register's mark that stood beside it. Nonsense is nothing."""
    found: dict[UUID, str] = {}
    for text in request.POST.getlist("item"):
        try:
            found[UUID(text)] = request.POST.get(f"mark-{text}", "")
        except ValueError:
            continue
    return found


def _decide(request: HttpRequest, chosen: dict[UUID, str], do: str, at: datetime) -> None:
    """Only what lies under the caller's places; the matter asks again for the duty at each."""
    community_id = community_of(request)
    mine = corrections.undecided(community_id, scopes_now(request), ids=list(chosen))
    ids = {item.row.pk for item in mine}
    picked = {pk: mark for pk, mark in chosen.items() if pk in ids}
    taken, left = corrections.decide(
        picked if do == "accept" else {},
        [] if do == "accept" else list(picked),
        community_id=community_id,
        actor=actor(request),
        at=at,
        intent=f"{request.POST.get('intent', '')[:50]}:{do}",
    )
    if taken:
        messages.success(request, _("已写进台账 %(n)d 条。") % {"n": taken})
    if left:
        messages.success(request, _("%(n)d 条不采纳,台账没有动。") % {"n": left})


def _group(path: str, items: list[Item], chosen: Iterable[UUID], at: datetime) -> dict[str, Any]:
    """One door; proposals on the same fact stand together and say so."""
    facts = [item.row.fact for item in items]
    row = items[0].row
    return {
        "door": str(row.dwelling),
        "url": reverse("desk-dwelling", args=[row.dwelling_id]),
        "lines": [
            {**_line(item, at), "twins": facts.count(item.row.fact) > 1, "chosen": item.row.pk in chosen}
            for item in items
        ],
    }


def _line(item: Item, at: datetime) -> dict[str, Any]:
    row = item.row
    return {
        "id": str(row.pk),
        "mark": item.now,
        "what": _(KINDS[row.kind]),
        "who": row.person.masked_name if row.person else "",
        "old": _old(item),
        "new": _new(item),
        "stale": item.is_stale,
        "told": f"{row.told_by} {words.moment(row.told_at, at)}",
        "door": str(row.dwelling),
        "visit": reverse("desk-case", args=[row.visit_id]),
    }


def _old(item: Item) -> str:
    if item.row.kind == "gone":
        return _("住在这里")
    if item.row.kind == "need":
        return words.listed(_(word) for word in item.old.split("、") if word) or _("没有登记")
    return item.old or _("没有登记")


def _new(item: Item) -> str:
    if item.row.kind == "gone":
        return _("已搬走")
    if item.row.kind == "need":
        word = _(titles([item.new[1:]])[0])
        return (
            _("加上 %(need)s") % {"need": word}
            if item.new[:1] == "+"
            else _("去掉 %(need)s") % {"need": word}
        )
    return item.new
