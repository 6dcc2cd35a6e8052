"""A round on paper from the choice to the ledger: made once, walked in order, typed in, and it climbs when it is lost."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pypdfium2 as pdfium
import pytest

from linli.base import clock
from linli.codes.boxes import flow
from linli.codes.round import rows_on_a_page
from linli.loops import deadlines, engine, pack, seal
from linli.loops.ledger import Refused
from linli.loops.models import Case, Destruction, Event, LateNote, Remark
from linli.loops.spec import Opening
from linli.matters.isolation.models import Observation
from linli.matters.isolation.opening import open_for
from linli.matters.returns.loop import Return
from linli.matters.returns.notices import NoticeIn, receive
from linli.paper import finding, forget, making, offers
from linli.paper.entering import Answer, Entry, enter
from linli.paper.forms import all_forms, form_of
from linli.paper.models import Sheet, SheetRow
from linli.paper.printing import boxes_of, sheet_pdf
from linli.registry.announce import Described
from linli.registry.models import Person
from linli.roster.on_duty import duties_of
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

AT = datetime(2022, 4, 20, 10, 0, tzinfo=clock.UTC)
"""18:00 in Changzhi: the evening window is open."""
LATER = AT + timedelta(hours=3)
TEMPERATURES = "health_report.temperatures"
WALKER = "孟春雨"


def behind(town: Town, name: str, *, days: float = 2) -> Case:
    """Somebody behind a door for so many days: the health report's case."""
    homes = Person.objects.select_related("household__dwelling__compound", "household__dwelling__building")
    who, since = homes.get(pk=town.person[name].pk), AT - timedelta(days=days)
    case = open_for(who, "other_province", day_zero=since, actor=town.health, at=since, intent=f"open-{name}")
    return Case.objects.get(loop="health_report", cause=case)


def noticed(town: Town, door: str, n: int = 0) -> Case:
    """A return that waits to be verified."""
    opening = Opening(title=f"王*{n} · {door}", scope=town.door[door].path, subject=f"s{n}")
    return engine.open_case(Return, opening, community_id=town.id, at=AT, intent=f"notice-{door}-{n}")


def make(town: Town, form: str, scope: str, intent: str = "sheet-1", **more: Any) -> Sheet:
    return making.make(form, scope, actor=more.get("actor", town.desk), at=more.get("at", AT), intent=intent)


def typed(sheet: Sheet, *entries: Entry, town: Town, **more: Any) -> list[Answer]:
    return enter(
        sheet.pk, entries, walker=WALKER, actor=more.get("actor", town.desk), at=more.get("at", LATER)
    )


def row(number: int, celsius: Any = 36.5, **more: Any) -> Entry:
    return Entry(number=number, given={"celsius": celsius, **more}, device_at=AT + timedelta(minutes=40))


def test_the_evenings_temperatures_go_out_and_come_back_as_reports() -> None:
    town = make_town()
    for name in ("秦伯庸", "欧阳修远", "向晚晴", "𠮷田春", "叶知秋"):
        behind(town, name)
    held = duties_of(town.desk, at=AT)
    offer = next(o for o in offers.offers(town.id, held, AT) if o.form.key == TEMPERATURES)
    assert (len(offer.cases), offer.on_paper, offer.form.written) == (5, 0, "健康报告 · 体温登记")
    paths = [held["desk"]]
    assert [(p.name, p.waiting) for p in offers.places(town.id, offer.cases, paths)] == [
        ("香阅四季社区", 5),
        *(("香阅四季A区", 4), ("香阅四季A区一网格", 4), ("香阅四季A区3号楼", 1), ("香阅四季A区10号楼", 3)),
        *(("香阅四季B区", 1), ("香阅四季B区一网格", 1), ("香阅四季B区1号楼", 1)),
    ]
    scope = f"{town.community.slug}/a/"
    sheet = make(town, TEMPERATURES, scope)
    assert make(town, TEMPERATURES, scope) == sheet
    assert (sheet.number, sheet.case.title) == ("ZB-XYSJ-2022-0001", "健康报告 · 体温登记 · 香阅四季A区")
    people = {str(p.pk): name for name, p in town.person.items()}
    walked = [people[r.case.subject] for r in sheet.rows.select_related("case").order_by("number")]
    assert walked == ["欧阳修远", "𠮷田春", "秦伯庸", "向晚晴"]
    with pytest.raises(Refused):  # all of them are on paper already
        make(town, TEMPERATURES, scope, "sheet-2")

    answers = typed(sheet, row(1), row(2, 38.2, symptoms=["干咳"]), row(3, 365), Entry(number=4), town=town)
    assert [a.answer for a in answers] == ["taken", "taken", "refused", "refused"]
    assert answers[2].faults == {"celsius": "请再看一眼体温计,写成 36.5 这样"}
    assert answers[3].faults == {"celsius": "请填写「体温 ℃」"}
    fever = Case.objects.get(loop="fever")
    seen = Observation.objects.get(pk=fever.anchors["observation"])
    assert (seen.channel, seen.by_name, seen.doubts, seen.at) == (
        "paper",
        "申佳宁",
        [],
        AT + timedelta(minutes=40),
    )
    kept = Event.objects.get(case=seen.case, name="health_report.kept")
    assert (kept.actor_name, kept.given["by_hand_of"]) == ("申佳宁", WALKER)
    assert "celsius" not in kept.given
    assert sheet.rows.filter(outcome="").count() == 2

    before = Event.objects.count()
    again = typed(sheet, row(1), row(2, 37.0), town=town)
    assert [a.answer for a in again] == ["seen", "refused"]
    assert again[1].faults == {"": "这一行已由申佳宁录过,这次的没有收"}
    assert (Event.objects.count(), Observation.objects.count()) == (before, 2)

    last = typed(sheet, row(3), Entry(number=4, not_done="absent"), town=town)
    assert [a.answer for a in last] == ["taken", "noted"]
    sheet.case.refresh_from_db()
    assert (sheet.case.state, sheet.case.closed_at) == ("returned", LATER)
    assert Event.objects.get(name="sheet.finish").given == {"rows": 4, "late": 0}
    assert seal.verify(town.id) is None


