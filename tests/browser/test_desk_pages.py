"""Every page of the desk and the doors: whole on a phone and at a desk, in normal and large print, in both languages.

The suite takes two looks that have each value once; LOOKS=all takes all eight.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.urls import URLPattern, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Browser, Error, Page, expect

from linli.desk import alerts_urls, office_urls, patrol_urls, testing_urls, venue_urls, visitors_urls
from linli.desk import urls as desk_urls
from linli.door import urls as door_urls
from linli.loops.registry import all_loops
from linli.notify import urls as notify_urls
from tests.browser.house import House
from tests.browser.office import Office, furnish
from tests.browser.visit import assert_accessible, assert_no_sideways_scroll

SLUG = "yemian"
HOUSES = (
    *(desk_urls, office_urls, venue_urls, patrol_urls, alerts_urls, visitors_urls, testing_urls),
    *(notify_urls, door_urls),
)
NO_PAGES = {
    "desk-venues-issue": "only takes",
    "desk-live": "a stream",
    "first-run": "only before there is a community",
    "first-done": "only after the first run",
    "notify-subscribe": "a script's",
    "notify-unsubscribe": "a script's",
    "notify-ack-ticket": "a notification's",
    "notify-service-worker": "a script",
    "certificate-keys": "JSON",
    "desk-gate-make": "only takes",
    "desk-patrol-make": "only takes",
    "desk-patrol-plan": "only takes",
    "desk-patrol-missed": "only takes",
}
TAKERS = {
    "desk-venue-enter",
    *("desk-acknowledge", "desk-decide-late", "desk-reveal", "desk-health-review", "desk-health-link-text"),
    *(
        "desk-sheet-scanned",
        "desk-sender-revoke",
        "desk-import-decide",
        "desk-import-confirm",
        "desk-import-give-up",
    ),
    *(
        "desk-account-link",
        "desk-account-factor",
        "desk-account-close",
        "desk-device-sign-out",
        "desk-shift-end",
    ),
    *("notify-test", "notify-switch", "notify-ack", "desk-supply-bought"),
    *(
        "desk-patrol-print",
        "desk-venue-link-text",
        "desk-restriction-link-text",
        "desk-venue-same",
        "desk-person-card",
        "desk-door-cards",
    ),
    *("desk-visitor-in", "desk-visitor-out", "desk-visitor-text"),
    *("desk-certificate-void", "desk-certificate-reissue", "desk-train-move", "desk-gate-revoke"),
}
"""Take something, or lead on to a page, and show none of their own."""
CHROME = "nav a, nav summary, h1, h2, h3, th, label, legend, button, summary, a.btn, .figures a, .hint, dt"
WIDTHS = {360, 1280}
LOOKS = [
    ("phone", "zh-CN", "large"), ("desk", "en", "normal"),
    *([
        ("phone", "zh-CN", "normal"), ("phone", "en", "normal"), ("phone", "en", "large"),
        ("desk", "zh-CN", "normal"), ("desk", "zh-CN", "large"), ("desk", "en", "large"),
    ] if os.environ.get("LOOKS") == "all" else []),
]  # fmt: skip
NARROW = {"viewport": {"width": 360, "height": 780}}
HAN = re.compile(r"[\u3400-\u9fff]")
DATA = re.compile(
    r"\S\*+\S*|"
    r"屈\S*|夜面社区|香阅四季[AB]区\S*|户主|长治市\S*|国务院\S*|段秋实|孟春雨|防疫告示贴着|住址不详|外来人员|新型\S*方案\S*"
)
"""Names, masked ones too, an address, a relation as the register writes it, issuer and title of a pack, colleagues, the
title of a case: never translated."""
CHROME_SAYS = """chrome => [...document.querySelectorAll(chrome)]
  .filter(it => it.checkVisibility() && !it.closest('[lang]:not(html)'))
  .map(it => it.textContent.replace(/\\s+/g, ' ').trim())"""

# One traveller on the way with a certificate; the paths of the pages that need an id.
TRAVELLER = """
import json
from django.urls import reverse
from linli.base.clock import LOCAL, now
from linli.loops import engine
from linli.matters.returns.models import Trip
from linli.registry.models import Community
from linli.roster.models import User
from tests.flows.journey import WELL
trip = Trip.objects.select_related("person__household").get(community__slug=SLUG)
user = User.objects.get(username=SLUG + "-director")
told = {**WELL, "people": 1, "time": "今晚", "place": "长治东站", "service": "G9457"}
for step, given in (("verify", told), ("certify", {})):
    engine.advance(trip.case_id, step, actor=user, given=given, at=now(), intent=step)
