"""What a laboratory says of tubes, as its file is imported: kept once, never guessed; a contradiction waits for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext_noop as N_

from linli.base.clock import LOCAL, local
from linli.loops.ledger import lock
from linli.loops.pack import pack_for
from linli.matters.testing import pools
from linli.matters.testing.models import Campaign, Sample, Tube
from linli.registry.intake import Outcome
from linli.registry.kinds import Batch, Item, Result
from linli.registry.models import Community

NEGATIVE, POSITIVE, INVALID = "negative", "positive", "invalid"
WORDS = {NEGATIVE: N_("阴性"), POSITIVE: N_("阳性"), INVALID: N_("样本不合格")}
TERMS = {"阴性": NEGATIVE, "阳性": POSITIVE, "标本不合格": INVALID}
"""As the reader of files writes them. 可疑,待复检 is no result: the row is held until the laboratory has one."""
TAKEN = (Outcome.CREATE, Outcome.REVIEW_CELL, Outcome.ALERT, Outcome.RESAMPLE)
REMEMBERED = timedelta(days=30)
"""A laboratory's file is about tubes of the last weeks."""

UNKNOWN = N_("系统里没有这一管")
TWICE = N_("这个条码有两管,请先在采样疑问里定")
OTHERWISE = N_("和已登记的结果不一样,请问实验室")
NO_RESULT = N_("没有可以登记的结果")


def answers(community: Community, at: datetime) -> Mapping[str, Any]:
    """What the reader may ask: when a tube was sealed, as files write moments. One query."""
    known = {
        barcode: f"{local(sealed):%Y-%m-%d %H:%M}"
        for barcode, sealed in _recent(community, at).values_list("barcode", "sealed_at")
    }
    return {"tube": known.get}


def _recent(community: Community, at: datetime) -> Any:
    return Tube.objects.filter(community=community, is_void=False, sealed_at__gt=at - REMEMBERED)


def keep_results(batch: Batch) -> None:
    """Keep the rows of a laboratory's file (`kinds.Apply`)."""
    lock(batch.community.id)
    codes = {item.row.values.get("tube", "") for item in batch.items}
    found: dict[str, list[Tube]] = {}
    rows = _recent(batch.community, batch.at).filter(barcode__in=codes).select_related("campaign")
    for tube in rows:
        found.setdefault(tube.barcode, []).append(tube)
    for item in batch.items:
        if item.outcome is Outcome.SKIP:
            item.came_to(Result.SKIPPED)
        elif item.outcome is Outcome.MERGE:
            item.came_to(Result.MERGED)
        elif item.outcome not in TAKEN or item.row.flagged(
            "tested_at"
        ):  # tested before it was sampled: whose?
            item.came_to(Result.HELD)
        else:
            _keep(item, found.get(item.row.values.get("tube", ""), []), batch.at)


def _keep(item: Item, tubes: list[Tube], at: datetime) -> None:
    word = TERMS.get(item.row.values.get("result", ""), "")
    wrong = UNKNOWN if not tubes else TWICE if len(tubes) > 1 else NO_RESULT if not word else ""
    if wrong:
        item.came_to(Result.REFUSED, why=wrong)
        return
    (tube,) = tubes
    if tube.result == word:
        item.came_to(Result.UNCHANGED, tube.pk)
    elif tube.result:
        if word == POSITIVE:  # never lost, and never taken for granted: somebody asks the laboratory
            pools.open_pool(tube, at=at)
        item.came_to(Result.REFUSED, tube.pk, why=OTHERWISE)
    else:
        _write(tube, word, item, at)
        item.came_to(Result.CREATED, tube.pk)


def _write(tube: Tube, word: str, item: Item, at: datetime) -> None:
    tube.result, tube.result_at = word, at
    tube.tested_at = _moment(item.row.sure("tested_at"))
    tube.lab = item.row.values.get("lab", "")[:60]
    tube.save(update_fields=["result", "result_at", "tested_at", "lab"])
    if word == POSITIVE:
        pools.announce(tube, at=at)
    elif word == INVALID:
        tube.samples.filter(standing__in=(Sample.COUNTS, Sample.BOTH)).update(standing=Sample.INVALID)


def _moment(written: str) -> datetime | None:
    try:
        return datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL) if written else None
    except ValueError:
        return None


def counted(campaign: Campaign) -> Counter[str]:
    """Tubes by result, "" for those that are awaited. One query."""
    return Counter(campaign.tubes.filter(is_void=False).values_list("result", flat=True))


def late(campaign: Campaign, at: datetime) -> tuple[int, datetime | None]:
    """Tubes whose result is owed (sampling → result, the pack's hours), and when the oldest that waits was sealed."""
    hours = pack_for(campaign.community_id, at).get("testing.result_hours", 24)
    waiting = campaign.tubes.filter(is_void=False, result="")
    oldest: datetime | None = waiting.aggregate(first=Min("sealed_at"))["first"]
    return waiting.filter(sealed_at__lt=at - timedelta(hours=hours)).count(), oldest


def to_be_taken_again(campaign: Campaign) -> list[Sample]:
    """Whoever's tube could not be read and who has no sample that counts since, home by home."""
    since = campaign.samples.filter(standing="").exclude(person=None).values("person_id")
    rows = campaign.samples.filter(standing=Sample.INVALID).exclude(person_id__in=since)
    return list(rows.select_related("person", "tube").order_by("person__path", "pk"))
