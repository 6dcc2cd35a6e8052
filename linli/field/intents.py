"""What a phone sends: acts that happened in the world, each with the id it got there; each is answered, in its order.

accepted   the step is taken now
seen       it was taken before under the same id: the reply was lost, nothing happens twice
refused    it cannot be taken, and why. `kept`: it stands on the case as a late record until a person decides;
           `faults`: some answers must be put right and the record sent again under a new id
later      nothing was decided (the house stumbled, or an earlier record of this case waits): send it again
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator

from linli.base.clock import clamp
from linli.base.scope import covers
from linli.field import asked
from linli.field.declared import KEPT, OPENED
from linli.loops import by_hand, engine
from linli.loops.engine import Refused
from linli.loops.evidence import MAX_TEXT, Given
from linli.loops.models import Case, Event, LateNote
from linli.roster import on_duty
from linli.roster.models import Shift, User

MOST = 500
"""Intents in one batch (trust.md row 28)."""
TOGETHER = 25
"""Intents in one transaction: one flush to the disk for all of them, and the community's lock is free again soon."""
REMEMBERED = timedelta(hours=72)
"""How long after a shift its records still belong to somebody who may know the case."""

log = logging.getLogger(__name__)

Word = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
Answered = bool | int | float | Text | list[Text] | None


class Intent(BaseModel):
    """One act as the phone wrote it down. Fields of a newer app are ignored, those an older app lacks have defaults.

    `step` is a step of the case, `kept` (its promise was kept) or `opened`: then `case` is the id the phone gave to a new
    case of `loop`, opened beside the case `beside`. Later records of such a case name both again.
    """

    model_config = ConfigDict(extra="ignore")

    id: UUID
    case: UUID
    step: Word
    loop: Word | None = None
    beside: UUID | None = None
    given: dict[Word, Answered] = {}
    device_at: AwareDatetime | None = None

    @field_validator("device_at", mode="wrap")
    @classmethod
    def nonsense_is_no_time(cls, value: Any, read: Any) -> datetime | None:
        """A clock that says something unreadable costs the record its device time, never the record."""
        try:
            found: datetime | None = read(value)
        except ValidationError:
            return None
        return found


@dataclass(frozen=True)
class Answer:
    """What became of one intent. `id` is what the phone called it."""

    id: str
    answer: str
    sentence: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    kept: bool = False

    def as_json(self) -> dict[str, Any]:
        """Only what is said."""
        more = {"sentence": self.sentence, "faults": dict(self.faults), "kept": self.kept}
        return {"id": self.id, "answer": self.answer, **{key: value for key, value in more.items() if value}}


@dataclass
class Batch:
    """One sending of one phone: the clock it was sent by, and which of its cases must wait."""

    user: User
    community_id: UUID
    at: datetime
    sent_at: datetime | None
    cases: dict[UUID, Case]
    paths: list[str]
    known: dict[str, Event]
    waiting: set[UUID] = field(default_factory=set)

    def name_of(self, intent: Intent) -> str:
        """The intent in the ledger; with its owner in it, nobody can use the id of another's phone."""
        return name_of(self.user, intent.id)

    def happened_at(self, intent: Intent) -> datetime | None:
        """The device's time, put right by what its clock showed when it sent, where that can be true."""
        if intent.device_at is None:
            return None
        try:
            ahead = self.sent_at - self.at if self.sent_at else timedelta()
            return clamp(intent.device_at - ahead, self.at)
        except OverflowError:
            return self.at

    def place(self, intent: Intent) -> Case | None:
        """The case an intent belongs to: its own, or the one beside which its own was (or was not) opened."""
        near = self.cases.get(intent.beside) if intent.beside else None
        return near if intent.step == OPENED else self.cases.get(intent.case, near)

    def may_know(self, intent: Intent) -> bool:
        """Whether the case is or was lately under this person's duties, or in their hands."""
        case = self.place(intent)
        return case is not None and (
            case.holder_id == self.user.id or any(covers(path, case.scope) for path in self.paths)
        )


def name_of(user: User, intent_id: UUID) -> str:
    """How the ledger calls an intent of this person's phone."""
    return f"field-{user.id.hex}-{intent_id}"


def take(raw: Iterable[Any], *, user: User, at: datetime, sent_at: datetime | None = None) -> list[Answer]:
    """Answer every intent, in the order given. One that is bad, refused or breaks something spoils no other.

    `user` belongs to a community; `sent_at` is what the phone's clock showed when it sent the batch.
    """
    read = [_read(one) for one in raw]
    batch = _batch([one for one in read if isinstance(one, Intent)], user, at, sent_at)
    answers: list[Answer] = []
    for start in range(0, len(read), TOGETHER):
        with transaction.atomic(), on_duty.remembering():  # each intent is a savepoint of it
            answers += [
                one if isinstance(one, Answer) else _take(batch, one)
                for one in read[start : start + TOGETHER]
            ]
    return answers


