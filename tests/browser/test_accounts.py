"""A new house in a real browser: the code, the community, a passkey, out, and in again with a touch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House, house
from tests.browser.visit import (
    add_authenticator,
    assert_accessible,
    assert_no_sideways_scroll,
    shoot,
    visit,
)

PASSWORD = "april-is-a-long-night"


SETTLED = """
from allauth.mfa.models import Authenticator
from linli.base import clock
from linli.desk import first_run
from linli.registry.models import Community
from linli.roster.models import User

def settle(password):
    if first_run.is_open():
        first_run.code()
        first_run.create(
            name="香阅四季社区", username="duan.qiushi", shown_name="段秋实", password=password, at=clock.now()
        )
    own = {"shown_name": "孟春雨", "community": Community.objects.get()}
    User.objects.update_or_create(username="helper", defaults=own)
    Authenticator.objects.all().delete()
    User.objects.update(must_secure=False)  # these pages are looked at as if the second factor were there

"""
"""Whatever ran before: a director with a password alone, and a colleague."""


@pytest.fixture(scope="module")
def empty_house() -> Iterator[House]:
    """A house of its own: the first run happens once."""
    with house() as made:
        yield made


def looked_at(page: Page, name: str) -> None:
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    shoot(page, name)


def code_of(empty_house: House) -> str:
    return empty_house.python("from linli.desk import first_run; print(first_run.code())").strip()


def test_the_first_administrator_makes_the_house_and_returns_with_a_passkey(
    empty_house: House, chromium: Browser
) -> None:
    code = code_of(empty_house)
    with visit(chromium, empty_house.url, device="desk", language="zh-CN") as page:
        page.goto("/")
        looked_at(page, "first-code")
        page.get_by_label("终端里的口令").fill("wrong")
        page.get_by_role("button", name="下一步").click()
        expect(page).to_have_title("错误:第一次使用")
        page.get_by_label("终端里的口令").fill(f"{code[:5]}-{code[5:]}".lower())
        page.get_by_role("button", name="下一步").click()
        looked_at(page, "first-community")
        for label, text in {
            "社区名称": "香阅四季社区", "您的姓名": "段秋实", "登录名": "duan.qiushi", "密码": PASSWORD,
        }.items():  # fmt: skip
            page.get_by_label(label, exact=True).fill(text)
        page.get_by_role("button", name="建立社区并登录").click()
        expect(page.get_by_role("heading", name="社区建好了")).to_be_visible()
        looked_at(page, "first-done")

        add_authenticator(page)
        page.goto("/accounts/2fa/needed/?next=/desk/on-duty/")
        looked_at(page, "second-factor")
        page.get_by_role("link", name="用这台设备的指纹或刷脸").click()
        if page.get_by_label("密码").count():
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="确认").click()
        looked_at(page, "passkey-add")
        page.get_by_role("button", name="添加").click()
        expect(page.get_by_role("heading", name="备用口令")).to_be_visible()
        page.goto("/accounts/2fa/")
        expect(page.get_by_text("已开启")).to_be_visible()
        looked_at(page, "account")

        page.goto("/accounts/logout/")
        page.get_by_role("main").get_by_role("button", name="退出登录").click()
        page.goto("/accounts/login/")
        looked_at(page, "sign-in")
        page.get_by_role("button", name="用通行密钥登录").click()
        page.wait_for_url("**/desk/")


@pytest.mark.parametrize(("device", "language"), [("desk", "zh-CN"), ("phone", "zh-CN"), ("phone", "en")])
def test_staff_pages_read_well(empty_house: House, chromium: Browser, device: str, language: str) -> None:
    empty_house.python(f"{SETTLED}settle({PASSWORD!r})")
    with visit(chromium, empty_house.url, device=device, language=language) as page:
        page.goto("/accounts/login/")
        page.locator("[name=login]").fill("duan.qiushi")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main button.btn-primary").click()
        page.wait_for_url("**/desk/")
        for path, name in {
            "/desk/on-duty/": "on-duty", "/desk/staff/": "staff", "/desk/staff/new/": "account-new",
            "/desk/shifts/new/": "shift-new", "/accounts/devices/": "devices", "/accounts/2fa/totp/activate/": "totp",
            "/accounts/password/change/": "password",
        }.items():  # fmt: skip
            page.goto(path)
            if page.locator("form[action='/accounts/reauthenticate/']").count():
                page.locator("[name=password]").fill(PASSWORD)
                page.locator("main button.btn-primary").click()
            looked_at(page, f"{name}-{device}-{language[:2]}")
