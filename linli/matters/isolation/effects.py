"""What the pack demands before a door closes and before it opens: a home that is fit, a period over, a last test."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.rights import Actor
from linli.matters.isolation import household, phases, releases, results
from linli.matters.isolation.loop import HOME_FIT, Isolation
from linli.registry import subjects


@Isolation.begin.does
def check_home(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """A home that lacks what the pack demands is no place for it: whoever lives there is moved. Raises Refused."""
    demanded = pack_for(case.community_id, at).get("isolation.home_fit", [])
    lacking = [
        _(title) for key, title in HOME_FIT if key in demanded and key not in given.get("home_fit", [])
    ]
    if lacking:
        says = _("不具备:%(lacking)s。请办「转出」,安排集中隔离") % {"lacking": "、".join(lacking)}
        raise Refused(says, {"home_fit": says})
    household.close_door(case, becoming="isolating", actor=actor, at=at)
    phases.settle(case, becoming="isolating", at=at)
    return {}


@Isolation.finish.does
def go_over(case: Case, actor: Actor, given: Given, at: datetime) -> None:
    """The dwelling is watched by what the pack says of the second phase; if its door closes now, all are asked now."""
    if not phases.phase_of(case) and phases.phase_of(case, "monitoring") == phases.ISOLATION:
        household.close_door(case, becoming="monitoring", actor=actor, at=at)
    phases.settle(case, becoming="monitoring", at=at)


@Isolation.move.does
def leave(case: Case, actor: Actor, given: Given, at: datetime) -> None:
    """Whoever stays behind the door stays watched."""
    phases.settle(case, becoming="moved", at=at)


@Isolation.release.does
def let_out(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """What the pack demands is there, and the release note is numbered in the same transaction. Raises Refused."""
    pack = pack_for(case.community_id, at)
    tested = (
        results.check(case, pack, given, at) if "last_test_negative" in pack.get("release.needs", []) else {}
    )
    household.check_together(case, pack, at)
    phases.settle(case, becoming="released", at=at)
    person = subjects.person_of(case)
    note = releases.issue(case, person, {**given, **tested}, actor=actor, at=at) if person else None
    return {**tested, **({"note": note.number} if note else {})}
