"""One sheet typed in: all its rows in the order of the paper; good rows are taken, bad ones stay with what was typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from linli.base.clock import local, now
from linli.codes.round import rows_on_a_page
from linli.codes.token import grouped
from linli.desk import words
from linli.desk.frame import page
from linli.desk.sheet_forms import RowForm, WalkForm
from linli.desk.sheet_screens import mine
from linli.loops.evidence import Evidence
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.paper.entering import LATE, NOT_DONE, TAKEN, Answer, enter
from linli.paper.forms import PaperForm, form_of
from linli.paper.models import Sheet, SheetRow
from linli.paper.printing import boxes_of
from linli.paper.walking import doors_of, stops
from linli.roster.models import User
from linli.roster.permissions import actor, community_of, requires

LAST_WALK = "sheet_walk"
"""Session slot of the head last typed: [sheet id, walker, time], so that a sheet typed in two goes asks once."""

OUTCOMES = {TAKEN: "pass", LATE: "limit"}
"""What became of a row → shape; every reason it was not done waits."""


@requires("sheet.enter")
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_page(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """The sheet; while it is out, to be typed in."""
    at = now()
    sheet = get_object_or_404(mine(request).select_related("case"), pk=sheet_id)
    form = form_of(sheet.form)
    needs = form.needs(pack_for(sheet.community_id, at)) if form else ()
    walk = WalkForm(request.POST or None, at=at, made_at=sheet.made_at, initial=_last_walk(request, sheet))
    typed = Typed(sheet, form, needs, request.POST or None)
    if request.method == "POST":
        answers = _sent(request, walk, typed, at)
        if not typed.is_out or not (walk.errors or typed.has_faults):
            return redirect("desk-sheet", sheet.pk)
        typed.keep_what_is_open(answers)
    context = _context(request, typed, walk, at)
    status = 422 if request.method == "POST" else 200
    return page(request, "desk/sheet.html", context, here="sheets", at=at, status=status)


class Typed:
    """The rows of a sheet with their forms, each with known answers filled in. Reads who and where once."""

    def __init__(self, sheet: Sheet, form: PaperForm | None, needs: tuple[Evidence, ...], data: Any) -> None:
        self.sheet, self.form, self.needs = sheet, form, needs
        self.rows = list(sheet.rows.select_related("case").order_by("number"))
        self.stops = stops(row.case for row in self.rows)
        self.fault = ""
        self.is_out = sheet.case.closed_at is None and form is not None
        self.forms = {
            row.number: RowForm(
                data,
                number=row.number,
                needs=needs,
                known={k: v for k, v in stop.known.get(form.step if form else "", {}).items() if v},
            )
            for row, stop in zip(self.rows, self.stops, strict=True)
            if self.is_out and (data is not None or not row.outcome)
        }

    @property
    def touched(self) -> list[RowForm]:
        """Rows in which something was typed."""
        return [form for form in self.forms.values() if form.has_changed()]

    @property
    def has_faults(self) -> bool:
        return bool(self.fault) or any(form.errors for form in self.touched)

    def keep_what_is_open(self, answers: list[Answer]) -> None:
        """After a sending: rows as they stand now; a form only where a row is open or was refused."""
        self.rows = list(self.sheet.rows.select_related("case").order_by("number"))
        self.sheet.case.refresh_from_db()
        refused = {answer.number for answer in answers if answer.answer == "refused"}
        stays = {row.number for row in self.rows if not row.outcome} | refused
        self.forms = {number: form for number, form in self.forms.items() if number in stays}


def _sent(request: HttpRequest, walk: WalkForm, typed: Typed, at: datetime) -> list[Answer]:
    """Take what can be taken; every fault of everything else is said beside its cell."""
    if not typed.is_out:  # the same form sent twice: the first one has closed the sheet
        messages.info(request, _("这张表已经收齐,没有再改动"))
        return []
    good = []
    for form in typed.touched:
        entry = None
        if form.is_valid() and walk.is_valid():
            entry = form.entry(walk.cleaned_data["walked_at"], at)
        else:
            form.say_all()
        if entry:
            good.append(entry)
    if not walk.is_valid() or not good:
        typed.fault = "" if typed.touched or walk.errors else _("还没有录入任何一行")
        return []
    try:
        answers = enter(typed.sheet.pk, good, walker=walk.cleaned_data["walker"], actor=actor(request), at=at)
    except Refused as refused:
        typed.fault = refused.sentence
        return []
    head = walk.cleaned_data
    request.session[LAST_WALK] = [str(typed.sheet.pk), head["walker"], head["walked_at"].isoformat()]
    _say(request, typed, answers)
    return answers


def _say(request: HttpRequest, typed: Typed, answers: list[Answer]) -> None:
    for answer in answers:
        if answer.faults:
            typed.forms[answer.number].refuse(dict(answer.faults))
    n = sum(answer.answer != "refused" for answer in answers)
    if n:
        messages.success(request, ngettext("录入 %(n)d 行", "录入 %(n)d 行", n) % {"n": n})
    if late := sum(answer.answer == LATE for answer in answers):
        says = ngettext(
            "其中 %(n)d 行来晚了,事情已有变化:已记在事项上,待人确认",
            "其中 %(n)d 行来晚了,事情已有变化:已记在事项上,待人确认",
            late,
        )
        messages.warning(request, says % {"n": late})


def _last_walk(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    kept = request.session.get(LAST_WALK) or ["", "", ""]
    if kept[0] != str(sheet.pk):
        return {}
    return {"walker": kept[1], "walked_at": local(datetime.fromisoformat(kept[2]))}


def _context(request: HttpRequest, typed: Typed, walk: WalkForm, at: datetime) -> dict[str, Any]:
    sheet, doors, each = typed.sheet, doors_of(typed.stops), rows_on_a_page(boxes_of(typed.needs))
    rows = [
        _row(row, stop.who, door, typed.forms.get(row.number), at)
        | {"page": _page_begun_by(row.number, each)}
        for row, stop, door in zip(typed.rows, typed.stops, doors, strict=True)
    ]
    return {
        "sheet": sheet,
        "title": typed.form.title if typed.form else sheet.form,
        "code": grouped(sheet.short_code),
        "promise": words.promise(sheet.case.due_at, sheet.case.closed_at, at),
        "is_out": sheet.case.closed_at is None and typed.form is not None,
        "given_up": sheet.case.state == "given_up",
        "walk": walk,
        "walkers": _walkers(community_of(request)) if typed.forms else [],
        "rows": rows,
        "entered": sum(bool(row.outcome) for row in typed.rows),
        "fault": typed.fault,
        "took": not walk.errors and not typed.fault,
        "mistakes": _mistakes(walk, typed),
        "give_up_url": reverse("desk-step", args=[sheet.case_id, "give_up"]),
    }


def _page_begun_by(number: int, each: int) -> int:
    """The page of the paper whose first row this is: where its QR leads to. 0 when it is not the first."""
    before, place = divmod(number - 1, each)
    return 0 if place else before + 1


def _row(row: SheetRow, who: str, door: str, form: RowForm | None, at: datetime) -> dict[str, Any]:
    done = None
    if row.outcome and row.entered_at:
        word = {TAKEN: _("已录"), LATE: _("来晚了,待人确认")}.get(row.outcome)
        done = {
            "shape": OUTCOMES.get(row.outcome, "waiting"),
            "word": word or _("没办成:%(why)s") % {"why": _(NOT_DONE.get(row.outcome, row.outcome))},
            "who": _("%(walker)s 走访,%(typist)s 录入") % {"walker": row.walked_by, "typist": row.entered_by},
            "at": words.moment(row.entered_at, at),
        }
    return {"row": row, "who": who, "door": door, "form": form, "done": done, "moved": _moved(row, row.case)}


def _moved(row: SheetRow, case: Case) -> str:
    """What changed since the sheet was printed, for a row that is open."""
    if row.outcome or (case.stay == row.stay and case.state == row.state):
        return ""
    return _("打印后有变化,现为「%(state)s」") % {"state": _(case.standing.title)}


def _mistakes(walk: WalkForm, typed: Typed) -> list[dict[str, str]]:
    """Every fault of the page, with the cell it belongs to."""
    found = [{"url": f"#{f.id_for_label}", "text": f"{f.label}: {e}"} for f in walk for e in f.errors]
    for form in typed.forms.values():
        if not form.is_bound or not form.has_changed():
            continue
        row = _("第 %(n)d 行") % {"n": form.number}
        found += [{"url": f"#row-{form.number}", "text": f"{row}: {e}"} for e in form.non_field_errors()]
        for field in form:
            target = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
            found += [{"url": f"#{target}", "text": f"{row} {field.label}: {e}"} for e in field.errors]
    return found


def _walkers(community_id: UUID) -> list[str]:
    """Names to choose from; anybody else's may be typed."""
    staff = User.objects.filter(community_id=community_id, is_active=True).order_by("shown_name")
    return list(staff.values_list("shown_name", flat=True).distinct()[:200])
