"""Venues at the desk: four lists, one page each, codes and posters for all at once, a hand register typed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pypdfium2 as pdfium
import pytest
from django.test import Client

from linli.base.clock import local, now
from linli.base.ids import uuid7
from linli.codes.models import Code
from linli.desk.tests.test_query_counts import count
from linli.loops.models import Case, Event
from linli.matters.venues import applying, links
from linli.matters.venues.models import VenueFile
from linli.matters.venues.tests.scanned import entries, scan_path
from linli.matters.venues.tests.test_code import SHOP
from linli.registry.models import Venue
from linli.registry.strangers import key_of
from linli.scans.store import Store
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def kept() -> Iterator[Store]:
    with scan_path() as store:
        yield store


def browser(town: Town, duty: str = "venue_officer") -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(town.staff[duty])
    return client


def venues(town: Town, n: int, first: int = 0) -> list[Venue]:
    return Venue.objects.bulk_create(
        Venue(
            community=town.community, name=f"店{i:02d}", kind="餐厅", address=f"A区底商{i}号", path="xysj/a/",
            manager="面长寿", hours=[["08:00", "22:00"]],
        )
        for i in range(first, first + n)
    )  # fmt: skip


def text(pdf: bytes, page: int) -> str:
    return re.sub(r"\s", "", pdfium.PdfDocument(pdf)[page].get_textpage().get_text_range())


def test_the_list_asks_the_same_however_many_venues_there_are(town: Town) -> None:
    client = browser(town)
    venues(town, 1)
    assert count(lambda: client.get("/desk/venues/")) == LIST
    more = venues(town, 40, first=1)
    applying.issue_all(more[5:], actor=town.desk, at=now(), intent="all")
    for show in ("none", "post"):
        assert count(lambda s=show: client.get(f"/desk/venues/?show={s}")) == LIST  # type: ignore[misc]


LIST = 7
"""Session, account, duties · venues, files, codes · the community."""


def test_codes_and_posters_for_everyone_in_two_clicks(town: Town) -> None:
    client = browser(town)
    shops = venues(town, 3)
    page = client.get("/desk/venues/").content.decode()
    assert "给 3 家发码" in page
    answers = [client.post("/desk/venues/issue/", follow=True) for _ in range(2)]
    assert "已发 3 家的码" in answers[0].content.decode()
    assert "已发" not in answers[1].content.decode().split("<main")[1].split("打印全部海报")[0]
    assert Code.objects.count() == 3
    for size, wide in (("a4", 595), ("a5", 420)):
        answer = client.get(f"/desk/venues/posters.pdf?size={size}")
        assert len(pdfium.PdfDocument(answer.content)) == 3
        assert round(pdfium.PdfDocument(answer.content)[0].get_size()[0]) == wide
    assert [f"店{i:02d}" in text(answer.content, i) for i in range(3)] == [True] * 3
    assert "面长寿" in text(answer.content, 0)
    one = client.get(f"/desk/venues/{shops[1].pk}/poster.pdf")
    assert "店01" in text(one.content, 0)
    assert "30天后删除" in text(one.content, 0)
    sheets = client.get(f"/desk/venues/{shops[1].pk}/register.pdf?pages=3&day=2022-04-16&first=2")
    assert len(pdfium.PdfDocument(sheets.content)) == 3
    assert "第4页" in text(sheets.content, 2) and "2022年4月16日" in text(sheets.content, 2)


def test_a_venue_is_entered_shown_changed_and_given_a_link(town: Town) -> None:
    client, shop = browser(town), venues(town, 1)[0]
    url = f"/desk/venues/{shop.pk}/"
    assert "这家还没有场所码" in client.get(url).content.decode()
    sent = {"intent": str(uuid7()), "checker": "申大有"}
    for _ in range(2):
        client.post(f"{url}enter/", sent)
    file = VenueFile.objects.get()
    assert (file.checker, file.case.state, Event.objects.count()) == ("申大有", "approved", 1)
    client.post(f"/desk/case/{file.case_id}/step/issue/", {"intent": "issue-1"})
    page = client.get(url).content.decode()
    assert Code.objects.get().short_code[:4] in page and "今日口令" in page and "海报 A5" in page
    bad = client.post(f"{url}change/", {"intent": "c1", "name": "", "hours": "?", "kind": "餐厅"})
    assert bad.status_code == 422
    assert set(bad.context["form"].errors) == {"name", "hours", "address", "manager", "checker"}
    good = {
        "intent": "c2",
        "name": "店00",
        "kind": "餐厅",
        "address": "A区底商0号",
        "hours": "9:00-21:00",
        "manager": "面长寿",
    }
    assert client.post(f"{url}change/", {**good, "checker": "申小有"}).status_code == 302
    file.refresh_from_db()
    assert file.checker == "申小有"
    assert client.get(f"/desk/venues/file/{file.pk}/link/")["Location"] == f"{url}link/"
    shown = client.post(f"{url}link/", {"do": "issue"}, follow=True).content.decode()
    found = re.search(r"/v/k/([0-9A-Z]{26})/", shown)
    assert found and links.opened(found[1])
    client.post(f"{url}link/", {"do": "revoke"})
    assert links.opened(found[1]) is None


def test_an_application_is_decided_from_its_page(town: Town) -> None:
    file = applying.apply(SHOP, community=town.community, intent="a", at=now())
    Venue.objects.create(
        community=town.community, name=SHOP.name, kind="其他", address="B区底商9号", path="xysj/b/"
    )
    client = browser(town, "grid_lead")
    page = client.get(f"/desk/venues/file/{file.pk}/").content.decode()
    assert "于小满" in page and "B区底商9号" in page and SHOP.phone not in page
    assert "就是这家" not in page.partition("B区底商9号")[2], "another grid's venue is a hint, not a button"
    client.post(f"/desk/case/{file.case_id}/step/approve/", {"intent": "x", "checked": "phone"})
    answer = client.get(f"/desk/venues/file/{file.pk}/")
    assert answer.status_code == 302
    assert Venue.objects.filter(name=SHOP.name).count() == 2
    other = browser(town, "grid_lead_b")
    assert other.get(f"/desk/venues/file/{file.pk}/").status_code == 404
    assert other.get(f"/desk/venues/{Venue.objects.get(address=SHOP.address).pk}/").status_code == 404


def test_one_button_says_that_an_application_is_a_venue_of_the_register(town: Town) -> None:
    file = applying.apply(SHOP, community=town.community, intent="a", at=now())
    known = Venue.objects.create(
        community=town.community, name=SHOP.name, kind="其他", address="A区东门", path="xysj/a/"
    )
    client, url = browser(town, "venue_officer"), f"/desk/venues/file/{file.pk}/"
    assert f'name="venue" value="{known.pk}"' in client.get(url).content.decode()
    for said in ("nonsense", str(uuid7())):
        assert client.post(f"{url}same/", {"venue": said}).status_code == 404
    shown = client.post(f"{url}same/", {"venue": str(known.pk)}, follow=True).content.decode()
    assert "认定为台账里的" in shown and "不是这家" in shown
    client.post(f"/desk/case/{file.case_id}/step/approve/", {"intent": "x", "checked": "phone"})
    assert client.get(url)["Location"] == f"/desk/venues/{known.pk}/"
    known.refresh_from_db()
    assert (Venue.objects.count(), known.address) == (1, SHOP.address)


def test_a_new_venue_is_registered_and_entered(town: Town) -> None:
    client = browser(town)
    sent = {
        "intent": "n1", "name": "晨光超市", "kind": "商场/超市", "address": "B区底商3号", "hours": "全天",
        "manager": "晨光", "phone": "0355-9990002", "checker": "晨曦",
    }  # fmt: skip
    answers = [client.post("/desk/venues/new/", sent) for _ in range(2)]
    assert {a.headers["Location"] for a in answers} == {f"/desk/venues/{Venue.objects.get().pk}/"}
    assert (Venue.objects.get().path, Case.objects.get().state) == ("xysj/b/", "approved")


def test_a_page_of_the_register_is_typed_in_good_rows_first_and_never_twice(town: Town, kept: Store) -> None:
    client, shop = browser(town, "clerk"), venues(town, 1)[0]
    url, at = f"/desk/venues/{shop.pk}/register/", local(now())
    day = (at - timedelta(days=1)).date()
    sent = {
        "day": day.isoformat(), "page": "3", "r1-time": "8.05", "r1-phone": "13900047009", "r1-heads": "2",
        "r2-time": "0810", "r2-heads": "4", "r2-colour": "yellow", "r5-phone": "13900047008", "r7-time": "25:10",
        "r7-phone": "139", "r7-heads": "",
    }  # fmt: skip
    first = client.post(url, sent)
    assert first.status_code == 422
    assert [m["text"].split(":")[0] for m in first.context["mistakes"]] == [
        "第 5 行 时间",
        "第 7 行 时间",
        "第 7 行 手机号",
    ]
    assert first.content.decode().count("已收下") == 3  # in the summary once, and beside two rows
    right = {**sent, "r5-time": "9:00", "r7-time": "9:10", "r7-phone": "", "r7-heads": "1"}
    for _ in range(2):
        assert client.post(url, right).status_code == 302
    rows = entries(kept)
    assert [(local(r.seen_at).strftime("%m-%d %H:%M"), r.who, r.party, r.colour) for r in rows] == [
        (f"{day:%m-%d} 08:05", key_of("13900047009"), 2, ""),
        (f"{day:%m-%d} 08:10", None, 4, "yellow"),
        (f"{day:%m-%d} 09:00", key_of("13900047008"), 1, ""),
        (f"{day:%m-%d} 09:10", None, 1, ""),
    ]
    assert {r.by for r in rows} == {town.clerk.pk}
    wrong = client.post(url, {**right, "day": "2020-01-01", "page": ""})
    assert set(wrong.context["head"].errors) == {"day", "page"}
    assert len(entries(kept)) == 4
    assert client.post(url, {"day": day.isoformat(), "page": "1"}).status_code == 422


def test_a_register_that_comes_in_late_is_entered_as_long_as_its_day_is_kept(town: Town, kept: Store) -> None:
    client, shop = browser(town, "clerk"), venues(town, 1)[0]
    url, today = f"/desk/venues/{shop.pk}/register/", local(now()).date()
    sent = {"page": "1", "r1-time": "9:00", "r1-phone": "13900047009"}
    before = [entries(kept), kept.tables()]
    for days in (31, 400):
        answer = client.post(url, {**sent, "day": (today - timedelta(days=days)).isoformat()})
        assert "已经销毁" in answer.context["head"].errors["day"][0]
    assert [entries(kept), kept.tables()] == before
    late = today - timedelta(days=30)
    answer = client.post(url, {**sent, "day": late.isoformat()}, follow=True)
    assert "1 行是补录" in answer.content.decode()
    [row] = entries(kept)
    assert (local(row.seen_at).strftime("%m-%d %H:%M"), row.party) == (f"{late:%m-%d} 09:00", 1)
    assert "保存期 30 天以内" in client.get(url).content.decode()
