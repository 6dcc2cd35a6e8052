"""Moments and durations as people at a duty desk say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from linli.base.clock import local


def moment(at: datetime, now: datetime) -> str:
    """`今天 23:40`, `明早 06:00`, `昨天 18:05`, else `4月16日 08:30`: local time, 24 hours."""
    here, today = local(at), local(now).date()
    clock = f"{here:%H:%M}"
    near = {
        -1: _("昨天 %(clock)s"),
        0: _("今天 %(clock)s"),
        1: _("明早 %(clock)s") if here.hour < 9 else _("明天 %(clock)s"),
    }
    words = near.get((here.date() - today).days)
    return words % {"clock": clock} if words else f"{date_format(here, 'MONTH_DAY_FORMAT')} {clock}"


def clock(at: datetime, now: datetime) -> str:
    """Only the time when it is today, else the whole moment."""
    return f"{local(at):%H:%M}" if local(at).date() == local(now).date() else moment(at, now)


def span(length: timedelta) -> str:
    """`12 分钟`, `6 小时 50 分`, `2 天 3 小时`; less than a minute is said so."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes < 1:
        return _("不到 1 分钟")
    if minutes < 60:
        return ngettext("%(n)d 分钟", "%(n)d 分钟", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return _("%(h)d 小时 %(m)d 分") % {"h": hours, "m": rest} if rest else _("%(h)d 小时") % {"h": hours}
    days, rest = divmod(hours, 24)
    return _("%(d)d 天 %(h)d 小时") % {"d": days, "h": rest} if rest else _("%(d)d 天") % {"d": days}


def is_chinese() -> bool:
    """Whether the reader's language is Chinese, which says as much in half the letters."""
    return (get_language() or "zh").startswith("zh")


def listed(names: Iterable[str]) -> str:
    """Names one after the other, with the comma of the language."""
    return ("、" if is_chinese() else ", ").join(names)


def left(due_at: datetime, now: datetime) -> str:
    """`还剩 12 分钟` or `超时 8 分钟`."""
    if due_at < now:
        return _("超时 %(span)s") % {"span": span(now - due_at)}
    return _("还剩 %(span)s") % {"span": span(due_at - now)}


SOON = timedelta(hours=1)
"""A promise nearer than this is drawn as soon (▲)."""


def promise(due_at: datetime | None, closed_at: datetime | None, now: datetime) -> dict[str, str]:
    """The context of components/promise.html."""
    if due_at is None:
        return {"level": "pass", "word": _("已办结"), "by": moment(closed_at, now) if closed_at else ""}
    level = "overdue" if due_at < now else "limit" if due_at < now + SOON else "waiting"
    by = _("应在 %(at)s") if level == "overdue" else _("%(at)s 前")
    return {
        "level": level,
        "word": left(due_at, now),
        "due_iso": due_at.isoformat(),
        "by": by % {"at": clock(due_at, now)},
    }
