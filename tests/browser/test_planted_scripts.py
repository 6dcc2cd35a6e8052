"""Scripts planted in names, addresses and notes stay text on every page that shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from linli.base.clock import local, now
from tests.browser.house import House
from tests.browser.office import Office, furnish

SLUG = "maizi"
PAYLOADS = (
    "<script>window.__xss=1</script>",
    "<img src=x onerror=window.__xss=2>",
    '"><svg onload=window.__xss=3>',
    "javascript:window.__xss=4",
    "{{7*7}}{% now 'Y' %}${7*7}",
    "' onmouseover='window.__xss=5' autofocus onfocus='window.__xss=6",
    "</title></dd><body onload=window.__xss=7>",
    "<iframe srcdoc='<script>parent.__xss=8</script>'>",
    '<a hx-get=/desk/ hx-trigger=load hx-on::load="__xss=9">x',
    "</textarea><details open ontoggle=window.__xss=10>",
)
# Everyone of ten is told with one payload everywhere; ten residents behind doors are called by them.
SEEDED = """
import json, sys
from datetime import timedelta
from django.urls import reverse
from linli.base.clock import now
from linli.loops import engine
from linli.matters.returns.notices import NoticeIn, receive
from linli.registry.announce import Described
from linli.registry.models import Community, Person
from linli.roster.models import User
from tests.flows.journey import WELL
community, user = Community.objects.get(slug=SLUG), User.objects.get(username=SLUG + "-director")
paths = ["/desk/", "/desk/arrivals/", "/desk/on-duty/", "/desk/deliveries/", "/desk/ledger/"]
for n, payload in enumerate(PAYLOADS):
    told = NoticeIn(
        source="push", key=payload, who=Described(name=payload[:50], phones=(f"139000498{n:02d}",)), origin=payload,
        service=payload[:20], station=payload[:30], eta_at=now() + timedelta(hours=1), destination=payload, note=payload,
        companions=1, companion_names=(payload,), batch=payload, sender_name=payload,
    )
    trip = receive(told, community=community, at=now()).trip
    given = {**WELL, "people": 1, "time": payload, "place": payload, "route": payload, "service": payload}
    steps = (("verify", given), ("certify", {}), ("dispatch", {"vehicle": "晋DY0001", "driver": payload}),
        ("board", {"giver": payload, "taker": payload, "place": payload}))
    for step, answer in steps[:n]:
        engine.advance(trip.case_id, step, actor=user, given=answer, at=now(), intent=f"{n}{step}")
    certificates = [reverse("desk-certificate", args=[c.pk]) for c in trip.certificates.all()]
    certificates += [reverse("certificate-check", args=[c.token]) for c in trip.certificates.all()]
    case, person = reverse("desk-case", args=[trip.case_id]), reverse("desk-person", args=[trip.person_id])
    paths += [case, person, *certificates[: 2 if n == 9 else 0]]
    paths += [f"{case}step/{'verify' if n == 0 else 'refuse'}/"] if n in (0, 5) else []
for payload, person in zip(PAYLOADS, Person.objects.filter(community=community, household__isnull=False), strict=False):
    Person.objects.filter(pk=person.pk).update(name=payload[:50], relation=payload[:20])
    paths.append(reverse("desk-dwelling", args=[person.household.dwelling_id]))
print(json.dumps(list(dict.fromkeys(paths))))
"""


@pytest.fixture(scope="module")
def planted(linli: House) -> tuple[House, list[str]]:
    furnish(linli, SLUG, "麦子社区")
    seed = f"SLUG, PAYLOADS = {SLUG!r}, {PAYLOADS!r}\n{SEEDED}"
    return linli, json.loads(linli.python(seed))


@pytest.fixture
def office(planted: tuple[House, list[str]], chromium: Browser) -> Iterator[Office]:
    with ExitStack() as stack:
        yield Office(planted[0], chromium, SLUG, stack)


def listen(page: Page) -> list[str]:
    """Every dialog of the page from now on. A refused policy is a red line, which the visit itself reports."""
    heard: list[str] = []

    def hear(dialog: Dialog) -> None:
        heard.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear)
    return heard


def assert_inert(page: Page) -> None:
    """Nothing of what was planted became part of the page."""
    born = "main script, main iframe, main svg[onload], main img[onerror], [onmouseover], [ontoggle], [onfocus], [onload]"
    assert page.evaluate("window.__xss ?? null") is None, page.url
    assert page.locator(born).count() == 0, page.url
    assert page.locator("a[href^='javascript:'], main [hx-on\\:\\:load]").count() == 0, page.url


def revealed(page: Page) -> str:
    """What stands there once the name and the numbers are shown in clear, for a reason that is planted too."""
    page.locator("details.more summary").click()
    page.locator("[name=reason]").fill(PAYLOADS[1])
    page.locator("details.more form button").click()
    clear = page.locator(".says.tone-limit strong")
    expect(clear).to_be_visible()
    assert_inert(page)
    return clear.inner_text()


def test_what_was_planted_in_the_register_and_in_notices_stays_text(
    office: Office, planted: tuple[House, list[str]]
) -> None:
    page = office.page("director")
    heard, read = listen(page), ""
    for path in planted[1]:
        answered = page.goto(path)
        assert answered and answered.status == 200, path
        assert_inert(page)
        read += page.locator("main").inner_text()
        if "/desk/people/" in path:
            read += revealed(page)
    assert heard == []
    assert [payload for payload in PAYLOADS if payload not in read] == []


def test_what_a_stranger_plants_at_the_door_and_a_clerk_in_a_search_stays_text(office: Office) -> None:
    door = office.stranger()
    heard = listen(door)
    for payload in PAYLOADS[:3]:
        door.goto(f"/r/{SLUG}/")
        arrives = f"{local(now()) + timedelta(hours=3):%Y-%m-%dT%H:%M}"
        said = {"name": payload, "phone": payload[:20], "origin": payload, "destination": payload}
        for key, text in {**said, "eta_at": arrives, "service": payload[:20]}.items():
            door.locator(f"[name={key}]").fill(text)
        door.locator("main form button").last.click()
        door.wait_for_load_state()
        assert_inert(door)

    desk = office.page("reception")
    heard_inside = listen(desk)
    desk.goto("/desk/people/")
    for payload in PAYLOADS:
        with desk.expect_response("**/desk/people/"):
            desk.locator("input[type=search]").first.fill(payload)
        expect(desk.locator(".htmx-request")).to_have_count(0)
        assert_inert(desk)
    assert heard == heard_inside == []


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if not p.startswith("{{")])
def test_a_page_that_forgot_to_escape_is_noticed(chromium: Browser, payload: str) -> None:
    planted = f"""<main><p>{payload}</p><a href="{payload}">x</a><p title='{payload}'>y</p></main>"""
    context = chromium.new_context()
    page = context.new_page()
    page.set_content(f"<!doctype html><title>一页</title>{planted}")
    with pytest.raises(AssertionError):
        assert_inert(page)
    context.close()
