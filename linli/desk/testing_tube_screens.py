"""Tubes at the desk: sealed one by one with a scanner, doubts side by side, boxes, and whom the round has missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from linli.base.clock import local, now
from linli.base.ids import uuid7
from linli.desk import words
from linli.desk.frame import page
from linli.desk.testing_screens import campaign_of, tell
from linli.desk.testing_tube_forms import BoxForm, MissedForm, TubeForm, by_line
from linli.loops.ledger import Refused
from linli.loops.pack import pack_for
from linli.matters.testing import boxes, doubts, listing
from linli.matters.testing import tubes as sealing
from linli.matters.testing.loop import Campaigning
from linli.matters.testing.models import Campaign, ListedPerson, Sample, SampleBox, Tube
from linli.roster.permissions import actor, may, requires, scopes_now

LATEST = 30
"""Tubes on the page."""
MOST = 200
"""Missed people on the page: those who get a reason make room for others."""


@requires("testing.tubes")
@require_http_methods(["GET", "HEAD", "POST"])
def tubes(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Seal a tube; the page is ready for the next one with the same type and place."""
    at, one = now(), campaign_of(request, campaign_id)
    running = one.case.state == Campaigning.running.key
    last = {key: request.GET.get(key, "") for key in ("kind", "site")}
    told: dict[str, Any] = {"campaign": one, "pack": pack_for(one.community_id, at), "last": last}
    form = TubeForm(request.POST or None, **told)
    if form.is_bound and form.is_valid() and (onward := _sealed(form, one, request, at)):
        return onward
    rows = one.tubes.select_related("site", "box").order_by("-received_at", "-id")[:LATEST]
    context = {
        "campaign": one,
        "form": form if running else None,
        "rows": [_tube(tube, at) for tube in rows],
        "figures": _figures(one),
    }
    status = 422 if form.errors else 200
    return page(request, "desk/campaign_tubes.html", context, here="campaigns", at=at, status=status)


def _sealed(form: TubeForm, one: Campaign, request: HttpRequest, at: datetime) -> HttpResponse | None:
    """On to the next tube of the same type at the same place; None where something is to be put right first."""
    sealed = form.told(at)
    try:
        answer = _seal(form, sealed, one, request, at)
    except Refused as refused:
        tell(form, refused)
        return None
    if answer is None:
        return None
    messages.success(request, f"{sealed.barcode}:{sealing.in_words(answer)}")
    url = reverse("desk-campaign-tubes", args=[one.pk])
    return redirect(f"{url}?kind={sealed.kind}&site={sealed.site or ''}")


def _seal(
    form: TubeForm, sealed: sealing.Sealed, one: Campaign, request: HttpRequest, at: datetime
) -> sealing.Answer | None:
    """The answer; None where there is something to put right first, and then the form says all of it."""
    known = sealing.look_up([sealed], one, at)
    wrong = sealing.faults(sealed, known)
    asking = [] if form.cleaned_data["as_it_is"] else sealing.doubts(sealed, known)
    if sealed.id not in known.tubes and (wrong or asking):
        for sentence in (*wrong, *asking):
            form.add_error("codes", sentence)
        return None
    (answer,) = sealing.take([sealed], one, actor=actor(request), at=at)
    return answer


def _figures(one: Campaign) -> list[dict[str, Any]]:
    found = listing.covered(one)
    left, url = boxes.unboxed(one).count(), reverse("desk-campaign-boxes", args=[one.pk])
    return [
        {"n": found.sampled, "word": _("已采"), "shape": "pass"},
        {
            "n": found.missed,
            "word": _("还没采"),
            "shape": "waiting",
            "url": reverse("desk-campaign-missed", args=[one.pk]),
        },
        {"n": found.explained, "word": _("有原因不采"), "shape": ""},
        {"n": left, "word": _("管没装箱"), "shape": "", "url": url},
        {
            "n": doubts.open_samples(one).count() + doubts.open_tubes(one).count(),
            "word": _("处疑问"),
            "shape": "limit",
            "url": reverse("desk-campaign-doubts", args=[one.pk]),
        },
    ]


def _tube(tube: Tube, at: datetime) -> dict[str, Any]:
    word, shape = _("待装箱"), "waiting"
    if tube.is_void:
        word, shape = _("已作废"), "stop"
    elif tube.is_doubtful:
        word, shape = _("条码重复,待定"), "limit"
    elif tube.box:
        word, shape = str(tube.box), "pass"
    return {
        "barcode": tube.barcode,
        "filled": f"{tube.people}/{tube.capacity}",
        "site": str(tube.site) if tube.site else _("上门"),
        "sealed": words.clock(tube.sealed_at, at),
        "by": tube.by_name,
        "short": tube.short,
        "word": word,
        "shape": shape,
    }


