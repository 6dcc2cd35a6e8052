"""What single cells mean, by example: one line per way of writing."""

from datetime import date, datetime

import pytest

from linli.registry.intake import (
    Name,
    cells,
    dates,
    hours,
    identity,
    moments,
    people,
    phones,
    places,
    slots,
    transport,
)
from linli.registry.intake.hours import Slot

BATCH = datetime(2022, 4, 13, 18, 0)  # noqa: DTZ001 - the wall clock of the list


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("周二、四、六晚上", "周二、周四、周六 18:00-21:00"),
        ("135上午", "周一、周三、周五 08:00-12:00"),
        ("1-5白天", "周一至周五 08:00-17:30"),
        ("平时晚上六点以后到九点", "周一至周五 18:00-21:00"),
        ("每晚7点-9点", "每天 19:00-21:00"),
        ("上午和下午", "每天 08:00-12:00、13:30-17:30"),
        ("周六周天 白天", "周六、周日 08:00-17:30"),
        ("22:00-6:00", "每天 22:00-次日06:00"),
        ("周一到周五 18点-21点", "周一至周五 18:00-21:00"),
        ("7*24", "每天 00:00-24:00"),
        ("下班以后", None),
        ("看情况", None),
        ("除周三外", None),
        ("周六上午、周日下午", None),
        ("工作日18点后", None),
    ],
)
def test_availability_becomes_weekly_hours_or_is_left_to_ask(written: str, meant: str | None) -> None:
    assert hours.weekly(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9点-5点", "09:00-17:00"),
        ("晚6点到凌晨2点", "18:00-次日02:00"),
        ("中午10点-2点,晚上5点-9点", "10:00-14:00、17:00-21:00"),
        ("８：３０－２２：００", "08:30-22:00"),
        ("下午2点-晚12点", "14:00-24:00"),
        ("昼夜营业", "00:00-24:00"),
    ],
)
def test_opening_hours(written: str, meant: str) -> None:
    assert hours.opening(written).value == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("夜班", "20:00-次日08:00"), ("8-20", "08:00-20:00"), ("早8晚8", "08:00-20:00"), ("24h", "00:00-24:00")],
)
def test_shifts_of_vehicles(written: str, meant: str) -> None:
    assert hours.shift(written).value == meant


def test_canonical_hours_become_slots() -> None:
    eight, nine = datetime.strptime("08:00", "%H:%M").time(), datetime.strptime("21:00", "%H:%M").time()  # noqa: DTZ007
    assert slots("周一、周三 21:00-次日08:00") == [Slot((0, 2), nine, eight)]
    with pytest.raises(ValueError, match="not canonical"):
        slots("看情况")


@pytest.mark.parametrize(
    ("written", "meant", "kind"),
    [
        ("13日次日01:05", "2022-04-14 01:05", "eta_next_day_word"),
        ("4月14日凌晨1点05分", "2022-04-14 01:05", "eta_small_hours_word"),
        ("2022-04-13 25:05", "2022-04-14 01:05", "eta_over_24_hours"),
        ("今晚23:38", "2022-04-13 23:38", "eta_relative_day"),
        ("明早6:46", "2022-04-14 06:46", "eta_relative_day"),
        ("1月2日13时", "2022-01-02 13:00", "eta_han"),
        ("20220414010500", "2022-04-14 01:05", "eta_compact"),
        ("2022-4-14", "2022-04-14", "eta_time_missing"),
        ("4月15日夜里1点", "4月15日夜里1点", "eta_night_word"),
        ("2022-04-31 10:00", "2022-04-31 10:00", "eta_unreadable"),
    ],
)
def test_arrivals(written: str, meant: str, kind: str) -> None:
    cell = moments.read_moment_text(written, "eta", BATCH)
    assert (cell.value, [d.kind for d in cell.defects]) == (meant, [kind])


