"""A household knows whom to call, has signed what it was told, and both are gone when their purpose has ended."""

from __future__ import annotations

import json
from datetime import timedelta

import pypdfium2 as pdfium
import pytest

from linli.loops import seal
from linli.loops.engine import Refused
from linli.loops.models import Destruction
from linli.loops.pack import pack_for
from linli.matters.isolation import five_in_one, forget, papers, receipts
from linli.matters.isolation.models import Cohabitant, Helper, NoticeReceipt
from linli.matters.isolation.tests.behind import DAY, FIT, HOUR, ZERO, asked, isolated, take
from linli.registry import subjects
from linli.registry.models import Sealed
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db
NUMBERS = {"cadre": ("程街办", "0355-9990012"), "police": ("景卫平", "139 0009 9012")}
DRAWN = json.dumps([[[10, 20], [80, 90], [150, 40]], [[200, 100]]])


def text_of(pdf: bytes) -> str:
    pages = pdfium.PdfDocument(pdf)
    assert len(pages) == 1
    return pages[0].get_textpage().get_text_range().replace("\r\n", "").replace("\n", "")


def printed(town: Town, case: object) -> str:
    person = subjects.person_of(case)  # type: ignore[arg-type]
    assert person
    return text_of(papers.notice_pdf(case, person, at=ZERO + HOUR))  # type: ignore[arg-type]


def test_five_are_named_for_a_door_in_the_vault_on_the_paper_and_missed_where_they_lack() -> None:
    town = make_town()
    case, pack = isolated(town, "牛德胜"), pack_for(town.id, ZERO)
    assert five_in_one.missing(town.id, [case.scope], pack) == {case.scope: list(five_in_one.ROLES)}
    wrong = {"cadre": ("程街办", "0355"), "police": ("", "13900099012"), "mayor": ("某某", "")}
    with pytest.raises(Refused) as refused:
        five_in_one.name(case.id, wrong, community_id=town.id, actor=town.health, at=ZERO)
    assert set(refused.value.faults) == {"phone_cadre", "name_police", "name_mayor"}
    with pytest.raises(Refused, match="不在这个岗位"):
        five_in_one.name(case.id, NUMBERS, community_id=town.id, actor=town.patrol, at=ZERO)
    assert not Helper.objects.exists()
    for _ in range(2):
        five_in_one.name(case.id, NUMBERS, community_id=town.id, actor=town.health, at=ZERO)
    assert Helper.objects.count() == 2
    rows = list(Sealed.objects.filter(owner_kind="helper"))
    assert all(b"9990012" not in bytes(row.blob) for row in rows)
    beside = isolated(town, "潘桂枝")
    assert [(h.role, h.name, h.phone) for h in five_in_one.helpers_of(beside)] == [
        ("cadre", "程街办", "0355-9990012"),
        ("police", "景卫平", "13900099012"),
    ], "one door, the same helpers"
    assert five_in_one.missing(town.id, [case.scope], pack)[case.scope] == [
        "grid_worker",
        "medic",
        "volunteer",
    ]
    said = printed(town, case)
    assert [
        w for w in ("街道(镇)干部", "程街办", "0355-9990012", "社区民警", "13900099012") if w not in said
    ] == []
    five_in_one.name(case.id, {"police": ("", "")}, community_id=town.id, actor=town.health, at=ZERO)
    assert Sealed.objects.filter(owner_kind="helper").count() == Helper.objects.count() == 1


def test_a_notice_is_signed_once_encrypted_and_printed_with_its_signature() -> None:
    town = make_town()
    case = isolated(town)
    refusals = (
        ("device", "", town.home_care, "请先在框里签名"),
        ("device", "[[[601, 0]]]", town.home_care, "没有传好"),
        ("page", "<svg/>", None, "没有传好"),
        ("page", json.dumps([[[1, 1]] * 4000]), None, "太长"),
        ("paper", "", town.patrol, "不在这个岗位"),
    )
    for how, drawing, actor, says in refusals:
        with pytest.raises(Refused, match=says):
            receipts.sign(case.id, community_id=town.id, how=how, drawing=drawing, at=ZERO, actor=actor)
    assert (NoticeReceipt.objects.count(), Sealed.objects.filter(kind="signature").count()) == (0, 0)
    row = receipts.sign(
        case.id, community_id=town.id, how="device", drawing=DRAWN, at=ZERO + HOUR, actor=town.home_care
    )
    again = receipts.sign(case.id, community_id=town.id, how="page", drawing="", at=ZERO + DAY)
    assert (again, again.how, again.seen_by) == (row, "device", town.home_care.shown_name)
    assert receipts.strokes_of(row) == [[(10, 20), (80, 90), (150, 40)], [(200, 100)]]
    kept = Sealed.objects.get(kind="signature")
    assert b"150" not in bytes(kept.blob)
    said = printed(town, case)
    assert "当面电子签收 2022-04-15 02:10" in said
    assert town.home_care.shown_name in said


def test_helpers_signature_and_answers_go_with_the_pack_s_days_and_the_fact_of_signing_stays() -> None:
    town = make_town()
    case = asked(town, isolated(town, "牛德胜"))
    five_in_one.name(case.id, NUMBERS, community_id=town.id, actor=town.health, at=ZERO)
    receipts.sign(case.id, community_id=town.id, how="page", drawing=DRAWN, at=ZERO)
    take(case, "begin", town.health, ZERO + HOUR, **FIT)
    take(case, "move", town.health, ZERO + DAY, reason="送医")
    due = ZERO + DAY + timedelta(days=pack_for(town.id, ZERO).get("retention.case_days_after_close"))
    forget.forget(at=due)
    assert (Helper.objects.count(), Cohabitant.objects.count()) == (2, 1)
    assert forget.forget(at=due + HOUR) >= 1
    assert (Helper.objects.count(), Cohabitant.objects.count()) == (0, 0)
    assert not Sealed.objects.filter(owner_kind__in=("helper", "receipt")).exists()
    receipt = NoticeReceipt.objects.get()
    assert (receipt.how, receipt.is_drawn, receipts.strokes_of(receipt)) == ("page", False, [])
    assert {"helper", "cohabitant", "signature", "remark"} <= set(
        Destruction.objects.values_list("of", flat=True)
    )
    assert forget.forget(at=due + HOUR) == 0
    assert seal.verify(town.id) is None
