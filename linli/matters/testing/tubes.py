"""A sealed tube arrives whole or not at all, once per id; what cannot be true of it is kept, shown and left to a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.utils.translation import ngettext

from linli.base.clock import clamp, local
from linli.codes.models import Code, Kind
from linli.codes.token import read_short_code, read_token
from linli.loops import rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.matters.testing.loop import Campaigning
from linli.matters.testing.models import Campaign, Sample, Tube
from linli.registry.bulk import Bulk
from linli.registry.models import Person

KINDS = {
    "single": N_("单采管"),
    "five": N_("5 人管"),
    "ten": N_("10 人管"),
    "twenty": N_("20 人管"),
    "household": N_("一户一管"),
}
STANDINGS = {
    Sample.COUNTS: N_("算数"),
    Sample.AGAIN: N_("重复采样,待定"),
    Sample.UNKNOWN: N_("不认识的码,待定"),
    Sample.BOTH: N_("两管都有"),
    Sample.DROPPED: N_("没采,已划掉"),
    Sample.INVALID: N_("样本不合格,要重采"),
}
MOST = 250
"""Tubes in one transaction."""

TUBES, SAMPLES = Bulk(Tube), Bulk(Sample)


def kinds(pack: Pack) -> dict[str, int]:
    """Type of tube → how many people it holds, of those this house knows."""
    said = pack.get("testing.tubes", {})
    return {key: int(n) for key, n in said.items() if key in KINDS}


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A tube as it was sealed. `codes` in their order; `short` says why there are fewer than it holds."""

    id: UUID
    barcode: str
    kind: str
    codes: Sequence[str]
    sealed_at: datetime
    site: UUID | None = None
    short: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of a tube: accepted, seen (it was there), or refused with all that is wrong. `doubts` were kept."""

    id: UUID
    answer: str
    faults: Sequence[str] = ()
    doubts: Sequence[str] = ()


@dataclass
class Known:
    """What a batch must know, asked once: whose codes, who was sampled where, which barcodes are taken."""

    holds: dict[str, int]
    sites: dict[UUID, int]
    people: dict[str, UUID]
    homes: dict[UUID, UUID]
    taken: dict[UUID, tuple[str, datetime, str]]
    barcodes: dict[str, datetime]
    tubes: set[UUID] = field(default_factory=set)


def plain_barcode(said: str) -> str:
    """A barcode without the spaces people group it by."""
    return "".join(said.split()).upper()


def is_barcode(text: str) -> bool:
    """4 to 30 Latin letters and digits, and no code of a person."""
    fits = 4 <= len(text) <= 30 and text.isascii() and text.replace("-", "").isalnum()
    return fits and not read_token(text) and not read_short_code(text)


def take(told: Sequence[Sealed], campaign: Campaign, *, actor: rights.Actor, at: datetime) -> list[Answer]:
    """Write sealed tubes, MOST in one transaction, each once per id. Raises Refused (nothing written) without the duty.

    A tube with faults is refused whole. Doubts (a person sampled again, a code nobody knows, a barcode used twice) are
    kept with it: the swab is in the tube, whatever the system thinks of it.
    """
    found: list[Answer] = []
    for start in range(0, len(told), MOST):
        found += _take(told[start : start + MOST], campaign, actor, at)
    return found


def _take(told: Sequence[Sealed], campaign: Campaign, actor: rights.Actor, at: datetime) -> list[Answer]:
    with transaction.atomic():
        lock(campaign.community_id)
        _may(campaign, actor, at)
        known = look_up(told, campaign, at)
        tubes: list[Tube] = []
        samples: list[Sample] = []
        found: list[Answer] = []
        for one in told:
            if one.id in known.tubes:
                found.append(Answer(one.id, "seen"))
            elif wrong := faults(one, known):
                found.append(Answer(one.id, "refused", wrong))
            else:
                found.append(Answer(one.id, "accepted", (), doubts(one, known)))
                tubes.append(_tube(one, known, campaign, actor, at))
                samples += _samples(one, known, campaign)
        TUBES.insert(tubes)
        SAMPLES.insert(samples)
        return found


def _may(campaign: Campaign, actor: rights.Actor, at: datetime) -> None:
    case = Case.objects.get(pk=campaign.case_id)
    book = rights.book()
    if not book.holds(actor, "sampling", community_id=case.community_id, scope=case.scope, at=at):
        raise Refused(_("试管由采样岗登记,您此刻不在这个岗位上"))
    if case.state != Campaigning.running.key:
        says = _("这一轮现在是「%(state)s」,不能登记试管") % {"state": _(case.standing.title)}
        raise Refused(says)


def look_up(told: Sequence[Sealed], campaign: Campaign, at: datetime) -> Known:
    """Everything a batch must know, in seven questions however many tubes."""
    said = {code for one in told for code in one.codes}
    people = _people(said, campaign.community_id, at)
    rows = Sample.objects.filter(
        community_id=campaign.community_id, campaign=campaign, standing="", person_id__in=people.values()
    ).values_list("person_id", "tube__site__number", "tube__sealed_at", "tube__barcode")
    mine = Tube.objects.filter(community_id=campaign.community_id)
    there = mine.filter(
        campaign=campaign,
        is_void=False,
        is_doubtful=False,
        barcode__in={plain_barcode(one.barcode) for one in told},
    )
    listed = campaign.listed.filter(person_id__in=people.values())
    return Known(
        holds=kinds(pack_for(campaign.community_id, at)),
        sites=dict(campaign.sites.values_list("pk", "number")),
        people=people,
        homes=dict(listed.values_list("person_id", "dwelling_id")),
        taken={person: (_place(n), when, barcode) for person, n, when, barcode in rows},
        barcodes=dict(there.values_list("barcode", "sealed_at")),
        tubes=set(mine.filter(pk__in=[one.id for one in told]).values_list("pk", flat=True)),
    )


def _people(said: Iterable[str], community_id: UUID, at: datetime) -> dict[str, UUID]:
    """Code as it was said → whose it is; codes that were taken back or have expired are nobody's."""
    tokens: dict[str, list[str]] = {}
    shorts: dict[str, list[str]] = {}
    for code in said:
        if token := read_token(code):
            tokens.setdefault(token, []).append(code)
        elif short := read_short_code(code):
            shorts.setdefault(short, []).append(code)
    live = Code.objects.filter(community_id=community_id, kind=Kind.PERSON, revoked_at=None).exclude(
        expires_at__lte=at
    )
    found: dict[str, UUID] = {}
    for column, meant in (("token", tokens), ("short_code", shorts)):
        rows = live.filter(**{f"{column}__in": list(meant)}).values_list(column, "subject") if meant else ()
        found |= {code: subject for key, subject in rows for code in meant[key]}
    here = Person.objects.filter(community_id=community_id, pk__in=found.values()).values_list(
        "pk", flat=True
    )
    there = set(here)
    return {code: subject for code, subject in found.items() if subject in there}


