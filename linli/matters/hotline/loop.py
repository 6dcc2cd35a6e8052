"""The loop of one telephone call, as a director reads it aloud: taken, then answered, passed on, or called back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, overload

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.models import Case
from linli.loops.pack import Pack, span
from linli.loops.registry import register, taking_calls
from linli.loops.spec import Loop, State, Step


class Receivers(Sequence[tuple[str, str]]):
    """Every loop that says it takes calls, as (key, words); read anew each time, because matters declare themselves."""

    def _now(self) -> list[tuple[str, str]]:
        return [(loop.key, loop.takes_calls) for loop in taking_calls()]

    @overload
    def __getitem__(self, index: int) -> tuple[str, str]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[str, str]]: ...
    def __getitem__(self, index: int | slice) -> tuple[str, str] | Sequence[tuple[str, str]]:
        return self._now()[index]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def __bool__(self) -> bool:
        return True  # nobody taking calls still means: not just any word


RECEIVERS = Receivers()


def no_moment(value: Any) -> str | None:
    """A moment is ISO 8601 with its offset, as forms and phones send it."""
    try:
        aware = datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        aware = False
    return None if aware else _("请写清日期和时间")


def answer_by(urgency: str, since: datetime, pack: Pack) -> datetime:
    """Until when the pack lets a call of this urgency wait."""
    return since + span(str(pack.get(f"hotline.answer_within.{urgency}", "2h")))


def promise_in(pack: Pack) -> timedelta:
    """How far ahead a call-back is proposed."""
    return span(str(pack.get("hotline.promise_within", "1h")))


def first_deadline(case: Case, pack: Pack) -> Given:
    """Until when an answer is due, by how urgent it was said to be."""
    return {"answer_by": answer_by(case.anchors["urgency"], case.entered_at, pack).isoformat()}


@register
class Call(Loop, key="call", title=N_("来电")):
    """来电: nobody who called is forgotten. `anchors`: kind, urgency, times called, the person where known."""

    received = State(N_("待答复"), due="call.answer", tell=("hotline", "desk"))
    promised = State(N_("已约回电"), due="call.promise", tell=("hotline", "desk"))
    answered = State(N_("已答复"))
    routed = State(N_("已转办"))
    given_up = State(N_("没办成"))

    answer = Step(
        (received, promised),
        answered,
        by="hotline",
        title=N_("答复"),
        needs=(
            Evidence("said", N_("怎么答复的"), private=True, required=False),
            Evidence("card", N_("知识卡编号"), kind="code", required=False),
        ),
    )
    route = Step(
        (received, promised),
        routed,
        by="hotline",
        title=N_("转办"),
        needs=(Evidence("to", N_("转给"), kind="choice", choices=RECEIVERS),),
        hands_on="to",
    )
    promise = Step(
        (received, promised),
        promised,
        by="hotline",
        title=N_("约回电"),
        needs=(Evidence("promised_at", N_("约定几点前回电"), kind="moment", complaint=no_moment),),
    )
    give_up = Step(
        (received, promised),
        given_up,
        by="hotline",
        title=N_("办不成"),
        needs=(Evidence("reason", N_("原因"), private=True),),
    )

    plan = staticmethod(first_deadline)
