"""Strangers at the door: one thing per page, nothing given away, nothing needed but a browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from linli.base.clock import now
from linli.codes import sign, token
from linli.door import certificate_screens, report_screens
from linli.loops import engine
from linli.loops.models import Case
from linli.matters.returns import certificate, notices
from linli.matters.returns.models import Certificate, Notice
from linli.registry.announce import Described
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

VERIFIED = {"people": 1, "identity": True, "time": "今晚", "place": "家", "service": "G1", "contact": "no", "health": "well",
            "history": "other_province"}  # fmt: skip
REPORT = {"key": "report-1", "name": "陆青禾", "phone": "13900041000", "origin": "上海市", "service": "g9457",
          "eta_at": "2022-04-15T01:05", "destination": "A区3-1-101", "companions": "0"}  # fmt: skip


@pytest.fixture(autouse=True)
def patient() -> None:
    certificate_screens.CHECKS.forget()
    certificate_screens.TYPED.forget()
    report_screens.REPORTS.forget()


@pytest.fixture
def stranger() -> Client:
    return Client(headers={"accept-language": "zh-hans"})


def bare(page: str, typed: str = "") -> str:
    """A page without what is different each time: form tokens, the reference, what was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|<strong>[^<]+</strong>', "", page)
    return page.replace(typed, "…") if typed else page


def certified(town: Town) -> Certificate:
    told = notices.NoticeIn(
        source="phone",
        key="k1",
        who=Described(name="陆青禾", id_number=town.facts["陆青禾"].id_number),
        destination="A区3-1-101",
    )
    outcome = notices.receive(told, community=town.community, at=now())
    assert outcome.trip
    for n, (step, given) in enumerate((("verify", VERIFIED), ("certify", {}))):
        engine.advance(
            outcome.trip.case_id, step, actor=town.reception, given=given, at=now(), intent=f"s{n}"
        )
    return Certificate.objects.get()


def test_a_valid_certificate_says_so_with_a_masked_name(stranger: Client) -> None:
    paper = certified(make_town())
    answer = stranger.get(f"/c/{paper.token}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "有效" in page and "陆*禾" in page and paper.number in page
    assert "陆青禾" not in page
    assert answer["Cache-Control"] == "no-store"
    assert len(answer.content) < 30_000


def test_void_and_expired_say_so(stranger: Client) -> None:
    town = make_town()
    paper = certified(town)
    Certificate.objects.update(valid_until=now() - timedelta(minutes=1))
    assert "已过期" in stranger.get(f"/c/{paper.token}").content.decode()
    certificate.void(paper.pk, reason="行程取消", actor=town.reception, at=now(), community_id=town.id)
    page = stranger.get(f"/c/{paper.token}").content.decode()
    assert "已作废" in page
    assert "陆" not in page, "a void one names nobody, not even masked"
    assert "已另开新证" not in page


def test_one_that_was_issued_again_says_so_and_names_neither_person_nor_number(stranger: Client) -> None:
    town = make_town()
    old = certified(town)
    fresh = certificate.reissue(
        old.pk, reason="陆青禾 改签", actor=town.reception, at=now(), community_id=town.id
    )
    page = stranger.get(f"/c/{old.token}").content.decode()
    assert "已另开新证" in page
    assert [word for word in ("陆", "改签", fresh.number, fresh.token) if word in page] == []
    assert "有效" in stranger.get(f"/c/{fresh.token}").content.decode()


def test_the_code_on_the_paper_leads_to_the_same_answer_and_is_tried_a_few_times_only(
    stranger: Client,
) -> None:
    paper = certified(make_town())
    typed = token.grouped(paper.short_code).lower()
    answer = stranger.get("/c/", {"code": typed})
    assert (answer.status_code, answer["Location"]) == (302, f"/c/{paper.token}")
    assert stranger.get(f"/c/{paper.short_code}").status_code == 404, "the short code opens nothing by itself"
    assert stranger.get(f"/c/{paper.short_code}{'-' * 26}").status_code == 404
    tries = [stranger.get("/c/", {"code": token.new_short_code()}).status_code for _ in range(15)]
    assert tries[:9] == [200] * 9
    assert 429 in tries


def test_misses_are_all_alike_and_guessing_is_slowed_down(stranger: Client) -> None:
    texts = (token.new_token(), token.new_token(), "nonsense")
    misses = [stranger.get(f"/c/{text}") for text in texts]
    assert {m.status_code for m in misses} == {404}
    assert len({bare(m.content.decode(), text) for m, text in zip(misses, texts, strict=True)}) == 1
    answers = [stranger.get(f"/c/{token.new_token()}").status_code for _ in range(80)]
    assert answers.count(429) >= 15


def test_the_published_keys_verify_the_statement_without_the_server(stranger: Client) -> None:
    paper = certified(make_town())
    keys = sign.trusted(stranger.get("/c/keys.json").json())
    statement = sign.verify(paper.statement, keys, at=now() + timedelta(minutes=1), audience=sign.RECEPTION)
    assert (statement.number, statement.masked_name) == (paper.number, "陆*禾")


def test_a_report_opens_one_case_however_often_it_is_sent(stranger: Client) -> None:
    make_town()
    pages = [stranger.post("/r/xysj/", REPORT) for _ in range(2)]
    assert [p.status_code for p in pages] == [200, 200]
    assert Case.objects.count() == 1
    assert Notice.objects.get().source == "report"
    assert "受理号" in pages[0].content.decode()


def test_the_answer_does_not_tell_whether_somebody_is_known(stranger: Client) -> None:
    make_town()
    known, unknown = (
        stranger.post("/r/xysj/", REPORT | {"key": f"report-{name}", "name": name}).content.decode()
        for name in ("陆青禾", "无此人")
    )
    assert bare(known) == bare(unknown)


def test_a_report_with_gaps_says_all_of_them_and_writes_nothing(stranger: Client) -> None:
    make_town()
    answer = stranger.post("/r/xysj/", {"key": "report-2", "name": "陆青禾"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"phone", "origin", "eta_at", "destination"}
    assert Notice.objects.count() == 0


def test_the_report_page_says_who_asks_under_which_rule_and_for_how_long(stranger: Client) -> None:
    make_town()
    page = stranger.get("/r/xysj/").content.decode()
    assert "香阅四季社区 值班台" in page
    assert "长治市疫情防控工作领导小组办公室" in page
    assert "办结后 90 天删除" in page
