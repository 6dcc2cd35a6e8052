"""The gate at the desk: a visit by keyboard, its code looked up, in and out by one tap; four lists at one price."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.base.clock import local, now
from linli.base.ids import uuid7
from linli.loops import engine
from linli.loops.models import Case, Event
from linli.matters.visitors import links, passes, people
from linli.matters.visitors.announcing import GATE, Told, announce
from linli.matters.visitors.models import HostLink
from linli.registry.models import Person, Reading
from linli.roster.models import User
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

LISTS = reverse("desk-visitors")


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def came(town: Town, name: str = "陆青禾", *, ago: int = 10, agreed: bool = True, **more: Any) -> Case:
    host = Person.objects.select_related(*people.HOMES).get(pk=town.person[name].pk)
    told = Told(**{"kind": "repair", "channel": GATE, "name": "温来客", "intent": str(uuid7())} | more)
    at = now() - timedelta(minutes=ago)
    return announce(host, told, at=at, agreed=agreed, actor=town.staff["gatekeeper"])


def test_a_visit_by_keyboard_then_its_code_opens_the_gate_once_in_and_once_out() -> None:
    town = make_town()
    gate, delivery = as_(town.staff["gatekeeper"]), as_(town.delivery)
    assert delivery.get(LISTS).status_code == 403
    assert "现在没有来访" in gate.get(LISTS).content.decode()
    found = gate.post(reverse("desk-visitor-find"), {"q": "A区3-1-101"}).content.decode()
    new = reverse("desk-visitor-new", args=[town.person["陆青禾"].pk])
    assert (new in found, "陆青禾" in found) == (True, False)
    said = {"intent": "i", "kind": "guest", "party": "1", "channel": "gate"}
    said |= {"starts_at": f"{local(now()):%Y-%m-%dT%H:%M}", "name": "温来客", "phone": "13900061234"}
    bad = gate.post(new, {**said, "kind": "guest", "name": "", "party": "8"})
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"name", "party"})
    assert not Case.objects.exists()
    for _ in range(2):
        page = gate.post(new, said, follow=True).content.decode()
    case = Case.objects.get()
    assert (case.state, "户主同意" in page, "尾号 1234" in gate.get(LISTS).content.decode()) == (
        "asked",
        True,
        True,
    )
    own = reverse("desk-visitor", args=[case.pk])
    step = reverse("desk-step", args=[case.pk, "agree"])
    assert gate.post(step, {"intent": "a", "how": "phone"}).status_code == 302
    code = passes.code_of(case)
    assert code and "data:image/svg+xml" in gate.get(own).content.decode()

    enter = reverse("desk-visitor-in", args=[case.pk])
    refused = gate.post(enter, {"code": "99999", "intent": "x"})
    assert (refused.status_code, "对不上" in refused.content.decode()) == (422, True)
    looked = gate.post(LISTS, {"code": f"{code.short_code[:4]}-{code.short_code[4:].lower()}"})
    assert (looked.status_code, looked.context["can"]) == (200, "enter")
    for _ in range(2):
        assert gate.post(enter, {"code": looked.context["code"], "intent": "in"}).status_code == 302
    second = as_(town.hire("gatekeeper", "石西门")).post(enter, {"code": code.token, "intent": "in-2"})
    assert (second.status_code, "已经进过门" in second.content.decode()) == (422, True)
    looked = gate.post(LISTS, {"code": passes.url(code)})
    assert looked.context["can"] == "leave"
    for _ in range(2):
        assert gate.post(reverse("desk-visitor-out", args=[case.pk])).status_code == 302
    assert Case.objects.get().state == "left"
    assert [e.verb for e in Event.objects.order_by("seq")] == ["opened", "agree", "enter", "leave"]
    gate.get(LISTS)  # the messages of what was done are read
    dead = gate.post(LISTS, {"code": code.token}).content.decode()
    assert (town.community.phone in dead, "温*客" in dead, "A区3" in dead) == (True, False, False)
    assert "没有这个码" in gate.post(LISTS, {"code": "7XKQ2M9D0RZ5T8V3WJ6HN4FCYA"}).content.decode()
    other = town.hire("gatekeeper", "丁东门", scope=f"{town.community.slug}/b/")
    code = passes.code_of(fresh := came(town))
    assert code and "没有这个码" in as_(other).post(LISTS, {"code": code.token}).content.decode()
    assert as_(other).get(reverse("desk-visitor", args=[fresh.pk])).status_code == 404


def test_a_household_gets_a_link_the_gate_looks_at_numbers_with_its_name_and_no_channel_texts_nobody() -> (
    None
):
    town = make_town()
    TOTP.activate(town.staff["gatekeeper"], generate_totp_secret())
    gate, page = as_(town.staff["gatekeeper"]), reverse("desk-host-link", args=[town.person["陆青禾"].pk])
    shown = gate.post(page, {"do": "issue"}, follow=True)
    token = shown.context["fresh"]["url"].rstrip("/").rsplit("/", 1)[1]
    assert (links.opened(token, at=now()) is not None, gate.get(page).context["fresh"]) == (True, None)
    gate.post(page, {"do": "revoke"})
    assert (links.opened(token, at=now()), HostLink.objects.count()) == (None, 1)
    case = came(town, agreed=False, phone="13900061234")
    number = reverse("desk-visitor-number", args=[case.pk])
    gate.get(number)
    assert not Reading.objects.exists()
    clear = gate.post(number).content.decode()
    assert [w for w in ("13900061234", town.facts["陆青禾"].phone) if w not in clear] == []
    assert sorted(Reading.objects.values_list("owner_kind", "reason")) == [
        ("person", "访客"),
        ("visit", "访客"),
    ]
    said = gate.post(
        reverse("desk-visitor-text", args=[case.pk]), {"intent": "t"}, follow=True
    ).content.decode()
    assert ("没有设置短信渠道" in said, HostLink.objects.count()) == (True, 1)


def test_the_lists_ask_the_same_however_many_come() -> None:
    town = make_town()
    gate = as_(town.staff["gatekeeper"])

    def count() -> int:
        gate.get(LISTS)
        with CaptureQueriesContext(connection) as caught:
            page = gate.get(LISTS)
        assert page.status_code == 200
        return len(caught)

    def arrive(name: str, n: int) -> None:
        came(town, name, agreed=False)
        came(town, name)
        for ago in (5, 60):
            case = came(town, name, kind="courier", ago=ago)
            given = {"code": case.anchors["word"]}
            at = now() - timedelta(minutes=ago)
            engine.advance(
                case.pk, "enter", actor=town.staff["gatekeeper"], given=given, at=at, intent=f"{n}{ago}"
            )

    arrive("陆青禾", 0)
    assert count() == ASKED
    for n, name in enumerate(("叶知秋", "武思源", "屈无忧", "石敢当", "贾长亭"), 1):
        arrive(name, n)
    assert count() == ASKED
    page = gate.get(LISTS)
    assert [f["n"] for f in page.context["figures"]] == [6, 6, 6, 6]
    assert page.context["lists"][0]["rows"][0]["verb"]["method"] == "post"


ASKED = 9
"""Session, account, duties · the visits, two of who comes, the doors · the pack · the community."""
