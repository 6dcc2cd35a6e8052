"""Knowledge cards: common answers from the pack, with the pack's own days and hours put in where it names them.

    [[hotline.cards]]
    key = "fever"
    question = "发热了怎么办?"
    answer = "体温到 {isolation.fever_celsius}℃ …"      # a path into the same pack
    keywords = ["发烧", "咳嗽"]

In a list of tables a path names the one whose `key` or `history` it is: {isolation.history_rules.high_or_mid.tests}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as N_

from linli.loops.pack import Pack
from linli.matters.hotline.kinds import KINDS

GRADES = {"S": N_("文件原文"), "K": N_("常识,以文件为准"), "default": N_("本社区约定")}
"""How far an answer can be relied on, as the packs grade their values."""

_HOLE = re.compile(r"{([^{}]*)}")
_SPAN = re.compile(r"(?:\d+[dhm])+")
_UNITS = {"d": "天", "h": "小时", "m": "分钟"}


@dataclass(frozen=True)
class Card:
    """One common answer, its holes filled. `about` is the kind of call it usually closes."""

    key: str
    question: str
    answer: str
    keywords: tuple[str, ...]
    source: str
    grade: str
    about: str


def cards_of(pack: Pack) -> list[Card]:
    """The cards of a pack in its order. One that asks for what the pack does not say is left out, never half read."""
    return [card for row in _rows(pack) if (card := _card(row, pack))]


def card_of(pack: Pack, key: str) -> Card | None:
    """The card of this key, where the pack has it."""
    return next((card for card in cards_of(pack) if card.key == key), None)


def faults(pack: Pack) -> list[str]:
    """What is wrong with a pack's cards, in sentences."""
    rows, found = _rows(pack), []
    keys = [str(row.get("key", "")) for row in rows]
    found += [
        f"hotline.cards: {key!r} is there twice" for key in sorted({k for k in keys if keys.count(k) > 1})
    ]
    for row in rows:
        name = f"hotline.cards.{row.get('key', '?')}"
        found += [
            f"{name}: says no {k!r}" for k in ("key", "question", "answer", "keywords") if not row.get(k)
        ]
        found += [
            f"{name}: {{{hole}}} is nothing this pack says"
            for hole in _HOLE.findall(str(row.get("answer", "")))
            if not said(pack.body, hole)
        ]
        if row.get("grade") not in GRADES:
            found.append(f"{name}: its grade is one of {', '.join(GRADES)}")
        if row.get("about", "question") not in KINDS:
            found.append(f"{name}: is about {row['about']!r}, which is no kind of call")
    return found


def _rows(pack: Pack) -> list[Mapping[str, Any]]:
    return list(pack.get("hotline.cards", []))


def _card(row: Mapping[str, Any], pack: Pack) -> Card | None:
    answer = str(row["answer"])
    holes = {hole: said(pack.body, hole) for hole in _HOLE.findall(answer)}
    if not all(holes.values()):
        return None
    return Card(
        key=str(row["key"]),
        question=str(row["question"]),
        answer=_HOLE.sub(lambda hole: holes[hole[1]], answer),
        keywords=tuple(row.get("keywords", ())),
        source=str(row.get("source") or pack.get("document")),
        grade=str(row.get("grade", "default")),
        about=str(row.get("about", "question")),
    )


def said(body: Mapping[str, Any], path: str) -> str:
    """What stands in a pack at a path, in words: 37.3; a list as 1、4、7; '' for nothing, or for what is no value."""
    value: Any = body
    for name in path.split("."):
        if isinstance(value, list):
            value = next((t for t in value if name in (_named(t, "key"), _named(t, "history"))), None)
        else:
            value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, list):
        return "、".join(word for each in value if (word := _word(each)))
    return _word(value)


def _word(value: Any) -> str:
    """A value as it is said on the telephone: 37.3, 3小时 for "3h", 09:00-12:00 for a span of the day."""
    if isinstance(value, list):
        return "-".join(_word(each) for each in value)
    if isinstance(value, str) and (length := _SPAN.fullmatch(value)):
        return "".join(f"{n}{_UNITS[unit]}" for n, unit in re.findall(r"(\d+)([dhm])", length[0]))
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _named(table: Any, key: str) -> Any:
    return table.get(key) if isinstance(table, dict) else None
