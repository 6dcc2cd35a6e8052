"""A sheet is made: numbered, with a code of its own, its rows fixed in walking order, its return promised by the pack."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.clock import LOCAL, local
from linli.base.ids import uuid7
from linli.codes.round import most_rows
from linli.codes.token import new_short_code, new_token
from linli.loops import engine, rights
from linli.loops.ledger import Refused, lock, seen
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.loops.spec import Opening
from linli.paper.forms import PaperForm, form_of
from linli.paper.loop import CLERK, RETURN, PaperRound
from linli.paper.models import Sheet, SheetRow
from linli.paper.offers import MOST, Place, all_places, offer_of
from linli.paper.printing import boxes_of
from linli.paper.walking import Stop, walk
from linli.registry.models import Community

TRIES = 5
"""Short codes are drawn until one is free; each has some 3,400 million brothers."""


def make(
    form_key: str,
    scope: str,
    *,
    actor: rights.Actor,
    at: datetime,
    intent: str,
    only: Collection[UUID] | None = None,
    ahead: timedelta = timedelta(),
) -> Sheet:
    """Make the sheet of a round for a place, once per `intent`: a second call returns the first sheet.

    `only` names the cases that may stand on it: somebody's walk among those of a place. What opens no later than `ahead`
    from now stands on it too.
    It holds the first cases of the walk that fit its pages and stand on no other sheet of this round that is out.
    Raises Refused (nothing written): unknown round or place, not the actor's duty there, nobody waits.
    """
    assert actor.community_id
    with transaction.atomic():
        lock(actor.community_id)
        if before := seen(actor.community_id, intent):
            return _same(before.case)
        pack = pack_for(actor.community_id, at)
        form, place = _chosen(form_key, scope, pack, actor.community_id)
        _may(form, place, actor, at)
        there = Case.objects.open().within(actor.community_id, [scope])
        waiting = list((there if only is None else there.filter(pk__in=only)).by_promise()[:MOST])
        rows = walk(offer_of(form, waiting, at + ahead))[: most_rows(boxes_of(form.needs(pack)))]
        if not rows:
            raise Refused(_("这里没有等着办这件事的,或者都已在一张没收回的表上"))
        return _write(form, place, rows, actor=actor, at=at, intent=intent)


def _same(case: Case) -> Sheet:
    sheet = Sheet.objects.filter(case=case).first()
    if sheet is None:
        raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
    return sheet


def _chosen(form_key: str, scope: str, pack: Pack, community_id: UUID) -> tuple[PaperForm, Place]:
    """The round and the place that are meant. Raises Refused with every fault at once."""
    form = form_of(form_key)
    place = next((p for p in all_places(community_id) if p.scope == scope), None)
    faults = {}
    if form is None:
        faults["form"] = _("请选一种表")
    if place is None:
        faults["scope"] = _("请选一个地方")
    if RETURN not in pack.body["due"]:
        faults[""] = _("现行政策包没有说纸质表何时收回(sheet.return),请先启用新版")
    if faults or form is None or place is None:
        raise Refused(" ".join(faults.values()), faults)
    return form, place


def _may(form: PaperForm, place: Place, actor: rights.Actor, at: datetime) -> None:
    """Whoever makes a sheet holds the clerk's duty there, and the duty of what stands on it: they will type it in."""
    book = rights.book()
    for duty in (CLERK, form.by):
        if not book.holds(actor, duty, community_id=_of(actor), scope=place.scope, at=at):
            sentence = _("「%(step)s」由「%(duty)s」办理,您此刻不在这个岗位上。请联系值班台")
            raise Refused(sentence % {"step": form.title, "duty": book.title(duty)})


def _of(actor: rights.Actor) -> UUID:
    assert actor.community_id
    return actor.community_id


def _write(
    form: PaperForm, place: Place, rows: list[Stop], *, actor: rights.Actor, at: datetime, intent: str
) -> Sheet:
    community, sheet_id = Community.objects.get(pk=_of(actor)), uuid7()
    opening = Opening(
        title=f"{form.written} · {place.name}",
        scope=place.scope,
        subject=str(sheet_id),
        given={"form": form.key, "rows": len(rows)},
    )
    case = engine.open_case(PaperRound, opening, community_id=community.id, at=at, intent=intent, actor=actor)
    sheet = Sheet.objects.create(
        id=sheet_id,
        community=community,
        case=case,
        form=form.key,
        number=_next_number(community, at),
        token=new_token(),
        short_code=_free_code(community),
        scope=place.scope,
        place=place.name[:80],
        made_at=at,
        made_by=actor.shown_name,
    )
    SheetRow.objects.bulk_create(_row(sheet, n, stop.case) for n, stop in enumerate(rows, 1))
    return sheet


def _row(sheet: Sheet, number: int, case: Case) -> SheetRow:
    return SheetRow(
        community_id=sheet.community_id,
        sheet=sheet,
        number=number,
        case=case,
        state=case.state,
        stay=case.stay,
    )


def _next_number(community: Community, at: datetime) -> str:
    """ZB-XYSJ-2022-0007: the cases of the community's year, which outlive their sheets. The caller holds the lock."""
    year = local(at).year
    begins = datetime(year, 1, 1, tzinfo=LOCAL)
    made = Case.objects.filter(community_id=community.id, loop=PaperRound.key, opened_at__gte=begins)
    return f"ZB-{community.slug.upper()}-{year}-{made.count():04d}"


def _free_code(community: Community) -> str:
    for _try in range(TRIES):
        code = new_short_code()
        if not Sheet.objects.filter(community=community, short_code=code).exists():
            return code
    raise RuntimeError("no short code is free")