from linli.matters.isolation import links
from linli.matters.isolation.opening import open_for
from linli.loops.models import Case
case = open_for(trip.person, "other_province", day_zero=now(), actor=user, at=now(), intent="isolation")
report = Case.objects.get(loop="health_report", cause=case)
from linli.paper.making import make
sheet = make("return.dispatch", Case.objects.get(pk=trip.case_id).scope, actor=user, at=now(), intent="sheet")
token = links.issue(case.pk, community_id=case.community_id, actor=user, at=now())
from linli.matters.hotline.taking import Told, take
told = Told(intent="call", kind="supply", urgency="soon", place=SLUG + "/", person=trip.person, number="13900047777")
call = take(told, community=trip.community, at=now(), actor=user)
from datetime import timedelta
from linli.matters.census import care, rounds
home, at = trip.dwelling, now()
ordered = rounds.Told(name="Round 1", buildings=[home.building_id], until=at + timedelta(days=1), asks=["health"])
census = rounds.open_round(ordered, community=trip.community, actor=user, at=at, intent="census")
doors = list(census.doors.select_related("case").order_by("dwelling__position"))
for n, step in enumerate(("absent", "refuse", "empty")):
    engine.advance(doors[n].case_id, step, actor=user, given={}, at=at, intent=step)
told = care.Told(helper_name=user.shown_name, weekdays=(1, 3), medicine_days=9)
plan = care.keep_plan(trip.person, told, actor=user, at=at, intent="plan")
from linli.matters.supplies import asking, rounds as shopping
from linli.matters.supplies.written import wanted
from linli.notify.models import MAIL, Channel
from linli.registry import subjects
from linli.registry.models import Person
from linli.registry.staging import Bringer, receive
from linli.roster import accounts
who = Person.objects.select_related(*subjects.HOMES).get(pk=trip.person_id)
asked = [
    asking.ask(who, asking.Wish(lines=tuple(wanted("Milk 2")), intent=f"w{n}"), at=at, actor=user) for n in (1, 2)
]
way = {"shop": "Shop", "shopper_name": "Ann", "actor": user, "at": at, "intent": "way"}
shopped = shopping.make([asked[0].pk], community_id=trip.community_id, **way)
told = Told(intent="nobody", kind="supply", urgency="soon", place=SLUG + "/", number="13900047778")
unknown = take(told, community=trip.community, at=at, actor=user)
engine.advance(unknown.pk, "route", actor=user, given={"to": "supply"}, at=at, intent="route")
listless = Case.objects.get(loop="supply", cause=unknown)
told = Told(intent="alone", kind="care", urgency="soon", place=SLUG + "/", person=trip.person, number="13900047779")
alone = take(told, community=trip.community, at=at, actor=user)
engine.advance(alone.pk, "route", actor=user, given={"to": "look_in"}, at=at, intent="route 2")
look_in = Case.objects.get(loop="look_in", cause=alone)
lines = "姓名,联系电话\\n屈无疾,1390004\\n"
brought = receive([lines.encode()], community=trip.community, name="a.csv", bringer=Bringer(user.pk, "Ann"), at=at)
fresh = User.objects.create(username=SLUG + "-fresh", shown_name="Ann", community=trip.community, is_active=True)
fresh.set_unusable_password()
fresh.save()
from linli.matters.patrols import giving
from linli.matters.venues import applying, links as shops
from linli.matters.patrols.checklist import ITEMS
from linli.matters.patrols.models import PatrolVisit
from linli.registry.models import Venue
street = Venue.objects.create(community=trip.community, name="Bakery", hours=[["00:00", "24:00"]], path=SLUG + "/")
morning = at.astimezone(LOCAL).replace(hour=6, minute=1)
giving.open_and_plan(at=morning)
visits = list(PatrolVisit.objects.filter(venue=street).order_by("number"))
given = dict.fromkeys(ITEMS, "ok") | {"notice": "bad"}
engine.advance(visits[0].case_id, "check", actor=user, given=given, at=visits[0].opens_at, intent="patrol")
from dataclasses import replace
from linli.base.ids import uuid7
from linli.scans.record import Seen, record
street_token = shops.issue(street, actor=user, at=at)
from linli.matters.alerts import appealing, links as own_links, proposing, raising
from linli.roster.models import Shift
second = User.objects.create(username=SLUG + "-second", shown_name="Ben", community=trip.community, is_active=True)
Shift.objects.create(community=trip.community, user=second, duty="approver", scope=SLUG + "/", starts_at=at)
seen = raising.Told(intent="alert", seen="red", what="Seen at the gate", person=who)
alert = raising.raise_alert(seen, community=trip.community, actor=user, at=at)
from linli.matters.alerts import from_scans
from linli.registry import strangers
from linli.scans.notable import Notable
red = Seen(id=uuid7(), place=street.pk, colour="red", who=strangers.key_of("13900047782"))
red = replace(red, contact=strangers.enclosed("13900047782", about=red.id))
record([red], community_id=trip.community_id, at=at)
noted = {"place": street.pk, "who": red.who, "colour": "red", "mode": "self", "by": None, "seen_at": at}
stranger = from_scans.take(Notable(id=red.id, community_id=trip.community_id, **noted), at=at)
wish = proposing.Wish(
    intent="restriction", basis="contact", evidence="test", evidence_number="J-7", ends_at=at + timedelta(days=2),
    reason="Met somebody who is ill",
)
bound = proposing.propose(who, wish, actor=user, at=at)
engine.advance(bound.pk, "confirm", actor=second, given={"looked": True}, at=at, intent="confirm")
engine.advance(bound.pk, "tell", actor=user, given={"how": "face", "appeal": True}, at=at, intent="tell")
own = own_links.issue(bound.pk, community_id=bound.community_id, actor=user, at=at)
bound = Case.objects.get(pk=bound.pk)
appeal = appealing.ask(bound, "I was not there", at=at, intent="appeal")
free = Person.objects.filter(community=trip.community).exclude(pk=who.pk).first() or who
mail = Channel.objects.create(community=trip.community, kind=MAIL, name="Mail", config={})
from linli.matters.venues.particulars import Particulars
said = {"kind": "餐厅", "address": "Street 1", "manager": "Ann", "checker": "Ann", "hours": [["08:00", "20:00"]]}
told = Particulars(name="Noodles", phone="13900047780", **said)
noodles = applying.register(told, community=trip.community, actor=user, at=at, intent="shop")
engine.advance(noodles.case_id, "issue", actor=user, given={}, at=at, intent="issue")
shop_token = shops.issue(noodles.venue, actor=user, at=at)
told = Particulars(name="Dumplings", phone="13900047781", **said)
back = applying.apply(told, community=trip.community, at=at, intent="back")
back_token = shops.first(back, at=at)
engine.advance(back.case_id, "send_back", actor=user, given={"reason": "Hours"}, at=at, intent="send back")
from linli.matters.tracing import looking
from linli.matters.tracing.models import Contact, Scope
from linli.codes import issuing
from linli.codes.models import Kind
from linli.registry.models import Venue
officer = User.objects.get(username=SLUG + "-data_officer")
shop = Venue.objects.create(community=trip.community, name="Shop", kind="store", path=SLUG + "/")
code = issuing.issue(Kind.VENUE, shop.pk, community_id=trip.community_id, at=at)
seen = [Seen(id=uuid7(), place=shop.pk, who=key) for key in (trip.person_id.bytes, b"s" * 16)]
record(seen, community_id=trip.community_id, at=at)
told = looking.Asked(days=1, minutes=15, number="LD-1", reason="positive", intent="trace")
traced = looking.ask(trip.person, told, actor=officer, at=now())
granter = User.objects.get(username=SLUG + "-approver")
engine.advance(traced.pk, "approve", actor=granter, given={"checked": True}, at=now(), intent="granted")
scope = Scope.objects.select_related("case").get(case=traced)
called = looking.call(scope, [b"s" * 16], actor=officer, at=now())
contact = Contact.objects.get(scope=scope)
from linli.matters.visitors import announcing, links as host_links, passes, people as comers
from linli.registry.models import Dwelling, Household
next_door = Dwelling.objects.filter(community=trip.community).exclude(pk=home.pk).first()
flat = Household.objects.filter(dwelling=next_door).first()
flat = flat or Household.objects.create(community=trip.community, dwelling=next_door)
neighbour = Person.objects.create(
    community=trip.community, household=flat, name="屈为邻", path=next_door.path, created_at=at, updated_at=at
)
neighbour = Person.objects.select_related(*comers.HOMES).get(pk=neighbour.pk)
visits_to = [
    announcing.announce(
        neighbour,
        announcing.Told(kind="guest", channel="gate", name="屈来客", phone="13900047790", intent=f"visit {n}"),
        at=at, agreed=bool(n), actor=user,
    ) for n in range(2)
]
visit_code = passes.code_of(visits_to[1])
host_token = host_links.issue(neighbour, actor=user, at=at)
from linli.matters.testing import planning
hours = {"begins_at": at + timedelta(hours=6), "until": at + timedelta(hours=13)}
ordered = planning.Told(name="Round A", buildings=[home.building_id], **hours)
tested = planning.open_campaign(ordered, community=trip.community, actor=user, at=at, intent="testing")
from linli.matters.testing import boxes, tubes as sealing
engine.advance(tested.case_id, "begin", actor=user, given={"ready": True}, at=at, intent="sampling begins")
swabbed = issuing.issue(Kind.PERSON, trip.person_id, community_id=trip.community_id, at=at)
rows = [
    sealing.Sealed(
        id=uuid7(), barcode=f"04130001{n}", kind="ten", codes=[swabbed.short_code, *(["22222222"] if n else [])],
        sealed_at=at, short="Last of the building",
    ) for n in (0, 1, 1)
]
sealing.take(rows, tested, actor=user, at=at)
from linli.matters.testing import pools
positive = pools.announce(tested.tubes.get(barcode="041300010"), at=at)
recall = Case.objects.get(loop="recall", cause=positive)
packed = boxes.pack_box(tested, ["041300010"], site=None, reason="Next box", actor=user, at=at, intent="box")
print(json.dumps([
    reverse("desk-campaign", args=[tested.pk]),
    reverse("desk-campaign-tubes", args=[tested.pk]),
    reverse("desk-campaign-doubts", args=[tested.pk]),
    reverse("desk-campaign-boxes", args=[tested.pk]),
    reverse("desk-campaign-missed", args=[tested.pk]),
    reverse("desk-campaign-results", args=[tested.pk]),
    reverse("desk-campaign-cover", args=[tested.pk]),
    reverse("desk-campaign-queue", args=[tested.sites.get().pk]),
    reverse("door-queues", args=[SLUG]),
    reverse("desk-campaign-building", args=[tested.pk, home.building_id]),
    reverse("desk-campaign-pools") + "?people=5000&per_ten_thousand=2",
    reverse("desk-case", args=[positive.pk]),
    reverse("desk-case", args=[recall.pk]),
    reverse("desk-step", args=[recall.pk, "keep_apart"]),
    reverse("desk-case", args=[packed.case_id]),
    reverse("desk-step", args=[packed.case_id, "hand_over"]),
    reverse("desk-campaign-notices", args=[tested.pk]),
    reverse("desk-campaign-site", args=[tested.sites.get().pk]),
    reverse("desk-case", args=[tested.case_id]),
    reverse("desk-step", args=[tested.case_id, "finish"]),
    reverse("desk-visitor", args=[visits_to[0].pk]),
    reverse("desk-visitor", args=[visits_to[1].pk]),
    reverse("desk-step", args=[visits_to[0].pk, "agree"]),
    reverse("desk-step", args=[visits_to[1].pk, "turn_away"]),
    reverse("desk-visitor-number", args=[visits_to[0].pk]),
    reverse("desk-visitor-new", args=[neighbour.pk]),
    reverse("desk-host-link", args=[neighbour.pk]),
    reverse("door-host", args=[host_token]),
    reverse("door-pass", args=[visit_code.token]),
    reverse("desk-venue", args=[noodles.venue_id]),
    reverse("desk-venue-change", args=[noodles.venue_id]),
    reverse("desk-venue-register", args=[noodles.venue_id]),
    reverse("desk-venue-file", args=[back.pk]),
    reverse("desk-venue-link", args=[noodles.venue_id]),
    reverse("desk-venue-file-link", args=[back.pk]),
    reverse("desk-case", args=[noodles.case_id]),
    reverse("desk-step", args=[noodles.case_id, "post"]),
    reverse("door-shop-apply", args=[SLUG]),
    reverse("door-shop", args=[shop_token]),
    reverse("door-shop", args=[back_token]),
    reverse("door-shop-amend", args=[back_token]),
    reverse("door-shop-register", args=[shop_token]),
    reverse("door-shop-check", args=[shop_token]),
    reverse("desk-patrol-venue", args=[street.pk]),
    reverse("desk-case", args=[visits[1].case_id]),
    reverse("desk-step", args=[visits[1].case_id, "check"]),
    reverse("desk-case", args=[Case.objects.get(loop="finding").pk]),
    reverse("door-shop", args=[street_token]),
    reverse("desk-case", args=[alert.pk]),
    reverse("desk-step", args=[alert.pk, "keep_apart"]),
    reverse("desk-case", args=[stranger.pk]),
    reverse("desk-alert-number", args=[stranger.pk]),
    reverse("desk-person-alert", args=[who.pk]),
    reverse("desk-restriction-new", args=[free.pk]),
    reverse("desk-restriction-link", args=[bound.pk]),
    reverse("desk-case", args=[bound.pk]),
    reverse("desk-case", args=[appeal.pk]),
    reverse("desk-step", args=[appeal.pk, "lift"]),
    reverse("door-restriction", args=[own]),
    reverse("desk-trace-new", args=[who.pk]),
    reverse("desk-trace", args=[scope.pk]),
    reverse("desk-trace-number", args=[contact.pk]),
    reverse("desk-case", args=[called[0].pk]),
    reverse("desk-case", args=[traced.pk]),
    reverse("door-venue", args=[code.token]),
    reverse("door-venue", args=[code.token]) + "?done=2",
    reverse("desk-household", args=[case.pk]),
    reverse("desk-helpers", args=[case.pk]),
    reverse("desk-receipt", args=[case.pk]),
    reverse("desk-outing", args=[case.pk]),
    reverse("desk-supply-new", args=[who.pk]),
    reverse("desk-supply-whose", args=[listless.pk]),
    reverse("desk-supply-statement", args=[asked[0].pk]),
    reverse("desk-round", args=[shopped.pk]),
    reverse("desk-case", args=[asked[1].pk]),
    reverse("desk-case", args=[look_in.pk]),
    reverse("desk-step", args=[look_in.pk, "see"]),
    reverse("desk-import-page", args=[brought.pk]),
    reverse("desk-account", args=[user.pk]),
    reverse("welcome", args=[fresh.pk, accounts.link_token(fresh)]),
    reverse("notify-add", args=[MAIL]),
    reverse("notify-edit", args=[mail.pk]),
    reverse("desk-pack-adopt", args=["covid-v9"]),
    reverse("door-notice", args=[token]),
    reverse("door-outing", args=[token]),
    reverse("door-supplies", args=[token]),
    reverse("desk-census-round", args=[census.pk]),
    reverse("desk-census-building", args=[census.pk, home.building_id]),
    reverse("desk-case", args=[doors[0].case_id]),
    reverse("desk-step", args=[doors[0].case_id, "answer"]),
    reverse("desk-case", args=[plan.case_id]),
    reverse("desk-care", args=[trip.person_id]),
    reverse("desk-case", args=[call.pk]),
    reverse("desk-step", args=[call.pk, "route"]),
    reverse("desk-call-number", args=[call.pk]),
    reverse("desk-case", args=[case.pk]),
    reverse("desk-step", args=[case.pk, "begin"]),
    reverse("desk-case", args=[report.pk]),
    reverse("desk-health-report", args=[report.pk]),
    reverse("desk-health-link", args=[case.pk]),
    reverse("desk-sheet", args=[sheet.pk]),
    reverse("desk-sheet-new") + "?round=isolation.begin",
    reverse("desk-isolation-begin", args=[trip.person_id]),
    reverse("door-health", args=[token]),
    reverse("desk-case", args=[trip.case_id]),
    reverse("desk-step", args=[trip.case_id, "dispatch"]),
    reverse("desk-person", args=[trip.person_id]),
    reverse("desk-dwelling", args=[trip.dwelling_id]),
    reverse("desk-return-place", args=[trip.case_id]),
    reverse("desk-certificate", args=[trip.certificates.get().pk]),
    reverse("certificate-check", args=[trip.certificates.get().token]),
    reverse("door-report", args=[SLUG]),
]))
"""


def ways() -> list[URLPattern]:
    """Every address of these houses, without those that only take something: they answer a GET with 405."""
    found = [way for house in HOUSES for way in house.urlpatterns if isinstance(way, URLPattern)]
    return [
        way for way in found if way.name not in NO_PAGES and not str(way.pattern).endswith((".pdf", ".xlsx"))
    ]


def paths_without_id() -> list[str]:
    """Every address of these houses that is a page and asks for no id."""
    return [f"/{way.pattern}" for way in ways() if "<" not in str(way.pattern)]


def test_no_page_is_left_out(furnished: tuple[House, list[str]]) -> None:
    seen = {resolve(path.partition("?")[0]).url_name for path in [*paths_without_id(), *furnished[1]]}
    assert sorted({str(way.name) for way in ways()} - seen - TAKERS) == []


@pytest.fixture(scope="module")
def furnished(linli: House) -> tuple[House, list[str]]:
    furnish(linli, SLUG, "夜面社区")
    return linli, json.loads(linli.python(f"SLUG = {SLUG!r}\n{TRAVELLER}"))


@pytest.fixture
def office(furnished: tuple[House, list[str]], chromium: Browser) -> Iterator[Office]:
    with ExitStack() as stack:
        yield Office(furnished[0], chromium, SLUG, stack)


def faults(page: Page, path: str, *, held: int, english: bool) -> Iterator[str]:
    """What is wrong with one page: axe at the width it is held at, width and language also at the other.

    Each page begins at the width where the one before ended: half as many changes of width.
    """
    try:
        answered = page.goto(path)
    except Error as fault:  # an answer without a page
        yield f"{path}: {fault}"
        return
    if not answered or answered.status != 200:
        yield f"{path}: {answered and answered.status}"
        return
    # The push switch is named once the browser has said whether it is pushed to.
    expect(page.locator("push-switch button", has_not_text=re.compile(r"\S"))).to_have_count(0)
    size = page.viewport_size
    assert size
    for width in (size["width"], *(WIDTHS - {size["width"]})):
        if width != size["width"]:
            page.set_viewport_size({"width": width, "height": size["height"]})
        if width == held:
            # A field that took the focus has scrolled: what the bar half covers is no small target.
            page.evaluate("scrollTo(0, 0)")
            yield from complaint(assert_accessible, page, path)
        yield from complaint(assert_no_sideways_scroll, page, f"{path} at {width}")
        if english:
            said = [it for it in page.evaluate(CHROME_SAYS, CHROME) if HAN.search(DATA.sub("", it))]
            yield from (f"{path} at {width}: not in English: {it[:80]}" for it in said)


def complaint(check: Callable[[Page], None], page: Page, path: str) -> Iterator[str]:
    """The check's own words when it fails."""
    try:
        check(page)
    except AssertionError as fault:
        yield f"{path}: {str(fault)[:900]}"


