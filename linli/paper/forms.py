"""What a round on paper can ask: every step of every loop by itself, and what a matter declares beyond its steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.loops import engine
from linli.loops.evidence import Evidence, Given
from linli.loops.models import Case
from linli.loops.pack import Pack
from linli.loops.registry import all_loops
from linli.loops.rights import Actor
from linli.loops.spec import Loop, Step

NOT_ON_PAPER = ("sheet",)
"""Loops that never stand on a sheet: the sheet's own."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """One row as it was typed in: who typed and when, who walked, the time on the paper, and the id of this act."""

    actor: Actor
    at: datetime
    by_hand_of: str
    device_at: datetime | None
    intent: str


@dataclass(frozen=True, kw_only=True)
class PaperForm:
    """A round: whom it visits (cases of `loop` for which `fits(case, at)`), what it asks, and what takes an answer.

    `by` is the duty that may take it. `take` moves the case by the engine, in the caller's transaction, and raises
    Refused (nothing written) as the engine does. `words` are msgids that name it, joined by a dot. `is_first` marks
    what is usually next in a state.
    """

    key: str
    words: tuple[str, ...]
    loop: str
    by: str
    needs: Callable[[Pack], tuple[Evidence, ...]]
    fits: Callable[[Case, datetime], bool]
    take: Callable[[Case, Given, Written], object]
    step: str = ""  # of the loop; "" when it is none
    is_first: bool = True

    @property
    def title(self) -> str:
        """In the reader's language."""
        return " · ".join(_(word) for word in self.words)

    @property
    def written(self) -> str:
        """As it stands on paper and in the ledger, whatever the reader's language."""
        return " · ".join(self.words)


_declared: dict[str, PaperForm] = {}


def register(form: PaperForm) -> PaperForm:
    """Offer a round that is no plain step. Raises ValueError when its key is taken."""
    if form.key in _declared and _declared[form.key] != form:
        raise ValueError(f"paper form {form.key!r} is declared twice")
    _declared[form.key] = form
    return form


def all_forms() -> list[PaperForm]:
    """What matters declare, then every step in the order of its loop."""
    return [*_declared.values(), *(_of_step(loop, step) for loop in _loops() for step in loop.steps.values())]


def form_of(key: str) -> PaperForm | None:
    """The form of this key; None when no matter knows it (any more)."""
    if key in _declared:
        return _declared[key]
    of, _dot, step_key = key.partition(".")
    found = next((loop for loop in _loops() if loop.key == of and step_key in loop.steps), None)
    return _of_step(found, found.steps[step_key]) if found else None


def _loops() -> list[type[Loop]]:
    return [loop for loop in all_loops() if loop.key not in NOT_ON_PAPER]


def _of_step(loop: type[Loop], step: Step) -> PaperForm:
    states = {origin.key for origin in step.origins}

    def fits(case: Case, at: datetime) -> bool:
        opens_at = step.opens_at(case.anchors)
        return case.state in states and (opens_at is None or opens_at <= at)

    def take(case: Case, given: Given, written: Written) -> object:
        return engine.advance(
            case.id,
            step.key,
            actor=written.actor,
            given=given,
            at=written.at,
            intent=written.intent,
            device_at=written.device_at,
            by_hand_of=written.by_hand_of,
        )

    return PaperForm(
        key=f"{loop.key}.{step.key}",
        words=(loop.title, step.title),
        loop=loop.key,
        by=step.by,
        needs=step.asked,
        fits=fits,
        take=take,
        step=step.key,
        is_first=any(loop.steps_from(state)[0] is step for state in states),
    )
