"""The certificate: a number without a gap, a signature that a station verifies, a void that holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.codes import sign
from linli.codes.ring import check_url
from linli.loops.engine import Refused
from linli.loops.models import Event
from linli.loops.pack import pack_for
from linli.matters.returns import certificate as papers
from linli.matters.returns import remarks
from linli.matters.returns.models import Certificate, Trip
from linli.matters.returns.paper import certificate_pdf, fields_of
from tests.flows.journey import Journey, begin
from tests.town import Town, minutes


def certified(town: Town, name: str = "陆青禾") -> tuple[Journey, Certificate]:
    journey = begin(town, name).go("verify", "certify")
    return journey, Certificate.objects.select_related("trip__person", "community").get(
        trip_id=journey.trip_id
    )


def test_it_is_numbered_by_community_and_year_without_a_gap(town: Town) -> None:
    names = ["陆青禾", "方大川", "欧阳修远"]
    assert [certified(town, name)[1].number for name in names] == [
        "XYSJ-2022-0001",
        "XYSJ-2022-0002",
        "XYSJ-2022-0003",
    ]
    event = Event.objects.filter(name="return.certify").order_by("seq").first()
    assert event is not None
    assert event.given == {"certificate": "XYSJ-2022-0001"}


def test_a_refused_step_gives_no_number_away(town: Town) -> None:
    journey = begin(town).go("verify")
    with pytest.raises(Refused):
        journey.take("certify", by="patrol")
    journey.take("certify")
    assert Certificate.objects.get().number == "XYSJ-2022-0001"


def test_what_is_signed_verifies_with_the_published_key_alone(town: Town) -> None:
    _, paper = certified(town)
    published = sign.published(papers.ring().public.values())
    said = sign.verify(
        check_url(paper.token, paper.statement),
        sign.trusted(published),
        at=minutes(10),
        audience=sign.RECEPTION,
    )
    assert (said.number, said.masked_name, said.persons) == ("XYSJ-2022-0001", "陆*禾", 1)
    assert said.expires_at == paper.valid_until
    assert said.not_before == minutes(4) - timedelta(minutes=10)


def test_it_holds_the_pack_s_hours_from_the_arrival(town: Town) -> None:
    begin(town, "方大川", service="K9761", eta_at=minutes(261)).go("verify", "certify")
    assert Certificate.objects.get().valid_until == minutes(261) + timedelta(hours=48)
    _, other = certified(town)
    assert other.valid_until == minutes(4) + timedelta(hours=48), "a train that is in already adds nothing"


@pytest.mark.parametrize(
    ("history", "measure"),
    [
        ("high_or_mid", "同意接收,点对点闭环转运,集中隔离14天+居家健康监测7天"),
        ("other_province", "同意接收,点对点闭环转运,居家隔离7天+居家健康监测5天"),
        ("affected_district", "同意接收,点对点闭环转运,居家健康监测12天"),
        ("none", "同意接收"),
    ],
)
def test_the_measure_is_the_pack_s_rule_in_the_pack_s_words(town: Town, history: str, measure: str) -> None:
    assert papers.measure_for(history, pack_for(town.id, minutes(0))) == measure


def test_it_is_valid_then_expired_and_void_outweighs_both(town: Town) -> None:
    _, paper = certified(town)
    assert papers.standing(paper, minutes(5)) == "valid"
    assert papers.standing(paper, paper.valid_until) == "expired"
    paper = papers.void(paper.id, reason="信息有误", actor=town.desk, at=minutes(6), community_id=town.id)
    assert papers.standing(paper, minutes(7)) == papers.standing(paper, paper.valid_until) == "void"


def test_voiding_twice_is_voiding_once(town: Town) -> None:
    _, paper = certified(town)
    for after in (6, 9):
        papers.void(paper.id, reason=f"第{after}次", actor=town.desk, at=minutes(after), community_id=town.id)
    paper.refresh_from_db()
    assert (paper.voided_at, paper.void_reason, paper.voided_by) == (minutes(6), "第6次", "申佳宁")
    assert Event.objects.filter(name="return.remarked").count() == 1


@pytest.mark.parametrize(
    ("who", "reason"), [("desk", " "), ("patrol", "信息有误"), ("grid_lead_b", "信息有误")]
)
def test_without_reason_or_duty_nothing_is_voided(town: Town, who: str, reason: str) -> None:
    _, paper = certified(town)
    with pytest.raises(Refused):
        papers.void(paper.id, reason=reason, actor=town.staff[who], at=minutes(6), community_id=town.id)
    paper.refresh_from_db()
    assert paper.voided_at is None
    assert not Event.objects.filter(name="return.remarked").exists()


def test_another_community_cannot_reach_it(town: Town) -> None:
    _, paper = certified(town)
    with pytest.raises(Certificate.DoesNotExist):
        papers.void(paper.id, reason="x", actor=town.desk, at=minutes(6), community_id=paper.id)


def reissued(
    town: Town, paper: Certificate, after: float, who: str = "desk", reason: str = "车次更正"
) -> Certificate:
    return papers.reissue(
        paper.id, reason=reason, actor=town.staff[who], at=minutes(after), community_id=town.id
    )


def test_a_new_one_replaces_the_old_one_once_and_the_ledger_says_both(town: Town) -> None:
    journey, old = certified(town)
    Trip.objects.filter(pk=journey.trip_id).update(doubts=["certificate_stale"])
    fresh, again = reissued(town, old, 6), reissued(town, old, 7)
    old.refresh_from_db()
    assert fresh == again
    assert (fresh.number, fresh.replaces_id) == ("XYSJ-2022-0002", old.id)
    assert (old.void_reason, papers.standing(old, minutes(8))) == ("车次更正", "void")
    assert journey.trip.certificates.filter(voided_at=None).get() == fresh
    assert journey.trip.doubts == []
    said = Event.objects.filter(name="return.remarked").order_by("seq")
    assert [e.given for e in said] == [
        {"kind": "certificate_voided", "tell": "transport", "number": "XYSJ-2022-0001"},
        {
            "kind": "certificate_reissued",
            "tell": "transport",
            "number": "XYSJ-2022-0002",
            "replaces": "XYSJ-2022-0001",
        },
    ]
    assert [remarks.sentence(e.given) for e in said] == [
        "接收证明 XYSJ-2022-0001 作废",
        "接收证明 XYSJ-2022-0002 重开,替代 XYSJ-2022-0001",
    ]


def test_what_was_voided_alone_can_be_issued_again_later(town: Town) -> None:
    _, old = certified(town)
    papers.void(old.id, reason="信息有误", actor=town.desk, at=minutes(6), community_id=town.id)
    fresh = reissued(town, old, 9)
    old.refresh_from_db()
    assert (fresh.replaces_id, old.void_reason) == (old.id, "信息有误")


@pytest.mark.parametrize(("who", "reason"), [("desk", " "), ("patrol", "更正"), ("grid_lead_b", "更正")])
@pytest.mark.parametrize("void_before", [False, True])
def test_without_reason_or_duty_nothing_is_issued_again(
    town: Town, who: str, reason: str, void_before: bool
) -> None:
    _, old = certified(town)
    if void_before:
        papers.void(old.id, reason="信息有误", actor=town.desk, at=minutes(6), community_id=town.id)
    before = Event.objects.count()
    with pytest.raises(Refused):
        reissued(town, old, 7, who, reason)
    assert Certificate.objects.get() == old
    assert Event.objects.count() == before


def test_nothing_is_issued_again_once_the_trip_is_over(town: Town) -> None:
    journey, old = certified(town)
    journey.take("call_off")
    with pytest.raises(Refused):
        reissued(town, old, 9)
    assert Certificate.objects.get() == old


def test_a_remark_for_a_duty_that_nobody_can_hold_is_refused_where_it_is_written(town: Town) -> None:
    journey, _ = certified(town)
    for kind, tell in (("train_cancelled", "stationmaster"), ("gossip", "desk")):
        with pytest.raises(ValueError, match="no "):
            remarks.remark(journey.trip, kind, tell=tell, at=minutes(9), intent="x")
    assert not Event.objects.filter(name="return.remarked").exists()


def test_it_is_found_by_its_token_and_by_the_code_on_the_paper_however_typed(town: Town) -> None:
    _, paper = certified(town)
    typed = f" {paper.short_code[:4].lower()}-{paper.short_code[4:]} "
    assert (
        papers.by_token(paper.token) == papers.by_token(paper.token.lower()) == papers.by_code(typed) == paper
    )
    assert [papers.by_token(t) for t in ("", paper.token[:-1], "0" * 26, paper.short_code)] == [None] * 4
    assert [papers.by_code(t) for t in ("", "7", paper.short_code[:-1], paper.token)] == [None] * 4


def test_the_paper_says_what_was_issued_and_who_drives(town: Town) -> None:
    journey, paper = certified(town)
    journey.go("dispatch")
    fields = fields_of(Certificate.objects.select_related("trip__person", "community").get(pk=paper.pk))
    assert [t.name for t in fields.travellers] == ["陆青禾"]
    assert fields.travellers[0].identity.startswith("1404**********")
    assert fields.travellers[0].phone == "139****1000"
    assert (fields.plate, fields.driver, fields.transport) == ("晋DY0001", "路远行", "G9457")
    assert fields.destination == "香阅四季社区 香阅四季A区3号楼"
    assert fields.history == "其他省份低风险地区"
    assert len(fields.short_code) == 9


def test_the_paper_is_a_pdf_that_can_be_printed(town: Town) -> None:
    _, paper = certified(town, "𠮷田春")
    assert certificate_pdf(paper).startswith(b"%PDF-")
