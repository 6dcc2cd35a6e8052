"""Nobody is lost in a tube, and nobody is in two of them unnoticed: whole tubes, once, from any phone in any order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.base.ids import uuid7
from linli.codes import issuing
from linli.codes.models import Kind
from linli.loops import engine, seal
from linli.loops.ledger import Refused
from linli.loops.models import Case, Event
from linli.matters.testing import boxes, doubts, forget, listing, tubes
from linli.matters.testing.models import Campaign, Sample, SampleBox, Tube
from linli.matters.testing.tests.test_planning import SEVEN, open_round
from linli.matters.testing.tubes import Answer, Sealed
from linli.registry.models import Person
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

NINE = SEVEN + timedelta(hours=2)


def begun(town: Town) -> Campaign:
    """A round in which samples are taken."""
    campaign = open_round(town)
    engine.advance(
        campaign.case_id, "begin", actor=town.desk, given={"ready": True}, at=SEVEN, intent="begin"
    )
    campaign.refresh_from_db()
    return campaign


def cards(town: Town, *names: str) -> list[str]:
    """The short codes of these people, or of everybody."""
    people = [town.person[name] for name in names] if names else list(town.person.values())
    return [issuing.issue(Kind.PERSON, who.pk, community_id=town.id, at=SEVEN).short_code for who in people]


def tube(barcode: str, codes: Sequence[str], **told: Any) -> Sealed:
    """A tube of ten, sealed short where it is not full."""
    said = {"id": uuid7(), "kind": "ten", "sealed_at": NINE, "short": "" if len(codes) == 10 else "收尾"}
    return Sealed(barcode=barcode, codes=tuple(codes), **{**said, **told})


def take(town: Town, campaign: Campaign, *told: Sealed, **more: Any) -> list[Answer]:
    """As the sampling duty sends them."""
    return tubes.take(told, campaign, **{"actor": town.sampling, "at": NINE, **more})


def test_a_tube_is_there_whole_and_once_and_its_people_in_their_order() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    one = tube("0413 0001 0007", codes[:10])
    assert [a.answer for _ in range(3) for a in take(town, campaign, one)] == ["accepted", "seen", "seen"]
    kept = Tube.objects.get()
    assert (kept.pk, kept.barcode, kept.people, kept.sealed_at) == (one.id, "041300010007", 10, NINE)
    people = list(kept.samples.order_by("place").values_list("person_id", flat=True))
    assert people == [who.pk for who in town.person.values()][:10]
    assert listing.covered(campaign) == listing.Coverage(10, 0, 20)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"barcode": "7A"}, "条码"),
        ({"kind": "hundred"}, "没有这种管"),
        ({"kind": "five"}, "现在是 6 人"),
        ({"short": " "}, "没装满"),
        ({"site": UUID(int=7)}, "没有这个采样点"),
        ({"kind": "household"}, "不是同一户"),
    ],
)
def test_a_tube_with_a_fault_is_refused_whole(told: dict[str, Any], says: str) -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    (answer,) = take(town, campaign, tube(**{"barcode": "T0001", "codes": codes[:6], **told}))
    assert answer.answer == "refused"
    assert says in answer.faults[0]
    assert (Tube.objects.count(), Sample.objects.count()) == (0, 0)


def test_a_person_s_card_is_no_barcode_and_nobody_is_twice_in_one_tube() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    (answer,) = take(town, campaign, tube(codes[0], [codes[1], codes[1]]))
    assert len(answer.faults) == 2
    assert Tube.objects.count() == 0


def test_who_comes_again_is_told_when_where_and_in_which_tube_and_both_facts_are_kept() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town, "屈无忧", "郭平")
    site = campaign.sites.get(number=1)
    first = tube("T0001", codes, site=site.pk)
    again = tube("T0002", codes[:1])
    assert take(town, campaign, first)[0].doubts == []
    (answer,) = take(town, campaign, again)
    assert answer.doubts == ["第 1 个:已采,04-16 09:00 在1号采样点,管 T0001"]
    (open_,) = doubts.open_samples(campaign)
    assert (open_.standing, open_.tube.barcode) == (Sample.AGAIN, "T0002")
    told: dict[str, Any] = {"campaign": campaign, "at": NINE}
    with pytest.raises(Refused):
        doubts.decide_sample(open_.pk, "both", actor=town.sampling, intent="d", **told)
    with pytest.raises(Refused):
        doubts.decide_sample(open_.pk, "whose", actor=town.desk, intent="d", **told)
    assert Sample.objects.get(pk=open_.pk).standing == Sample.AGAIN
    for _ in range(2):
        doubts.decide_sample(open_.pk, "not_there", actor=town.desk, intent="d", **told)
    standings = dict(
        Sample.objects.filter(person=town.person["屈无忧"]).values_list("tube__barcode", "standing")
    )
    assert standings == {"T0001": Sample.DROPPED, "T0002": Sample.COUNTS}
    assert Event.objects.get(intent="d").given == {"tube": "T0002", "place": 1, "answer": "not_there"}


def test_a_dead_or_unknown_card_is_kept_until_somebody_found_out_whose_it_is() -> None:
    town = make_town()
    campaign, (code,) = begun(town), cards(town, "屈无忧")
    fresh = issuing.reissue(Kind.PERSON, town.person["屈无忧"].pk, community_id=town.id, at=SEVEN).short_code
    (answer,) = take(town, campaign, tube("T0001", [code]))
    assert answer.answer == "accepted" and "不认识" in answer.doubts[0]
    (open_,) = doubts.open_samples(campaign)
    assert (open_.person_id, open_.said) == (None, code)
    told: dict[str, Any] = {"campaign": campaign, "actor": town.desk, "at": NINE}
    with pytest.raises(Refused):
        doubts.decide_sample(open_.pk, "whose", code=code, intent="w", **told)
    doubts.decide_sample(open_.pk, "whose", code=fresh, intent="w", **told)
    kept = Sample.objects.get()
    assert (kept.person_id, kept.said, kept.standing) == (town.person["屈无忧"].pk, "", Sample.COUNTS)


def test_two_phones_with_one_barcode_never_disagree_silently() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    one, other, third = tube("T1111", codes[:3]), tube("t1111", codes[2:5]), tube("T1111", codes[5:6])
    take(town, campaign, one)
    take(town, campaign, other, third)
    assert Tube.objects.filter(is_doubtful=True).count() == 2
    told: dict[str, Any] = {"campaign": campaign, "actor": town.desk, "at": NINE}
    with pytest.raises(Refused):
        doubts.decide_tube(other.id, "barcode", barcode="T1111", intent="t", **told)
    doubts.decide_tube(other.id, "barcode", barcode="T1117", intent="t", **told)
    doubts.decide_tube(third.id, "void", intent="v", **told)
    assert sorted(Tube.objects.filter(is_void=False).values_list("barcode", "is_doubtful")) == [
        ("T1111", False),
        ("T1117", False),
    ]
    assert listing.covered(campaign).sampled == 5


def test_only_sampling_takes_tubes_and_only_while_the_round_runs() -> None:
    town = make_town()
    campaign, codes = open_round(town), cards(town, "屈无忧")
    with pytest.raises(Refused, match="待开采"):
        take(town, campaign, tube("T0001", codes))
    engine.advance(
        campaign.case_id, "begin", actor=town.desk, given={"ready": True}, at=SEVEN, intent="begin"
    )
    with pytest.raises(Refused):
        take(town, campaign, tube("T0001", codes), actor=town.hotline)
    assert Tube.objects.count() == 0


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nobody_is_lost_and_nobody_is_in_two_tubes_unnoticed(data: st.DataObject) -> None:
    with transaction.atomic():
        town = make_town(f"t{uuid7().hex[-12:]}")
        campaign, codes = begun(town), cards(town)
        said = [*codes, "22222222"]
        made = [
            tube(
                f"T{data.draw(st.integers(1000, 1003))}",
                data.draw(st.lists(st.sampled_from(said), min_size=1, max_size=9, unique=True)),
            )
            for _ in range(data.draw(st.integers(1, 6)))
        ]
        sent = data.draw(st.lists(st.sampled_from(made), max_size=4)) + data.draw(st.permutations(made))
        cut = data.draw(st.integers(0, len(sent)))
        answers = take(town, campaign, *sent[:cut]) + take(town, campaign, *sent[cut:])
        assert {a.answer for a in answers} <= {"accepted", "seen"}
        kept = Sample.objects.filter(campaign=campaign)
        assert kept.count() == sum(len(one.codes) for one in made)
        counted = list(kept.filter(standing="").values_list("person_id", flat=True))
        swabbed = {code for one in made for code in one.codes if code in codes}
        assert len(counted) == len(set(counted)) == len(swabbed)
        repeated = kept.exclude(person=None).count() - len(counted)
        assert repeated == kept.filter(standing=Sample.AGAIN).count()
        sure = Tube.objects.filter(campaign=campaign, is_doubtful=False).values_list("barcode", flat=True)
        assert sorted(sure) == sorted({one.barcode for one in made})
        found = listing.covered(campaign)
        assert (found.people, found.sampled) == (30, len(swabbed))
        transaction.set_rollback(True)


def test_a_box_closes_when_the_table_is_what_the_system_holds_or_somebody_says_why_not() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    take(town, campaign, *(tube(f"T000{n}", codes[n * 5 : n * 5 + 5]) for n in range(4)))
    told: dict[str, Any] = {"site": None, "actor": town.sampling, "at": NINE}
    with pytest.raises(Refused) as caught:
        boxes.pack_box(campaign, ["t0000", "T0001", "X9999"], intent="b", **told)
    assert caught.value.sentence == "系统有、桌上没有:T0002 T0003;桌上有、系统没有:X9999"
    assert (SampleBox.objects.count(), Case.objects.filter(loop="sample_box").count()) == (0, 0)
    first = boxes.pack_box(
        campaign, ["t0000", "T0001", "X9999"], reason="两管还在另一张桌上", intent="b", **told
    )
    assert boxes.pack_box(campaign, [], intent="b", **told) == first
    second = boxes.pack_box(campaign, ["T0002", "T0003"], intent="c", **told)
    assert (first.difference, second.difference, second.number) == (
        {"missing": ["T0002", "T0003"], "extra": ["X9999"]},
        {},
        2,
    )
    assert sorted(first.tubes.values_list("barcode", flat=True)) == ["T0000", "T0001"]
    with pytest.raises(Refused):
        boxes.pack_box(campaign, ["T0000"], intent="d", **told)


def test_a_box_goes_from_hand_to_hand_and_what_is_not_right_is_explained() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    take(town, campaign, tube("T0001", codes[:10]))
    box = boxes.pack_box(campaign, ["T0001"], site=None, actor=town.sampling, at=NINE, intent="b")
    made: dict[str, Any] = {"actor": town.sampling, "at": NINE}
    handed = {"giver": "白露生", "taker": "送检员甲", "celsius": 4}
    engine.advance(box.case_id, "hand_over", given=handed, intent="h", **made)
    arrived = {"giver": "送检员甲", "taker": "实验室乙", "celsius": 12, "tubes": 1}
    with pytest.raises(Refused):
        engine.advance(box.case_id, "receive", given=arrived, intent="r", **made)
    event = engine.advance(box.case_id, "receive", given={**arrived, "note": "冰袋化了"}, intent="r", **made)
    assert (event.giver, event.taker, event.given["out_of_range"]) == ("送检员甲", "实验室乙", True)
    assert Case.objects.get(pk=box.case_id).state == "received"


def test_a_round_ends_when_everybody_is_sampled_or_explained_and_every_tube_is_in_a_box() -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    take(town, campaign, tube("T0001", codes[:10]), tube("T0002", codes[10:20]))

    def finish(intent: str) -> None:
        engine.advance(campaign.case_id, "finish", actor=town.desk, given={}, at=NINE, intent=intent)

    with pytest.raises(Refused, match=r"10 人没采.*2 管没装箱"):
        finish("f1")
    boxes.pack_box(campaign, ["T0001", "T0002"], site=None, actor=town.sampling, at=NINE, intent="b")
    ids = list(listing.missed(campaign).values_list("pk", flat=True))
    told: dict[str, Any] = {"actor": town.desk, "at": NINE}
    with pytest.raises(Refused):
        listing.give_reason(campaign, ids, "vaccinated", intent="w", **told)
    assert [listing.give_reason(campaign, ids, "away", intent="w", **told) for _ in range(2)] == [10, 10]
    assert listing.covered(campaign) == listing.Coverage(20, 10, 0)
    finish("f2")
    assert Event.objects.get(intent="f2").given == {"sampled": 20, "explained": 10}
    assert seal.verify(town.id) is None
    assert forget.forget(at=NINE + timedelta(days=91)) == 1
    assert (Sample.objects.count(), Tube.objects.count()) == (0, 2)


def test_a_tube_is_sealed_at_the_desk_page_and_what_is_wrong_is_said_all_at_once(client: Client) -> None:
    town = make_town()
    campaign, codes = begun(town), cards(town)
    client.force_login(town.sampling)
    url = f"/desk/testing/{campaign.pk}/tubes/"
    form = {
        "tube": str(uuid7()),
        "barcode": "T0001",
        "kind": "ten",
        "site": "",
        "codes": "\n".join(codes[:10]),
    }
    for _ in range(2):
        assert client.post(url, form).status_code == 302
    again = client.post(url, form | {"tube": str(uuid7()), "barcode": "T0002", "codes": f"{codes[0]}\nABC"})
    assert again.status_code == 422
    said = again.content.decode()
    assert all(words in said for words in ("没装满", "第 1 个:已采", "第 2 个:不认识"))
    assert Tube.objects.count() == 1
    names = Person.objects.values_list("name", flat=True)
    missed = client.get(f"/desk/testing/{campaign.pk}/missed/").content.decode()
    assert not [name for name in names if name in missed]
