"""Rows come back: each is taken as the phone's records are, once, in order; what cannot stand stays open with its reasons.

taken    the step is taken now, or the report received
late     the case had moved on: it stands on the case as a late record until a person decides
noted    it was not done, and why
seen     this row was entered before with the same content: nothing happens twice
refused  it stays open: `faults` by evidence key ("" for the row as a whole)
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import clamp
from linli.loops import engine, evidence, rights
from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused, lock
from linli.loops.pack import pack_for
from linli.paper.forms import PaperForm, Written, form_of
from linli.paper.loop import CLERK, PaperRound
from linli.paper.models import Sheet, SheetRow

NOT_DONE = {
    "absent": N_("没人"),
    "refused": N_("不肯"),
    "moved": N_("不住这"),
    "skipped": N_("没走到"),
    "elsewhere": N_("别人已办"),
}
"""Why a row was not done; words short enough to tick on paper."""

TAKEN, LATE = "taken", "late"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row as it was typed: its number on the sheet, the answers, or why it was not done; the time on the paper."""

    number: int
    given: Given = field(default_factory=dict)
    not_done: str = ""
    device_at: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What became of one row."""

    number: int
    answer: str
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Typing:
    """One sending of one sheet: who typed, who walked, when it arrived."""

    sheet: Sheet
    form: PaperForm
    needs: tuple[Evidence, ...]
    actor: rights.Actor
    walker: str
    at: datetime


def enter(
    sheet_id: UUID, entries: Iterable[Entry], *, walker: str, actor: rights.Actor, at: datetime
) -> list[Answer]:
    """Answer every row, in the order given; one that is refused spoils no other. The last open row brings the sheet back.

    `walker` is the colleague who went and wrote. Raises Refused (nothing written) when the sheet is none of the
    actor's, is closed, or asks what no matter knows any more; Sheet.DoesNotExist.
    """
    community_id = actor.community_id
    assert community_id
    with transaction.atomic():
        lock(community_id)
        sheet = Sheet.objects.select_related("case").get(pk=sheet_id, community_id=community_id)
        typing = _open(sheet, walker, actor, at)
        rows = {row.number: row for row in sheet.rows.select_related("case")}
        answers = [_enter(typing, rows.get(entry.number), entry) for entry in entries]
        if rows and sheet.case.closed_at is None and all(row.outcome for row in rows.values()):
            _bring_back(typing)
        return answers


def _open(sheet: Sheet, walker: str, actor: rights.Actor, at: datetime) -> _Typing:
    """The sheet ready to be typed in. Raises Refused."""
    form = form_of(sheet.form)
    if form is None:
        raise Refused(_("这种表已不再使用,请逐件登记"))
    if sheet.case.state == PaperRound.given_up.key:
        raise Refused(_("这张表已作废,没有录入。请在事项里逐件登记"))
    if not rights.book().holds(actor, CLERK, community_id=sheet.community_id, scope=sheet.scope, at=at):
        raise Refused(_("录入纸质表由「%(duty)s」办理") % {"duty": rights.book().title(CLERK)})
    return _Typing(sheet, form, form.needs(pack_for(sheet.community_id, at)), actor, walker, at)


def _bring_back(typing: _Typing) -> None:
    engine.advance(
        typing.sheet.case_id,
        PaperRound.finish.key,
        actor=typing.actor,
        given={},
        at=typing.at,
        intent=f"sheet-back:{typing.sheet.id}",
    )


def _enter(typing: _Typing, row: SheetRow | None, entry: Entry) -> Answer:
    if row is None:
        return Answer(entry.number, "refused", {"": _("这张表没有第 %(n)d 行") % {"n": entry.number}})
    intent = _name_of(typing, entry)
    if row.outcome:
        return _again(row, intent)
    faults = _faults(typing, row, entry)
    if faults:
        return Answer(entry.number, "refused", faults)
    if entry.not_done:
        return _close(typing, row, entry, intent, outcome=entry.not_done, answer="noted")
    return _take(typing, row, entry, intent)


def _name_of(typing: _Typing, entry: Entry) -> str:
    """How the ledger calls this act: the sheet, the row, and what was typed, so that a correction is another act.

    The ledger outlives the answers: without the sheet's token, which goes with the sheet, nobody can guess them from it.
    """
    typed = json.dumps([entry.given, entry.not_done], ensure_ascii=False, sort_keys=True, default=str)
    digest = hmac.new(typing.sheet.token.encode(), typed.encode(), "sha256").hexdigest()[:16]
    return f"sheet-{typing.sheet.id.hex}-{entry.number}-{digest}"


def _again(row: SheetRow, intent: str) -> Answer:
    if row.intent == intent:
        return Answer(row.number, "seen")
    sentence = _("这一行已由%(who)s录过,这次的没有收") % {"who": row.entered_by}
    return Answer(row.number, "refused", {"": sentence})


def _faults(typing: _Typing, row: SheetRow, entry: Entry) -> dict[str, str]:
    """Everything that is wrong with a row, at once, by the step's own declarations; the right as the engine asks it."""
    if entry.not_done:
        if entry.not_done not in NOT_DONE:
            return {"not_done": _("请从所列选项中选择")}
        return {"not_done": _("既写了答案又选了没办成,请留一样")} if entry.given else {}
    found = evidence.faults(typing.needs, entry.given)
    book, case = rights.book(), row.case
    if not book.holds(
        typing.actor, typing.form.by, community_id=case.community_id, scope=case.scope, at=typing.at
    ):
        sentence = _("「%(step)s」由「%(duty)s」办理,您此刻不在这个岗位上。请联系值班台")
        found[""] = sentence % {"step": typing.form.title, "duty": book.title(typing.form.by)}
    return found


def _take(typing: _Typing, row: SheetRow, entry: Entry, intent: str) -> Answer:
    """By the engine; what it refuses without naming an answer has happened all the same and is kept on the case."""
    written = Written(
        actor=typing.actor,
        at=typing.at,
        by_hand_of=typing.walker,
        device_at=clamp(entry.device_at, typing.at) if entry.device_at else None,
        intent=intent,
    )
    try:
        with transaction.atomic():
            typing.form.take(row.case, entry.given, written)
    except Refused as refused:
        faults = {key: sentence for key, sentence in refused.faults.items() if key}
        if faults:
            return Answer(entry.number, "refused", faults)
        _note_late(typing, row, entry, written, refused.sentence)
        return _close(typing, row, entry, intent, outcome=LATE, answer=LATE)
    return _close(typing, row, entry, intent, outcome=TAKEN, answer=TAKEN)


def _note_late(typing: _Typing, row: SheetRow, entry: Entry, written: Written, reason: str) -> None:
    engine.note_late(
        row.case_id,
        typing.form.step or typing.form.key,
        given=entry.given,
        reason=reason[:200],
        needs=typing.needs,
        actor=written.actor,
        at=written.at,
        device_at=written.device_at,
        intent=written.intent,
        by_hand_of=written.by_hand_of,
    )


def _close(typing: _Typing, row: SheetRow, entry: Entry, intent: str, *, outcome: str, answer: str) -> Answer:
    row.outcome, row.intent = outcome, intent
    row.walked_by = typing.walker[:60]
    row.walked_at = clamp(entry.device_at, typing.at)
    row.entered_by, row.entered_at = typing.actor.shown_name[:60], typing.at
    row.save(update_fields=["outcome", "intent", "walked_by", "walked_at", "entered_by", "entered_at"])
    return Answer(entry.number, answer)
