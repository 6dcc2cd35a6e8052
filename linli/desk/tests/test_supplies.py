"""Requests at the desk: entered by keyboard, gone shopping for together, settled on a page; four lists at one price."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.base.clock import now
from linli.base.ids import uuid7
from linli.loops import engine
from linli.loops.models import Case
from linli.loops.spec import Opening
from linli.matters.supplies.asking import Wish, ask
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import ShoppingRound, SupplyOrder, SupplyPayment
from linli.matters.supplies.written import wanted
from linli.registry import subjects
from linli.registry.models import Person
from linli.roster.models import User
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

FORM = {
    "lines": "白菜 2 斤\n鸡蛋 1 板 不换",
    "substitute": "on",
    "medicine": "none",
    "pay": "at_door",
    "cap": "30",
}


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def requested(town: Town, name: str, listed: str = "盐 1 袋") -> Case:
    who = Person.objects.select_related(*subjects.HOMES).get(pk=town.person[name].pk)
    return ask(who, Wish(lines=tuple(wanted(listed)), intent=str(uuid7())), at=now() - timedelta(hours=1))


def test_a_request_is_entered_by_keyboard_gone_shopping_for_and_settled() -> None:
    town = make_town()
    hotline, delivery, desk = (as_(town.staff[duty]) for duty in ("hotline", "delivery", "desk"))
    found = hotline.post(reverse("desk-supply-find"), {"q": "叶知秋"}).content.decode()
    new = reverse("desk-supply-new", args=[town.person["叶知秋"].pk])
    assert new in found
    assert "叶知秋" not in found.replace('value="叶知秋"', ""), "masked but for what was typed"
    assert "autofocus" in hotline.get(new).content.decode()
    bad = hotline.post(new, {**FORM, "intent": "i1", "lines": "", "cap": "x", "medicine": "prescription"})
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"lines", "cap", "prescription_at"})
    assert not SupplyOrder.objects.exists()
    for _ in range(2):
        page = hotline.post(new, {**FORM, "intent": "i1"}, follow=True).content.decode()
    order = SupplyOrder.objects.get()
    assert (order.cap_fen, order.channel, order.person_id) == (3000, "desk", town.person["叶知秋"].pk)
    assert (order.code in page, "2 样" in page) == (True, True)
    other = requested(town, "武思源", "白菜 1 斤")

    pick = {"case": [order.case_id, other.pk], "shop": "晨光超市", "shopper": "车小满", "intent": "r1"}
    assert delivery.post(reverse("desk-round-new"), {"do": "make", "intent": "r0"}).status_code == 422
    groups = delivery.post(reverse("desk-round-new"), {"pick": "|香阅四季B区1号楼", "shop": "店"}).context[
        "groups"
    ]
    assert [row["picked"] for group in groups for row in group["rows"]] == [True, True]
    preview = delivery.post(reverse("desk-round-new"), {**pick, "do": "preview"})
    assert ("白菜", "3斤") in [(i["name"], i["amount"]) for i in preview.context["preview"]]
    assert not ShoppingRound.objects.exists()
    for _ in range(2):
        delivery.post(reverse("desk-round-new"), {**pick, "do": "make"})
    one = ShoppingRound.objects.get()
    sheet = reverse("desk-round", args=[one.pk])
    shown = delivery.get(sheet).content.decode()
    assert [w for w in ("1-2-1101", "叶") if w in shown] == []
    elsewhere, here = (
        as_(town.hire("delivery", name, scope=f"{town.community.slug}/{c}/"))
        for name, c in (("甲", "a"), ("乙", "b"))
    )
    assert [browser.get(sheet).status_code for browser in (elsewhere, here)] == [404, 200]
    assert one.code not in elsewhere.get(reverse("desk-supplies")).content.decode()
    assert one.code in here.get(reverse("desk-supplies")).content.decode()
    bought = reverse("desk-supply-bought", args=[order.case_id])
    over = {"got-1": "2", "price-1": "40", "got-2": "0", "intent": "b1"}
    refused = delivery.post(bought, over)
    assert (refused.status_code, 'value="40"' in refused.content.decode()) == (422, True)
    assert delivery.post(bought, {**over, "price-1": "12.5"}).status_code == 302
    delivery.post(reverse("desk-supply-bought", args=[other.pk]), {"got-1": "0", "intent": "b2"})
    assert Case.objects.get(pk=other.pk).state == "short"
    shown = delivery.get(sheet).content.decode()
    assert [w for w in ("1-2-1101", "白菜 2斤", "缺:鸡蛋 1板", "12.50") if w not in shown] == []

    for step, given in (
        ("pack_up", {"giver": "车小满", "taker": "车小满"}),
        ("set_down", {"giver": "车小满", "taker": "门口"}),
        ("receive_unsettled", {"giver": "门口", "taker": "本户", "proof": "phone"}),
    ):
        url = reverse("desk-step", args=[order.case_id, step])
        assert delivery.post(url, {"intent": f"s-{step}", **given}).status_code == 302, step
    url = reverse("desk-supply-statement", args=[order.case_id])
    assert delivery.get(url).status_code == 403
    assert desk.post(url, {"intent": "p1", "do": "refund", "amount": "1", "way": "cash"}).status_code == 422
    for _ in range(2):
        desk.post(url, {"intent": "p2", "do": "paid", "amount": "20.00", "way": "scan"})
    assert [p.fen for p in SupplyPayment.objects.all()] == [2000]
    assert "应退住户 7.50 元" in desk.get(url).content.decode()
    desk.post(
        reverse("desk-step", args=[order.case_id, "settle"]), {"intent": "e", "way": "cash", "agreed": "on"}
    )
    assert Case.objects.get(pk=order.case_id).state == "settled"
    told = desk.get(url).content.decode()
    assert [w for w in ("12.50", "20.00", "7.50", "已结清", "缺 1") if w not in told] == []
    again = desk.get(url).context["again"]
    assert desk.get(again).context["form"]["lines"].value() == "鸡蛋 1板"
    assert desk.get(reverse("desk-person", args=[order.person_id])).content.decode().count("代购送货") >= 1


def test_a_call_without_a_name_finds_its_household_first() -> None:
    town, at = make_town(), now()
    opening = Opening(title="来电", scope=town.community.path, subject=str(uuid7()), anchors={"person": ""})
    case = engine.open_case(Supply, opening, community_id=town.id, at=at, intent="call")
    client = as_(town.hotline)
    shown = client.get(reverse("desk-case", args=[case.pk])).content.decode()
    whose = reverse("desk-supply-whose", args=[case.pk])
    assert whose in shown
    who = town.person["陆青禾"].pk
    assert f'value="{who}"' in client.post(whose, {"q": "陆青禾"}).content.decode()
    away = client.post(whose, {"person": who})
    step = reverse("desk-step", args=[case.pk, "list_lines"])
    assert away["Location"] == step
    said = {"intent": "l", "lines": "盐 1 袋", "substitute": "no", "medicine": "none", "pay": "later"}
    assert client.post(step, said).status_code == 302
    assert SupplyOrder.objects.get().case_id == case.pk
    assert client.post(whose, {"person": uuid7()}).status_code == 404


def test_the_lists_cost_the_same_however_many_there_are() -> None:
    town = make_town()
    client = as_(town.delivery)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("desk-supplies"), {"show": "waiting"}).status_code == 200
        return len(seen)

    requested(town, "叶知秋")
    cost()  # what is kept between two looks is there now
    few = cost()
    for name in ("蓝采薇", "秦伯庸", "屈无忧", "武思源", "贾长亭"):
        requested(town, name)
    assert (few, cost()) == (LIST, LIST)


LIST = 12
"""Session, account, duties · counts, rows, their orders, things and two of money, rounds · the pack · the community."""
