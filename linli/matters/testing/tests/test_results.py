"""The laboratory's file with its traps, and one positive pool of ten followed to its ten closed loops."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linli.base.clock import LOCAL
from linli.loops import engine, seal
from linli.loops.ledger import Refused
from linli.loops.models import Case, Event
from linli.matters.testing import doubts, listing, results, tubes
from linli.matters.testing.models import Campaign, Tube
from linli.matters.testing.tests.test_tubes import NINE, begun, cards, take, tube
from linli.registry.imports import ImportRow
from linli.registry.intake import Outcome, Row
from linli.registry.kinds import Batch, Item, Result
from linli.registry.tests.office import checked, finished
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

INPUTS = Path(__file__).parents[4] / "tests" / "inputs"
TEN = NINE + timedelta(hours=1)


def said(barcode: str, word: str, outcome: Outcome = Outcome.CREATE) -> Item:
    """A row of the laboratory's file as it comes out of the check."""
    row = Row(sheet="", number=1, role="data", values={"tube": barcode, "result": word, "lab": "某实验室"})
    return Item(row, 1, outcome)


def keep(town: Town, *items: Item, at: datetime = TEN) -> list[tuple[Result | None, str]]:
    """As an import keeps them."""
    results.keep_results(Batch(town.community, list(items), at, town.id, {}))
    return [(item.result, item.why) for item in items]


def a_pool(town: Town) -> tuple[Campaign, Case]:
    """Ten people in a tube that is positive."""
    campaign = begun(town)
    take(town, campaign, tube("T0001", cards(town)[:10]))
    assert keep(town, said("T0001", "阳性", Outcome.ALERT)) == [(Result.CREATED, "")]
    return campaign, Case.objects.get(loop="pool")


def step(case: Case, key: str, actor: Any, **given: Any) -> Event:
    return engine.advance(case.pk, key, actor=actor, given=given, at=TEN, intent=f"{case.pk}-{key}")


def test_a_positive_pool_calls_each_of_its_ten_people_in_one_transaction_and_names_nobody_positive() -> None:
    town = make_town()
    _campaign, pool = a_pool(town)
    recalls = list(Case.objects.filter(loop="recall", cause=pool))
    assert (pool.state, len(recalls), {one.state for one in recalls}) == ("recalled", 10, {"called"})
    alert = Case.objects.get(loop="alert")
    assert (alert.cause_id, alert.anchors["kind"], alert.anchors["person"]) == (pool.pk, "positive", "")
    assert not [one for one in recalls if "阳" in one.title]
    keep(town, said("T0001", "阳性", Outcome.ALERT))
    assert Case.objects.filter(loop__in=("pool", "recall", "alert")).count() == 12


def test_a_pool_is_followed_to_its_ten_closed_loops_and_one_person_opens_an_alert() -> None:
    town = make_town()
    _campaign, pool = a_pool(town)
    recalls = list(Case.objects.filter(loop="recall", cause=pool).order_by("scope"))
    with pytest.raises(Refused, match="10 人没有单采结果"):
        step(pool, "settle", town.health)
    for n, one in enumerate(recalls):
        with pytest.raises(Refused):
            step(one, "keep_apart", town.health)
        step(one, "keep_apart", town.health, told=True)
        one.refresh_from_db()
        assert one.due_at == TEN + timedelta(hours=1)
        step(one, "sample", town.sampling, tube=f"S{n:04}")
        word = "report_negative" if n else "report_positive"
        step(one, word, town.health, source="检验报告单", **({"told": True} if n else {}))
    found = Counter(Case.objects.filter(loop="recall").values_list("state", flat=True))
    assert found == {"negative": 9, "positive": 1}
    step(pool, "settle", town.health)
    alerts = Case.objects.filter(loop="alert").exclude(cause=pool)
    assert [(a.anchors["kind"], a.subject) for a in alerts] == [("positive", recalls[0].subject)]
    assert Case.objects.get(pk=pool.pk).closed_at == TEN
    assert seal.verify(town.id) is None