def test_a_batch_at_the_end_of_december_speaks_of_january() -> None:
    december = datetime(2022, 12, 31, 18, 0)  # noqa: DTZ001 - the wall clock of the list
    assert moments.read_moment_text("1月1日1时5分", "eta", december).value == "2023-01-01 01:05"


@pytest.mark.parametrize(
    ("written", "meant", "kind"),
    [
        ("2021年12月5日", "2021-12-05", "date_han"),
        ("44535", "2021-12-05", "date_cell"),
        ("2021-02-30", "2021-02-30", "date_impossible"),
        ("2221-09-24", "2221-09-24", "date_year_typo"),
        ("2022-12-05", "2022-12-05", "date_out_of_range"),
        ("未接种", "", "last_dose_word_for_none"),
    ],
)
def test_days(written: str, meant: str, kind: str) -> None:
    cell = dates.day(written, field="last_dose", today=date(2022, 4, 14), earliest=date(2020, 7, 1))
    assert (cell.value, [d.kind for d in cell.defects]) == (meant, [kind])


def test_a_mistyped_year_is_only_suggested() -> None:
    cell = dates.day("1221-07-22", field="last_dose", today=date(2022, 4, 14), earliest=date(2020, 7, 1))
    assert (cell.value, cell.defects[0].suggested) == ("1221-07-22", "2021-07-22")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("13900003230/0355-9990103", "13900003230、0355-9990103"),
        ("139 0000 3230, 135 0001 1149", "13900003230、13500011149"),
        ("女儿13900003230", "13900003230"),
        ("008613900003230", "13900003230"),
        ("（0355）9990103", "0355-9990103"),
        ("1390000323", ""),
        ("13900003230转1", "13900003230"),
        (13900003230.0, "13900003230"),
        ("不详", ""),
        ("9990103", "9990103"),
    ],
)
def test_phones(written: str | float, meant: str) -> None:
    assert phones.phones()(written).value == meant


def test_a_landline_without_its_area_code_is_asked_for() -> None:
    assert [d.kind for d in phones.phones()("9990103").defects] == ["phone_without_area_code"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("王\u200b伟", "王伟"),
        ("欧阳 修", "欧阳修"),
        ("阿卜杜 ・ 热合曼", "阿卜杜·热合曼"),
        ("NGUYEN  THI HOA", "NGUYEN THI HOA"),
        ("张三（租户）", "张三"),
        ("宝宝(未取名)", "宝宝(未取名)"),
        ("李㛃𠮷", "李㛃𠮷"),
        ("<b>王晶</b>", "<b>王晶</b>"),
        ("李欣彩😊", "李欣彩😊"),
        ("张三、李四", "张三、李四"),
    ],
)
def test_names(written: str, meant: str) -> None:
    assert people.name()(written).value == meant


def test_the_name_of_a_shop_keeps_its_brackets() -> None:
    assert people.title("24小时便利店（北门店）\u200b").value == "24小时便利店（北门店）"