@pytest.mark.parametrize(("device", "language", "size"), LOOKS)
def test_every_page_is_whole(
    office: Office, furnished: tuple[House, list[str]], device: str, language: str, size: str
) -> None:
    held = NARROW if device == "phone" else {}
    page = office.page("director", device, language, reduced_motion="reduce", **held)
    if size == "large":
        page.context.add_cookies([{"name": "linli_print", "value": "large", "url": office.house.url}])
    paths = [*paths_without_id(), *furnished[1]]
    width = 360 if device == "phone" else 1280
    found = [fault for path in paths for fault in faults(page, path, held=width, english=language == "en")]
    assert not found, "\n".join(found)
    assert len(paths) >= 20
    assert page.evaluate("document.documentElement.dataset.print ?? 'normal'") == size


@pytest.mark.parametrize(("language", "code"), [("zh-CN", "zh-hans"), ("en", "en")])
def test_the_longest_verb_leaves_the_promise_its_half_of_a_phone(
    office: Office, language: str, code: str
) -> None:
    with translation.override(code):
        longest = max((_(step.title) for loop in all_loops() for step in loop.steps.values()), key=len)
    page = office.page("director", "phone", language, **NARROW)
    page.goto("/desk/")
    page.locator(".row-verb .btn").first.evaluate("(button, said) => { button.textContent = said }", longest)
    assert_no_sideways_scroll(page)
