"""What two phones did not agree on, and codes nobody knows: both facts stand side by side until a person decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.codes import issuing
from linli.codes.models import Kind
from linli.loops import rights
from linli.loops.ledger import Made, Refused, append, lock, seen
from linli.loops.models import Case
from linli.matters.testing.models import Campaign, Sample, Tube
from linli.matters.testing.tubes import is_barcode, plain_barcode

BOTH, NOT_HERE, NOT_THERE, WHOSE, VOID, OTHER_CODE = (
    "both",
    "not_here",
    "not_there",
    "whose",
    "void",
    "barcode",
)
ANSWERS = {
    Sample.AGAIN: ((BOTH, N_("两管里都有")), (NOT_HERE, N_("这一管里没有")), (NOT_THERE, N_("前一管里没有"))),
    Sample.UNKNOWN: ((WHOSE, N_("查清了,是这个码的人")), (NOT_HERE, N_("没采,划掉"))),
}
TUBE_ANSWERS = ((OTHER_CODE, N_("条码看错了,改成")), (VOID, N_("没有这一管,作废")))


def open_samples(campaign: Campaign) -> QuerySet[Sample]:
    """Samples that wait for a person, in the order of their tubes."""
    rows = Sample.objects.filter(
        community_id=campaign.community_id, campaign=campaign, standing__in=list(ANSWERS), tube__is_void=False
    )
    return rows.select_related("tube__site", "person").order_by("tube__sealed_at", "tube_id", "place")


def open_tubes(campaign: Campaign) -> QuerySet[Tube]:
    """Tubes whose barcode another one has."""
    rows = Tube.objects.filter(community_id=campaign.community_id, campaign=campaign)
    return rows.filter(is_doubtful=True, is_void=False).select_related("site").order_by("sealed_at", "id")


def earlier(samples: Iterable[Sample], campaign: Campaign) -> dict[UUID, Sample]:
    """Person → the sample that counts. One query."""
    rows = Sample.objects.filter(
        community_id=campaign.community_id,
        campaign=campaign,
        standing="",
        person_id__in=[one.person_id for one in samples if one.person_id],
    )
    return {one.person_id: one for one in rows.select_related("tube__site") if one.person_id}


def decide_sample(
    sample_id: UUID,
    answer: str,
    *,
    campaign: Campaign,
    code: str = "",
    actor: rights.Actor,
    at: datetime,
    intent: str,
) -> None:
    """One of ANSWERS for one sample, once per `intent`. Raises Refused (nothing written), Sample.DoesNotExist."""
    with transaction.atomic():
        if not _begun(campaign, actor, at, intent):
            return
        sample = Sample.objects.select_related("tube").get(pk=sample_id, campaign=campaign)
        if answer not in dict(ANSWERS.get(sample.standing, ())):
            raise Refused(_("这一条已经定了,请看最新情况"))
        _answer(sample, answer, code, at)
        sample.save(update_fields=["person_id", "said", "standing"])
        _note(
            campaign,
            {"tube": sample.tube.barcode, "place": sample.place, "answer": answer},
            actor,
            at,
            intent,
        )


def _answer(sample: Sample, answer: str, code: str, at: datetime) -> None:
    if answer == WHOSE:
        sample.person_id, sample.said = _whose(code, sample.community_id, at), ""
        sample.standing = Sample.BOTH if _counted(sample) else Sample.COUNTS
    elif answer == NOT_THERE:
        if first := _counted(sample):
            Sample.objects.filter(pk=first.pk).update(standing=Sample.DROPPED)
        sample.standing = Sample.COUNTS
    else:
        sample.standing = Sample.BOTH if answer == BOTH else Sample.DROPPED


def _whose(code: str, community_id: UUID, at: datetime) -> UUID:
    found = issuing.find(code, kind=Kind.PERSON)
    if found is None or found.community_id != community_id or not issuing.is_alive(found, at):
        says = _("不认识这个码,或已作废")
        raise Refused(says, {"code": says})
    return found.subject


def _counted(sample: Sample) -> Sample | None:
    if sample.person_id is None:
        return None
    rows = Sample.objects.filter(
        community_id=sample.community_id, campaign_id=sample.campaign_id, person_id=sample.person_id
    )
    return rows.filter(standing=Sample.COUNTS).exclude(pk=sample.pk).first()


def decide_tube(
    tube_id: UUID,
    answer: str,
    *,
    campaign: Campaign,
    barcode: str = "",
    actor: rights.Actor,
    at: datetime,
    intent: str,
) -> None:
    """One of TUBE_ANSWERS for a tube whose barcode another one has. Raises Refused (nothing written), Tube.DoesNotExist."""
    with transaction.atomic():
        if not _begun(campaign, actor, at, intent):
            return
        tube = Tube.objects.get(pk=tube_id, campaign=campaign)
        if not tube.is_doubtful or tube.is_void or answer not in dict(TUBE_ANSWERS):
            raise Refused(_("这一条已经定了,请看最新情况"))
        was = tube.barcode
        if answer == VOID:
            tube.is_void = True
            _empty(tube)
        else:
            tube.barcode, tube.is_doubtful = _free(barcode, campaign), False
        tube.save(update_fields=["barcode", "is_doubtful", "is_void"])
        _note(campaign, {"tube": was, "answer": answer, "now": tube.barcode}, actor, at, intent)


def _free(said: str, campaign: Campaign) -> str:
    barcode = plain_barcode(said)
    mine = Tube.objects.filter(community_id=campaign.community_id, campaign=campaign, barcode=barcode)
    if not is_barcode(barcode) or mine.filter(is_void=False).exists():
        says = _("这不是试管的条码,或者本轮已经用过")
        raise Refused(says, {"barcode": says})
    return barcode


def _empty(tube: Tube) -> None:
    """Nobody is lost with a tube that never was: whoever is in another one too counts there."""
    mine = list(tube.samples.exclude(standing=Sample.DROPPED))
    tube.samples.update(standing=Sample.DROPPED)
    for one in mine:
        if one.person_id is None or one.standing != Sample.COUNTS:
            continue
        others = Sample.objects.filter(
            community_id=tube.community_id,
            campaign_id=tube.campaign_id,
            person_id=one.person_id,
            standing__in=(Sample.AGAIN, Sample.BOTH),
        )
        if other := others.order_by("id").first():
            Sample.objects.filter(pk=other.pk).update(standing=Sample.COUNTS)


def _begun(campaign: Campaign, actor: rights.Actor, at: datetime, intent: str) -> bool:
    """Hold the lock; False when this was decided before. Raises Refused without the duty."""
    lock(campaign.community_id)
    if seen(campaign.community_id, intent):
        return False
    case = Case.objects.get(pk=campaign.case_id)
    if not rights.book().holds(actor, "desk", community_id=case.community_id, scope=case.scope, at=at):
        raise Refused(_("有疑问的由值班台定,您此刻不在这个岗位上"))
    return True


def _note(
    campaign: Campaign, told: dict[str, object], actor: rights.Actor, at: datetime, intent: str
) -> None:
    case = Case.objects.get(pk=campaign.case_id)
    append(lock(campaign.community_id), case, Made(f"{case.loop}.remarked", intent, at, actor, told))
