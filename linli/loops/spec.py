"""How a loop is written down: states, steps and what each step asks for, in words a director can read aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from linli.loops.evidence import Evidence, Given

Effect = TypeVar("Effect", bound=Callable[..., Mapping[str, Any] | None])


@dataclass(eq=False)
class State:
    """Where a case can stand. Open states have a `due` (a key into the pack) and a `tell` (the ladder of duties).

    `lapses` names the closed state that the clock itself moves a case into when the promise comes due: what must end by
    itself waits for nobody, and is never overdue. Such a promise is quiet in the packs.
    """

    title: str
    due: str = ""
    tell: tuple[str, ...] = ()
    lapses: str = ""
    key: str = ""

    @property
    def is_open(self) -> bool:
        """A state without a promise is an end: nothing is owed there any more."""
        return bool(self.due)

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name


@dataclass(eq=False)
class Step:
    """One move, by one duty. `passes=(giver, taker)` names the two evidence keys of a hand-over.

    `not_before` names an anchor of the case: the step opens at that moment, to the hour (对日对时). `marks` names an
    anchor that keeps when the step happened in the world (`linli.loops.moments`), there before its effect runs.
    `hands_on` names the evidence key whose answer is the loop that takes the matter over: unless a case of it opens in
    the same transaction, the step is refused. Where the pack words the questions, `asks(pack)` gives them instead of
    `needs`. `own`: whom the case is about may take it too, on a page of their own; the
    page decided who that is, and the engine is given no actor.
    """

    sources: State | tuple[State, ...]
    target: State
    by: str
    title: str
    needs: tuple[Evidence, ...] = ()
    passes: tuple[str, str] | None = None
    not_before: str = ""
    hands_on: str = ""
    marks: str = ""
    asks: Callable[[Any], tuple[Evidence, ...]] | None = None
    own: bool = False
    key: str = ""
    effect: Callable[..., Mapping[str, Any] | None] | None = None

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name

    @property
    def origins(self) -> tuple[State, ...]:
        """The states this step leaves from."""
        return self.sources if isinstance(self.sources, tuple) else (self.sources,)

    @property
    def is_hand_over(self) -> bool:
        """Whether a person or a thing passes from one holder to the next here."""
        return self.passes is not None

    def asked(self, pack: Any) -> tuple[Evidence, ...]:
        """The questions of this day."""
        return self.asks(pack) if self.asks else self.needs

    def opens_at(self, anchors: Mapping[str, Any]) -> datetime | None:
        """When a case with these anchors may take it; None when it may at any time."""
        moment = anchors.get(self.not_before) if self.not_before else None
        return datetime.fromisoformat(moment) if moment else None

    def does(self, effect: Effect) -> Effect:
        """Decorator: `effect(case, actor, given, at)` runs inside the step's transaction and may add facts to the event.

        It may move anchors of `case`, open other cases, and raise Refused; it must not move `case` itself.
        """
        self.effect = effect
        return effect


@dataclass(frozen=True)
class Fact:
    """One thing known about a case, shown and not asked again. `source` says who said so; `url` opens it."""

    label: str
    value: str
    source: str = ""
    url: str = ""


@dataclass(frozen=True)
class Carried:
    """What a phone may carry of a case for a day without a network: few facts, masked, and answers already there.

    `known` is by step key. `place` is where exactly, as a scope path, when the case's own is wider: a round on paper is
    walked by it. `codes` are digests of what is printed for the case (`linli.codes.address.digest`): a scan finds it by
    them. `planned` is when somebody is to be there (ISO 8601): lists sort the case by it instead of by its promise. A
    loop that declares no `carry` lets nothing out of the house but the case's masked title.
    """

    facts: tuple[Fact, ...] = ()
    known: Mapping[str, Given] = field(default_factory=dict)
    place: str = ""
    codes: tuple[str, ...] = ()
    planned: str = ""


@dataclass(frozen=True)
class Opening:
    """What a follow-up case is about: returned by `Loop.opening` when the event it waits for happened.

    `writes(case, at)` keeps what stands beside the new case in tables of its own, in the same transaction.
    """

    title: str
    scope: str
    subject: str
    anchors: Given = field(default_factory=dict)
    given: Given = field(default_factory=dict)
    state: str = ""  # where it opens, when not in the first state
    writes: Callable[[Any, datetime], None] | None = None


ROUTED = "call.route"
"""The event by which a telephone call is passed on: its given holds `to`, the key of the loop that shall take it over."""


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """What somebody may do with a loop beside its steps: `by` which duty, or by one of `also`, and what is asked.

    `needs` is asked of everybody; where the pack words the questions, `asks(pack)` gives them instead.
    """

    by: str
    title: str
    also: tuple[str, ...] = ()
    needs: tuple[Evidence, ...] = ()
    asks: Callable[[Any], tuple[Evidence, ...]] | None = None

    @property
    def duties(self) -> tuple[str, ...]:
        """Every duty that may, the one that is named in a refusal first."""
        return (self.by, *self.also)

    def asked(self, pack: Any) -> tuple[Evidence, ...]:
        """The questions of this day."""
        return self.asks(pack) if self.asks else self.needs


@dataclass(frozen=True, kw_only=True)
class Start(ByHand):
    """How somebody opens a case of this loop where they stand: beside a case of that place, whose scope it gets.

    `beside` names the loops whose cases it may be opened beside; none named: any. `opening(case, given, at)` says what
    the new case is about, from the case it stands beside and the answers as they were given; it may raise Refused. The
    event gets the answers too, private ones as references. `into` is the state a phone shows the case in until the house
    has answered, where that is not the loop's first.
    """

    opening: Callable[[Any, Given, datetime], Opening]
    beside: tuple[str, ...] = ()
    into: str = ""


@dataclass(frozen=True, kw_only=True)
class Keeping(ByHand):
    """How somebody on duty keeps the recurring promise of a case: it stays where it is, the next promise is planned.

    `keep(case_id, given, *, actor, at, intent, device_at)` ends in `engine.keep` under the same intent and returns its
    event; it may raise Refused. Right and answers were checked before.
    """

    keep: Callable[..., Any]


class Loop:
    """One kind of matter. Subclasses declare states and steps as attributes; the first state declared is the start.

    Optional words of a matter: `opening(case, event, pack)` says what a follow-up is about; `plan(case, pack)` gives the
    anchors the pack decides; `facts(case)` what screens show; `today(case, at)` what of it changes with the day;
    `known(case, step)` answers already there; `carry(cases)` what a phone takes along of many of them at once, by case
    id (`Carried`); `says(given)` the sentence of a remark, in the active language. `ends_with_cause` names the closed
    state in which a case of this loop ends, in the same transaction, when the case it followed from closes.

    `opening` may return None (nothing follows) or raise Refused, whose sentence says why and what to do instead.
    `takes_calls` are the words under which whoever answers the telephone passes a call on to this loop; it then opens
    on `ROUTED`, where `to` is its own key.
    `by_hand` says how a case is opened beside another one by whoever stands there, `keeping` how its recurring promise
    is kept by whoever is on duty: both also without a network (docs/field.md).
    """

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    states: ClassVar[dict[str, State]] = {}
    steps: ClassVar[dict[str, Step]] = {}
    opens_on: ClassVar[tuple[str, ...]] = ()
    opening: ClassVar[staticmethod[[Any, Any, Any], Opening | None] | None] = None
    ends_with_cause: ClassVar[str] = ""
    facts: ClassVar[staticmethod[[Any], list[Fact]] | None] = None
    today: ClassVar[staticmethod[[Any, Any], list[Fact]] | None] = None
    known: ClassVar[staticmethod[[Any, Any], Given] | None] = None
    carry: ClassVar[staticmethod[[Any], Mapping[Any, Carried]] | None] = None
    plan: ClassVar[staticmethod[[Any, Any], Given] | None] = None
    says: ClassVar[staticmethod[[Any], str] | None] = None
    takes_calls: ClassVar[str] = ""
    by_hand: ClassVar[Start | None] = None
    keeping: ClassVar[Keeping | None] = None

    def __init_subclass__(
        cls,
        key: str = "",
        title: str = "",
        opens_on: tuple[str, ...] = (),
        ends_with_cause: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls.key = key
        cls.opens_on = opens_on
        cls.ends_with_cause = ends_with_cause
        cls.title = title
        cls.states = {k: v for k, v in vars(cls).items() if isinstance(v, State)}
        cls.steps = {k: v for k, v in vars(cls).items() if isinstance(v, Step)}
        if taken := sorted({*cls.states, *cls.steps} & set(dir(Loop))):
            raise TypeError(
                f"{cls.__name__}: {', '.join(taken)} is a word of the engine; choose another name"
            )

    @classmethod
    def start(cls) -> State:
        """The state a new case opens in."""
        return next(iter(cls.states.values()))

    @classmethod
    def steps_from(cls, state_key: str) -> list[Step]:
        """The steps that leave a state, in the order they are declared: the first is the screen's primary action."""
        return [s for s in cls.steps.values() if any(o.key == state_key for o in s.origins)]

    @classmethod
    def event_names(cls) -> set[str]:
        """Every event a case of this loop can leave: its steps and the engine's own."""
        own = {"opened", "overdue", "climbed", "acknowledged", "replanned", "late_note", "remarked"}
        own |= {"reminded", "kept", "ended", "lapsed"}
        own |= {"reminded", "kept", "ended"}  # and "lapsed", on which nothing opens
        return {f"{cls.key}.{name}" for name in (*cls.steps, *own)}