def _read(raw: Any) -> Intent | Answer:
    try:
        return Intent.model_validate(raw)
    except ValidationError:
        called = raw.get("id") if isinstance(raw, Mapping) else ""
        return Answer(str(called)[:64], "refused", _("这条记录读不懂,没有办。请照原样告诉值班台"))


def _batch(intents: list[Intent], user: User, at: datetime, sent_at: datetime | None) -> Batch:
    community_id = user.community_id
    assert community_id
    ids = {pk for i in intents for pk in (i.case, i.beside) if pk}
    cases = Case.objects.filter(community_id=community_id, pk__in=ids)
    lately = Shift.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at - REMEMBERED),
        community_id=community_id,
        user=user,
        starts_at__lte=at,
        called_off_at=None,
    )
    paths = sorted(set(lately.values_list("scope", flat=True)))
    names = [name_of(user, intent.id) for intent in intents]
    known = Event.objects.filter(community_id=community_id, intent__in=names)
    return Batch(
        user,
        community_id,
        at,
        sent_at,
        {case.id: case for case in cases},
        paths,
        {e.intent: e for e in known},
    )


def _take(batch: Batch, intent: Intent) -> Answer:
    if intent.case in batch.waiting:
        return Answer(str(intent.id), "later", _("先等这件事上一条记录有了结果"))
    try:
        answer = _decide(batch, intent)
    except Exception as broken:
        # What broke is named by its class alone: its text may hold somebody's answer.
        log.error("field intent %s broke: %s", intent.id, type(broken).__name__)
        answer = Answer(str(intent.id), "later", _("系统这会儿没办成,会自动再试"))
    if answer.answer == "later" or answer.faults:
        batch.waiting.add(intent.case)
    return answer


def _decide(batch: Batch, intent: Intent) -> Answer:
    if not batch.may_know(intent):
        return Answer(str(intent.id), "refused", _("没有这件事,或者它不归您这一片"))
    if before := batch.known.get(batch.name_of(intent)):
        return _again(before, intent)
    try:
        event = _done(batch, intent)
    except Refused as refused:
        return _refused(batch, intent, refused)
    batch.known[event.intent] = event
    # Another worker may have taken the same intent between the look into the ledger and the lock.
    return _again(event, intent) if event.at != batch.at else Answer(str(intent.id), "accepted")


def _done(batch: Batch, intent: Intent) -> Event:
    """The event of an act that is taken. Raises Refused."""
    given, made = _plain(intent.given), _made(batch, intent)
    if intent.step == OPENED and intent.beside:
        loop = asked.loop_named(intent.loop)
        event = by_hand.start(loop, beside=intent.beside, new_id=intent.case, given=given, **made)
        batch.cases[event.case_id] = event.case
        return event
    if intent.case not in batch.cases:
        raise Refused(_("这件事没有开成,这一步记在旁边那件事上"))
    if intent.step == KEPT:
        return by_hand.keep(intent.case, given=given, **made)
    return engine.advance(intent.case, intent.step, given=given, **made)


def _made(batch: Batch, intent: Intent) -> dict[str, Any]:
    return {
        "actor": batch.user,
        "at": batch.at,
        "intent": batch.name_of(intent),
        "device_at": batch.happened_at(intent),
    }


def _plain(given: Mapping[str, Any]) -> Given:
    """Empty answers are no answers."""
    return {key: value for key, value in given.items() if value not in (None, "", [])}


def _again(before: Event, intent: Intent) -> Answer:
    """The same answer as the first time; an id that stands for another act is no answer to this one."""
    if before.verb == "late_note" and before.case_id in (intent.case, intent.beside):
        return Answer(str(intent.id), "refused", before.late_note.reason, kept=True)
    if before.case_id != intent.case or before.verb != intent.step:
        return Answer(str(intent.id), "refused", _("这个操作编号已用于另一步,请刷新后重试"))
    return Answer(str(intent.id), "seen")


def _refused(batch: Batch, intent: Intent, refused: Refused) -> Answer:
    """Answers that can be put right go back to the phone; what has happened and cannot be taken is kept on the case."""
    faults = {key: sentence for key, sentence in refused.faults.items() if key}
    if faults:
        return Answer(str(intent.id), "refused", refused.sentence, faults)
    place = batch.place(intent)
    assert place
    named, needs = asked.in_a_late_record(place, intent, batch.at)
    known = {evidence.key for evidence in needs}  # unasked answers have no place to be shredded
    note: LateNote = engine.note_late(
        place.id,
        named,
        given={k: v for k, v in _plain(intent.given).items() if k in known},
        reason=refused.sentence[:200],
        needs=needs,
        **_made(batch, intent),
    )
    batch.known[note.event.intent] = note.event
    return Answer(str(intent.id), "refused", note.reason, kept=True)
