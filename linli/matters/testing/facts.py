"""What screens show of a round of mass testing: its hours, how many are listed, where it is planned."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.base.clock import local
from linli.loops.evidence import Given
from linli.loops.models import Case
from linli.loops.spec import Fact
from linli.matters.testing.loop import Campaigning
from linli.matters.testing.models import Campaign


def hours(begins_at: datetime, ends_at: datetime) -> str:
    """`4-18 06:00–13:00`; over midnight both days are said."""
    here, there = local(begins_at), local(ends_at)
    end = f"{there:%H:%M}" if here.date() == there.date() else f"{there.month}-{there.day} {there:%H:%M}"
    return f"{here.month}-{here.day} {here:%H:%M}–{end}"


def facts(case: Case) -> list[Fact]:
    """Hours and list, with the way to the plan."""
    campaign = Campaign.objects.filter(case_id=case.id).first()
    if campaign is None:
        return []
    n = campaign.listed.count()
    url = reverse("desk-campaign", args=[campaign.pk])
    return [
        Fact(_("采样时间"), hours(campaign.begins_at, campaign.until)),
        Fact(_("应采名单"), _("%(n)d 人") % {"n": n}, "", url),
    ]


def says(given: Given) -> str:
    """A remark: whose people are tested elsewhere."""
    n = int(given.get("people", 0))
    words = ngettext("%(unit)s:%(n)d 人由单位组织采样", "%(unit)s:%(n)d 人由单位组织采样", n)
    return words % {"unit": given.get("unit", ""), "n": n}


Campaigning.facts = staticmethod(facts)
Campaigning.says = staticmethod(says)
