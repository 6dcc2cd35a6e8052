"""A shop applies without a sign-in, reads its answer by its own link, enters visitors without a phone; never a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from linli.base.clock import local, now
from linli.base.ids import uuid7
from linli.codes import issuing, token
from linli.codes.address import venue_url
from linli.codes.models import Kind
from linli.codes.word import word_of
from linli.door import shop_counter_screens, venue_screens
from linli.door.tests.test_door import bare
from linli.loops import engine
from linli.loops.models import Case, Event
from linli.matters.venues import applying, links
from linli.matters.venues.models import VenueFile, VenueLink
from linli.matters.venues.tests.scanned import entries, scan_path
from linli.registry.models import Venue
from linli.registry.strangers import key_of
from linli.scans.store import Store
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

FORM = {
    "intent": "7f0c",
    "name": "惠民便利店",
    "kind": "商场/超市",
    "address": "A区底商1号",
    "hours": "早8点-晚10点",
    "manager": "于得水",
    "phone": "139 0004 7001",
    "checker": "于小满",
    "promise": "on",
}


@pytest.fixture(autouse=True)
def patient() -> None:
    for limit in (venue_screens.ASKED, venue_screens.KNOCKS, shop_counter_screens.CARDS):
        limit.forget()


@pytest.fixture
def stranger() -> Client:
    return Client(headers={"accept-language": "zh-hans"})


@pytest.fixture
def kept() -> Iterator[Store]:
    with scan_path() as store:
        yield store


def with_code(town: Town) -> tuple[VenueFile, str]:
    """A shop whose code was issued, and the address of its link."""
    at = now() - timedelta(hours=1)
    venue = Venue.objects.create(
        community=town.community,
        name="老街面馆",
        kind="餐厅",
        address="A区底商2号",
        manager="面长寿",
        path="xysj/a/",
    )
    file = applying.enter(venue, checker="面大有", actor=town.desk, at=at, intent="enter")
    engine.advance(file.case_id, "issue", actor=town.desk, given={}, at=at, intent="issue")
    return file, f"/v/k/{links.issue(file, actor=town.desk, at=at)}/"


def test_an_application_sent_twice_is_one_and_both_answers_lead_to_its_page(stranger: Client) -> None:
    town = make_town()
    page = stranger.get("/v/apply/xysj/")
    assert page.content.decode().count("<option") == 40
    assert len(page.content) < 30_000
    answers = [stranger.post("/v/apply/xysj/", FORM) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    file = VenueFile.objects.get()
    assert (file.hours, file.checker, file.venue) == ([["08:00", "22:00"]], "于小满", None)
    assert Case.objects.get().community_id == town.id
    shown = stranger.get(answers[0].headers["Location"])
    assert "待审核" in shown.content.decode()
    assert len(shown.content) < 30_000
    assert shown["Cache-Control"] == "no-store"
    assert VenueLink.objects.count() == 1


def test_every_fault_of_an_application_is_said_at_once_and_nothing_is_written(stranger: Client) -> None:
    make_town()
    wrong = {**FORM, "name": "", "kind": "百货", "hours": "看情况", "phone": "12345", "promise": ""}
    answer = stranger.post("/v/apply/xysj/", wrong)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "kind", "hours", "phone", "promise"}
    assert (Event.objects.count(), VenueFile.objects.count()) == (0, 0)
    assert 429 in [stranger.post("/v/apply/xysj/", wrong).status_code for _ in range(12)]


def test_what_was_sent_back_is_read_and_put_right_by_the_link(stranger: Client) -> None:
    town = make_town()
    url = stranger.post("/v/apply/xysj/", FORM).headers["Location"]
    case = Case.objects.get()
    given = {"reason": "请写清门牌号"}
    engine.advance(case.pk, "send_back", actor=town.desk, given=given, at=now(), intent="back")
    page = stranger.get(url).content.decode()
    assert "请写清门牌号" in page and f"{url}amend/" in page
    form = stranger.get(f"{url}amend/")
    assert "A区底商1号" in form.content.decode()
    assert "47001" not in form.content.decode()
    assert stranger.post(f"{url}amend/", {**FORM, "address": "A区底商8号"}).status_code == 302
    assert VenueFile.objects.get().address == "A区底商8号"
    assert "已补正" in stranger.get(url).content.decode()
    assert stranger.get(f"{url}register/").headers["Location"] == url


def test_the_page_shows_the_days_word_and_the_poster_and_no_telephone(stranger: Client) -> None:
    town = make_town()
    file, url = with_code(town)
    assert file.venue_id
    code = issuing.live(Kind.VENUE, file.venue_id, community_id=town.id)
    assert code
    page = stranger.get(url)
    said = page.content.decode()
    word = word_of(code.token, local(now()).date())
    assert f'<span class="word">{word}</span>' in said
    assert token.grouped(code.short_code) in said
    assert len(page.content) < 30_000
    poster = stranger.get(f"{url}poster.pdf?size=a5")
    assert poster.content[:5] == b"%PDF-"
    assert poster["Content-Disposition"] == f'inline; filename="{code.short_code}-a5.pdf"'


def test_rows_of_the_hand_register_become_entries_once_and_bad_ones_stay(
    stranger: Client, kept: Store
) -> None:
    file, url = with_code(make_town())
    sent = {
        "intent": str(uuid7()), "r1-phone": "139 0004 7009", "r1-heads": "2", "r2-heads": "3",
        "r3-phone": "1390004", "r4-phone": "13900047008", "r4-heads": "0", "r5-colour": "red",
    }  # fmt: skip
    answers = [stranger.post(f"{url}register/", sent) for _ in range(2)]
    assert [a.status_code for a in answers] == [422, 422]
    body = answers[1].content.decode()
    assert "第 3 行 手机号" in body and "第 4 行 人数" in body and "第 5 行 人数" in body
    assert "1390004" in body
    rows = sorted(entries(kept), key=lambda one: one.party)
    assert [(r.mode, r.party, r.who, r.place, r.proof) for r in rows] == [
        ("by_hand", 2, key_of("13900047009"), file.venue_id, "checker"),
        ("by_hand", 3, None, file.venue_id, "checker"),
    ]
    assert all(r.id.version == 7 for r in rows)
    right = {**sent, "r3-phone": "13900047007", "r4-heads": "1", "r5-heads": "1"}
    done = stranger.post(f"{url}register/", right, follow=True)
    assert len(entries(kept)) == 5
    assert "已登记 5 行" in done.content.decode()
    assert "黄码或红码" in done.content.decode()
    assert "47009" not in done.content.decode()
    assert "8 人次" in stranger.get(url).content.decode()


def test_a_residents_card_is_an_entry_and_shows_the_masked_name_only(stranger: Client, kept: Store) -> None:
    town = make_town()
    file, url = with_code(town)
    who = town.person["叶知秋"]
    card = issuing.issue(Kind.PERSON, who.pk, community_id=town.id, at=now())
    sent = {"intent": str(uuid7()), "card": token.grouped(card.short_code).lower(), "colour": "green"}
    pages = [stranger.post(f"{url}check/", sent, follow=True).content.decode() for _ in range(2)]
    assert ["已登记 1 人:叶*秋" in page for page in pages] == [True, True]
    assert [w for w in ("叶知秋", "知秋", "2-1101") if w in pages[0]] == []
    (entry,) = entries(kept)
    assert (entry.mode, entry.who, entry.place, entry.colour) == (
        "reverse",
        who.pk.bytes,
        file.venue_id,
        "green",
    )
    by_camera = {"intent": str(uuid7()), "card": f"https://linli.example.org/q/{card.token}"}
    stranger.post(f"{url}check/", by_camera)
    assert len(entries(kept)) == 2
    issuing.reissue(Kind.PERSON, who.pk, community_id=town.id, at=now())
    venue = issuing.live(Kind.VENUE, file.venue_id, community_id=town.id)  # type: ignore[arg-type]
    assert venue
    for said, sentence in (
        (card.short_code, "已换新或停用"), (venue_url(venue.token), "没有这张卡"), ("AAAA-AAAA", "没有这张卡"),
        ("", "请扫卡上的码"),
    ):  # fmt: skip
        answer = stranger.post(f"{url}check/", {"intent": str(uuid7()), "card": said})
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert len(entries(kept)) == 2
    assert 429 in [stranger.post(f"{url}check/", {"card": "AAAA-AAAA"}).status_code for _ in range(40)]


def test_links_that_open_nothing_are_all_alike(stranger: Client) -> None:
    town = make_town()
    file, url = with_code(town)
    links.revoke(file, at=now())
    dead = (url, f"/v/k/{token.new_token()}/", "/v/k/nonsense/")
    answers = [stranger.get(u) for u in dead]
    assert {a.status_code for a in answers} == {404}
    pages = {
        bare(a.content.decode(), u.removeprefix("/v/k/").rstrip("/"))
        for a, u in zip(answers, dead, strict=True)
    }
    assert len(pages) == 1
    for below in ("amend/", "register/", "check/", "poster.pdf"):
        assert stranger.get(f"{url}{below}").status_code == 404


def test_a_shop_whose_code_was_taken_back_registers_nobody(stranger: Client, kept: Store) -> None:
    town = make_town()
    file, url = with_code(town)
    engine.advance(
        file.case_id, "revoke", actor=town.desk, given={"why": "closed"}, at=now(), intent="revoke"
    )
    assert "已收回" in stranger.get(url).content.decode()
    stranger.post(f"{url}register/", {"intent": str(uuid7()), "r1-heads": "1"})
    assert entries(kept) == []
    assert stranger.get(f"{url}poster.pdf").status_code == 404
