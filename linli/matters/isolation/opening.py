"""An isolation opened by hand: a contact, or somebody who came home without a notice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops import engine, rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.loops.spec import Opening
from linli.matters.isolation.loop import Isolation, opening_state
from linli.matters.isolation.plan import ANY, rule_for
from linli.registry.models import Person

CLASSES = {
    "close_contact": N_("密切接触者"),
    "contact_of_contact": N_("密接的密接"),
    "infected": N_("无症状或轻型感染者"),
    "high_risk": N_("高风险区旅居史"),
    "mid_risk": N_("中风险区旅居史"),
    "low_risk": N_("低风险区旅居史"),
    "high_or_mid": N_("中高风险区旅居史"),
    "county_of_high_or_mid": N_("中高风险区所在县旅居史"),
    "unrated_cases": N_("有疫情未定级县旅居史"),
    "other_province": N_("其他省份低风险地区"),
    "affected_district": N_("省内有疫情县区"),
}
"""Classes of people packs have rules for; which measure follows is the pack's."""


def classes_of(pack: Pack) -> list[tuple[str, str]]:
    """(class, title) of everybody this pack isolates or monitors, in its order."""
    rules = pack.get("isolation.history_rules", [])
    asked = [r["history"] for r in rules if r["isolation_days"] or r["monitor_days"]]
    return [(key, CLASSES.get(key, key)) for key in asked if key != ANY]


def open_for(
    person: Person,
    history: str,
    *,
    day_zero: datetime,
    actor: rights.Actor,
    at: datetime,
    intent: str,
) -> Case:
    """Open the isolation of a resident, once per `intent` and once per person at a time.

    Raises Refused (nothing written) without the duty, for a class the pack asks nothing of, a day zero to come, or
    when one is open.
    """
    with transaction.atomic():
        lock(person.community_id)
        pack = pack_for(person.community_id, at)
        mine = Case.objects.filter(community_id=person.community_id, loop="isolation", subject=str(person.pk))
        if before := mine.filter(events__intent=intent).first():
            return before
        _may(person, history, pack, day_zero=day_zero, actor=actor, at=at)
        if mine.filter(closed_at=None).exists():
            raise Refused(_("此人已在隔离或监测中"))
        opening = Opening(
            title=title_of(person),
            scope=person.path,
            subject=str(person.pk),
            anchors={"history": history, "day_zero": day_zero.isoformat()},
            state=opening_state(rule_for(history, pack), pack),
        )
        return engine.open_case(
            Isolation, opening, community_id=person.community_id, at=at, intent=intent, actor=actor
        )


def _may(
    person: Person, history: str, pack: Pack, *, day_zero: datetime, actor: rights.Actor, at: datetime
) -> None:
    book = rights.book()
    if not book.holds(actor, "health", community_id=person.community_id, scope=person.path, at=at):
        raise Refused(_("开始隔离由健康监测岗办理,您此刻不在这个岗位上"))
    if history not in dict(classes_of(pack)):
        raise Refused(_("现行政策对这一类人没有隔离或监测要求"), {"history": _("请从所列类别中选择")})
    if day_zero > at:
        raise Refused(_("起算时间不能晚于现在"), {"day_zero": _("起算时间不能晚于现在")})


def title_of(person: Person) -> str:
    """张*三 · 香阅四季A区3号楼: the person masked, the door left out."""
    home = person.household.dwelling if person.household else None
    return f"{person.masked_name} · {home.compound.name}{home.building}" if home else person.masked_name
