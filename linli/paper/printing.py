"""A sheet as PDF: who and where as they are called today, what is asked as boxes, and rows already entered left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from linli.codes.boxes import Box
from linli.codes.letter import short_moment
from linli.codes.round import RoundFields, RoundRow, round_sheet
from linli.codes.token import grouped, speak
from linli.loops.evidence import Evidence
from linli.loops.pack import Pack, pack_for
from linli.paper.entering import NOT_DONE
from linli.paper.forms import PaperForm, form_of
from linli.paper.models import Sheet, SheetRow
from linli.paper.walking import Stop, doors_of, stops

DONE = Box(key="done", title="办了", kind="tick")
"""Asked where a round asks for nothing else."""

KEPT_DAYS = 7
"""How long the paper is kept where the pack does not say (`retention.paper_days`)."""


def boxes_of(needs: Iterable[Evidence]) -> tuple[Box, ...]:
    """What is asked, as boxes; papers are Chinese whatever the reader's language."""
    return tuple(_box(evidence) for evidence in needs) or (DONE,)


def _box(asked: Evidence) -> Box:
    if asked.kind == "yes":
        return Box(key=asked.key, title=asked.title, kind="tick")
    if asked.choices:
        words = tuple(word for _value, word in asked.choices)
        return Box(key=asked.key, title=asked.title, kind="ticks", choices=words)
    if asked.kind in ("number", "moment"):
        digits = "00-00 00:00" if asked.kind == "moment" else asked.digits
        return Box(key=asked.key, title=asked.title, kind="digits", digits=digits)
    return Box(key=asked.key, title=asked.title)


def sheet_pdf(sheet: Sheet, *, at: datetime) -> bytes:
    """The sheet to print, as its rows stand at `at`. Raises LookupError when no matter knows its round any more."""
    form = form_of(sheet.form)
    if form is None:
        raise LookupError(sheet.form)
    pack = pack_for(sheet.community_id, at)
    rows = list(sheet.rows.select_related("case").order_by("number"))
    walked = stops(row.case for row in rows)
    doors = doors_of(walked)
    return round_sheet(
        RoundFields(
            community=sheet.community.name,
            number=sheet.number,
            title=form.written,
            place=sheet.place,
            issued_at=sheet.made_at,
            issued_by=sheet.made_by,
            back_by=sheet.case.due_at or sheet.made_at,
            boxes=boxes_of(form.needs(pack)),
            not_done=tuple(NOT_DONE.values()),
            rows=tuple(_row(*one, form) for one in zip(rows, walked, doors, strict=True)),
            url=address(sheet),
            short_code=grouped(sheet.short_code),
            spoken=speak(sheet.short_code),
            return_to=f"{sheet.community.name}值班台 {sheet.community.phone}".strip(),
            purpose=f"用途:{form.written}。只给走访人和录入人看,不拍照、不转发、不张贴;丢了马上告诉值班台。",
            keep=_kept(pack),
        )
    )


def address(sheet: Sheet) -> str:
    """What its QR says: an address that opens the sheet for whoever is signed in and may enter it."""
    return f"{settings.PUBLIC_URL}{reverse('desk-sheet-scanned', args=[sheet.token])}"


def _row(row: SheetRow, stop: Stop, door: str, form: PaperForm) -> RoundRow:
    done = f"{short_moment(row.entered_at)} 已录" if row.entered_at else ""
    known: Mapping[str, object] = stop.known.get(form.step, {})
    return RoundRow(
        number=row.number,
        door=door,
        who=stop.who,
        known={key: str(value) for key, value in known.items() if isinstance(value, str)},
        done=done,
    )


def _kept(pack: Pack) -> str:
    days = pack.get("retention.paper_days", KEPT_DAYS)
    return f"本表录入后由社区封存 {days} 天备查,到期粉碎。"
