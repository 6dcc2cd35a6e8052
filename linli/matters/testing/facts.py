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
from linli.matters.testing.boxes import SampleCustody, in_words
from linli.matters.testing.doubts import ANSWERS, TUBE_ANSWERS
from linli.matters.testing.listing import REASONS
from linli.matters.testing.loop import Campaigning
from linli.matters.testing.models import Campaign, SampleBox


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
    """A remark: whose people are tested elsewhere, why some are missed, what was decided of a doubt."""
    n = int(given.get("people", 0))
    if "answer" in given:
        answers = dict(pair for pairs in (*ANSWERS.values(), TUBE_ANSWERS) for pair in pairs)
        return f"{given.get('tube', '')}:{_(answers.get(given['answer'], ''))}"
    if "why" in given:
        words = ngettext("%(why)s:%(n)d 人", "%(why)s:%(n)d 人", n)
        return words % {"why": _(REASONS.get(given["why"], "")), "n": n}
    words = ngettext("%(unit)s:%(n)d 人由单位组织采样", "%(unit)s:%(n)d 人由单位组织采样", n)
    return words % {"unit": given.get("unit", ""), "n": n}


def box_facts(case: Case) -> list[Fact]:
    """How many tubes, and what table and system did not agree on."""
    box = SampleBox.objects.filter(case_id=case.id).first()
    if box is None:
        return []
    n = box.tubes.count()
    url = reverse("desk-campaign-boxes", args=[box.campaign_id])
    rows = (
        Fact(_("试管"), ngettext("%(n)d 管", "%(n)d 管", n) % {"n": n}, "", url),
        Fact(_("差异单"), in_words(box.difference)),
        Fact(_("为什么对不上"), box.reason),
    )
    return [row for row in rows if row.value]


SampleCustody.facts = staticmethod(box_facts)
Campaigning.facts = staticmethod(facts)
Campaigning.says = staticmethod(says)
