"""The living page of the look: every component in every state, with people who do not exist."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.staticfiles import finders
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory, override_settings
from django.utils import translation
from playwright.sync_api import Page, Route

HERE = Path(__file__).parent
TEMPLATES = HERE.parents[2] / "linli" / "templates"
ADDRESS = "http://localhost:9"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)


# Names without hashes: what is looked at is the source, not what collectstatic made of it.
PLAIN = override_settings(
    STORAGES={
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
)


class Sample(forms.Form):
    """A form with every kind of control, and two mistakes when it is bound to `WRONG`."""

    phone = forms.CharField(
        label="电话",
        help_text="11 位手机号,可以粘贴",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "tel-national"}),
    )
    health = forms.ChoiceField(
        label="身体状况", choices=[("well", "没有不舒服"), ("ill", "发热或咳嗽")], widget=forms.RadioSelect
    )
    photo = forms.FileField(label="行程卡照片", required=False, help_text="相机会自己打开")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="同行人也同意登记", required=False)


WRONG = {"phone": "138"}


def html(name: str, *, language: str = "zh-hans", large: bool = False) -> str:
    """`desk.html` or `door.html` of this folder, or a page of linli's own templates, as the server would send it."""
    backend = DjangoTemplates(
        {
            "NAME": "look",
            "DIRS": [HERE, TEMPLATES],
            "APP_DIRS": False,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.template.context_processors.i18n",
                ],
                "builtins": ["linli.site.signs"],
            },
        }
    )
    request = RequestFactory().get("/look/")
    request.COOKIES["linli_print"] = "large" if large else ""
    with PLAIN, translation.override(language):
        return str(backend.get_template(name).render(context(), request))


def context() -> dict[str, Any]:
    form = Sample(WRONG)
    if len(form["phone"].value()) != 11:
        form.add_error("phone", "电话要 11 位,现在是 3 位")
    return {**json.loads((HERE / "sample.json").read_text(encoding="utf-8")), "form": form}


def open_look(page: Page, name: str, *, language: str = "zh-hans", large: bool = False) -> None:
    """Show the page under the strict policy, with linli's static files and without any server."""
    sent = html(name, language=language, large=large)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS).split("?")[0]
        if path == "/look/":
            headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": STRICT}
            route.fulfill(body=sent, headers=headers)
        elif path == "/look/stream":
            route.fulfill(body=": open\n\n", headers={"content-type": "text/event-stream"})
        elif found := finders.find(path.removeprefix("/static/")):
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            route.fulfill(body=Path(found).read_bytes(), headers={"content-type": kind})
        else:
            route.fulfill(status=404)

    page.route(f"{ADDRESS}/**", answer)
    page.goto(f"{ADDRESS}/look/")
