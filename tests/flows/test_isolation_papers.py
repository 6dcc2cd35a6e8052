"""The papers of an isolation: the notice with every field, the note that a gate can check, numbers without a gap."""

from __future__ import annotations

from datetime import datetime, timedelta

import pypdfium2 as pdfium
import pytest
from django.test import Client
from django.urls import reverse

from linli.base.clock import now
from linli.codes import sign
from linli.codes.ring import check_url, ring
from linli.codes.token import grouped
from linli.door import certificate_screens
from linli.loops import engine
from linli.loops.engine import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import shipped
from linli.loops.replanning import adopt
from linli.matters.isolation import papers, releases
from linli.matters.isolation.models import ReleaseNote
from linli.matters.isolation.opening import open_for
from linli.matters.isolation.tests.behind import asked
from linli.registry import subjects
from linli.registry.models import Person
from tests.town import Town, make_town

pytestmark = pytest.mark.django_db
BEGAN = timedelta(days=8)


@pytest.fixture(autouse=True)
def patient() -> None:
    certificate_screens.CHECKS.forget()
    certificate_screens.TYPED.forget()


def inside(town: Town, name: str = "叶知秋") -> Case:
    """Somebody under the ten new measures for eight days."""
    at = now() - BEGAN
    adopt(town.id, shipped("covid-new10"), from_at=at, at=at, adopted_by="段秋实")
    who = Person.objects.select_related("household__dwelling__compound").get(pk=town.person[name].pk)
    case = open_for(who, "close_contact", day_zero=at, actor=town.health, at=at, intent=f"open-{name}")
    asked(town, case)
    fit = {"home_fit": ["own_room", "no_shared_ac"]}
    engine.advance(case.id, "begin", actor=town.health, given=fit, at=at, intent=f"fit-{name}")
    return case


def let_out(town: Town, case: Case, **more: object) -> ReleaseNote:
    tested = datetime.fromisoformat(case.anchors["day_zero"]) + timedelta(days=5)
    elsewhere = {"last_test": "negative", "tested_at": tested.isoformat(), "tested_where": "市人民医院"}
    given: dict[str, object] = {**elsewhere, "checked": True} | more
    engine.advance(case.id, "release", actor=town.health, given=given, at=now(), intent=f"out-{case.id}")
    return ReleaseNote.objects.select_related("community", "person", "case").get(case=case)


def text_of(pdf: bytes) -> str:
    pages = pdfium.PdfDocument(pdf)
    assert len(pages) == 1
    return pages[0].get_textpage().get_text_range().replace("\r\n", "").replace("\n", "")


def test_the_notice_has_every_field_and_numbers_stay_masked() -> None:
    town = make_town()
    case = inside(town)
    person = subjects.person_of(case)
    assert person is not None
    said = text_of(papers.notice_pdf(case, person, at=now()))
    fields = ("姓名", "性别", "联系电话", "证件号码", "居住地址", "所在单位", "单位联系人", "单位联系方式", "观察期", "规定",
              "街道(镇)干部", "社工(网格员)", "对象签收", "社区盖章")  # fmt: skip
    assert [field for field in fields if field not in said] == []
    assert "叶知秋" in said
    assert "专人专车" in said
    assert [number for number in town.facts["叶知秋"] if number in said] == []


def test_the_note_is_signed_and_the_gate_sees_only_a_mask() -> None:
    town = make_town()
    note = let_out(town, inside(town))
    assert note.number == f"JC-XYSJ-{now().year}-0001"
    keys = sign.trusted(sign.published(ring().public.values()))
    said = sign.verify(
        check_url(note.token, note.statement), keys, at=note.issued_at, audience=releases.RELEASE
    )
    assert (said.number, said.masked_name) == (note.number, "叶*秋")
    with pytest.raises(sign.Invalid):
        sign.verify(check_url(note.token, note.statement), keys, at=note.issued_at, audience=sign.RECEPTION)
    stranger = Client(headers={"accept-language": "zh-hans"})
    page = stranger.get(f"/c/{note.token}").content.decode()
    assert "已解除" in page
    assert "叶*秋" in page
    assert "叶知秋" not in page
    typed = stranger.get("/c/", {"code": grouped(note.short_code)})
    assert typed["Location"] == f"/c/{note.token}"
    paper = text_of(papers.release_pdf(note))
    assert [
        w for w in ("叶知秋", note.number, "居家隔离期满", grouped(note.short_code), "阴性") if w not in paper
    ] == []
    assert town.facts["叶知秋"].id_number not in paper


def test_a_refused_release_gives_no_number_away_and_numbers_have_no_gap() -> None:
    town = make_town()
    first, second = inside(town), inside(town, "蓝采薇")
    written = Event.objects.count()
    with pytest.raises(Refused):
        let_out(town, first, last_test="not_asked")
    assert (Event.objects.count(), ReleaseNote.objects.count()) == (written, 0)
    numbers = [let_out(town, case).number[-4:] for case in (first, second)]
    assert numbers == ["0001", "0002"]
    assert Event.objects.get(name="isolation.release", case=second).given["note"].endswith("0002")


def test_papers_are_printed_from_the_case_page_by_whoever_watches_over_it() -> None:
    town = make_town()
    case = inside(town)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(town.health)
    notice, note = (reverse(f"desk-isolation-{name}", args=[case.id]) for name in ("notice", "release"))
    assert client.get(notice)["Content-Type"] == "application/pdf"
    assert client.get(note).status_code == 404
    let_out(town, case)
    answer = client.get(note)
    assert answer["Content-Disposition"].startswith('inline; filename="JC-XYSJ-')
    page = client.get(reverse("desk-case", args=[case.id])).content.decode()
    assert notice in page
    assert note in page
    client.force_login(town.patrol)
    assert client.get(notice).status_code == 403
