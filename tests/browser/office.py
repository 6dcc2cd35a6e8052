"""An office with its cast inside the browser's house, and somebody of it signed in."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, StorageState

from tests.browser.house import House
from tests.browser.visit import visit
from tests.town import PASSWORD


@dataclass
class Office:
    """The cast of tests/town.py as the community `slug`; nobody is real there, so no second factor is asked."""

    house: House
    chromium: Browser
    slug: str
    stack: ExitStack
    sessions: dict[str, StorageState] = field(default_factory=dict)

    def page(self, duty: str, device: str = "desk", language: str = "zh-CN", **more: Any) -> Page:
        """A page of somebody on this duty; the first one signs in by hand, the others keep that session."""
        if duty not in self.sessions:
            with visit(self.chromium, self.house.url, device="desk", language="zh-CN") as page:
                sign_in(page, f"{self.slug}-{duty}")
                self.sessions[duty] = page.context.storage_state()
        return self.stranger(device, language, storage_state=self.sessions[duty], **more)

    def stranger(self, device: str = "phone", language: str = "zh-CN", **more: Any) -> Page:
        """A page of nobody in particular."""
        return self.stack.enter_context(
            visit(self.chromium, self.house.url, device=device, language=language, **more)
        )


def sign_in(page: Page, name: str) -> None:
    """Through the page that staff meet."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def furnish(house: House, slug: str, name: str) -> None:
    """Make the cast as a drill, with one matter already in its ledger: it is not the first night."""
    house.python(
        "from linli.base.clock import now\n"
        "from linli.matters.returns.notices import NoticeIn, receive\n"
        "from linli.registry.announce import Described\n"
        "from tests.town import make_town\n"
        f"town = make_town({slug!r}, {name!r})\n"
        "town.community.is_drill = True\n"
        "town.community.save()\n"
        "told = NoticeIn(source='phone', key='earlier', who=Described(name='屈有忧', phones=('13900049900',)),\n"
        "    destination='A区10-1-102')\n"
        "receive(told, community=town.community, at=now())\n"
    )
