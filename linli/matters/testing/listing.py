"""Who must be tested in a round: everybody who lives there, and why somebody does not come to the site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
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
REASONS = {
    "": N_("到采样点"),
    AT_DOOR: N_("隔离、监测中,上门采样"),
    VACCINATED: N_("刚接种疫苗,暂不采"),
    ELSEWHERE: N_("单位组织采样"),
}
"""Why somebody does not come to the site; "" for whoever does (notice of Luzhou District, 16 April 2022)."""

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
