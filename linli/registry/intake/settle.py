"""What only the whole row can tell: the sex a number says, the year of an arrival, the door of a destination."""

import re
from datetime import timedelta

from linli.registry.intake import identity, moments, words
from linli.registry.intake.places import split_door
from linli.registry.intake.report import ROW, Action, Defect, Row
from linli.registry.intake.setting import Known, Setting

ADULT = 18
_DECEASED = re.compile(words.DECEASED)
_NEWBORN = re.compile(words.NEWBORN)
_UNUSABLE = (Action.DROP, Action.REVIEW)


def usable_id(row: Row) -> str:
    """The identity number that may be compared: '' while it is damaged or under review."""
    number = row.values.get("id_no", "")
    return (
        "" if not number or any(d.field == "id_no" and d.action in _UNUSABLE for d in row.defects) else number
    )


def resident(row: Row, setting: Setting) -> None:
    """Document type, sex, newborn, deceased."""
    values = row.values
    if row.role == "vacant":
        return
    _document(row)
    number = usable_id(row)
    _sex(row, identity.sex_of(number) if number else "")
    if "note" in values and _DECEASED.search(values["note"]):
        row.defects.append(Defect("person_deceased", "note", Action.REVIEW, values["note"]))
    if not values.get("name"):
        row.defects.append(Defect("name_missing", "name", Action.REVIEW))


def split_room(row: Row) -> None:
    """A whole address in the room column: 3-2-1101, 3号楼2单元1101室. Before anything is carried down."""
    written = row.values.get("room", "")
    parts = split_door(written) if len(written) > 5 else None
    if (
        parts
        and row.values.get("building", "") in ("", parts[0])
        and row.values.get("unit", "") in ("", parts[1])
    ):
        row.values["building"], row.values["unit"], row.values["room"] = parts
        row.defects = [d for d in row.defects if d.field != "room"]
        row.defects.append(Defect("room_whole_address", "room", Action.REPAIR, written, "-".join(parts)))


def _document(row: Row) -> None:
    values = row.values
    number, labelled = values.get("id_no", ""), values.get("id_type", "")
    damaged = any(d.field == "id_no" and d.action in _UNUSABLE for d in row.defects)
    if not number and not damaged:
        newborn = bool(_NEWBORN.search(values.get("note", ""))) or words.unnamed(values.get("name", ""))
        kind, action = ("newborn_without_id", Action.KEEP) if newborn else ("id_missing", Action.REVIEW)
        row.defects.append(Defect(kind, "id_no", action))
        return
    told = identity.CITIZEN if damaged and not labelled else identity.type_of(number)
    if told == "台湾居民来往大陆通行证" and labelled == identity.CITIZEN and number[0] != "0":
        row.defects.append(Defect("id_wrong_length", "id_no", Action.REVIEW, number))
        return
    if (
        told
        and told != labelled
        and (not labelled or labelled in (identity.CITIZEN, "无") or told == identity.CITIZEN)
    ):
        kind = "id_type_wrong" if labelled else "id_type_missing"
        values["id_type"] = told
        row.defects = [d for d in row.defects if d.field != "id_type"]
        row.defects.append(Defect(kind, "id_type", Action.REPAIR, labelled, told))


def _sex(row: Row, told: str) -> None:
    values = row.values
    written = values.get("sex", "")
    if not told or written == told:
        return
    for i, d in enumerate(row.defects):
        if d.kind == "sex_formula":
            row.defects[i] = d._replace(value=told)
            values["sex"] = told
            return
    if written:
        row.defects.append(Defect("sex_contradicts_id", "sex", Action.REVIEW, written, "", told))
    else:
        values["sex"] = told
        row.defects.append(Defect("sex_missing", "sex", Action.REPAIR, "", told))


def volunteer(row: Row, setting: Setting) -> None:
    """Age, by the number or by the ledger."""
    number = usable_id(row)
    birth = ""
    if number and identity.valid(number):
        birth = str(identity.born(number))
    elif known := by_phone(row, setting):
        birth = known.birth
    if birth:
        today = setting.wall.date()
        y, m, d = map(int, birth.split("-"))
        age = today.year - y - ((today.month, today.day) < (m, d))
        if age < ADULT:
            row.defects.append(Defect("under_age", ROW, Action.REVIEW, str(age)))


def by_phone(row: Row, setting: Setting, key: str = "name") -> Known | None:
    name = row.values.get(key, "")
    for phone in filter(None, row.values.get("phone", "").split("、")):
        if known := setting.person_by_phone(name, phone):
            return known
    return None


def venue(row: Row, setting: Setting) -> None:
    """A venue without opening hours cannot be patrolled."""
    if "hours" in row.values and not row.values["hours"]:
        row.defects.append(Defect("hours_missing", "hours", Action.REVIEW))


def vehicle(row: Row, setting: Setting) -> None:
    """A driver must be on the list of volunteers."""
    name = row.values.get("driver", "")
    phones = row.values.get("phone", "").split("、")
    answers = [setting.volunteer(name, phone) for phone in phones]
    if name and answers and not any(answers) and False in answers:
        row.defects.append(Defect("driver_not_a_volunteer", ROW, Action.REVIEW, name))


def train(row: Row, setting: Setting) -> None:
    """A time without a day belongs to the scheduled day, or to the day after when the train is late over midnight."""
    values = row.values
    written, scheduled = values.get("expected", ""), moments.parsed(values.get("scheduled", ""))
    if not written:
        return
    read = moments.moment(written, scheduled)
    if read.shape == "time_only" and read.at and scheduled:
        at = read.at.replace(year=scheduled.year, month=scheduled.month, day=scheduled.day)
        nearest = min(
            (at + timedelta(days=n) for n in (-1, 0, 1)),
            key=lambda c: abs(c - scheduled - timedelta(hours=6)),
        )
        values["expected"] = moments.stamp(nearest)
        row.defects.append(
            Defect("expected_time_only", "expected", Action.REPAIR, written, values["expected"])
        )
        return
    cell = moments.read_moment_text(written, "expected", scheduled)
    values["expected"] = cell.value
    row.defects.extend(cell.defects)


def result(row: Row, setting: Setting) -> None:
    """What the laboratory says of a tube: alert, resample, or a person must look."""
    values = row.values
    word = values.get("result", "")
    for term, kind, action in (
        ("阳性", "positive_pool", Action.ALERT),
        ("标本不合格", "sample_invalid", Action.RESAMPLE),
        ("可疑,待复检", "suspect", Action.REVIEW),
    ):
        if word == term:
            row.defects.append(Defect(kind, ROW, action, word))
    code = values.get("tube", "")
    if not code:
        return
    sampled = setting.tube(code)
    if sampled is None:
        row.defects.append(Defect("unknown_tube", ROW, Action.REVIEW, code))
    elif sampled and values.get("tested_at", "") and values["tested_at"] < sampled:
        row.defects.append(
            Defect("tested_before_sampled", "tested_at", Action.REVIEW, values["tested_at"], "", sampled)
        )