@pytest.mark.parametrize(
    ("written", "meant", "kinds"),
    [
        ("140402197907119905", "140402197907119905", []),
        ("14040219631002997x", "14040219631002997X", ["id_lower_x"]),
        ("140424820124992", "14042419820124992X", ["id_old_15_digits"]),
        (140424820124992, "14042419820124992X", ["id_old_15_digits"]),
        (1.40105196510269e17, "", ["id_float"]),
        (140105196510269000, "", ["id_float"]),
        ("1.40402E+17", "", ["id_scientific_text"]),
        ("140402196912299940", "140402196912299940", ["id_wrong_digit"]),
        ("14040219540930990", "14040219540930990", ["id_missing_check_digit"]),
        ("00042360", "00042360", ["taiwan_permit"]),
        ("H00001863", "H00001863", ["hong_kong_macao_permit"]),
        ("身份证号：140402197907119905", "140402197907119905", ["id_spaces"]),
    ],
)
def test_identity_numbers_are_repaired_or_asked_for_never_guessed(
    written: str | float, meant: str, kinds: list[str]
) -> None:
    cell = identity.read(written)
    assert (cell.value, [d.kind for d in cell.defects]) == (meant, kinds)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("打了2针", "2"),
        ("已完成加强免疫", "3"),
        ("全程", "2"),
        ("没打", "0"),
        ("第三针未打", "第三针未打"),
        ("已接种", "已接种"),
    ],
)
def test_doses(written: str, meant: str) -> None:
    assert cells.doses(written).value == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("十二号楼", "12"),
        ("A座", "A"),
        ("１１０１室", "1101"),
        ("3#", "3"),
        (" 01", "1"),
        (101.0, "101"),
        ("南楼", "南楼"),
    ],
)
def test_doors(written: str | float, meant: str) -> None:
    assert cells.door("room")(written).value == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("6+1", "6"),
        ("7座(含司机)", "6"),
        ("不含司机6座", "6"),
        ("十九座", "19"),
        ("核载7人", "6"),
        ("7座,含驾驶员", "6"),
        ("6座", "6"),
        (7, "7"),
    ],
)
def test_seats_are_places_for_passengers(written: str | int, meant: str) -> None:
    assert transport.seats(written).value == meant


@pytest.mark.parametrize("written", ["25:05", "1e5", "1.5", "0", "99", "00015555", "两排"])
def test_what_is_no_number_of_seats_is_asked_for(written: str) -> None:
    cell = transport.seats(written)
    assert (cell.value, [d.kind for d in cell.defects]) == (written, ["seats_unreadable"])


@pytest.mark.parametrize("written", ["晋D·Y0011", "晋d Y0011", "晋ＤＹ００１１", "晋 D-Y0011", "晋DY0011"])
def test_plates(written: str) -> None:
    assert transport.plate(written).value == "晋DY0011"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("与王芳、李四同行", "2人:王芳、李四"),
        ("同行1人,牛飞", "1人:牛飞"),
        ("王和平", "1人:王和平"),
        ("3人", "3人"),
        ("本人", ""),
        ("王芳等2人", "王芳等2人"),
    ],
)
def test_companions(written: str, meant: str) -> None:
    assert people.companions(written).value == meant


COMPOUNDS = (*(Name(f"香阅四季{x}区") for x in "ABC"), Name("纺织小区", ("纺织厂家属院",)))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (
            "山西省长治市潞州区五马街道香阅四季社区,香阅四季B区7号楼2单元1701室",
            "ours 香阅四季B区7号楼2单元1701",
        ),
        ("香阅C区3号楼2单元302", "ours 香阅四季C区3号楼2单元302"),
        ("纺织厂家属院3-2-101", "ours 纺织小区3号楼2单元101"),
        ("香阅四季A区三号楼二单元一一〇一", "ours 香阅四季A区3号楼2单元1101"),
        ("香悦四季A区4-1-1302", "typo 香阅四季A区4号楼1单元1302"),
        ("你社区6-1-901", "none 6号楼1单元901"),
        ("香阅四季3-2-1101", "none 3号楼2单元1101"),
        ("小区3-2-1101", "elsewhere 3号楼2单元1101"),
        ("潞州区紫金街街道石槽社区8-3-602", "elsewhere 8号楼3单元602"),
        ("香阅四季·铂悦府(上党区)3-2-1101", "elsewhere 3号楼2单元1101"),
    ],
)
def test_destinations(written: str, meant: str) -> None:
    spot = places.Addresses(COMPOUNDS, "香阅四季社区").read(written)
    assert f"{spot.how} {spot.text}" == meant


def test_a_compound_of_the_same_name_in_another_district_is_elsewhere_once_the_area_is_known() -> None:
    area = ("山西省", "长治市", "潞州区", "五马街道")
    read = places.Addresses(COMPOUNDS, "香阅四季社区", area).read
    assert read("长治市上党区纺织小区3-2-101").how == "elsewhere"
    assert read("长治市潞州区纺织小区3-2-101").how == "ours"
