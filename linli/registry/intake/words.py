"""Word tables of the office, out of `words.toml`: what people write, and the standard term it means."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files

_TABLES = tomllib.loads(files("linli.registry.intake").joinpath("words.toml").read_text("utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_TABLES["lists"][name])


def _table(name: str) -> dict[str, str]:
    """`term = [words]` turned round; a term means itself. Keys are `text.tight`."""
    source: Mapping[str, list[str]] = _TABLES[name]
    turned = {word: term for term, words in source.items() for word in words}
    return turned | {term.lower().replace(" ", ""): term for term in source}


def _pattern(name: str) -> str:
    return "|".join(_TABLES["remarks"][name])


NONE = _words("none")
"""Words that stand for an empty cell."""
YES, NO = _words("yes"), _words("no")
TRAINED, UNTRAINED = _words("trained"), _words("untrained")
VACANT = _words("vacant")
"""Words in the name column that mean: a dwelling without people."""
_UNNAMED = _words("unnamed")

SEX, RELATION, TENURE = _table("sex"), _table("relation"), _table("tenure")
ID_TYPE, GROUP, ROLE = _table("id_type"), _table("group"), _table("role")
VENUE = _table("venue")
"""The 39 classes of the venue code catalogue of Linfen, Shanxi (2022), and everyday words for them."""
RESULT, STATUS = _table("result"), _table("status")

DECEASED, NEWBORN = _pattern("deceased"), _pattern("newborn")
CANCEL, CORRECT, AWAY = _pattern("cancel"), _pattern("correct"), _pattern("away")
"""Patterns for remarks."""


def unnamed(name: str) -> bool:
    """Whether a child has no name yet (未取名, 宝宝(未取名)): several share it, so it is never a key."""
    return any(part in _UNNAMED for part in re.split(r"[()（）]", name))
