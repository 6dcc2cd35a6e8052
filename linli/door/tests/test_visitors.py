"""A household announces and answers by its own link; whoever comes has a page that opens the gate and names nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from linli.base.clock import local, now
from linli.door import host_screens, pass_screens
from linli.loops import engine
from linli.loops.models import Case, Event
from linli.matters.visitors import links, passes, people
from linli.matters.visitors.announcing import GATE, Told, announce
from linli.registry.models import Person
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

NAMES = ("陆青禾", "方大川", "温来客", "3-1-101", "13900061234")


@pytest.fixture(autouse=True)
def patient() -> None:
    host_screens.KNOCKS.forget()
    pass_screens.KNOCKS.forget()


def host(town: Town) -> Person:
    return Person.objects.select_related(*people.HOMES).get(pk=town.person["陆青禾"].pk)


def form(**more: str) -> dict[str, str]:
    starts = f"{local(now() + timedelta(hours=2)):%Y-%m-%dT%H:%M}"
    said = {"intent": "v-1", "kind": "guest", "name": "温来客", "party": "2", "starts_at": starts}
    return {**said, "phone": "139 0006 1234", "plate": "晋dk0001", **more}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_household_announces_and_the_visitor_shows_a_pass_without_scripts(language: str) -> None:
    town, client = make_town(), Client(headers={"accept-language": language})
    url = f"/r/h/{links.issue(host(town), actor=town.desk, at=now())}/"
    written = Event.objects.count()
    bad = client.post(url, form(kind="", name="", party="9", phone="12"))
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"kind", "phone"})
    bad = client.post(url, form(name="", party="9"))
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"name", "party"})
    assert Event.objects.count() == written
    for _ in range(2):
        answer = client.post(url, form(), follow=True)
    case = Case.objects.get(loop="visit_pass")
    code, page = passes.code_of(case), answer.content.decode()
    assert code and (case.state, case.anchors["party"], len(answer.content) < 30_000) == ("ready", 2, True)
    assert [w for w in (passes.url(code), case.anchors["word"], "温*客") if w not in page] == []
    assert [w for w in NAMES if w in page] == []
    shown = client.get(f"/r/{code.token}/")
    page = shown.content.decode()
    assert (shown.status_code, shown["Cache-Control"], len(shown.content) < 30_000) == (200, "no-store", True)
    wanted = ("香阅四季A区3-1-***", f"{code.short_code[:4]}-{code.short_code[4:]}", "data:image/svg+xml")
    assert [w for w in wanted if w not in page] == []
    assert [w for w in NAMES if w in page] == []
    assert client.get(f"/r/{code.token.lower()}/").status_code == 200
    client.post(url, {"visit": str(case.pk), "do": "call_off"})
    dead = client.get(f"/r/{code.token}/")
    assert (dead.status_code, town.community.phone in dead.content.decode()) == (404, True)
    never = client.get("/r/7XKQ2M9D0RZ5T8V3WJ6HN4FCYA/")
    assert never.status_code == 404
    assert [w for w in (*NAMES, "A区", "温*客") if w in dead.content.decode() + never.content.decode()] == []
    assert client.get(f"/r/{town.community.slug}/").status_code == 200, (
        "a report in advance keeps its address"
    )


def test_whoever_stands_at_the_gate_is_answered_by_the_household_and_by_no_other_link() -> None:
    town, client = make_town(), Client(headers={"accept-language": "zh-hans"})
    told = Told(kind="repair", channel=GATE, intent="v", name="温来客")
    case = announce(host(town), told, at=now(), agreed=False, actor=town.staff["gatekeeper"])
    other = Person.objects.get(pk=town.person["叶知秋"].pk)
    own, foreign = (f"/r/h/{links.issue(p, actor=town.desk, at=now())}/" for p in (host(town), other))
    assert "温*客" not in client.get(foreign).content.decode()
    answer = client.post(foreign, {"visit": str(case.pk), "do": "agree"}, follow=True)
    assert "没有找到" in answer.content.decode()
    for rubbish in ({"visit": "x", "do": "agree"}, {"visit": str(case.pk), "do": "enter"}):
        assert "没有找到" in client.post(own, rubbish, follow=True).content.decode()
    assert Case.objects.get(pk=case.pk).state == "asked"
    assert "门口有人找您家" in client.get(own).content.decode()
    for _ in range(2):
        page = client.post(own, {"visit": str(case.pk), "do": "agree"}, follow=True).content.decode()
    case.refresh_from_db()
    assert (case.state, "已同意" in page) == ("ready", True)
    code = passes.code_of(case)
    assert code
    given = {"code": code.token}
    engine.advance(case.pk, "enter", actor=town.staff["gatekeeper"], given=given, at=now(), intent="in")
    page = client.get(f"/r/{code.token}/").content.decode()
    assert ("已进门" in page, f">{case.anchors['word']}<" in page) == (True, False)
    assert client.get("/r/h/7XKQ2M9D0RZ5T8V3WJ6HN4FCYA/").status_code == 404
