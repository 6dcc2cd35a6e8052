"""A tube that is positive, and what it sets going for everybody in it: kept apart, sampled alone at the door, told.

Nobody of a pool is positive before a sample of their own is. The tube's case and all recalls open in one transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops import engine
from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.registry import register
from linli.loops.rights import Actor
from linli.loops.spec import Loop, Opening, State, Step
from linli.matters.testing.models import Sample, Tube
from linli.registry.models import Person

reason = Evidence("reason", N_("原因"), private=True)
source = Evidence("source", N_("结果从哪里来"), hint=N_("例如检验报告单、查询平台"))
CHECK = "pool.check"
"""The promise a pool opens with; a pack without it knows of no pools."""


@register
class Pool(Loop, key="pool", title=N_("混管阳性")):
    """混管阳性: one tube. Its subject is the tube."""

    reported = State(N_("待核对"), due=CHECK, tell=("health", "desk"))
    recalled = State(N_("成员待单采"), due="pool.settle", tell=("health", "desk", "grid_lead"))
    settled = State(N_("每个人都有结果"))
    mistaken = State(N_("不是阳性"))

    # `own`: the laboratory's file speaks for itself; whoever brought it in was allowed to (`results`).
    positive = Step(reported, recalled, by="health", title=N_("是阳性,召回成员"), own=True)
    deny = Step(reported, mistaken, by="health", title=N_("实验室说不是阳性"), needs=(source,))
    recall_rest = Step(recalled, recalled, by="health", title=N_("补召回查清的人"))
    settle = Step(recalled, settled, by="health", title=N_("每个人都有结果了"))


@register
class Recall(Loop, key="recall", title=N_("混管召回单采")):
    """召回单采: one person of one pool, from the call to a result of their own."""

    called = State(N_("待就地隔离"), due="recall.apart", tell=("health", "grid_lead", "desk"))
    apart = State(N_("待上门单采"), due="recall.sample", tell=("sampling", "health", "grid_lead"))
    sampled = State(N_("等待单采结果"), due="recall.wait", tell=("health", "desk"))
    negative = State(N_("单采阴性,已解除"))
    positive = State(N_("单采阳性"))
    dropped = State(N_("不在这一管里"))

    keep_apart = Step(
        called,
        apart,
        by="health",
        title=N_("已就地隔离"),
        needs=(
            Evidence(
                "told", N_("已告知:还没有本人的结果,先单独一间,不出门,等上门单采"), kind="yes", must_be=True
            ),
        ),
    )
    sample = Step(
        apart,
        sampled,
        by="sampling",
        title=N_("已上门单采"),
        needs=(Evidence("tube", N_("试管或条码号"), private=True),),
    )
    sample_again = Step(sampled, apart, by="health", title=N_("结果不明确,再采"), needs=(source,))
    report_negative = Step(
        sampled,
        negative,
        by="health",
        title=N_("单采阴性,解除"),
        needs=(source, Evidence("told", N_("已告诉本人:阴性,可以出门"), kind="yes", must_be=True)),
    )
    report_positive = Step(sampled, positive, by="health", title=N_("单采阳性"), needs=(source,))
    drop = Step((called, apart), dropped, by="desk", title=N_("查清不在这一管里"), needs=(reason,))


def members(tube: Tube) -> list[Person]:
    """Everybody whose swab is or may be in the tube, home by home."""
    rows = Sample.objects.filter(tube=tube, person__isnull=False).exclude(standing=Sample.DROPPED)
    found = [
        row.person for row in rows.select_related("person").order_by("person__path", "place") if row.person
    ]
    return list({person.pk: person for person in found}.values())


def strangers_in(tube: Tube) -> int:
    """Codes of the tube of which nobody knows yet whose they are."""
    return tube.samples.filter(standing=Sample.UNKNOWN).count()


def open_pool(tube: Tube, *, at: datetime) -> Case | None:
    """The case of a tube that is said to be positive, once; None under a pack that knows of no pools.

    The caller holds the community's lock.
    """
    if CHECK not in pack_for(tube.community_id, at).body["due"]:
        return None
    scope = Case.objects.values_list("scope", flat=True).get(pk=tube.campaign.case_id)
    opening = Opening(title=tube.barcode, scope=scope, subject=str(tube.pk))
    return engine.open_case(Pool, opening, community_id=tube.community_id, at=at, intent=f"pool:{tube.pk}")


def announce(tube: Tube, *, at: datetime) -> Case | None:
    """The laboratory says that a tube is positive: case, recalls and alert, all or none, once."""
    case = open_pool(tube, at=at)
    if case:
        engine.advance(case.pk, "positive", actor=None, given={}, at=at, intent=f"pool:{tube.pk}:positive")
    return case


@Pool.positive.does
def call_everybody(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """In the same transaction one recall for each; whatever was written before, the tube is positive now."""
    Tube.objects.filter(pk=case.subject, community_id=case.community_id).update(result="positive")
    return _call(case, at)


@Pool.recall_rest.does
def call_the_rest(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """Whoever was found out since; nobody is called twice."""
    return _call(case, at)


def _call(case: Case, at: datetime) -> Given:
    tube = Tube.objects.get(pk=case.subject, community_id=case.community_id)
    until = at + timedelta(minutes=int(pack_for(case.community_id, at).get("testing.recall_minutes", 60)))
    people = members(tube)
    for person in people:
        anchors = {"person": str(person.pk), "tube": str(tube.pk), "sample_by": until.isoformat()}
        opening = Opening(
            title=person.masked_name,
            scope=person.path,
            subject=str(person.pk),
            anchors=anchors,
        )
        intent = f"recall:{tube.pk}:{person.pk}"
        engine.open_case(Recall, opening, community_id=case.community_id, at=at, intent=intent, cause=case)
    unknown = strangers_in(tube)
    return {"people": len(people)} | ({"unknown": unknown} if unknown else {})


@Pool.settle.does
def everybody_has_one(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """A pool is settled when each of its people has a result of their own. Raises Refused."""
    tube = Tube.objects.get(pk=case.subject, community_id=case.community_id)
    recalls = Case.objects.filter(community_id=case.community_id, cause=case, loop=Recall.key)
    waiting = recalls.filter(closed_at=None).count()
    called = set(recalls.values_list("subject", flat=True))
    uncalled = sum(str(person.pk) not in called for person in members(tube))
    unknown = strangers_in(tube)
    left = (
        (waiting, _("还有 %(n)d 人没有单采结果") % {"n": waiting}),
        (uncalled, _("还有 %(n)d 人没召回,请先补召回") % {"n": uncalled}),
        (unknown, _("还有 %(n)d 个码没查清是谁") % {"n": unknown}),
    )
    if said := [sentence for n, sentence in left if n]:
        raise Refused(";".join(said))
    return {}