def _place(number: int | None) -> str:
    return _("%(n)d号采样点") % {"n": number} if number else _("上门")


def faults(one: Sealed, known: Known) -> list[str]:
    """All that keeps a tube from being written."""
    holds, n = known.holds.get(one.kind, 0), len(one.codes)
    found = [] if is_barcode(plain_barcode(one.barcode)) else [_("这不是试管的条码")]
    if not holds:
        found.append(_("现行政策没有这种管"))
    elif not 1 <= n <= holds:
        found.append(_("这种管装 1 到 %(most)d 人,现在是 %(n)d 人") % {"most": holds, "n": n})
    elif n < holds and one.kind != "household" and not one.short.strip():
        found.append(_("没装满,请写明为什么就封管"))
    if one.site and one.site not in known.sites:
        found.append(_("没有这个采样点"))
    people = [known.people[code] for code in one.codes if code in known.people]
    unknown = [code for code in one.codes if code not in known.people]
    if len(set(people)) + len(set(unknown)) < n:
        found.append(_("同一个人在这一管里扫了两次"))
    if one.kind == "household" and len({known.homes.get(person) for person in people}) > 1:
        found.append(_("一户一管里的人不是同一户"))
    return found


def doubts(one: Sealed, known: Known) -> list[str]:
    """What a person must look at; said before the swab is taken where somebody can still be asked."""
    found = []
    if before := known.barcodes.get(plain_barcode(one.barcode)):
        found.append(_("这个条码本轮 %(at)s 用过") % {"at": f"{local(before):%m-%d %H:%M}"})
    for n, code in enumerate(one.codes, 1):
        person = known.people.get(code)
        if person is None:
            found.append(_("第 %(n)d 个:不认识的码,或已作废") % {"n": n})
        elif person in known.taken:
            place, when, barcode = known.taken[person]
            told = {"n": n, "at": f"{local(when):%m-%d %H:%M}", "place": place, "tube": barcode}
            found.append(_("第 %(n)d 个:已采,%(at)s 在%(place)s,管 %(tube)s") % told)
    return found


def _tube(one: Sealed, known: Known, campaign: Campaign, actor: rights.Actor, at: datetime) -> Tube:
    barcode = plain_barcode(one.barcode)
    sealed_at = clamp(one.sealed_at, at)
    twice = barcode in known.barcodes
    known.barcodes.setdefault(barcode, sealed_at)
    known.tubes.add(one.id)
    return TUBES.new(
        id=one.id,
        community_id=campaign.community_id,
        campaign_id=campaign.pk,
        site_id=one.site,
        box_id=None,
        barcode=barcode,
        kind=one.kind,
        capacity=known.holds[one.kind],
        people=len(one.codes),
        short=one.short.strip()[:100],
        is_doubtful=twice,
        sealed_at=sealed_at,
        received_at=at,
        by_id=actor.id,
        by_name=actor.shown_name,
    )


def _samples(one: Sealed, known: Known, campaign: Campaign) -> list[Sample]:
    found = []
    for place, code in enumerate(one.codes, 1):
        person = known.people.get(code)
        standing = Sample.UNKNOWN if person is None else Sample.AGAIN if person in known.taken else ""
        if person and not standing:
            place_name = _place(known.sites.get(one.site) if one.site else None)
            known.taken[person] = (place_name, one.sealed_at, plain_barcode(one.barcode))
        found.append(
            SAMPLES.new(
                community_id=campaign.community_id,
                campaign_id=campaign.pk,
                tube_id=one.id,
                place=place,
                person_id=person,
                said="" if person else code[:30],
                standing=standing,
            )
        )
    return found


def in_words(answer: Answer) -> str:
    """One sentence for whoever sealed the tube."""
    if answer.answer == "seen":
        return _("这一管已经在了")
    if n := len(answer.doubts):
        return ngettext("已封管,有 %(n)d 处待定", "已封管,有 %(n)d 处待定", n) % {"n": n}
    return _("已封管")
