"""A round is opened over buildings: who is listed, the sites, their desks and everybody's slot, in one transaction, once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.loops import engine, rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.spec import Opening
from linli.matters.testing.listing import LISTED, listed
from linli.matters.testing.loop import Campaigning
from linli.matters.testing.models import Campaign, ListedPerson, SamplingSite, SamplingSlot
from linli.matters.testing.queueing import MOST_DESKS, desks_needed, shares, worst
from linli.matters.testing.sizing import Rules, rules_of
from linli.registry.models import Building, Community

LONGEST = timedelta(days=5)
"""The first guide gave a city of more than five million three to five days; a longer round is two."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A round as it is ordered: where, and between which hours samples are taken."""

    name: str
    buildings: Sequence[UUID]
    begins_at: datetime
    until: datetime


def open_campaign(
    told: Told, *, community: Community, actor: rights.Actor, at: datetime, intent: str
) -> Campaign:
    """Open a round with its list, sites and slots, once per `intent`.

    Raises Refused (nothing written) without the duty for the whole community, for buildings that are none of ours or in
    which nobody lives, for hours that cannot be, and under a pack that says nothing of mass testing.
    """
    with transaction.atomic():
        lock(community.id)
        if before := Campaign.objects.filter(community=community, intent=intent).first():
            return before
        rules = rules_of(pack_for(community.id, at))
        if rules is None:
            raise Refused(_("现行政策没有集中采样"))
        buildings = _buildings(told, community)
        _may(told, community, rules, actor, at)
        campaign = _campaign(told, community, actor=actor, at=at, intent=intent)
        people = listed(campaign, buildings, rules.vaccinated_hours)
        if not people:
            raise Refused(_("所选楼栋没有登记居民"), {"buildings": _("所选楼栋没有登记居民")})
        LISTED.insert(people)
        _lay_out(campaign, buildings, people, rules)
        return campaign


def _buildings(told: Told, community: Community) -> list[Building]:
    """In walking order."""
    found = Building.objects.filter(community=community, pk__in=told.buildings).order_by(
        "compound__position", "compound__name", "position", "number"
    )
    if not told.buildings or len(found) != len(set(told.buildings)):
        raise Refused(_("请选择楼栋"), {"buildings": _("请选择楼栋")})
    return list(found)


def _may(told: Told, community: Community, rules: Rules, actor: rights.Actor, at: datetime) -> None:
    faults = {}
    if told.begins_at <= at:
        faults["begins_at"] = _("开始时间要晚于现在")
    if told.until < told.begins_at + timedelta(minutes=rules.slot_minutes):
        faults["until"] = _("至少要采 %(n)d 分钟") % {"n": rules.slot_minutes}
    elif told.until > told.begins_at + LONGEST:
        faults["until"] = _("一轮最多 %(n)d 天") % {"n": LONGEST.days}
    if faults:
        raise Refused(next(iter(faults.values())), faults)
    book = rights.book()
    if not book.holds(actor, "desk", community_id=community.id, scope=community.path, at=at):
        raise Refused(_("采样批次由值班台开,您此刻不在这个岗位上"))


def _campaign(
    told: Told, community: Community, *, actor: rights.Actor, at: datetime, intent: str
) -> Campaign:
    anchors = {"begins_at": told.begins_at.isoformat(), "until": told.until.isoformat()}
    opening = Opening(title=told.name, scope=community.path, subject=str(uuid7()), anchors=anchors)
    case: Case = engine.open_case(
        Campaigning, opening, community_id=community.id, at=at, intent=f"campaign:{intent}", actor=actor
    )
    return Campaign.objects.create(
        community=community,
        case=case,
        name=told.name,
        begins_at=told.begins_at,
        until=told.until,
        opened_at=at,
        opened_by=actor.shown_name,
        intent=intent,
    )


