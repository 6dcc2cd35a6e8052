"""The telephone of the demo community today: calls that wait, one promised and late, some answered, one passed on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from linli.loops import deadlines
from linli.loops.models import Case
from linli.loops.spec import Step
from linli.matters.hotline.loop import Call
from linli.matters.hotline.taking import Told, join, take
from linli.registry.models import Community, Person
from linli.roster.models import Shift, User


@dataclass(frozen=True)
class Ring:
    """One call: minutes ago, what about, how urgent, what they say, and the step taken with it."""

    ago: int
    kind: str
    urgency: str
    note: str
    step: Step | None = None
    given: tuple[tuple[str, Any], ...] = ()
    promised_in: int = 0


RINGS = (
    Ring(190, "question", "normal", "", Call.answer, (("card", "days"),)),
    Ring(150, "test", "normal", "问核酸结果什么时候出", Call.promise, promised_in=120),
    Ring(95, "other", "normal", "楼道灯坏了两天", Call.answer, (("said", "已报物业,今天修"),)),
    Ring(64, "return", "normal", "儿子明晚回来,问要准备什么", Call.route, (("to", "return"),)),
    Ring(40, "medicine", "soon", "降压药只够明天早上"),
    Ring(22, "care", "soon", "后天透析,问车怎么安排", Call.promise, promised_in=45),
    Ring(9, "supply", "normal", "要米一袋、鸡蛋一板"),
    Ring(3, "isolation", "normal", "问能不能下楼取快递"),
)


def ring(community: Community, *, at: datetime) -> None:
    """Let the telephone ring through the day so far; the household without rice calls a second time."""
    desk = _on_the_telephone(community)
    people = _callers(community)
    taken = [_one(community, each, next(people), desk, at) for each in RINGS]
    waiting = next(case for case in taken if case.anchors["kind"] == "supply")
    again = _told(community, RINGS[6], _person(waiting), intent="demo-call-again", note="又问米什么时候到")
    join(waiting.id, again, community=community, at=at - timedelta(minutes=1), actor=desk)
    for minutes in range(60, -1, -5):
        deadlines.wake_due(at=at - timedelta(minutes=minutes))


def _on_the_telephone(community: Community) -> User:
    shift = Shift.objects.filter(community=community, duty="hotline").select_related("user")
    return shift.earliest("starts_at").user


def _callers(community: Community) -> Iterator[Person]:
    found = Person.objects.filter(community=community, relation="户主", birth_on__year__lt=1975)
    homes = found.select_related("household__dwelling__compound", "household__dwelling__building")
    return iter(homes.order_by("-path")[: len(RINGS)])


def _one(community: Community, each: Ring, who: Person, desk: User, at: datetime) -> Case:
    began = at - timedelta(minutes=each.ago)
    given = dict(each.given)
    if each.promised_in:
        given["promised_at"] = (began + timedelta(minutes=each.promised_in)).isoformat()
    told = _told(community, each, who, intent=f"demo-call-{each.ago}", note=each.note)
    return take(told, community=community, at=began, actor=desk, step=each.step, given=given)


def _told(community: Community, each: Ring, who: Person, *, intent: str, note: str) -> Told:
    return Told(
        intent=intent, kind=each.kind, urgency=each.urgency, place=community.path, person=who, note=note
    )


def _person(case: Case) -> Person:
    homes = Person.objects.select_related("household__dwelling__compound", "household__dwelling__building")
    return homes.get(pk=case.anchors["person"])
