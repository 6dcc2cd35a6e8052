"""The app as a browser gets it: one page without anybody's data, its hashed files, its words, and its part of the worker.

Scripts import one another by relative paths, so by plain names: the policy forbids the inline import map that would
give them hashed ones. The worker does it instead: it fetches every file under its hash and answers the plain name with it,
so that all files of one version come together or not at all.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

HERE = Path(__file__).parent / "static" / "field"
SCRIPTS = tuple(
    sorted(f"field/{path.name}" for path in HERE.glob("*.js") if not path.name.endswith("-sw.js"))
)
LIBRARIES = ("vendor/preact.js", "vendor/htm.js", "vendor/qr/decode.js", "vendor/qr/index.js")
STYLES = (
    "linli/css/tokens.css",
    "linli/css/base.css",
    "linli/css/layout.css",
    "linli/css/components.css",
    "linli/css/forms.css",
    "field/field.css",
)
PICTURES = ("linli/icons.svg", "linli/favicon.svg", "linli/icons/icon-192.png")
START = f"{settings.STATIC_URL}field/app.js"
"""By its plain name, like all that it imports."""
ASKED = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*")""")
"""A msgid in a script, as scripts/msgids.py finds it."""


def page() -> str:
    """The same for everybody: no name, no session, no language of its own (the app carries both)."""
    told = {"styles": STYLES, "words": english(), "setting": _setting(), "start": START}
    with translation.override("zh-hans"):
        return render_to_string("field/shell.html", told)


def _setting() -> dict[str, str]:
    """The addresses the scripts need: they know none themselves."""
    return {
        "icons": staticfiles_storage.url("linli/icons.svg"),
        "slice": reverse("field-slice"),
        "send": reverse("field-intents"),
        "worker": reverse("notify-service-worker"),
        "login": f"{reverse('account_login')}?next={reverse('field')}",
        "logout": reverse("account_logout"),
        "language": reverse("set_language"),
        "home": reverse("field"),
        "check": reverse("certificate-entry"),
        "origin": settings.PUBLIC_URL,
    }


@cache
def english() -> dict[str, str]:
    """Every word the scripts ask for, in English; the Chinese ones are the msgids themselves."""
    asked = [
        json.loads(m) for path in sorted(HERE.glob("*.js")) for m in ASKED.findall(path.read_text("utf-8"))
    ]
    with translation.override("en"):
        return {text: _(text) for text in asked}


def manifest() -> dict[str, Any]:
    """Web app manifest."""
    icons = [
        ("icon-192", "192x192", "any"),
        ("icon-512", "512x512", "any"),
        ("maskable-512", "512x512", "maskable"),
    ]
    return {
        "id": reverse("field"),
        "name": _("邻里手机端"),
        "short_name": _("邻里"),
        "lang": "zh-Hans",
        "start_url": reverse("field"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf9f5",
        "theme_color": "#fbf9f5",
        "icons": [
            {
                "src": staticfiles_storage.url(f"linli/icons/{name}.png"),
                "sizes": size,
                "type": "image/png",
                "purpose": purpose,
            }
            for name, size, purpose in icons
        ],
    }


def files() -> dict[str, str]:
    """Everything the app needs to open without a network: the address it is asked for → the one with its hash."""
    names = (*STYLES, *SCRIPTS, *LIBRARIES, *PICTURES)
    hashed = {name: staticfiles_storage.url(name) for name in names}
    by_plain_name = {settings.STATIC_URL + name: url for name, url in hashed.items()}
    own = (reverse("field"), reverse("field-manifest"))
    return {**{url: url for url in own}, **by_plain_name, **{url: url for url in hashed.values()}}


def worker_part() -> str:
    """The app's part of the service worker: which files, under which version, and how they are kept."""
    listed = files()
    version = hashlib.sha256(json.dumps([page(), listed]).encode()).hexdigest()[:12]
    kept = json.dumps({"version": version, "home": reverse("field"), "files": listed}, separators=(",", ":"))
    return f"const FIELD = {kept};\n{(HERE / 'field-sw.js').read_text(encoding='utf-8')}"