@requires("testing.decide")
@require_http_methods(["GET", "HEAD", "POST"])
def doubt_page(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Both facts side by side, and what they can mean."""
    at, one = now(), campaign_of(request, campaign_id)
    fault = ""
    if request.method == "POST":
        try:
            _decide(request, one, at)
        except Refused as refused:
            fault = refused.sentence
        else:
            messages.success(request, _("已定"))
            return redirect("desk-campaign-doubts", one.pk)
    found = list(doubts.open_samples(one)[:MOST])
    before = doubts.earlier(found, one)
    context = {
        "campaign": one,
        "samples": [_doubt(sample, before) for sample in found],
        "tubes": [_tube(tube, at) | {"id": tube.pk} for tube in doubts.open_tubes(one)[:MOST]],
        "tube_answers": [(key, _(word)) for key, word in doubts.TUBE_ANSWERS],
        "intent": f"doubt-{uuid7()}",
        "fault": fault,
    }
    status = 422 if fault else 200
    return page(request, "desk/campaign_doubts.html", context, here="campaigns", at=at, status=status)


def _decide(request: HttpRequest, one: Campaign, at: datetime) -> None:
    said = request.POST
    told: dict[str, Any] = {
        "campaign": one,
        "actor": actor(request),
        "at": at,
        "intent": said.get("intent", "")[:100] or f"doubt-{uuid7()}",
    }
    try:
        if tube := said.get("tube"):
            doubts.decide_tube(UUID(tube), said.get("answer", ""), barcode=said.get("barcode", ""), **told)
        else:
            sample = UUID(said.get("sample", ""))
            doubts.decide_sample(sample, said.get("answer", ""), code=said.get("code", ""), **told)
    except (ValueError, Sample.DoesNotExist, Tube.DoesNotExist) as none:
        raise Http404 from none


def _doubt(sample: Sample, before: dict[UUID, Sample]) -> dict[str, Any]:
    first = before.get(sample.person_id) if sample.person_id else None
    return {
        "id": sample.pk,
        "who": sample.person.masked_name if sample.person else sample.said,
        "here": _where(sample),
        "there": _where(first) if first else "",
        "word": _(sealing.STANDINGS[sample.standing]),
        "answers": [(key, _(word)) for key, word in doubts.ANSWERS[sample.standing]],
        "asks_code": sample.standing == Sample.UNKNOWN,
    }


def _where(sample: Sample) -> str:
    tube = sample.tube
    site = str(tube.site) if tube.site else _("上门")
    told = {
        "tube": tube.barcode,
        "n": sample.place,
        "site": site,
        "at": f"{local(tube.sealed_at):%m-%d %H:%M}",
    }
    return _("管 %(tube)s 第 %(n)d 个,%(site)s,%(at)s") % told + f" · {tube.by_name}"


@requires("testing.tubes")
@require_http_methods(["GET", "HEAD", "POST"])
def box_page(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The boxes, and the next one: what is on the table against what the system holds."""
    at, one = now(), campaign_of(request, campaign_id)
    form = BoxForm(request.POST or None, campaign=one)
    if form.is_bound and form.is_valid() and (box := _packed(form, one, request, at)):
        messages.success(request, _("%(box)s已封,请登记交给谁。") % {"box": box})
        return redirect("desk-case", box.case_id)
    rows = SampleBox.objects.filter(community_id=one.community_id, campaign=one).select_related("case")
    waiting = boxes.unboxed(one)
    context = {
        "campaign": one,
        "form": form,
        "rows": [_box(box, at) for box in rows.order_by("-number")],
        "waiting": [tube.barcode for tube in waiting[:MOST]],
        "count": waiting.count(),
    }
    status = 422 if form.errors else 200
    return page(request, "desk/campaign_boxes.html", context, here="campaigns", at=at, status=status)


def _packed(form: BoxForm, one: Campaign, request: HttpRequest, at: datetime) -> SampleBox | None:
    said = form.cleaned_data
    told: dict[str, Any] = {"actor": actor(request), "at": at, "intent": said["intent"]}
    site = form.sites.get(said["site"])
    try:
        return boxes.pack_box(one, by_line(said["table"]), site=site, reason=said["reason"], **told)
    except Refused as refused:
        tell(form, refused)
        if "reason" in refused.faults:
            form.add_error("table", refused.sentence)
        return None


def _box(box: SampleBox, at: datetime) -> dict[str, Any]:
    n = box.tubes.count()
    case = box.case
    return {
        "name": str(box),
        "url": reverse("desk-case", args=[case.pk]),
        "tubes": ngettext("%(n)d 管", "%(n)d 管", n) % {"n": n},
        "state": _(case.standing.title),
        "promise": words.promise(case.due_at, case.closed_at, at),
        "difference": boxes.in_words(box.difference),
    }


@requires("testing.missed")
@require_http_methods(["GET", "HEAD", "POST"])
def missed_page(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Whoever is still to be sampled, door by door, and a reason for those who will not be."""
    at, one = now(), campaign_of(request, campaign_id)
    left = _under(listing.missed(one), scopes_now(request))
    people = [(str(row.pk), f"{row.dwelling} {row.person.masked_name}") for row in left[:MOST]]
    form = MissedForm(request.POST or None, people=people)
    changing = one.case.closed_at is None and may(request, "testing.plan")
    if form.is_bound and changing and form.is_valid() and _explained(form, one, request, at):
        return redirect("desk-campaign-missed", one.pk)
    count = left.count()
    context = {
        "campaign": one,
        "form": form if changing and people else None,
        "people": [label for _key, label in people],
        "count": count,
        "more": count - len(people),
        "covered": listing.covered(one),
    }
    status = 422 if form.errors else 200
    return page(request, "desk/campaign_missed.html", context, here="campaigns", at=at, status=status)


def _under(rows: QuerySet[ListedPerson], scopes: Iterable[str]) -> QuerySet[ListedPerson]:
    """Only of buildings under the caller's places."""
    found = Q()
    for scope in scopes:
        found |= Q(building__path__under=scope)
    return rows.filter(found) if found else rows.none()


def _explained(form: Form, one: Campaign, request: HttpRequest, at: datetime) -> bool:
    said = form.cleaned_data
    ids = [UUID(one_id) for one_id in said["who"]]
    told: dict[str, Any] = {"actor": actor(request), "at": at, "intent": said["intent"]}
    try:
        n = listing.give_reason(one, ids, said["why"], **told)
    except Refused as refused:
        tell(form, refused)
        return False
    messages.success(request, ngettext("%(n)d 人记了原因", "%(n)d 人记了原因", n) % {"n": n})
    return True
