"""What happens at a door in the same transaction as its step: the outcome, the next visit, the corrections proposed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.rights import Actor
from linli.matters.census import asks, corrections, told
from linli.matters.census.loop import Correcting, Visit, WholeRound
from linli.matters.census.models import RoundDoor
from linli.matters.census.times import next_slot, part_of


def door_of(case: Case) -> RoundDoor:
    """The door a visit is about."""
    return RoundDoor.objects.select_related("round", "dwelling").get(
        community_id=case.community_id, case_id=case.id
    )


def _came_to(door: RoundDoor, outcome: str, again_from: datetime | None = None) -> None:
    RoundDoor.objects.filter(pk=door.pk).update(outcome=outcome, tries=F("tries") + 1, again_from=again_from)


@Visit.answer.does
def hear(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """What differs becomes proposals; the texts go into the vault and only their number into the ledger. Raises Refused."""
    door = door_of(case)
    changes, faults = told.read(given, people=len(door.people))
    faults |= {
        key: _("请填写「%(title)s」") % {"title": _(asks.ASKS[key][0])}
        for key in door.round.asks
        if key in asks.ASKS and not given.get(key)
    }
    if faults:
        raise Refused(_("还有 %(n)d 处需要补充") % {"n": len(faults)}, faults)
    corrections.propose(case, door, changes, actor=actor, at=at)
    _came_to(door, asks.ANSWERED)
    counted = {kind: sum(c.kind == kind for c in changes) for kind in asks.KINDS if given.get(kind)}
    return counted | ({"changes": len(changes)} if changes else {})


@Visit.absent.does
def plan_again(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The next visit is at a part of the day at which nobody has been there yet, or as it was agreed."""
    pack = pack_for(case.community_id, at)
    knocked_at = datetime.fromisoformat(case.anchors["knocked_at"])  # by the phone's clock where that can be
    tried = [*case.anchors.get("tried", []), given.get("part") or part_of(knocked_at, pack)]
    slot = next_slot(tried, at, pack, wanted=given.get("again", ""))
    moments = {"again_from": slot.opens_at.isoformat(), "again_by": slot.closes_at.isoformat()}
    case.anchors = {**case.anchors, "tried": tried, **moments}
    _came_to(door_of(case), asks.ABSENT, slot.opens_at)
    return {"part": tried[-1], "next": slot.part}


@Visit.refuse.does
def note_refusal(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Refused: the grid lead persuades, or passes the door on."""
    _came_to(door_of(case), asks.REFUSED)
    return {}


@Visit.empty.does
def note_empty(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Nobody lives there."""
    _came_to(door_of(case), asks.EMPTY)
    return {}


@Visit.pass_on.does
def note_passed(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Others go there; what they find is told as at any door."""
    _came_to(door_of(case), asks.PASSED)
    return {}


@WholeRound.finish.does
def all_visited(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """A round is over when somebody has been at every door: nothing stays unknown. Raises Refused."""
    doors = RoundDoor.objects.filter(community_id=case.community_id, round__case_id=case.id)
    left = doors.filter(outcome=asks.UNVISITED).count()
    if left:
        raise Refused(_("还有 %(n)d 户没去过,不能结束本轮") % {"n": left})
    return {"doors": doors.count()}


@Correcting.accept.does
def take_all(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Whatever of this door is still undecided goes into the register, if it says the same as then. Raises Refused."""
    return corrections.settle_rest(case, accept=True, actor=actor, at=at)


@Correcting.decline.does
def drop_all(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Whatever of this door is still undecided is not taken over."""
    return corrections.settle_rest(case, accept=False, actor=actor, at=at)
