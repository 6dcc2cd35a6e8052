"""A visit is announced, by whichever way: kept once, the host asked or already agreed, the pass given in the same breath."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.masks import mask_name
from linli.loops import engine, rights
from linli.loops.evidence import Given
from linli.loops.ledger import Refused, lock, seen
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.loops.spec import Opening
from linli.matters.visitors import passes, people
from linli.matters.visitors.kinds import NAMELESS, WORDS, Kind, ahead, kinds_of, most_people
from linli.matters.visitors.loop import VisitPass
from linli.registry.models import Person

PAGE, GATE, DESK, CALL = "page", "gate", "desk", "call"
CHANNELS = {
    PAGE: N_("住户在链接里登记"),
    GATE: N_("门口登记"),
    DESK: N_("值班台登记"),
    CALL: N_("住户来电"),
}
"""By which way a visit was announced."""

MOST_OPEN = 5
"""Visits one home may have announced by its own link at once."""

LATE = timedelta(minutes=15)
"""A start that lies so little behind is now: forms take their time."""

DUTIES = ("gatekeeper", "hotline")
"""Who may register a visit; whoever stands for one of them may too."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A visit as it was announced. `intent` is the id the form made for it; no `starts_at` means now."""

    kind: str
    channel: str
    intent: str
    name: str = ""
    phone: str = ""
    plate: str = ""
    party: int = 1
    starts_at: datetime | None = None


def announce(
    host: Person, told: Told, *, at: datetime, agreed: bool, actor: rights.Actor | None = None
) -> Case:
    """Open a visit to `host` (read with `people.HOMES`), once per `intent`.

    `agreed`: the host said so; otherwise they are asked, unless the pack lets such visits in without. Without an actor
    it is the host themselves, by their own link. Raises Refused (nothing written).
    """
    with transaction.atomic():
        lock(host.community_id)
        if before := seen(host.community_id, told.intent):
            return _same(before.case, host)
        if actor:
            _may(actor, host, at)
        else:
            _not_too_many(host)
        made = {"community_id": host.community_id, "at": at, "intent": told.intent, "actor": actor}
        return engine.open_case(VisitPass, opening_of(host, told, at, agreed=agreed), **made)  # type: ignore[arg-type]


def _same(before: Case, host: Person) -> Case:
    if before.loop != VisitPass.key or before.scope != host.path:
        raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
    return before


def _may(actor: rights.Actor, host: Person, at: datetime) -> None:
    if actor.community_id not in (None, host.community_id):
        raise Refused(_("这不是您所在社区的事项"))
    where = {"community_id": host.community_id, "scope": host.path, "at": at}
    if not any(rights.book().holds(actor, duty, **where) for duty in DUTIES):
        raise Refused(_("来访由门岗、接线员登记,您此刻不在这些岗位上"))


def _not_too_many(host: Person) -> None:
    mine = Case.objects.open().filter(community_id=host.community_id, loop=VisitPass.key, scope=host.path)
    if mine.count() >= MOST_OPEN:
        raise Refused(_("您家还有 %(n)d 个没来完的来访。要再登记,请打值班电话") % {"n": MOST_OPEN})


def opening_of(host: Person, told: Told, at: datetime, *, agreed: bool) -> Opening:
    """What the new case is about. The caller holds the ledger lock. Raises Refused, a sentence for each field."""
    pack = pack_for(host.community_id, at)
    kind = judged(host, told, pack, at)
    is_ready = agreed or not kind.asks_host
    anchors = {
        "kind": kind.key,
        "party": told.party,
        "channel": told.channel,
        "word": f"{secrets.randbelow(90) + 10}",
        **span_of(kind, told.starts_at, at),
    }

    def write(case: Case, at: datetime) -> None:
        people.keep(case, name=told.name, phone=told.phone, plate=told.plate)
        if is_ready:
            passes.issue(case, at=at)

    return Opening(
        title=title_of(host, told.kind, told.name),
        scope=host.path,
        subject=str(host.pk),
        anchors=anchors,
        given={"channel": told.channel, "kind": kind.key, "agreed": agreed},
        state=(VisitPass.ready if is_ready else VisitPass.asked).key,
        writes=write,
    )


def judged(host: Person, told: Told, pack: Pack, at: datetime) -> Kind:
    """The kind of visit, where everything about it can stand. Raises Refused with every fault at once."""
    kind = kinds_of(pack).get(told.kind)
    faults: dict[str, str] = {}
    if kind is None:
        faults["kind"] = _("现行政策不放这一类来访的人进入")
    if not told.name and told.kind not in NAMELESS:
        faults["name"] = _("请写来的人姓名")
    if not 1 <= told.party <= most_people(pack):
        faults["party"] = _("一张通行证最多 %(n)d 个人") % {"n": most_people(pack)}
    if told.starts_at and not at - LATE <= told.starts_at <= at + ahead(pack):
        faults["starts_at"] = _("来的时间从现在起,最多提前 %(n)d 天") % {"n": ahead(pack).days}
    if is_closed(host):
        faults[""] = _("这一户现在不能来访。有事请打值班电话,东西可以请社区送到门口")
    if faults or kind is None:
        raise Refused(faults.get("") or _("还有 %(n)d 处需要补充") % {"n": len(faults)}, faults)
    return kind


def is_closed(host: Person) -> bool:
    """Whether nobody may come to this home now. Why is not said: whoever asks need not be on duty for it."""
    behind = Q(loop="isolation", state__in=("assessing", "isolating")) | Q(loop="positive_at_home")
    return Case.objects.open().filter(behind, community_id=host.community_id, scope=host.path).exists()


def span_of(kind: Kind, starts_at: datetime | None, at: datetime) -> Given:
    """The window of a pass: from its start, or from now, for as long as its kind may stay."""
    starts = max(starts_at or at, at)
    return {"starts_at": starts.isoformat(), "until": (starts + kind.stay).isoformat()}


def title_of(host: Person, kind: str, name: str) -> str:
    """李*(维修)· 香阅四季A区3号楼: the visitor masked, the host and the door left out."""
    who = f"{mask_name(name)}({WORDS[kind]})" if name else WORDS[kind]
    return " · ".join(part for part in (who, people.place(host)) if part)


@contextmanager
def asked_as_who() -> Iterator[None]:
    """Steps ask for the name under `who`: a fault of it stands beside that answer."""
    try:
        yield
    except Refused as fault:
        faults = {"who" if key == "name" else key: sentence for key, sentence in fault.faults.items()}
        raise Refused(fault.sentence, faults) from None