def test_whoever_is_found_out_later_is_called_too_and_only_once() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    take(town, campaign, tube("T0001", [codes[0], "22222222"]))
    keep(town, said("T0001", "阳性", Outcome.ALERT))
    pool = Case.objects.get(loop="pool")
    (open_,) = doubts.open_samples(campaign)
    told: dict[str, Any] = {"campaign": campaign, "actor": town.desk, "at": TEN, "intent": "d"}
    doubts.decide_sample(open_.pk, "whose", code=codes[1], **told)
    with pytest.raises(Refused, match="1 人没召回"):
        step(pool, "settle", town.health)
    step(pool, "recall_rest", town.health)
    assert Case.objects.filter(loop="recall").count() == 2


def test_somebody_in_two_tubes_is_called_by_the_one_that_is_positive() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    take(town, campaign, tube("T0001", codes[:1]), tube("T0002", codes[:2]))
    keep(town, said("T0002", "阳性", Outcome.ALERT))
    called = set(Case.objects.filter(loop="recall").values_list("subject", flat=True))
    assert called == {str(who.pk) for who in list(town.person.values())[:2]}


def test_a_tube_that_cannot_be_read_puts_its_people_on_the_list_to_be_sampled_again() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    take(town, campaign, tube("T0001", codes[:3]))
    keep(town, said("T0001", "标本不合格", Outcome.RESAMPLE))
    assert len(results.to_be_taken_again(campaign)) == 3
    assert listing.covered(campaign).sampled == 0
    assert take(town, campaign, tube("T0002", codes[:2]))[0].doubts == []
    assert len(results.to_be_taken_again(campaign)) == 1


def test_what_contradicts_is_never_guessed_and_a_positive_word_is_never_lost() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    take(town, campaign, tube("T0001", codes[:3]), tube("T0002", codes[3:6]), tube("T0002", codes[6:8]))
    assert keep(town, said("T0001", "阴性"), said("T0001", "阴性"), said("T0009", "阴性")) == [
        (Result.CREATED, ""),
        (Result.UNCHANGED, ""),
        (Result.REFUSED, results.UNKNOWN),
    ]
    assert keep(town, said("T0002", "阴性"), said("T0001", "阳性", Outcome.ALERT)) == [
        (Result.REFUSED, results.TWICE),
        (Result.REFUSED, results.OTHERWISE),
    ]
    pool = Case.objects.get(loop="pool")
    assert (pool.state, Case.objects.filter(loop__in=("recall", "alert")).count()) == ("reported", 0)
    assert Tube.objects.get(barcode="T0001").result == "negative"
    step(pool, "positive", town.health)
    assert Case.objects.filter(loop="recall").count() == 3


def test_a_result_is_late_by_the_pack_s_hours() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    take(town, campaign, tube("T0001", codes[:3]))
    assert results.late(campaign, NINE + timedelta(hours=8)) == (0, NINE)
    assert results.late(campaign, NINE + timedelta(hours=8, minutes=1)) == (1, NINE)


def test_the_laboratory_s_file_is_kept_as_its_truth_says() -> None:
    town = make_town()
    campaign = begun(town)
    day = datetime(2022, 4, 13, tzinfo=LOCAL)
    sealed: dict[str, str] = {}
    with gzip.open(INPUTS / "采样登记.csv.gz", "rt", encoding="utf-8-sig") as file:
        for line in csv.DictReader(file):
            sealed[line["试管编号"]] = line["采样时间"]
    tubes.TUBES.insert([
        tubes.TUBES.new(
            community_id=town.id, campaign_id=campaign.pk, site_id=None, box_id=None, barcode=code, kind="ten",
            capacity=10, people=10, by_id=town.sampling.pk, by_name="白露生", received_at=day,
            sealed_at=datetime.strptime(at, "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL),
        )
        for code, at in sealed.items()
    ])  # fmt: skip
    at = day + timedelta(days=1, hours=8)
    path = INPUTS / "核酸结果.csv"
    made = finished(checked(town.community, path.read_bytes(), name=path.name, at=at), at=at)
    assert made.kind == "lab"
    found = Counter(Tube.objects.exclude(result="").values_list("result", flat=True))
    assert found == {"negative": 477, "positive": 1, "invalid": 2}
    assert Case.objects.filter(loop="pool").count() == 1
    assert ImportRow.objects.filter(imported=made, result=Result.HELD).count() == 15
