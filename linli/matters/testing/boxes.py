"""A box of tubes and its custody: packed when table and system agree, handed over, received, with both names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.ids import uuid7
from linli.loops import engine, rights
from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.registry import register
from linli.loops.rights import Actor
from linli.loops.spec import Loop, Opening, State, Step
from linli.matters.testing.models import Campaign, SampleBox, SamplingSite, Tube
from linli.matters.testing.tubes import plain_barcode


def no_celsius(value: Any) -> str | None:
    """What a thermometer in a transport box can show."""
    try:
        fits = -90 <= float(value) <= 60
    except (TypeError, ValueError):
        fits = False
    return None if fits else _("温度写 -90 到 60 的数")


giver = Evidence("giver", N_("交出人"), kind="name")
taker = Evidence("taker", N_("接收人"), kind="name")
celsius = Evidence("celsius", N_("箱内温度(℃)"), kind="number", complaint=no_celsius)


@register
class SampleCustody(Loop, key="sample_box", title=N_("样本箱交接")):
    """样本箱: from the table to the laboratory, without a gap."""

    packed = State(N_("已装箱,待交运"), due="sample_box.hand_over", tell=("sampling", "desk"))
    on_the_way = State(N_("运送中"), due="sample_box.receive", tell=("desk", "sampling"))
    received = State(N_("实验室已接收"))
    lost = State(N_("送不到,已作废"))

    hand_over = Step(
        packed,
        on_the_way,
        by="sampling",
        title=N_("交给运送人"),
        needs=(giver, taker, celsius),
        passes=("giver", "taker"),
    )
    receive = Step(
        on_the_way,
        received,
        by="sampling",
        title=N_("实验室接收"),
        needs=(
            giver,
            taker,
            celsius,
            Evidence("tubes", N_("实验室点到几管"), kind="number"),
            Evidence("note", N_("数目不对或温度不对,怎么回事"), required=False),
        ),
        passes=("giver", "taker"),
    )
    lose = Step(
        (packed, on_the_way),
        lost,
        by="desk",
        title=N_("送不到了"),
        needs=(Evidence("reason", N_("怎么回事"), private=True),),
    )


@SampleCustody.hand_over.does
def note_warmth(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """What the thermometer said is kept as it is; whether it is right is said beside it."""
    return _warmth(case, given, at)


@SampleCustody.receive.does
def count_again(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """A count or a temperature that is not right needs a word of what happened. Raises Refused."""
    wrong = _warmth(case, given, at)
    held = Tube.objects.filter(box__case_id=case.id).count()
    if int(float(given["tubes"])) != held:
        wrong |= {"expected": held}
    if wrong and not given.get("note"):
        says = _("箱里登记 %(n)d 管;数目或温度不对的,请写明怎么回事") % {"n": held}
        raise Refused(says, {"note": says})
    return wrong


def _warmth(case: Case, given: Given, at: datetime) -> dict[str, Any]:
    least, most = pack_for(case.community_id, at).get("testing.celsius", [-90, 60])
    return {} if least <= float(given["celsius"]) <= most else {"out_of_range": True}


@dataclass(frozen=True)
class Compared:
    """The table beside the system: what is in both, only in the system, only on the table."""

    both: list[Tube]
    missing: list[Tube]
    extra: list[str]

    @property
    def agrees(self) -> bool:
        """Whether there is nothing to explain."""
        return not self.missing and not self.extra

    def as_json(self) -> dict[str, list[str]]:
        """The difference sheet; empty when there is none."""
        said = {"missing": [tube.barcode for tube in self.missing], "extra": self.extra}
        return {key: codes for key, codes in said.items() if codes}


def in_words(difference: Mapping[str, Sequence[str]]) -> str:
    """The difference sheet in one line."""
    words = {"missing": _("系统有、桌上没有:%(tubes)s"), "extra": _("桌上有、系统没有:%(tubes)s")}
    return ";".join(words[key] % {"tubes": " ".join(codes)} for key, codes in difference.items())


def unboxed(campaign: Campaign, site: SamplingSite | None = None) -> QuerySet[Tube]:
    """Sealed tubes that are in no box, of one site or of all, in the order they were sealed."""
    rows = Tube.objects.filter(community_id=campaign.community_id, campaign=campaign, box=None, is_void=False)
    return (rows.filter(site=site) if site else rows).order_by("sealed_at", "barcode", "id")


def compare(campaign: Campaign, table: Sequence[str], site: SamplingSite | None = None) -> Compared:
    """What lies on the table against what the system holds. A barcode two tubes claim is nobody's until it is decided."""
    here = {plain_barcode(said) for said in table if said.strip()}
    ours = list(unboxed(campaign, site))
    fit = [tube for tube in ours if tube.barcode in here and not tube.is_doubtful]
    found = {tube.barcode for tube in fit}
    return Compared(fit, [tube for tube in ours if tube not in fit], sorted(here - found))


def pack_box(
    campaign: Campaign,
    table: Sequence[str],
    *,
    site: SamplingSite | None,
    reason: str = "",
    actor: rights.Actor,
    at: datetime,
    intent: str,
) -> SampleBox:
    """Close a box over the tubes that are in both, once per `intent`.

    Raises Refused (nothing written) with the difference while it has no reason, for an empty box, without the duty.
    """
    with transaction.atomic():
        lock(campaign.community_id)
        if before := SampleBox.objects.filter(community_id=campaign.community_id, intent=intent).first():
            return before
        scope = Case.objects.get(pk=campaign.case_id).scope
        if not rights.book().holds(actor, "sampling", community_id=campaign.community_id, scope=scope, at=at):
            raise Refused(_("装箱由采样岗办,您此刻不在这个岗位上"))
        seen = compare(campaign, table, site)
        if not seen.both:
            says = _("桌上没有一管是系统里待装箱的")
            raise Refused(says, {"table": says})
        if not seen.agrees and not reason.strip():
            raise Refused(in_words(seen.as_json()), {"reason": _("数目对不上,请写明为什么;没装的留到下一箱")})
        box = _box(campaign, seen, scope, reason, actor=actor, at=at, intent=intent)
        Tube.objects.filter(pk__in=[tube.pk for tube in seen.both]).update(box=box)
        return box


def _box(
    campaign: Campaign,
    seen: Compared,
    scope: str,
    reason: str,
    *,
    actor: rights.Actor,
    at: datetime,
    intent: str,
) -> SampleBox:
    last = campaign.boxes.aggregate(most=Max("number"))["most"] or 0
    title = f"{campaign.name} · {last + 1}"
    told = {"tubes": len(seen.both)} | (
        {} if seen.agrees else {"missing": len(seen.missing), "extra": len(seen.extra)}
    )
    opening = Opening(title=title, scope=scope, subject=str(uuid7()), given=told)
    case = engine.open_case(
        SampleCustody,
        opening,
        community_id=campaign.community_id,
        at=at,
        intent=f"sample_box:{intent}",
        actor=actor,
    )
    return SampleBox.objects.create(
        community_id=campaign.community_id,
        campaign=campaign,
        case=case,
        number=last + 1,
        packed_at=at,
        packed_by=actor.shown_name,
        difference=seen.as_json(),
        reason=reason.strip()[:200],
        intent=intent,
    )