def test_a_report_typed_in_the_next_morning_counts_for_the_evening_it_was_measured() -> None:
    town = make_town()
    report = behind(town, "叶知秋")
    sheet = make(town, TEMPERATURES, f"{town.community.slug}/b/g1/1/")
    morning = AT + timedelta(hours=13)  # 07:00
    assert typed(sheet, row(1), town=town, at=morning)[0].answer == "taken"
    report.refresh_from_db()
    assert report.anchors["report_from"] == "2022-04-21T05:00:00+08:00"
    seen = Observation.objects.get()
    assert (seen.window_at, seen.received_at) == (AT - timedelta(hours=3), morning)


def test_a_case_that_knows_only_its_building_is_walked_by_its_own_door_and_printed_again_without_what_is_typed_in() -> (
    None
):
    town = make_town()
    for n, door in enumerate(("A区3-2-1101", "A区10-1-101", "A区3-1-202", "B区1-1-101")):
        told = NoticeIn(
            source="push", key=str(n), who=Described(name="钟离权舟"), destination=f"香阅四季{door}"
        )
        trip = receive(told, community=town.community, at=AT).trip
        assert trip and trip.case.scope.count("/") == 4
    sheet = make(town, "return.refer", f"{town.community.slug}/", actor=town.director)
    text = printed(sheet)
    doors = ["香阅四季A区3-1-202", "香阅四季A区3-2-1101", "香阅四季A区10-1-101", "香阅四季B区1-1-101"]
    assert [text.index(door) for door in doors] == sorted(text.index(door) for door in doors)
    assert text.count("钟**舟") == 4
    assert "钟离权舟" not in text
    assert (text.count("接收社区"), text.count("已录")) == (4, 0)
    typed(sheet, Entry(number=2, not_done="moved"), town=town)
    again = printed(sheet)
    assert (again.count("接收社区"), again.count("4月20日21:00已录")) == (3, 1)


def printed(sheet: Sheet) -> str:
    """All text of the sheet's pages, without white space."""
    pages = pdfium.PdfDocument(sheet_pdf(sheet, at=LATER))
    return "".join(re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pages)


def test_every_step_of_every_loop_fits_on_paper_under_every_pack() -> None:
    for key in pack.shipped_keys():
        rules = pack.read(pack.shipped(key))
        for form in all_forms():
            boxes = boxes_of(form.needs(rules))
            assert rows_on_a_page(boxes) >= 1, form.key
            assert all(piece.x + piece.wide <= 120 for piece in flow(boxes, 120)), form.key
    assert form_of("sheet.finish") is None


def test_a_row_whose_case_moved_on_is_kept_as_a_late_record_with_its_answers_beside_the_ledger() -> None:
    town = make_town()
    cases = [noticed(town, "A 3-1-101", 1), noticed(town, "A 10-1-101", 2)]
    sheet = make(town, "return.refer", f"{town.community.slug}/a/", actor=town.director)
    engine.advance(
        cases[0].id, "call_off", actor=town.grid_lead, given={"reason": "不来了"}, at=AT, intent="gone"
    )
    given = {"community": "解放社区", "receipt": "对方值班员", "reason": "搬走了"}
    entry = Entry(number=1, given=given, device_at=AT - timedelta(days=9))
    assert typed(sheet, entry, town=town)[0].answer == "late"
    note = LateNote.objects.get()
    assert (note.step, note.event.actor_name, note.event.device_at) == ("refer", "申佳宁", LATER)
    assert (note.event.given["by_hand_of"], note.event.given["community"]) == (WALKER, "解放社区")
    assert Remark.objects.get(event=note.event).text == "搬走了"
    assert typed(sheet, entry, town=town)[0].answer == "seen"
    assert LateNote.objects.count() == 1
    over = behind(town, "叶知秋")
    sheet_b = make(town, TEMPERATURES, f"{town.community.slug}/b/", "sheet-b")
    engine.advance(over.cause_id, "move", actor=town.health, given={"reason": "就医"}, at=AT, intent="moved")
    assert typed(sheet_b, row(1, 38.8), town=town)[0].answer == "late"
    kept = LateNote.objects.get(case=over)
    assert "38.8" not in str(kept.event.given)
    assert Remark.objects.get(event=kept.event, key="celsius").text == "38.8"
    assert not Observation.objects.exists()
    assert sheet_b.rows.get().outcome == "late"


