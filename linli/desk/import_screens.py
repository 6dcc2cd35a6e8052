"""Bringing in the office's own files: every defect at once, decisions where a person must decide, progress, the result."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from linli.base.clock import now
from linli.desk import left_open, words
from linli.desk.frame import page
from linli.registry import deciding, readings, staging, uploads
from linli.registry.imports import Import, ImportRow, State
from linli.registry.intake import KINDS, Action
from linli.registry.models import Community
from linli.registry.result_file import WORDS
from linli.registry.staging import asks
from linli.roster.permissions import actor, community_of, requires

ROWS = 50
"""Staged rows on one page of a preview."""

MOST_KINDS = 12
"""Kinds of defects offered as filters: those that need a look, the most frequent first."""

SHAPES = {
    Action.REPAIR: "pass",
    Action.KEEP: "pass",
    Action.INERT: "pass",
    Action.LOOKUP: "pass",
    Action.MERGE: "pass",
    Action.DROP: "stop",
    Action.ALERT: "stop",
}
"""How an action is drawn; everything else asks for a look (▲)."""


@requires("register.import")
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The files brought so far, and the place to bring one."""
    at, community_id = now(), community_of(request)
    if request.method == "POST":
        return _take(request)
    latest = Import.objects.filter(community_id=community_id).order_by("-uploaded_at")[:30]
    context = {
        "imports": [
            {
                "url": reverse("desk-import-page", args=[i.id]),
                "name": i.name,
                "kind": KINDS[i.kind].title if i.kind in KINDS else "",
                "state": i.standing,
                "shape": {State.DONE: "pass", State.FAILED: "stop", State.PREVIEWED: "limit"}.get(
                    State(i.state), "waiting"
                ),
                "when": words.moment(i.uploaded_at, at),
                "who": i.uploaded_name,
            }
            for i in latest
        ]
    }
    return page(request, "desk/imports.html", context, here="import", at=at)


def _take(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("请先选一个文件"))
        return redirect("desk-import")
    me = actor(request)
    community = get_object_or_404(Community, pk=community_of(request))
    try:
        made = staging.receive(
            file.chunks(),
            community=community,
            name=file.name or "",
            bringer=staging.Bringer(me.id, me.shown_name),
            at=now(),
        )
    except uploads.TooBig as big:
        messages.error(request, str(big))
        return redirect("desk-import")
    return redirect("desk-import-page", made.id)


def _import(request: HttpRequest, import_id: UUID) -> Import:
    return get_object_or_404(
        Import.objects.select_related("community"), pk=import_id, community_id=community_of(request)
    )


