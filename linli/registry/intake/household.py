"""Households of a register: cells that are merged or left empty below the first row are carried down, never too far."""

from collections.abc import Iterable, Iterator

from linli.registry.intake.report import Action, Defect, Row

PLACE = ("compound", "building", "unit", "room")
CARRIED = (*PLACE, "head")
MAX_WAITING = 40  # rows held back while a household's head is unknown


def carry(rows: Iterable[Row]) -> Iterator[Row]:
    """Fills building, unit, room and head of continuation rows, and the head that a first row leaves blank.

    A blank head is taken from the household's own member whose relation is 户主; the household before never
    lends its head. Rows wait (at most 40) only while a head is unknown.
    """
    last: dict[str, str] = {}
    sheet = ""
    waiting: list[Row] = []
    for row in rows:
        if row.sheet != sheet:
            yield from _release(waiting, last, "")
            sheet, last = row.sheet, {}
        if row.role not in ("data", "vacant"):
            if waiting:
                waiting.append(row)
            else:
                yield row
            continue
        starts = _place(row, last)
        if starts:
            yield from _release(waiting, last, "")
            last["head"] = row.values.get("head", "")
        _head(row, last, starts=starts)
        if row.role == "vacant" or row.values.get("head") or "head" not in row.values:
            if waiting:
                yield from _release(waiting, last, row.values.get("head", ""))
            yield row
        else:
            waiting.append(row)
            if len(waiting) > MAX_WAITING:
                yield from _release(waiting, last, "")
    yield from _release(waiting, last, "")


def _place(row: Row, last: dict[str, str]) -> bool:
    """Carries the place down. Returns whether the row stands at another door than the row before."""
    values = row.values
    before = tuple(last.get(k, "") for k in PLACE)
    levels = [k for k in PLACE if k in values]
    written = next(
        (i for i, k in enumerate(levels) if values[k] and not (k == "compound" and values[k] == last.get(k))),
        None,
    )
    if written is None:
        row.continues = bool(last.get("room"))
        for key in levels:
            values[key] = last.get(key, "")
        return not row.continues
    for key in levels[:written]:
        values[key] = values[key] or last.get(key, "")
    last.update({k: values[k] for k in levels})
    return before != tuple(last.get(k, "") for k in PLACE)


def _head(row: Row, last: dict[str, str], *, starts: bool) -> None:
    values = row.values
    if "head" not in values or row.role == "vacant":
        return
    if values["head"]:
        last["head"] = values["head"]
        return
    if not starts and last.get("head"):
        values["head"] = last["head"]
    elif values.get("relation") == "户主":
        values["head"] = last["head"] = values.get("name", "")
        if starts:
            row.defects.append(Defect("head_blank", "head", Action.REPAIR, "", values["head"]))


def _release(waiting: list[Row], last: dict[str, str], head: str) -> Iterator[Row]:
    """Lets the waiting rows go, with the head that was found among them or with a review."""
    first = next((r for r in waiting if r.role == "data"), None)
    for row in waiting:
        if row.role == "data" and head:
            row.values["head"] = head
        if row is first:
            action = Action.REPAIR if head else Action.REVIEW
            row.defects.append(Defect("head_blank" if head else "head_unknown", "head", action, "", head))
        yield row
    if head:
        last["head"] = head
    waiting.clear()
