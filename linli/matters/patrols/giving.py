"""Today's visits are given out as walks: a plain plan at once, a shorter one when it is found; done stays done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from linli.base.clock import LOCAL, local
from linli.loops import engine, rights
from linli.loops.ledger import Refused, lock
from linli.matters.patrols import rounds, walks
from linli.matters.patrols.models import PatrolPlan, PatrolVisit
from linli.matters.patrols.points import ground
from linli.matters.patrols.routing import Solving
from linli.matters.patrols.walks import Leg, Stop, Task, Walker
from linli.registry.models import Community
from linli.roster.models import Shift, User

DUTY = "patrol"
WALKED = walks.MINUTES_A_VISIT * 1.5
"""Minutes that count for a visit already made: the look and the way there."""
PLANNED = ("walker_id", "walker_name", "stop", "planned_at")


@dataclass(frozen=True)
class Drawn:
    """A day as the planner sees it, and what its ids stand for."""

    task: Task
    midnight: datetime
    visits: dict[str, PatrolVisit]
    walkers: dict[str, User]


def draw(community: Community, day: date, at: datetime) -> Drawn:
    """What is still owed on a day and who is there for it from `at` on. Five queries."""
    midnight = datetime.combine(day, time(), LOCAL)
    rows = PatrolVisit.objects.filter(community=community, day=day).select_related("venue")
    visits = {row.id.hex: row for row in rows}
    lies = ground(community)
    shifts = _shifts(community, at, midnight + timedelta(days=1))
    loads: dict[str, float] = {}
    for row in visits.values():
        if row.outcome and row.walker_id:
            loads[row.walker_id.hex] = loads.get(row.walker_id.hex, 0.0) + WALKED
    stops = tuple(_stop(row, lies.of(row.venue), midnight) for row in visits.values() if not row.outcome)
    walkers = tuple(_walker(user, own, midnight) for user, own in shifts.items())
    task = Task(lies.office, stops, walkers, _minute(at, midnight), loads)
    open_ = {key: row for key, row in visits.items() if not row.outcome}
    return Drawn(task, midnight, open_, {user.id.hex: user for user in shifts})


def _minute(at: datetime, midnight: datetime) -> float:
    return round((at - midnight).total_seconds() / 60, 2)


def _stop(row: PatrolVisit, at: walks.Point, midnight: datetime) -> Stop:
    opens, closes = _minute(row.opens_at, midnight), _minute(row.closes_at, midnight)
    return Stop(row.id.hex, at, opens, closes, row.venue.path)


def _shifts(community: Community, begins: datetime, ends: datetime) -> dict[User, list[Shift]]:
    """Everybody who walks in this time, with their shifts; those on call only where nobody else does."""
    taken_over = Shift.objects.filter(instead_of=OuterRef("pk"), called_off_at=None)
    found = Shift.objects.filter(
        ~Exists(taken_over),
        Q(ends_at=None) | Q(ends_at__gt=begins),
        community=community,
        duty=DUTY,
        starts_at__lt=ends,
        called_off_at=None,
        user__is_active=True,
    )
    rows = list(found.select_related("user").order_by("starts_at", "pk"))
    on_post = [row for row in rows if not row.on_call] or rows
    by_user: dict[User, list[Shift]] = {}
    for row in on_post:
        by_user.setdefault(row.user, []).append(row)
    return by_user


def _walker(user: User, shifts: list[Shift], midnight: datetime) -> Walker:
    last = timedelta(days=1)
    hours = ((s.starts_at, s.ends_at or midnight + last) for s in shifts)
    spans = tuple((_minute(a, midnight), _minute(b, midnight)) for a, b in hours)
    return Walker(user.id.hex, spans, tuple(sorted({s.scope for s in shifts})))


def plan_day(community: Community, *, at: datetime, actor: rights.Actor | None = None) -> PatrolPlan:
    """Give out today's open visits anew, in one transaction; the solver is asked to look at it after.

    Raises Refused (nothing written) for a colleague who may not.
    """
    day = local(at).date()
    if actor:
        _may(community, actor, at)
    with transaction.atomic():
        lock(community.id)
        drawn = draw(community, day, at)
        legs = walks.plan(drawn.task)
        plan = PatrolPlan.objects.filter(community=community, day=day).first()
        plan = plan or PatrolPlan(community=community, day=day, version=0)
        plan.version, plan.how, plan.made_at = plan.version + 1, PatrolPlan.PLAIN, at
        plan.metres = round(walks.length(drawn.task, legs))
        plan.improving = plan.version if len(legs) > 1 and settings.PATROL_SECONDS else 0
        plan.save()
        _give_out(drawn, legs)
        return plan


def _may(community: Community, actor: rights.Actor, at: datetime) -> None:
    book = rights.book()
    if not book.holds(actor, "desk", community_id=community.id, scope=community.path, at=at):
        raise Refused(_("路线由值班台排,您此刻不在这个岗位上"))


def _give_out(drawn: Drawn, legs: Iterable[Leg]) -> None:
    """Write who goes where when beside the visits, and in whose hands their cases are. Visits nobody makes lose theirs."""
    by_stop = {leg.stop: leg for leg in legs}
    hands: dict[str, list[UUID]] = {}
    for key, row in drawn.visits.items():
        leg = by_stop.get(key)
        row.walker_id = drawn.walkers[leg.walker].id if leg else None
        row.walker_name = drawn.walkers[leg.walker].shown_name if leg else ""
        row.stop = leg.number if leg else None
        row.planned_at = drawn.midnight + timedelta(minutes=leg.minute) if leg else None
        hands.setdefault(leg.walker if leg else "", []).append(row.case_id)
    rounds.VISITS.update(list(drawn.visits.values()), PLANNED)
    for walker, cases in hands.items():
        engine.entrust(cases, drawn.walkers.get(walker))


def open_and_plan(*, at: datetime) -> int:
    """The worker's pass: what is due is opened, and given out at once where something new is owed. Visits opened."""
    opened = 0
    for community in Community.objects.all():
        if new := rounds.open_due(community, at=at):
            plan_day(community, at=at)
            opened += new
    return opened


