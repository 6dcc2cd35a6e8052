"""Who is behind the same door, in which phase, and what changes there when somebody begins, goes over or is let out."""

from __future__ import annotations

from datetime import datetime

from linli.loops import engine
from linli.loops.models import Case, CaseQuerySet
from linli.loops.pack import pack_for

ISOLATION, MONITOR = "isolation", "monitor"
"""What binds a dwelling: its door stays closed, or people are only watched. The stricter one wins."""
ROUNDS = ("door_check", "waste")


def phase_of(case: Case, state: str = "") -> str:
    """The phase somebody is in at home (in `state`, where they are about to be); "" for whoever is not, or not yet."""
    standing, known = state or case.state, case.anchors
    if standing == "isolating":
        return "" if known["measure"] == "central" else ISOLATION
    if standing == "monitoring":
        return ISOLATION if known["isolation_days"] and known.get("then") == "home" else MONITOR
    return ""


def sharing(case: Case) -> CaseQuerySet:
    """The open isolations of the others behind the same door, whoever began first coming first."""
    return (
        Case.objects.open()
        .filter(community_id=case.community_id, loop="isolation", scope=case.scope)
        .exclude(pk=case.pk)
        .order_by("opened_at", "id")
    )


def dwelling(case: Case) -> CaseQuerySet:
    """The rounds of the dwelling."""
    return Case.objects.open().filter(community_id=case.community_id, loop__in=ROUNDS, scope=case.scope)


def settle(case: Case, *, becoming: str, at: datetime) -> None:
    """The dwelling's rounds follow the strictest phase behind its door, now that `case` is about to be in `becoming`.

    Rounds that hung on a case that closes go on with another one. Called in the transaction of the step.
    """
    others = list(sharing(case))
    phases = {phase_of(other) for other in others} | {phase_of(case, becoming)}
    phase = ISOLATION if ISOLATION in phases else MONITOR if MONITOR in phases else ""
    heir = next((other for other in others if phase_of(other)), None)
    pack = pack_for(case.community_id, at)
    for round_ in dwelling(case):
        if heir and round_.cause_id == case.pk and becoming not in ("isolating", "monitoring"):
            engine.follow(round_.id, cause=heir)
        if phase and round_.anchors["phase"] != phase:
            round_.anchors = {**round_.anchors, "phase": phase}
            assert round_.declared.plan
            moved = {"phase": phase, **round_.declared.plan(round_, pack)}
            why = f"{round_.id}:{phase}:{at.isoformat()}"
            engine.replan(round_.id, anchors=moved, at=at, intent=why[:100], why=phase)
