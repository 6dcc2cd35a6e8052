"""How long the queue of a site is at this moment, by who stands there: a light for everybody, of nobody in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops import rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.matters.testing.loop import Campaigning
from linli.matters.testing.models import SamplingSite
from linli.registry.models import Community

STANDS = timedelta(minutes=30)
"""What somebody counted longer ago says nothing any more."""
MOST = 2000
"""More in one queue is a slip of the finger."""
LIGHTS = {
    "smooth": ("pass", N_("畅通")),
    "busy": ("limit", N_("忙碌")),
    "crowded": ("stop", N_("拥堵")),
    "unknown": ("waiting", N_("没有最新情况")),
}
"""Light → shape and word (Shenzhen, 2022); from how many minutes on is the pack's."""


@dataclass(frozen=True)
class Light:
    """One site as everybody may see it; `minutes` of waiting, None while nobody has counted lately."""

    site: SamplingSite
    key: str
    minutes: int | None


def count(site: SamplingSite, waiting: int, *, actor: rights.Actor, at: datetime) -> SamplingSite:
    """So many stand in the queue now; the last word counts. Raises Refused (nothing written)."""
    with transaction.atomic():
        lock(site.community_id)
        case = Case.objects.get(campaign__sites=site)
        book = rights.book()
        if not book.holds(actor, "sampling", community_id=case.community_id, scope=case.scope, at=at):
            raise Refused(_("排队人数由采样岗报,您此刻不在这个岗位上"))
        if case.state != Campaigning.running.key:
            raise Refused(_("只有采样中才报排队人数"))
        if not 0 <= waiting <= MOST:
            says = _("排队人数写 0 到 %(most)d") % {"most": MOST}
            raise Refused(says, {"waiting": says})
        site.waiting, site.waiting_at = waiting, at
        site.save(update_fields=["waiting", "waiting_at"])
        return site


def lights(community: Community, at: datetime) -> list[Light]:
    """Every site where samples are taken now, in their order."""
    sites = SamplingSite.objects.filter(
        community=community, campaign__case__state=Campaigning.running.key, campaign__case__closed_at=None
    ).select_related("campaign", "compound")
    said = pack_for(community.id, at).get("testing", {})
    ordered = sites.order_by("campaign__opened_at", "number")
    return [_light(site, said, at) for site in ordered] if said else []


def _light(site: SamplingSite, said: dict[str, Any], at: datetime) -> Light:
    if site.waiting is None or site.waiting_at is None or site.waiting_at < at - STANDS:
        return Light(site, "unknown", None)
    minutes = round(site.waiting * 60 / (site.desks * said["desk_per_hour"]))
    limits = said["queue_minutes"]
    key = "smooth" if minutes < limits["ok"] else "busy" if minutes < limits["busy"] else "crowded"
    return Light(site, key, minutes)
