"""Rounds, corrections and the ledger of special needs as the grid lead meets them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from linli.base import clock
from linli.base.ids import uuid7
from linli.desk.tests.test_query_counts import count
from linli.loops import engine
from linli.loops.models import Case, Event
from linli.matters.census import care, rounds
from linli.matters.census.models import CarePlan, CensusRound, Correction
from linli.registry.models import Person, SpecialNeed
from linli.roster.models import User
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    """A browser with a second factor: the grid lead sees new names and numbers in clear."""
    client = Client(headers={"accept-language": "zh-hans"})
    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    return client


def told(census: CensusRound, label: str, town: Town, step: str = "answer", **given: Any) -> Case:
    case = Case.objects.get(round_door__round=census, round_door__dwelling__label=label)
    said = {
        "people": 1,
        "travel": "no",
        "contact": "no",
        "health": "well",
        "visitor": "no",
        "vaccine": "done",
    }
    given = {**(said if step == "answer" else {}), **given}
    engine.advance(case.id, step, actor=town.grid_worker, given=given, at=clock.now(), intent=str(uuid7()))
    return case


def test_a_round_is_opened_walked_drawn_and_ended() -> None:
    town = make_town()
    client, url = as_(town.grid_lead), reverse("desk-census-new")
    page = client.get(url)
    assert "香阅四季A区10号楼" in page.content.decode()
    assert "香阅四季B区" not in page.content.decode(), "another lead's buildings are not on offer"
    assert client.post(url, {"intent": "r", "name": "", "until": ""}).status_code == 422
    sent = {"intent": "r", "name": "第一轮", "asks": ["travel"], "until": "2199-01-01T20:00", "walker": ""}
    missing = client.post(url, sent)
    assert missing.status_code == 422
    assert list(missing.context["form"].errors) == ["buildings"]
    sent |= {"grids": [str(town.grid["A"].pk)], "walker": str(town.grid_worker.pk)}
    for _ in range(2):
        assert client.post(url, sent).status_code == 302
    census = CensusRound.objects.get()
    assert (census.doors.count(), census.walker_name) == (10, town.grid_worker.shown_name)
    for label, step in (
        ("3-1-101", "answer"),
        ("3-1-102", "absent"),
        ("3-1-202", "refuse"),
        ("3-2-1101", "empty"),
    ):
        told(census, label, town, step)
    case = told(census, "3-1-201", town, "pass_on", party="police")

    building = client.get(reverse("desk-census-building", args=[census.pk, town.building["A 3"].pk]))
    cells = {
        c["room"]: c["key"] for u in building.context["units"] for _f, cs in u["floors"] for c in cs if c
    }
    assert cells == {"101": "answered", "102": "absent", "201": "passed", "202": "refused", "1101": "empty"}
    assert [floor for floor, _c in building.context["units"][0]["floors"]] == ["2", "1"]
    text = building.content.decode()
    assert "入户率 40%(2/5 户)" in text
    assert reverse("desk-case", args=[case.id]) in text
    assert all(f"door-{key}" in text for key in set(cells.values()))

    shown = client.get(reverse("desk-census-round", args=[census.pk]))
    assert sum(f["n"] for f in shown.context["figures"]) == 10
    assert "还有 5 户没去过" in shown.content.decode()
    assert client.get(reverse("desk-case", args=[case.id])).status_code == 200
    end = reverse("desk-step", args=[census.case_id, "finish"])
    assert client.post(end, {"intent": "end"}).status_code == 422
    for label in ("10-1-101", "10-1-102", "10-1-201", "10-1-202", "10-2-1101"):
        told(census, label, town, "empty")
    assert client.post(end, {"intent": "end"}).status_code == 302
    assert "已完成" in client.get(reverse("desk-census")).content.decode()
    other = as_(town.grid_lead_b)
    assert other.get(reverse("desk-census-round", args=[census.pk])).status_code == 404
    assert other.get(reverse("desk-census")).context["rounds"] == []


def open_round(town: Town, *names: str) -> CensusRound:
    at = clock.now()
    buildings = [town.building[name].pk for name in names]
    ordered = rounds.Told(name="一轮", buildings=buildings, until=at + timedelta(days=1))
    return rounds.open_round(
        ordered, community=town.community, actor=town.grid_lead, at=at, intent=str(uuid7())
    )


def test_corrections_are_looked_at_before_they_are_written() -> None:
    town = make_town()
    census = open_round(town, "A 3")
    told(census, "3-1-101", town, gone="2", phone="1 13900099777")
    client, url = as_(town.grid_lead), reverse("desk-census-corrections")
    page = client.get(url)
    assert (page.status_code, page.context["count"]) == (200, 2)
    rows = {line["what"]: line for group in page.context["groups"] for line in group["lines"]}
    chosen = {"item": [rows["搬走"]["id"], rows["电话"]["id"]], "intent": "c"}
    chosen |= {f"mark-{line['id']}": line["mark"] for line in rows.values()}
    preview = client.post(url, {**chosen, "do": "preview"})
    assert "采纳后台账会改这 2 处" in preview.content.decode()
    assert Correction.objects.filter(state="open").count() == 2
    assert len(client.post(url, {"do": "all", "intent": "c"}).context["preview"]) == 2
    assert client.post(url, {"do": "accept", "intent": "c"}).status_code == 422
    SpecialNeed.objects.create(community=town.community, person=town.person["方大川"], kind="alone")
    Person.objects.filter(pk=town.person["方大川"].pk).update(standing=Person.DECEASED)
    before = Event.objects.count()
    refused = client.post(url, {**chosen, "do": "accept"})
    assert (refused.status_code, Event.objects.count()) == (422, before)
    assert "台账之后变过" in refused.content.decode()
    alone = {**chosen, "item": [rows["电话"]["id"]], "do": "accept"}
    for _ in range(2):
        assert client.post(url, alone).status_code == 302
    decline = {"do": "decline", "item": [rows["搬走"]["id"]], "intent": "d"}
    assert client.post(url, decline, follow=True).status_code == 200
    assert dict(Correction.objects.values_list("kind", "state")) == {"phone": "accepted", "gone": "declined"}
    assert as_(town.grid_lead_b).post(url, alone).status_code == 302
    assert as_(town.grid_worker).get(url).status_code == 403


def test_a_card_is_filled_in_and_seen_in_the_list() -> None:
    town = make_town()
    who = town.person["秦伯庸"]
    SpecialNeed.objects.create(community=town.community, person=who, kind="dialysis")
    client, url = as_(town.grid_lead), reverse("desk-care", args=[who.pk])
    listed = reverse("desk-special-needs")
    assert url in client.get(listed).content.decode()
    form = client.get(url).context["form"]
    assert form.initial["weekdays"] == ["1", "3", "5"]
    assert client.post(url, {"intent": "k", "every_days": "0"}).status_code == 422
    sent = {"intent": "k", "helper_name": "邹门安", "weekdays": ["1", "3", "5"], "every_days": "7",
            "hospital": "市人民医院", "medicine_days": "20", "contact": "女儿 13900099001"}  # fmt: skip
    for _ in range(2):
        assert client.post(url, sent).status_code == 302
    page = client.get(listed).content.decode()
    assert CarePlan.objects.count() == 1
    assert "秦*庸" in page
    assert "每周的周一、周三、周五" in page
    assert "13900099001" not in page
    assert "13900099001" in client.get(url).content.decode()
    step = reverse("desk-step", args=[CarePlan.objects.get().case_id, "look"])
    assert client.post(step, {"intent": "l", "how": "phone", "medicine_days": "9"}).status_code == 302
    assert "药还够 9 天" in client.get(listed).content.decode()
    assert client.get(reverse("desk-case", args=[CarePlan.objects.get().case_id])).status_code == 200
    assert as_(town.grid_lead_b).get(url).status_code == 404


def test_lists_cost_the_same_however_long_they_are() -> None:
    town = make_town()
    client = as_(town.director)

    def grow(names: tuple[str, ...], building: str, doors: tuple[str, ...]) -> None:
        census = open_round(town, building)
        for label in doors:
            told(census, label, town, gone="1", phone="1 13900099001")
        for name in names:
            person = Person.objects.select_related("household__dwelling__compound").get(
                pk=town.person[name].pk
            )
            SpecialNeed.objects.create(community=town.community, person=person, kind="alone")
            plan = care.Told(helper_name="邹门安", every_days=3)
            care.keep_plan(person, plan, actor=town.director, at=clock.now(), intent=f"plan-{name}")
        SpecialNeed.objects.create(community=town.community, person=town.person[names[0]], kind="chronic")

    pages = ("desk-special-needs", "desk-census", "desk-census-corrections")
    grow(("叶知秋",), "A 3", ("3-1-101",))
    few = [count(lambda name=name: client.get(reverse(name))) for name in pages]  # type: ignore[misc]
    grow(("秦伯庸", "陆青禾", "屈无忧", "武思源"), "A 10", ("10-1-101", "10-1-102", "10-2-1101"))
    assert [count(lambda name=name: client.get(reverse(name))) for name in pages] == few  # type: ignore[misc]
    assert few == PINNED


PINNED = [7, 8, 10]
"""Session, account, factor, duties, community · the cards with their needs, who has none · rounds, doors, buildings ·
corrections, their words, the register's marks."""
