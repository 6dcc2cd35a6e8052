"""What a visit leaves in the same transaction: the outcome, and a finding for every item that is not right."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.codes import issuing
from linli.loops import engine
from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.loops.rights import Actor
from linli.loops.spec import Opening
from linli.matters.patrols.checklist import NOT_OK, OK, Item, items
from linli.matters.patrols.loop import Finding, Patrol
from linli.matters.patrols.models import PatrolVisit


@Patrol.check.does
def looked(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """A scanned code must be this venue's living one. Raises Refused; the token itself never enters the ledger."""
    scanned = _scanned(case, given.get("code", ""), at)
    pack = pack_for(case.community_id, at)
    open_ = findings_of(case)
    for item in items(pack):
        _judge(case, item, given.get(item.key, ""), open_.get(item.key), actor=actor, at=at)
    _came_to(case, PatrolVisit.CHECKED, actor, at, scanned=scanned)
    return {"code": "scanned" if scanned else ""}


def _scanned(case: Case, said: str, at: datetime) -> bool:
    """Whether the venue's own code hangs there: by its address, its token or its eight characters."""
    if not said:
        return False
    code = issuing.find(said.strip().rstrip("/").rpartition("/")[2], kind="venue")
    if code is None or code.community_id != case.community_id:
        fault = _("这不是本社区发的场所码。没有码就空着,把「场所码」选成不合格")
    elif str(code.subject) != case.subject:
        fault = _("这是另一家的场所码,请看看站在哪一家门口")
    elif not issuing.is_alive(code, at):
        fault = _("这张场所码已经作废,请店家换新的。这一项空着,把「场所码」选成不合格")
    else:
        return True
    raise Refused(_("还有 %(n)d 处需要补充") % {"n": 1}, {"code": fault})


def findings_of(case: Case) -> dict[str, Case]:
    """What this venue already has to put right, by item."""
    mine = Case.objects.open().filter(
        community_id=case.community_id, loop=Finding.key, subject__startswith=f"{case.subject}:"
    )
    return {found.subject.rpartition(":")[2]: found for found in mine}


def _judge(case: Case, item: Item, said: str, known: Case | None, *, actor: Actor, at: datetime) -> None:
    """Not right: something to put right. Right: what was open is closed by this look. Wrong again after its hour: worse."""
    intent = f"finding:{case.id}:{item.key}"
    if said == NOT_OK and known is None:
        opening = _opening(case, item, at)
        engine.open_case(
            Finding, opening, community_id=case.community_id, at=at, intent=intent, actor=actor, cause=case
        )
    elif known and (said == OK or (said == NOT_OK and _is_worse(known, at))):
        step = Finding.clear if said == OK else Finding.again
        engine.advance(known.id, step.key, actor=actor, given={}, at=at, intent=intent)


def _is_worse(known: Case, at: datetime) -> bool:
    """Its hour is over, or the venue said that it is done; what was passed up is others' to follow."""
    over = datetime.fromisoformat(known.anchors["fix_by"]) <= at or bool(known.anchors.get("answered_at"))
    return over and known.state != Finding.reported.key


def _opening(case: Case, item: Item, at: datetime) -> Opening:
    return Opening(
        title=f"{case.title.partition(' · ')[0]} · {item.title}",
        scope=case.scope,
        subject=f"{case.subject}:{item.key}"[:60],
        anchors={"fix_by": (at + item.fix).isoformat(), "item": item.key},
        given={"item": item.key},
    )


@Patrol.closed.does
def stood_before(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Nobody there."""
    _came_to(case, PatrolVisit.SHUT, actor, at)
    return {}


@Patrol.miss.does
def gave_up(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Nobody went, and why is known."""
    PatrolVisit.objects.filter(community_id=case.community_id, case_id=case.id).update(
        outcome=PatrolVisit.MISSED
    )
    return {}


def _came_to(case: Case, outcome: str, actor: Actor, at: datetime, *, scanned: bool = False) -> None:
    """As the device's clock has it, as far as that can be true."""
    PatrolVisit.objects.filter(community_id=case.community_id, case_id=case.id).update(
        outcome=outcome,
        scanned=scanned,
        walked_at=datetime.fromisoformat(case.anchors["walked_at"]),
        walked_by=actor.shown_name,
    )


@Finding.again.does
def once_more(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The venue gets its time once more, from now; what it said before counts no longer."""
    pack: Pack = pack_for(case.community_id, at)
    fix = next((item.fix for item in items(pack) if item.key == case.anchors["item"]), None)
    by = (at + fix).isoformat() if fix else case.anchors["fix_by"]
    case.anchors = {**case.anchors, "fix_by": by, "look_by": by, "answered_at": ""}
    return {"fix_by": by}


def venue_id_of(case: Case) -> UUID:
    """The venue a visit or a finding is about."""
    return UUID(case.subject.partition(":")[0])
