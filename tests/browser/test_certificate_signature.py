"""The check page in a real browser: the signature behind # is verified there; without JavaScript the word stands alone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.house import House

MAKE = """
from django.db import transaction
from linli.base.clock import now
from linli.loops.models import Case
from linli.matters.returns import certificate
from linli.matters.returns.notices import NoticeIn, receive
from linli.registry.announce import Described
from tests.town import make_town
town = make_town("qianming", "签名社区")
told = NoticeIn(source="phone", key="signature", who=Described(name="向晚晴甲"), destination="A区10-2-1101")
trip = receive(told, community=town.community, at=now()).trip
with transaction.atomic():
    made = certificate.issue(trip.case, actor=town.reception, at=now())
from linli.codes.ring import check_url
print(check_url(made.token, made.statement))
"""
GOOD, BAD = "二维码里的签名已核对,与本证一致。", "二维码里的签名不对,请拨打下面的电话核实。"


@pytest.fixture(scope="module")
def url(linli: House) -> str:
    """What the QR of a valid certificate holds."""
    return linli.python(MAKE).strip().splitlines()[-1]


def test_the_browser_verifies_what_stands_behind_the_number_sign(open_page: OpenPage, url: str) -> None:
    page = open_page("phone")
    page.goto(url)
    page.get_by_text(GOOD).wait_for()
    assert page.get_by_text("有效", exact=True).is_visible()


@pytest.mark.parametrize("place", [60, 200, -6])
def test_a_changed_digit_is_noticed(open_page: OpenPage, url: str, place: int) -> None:
    digits = list(url.partition("#")[2])
    digits[place] = "3" if digits[place] != "3" else "4"
    page = open_page("phone")
    page.goto(url.partition("#")[0] + "#" + "".join(digits))
    page.wait_for_load_state("networkidle")
    assert not page.get_by_text(GOOD).is_visible()


def test_without_javascript_the_answer_stands_by_itself(open_page: OpenPage, url: str) -> None:
    page = open_page("phone", java_script_enabled=False)
    page.goto(url)
    assert page.get_by_text("有效", exact=True).is_visible()
    assert not page.get_by_text(GOOD).is_visible()
    assert not page.get_by_text(BAD).is_visible()