@requires("register.import")
@require_safe
def import_page(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """One import, wherever it stands. While work goes on the fragment asks for itself again."""
    at, made = now(), _import(request, import_id)
    context = {
        "made": made,
        "kind": KINDS[made.kind].title if made.kind in KINDS else "",
        "state": made.standing,
        "working": made.state in (State.RECEIVED, State.CONFIRMED, State.RUNNING),
        "progress": _progress(made),
        "poll": reverse("desk-import-page", args=[made.id]),
    }
    if made.state == State.PREVIEWED:
        context |= _preview(request, made)
    if made.state == State.DONE:
        context["results"] = [
            {"n": n, "word": _(WORDS[k])} for k, n in made.results.items() if k in WORDS and n
        ]
        after = request.GET.get("after", "")
        rows, more = left_open.of_import(
            made.id, community_id=made.community_id, after=int(after) if after.isdecimal() else -1
        )
        context["left_open"] = rows
        context["pager"] = {"next": f"{request.path}?after={more}"} if more is not None else None
        context["has_file"] = uploads.result_place(made.id).exists()
    if request.headers.get("HX-Request") and context["working"]:
        return render(request, "desk/import_working.html", context)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return page(request, "desk/import_page.html", context, here="import", at=at)


def _progress(made: Import) -> dict[str, Any]:
    word = _("%(done)d / %(total)d 行") % {"done": made.position, "total": made.total} if made.total else ""
    return {"title": made.standing, "done": made.position, "total": made.total, "word": word}


def _preview(request: HttpRequest, made: Import) -> dict[str, Any]:
    kind, after = request.GET.get("kind", ""), request.GET.get("after", "-1")
    rows = ImportRow.objects.filter(community_id=made.community_id, imported=made).order_by("position")
    if kind == "asks" or not kind:
        rows = rows.filter(asks=True) if kind == "asks" else rows
    else:
        rows = rows.filter(kinds__contains=f" {kind} ")
    if after.lstrip("-").isdigit():
        rows = rows.filter(position__gt=int(after))
    some = list(rows[: ROWS + 1])
    readings.looked_through(made, reader=actor(request), at=now())
    here = reverse("desk-import-page", args=[made.id])
    return {
        "rows": [_row(r) for r in some[:ROWS]],
        "picks": _picks(made, kind, here),
        "pager": {"next": f"{here}?kind={kind}&after={some[ROWS - 1].position}"}
        if len(some) > ROWS
        else None,
        "chosen": kind,
        "outcomes": made.counts.get("outcome", {}),
        "summary": _summary(made),
        "asking": ImportRow.objects.filter(imported=made, community_id=made.community_id, asks=True).count(),
    }


def _summary(made: Import) -> list[dict[str, Any]]:
    """How many cells are put right by themselves, need a look, or cannot be used."""
    totals = {"pass": 0, "limit": 0, "stop": 0}
    for counted in made.counts.get("kind", {}).values():
        totals[SHAPES.get(Action(counted["action"]), "limit")] += counted["n"]
    named = {"pass": _("自动整理好"), "limit": _("请看一眼"), "stop": _("用不了,留空")}
    return [{"n": n, "word": named[shape], "shape": shape} for shape, n in totals.items()]


def _picks(made: Import, chosen: str, here: str) -> list[dict[str, Any]]:
    picks = [
        {"word": _("全部"), "url": here, "current": not chosen},
        {"word": _("要人决定的"), "url": f"{here}?kind=asks", "current": chosen == "asks"},
    ]
    loud = [
        (k, c)
        for k, c in made.counts.get("kind", {}).items()
        if SHAPES.get(Action(c["action"]), "limit") != "pass"
    ]
    return picks + [
        {"word": word, "url": f"{here}?kind={key}", "current": chosen == key, "count": c["n"]}
        for key, c in sorted(loud, key=lambda kv: -kv[1]["n"])[:MOST_KINDS]
        if (word := _example(made, key))
    ]


def _example(made: Import, kind: str) -> str:
    """What a kind of defect is, in the words of its first row."""
    rows = ImportRow.objects.filter(
        community_id=made.community_id, imported=made, kinds__contains=f" {kind} "
    )
    row = rows.order_by("position").first()
    found = next((d for d in staging.read(row)[1] if d.kind == kind), None) if row else None
    return Truncator(found.sentence).chars(16 if words.is_chinese() else 40) if found else ""


def _row(row: ImportRow) -> dict[str, Any]:
    who, defects = staging.read(row)
    return {
        "id": row.id,
        "sheet": row.sheet,
        "number": row.number,
        "who": who,
        "defects": [
            {
                "kind": d.kind,
                "says": d.sentence,
                "shape": SHAPES.get(d.action, "limit"),
                "found": d.written,
                "repair": d.suggested or d.value,
                "asks": asks(d),
                "decision": kept.get("decision", ""),
            }
            for d, kept in zip(defects, row.defects, strict=False)
        ],
    }


@requires("register.import")
@require_POST
def decide(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """One decision about one place, or about all of a kind (`row` left out)."""
    made = _import(request, import_id)
    kind, choice = request.POST.get("kind", ""), request.POST.get("choice", "")
    try:
        if row_id := request.POST.get("row"):
            row = get_object_or_404(ImportRow, pk=row_id, imported=made, community_id=made.community_id)
            deciding.decide(made, row, kind, choice, typed=request.POST.get("typed", "").strip())
            messages.success(request, _("第 %(n)d 行已按您说的办") % {"n": row.number})
        elif choice in deciding.CHOICES:
            n = deciding.decide_all(made, kind, choice)
            messages.success(request, _("%(n)d 处已按您说的办") % {"n": n})
    except deciding.Undecidable as no:
        messages.error(request, str(no))
    here, chosen = reverse("desk-import-page", args=[made.id]), request.POST.get("chosen", "")
    return redirect(f"{here}?kind={chosen}" if chosen.isidentifier() else here)


@requires("register.import")
@require_POST
def confirm(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Begin; the worker brings it in."""
    made = _import(request, import_id)
    try:
        deciding.confirm(made, by=actor(request).shown_name, at=now())
    except deciding.Undecidable as no:
        messages.error(request, str(no))
    return redirect("desk-import-page", made.id)


@requires("register.import")
@require_POST
def give_up(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Nobody wants it: the file is gone."""
    made = _import(request, import_id)
    try:
        deciding.give_up(made, at=now())
        messages.success(request, _("已放弃,文件已删除"))
    except deciding.Undecidable as no:
        messages.error(request, str(no))
    return redirect("desk-import")


@requires("register.import")
@require_GET
@never_cache
def result(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """The result file with its reasons, as long as it is kept."""
    made = _import(request, import_id)
    place = uploads.result_place(made.id)
    if made.erased_at or not place.exists():
        raise Http404
    readings.handed_out(made, reader=actor(request), at=now())
    return FileResponse(place.open("rb"), as_attachment=True, filename=f"{_('导入结果')}.xlsx")
