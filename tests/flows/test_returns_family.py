"""A family reports itself at the door, and the desk takes the same family by telephone: nobody twice, nobody lost."""

from __future__ import annotations

import pytest
from django.test import Client

from linli.desk.tests.test_screens import as_
from linli.door import report_screens
from linli.door.tests.test_door import bare
from linli.loops.models import Case, Event
from linli.matters.returns.models import Notice, Trip
from linli.registry.models import Person
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db

FAMILY = {
    "key": "report-1", "rows": "4", "name": "欧阳修远", "phone": "13900041002", "origin": "上海市", "service": "",
    "eta_at": "2022-04-15T01:05", "destination": "A区3-1-102",
    "with_0_name": "林小溪", "with_1_name": "欧阳念", "with_2_name": "外婆", "with_2_id": "",
}  # fmt: skip


@pytest.fixture
def town(db: None) -> Town:
    report_screens.REPORTS.forget()
    return make_town()


@pytest.fixture
def stranger() -> Client:
    return Client(headers={"accept-language": "zh-hans"})


def travellers() -> list[str]:
    return list(Trip.objects.order_by("id").values_list("person__name", flat=True))


def family(town: Town, key: str = "report-1") -> dict[str, str]:
    return FAMILY | {"key": key, "phone": town.facts["欧阳修远"].phone}


def test_a_family_of_four_is_four_cases_of_one_journey(town: Town, stranger: Client) -> None:
    pages = [stranger.post("/r/xysj/", family(town)).content.decode() for _ in range(2)]
    assert "<dd>4</dd>" in pages[0]
    assert travellers() == ["欧阳修远", "林小溪", "欧阳念", "外婆"]
    assert Trip.objects.values("party").distinct().count() == 1
    assert set(Trip.objects.values_list("companions", flat=True)) == {0}
    assert (Case.objects.count(), Notice.objects.count()) == (4, 4)
    assert Person.objects.count() == 31, "only the grandmother is not in the register"
    child = Trip.objects.get(person=town.person["欧阳念"])
    assert child.dwelling == town.door["A 3-1-102"]
    assert child.doubts == ["same_name_door", "past", "no_id"]


def test_the_same_family_by_telephone_and_by_list_stays_four_cases(town: Town, stranger: Client) -> None:
    stranger.post("/r/xysj/", family(town))
    known = town.facts["林小溪"]
    call = family(town, "desk-1") | {"with_0_id": known.id_number}
    answer = as_(town.reception).post("/desk/returns/new/", call, follow=True)
    assert "4 人已有一件返乡,已并入。" in answer.content.decode()
    assert travellers() == ["欧阳修远", "林小溪", "欧阳念", "外婆"]
    assert (Notice.objects.count(), Trip.objects.values("party").distinct().count()) == (8, 1)
    assert Person.objects.count() == 31


def test_another_row_is_asked_for_without_judging_and_without_losing_a_letter(
    town: Town, stranger: Client
) -> None:
    half = {"key": "report-9", "rows": "2", "name": "欧阳修远", "with_1_name": "欧阳念", "more": "1"}
    answer = stranger.post("/r/xysj/", half)
    form, page = answer.context["form"], answer.content.decode()
    assert (answer.status_code, form.lines, form.is_bound) == (200, 4, False)
    assert all(
        word in page
        for word in ('value="欧阳修远"', 'value="欧阳念"', 'value="report-9"', 'name="with_3_name"')
    )
    assert "错误:" not in page
    assert Notice.objects.count() == 0


def test_rows_end_somewhere_whatever_is_sent(town: Town, stranger: Client) -> None:
    for rows in ("99", "-3", "x", "9" * 400, "１２"):
        form = stranger.post("/r/xysj/", {"rows": rows, "more": "1"}).context["form"]
        assert form.lines <= 12
    assert not stranger.post("/r/xysj/", {"rows": "12", "more": "1"}).context["form"].can_add


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"with_3_id": "110105199003079911"}, "with_3_name"),
        ({"with_3_name": "外婆"}, "with_3_id"),
        ({"with_3_name": "欧阳修远", "with_3_id": "110105199003079911"}, "with_3_id"),
    ],
)
def test_who_cannot_be_told_apart_is_asked_for_and_nobody_is_written(
    town: Town, stranger: Client, more: dict[str, str], wrong: str
) -> None:
    answer = stranger.post("/r/xysj/", family(town) | more)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {wrong}
    assert (Notice.objects.count(), Event.objects.count()) == (0, 0)


def test_whose_names_the_caller_does_not_know_are_counted_with_the_traveller(town: Town) -> None:
    call = {
        "key": "desk-7",
        "name": "屈无忧",
        "destination": "A区10-1-102",
        "with_0_name": "屈小年",
        "unnamed": "2",
    }
    answer = as_(town.reception).post("/desk/returns/new/", call, follow=True)
    assert "已登记 2 人,请逐人核实。" in answer.content.decode()
    first = Trip.objects.get(person__name="屈无忧")
    assert (first.companions, first.companion_names) == (2, ["屈小年", "同行人员", "同行人员"])


def test_the_answer_does_not_tell_whose_family_is_known(town: Town, stranger: Client) -> None:
    known = stranger.post("/r/xysj/", family(town)).content.decode()
    other = family(town, "report-2") | {
        "name": "无此人",
        "with_0_name": "甲",
        "with_1_name": "乙",
        "with_2_name": "丙",
    }
    assert bare(known) == bare(stranger.post("/r/xysj/", other).content.decode())
