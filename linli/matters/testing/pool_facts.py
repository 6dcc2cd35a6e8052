"""What screens and phones show of a positive pool and of each recall: the tube, the door, until when. Never "positive"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops.models import Case
from linli.loops.spec import Carried, Fact
from linli.matters.testing.models import Tube
from linli.matters.testing.pools import Pool, Recall, members, strangers_in
from linli.registry import subjects
from linli.registry.models import Person


def pool_facts(case: Case) -> list[Fact]:
    """The tube, how many are in it, and how many have a result of their own."""
    tube = Tube.objects.filter(pk=case.subject, community_id=case.community_id).first()
    if tube is None:
        return []
    recalls = Case.objects.filter(community_id=case.community_id, cause=case, loop=Recall.key)
    n, done = len(members(tube)), recalls.exclude(closed_at=None).count()
    rows = [
        Fact(_("试管"), tube.barcode, "", reverse("desk-campaign-results", args=[tube.campaign_id])),
        Fact(_("管里的人"), _("%(n)d 人") % {"n": n}),
        Fact(_("已有单采结果"), _("%(n)d 人") % {"n": done}),
    ]
    if unknown := strangers_in(tube):
        url = reverse("desk-campaign-doubts", args=[tube.campaign_id])
        rows.append(Fact(_("没查清的码"), str(unknown), "", url))
    return rows


def _facts(case: Case, people: dict[str, Person]) -> tuple[Fact, ...]:
    person = people.get(case.subject)
    home = person.household.dwelling if person and person.household else None
    by = case.anchors.get("sample_by", "")
    rows = (
        Fact(_("姓名"), person.masked_name if person else ""),
        Fact(_("住址"), str(home) if home else ""),
        Fact(_("最晚几点采"), f"{local(datetime.fromisoformat(by)):%m-%d %H:%M}" if by else ""),
        Fact(_("怎么说"), _("还没有本人的结果,不能说是阳性")),
    )
    return tuple(row for row in rows if row.value)


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """The same for a phone, one query however many."""
    cases = list(cases)
    keys = [key for case in cases if (key := subjects.id_of(case.subject))]
    rows = Person.objects.select_related(*subjects.HOMES).filter(pk__in=keys)
    people = {str(person.pk): person for person in rows}
    return {case.id: Carried(_facts(case, people)) for case in cases}


def recall_facts(case: Case) -> list[Fact]:
    """Who, where, until when."""
    return list(carry([case])[case.id].facts)


Pool.facts = staticmethod(pool_facts)
Recall.facts = staticmethod(recall_facts)
Recall.carry = staticmethod(carry)