@dataclass
class Improver:
    """The solvers a worker has under way, one a plan. What it forgets by dying costs nothing: the plain plan stands."""

    under_way: dict[tuple[UUID, int], tuple[Drawn, Solving]] = field(default_factory=dict)

    def look(self, *, at: datetime) -> int:
        """Take over what has ended, start what is asked for; never waits. Returns plans made shorter."""
        shorter = 0
        for key, (drawn, solving) in list(self.under_way.items()):
            if not solving.is_running():
                del self.under_way[key]
                shorter += _take_over(*key, drawn, solving.finished())
        self._start(at)
        return shorter

    def _start(self, at: datetime) -> None:
        waiting = PatrolPlan.objects.filter(improving__gt=0).select_related("community")
        for plan in waiting.order_by("made_at")[:1] if not self.under_way else ():
            claimed = PatrolPlan.objects.filter(pk=plan.pk, improving=plan.improving).update(improving=0)
            if claimed and plan.improving == plan.version:
                drawn = draw(plan.community, plan.day, at)
                plain = walks.plan(drawn.task)
                solving = Solving(drawn.task, plain, seconds=settings.PATROL_SECONDS)
                self.under_way[plan.pk, plan.version] = (drawn, solving)


def _take_over(plan_id: UUID, version: int, drawn: Drawn, legs: list[Leg] | None) -> int:
    """Write the shorter walks, unless somebody planned anew meanwhile; what was done meanwhile stays done."""
    if legs is None:
        return 0
    with transaction.atomic():
        plan = PatrolPlan.objects.select_related("community").get(pk=plan_id)
        lock(plan.community_id)
        plan.refresh_from_db()
        if plan.version != version:
            return 0
        left = PatrolVisit.objects.filter(community_id=plan.community_id, day=plan.day, outcome="")
        still = {pk.hex for pk in left.values_list("pk", flat=True)}
        open_ = {key: row for key, row in drawn.visits.items() if key in still}
        _give_out(Drawn(drawn.task, drawn.midnight, open_, drawn.walkers), legs)
        plan.how, plan.metres = PatrolPlan.SOLVED, round(walks.length(drawn.task, legs))
        plan.save(update_fields=["how", "metres"])
        return 1


improver = Improver()
"""The worker's own."""
