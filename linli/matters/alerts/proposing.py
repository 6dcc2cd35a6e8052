"""A restriction is proposed: one person, a basis of the closed list, evidence with its number, an end, a reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.base.ids import uuid7
from linli.loops import engine, rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.loops.rights import Actor
from linli.loops.spec import Opening
from linli.matters.alerts import in_mass
from linli.matters.alerts.bases import Basis, basis_of
from linli.matters.alerts.kept import opened_before
from linli.matters.alerts.models import RestrictionFile
from linli.matters.alerts.restriction import Restriction
from linli.matters.alerts.words import EVIDENCE
from linli.registry.models import Person

MOST_REASON, MOST_NUMBER = 500, 60
"""Characters of a reason, and of the number of a piece of evidence."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is proposed. `intent` makes the same form sent twice one restriction."""

    intent: str
    basis: str
    evidence: str
    evidence_number: str
    ends_at: datetime | None
    reason: str


def propose(person: Person, wish: Wish, *, actor: Actor, at: datetime, cause: Case | None = None) -> Case:
    """Open a restriction that binds nobody yet, once per `intent` and one at a time for a person.

    One of many in a day waits for a third person first. Raises Refused (nothing written) with a sentence per field.
    """
    with transaction.atomic():
        lock(person.community_id)
        if before := opened_before(Restriction, wish.intent, community_id=person.community_id):
            return before
        _may(person, actor, at)
        pack = pack_for(person.community_id, at)
        basis = _well_founded(wish, pack, at)
        _one_at_a_time(person)
        third = in_mass.lately(actor.id, community_id=person.community_id, pack=pack, at=at).needs_third
        case = engine.open_case(
            Restriction,
            _opening(person, wish, third=third),
            community_id=person.community_id,
            at=at,
            intent=wish.intent,
            actor=actor,
            cause=cause,
        )
        _keep(case, person, wish, basis, actor, needs_third=third)
        return case


def _may(person: Person, actor: Actor, at: datetime) -> None:
    where = {"community_id": person.community_id, "scope": person.path, "at": at}
    if not rights.book().holds(actor, "health", **where):
        raise Refused(_("限制措施由健康监测岗、网格长或值班台提议,您此刻不在这个岗位上"))


def _well_founded(wish: Wish, pack: Pack, at: datetime) -> Basis:
    """Everything a restriction needs, asked for at once. Raises Refused."""
    basis, faults = basis_of(pack, wish.basis), {}
    if basis is None:
        faults["basis"] = _("请从政策包的依据里选一条;没有依据不能限制")
    if wish.evidence not in dict(EVIDENCE):
        faults["evidence"] = _("请选择凭什么")
    if not wish.evidence_number.strip() or len(wish.evidence_number) > MOST_NUMBER:
        faults["evidence_number"] = _("请填写证据的编号(最多 %(most)d 字)") % {"most": MOST_NUMBER}
    if not wish.reason.strip() or len(wish.reason) > MOST_REASON:
        faults["reason"] = _("请用本人看得懂的话写明理由(最多 %(most)d 字)") % {"most": MOST_REASON}
    if fault := _end_fault(wish.ends_at, basis, at):
        faults["ends_at"] = fault
    if basis is None or faults:
        raise Refused(_("还有 %(n)d 处需要补充") % {"n": len(faults)}, faults)
    return basis


def _end_fault(ends_at: datetime | None, basis: Basis | None, at: datetime) -> str:
    if ends_at is None:
        return _("请写明到什么时候结束")
    if ends_at <= at:
        return _("结束时间要晚于现在")
    if basis and ends_at > basis.latest(at):
        latest = f"{local(basis.latest(at)):%Y-%m-%d %H:%M}"
        return _("这条依据最长 %(days)d 天,最晚到 %(latest)s") % {"days": basis.max_days, "latest": latest}
    return ""


def _one_at_a_time(person: Person) -> None:
    if open_restriction(person.community_id, person.pk):
        raise Refused(_("此人已有一件限制措施在办,请先办完那一件"))


def open_restriction(community_id: UUID, person_id: UUID) -> Case | None:
    """The restriction of a person that is proposed, confirmed or in force."""
    rows = Case.objects.open().filter(community_id=community_id, loop=Restriction.key, subject=str(person_id))
    return rows.first()


def _opening(person: Person, wish: Wish, *, third: bool) -> Opening:
    assert wish.ends_at
    home = person.household.dwelling if person.household else None
    place = f"{home.compound.name}{home.building}" if home else ""
    return Opening(
        title=" · ".join(part for part in (person.masked_name, place) if part),
        scope=person.path,
        subject=str(person.pk),
        anchors={"person": str(person.pk), "basis": wish.basis, "ends_at": wish.ends_at.isoformat()},
        given={"basis": wish.basis, "evidence": wish.evidence, "ends_at": wish.ends_at.isoformat()}
        | ({"third": True} if third else {}),
        state=Restriction.held.key if third else "",
    )


def _keep(case: Case, person: Person, wish: Wish, basis: Basis, actor: Actor, *, needs_third: bool) -> None:
    assert wish.ends_at
    RestrictionFile.objects.create(
        id=uuid7(),
        community_id=case.community_id,
        case=case,
        person=person,
        basis=basis.key,
        law=basis.law,
        article=basis.article,
        does=basis.does,
        evidence=wish.evidence,
        evidence_number=wish.evidence_number.strip(),
        reason=wish.reason.strip(),
        proposed_at=case.opened_at,
        proposer_id=actor.id,
        proposer_name=actor.shown_name,
        ends_at=wish.ends_at,
        latest_at=basis.latest(case.opened_at),
        needs_third=needs_third,
    )
