"""Merges the English fragments of linli/locale/en/parts into one catalogue and compiles it, without gettext.

`--check` writes nothing: it lists every msgid that is untranslated, obsolete or with other placeholders, and
says when the committed catalogue is not the merged one.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib  # type: ignore[import-untyped]
from msgids import Msgid, uses

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = ROOT / "linli" / "locale" / "en"
PARTS = ENGLISH / "parts"
CATALOGUE = ENGLISH / "LC_MESSAGES" / "django.po"
HEADER = {
    "Project-Id-Version": "linli",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "en",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?[a-z]+")
CHINESE = re.compile(r"[\u3400-\u9fff]")

Entries = dict[tuple[str | None, str], tuple[polib.POEntry, str]]


def main(arguments: list[str]) -> int:
    """0 when the catalogue is whole (with --check) or written."""
    entries, faults = read_parts()
    merged = merge(entries)
    if arguments == ["--check"]:
        faults += [*against_uses(entries), *stale(merged)]
    elif not faults:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(f"{merged}\n", encoding="utf-8")
        CATALOGUE.with_suffix(".mo").write_bytes(merged.to_binary())
        print(f"{len(merged)} translations in {CATALOGUE.relative_to(ROOT)}")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


def read_parts() -> tuple[Entries, list[str]]:
    """All entries with the part they came from, and what is wrong with them alone."""
    entries: Entries = {}
    faults: list[str] = []
    for part in sorted(PARTS.glob("*.po")):
        for entry in polib.pofile(str(part), encoding="utf-8", wrapwidth=0):
            faults += [f"{part.name}: {fault}: {entry.msgid!r}" for fault in faults_of(entry)]
            earlier, where = entries.setdefault((entry.msgctxt, entry.msgid), (entry, part.name))
            if said(earlier) != said(entry):
                faults.append(f"{part.name}: translated otherwise in {where}: {entry.msgid!r}")
            elif entry.msgid_plural:
                entries[entry.msgctxt, entry.msgid] = (entry, part.name)
    return entries, faults


def said(entry: polib.POEntry) -> str:
    """The English for one thing, which a text used with and without a number shares."""
    return str(entry.msgstr_plural.get(1, "") if entry.msgid_plural else entry.msgstr)


def faults_of(entry: polib.POEntry) -> Iterator[str]:
    if not CHINESE.search(entry.msgid):
        yield "a msgid is Chinese"
    if entry.fuzzy or entry.obsolete:
        yield "fuzzy or obsolete"
    if entry.msgid_plural and set(entry.msgstr_plural) != {0, 1}:
        yield "English has two forms"
    if not said(entry):
        yield "no translation"
    elif placeholders(entry.msgid_plural or entry.msgid) != placeholders(said(entry)):
        yield "placeholders or tags differ"


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def merge(entries: Entries) -> polib.POFile:
    merged = polib.POFile(wrapwidth=110, encoding="utf-8")
    merged.metadata = HEADER
    for _, (entry, _) in sorted(entries.items(), key=lambda item: (item[0][1], item[0][0] or "")):
        merged.append(
            polib.POEntry(
                msgctxt=entry.msgctxt,
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgstr=entry.msgstr,
                msgstr_plural=entry.msgstr_plural,
                flags=["python-format"] if "%(" in entry.msgid else [],
            )
        )
    return merged


def against_uses(entries: Entries) -> Iterator[str]:
    """What the code asks for and nobody translated, and what nobody asks for."""
    wanted: dict[tuple[str | None, str], tuple[Msgid, str]] = {}
    for msgid, where in uses(ROOT):
        if msgid.plural or (msgid.context, msgid.text) not in wanted:
            wanted[msgid.context, msgid.text] = (msgid, where)
    for key, (msgid, where) in sorted(wanted.items(), key=lambda item: item[1][1]):
        if key not in entries:
            yield f"{where}: untranslated: {msgid.text!r}"
        elif msgid.plural and not entries[key][0].msgid_plural:
            yield f"{where}: translated without its plural: {msgid.text!r}"
    for key in sorted(entries.keys() - wanted.keys(), key=lambda key: key[1]):
        yield f"{entries[key][1]}: obsolete, nothing asks for it: {key[1]!r}"


def stale(merged: polib.POFile) -> Iterator[str]:
    compiled = CATALOGUE.with_suffix(".mo")
    same = CATALOGUE.exists() and CATALOGUE.read_text(encoding="utf-8") == f"{merged}\n"
    if not same or not compiled.exists() or compiled.read_bytes() != merged.to_binary():
        yield f"{CATALOGUE.relative_to(ROOT)} is not the merged one: run `make catalogue` and commit it"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
