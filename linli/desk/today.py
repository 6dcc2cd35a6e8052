"""The desk's home: what is open, sorted by promise, with who holds it and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import now
from linli.desk import words
from linli.desk.frame import page
from linli.loops import deadlines
from linli.loops.models import Case, CaseQuerySet
from linli.loops.pack import Pack, pack_for
from linli.loops.registry import all_loops
from linli.roster.duties import standing_for, title
from linli.roster.models import User
from linli.roster.permissions import actor, duties_now, requires

FIRST = (("all", N_("全部")), ("mine", N_("我手上")), ("nobody", N_("无人认领")))
"""Filters that are always in sight; one for each kind of matter stands behind a word."""

PAGE = 40
"""Rows on one page of the worklist."""
MANY = 999
"""Counts stop here and say so: nobody works off a thousand rows by counting them."""

Row = dict[str, Any]


Held = dict[str, list[str]]
"""Duty → scope paths, as `permissions.duties_now` gives them."""


def seen_by(user: User, held: Held) -> CaseQuerySet:
    """The open cases somebody may see: under the places of the shifts running now; off duty, what they hold."""
    if user.community_id is None:
        return Case.objects.none()
    open_cases, scopes = Case.objects.open(), {path for paths in held.values() for path in paths}
    if scopes:
        return open_cases.within(user.community_id, sorted(scopes))
    return open_cases.filter(community_id=user.community_id, holder_id=user.id)


@requires("desk.today")
def today(request: HttpRequest) -> HttpResponse:
    """The worklist. Filters: `show` (all, mine, nobody, overdue, soon, or a loop's key); `after` is the keyset."""
    at, user = now(), actor(request)
    show = request.GET.get("show", "all")
    held = duties_now(request)
    everything = seen_by(user, held)
    rows = list(
        _after(_filtered(everything, show, user, at), request.GET.get("after", "")).by_promise()[: PAGE + 1]
    )
    context = {
        "figures": _figures(everything, show, at),
        "picks": _picks(show, FIRST),
        "more": {
            "word": _("按事项"),
            "picks": (kinds := _picks(show, _kinds())),
            "open": _any_current(kinds),
        },
        "search": {
            "url": reverse("desk-people"),
            "label": _("姓名、拼音、电话尾号、房号"),
            "target": "#found",
            "post": True,
        },
        "rows": list(drawn(rows[:PAGE], user, held, at=at)),
        "pager": {"next": _next(rows, show)} if len(rows) > PAGE else None,
        "loud": _loud(everything),
        "here_url": f"{request.path}?{urlencode({'show': show})}",
    }
    return page(request, "desk/today.html", context, here="today", at=at)


def _filtered(cases: CaseQuerySet, show: str, user: User, at: datetime) -> CaseQuerySet:
    rules = {
        "mine": Q(holder_id=user.id),
        "nobody": Q(holder_id=None),
        "overdue": Q(due_at__lt=at),
        "soon": Q(due_at__gte=at, due_at__lt=at + words.SOON),
        "later": Q(due_at__gte=at + words.SOON),
    }
    if show in rules:
        return cases.filter(rules[show])
    return cases.filter(loop=show) if show in {loop.key for loop in all_loops()} else cases


def _after(cases: CaseQuerySet, key: str) -> CaseQuerySet:
    """Everything behind the last row of the page before (its promise and id)."""
    moment, _sep, case_id = key.partition("_")
    try:
        due_at, last = datetime.fromisoformat(moment), UUID(case_id)
    except ValueError:
        return cases
    return cases.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=last), due_at__gte=due_at)


def _next(rows: list[Case], show: str) -> str:
    last = rows[PAGE - 1]
    assert last.due_at
    return f"{reverse('desk-today')}?{urlencode({'show': show, 'after': f'{last.due_at.isoformat()}_{last.id}'})}"


def _figures(cases: CaseQuerySet, show: str, at: datetime) -> list[dict[str, Any]]:
    kinds = (
        ("overdue", _("超时"), "overdue", Q(due_at__lt=at)),
        ("soon", _("一小时内到时"), "limit", Q(due_at__gte=at, due_at__lt=at + words.SOON)),
        ("later", _("时间还够"), "waiting", Q(due_at__gte=at + words.SOON)),
    )
    return [
        {
            "n": _many(cases.filter(rule)),
            "word": word,
            "shape": shape,
            "url": f"{reverse('desk-today')}?show={key}",
            "current": show == key,
        }
        for key, word, shape, rule in kinds
    ]


def _many(cases: CaseQuerySet) -> str:
    n = cases.order_by()[: MANY + 1].count()
    return f"{MANY}+" if n > MANY else str(n)


def _picks(show: str, named: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"url": f"{reverse('desk-today')}?show={key}", "word": _(word), "current": key == show}
        for key, word in named
    ]


def _kinds() -> list[tuple[str, str]]:
    return [(loop.key, loop.title) for loop in all_loops()]


def _any_current(picks: Iterable[dict[str, Any]]) -> bool:
    return any(pick["current"] for pick in picks)


def _loud(cases: CaseQuerySet) -> int:
    """Cases past the last rung: the desk raises its voice."""
    return cases.filter(rung__gt=2, acknowledged_at=None).order_by()[: MANY + 1].count()


def drawn(cases: Iterable[Case], user: User, held: Held, *, at: datetime) -> Iterable[Row]:
    """Each case as components/worklist_row.html wants it. One query however many rows: the pack."""
    assert user.community_id
    pack = pack_for(user.community_id, at)
    return (_row(case, pack, held, at) for case in cases)


def _row(case: Case, pack: Pack, held: Held, at: datetime) -> Row:
    loop = case.declared
    step = next((s for s in loop.steps_from(case.state) if holds(held, s.by)), None)
    url = reverse("desk-case", args=[case.id])
    return {
        "id": str(case.id),
        "url": url,
        "promise": words.promise(case.due_at, case.closed_at, at),
        "title": case.title,
        "where": _(loop.title),
        "status": {"shape": "waiting" if case.due_at else "pass", "word": _(case.standing.title)},
        "holder": case.holder_name,
        "hears": hears(case, pack, at),
        "verb": {"word": _(step.title), "url": reverse("desk-step", args=[case.id, step.key])}
        if step
        else None,
    }


def holds(held: Held, duty: str) -> bool:
    """Whether one of the held duties may act for `duty` (scope is checked by the engine)."""
    return any(d in held for d in standing_for(duty))


def hears(case: Case, pack: Pack, at: datetime) -> str:
    """Who hears next, and when: "00:58 告诉 网格长"."""
    if case.wake_at is None or case.standing.lapses:  # where nobody fails, nobody is told
        return ""
    ladder = (*case.standing.tell, pack.last_resort)
    following = ladder[min(case.rung + 1, len(ladder) - 1)]
    if deadlines.is_loud(case, pack):
        return _("已告诉所有人,值班台持续提醒")
    words_ = {"at": words.clock(max(case.wake_at, at), at), "duty": _(title(following))}
    return _("%(at)s 告诉 %(duty)s") % words_