def _lay_out(campaign: Campaign, buildings: list[Building], people: list[ListedPerson], rules: Rules) -> None:
    """Each compound has its own sites; a site has neighbouring buildings, and as many desks as it takes."""
    coming = Counter(
        row.building_id for row in people if not row.why or (row.why_until and row.why_until < campaign.until)
    )
    by_compound: dict[UUID, list[Building]] = defaultdict(list)
    for building in buildings:
        if coming[building.pk]:
            by_compound[building.compound_id].append(building)
    number = 0
    for near in by_compound.values():
        counts = [coming[building.pk] for building in near]
        for first, last in divided(counts, max(1, ceil(sum(counts) / rules.site[1]))):
            number += 1
            _site(campaign, number, near[first:last], counts[first:last], rules)


def divided(counts: Sequence[int], parts: int) -> list[tuple[int, int]]:
    """Neighbours in so many parts, as even as whole buildings allow; a part with nobody is left out."""
    total, before, first = sum(counts), 0, 0
    found: list[tuple[int, int]] = []
    for k, n in enumerate(counts, 1):
        before += n
        if before * parts >= total * (len(found) + 1) or k == len(counts):
            found.append((first, k))
            first = k
    return [(a, b) for a, b in found if b > a]


def _site(
    campaign: Campaign, number: int, buildings: list[Building], counts: list[int], rules: Rules
) -> None:
    step = rules.slot_minutes
    quick = desks_needed(counts, campaign.minutes, step, per_hour=rules.per_hour, most=rules.queue_minutes)
    site = SamplingSite.objects.create(
        community_id=campaign.community_id,
        campaign=campaign,
        compound_id=buildings[0].compound_id,
        number=number,
        desks=max(ceil(sum(counts) / rules.desk[1]), quick or MOST_DESKS),
    )
    _slots(site, campaign, buildings, counts, step)


def _slots(
    site: SamplingSite, campaign: Campaign, buildings: list[Building], counts: list[int], step: int
) -> None:
    slots = shares(counts, campaign.minutes, step)
    SamplingSlot.objects.bulk_create(
        SamplingSlot(
            community_id=campaign.community_id,
            site=site,
            building=building,
            begins_at=campaign.begins_at + timedelta(minutes=begin),
            ends_at=campaign.begins_at + timedelta(minutes=end),
            people=n,
        )
        for building, n, (begin, end) in zip(buildings, counts, slots, strict=True)
    )


@dataclass(frozen=True)
class What:
    """What would be: so many desks, so many minutes, the longest expected wait, and whether the pack allows it."""

    key: str
    desks: int
    minutes: int
    wait: float
    fits: bool


SHORTER = 120
"""Minutes: 少两小时."""


def what_if(site: SamplingSite, campaign: Campaign, counts: Sequence[int], rules: Rules) -> list[What]:
    """As planned, with one desk fewer, and two hours shorter."""
    found = []
    for key, desks, minutes in (
        ("planned", site.desks, campaign.minutes),
        ("fewer", site.desks - 1, campaign.minutes),
        ("shorter", site.desks, campaign.minutes - SHORTER),
    ):
        wait = worst(counts, minutes, rules.slot_minutes, desks=desks, per_hour=rules.per_hour)
        found.append(What(key, desks, minutes, wait, wait <= rules.queue_minutes))
    return found


def set_up(
    site: SamplingSite,
    *,
    where: str,
    desks: int,
    walk_minutes: int | None,
    actor: rights.Actor,
    at: datetime,
) -> SamplingSite:
    """Where a site stands, with how many desks, and the longest way to it. Raises Refused (nothing written)."""
    with transaction.atomic():
        lock(site.community_id)
        case = Case.objects.get(campaign__sites=site)
        book = rights.book()
        if not book.holds(actor, "desk", community_id=case.community_id, scope=case.scope, at=at):
            raise Refused(_("采样点由值班台改,您此刻不在这个岗位上"))
        if case.closed_at:
            raise Refused(_("这一轮已经结束,采样点不再改"))
        if not 1 <= desks <= MOST_DESKS:
            says = _("采样台写 1 到 %(most)d") % {"most": MOST_DESKS}
            raise Refused(says, {"desks": says})
        site.where, site.desks, site.walk_minutes = where.strip(), desks, walk_minutes
        site.save(update_fields=["where", "desks", "walk_minutes"])
        return site
