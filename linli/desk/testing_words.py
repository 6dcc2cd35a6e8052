"""A round of mass testing as people read it: figures, arithmetic, sites with their queues, notices for the doors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import ceil, isinf
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.matters.testing import facts, listing
from linli.matters.testing.models import Campaign, SamplingSite, SamplingSlot
from linli.matters.testing.planning import What, what_if
from linli.matters.testing.sizing import Line, Rules
from linli.registry.models import Dwelling

COUNTED = {
    "sites": N_("采样点"),
    "desks": N_("采样台"),
    "samplers": N_("采样人员"),
    "team": N_("一班人(采样+扫码+志愿者)"),
}
WHAT = {"planned": N_("照现在的安排"), "fewer": N_("少一个台"), "shorter": N_("少两小时")}


def figures(people: int, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Who comes to the sites, and who does not for which reason."""
    rows = [{"n": people, "word": _(listing.REASONS[""]), "shape": "waiting"}]
    return rows + [{"n": n, "word": _(listing.REASONS[why]), "shape": ""} for why, n in counts.items() if why]


def line(one: Line) -> dict[str, Any]:
    """One line of the arithmetic."""
    n = str(one.least) if one.least == one.most else f"{one.least}–{one.most}"
    return {"word": _(COUNTED[one.key]), "n": n, "how": one.how}


def site_name(site: SamplingSite) -> str:
    """`1号采样点(香阅四季A区)`."""
    return _("%(n)d号采样点(%(compound)s)") % {"n": site.number, "compound": site.compound.name}


def site(one: SamplingSite, campaign: Campaign, rules: Rules) -> dict[str, Any]:
    """A site with its slots in their order, its queue, and what would be."""
    slots = sorted(one.slots.all(), key=lambda slot: (slot.begins_at, slot.building.position))
    counts = [slot.people for slot in slots]
    return {
        "name": site_name(one),
        "where": one.where,
        "url": reverse("desk-campaign-site", args=[one.pk]),
        "queue_url": reverse("desk-campaign-queue", args=[one.pk]),
        "desks": one.desks,
        "people": sum(counts),
        "walk": one.walk_minutes,
        "too_far": one.walk_minutes is not None and one.walk_minutes > rules.walk_minutes,
        "what": [_what(what) for what in what_if(one, campaign, counts, rules)],
        "slots": [
            {
                "building": f"{one.compound.name}{s.building}",
                "hours": facts.hours(s.begins_at, s.ends_at),
                "people": s.people,
            }
            for s in slots
        ],
    }


def _what(what: What) -> dict[str, Any]:
    wait = _("开不成") if isinf(what.wait) else _("最长约等 %(n)d 分钟") % {"n": ceil(what.wait)}
    return {"word": _(WHAT[what.key]), "wait": wait, "shape": "pass" if what.fits else "stop"}


def notices(campaign: Campaign) -> list[dict[str, Any]]:
    """One for each building with its homes, in walking order."""
    slots = SamplingSlot.objects.filter(community_id=campaign.community_id, site__campaign=campaign)
    homes = _homes(campaign)
    return [
        {
            "building": f"{slot.building.compound.name}{slot.building}",
            "site": site_name(slot.site),
            "where": slot.site.where,
            "hours": facts.hours(slot.begins_at, slot.ends_at),
            "homes": homes[slot.building_id],
        }
        for slot in slots.select_related("site__compound", "building__compound").order_by(
            "site__number", "begins_at", "building__position"
        )
    ]


def _homes(campaign: Campaign) -> dict[UUID, list[str]]:
    """The doors behind which somebody is to come to the site."""
    coming = campaign.listed.filter(listing.due_at_site(campaign)).values("dwelling_id")
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = Dwelling.objects.filter(community_id=campaign.community_id, pk__in=coming)
    for home in rows.order_by("building_id", "position", "id"):
        found[home.building_id].append(home.label)
    return found
