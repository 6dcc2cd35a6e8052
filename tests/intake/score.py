"""Scores a file cell by cell against its truth, by the rules of the inputs' README."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from linli.registry.intake import Row
from linli.registry.intake.report import Defect
from tests.intake.truth import INPUTS, Key, Read, answers, planted, read, table

SILENT = {
    "rare_character_name",
    "minority_name",
    "four_character_surname",
    "same_name_other_person",
    "same_name_and_birthday",
    "phone_landline",
}
"""Right as they are: nothing is said about them, and nothing may be changed."""
ALIKE = {"id_wrong_digit": "id_transposed"}
"""Both: the check digit disagrees. Which mistake it was cannot be told from the number for sure."""


@dataclass
class Score:
    """What was right, and a line for everything that was not."""

    cells: int = 0
    planted: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)


def score(name: str, folder: Path = INPUTS) -> Score:
    got, marks, result = read(name, answers(folder), folder), planted(name, folder), Score()
    for line in in_file_order(list(table(f"rows_{name.rpartition('.')[0]}", folder)), marks):
        key = (line.pop("sheet"), int(line.pop("row")))
        role, outcome = line.pop("role"), line.pop("outcome")
        line.pop("key")
        continues = line.pop("continues")
        row = got.rows.get(key)
        if row is None:
            if outcome != "skip":
                result.wrong.append(f"{key}: row missing")
            continue
        _row(result, key, row, role=role, outcome=outcome, continues=continues == "yes")
        if role == "data":
            _cells(result, key, row, line, marks)
    _extras(result, got, marks)
    return result


def in_file_order(lines: list[dict[str, str]], marks: dict) -> list[dict[str, str]]:
    """Of two rows that are the same to the letter the truth may call the later one the original: the first counts."""
    place = {(line["sheet"], int(line["row"])): line for line in lines}
    pairs: dict[str, list[Key]] = {}
    for (key, name), found in marks.items():
        for mark in found:
            if name == "(row)" and mark["kind"] in ("repeated", "repeated_original"):
                pairs.setdefault(mark["key"], []).append(key)
    for keys in (sorted(k) for k in pairs.values() if len(k) == 2):
        for key, kind, action, outcome in zip(
            keys, ("repeated_original", "repeated"), ("keep", "merge"), ("create", "merge"), strict=True
        ):
            marks[key, "(row)"] = [{**marks[key, "(row)"][0], "kind": kind, "action": action}]
            place[key]["outcome"] = outcome
    return lines


def _alike(kind: str) -> str:
    return ALIKE.get(kind, kind)


def _row(result: Score, key: Key, row: Row, *, role: str, outcome: str, continues: bool) -> None:
    if row.role != role:
        result.wrong.append(f"{key}: role {row.role}, not {role}")
    if row.outcome != outcome:
        result.wrong.append(f"{key}: outcome {row.outcome}, not {outcome} {[d.kind for d in row.defects]}")
    if row.continues != continues:
        result.wrong.append(f"{key}: continues {row.continues}")
    result.outcomes[row.outcome] += 1


def _cells(result: Score, key: Key, row: Row, line: dict[str, str], marks: dict) -> None:
    for name, truth in line.items():
        for mark in marks.get((key, name), []):
            _mark(result, key, row, mark)
        right = row.values.get(name, "") == truth
        if not right and not any(m["action"] != "keep" for m in marks.get((key, name), [])):
            kinds = [d.kind for d in row.defects]
            result.wrong.append(f"{key} {name}: {row.values.get(name)!r}, not {truth!r} ({kinds})")
        result.cells += 1
    for mark in marks.get((key, "(row)"), []):
        _mark(result, key, row, mark)


def _mark(result: Score, key: Key, row: Row, mark: dict[str, str]) -> None:
    found = [
        d
        for d in row.defects
        if _alike(d.kind) == _alike(mark["kind"]) and d.field == mark["field"] and d.action == mark["action"]
    ]
    silent = mark["kind"] in SILENT
    if not found and not silent:
        result.wrong.append(
            f"{key} {mark['field']}: {mark['kind']} {mark['action']} of {mark['written']!r} not reported"
        )
    elif not _stored(row, mark, found[0] if found else None):
        result.wrong.append(
            f"{key} {mark['kind']}: {mark['written']!r} became {row.values.get(mark['field'])!r}, not {mark['clean']!r}"
        )
    else:
        result.planted[mark["kind"]] += 1


def _stored(row: Row, mark: dict[str, str], defect: Defect | None) -> bool:
    value = row.values.get(mark["field"], "")
    match mark["action"], mark["field"]:
        case _, "(row)":
            return True
        case (("repair" | "lookup" | "keep"), _):
            return value == mark["clean"]
        case "drop", _:
            return value == ""
        case "review", _:
            return value in (mark["written"], mark["written"].strip()) and row.sure(mark["field"]) == ""
        case "inert", _:
            return value == mark["written"]
    return False


def _extras(result: Score, got: Read, marks: dict) -> None:
    for key, row in got.rows.items():
        for d in row.defects:
            if not any(_alike(m["kind"]) == _alike(d.kind) for m in marks.get((key, d.field), [])):
                result.wrong.append(f"{key} {d.field}: {d.kind} {d.action} of {d.written!r} was not planted")
