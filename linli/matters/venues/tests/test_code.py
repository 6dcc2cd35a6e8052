"""A code from the application to the poster at the door, replaced, taken back and forgotten; refusals write nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from linli.base.ids import uuid7
from linli.codes import issuing
from linli.codes.address import digest, venue_url
from linli.codes.models import Code, Kind
from linli.codes.token import grouped
from linli.loops import deadlines, engine
from linli.loops.engine import Refused
from linli.loops.models import Case, Destruction, Event, Ledger, Remark
from linli.matters.venues import applying, facts, links, listing
from linli.matters.venues.forget import forget
from linli.matters.venues.likeness import alike, others
from linli.matters.venues.listing import AUDIT, NONE, POST
from linli.matters.venues.models import VenueFile, VenueLink
from linli.matters.venues.particulars import OWNER, Particulars
from linli.registry.models import Sealed, Venue
from linli.registry.phones import owners_of
from tests.town import T0, Town, make_town, minutes

pytestmark = pytest.mark.django_db

SHOP = Particulars(
    name="惠民便利店",
    kind="商场/超市",
    address="A区底商1号",
    manager="于得水",
    checker="于小满",
    hours=[["08:00", "22:00"]],
    phone="13900047001",
)
PHONE = {"checked": "phone"}


@pytest.fixture
def town() -> Town:
    return make_town()


def venue(town: Town, name: str = "潞阳饺子馆", path: str = "") -> Venue:
    return Venue.objects.create(
        community=town.community,
        name=name,
        kind="餐厅",
        address="A区底商2号",
        manager="面长寿",
        path=path or f"{town.community.path}a/",
    )


def step(
    town: Town, file: VenueFile, key: str, given: Any = None, *, at: datetime, by: str = "venue_officer"
) -> Event:
    return engine.advance(
        file.case_id, key, actor=town.staff[by], given=given or {}, at=at, intent=f"{key}-{uuid7()}"
    )


def applied(town: Town) -> VenueFile:
    return applying.apply(SHOP, community=town.community, intent="apply-1", at=T0)


def code_of(file: VenueFile) -> Code:
    file.refresh_from_db()
    assert file.venue_id
    code = issuing.live(Kind.VENUE, file.venue_id, community_id=file.community_id)
    assert code
    return code


def posted(town: Town) -> VenueFile:
    file = applied(town)
    step(town, file, "approve", PHONE, at=minutes(10))
    step(town, file, "issue", at=minutes(11))
    given = {"code": venue_url(code_of(file).token), "entrance": True}
    step(town, file, "post", given, at=minutes(60), by="patrol")
    return file


def approved_with_link(town: Town) -> tuple[VenueFile, str]:
    """A shop that applied and was approved, with the link it got for its application."""
    file = applied(town)
    token = links.first(file, at=T0)
    step(town, file, "approve", PHONE, at=minutes(10))
    file.refresh_from_db()
    return file, token


def unchanged(town: Town, act: Callable[[], Any]) -> Refused:
    """The act is refused and nothing of ledger, cases, files, codes and venues has moved."""

    def everything() -> list[Any]:
        heads = list(Ledger.objects.values_list("community_id", "seq", "head"))
        models = (Case, VenueFile, Code, Venue, VenueLink, Sealed)
        return [heads, *(list(m.objects.order_by("pk").values()) for m in models)]

    before = everything()
    with pytest.raises(Refused) as refused:
        act()
    assert everything() == before
    return refused.value


def test_a_shop_applies_is_audited_gets_its_code_and_a_volunteer_finds_it_at_the_door(town: Town) -> None:
    file = applied(town)
    assert applied(town) == file
    assert (Case.objects.get().state, Case.objects.get().scope, Case.objects.get().title) == (
        "applied", f"{town.community.path}a/", "惠民便利店",
    )  # fmt: skip
    assert Case.objects.get().due_at == T0 + timedelta(hours=24)
    assert owners_of([SHOP.phone], community_id=town.id, owner_kind=OWNER) == [file.pk]
    step(town, file, "approve", PHONE, at=minutes(10), by="grid_lead")
    shop = Venue.objects.get()
    assert (shop.name, shop.kind, shop.manager, shop.hours) == (
        "惠民便利店",
        "商场/超市",
        "于得水",
        [["08:00", "22:00"]],
    )
    assert owners_of([SHOP.phone], community_id=town.id, owner_kind=OWNER) == []
    assert owners_of([SHOP.phone], community_id=town.id, owner_kind="venue") == [shop.pk]
    event = step(town, file, "issue", at=minutes(11), by="desk")
    code = code_of(file)
    assert event.given == {"code": code.short_code}
    event = step(town, file, "post", {"code": code.short_code, "entrance": True}, at=minutes(60), by="patrol")
    assert event.given == {"code": code.short_code, "entrance": True}
    case = Case.objects.get()
    assert (case.state, case.due_at, case.holder_name) == (
        "posted",
        minutes(60) + timedelta(days=30),
        "孟春雨",
    )
    step(town, file, "review", {"checked": "on_site"}, at=minutes(90))
    case.refresh_from_db()
    assert (case.state, case.due_at) == ("posted", minutes(90) + timedelta(days=30))
    names = list(Event.objects.order_by("seq").values_list("name", flat=True))
    assert names == [f"venue_code.{verb}" for verb in ("opened", "approve", "issue", "post", "review")]
    assert not [e for e in Event.objects.all() if SHOP.phone in str(e.given) or code.token in str(e.given)]


def test_only_this_shops_living_code_confirms_the_poster(town: Town) -> None:
    file = applied(town)
    step(town, file, "approve", PHONE, at=minutes(10))
    step(town, file, "issue", at=minutes(11))
    old = code_of(file)
    step(town, file, "reissue", {"why": "lost"}, at=minutes(20))
    other = applying.enter(venue(town), checker="", actor=town.desk, at=minutes(21), intent="enter-2")
    step(town, other, "issue", at=minutes(22))
    wrong = {
        venue_url(old.token): "旧的",
        code_of(other).short_code: "别处的码",
        venue_url("7XKQ2M9D0RZ5T8V3WJ6HN4FCYA"): "不是本社区的码",
        "javascript:alert(1)": "不是本社区的码",
    }
    for said, sentence in wrong.items():
        given = {"code": said, "entrance": True}
        refused = unchanged(town, lambda g=given: step(town, file, "post", g, at=minutes(60), by="patrol"))
        assert sentence in refused.faults["code"]
    hidden = {"code": code_of(file).short_code, "entrance": False}
    assert set(
        unchanged(town, lambda: step(town, file, "post", hidden, at=minutes(61), by="patrol")).faults
    ) == {"entrance"}
    step(
        town,
        file,
        "post",
        {"code": f" {venue_url(code_of(file).token)}", "entrance": True},
        at=minutes(62),
        by="patrol",
    )
    assert Case.objects.get(pk=file.case_id).state == "posted"


def test_what_is_sent_back_is_amended_by_the_shop_and_audited_again_in_time(town: Town) -> None:
    file = applied(town)
    assert (
        "现在没有要补正的"
        in unchanged(
            town, lambda: applying.amend(file.pk, SHOP, community_id=town.id, intent="a", at=minutes(5))
        ).sentence
    )
    step(town, file, "send_back", {"reason": "门牌号不对"}, at=minutes(10))
    case = Case.objects.get()
    assert case.due_at == minutes(10) + timedelta(days=3)
    better = Particulars(**{**vars(SHOP), "address": "A区底商7号", "phone": "13900047002"})
    made = [
        applying.amend(file.pk, better, community_id=town.id, intent="amend-1", at=minutes(30))
        for _ in range(2)
    ]
    assert made[0] == made[1]
    case.refresh_from_db()
    assert (case.state, case.due_at) == ("sent_back", minutes(30) + timedelta(hours=24))
    step(town, file, "send_back", {"reason": "还缺营业时间"}, at=minutes(40))
    case.refresh_from_db()
    assert case.due_at == minutes(40) + timedelta(days=3)
    step(town, file, "approve", PHONE, at=minutes(50))
    assert Venue.objects.get().address == "A区底商7号"
    assert Remark.objects.count() == 2
    assert "门牌号" not in str(list(Event.objects.values_list("given", flat=True)))


def test_an_application_of_a_shop_that_is_known_is_that_shop_and_never_a_second_code(town: Town) -> None:
    known = Venue.objects.create(
        community=town.community,
        name="惠民便利店",
        kind="其他",
        address="A区底商1号",
        path=f"{town.community.path}a/",
    )
    first = posted(town)
    assert list(Venue.objects.all()) == [known]
    second = applying.apply(SHOP, community=town.community, intent="apply-2", at=minutes(70))
    refused = unchanged(town, lambda: step(town, second, "approve", PHONE, at=minutes(71)))
    assert "已经有场所码" in refused.sentence
    assert (
        "已经有场所码"
        in unchanged(
            town, lambda: applying.enter(known, checker="", actor=town.desk, at=minutes(72), intent="enter-9")
        ).sentence
    )
    step(town, first, "revoke", {"why": "closed"}, at=minutes(80))
    step(town, second, "approve", PHONE, at=minutes(81))
    step(town, second, "issue", at=minutes(82))
    assert Code.objects.filter(revoked_at=None).count() == 1
    assert Case.objects.get(pk=first.case_id).closed_at == minutes(80)


def test_an_application_written_otherwise_is_taken_for_the_venue_it_is_by_one_button(town: Town) -> None:
    known = Venue.objects.create(
        community=town.community, name="惠民", kind="其他", address="A区东门", path=f"{town.community.path}a/"
    )
    venue(town, "远处的店")
    refused = applying.apply(SHOP, community=town.community, intent="apply-0", at=T0)
    step(town, refused, "refuse", {"reason": "门牌号不对"}, at=minutes(1))
    file = applying.apply(SHOP, community=town.community, intent="apply-1", at=minutes(2))
    assert [(one.venue, one.by) for one in alike(file)] == [(known, ("name",))]
    assert others(file) == [refused]
    by = {"community_id": town.id, "at": minutes(3)}
    unchanged(town, lambda: applying.take_for(file.pk, known, actor=town.patrol, **by))
    for meant in (known, known, None, known):
        applying.take_for(file.pk, meant, actor=town.desk, **by)
    step(town, file, "approve", PHONE, at=minutes(4))
    known.refresh_from_db()
    assert (Venue.objects.count(), known.name, known.address) == (2, "惠民便利店", "A区底商1号")
    assert owners_of([SHOP.phone], community_id=town.id, owner_kind="venue") == [known.pk]
    assert "办过了" in unchanged(
        town, lambda: applying.take_for(file.pk, None, actor=town.desk, **by)
    ).sentence  # fmt: skip
    third = applying.apply(SHOP, community=town.community, intent="apply-2", at=minutes(5))
    assert alike(third)[0].by == ("phone", "name", "address")
    unchanged(town, lambda: applying.take_for(third.pk, known, actor=town.desk, **by))  # it has its file
    other = next(one for one in Venue.objects.all() if one != known)
    unchanged(town, lambda: applying.take_for(third.pk, other, actor=town.desk, **by))  # two of one name


def test_whoever_does_not_answer_for_codes_issues_none(town: Town) -> None:
    shop = venue(town, path=f"{town.community.path}b/")
    for duty in ("patrol", "health", "grid_lead", "clerk"):  # the grid lead is compound A's
        actor = town.staff[duty]
        unchanged(town, lambda a=actor: applying.enter(shop, checker="", actor=a, at=T0, intent=f"e-{a.pk}"))
        done = applying.issue_all([shop], actor=actor, at=T0, intent="x")
        assert (done.issued, [name for name, _why in done.refused]) == (0, ["潞阳饺子馆"])
    file = applied(town)
    unchanged(town, lambda: step(town, file, "approve", PHONE, at=T0, by="patrol"))
    assert Code.objects.count() == 0


def test_codes_for_all_at_once_and_again_are_one_each(town: Town) -> None:
    shops = [venue(town, f"店{n:02d}") for n in range(12)]
    approved = applying.enter(shops[0], checker="", actor=town.desk, at=T0, intent="enter-0")
    application = applied(town)
    scopes = [town.community.path]
    assert [one.where for one in listing.standings(town.id, scopes)].count(NONE) == 12
    for n in (12, 0):
        waiting = listing.without_code(town.id, scopes)
        assert len(waiting) == n
        assert applying.issue_all(shops, actor=town.desk, at=minutes(n), intent="all-1").issued == n
    assert Code.objects.count() == 12
    where = {one.said.name: one.where for one in listing.standings(town.id, scopes)}
    assert list(where.values()).count(POST) == 12
    assert where["惠民便利店"] == AUDIT
    assert Case.objects.get(pk=approved.case_id).state == "issued"
    assert [f.venue.name for f, _code in listing.with_poster(town.id, scopes) if f.venue] == sorted(
        s.name for s in shops
    )
    assert listing.standings(town.id, [f"{town.community.path}b/"]) == []
    assert [one.said.name for one in listing.standings(town.id, scopes, said="店07")] == ["店07"]
    assert application.venue is None


def test_a_new_particular_is_written_once_and_counts_as_a_review(town: Town) -> None:
    file = posted(town)
    other = Particulars(**{**vars(SHOP), "checker": "于大有", "hours": [["07:00", "21:00"]], "phone": ""})
    asked = {"community_id": town.id, "actor": town.venue_officer, "intent": "change-1"}
    assert [applying.change(file.pk, other, at=minutes(100), **asked) for _ in range(2)] == [True, False]
    file.refresh_from_db()
    assert file.checker == "于大有"
    assert Venue.objects.get().hours == [["07:00", "21:00"]]
    assert Event.objects.get(name="venue_code.kept").given == {
        "why": "信息变更",
        "changed": ["hours", "checker"],
    }
    assert Case.objects.get().due_at == minutes(100) + timedelta(days=30)
    venue(town, "同名店")
    same = Particulars(**{**vars(other), "name": "同名店", "address": "A区底商2号"})
    refused = unchanged(
        town, lambda: applying.change(file.pk, same, at=minutes(101), **{**asked, "intent": "change-2"})
    )
    assert set(refused.faults) == {"name"}


def test_a_poster_that_nobody_puts_up_climbs_to_the_officer(town: Town) -> None:
    file = applied(town)
    step(town, file, "approve", PHONE, at=minutes(10))
    step(town, file, "issue", at=minutes(11))
    heard = []
    for n in range(0, 40 * 60, 20):
        heard += deadlines_told(town, minutes(11 + n))
    assert heard[:3] == ["reminded", "overdue", "climbed"]
    case = Case.objects.get()
    assert case.rung >= 2
    assert case.standing.tell == ("patrol", "venue_officer", "grid_lead")


def deadlines_told(town: Town, at: datetime) -> list[str]:
    last = Event.objects.count()
    deadlines.wake_due(at=at)
    return [e.verb for e in Event.objects.order_by("seq")[last:]]


def test_a_phone_takes_along_what_finds_the_poster_and_no_telephone(town: Town) -> None:
    file = posted(town)
    code = code_of(file)
    carried = facts.carry([Case.objects.get()])[file.case_id]
    assert carried.codes == (digest(code.token), digest(code.short_code))
    assert [fact.value for fact in carried.facts] == [
        "商场/超市", "A区底商1号", "08:00–22:00", "于得水", "于小满", grouped(code.short_code),
    ]  # fmt: skip


def test_links_open_one_shop_and_end(town: Town) -> None:
    file = applied(town)
    first = links.first(file, at=T0)
    assert links.first(file, at=minutes(1)) == first
    assert VenueLink.objects.count() == 1
    shop = links.opened(first)
    assert shop and (shop.file, shop.venue, shop.name) == (file, None, "惠民便利店")
    second = links.issue(file, actor=town.desk, at=minutes(5))
    assert links.opened(first) is None
    assert links.opened(second)
    assert links.opened("nonsense") is None
    assert first not in str(list(VenueLink.objects.values()))
    step(town, file, "refuse", {"reason": "不在本社区"}, at=minutes(6))
    assert links.opened(second)  # the shop still reads why
    unchanged(town, lambda: links.issue(file, actor=town.desk, at=minutes(7)))


def test_a_shop_keeps_its_one_link_over_the_life_of_its_codes(town: Town) -> None:
    file, token = approved_with_link(town)
    shop = Venue.objects.get()
    assert links.live(shop).count() == links.live(file).count() == 1
    step(town, file, "revoke", {"why": "closed"}, at=minutes(80))
    opened = links.opened(token)
    assert opened and (opened.venue, opened.file) == (shop, file)
    again = applying.enter(shop, checker="", actor=town.desk, at=minutes(90), intent="enter-again")
    opened = links.opened(token)
    assert opened and opened.file == again
    assert forget(at=minutes(81) + timedelta(days=90)) == 1
    assert links.opened(token), "a link in use outlives an old code's file"
    links.revoke(shop, at=minutes(100))
    assert links.opened(token) is None
    forget(at=minutes(101) + timedelta(days=90))
    assert not VenueLink.objects.exists()
    assert Destruction.objects.get(of="venue_link").count == 1


def test_a_closed_file_is_forgotten_by_the_packs_days_and_leaves_a_proof(town: Town) -> None:
    file = applied(town)
    links.first(file, at=T0)
    step(town, file, "refuse", {"reason": "不在本社区"}, at=minutes(6))
    assert forget(at=minutes(6) + timedelta(days=90)) == 0
    assert forget(at=minutes(7) + timedelta(days=90)) == 1
    assert (VenueFile.objects.count(), VenueLink.objects.count()) == (0, 0)
    assert owners_of([SHOP.phone], community_id=town.id, owner_kind=OWNER) == []
    assert list(Remark.objects.values_list("text", flat=True)) == [""]
    told = Destruction.objects.order_by("of").values_list("of", "count")
    assert list(told) == [("remark", 1), ("venue_file", 1)]
    assert forget(at=minutes(8) + timedelta(days=90)) == 0
    assert Case.objects.get().state == "refused"
