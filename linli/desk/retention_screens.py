"""How long each class of data is kept, how much is there, and the proof of what was destroyed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from linli.base.clock import now
from linli.desk import words
from linli.desk.frame import page
from linli.desk.kept_classes import CLASSES, SCAN, Kept
from linli.loops.models import Destruction
from linli.loops.pack import Pack, pack_for
from linli.registry import readings
from linli.registry.models import Import, Reading
from linli.registry.running import RESULT_DAYS
from linli.roster.permissions import community_of, requires
from linli.scans.gone import is_genuine
from linli.scans.kept import first_kept
from linli.scans.looking import days_there
from linli.scans.models import Gone

LATEST = 50
"""Destructions and readings on the page."""
PAPERS = 10
"""Signed papers on the page; each signature is checked for it."""


@requires("ledger.see")
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """Classes with their days, the latest destructions, and who took a whole result file away. A query for each class."""
    at, community_id = now(), community_of(request)
    pack = pack_for(community_id, at)
    made = Destruction.objects.filter(community_id=community_id).order_by("-at", "of")[:LATEST]
    last = _last(community_id, at)
    context = {
        "pack": pack.title,
        "classes": [
            _class(key, kept, pack, community_id, at) | {"last": last.get(key)}
            for key, kept in CLASSES.items()
        ],
        "destructions": [
            {
                "at": words.moment(d.at, at),
                "at_iso": d.at.isoformat(),
                "of": _(CLASSES[d.of].title) if d.of in CLASSES else d.of,
                "count": d.count,
                "rule": d.rule,
            }
            for d in made
        ],
        "papers": _papers(community_id, at),
        "takings": _takings(community_id, at),
    }
    return page(request, "desk/retention.html", context, here="settings", at=at)


def _class(key: str, kept: Kept, pack: Pack, community_id: UUID, at: datetime) -> dict[str, Any]:
    """One line: what it is, how long, by which rule, how much is there now."""
    there = str(kept.count(community_id)) if kept.count else ""
    return {
        "title": _(kept.title),
        "since": _(kept.since),
        "rule": kept.path,
        "days": pack.get(kept.path, 0) if kept.path else RESULT_DAYS,
        "there": _days(pack, at) if key == SCAN else there,
    }


def _days(pack: Pack, at: datetime) -> str:
    """Of how many days there are scans. Other communities of the house may keep longer."""
    first = first_kept(pack, at)
    n = sum(first is None or day >= first for day in days_there())
    return ngettext("%(n)d 天的", "%(n)d 天的", n) % {"n": n}


def _last(community_id: UUID, at: datetime) -> dict[str, dict[str, Any]]:
    """The latest destruction of each class. Two queries."""
    rows = Destruction.objects.filter(community_id=community_id)
    latest = dict(rows.values_list("of").annotate(Max("at")).order_by())
    found: dict[str, dict[str, Any]] = {}
    for d in rows.filter(at__in=set(latest.values())):
        if d.at == latest[d.of]:
            line = found.setdefault(
                d.of, {"at": words.moment(d.at, at), "at_iso": d.at.isoformat(), "count": 0}
            )
            line["count"] += d.count
    return found


def _papers(community_id: UUID, at: datetime) -> list[dict[str, Any]]:
    """The latest signed papers of days of scans, each checked."""
    rows = Gone.objects.filter(community_id=community_id).order_by("-at", "-day_on")[:PAPERS]
    return [
        {
            "day": gone.day_on.isoformat(),
            "before": gone.before,
            "after": gone.after,
            "at": words.moment(gone.at, at),
            "at_iso": gone.at.isoformat(),
            "proof": {"shape": "pass", "word": _("签名有效")}
            if is_genuine(gone)
            else {"shape": "stop", "word": _("签名不符")},
        }
        for gone in rows
    ]


def _takings(community_id: UUID, at: datetime) -> list[dict[str, str]]:
    rows = list(
        Reading.objects.filter(community_id=community_id, kind=readings.RESULT_FILE).order_by("-at")[:LATEST]
    )
    names = dict(
        Import.objects.filter(community_id=community_id, pk__in=[r.owner_id for r in rows]).values_list(
            "pk", "name"
        )
    )
    return [
        {"at": words.moment(r.at, at), "who": r.reader_name, "what": names.get(r.owner_id, "")} for r in rows
    ]