def test_refusals_write_nothing() -> None:
    town = make_town()
    case, scope = noticed(town, "A 3-1-101"), f"{town.community.slug}/a/"
    for form, where, who, says in (
        ("no.such", scope, town.desk, "请选一种表"),
        ("return.verify", "elsewhere/", town.desk, "请选一个地方"),
        ("return.verify", scope, town.reception, "由「录入员」办理"),
        ("return.call_off", scope, town.desk, "由「网格长」办理"),
        ("return.verify", f"{town.community.slug}/b/", town.desk, "没有等着办这件事的"),
        ("return.verify", f"{town.community.slug}/b/", town.grid_lead, "您此刻不在这个岗位上"),
    ):
        with pytest.raises(Refused) as refused:
            make(town, form, where, actor=who)
        assert says in refused.value.sentence
    assert not Sheet.objects.exists() and not Case.objects.filter(loop="sheet").exists()
    sheet = (
        make(town, "return.certify", scope)
        if case.state == "verified"
        else make(town, "return.verify", scope)
    )
    both = Entry(number=1, given={"people": 2}, not_done="absent")
    for entry, who, fault in (
        (both, town.desk, "not_done"),
        (Entry(number=1, not_done="weather"), town.desk, "not_done"),
        (Entry(number=7), town.desk, ""),
        (Entry(number=1, given={"people": 2}), town.clerk, ""),
    ):
        assert fault in typed(sheet, entry, town=town, actor=who)[0].faults
    with pytest.raises(Refused):
        typed(sheet, both, town=town, actor=town.reception)
    other = make_town("bingding", "丙丁社区")
    with pytest.raises(Sheet.DoesNotExist):
        typed(sheet, both, town=other)
    with pytest.raises(Refused) as left:
        engine.advance(sheet.case_id, "finish", actor=town.desk, given={}, at=LATER, intent="too-early")
    assert left.value.faults == {"rows": "还有 1 行没录。请打开这张表录完,没办成的注明原因"}
    assert list(SheetRow.objects.values_list("outcome", flat=True)) == [""]
    assert Event.objects.exclude(name__endswith=".opened").count() == 0


def test_a_sheet_that_does_not_come_back_climbs_and_one_given_up_frees_its_rows_and_is_forgotten() -> None:
    town = make_town()
    behind(town, "叶知秋")
    scope = f"{town.community.slug}/b/"
    sheet = make(town, TEMPERATURES, scope)
    assert sheet.case.due_at == AT + timedelta(hours=4)
    for minutes in range(200, 300, 5):
        deadlines.wake_due(at=AT + timedelta(minutes=minutes))
    assert [e.verb for e in sheet.case.events.order_by("seq")][:4] == [
        "opened",
        "reminded",
        "overdue",
        "climbed",
    ]
    engine.advance(
        sheet.case_id, "give_up", actor=town.clerk, given={"reason": "淋湿了"}, at=LATER, intent="wet"
    )
    with pytest.raises(Refused):
        typed(sheet, row(1), town=town)
    second = make(town, TEMPERATURES, scope, "sheet-2")
    assert second.number == "ZB-XYSJ-2022-0002"
    for said in (
        second.number.lower(),
        f" {second.short_code[:4]} {second.short_code[4:].lower()}",
        f"https://x.example/desk/s/{second.token}/#2",
    ):
        assert finding.meant(said, community_id=town.id, scopes=[scope]) == second
        assert finding.meant(said, community_id=town.id, scopes=[f"{town.community.slug}/a/"]) is None
    for said in (
        "7A3K-9F4X",
        "javascript:alert(1)",
        "//evil.example/",
        "ZB-\0",
        "\u202e",
        "%2e%2e/",
        "x" * 5_000,
    ):
        assert finding.meant(said, community_id=town.id, scopes=[scope]) is None
    assert forget.forget(at=LATER + timedelta(days=89)) == 0
    assert forget.forget(at=LATER + timedelta(days=91)) == 1
    assert list(Sheet.objects.all()) == [second]
    assert Remark.objects.get().text == ""
    assert set(Destruction.objects.values_list("of", "count")) == {("sheet", 1), ("remark", 1)}
