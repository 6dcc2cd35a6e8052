"""Templates escape everything, carry no script or style of their own, and leave no Chinese outside the catalogue."""

from __future__ import annotations

import re

import pytest

from tests.rules.tree import modules, templates, text

# Where markup is let through as it is, and why it cannot come from a person.
TRUSTED = {
    "linli/templates/components/field.html": "Django's own help texts bring markup; all of them are written here",
}
UNESCAPED = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|{%-?\s*autoescape\s+off|mark_safe|SafeString|__html__")
INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "style": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "event handler": re.compile(r"\son[a-z]+\s*=", re.I),
    "javascript link": re.compile(r"javascript:", re.I),
}
COMMENT = re.compile(r"{#.*?#}|{%-?\s*comment\b.*?endcomment\s*-?%}|<!--.*?-->", re.S)
MARKED = re.compile(r"{%-?\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*-?%}", re.S)
MARKED_STRING = re.compile(
    r"_\(\s*(?:\"[^\"]*\"|'[^']*')\s*\)|{%-?\s*trans(?:late)?\s+(?:\"[^\"]*\"|'[^']*')"
)
OWN_WORDS = re.compile(r"中文")  # a language is offered in its own words
CHINESE = re.compile(r"[\u3400-\u9fff]+")


def without(pattern: re.Pattern[str], page: str) -> str:
    return pattern.sub(lambda found: "\n" * found[0].count("\n"), page)


def places(pattern: re.Pattern[str], page: str) -> list[str]:
    return [f"{page.count(chr(10), 0, found.start()) + 1}: {found[0]}" for found in pattern.finditer(page)]


def test_nothing_is_let_through_unescaped() -> None:
    found = {name: places(UNESCAPED, without(COMMENT, text(name))) for name in (*templates(), *modules())}
    assert {name: where for name, where in found.items() if where and name not in TRUSTED} == {}
    assert [name for name in TRUSTED if not found.get(name)] == [], "the exception is no longer needed"


@pytest.mark.parametrize("name", templates())
def test_a_template_has_no_inline_script_or_style(name: str) -> None:
    page = without(COMMENT, text(name))
    assert {kind: places(pattern, page) for kind, pattern in INLINE.items() if pattern.search(page)} == {}


@pytest.mark.parametrize("name", templates())
def test_a_template_leaves_no_chinese_untranslated(name: str) -> None:
    page = without(MARKED, without(COMMENT, text(name)))
    page = without(OWN_WORDS, without(MARKED_STRING, page))
    assert places(CHINESE, page) == []
