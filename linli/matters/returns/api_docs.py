"""Prints docs/api-notices.md from the schema that the endpoint checks with, so that the page cannot lie."""

from __future__ import annotations

import json
from typing import Any

from linli.matters.returns.schema import MOST_BYTES, MOST_ITEMS, NoticeBody

EXAMPLE: dict[str, Any] = {
    "id": "2022-04-14/0081",
    "name": "陆青禾",
    "id_number": "",
    "phones": ["13900041000"],
    "origin": "吉林省长春市朝阳区",
    "service": "G9457",
    "station": "长治东站",
    "arrives_at": "2022-04-15T01:05:00+08:00",
    "companions": ["方大川"],
    "destination": "香阅四季A区3号楼1单元101",
}

CODES = (
    ("201", "one notice: accepted"),
    ("200", "one notice: seen before, nothing done; a list: answered item by item"),
    ("400", "not UTF-8 JSON, neither object nor list, an empty list or more than the most"),
    ("401", "no key, a wrong key or a revoked one"),
    ("405", "not POST"),
    ("413", "more than the most bytes"),
    ("415", "not application/json"),
    ("422", "one notice: refused, with every fault"),
    ("429", "too often; Retry-After says how many seconds to wait"),
)


def markdown() -> str:
    """The whole page."""
    return "\n".join([*_head(), *_members(), *_answers(), ""])


def _head() -> list[str]:
    return [
        "# Telling a community who comes home: `POST /api/notices`\n",
        "Printed from `linli/matters/returns/schema.py` by `linli docs`; do not edit.\n",
        "An office that learns who is on the way (a platform, a street, a station) pushes it here. The community makes",
        "a key for each sender under 设置 → 下发方; it is shown once. Send it with every request:\n",
        "```\nPOST /api/notices\nAuthorization: Bearer linli_…\nContent-Type: application/json\n```\n",
        f"The body is one notice (an object) or a list of 1 to {MOST_ITEMS}; UTF-8, at most {MOST_BYTES >> 20} MB.\n",
        f"```json\n{json.dumps(EXAMPLE, ensure_ascii=False, indent=2)}\n```\n",
        "- **Send again whenever unsure.** `id` is yours; the same `id` from the same sender is the same notice.",
        "- **Corrections** are new notices (a new `id`) about the same person: the later one wins, promises move with it.",
        "- **Cancellations** are new notices with `cancels: true`. Nobody is dropped: the community asks the person.",
        "- One person told of by several senders is one case; the answer does not say who else told, or who is known.",
        "- Sixty requests at once, then one each second.\n",
    ]


def _members() -> list[str]:
    schema = NoticeBody.model_json_schema()
    required = set(schema.get("required", ()))
    lines = [
        "## Members\n",
        "Members that are not listed here are refused.\n",
        "| Member | Type | Most | |",
        "|---|---|---|---|",
    ]
    for name, said in schema["properties"].items():
        mark = f"**`{name}`**" if name in required else f"`{name}`"
        lines.append(f"| {mark} | {_type(said)} | {_most(said)} | {said.get('description', '')} |")
    return [*lines, "\nMembers in bold must be there.\n"]


def _type(said: dict[str, Any]) -> str:
    options = [o for o in said.get("anyOf", [said]) if o.get("type") != "null"]
    kind = options[0]
    words = {"string": "text", "array": "list of text", "boolean": "true or false"}
    return "time" if kind.get("format") == "date-time" else words.get(kind.get("type", ""), "")


def _most(said: dict[str, Any]) -> str:
    if "maxItems" in said:
        return f"{said['maxItems']} of {said['items'].get('maxLength', '')}"
    return str(said.get("maxLength", ""))


def _answers() -> list[str]:
    one = {"id": "…", "status": "accepted", "sentence": "已收下", "reference": "01963f…"}
    no = {
        "id": "…",
        "status": "refused",
        "sentence": "没有收下,请改好再发",
        "errors": [{"pointer": "/2/arrives_at", "sentence": "时间要带时区,例如 2022-04-15T01:05:00+08:00"}],
    }
    many = {"accepted": 1, "seen": 0, "refused": 1, "items": [one, no]}
    return [
        "## Answers\n",
        "Each notice is `accepted`, `seen` or `refused` on its own: one bad item of a list keeps no other out.",
        "`pointer` is a JSON Pointer (RFC 6901) into what was sent. A list is answered with the counts and an answer",
        "for each, in order:\n",
        f"```json\n{json.dumps(many, ensure_ascii=False, indent=2)}\n```\n",
        "| Code | When |",
        "|---|---|",
        *(f"| {code} | {when} |" for code, when in CODES),
    ]
