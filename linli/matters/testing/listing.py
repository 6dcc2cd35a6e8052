"""Who must be tested in a round: everybody who lives there, and why somebody does not come to the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import local
from linli.loops import rights
from linli.loops.ledger import Made, Refused, append, lock, seen
from linli.loops.models import Case
from linli.matters.testing.models import Campaign, ListedPerson
from linli.registry.bulk import Bulk
from linli.registry.models import Building, Person

VACCINATED, AT_DOOR, ELSEWHERE = "vaccinated", "at_door", "elsewhere"
BY_PLAN, AWAY, REFUSED_IT, UNFIT = "by_plan", "away", "refused", "unfit"
REASONS = {
    "": N_("到采样点"),
    AT_DOOR: N_("隔离、监测中,上门采样"),
    VACCINATED: N_("刚接种疫苗,暂不采"),
    ELSEWHERE: N_("单位组织采样"),
    BY_PLAN: N_("已按隔离计划上门采"),
    AWAY: N_("不在本地"),
    REFUSED_IT: N_("拒绝"),
    UNFIT: N_("不宜采样"),
}
"""Why somebody does not come to the site; "" for whoever does (notice of Luzhou District, 16 April 2022)."""
TO_BE_GIVEN = (BY_PLAN, AWAY, REFUSED_IT, UNFIT, ELSEWHERE)
"""Reasons a person gives for somebody whom the round has missed."""
OWING = ("", AT_DOOR)
"""With these somebody is to be sampled in this round, at the site or at the door."""

LISTED = Bulk(ListedPerson)
BEHIND_A_DOOR = "isolation"
"""The loop of whoever may not leave home. Its cases are read, never moved, by this matter."""


def listed(campaign: Campaign, buildings: Sequence[Building], hours: int) -> list[ListedPerson]:
    """One row for everybody registered in these buildings, not yet written. Two queries."""
    people = Person.objects.filter(
        community_id=campaign.community_id,
        standing=Person.RESIDENT,
        household__dwelling__building__in=buildings,
    ).select_related("household__dwelling")
    inside = _behind_doors(campaign.community_id)
    return [_row(campaign, person, inside, hours) for person in people]


def _behind_doors(community_id: UUID) -> set[str]:
    rows = Case.objects.open().filter(community_id=community_id, loop=BEHIND_A_DOOR)
    return set(rows.values_list("subject", flat=True))


def _row(campaign: Campaign, person: Person, inside: set[str], hours: int) -> ListedPerson:
    assert person.household
    door = person.household.dwelling
    why, until = (AT_DOOR, None) if str(person.pk) in inside else _vaccinated(person, campaign, hours)
    return LISTED.new(
        community_id=campaign.community_id,
        campaign_id=campaign.pk,
        person_id=person.pk,
        building_id=door.building_id,
        dwelling_id=door.pk,
        why=why,
        why_until=until,
    )


def _vaccinated(person: Person, campaign: Campaign, hours: int) -> tuple[str, datetime | None]:
    """The register knows the day of the last dose and not the hour: the whole day counts."""
    if person.last_dose_on is None or not hours:
        return "", None
    begins = local(campaign.begins_at)
    midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    days_ago = (begins.date() - person.last_dose_on).days
    until = midnight + timedelta(days=1 - days_ago, hours=hours)
    return (VACCINATED, until) if days_ago >= 0 and until > campaign.begins_at else ("", None)


def due_at_site(campaign: Campaign) -> Q:
    """Who is to come to the site: no reason, or one that ends before the round does."""
    return Q(why="") | Q(why_until__lt=campaign.until)


def counted(campaign: Campaign) -> dict[str, int]:
    """How many by reason, in the order of REASONS; they add up to everybody. One query."""
    rows = campaign.listed.order_by().values_list("why").annotate(n=Count("pk"))
    found = dict(rows)
    return {why: found.get(why, 0) for why in REASONS}


def missed(campaign: Campaign) -> QuerySet[ListedPerson]:
    """Whoever is to be sampled and has no sample that counts, in walking order."""
    sampled = campaign.samples.filter(standing="").exclude(person=None).values("person_id")
    owing = campaign.listed.filter(Q(why__in=OWING) | Q(why_until__lt=campaign.until))
    rows = owing.exclude(person_id__in=sampled).select_related("person", "dwelling__compound")
    return rows.order_by("building__path", "dwelling__position", "dwelling_id", "person_id")


@dataclass(frozen=True)
class Coverage:
    """Everybody of the list in one of three: sampled, explained, or missed; they add up."""

    sampled: int
    explained: int
    missed: int

    @property
    def people(self) -> int:
        """Everybody."""
        return self.sampled + self.explained + self.missed

    @property
    def percent(self) -> int:
        """Sampled or explained, whole percents rounded down: 100 means nobody is missed."""
        return 100 * (self.people - self.missed) // self.people if self.people else 0


def covered(campaign: Campaign) -> Coverage:
    """How far the round is. Three queries however many people."""
    sampled = campaign.samples.filter(standing="", person__in=campaign.listed.values("person_id")).count()
    left = missed(campaign).count()
    return Coverage(sampled, campaign.listed.count() - sampled - left, left)


def give_reason(
    campaign: Campaign, ids: Sequence[UUID], why: str, *, actor: rights.Actor, at: datetime, intent: str
) -> int:
    """Say of people whom the round has missed why; how many. Once per `intent`.

    Raises Refused (nothing written) without the duty, after the round, for another reason, and where nobody is missed.
    """
    with transaction.atomic():
        ledger = lock(campaign.community_id)
        if before := seen(campaign.community_id, intent):
            return int(before.given.get("people", 0))
        case = Case.objects.get(pk=campaign.case_id)
        _may(case, actor, at)
        if why not in TO_BE_GIVEN:
            raise Refused(_("请选择原因"), {"why": _("请选择原因")})
        found = list(missed(campaign).filter(pk__in=ids).values_list("pk", flat=True))
        if not found:
            raise Refused(_("请勾选还没采的人"), {"who": _("请勾选还没采的人")})
        ListedPerson.objects.filter(pk__in=found).update(why=why, why_until=campaign.until)
        told = {"why": why, "people": len(found)}
        append(ledger, case, Made(f"{case.loop}.remarked", intent, at, actor, told))
        return len(found)


def take_out_unit(campaign: Campaign, unit: str, *, actor: rights.Actor, at: datetime, intent: str) -> int:
    """Everybody who works at `unit` (as the register writes it) is tested there, until the round is over. How many.

    Once per `intent`. Raises Refused (nothing written) without the duty, after the round, and where nobody works there.
    """
    with transaction.atomic():
        ledger = lock(campaign.community_id)
        if before := seen(campaign.community_id, intent):
            return int(before.given.get("people", 0))
        case = Case.objects.get(pk=campaign.case_id)
        _may(case, actor, at)
        unit = unit.strip()
        rows = campaign.listed.filter(why="", person__workplace=unit) if unit else campaign.listed.none()
        n = rows.update(why=ELSEWHERE, why_until=campaign.until, unit=unit)
        if not n:
            says = _("名单里没有在「%(unit)s」工作、还要到采样点的人") % {"unit": unit}
            raise Refused(says, {"unit": says})
        told = {"unit": unit, "people": n}
        append(ledger, case, Made(f"{case.loop}.remarked", intent, at, actor, told))
        return n


def _may(case: Case, actor: rights.Actor, at: datetime) -> None:
    book = rights.book()
    if not book.holds(actor, "desk", community_id=case.community_id, scope=case.scope, at=at):
        raise Refused(_("采样名单由值班台改,您此刻不在这个岗位上"))
    if case.closed_at:
        raise Refused(_("这一轮已经结束,名单不再改"))
