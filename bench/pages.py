"""Lighthouse's scores of the first pages that a resident and a volunteer open, as a phone on a slow network sees them.

    python -m bench.pages

Needs Node 18 or newer and npm's registry: Lighthouse is asked for by its version and kept nowhere in the project.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import sync_playwright

from bench.house import Figure, tell
from tests.browser.house import House, house
from tests.browser.visit import CHROMIUM, FLAGS, launch, visit

LIGHTHOUSE = "lighthouse@12.8.2"
LANGUAGES = ("zh-CN", "en")
SLUG = "yemian"
KINDS = ("performance", "accessibility")

LINK = f"""
from linli.base.clock import now
from linli.matters.isolation import links
from linli.matters.isolation.opening import open_for
from linli.matters.returns.models import Trip
from linli.roster.models import User
trip = Trip.objects.select_related("person__household").get(community__slug={SLUG!r})
user = User.objects.get(username="{SLUG}-director")
case = open_for(trip.person, "other_province", day_zero=now(), actor=user, at=now(), intent="isolation")
print(links.issue(case.pk, community_id=case.community_id, actor=user, at=now()))
"""
"""Somebody at home, and the personal link to report with."""

DOOR = f"""
from linli.base.clock import now
from linli.codes import issuing
from linli.codes.models import Kind
from linli.registry.models import Community, Venue
home = Community.objects.get(slug={SLUG!r})
venue = Venue.objects.create(community=home, name="晨光超市", kind="商场/超市", path=home.path)
print(issuing.issue(Kind.VENUE, venue.pk, community_id=home.pk, at=now()).token)
"""
"""A venue with a code, and what its poster's QR opens."""


def main() -> None:
    django.setup()  # the cast of the tests is made of models
    from tests.browser.office import furnish

    with house() as running, tempfile.TemporaryDirectory() as scratch:
        furnish(running, SLUG, "夜面社区")
        pages = {
            "resident: report of a return": (f"/r/{SLUG}/", ""),
            "resident: morning report": (f"/h/{running.python(LINK).strip()}", ""),
            "anybody: the page behind a venue's code": (f"/v/{running.python(DOOR).strip()}/", ""),
            "volunteer: the phone's first page": ("/field/", cookies(running)),
            "volunteer: sign-in": ("/accounts/login/", ""),
        }
        tell([figure for name, (path, cookie) in pages.items() for language in LANGUAGES
              for figure in scored(running.url + path, cookie, language, name, Path(scratch))])  # fmt: skip


def cookies(running: House) -> str:
    """The cookies of a volunteer who signed in by hand."""
    from tests.browser.office import sign_in

    with (
        sync_playwright() as playwright,
        launch(playwright) as browser,
        visit(browser, running.url, device="phone", language="zh-CN") as page,
    ):
        sign_in(page, f"{SLUG}-delivery")
        return "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())


def scored(url: str, cookie: str, language: str, name: str, scratch: Path) -> list[Figure]:
    """Both scores of one page in one language, 0 to 100."""
    headers, out = scratch / "headers.json", scratch / "report.json"
    headers.write_text(json.dumps({"Accept-Language": language, **({"Cookie": cookie} if cookie else {})}))
    run(url, headers, out)
    report: dict[str, Any] = json.loads(out.read_text())
    if trouble := report.get("runtimeError"):
        sys.exit(f"{name}: {trouble['message']}")
    audits = report["audits"]
    largest, weight = audits["largest-contentful-paint"], audits["total-byte-weight"]
    beside = f"largest paint {largest['displayValue']}, {weight['numericValue'] / 1024:.0f} KiB".replace(
        "\xa0", " "
    )
    failed = [
        key for key, audit in audits.items() if audit["score"] == 0 and key in of(report, "accessibility")
    ]
    besides = (beside, ", ".join(failed))
    return [
        Figure(
            f"{name} ({language}), {kind}",
            round(report["categories"][kind]["score"] * 100),
            "",
            said,
            ">= 95",
        )
        for kind, said in zip(KINDS, besides, strict=True)
    ]


def of(report: dict[str, Any], kind: str) -> set[str]:
    """Which audits count for a score."""
    return {ref["id"] for ref in report["categories"][kind]["auditRefs"] if ref["weight"]}


def run(url: str, headers: Path, out: Path) -> None:
    """Lighthouse as it comes: a mid-range phone, 1.6 Mbit/s, 150 ms."""
    command = [
        "npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={out}",
        f"--extra-headers={headers}", f"--only-categories={','.join(KINDS)}", "--disable-full-page-screenshot",
        f"--chrome-flags=--headless=new {' '.join(flag for flag in FLAGS if ' ' not in flag)}",
    ]  # fmt: skip
    subprocess.run(
        command, check=True, env={**os.environ, "CHROME_PATH": str(CHROMIUM)}, stdout=subprocess.DEVNULL
    )


if __name__ == "__main__":
    main()
