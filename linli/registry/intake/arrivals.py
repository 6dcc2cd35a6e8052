"""What a whole pushed row can tell: when somebody arrives, where the home is, and whether it is ours at all."""

from datetime import datetime, timedelta
from functools import lru_cache

from linli.registry.intake import moments
from linli.registry.intake.places import Addresses, Spot, destination_kind
from linli.registry.intake.report import ROW, Action, Defect, Row
from linli.registry.intake.setting import Known, Name, Setting
from linli.registry.intake.settle import by_phone, usable_id

SMALL_HOURS = 6  # an arrival before this hour may have been written under the day before


@lru_cache(8)
def _addresses(compounds: tuple[Name, ...], community: str, area: tuple[str, ...]) -> Addresses:
    return Addresses(compounds, community, area)


def pushed(row: Row, setting: Setting) -> None:
    """Arrival by the batch's year or the timetable, destination by the ledger, and whether the row is ours at all."""
    values = row.values
    number = usable_id(row)
    known = setting.person_by_id(number) if number else by_phone(row, setting)
    _eta(row, setting)
    _destination(row, setting, known)
    if number and known and values.get("name") and known.name != values["name"] and not row.flagged("name"):
        row.defects.append(
            Defect("name_differs_from_ledger", "name", Action.REVIEW, values["name"], "", known.name)
        )


def _eta(row: Row, setting: Setting) -> None:
    values = row.values
    written = values.get("eta", "")
    batch = moments.parsed(values.get("batch", ""))
    cell = moments.read_moment_text(written, "eta", batch or setting.wall)
    values["eta"] = cell.value
    defects = list(cell.defects)
    if (
        defects
        and defects[0].kind == "eta_time_missing"
        and (known := setting.timetable(values.get("service", ""), cell.value))
    ):
        values["eta"] = known
        defects[0] = defects[0]._replace(value=known)
    row.defects.extend(defects)
    at = moments.parsed(values["eta"])
    if at is None:
        if not written:
            row.defects.append(Defect("eta_missing", "eta", Action.REVIEW))
        return
    if batch and at < batch:
        _before_push(row, at, batch)


def _before_push(row: Row, eta: datetime, batch: datetime) -> None:
    """An arrival before the push: the small hours written under the day before, or a person nobody met."""
    later = eta + timedelta(days=1)
    if eta.hour < SMALL_HOURS and later >= batch:
        row.defects.append(
            Defect("eta_wrong_day", "eta", Action.REVIEW, row.values["eta"], "", moments.stamp(later))
        )
    else:
        row.defects.append(Defect("already_past", ROW, Action.REVIEW, row.values["eta"]))


def _destination(row: Row, setting: Setting, known: Known | None) -> None:
    written = row.values.get("destination", "")
    if not written:
        row.defects.append(Defect("destination_missing", "destination", Action.REVIEW))
        return
    if not setting.compounds:
        return
    spot = _addresses(setting.compounds, setting.community, setting.area).read(written)
    if spot.how == "elsewhere":
        row.defects.append(Defect("not_of_this_community", ROW, Action.REFER, written))
        return
    if spot.how == "ours" and spot.building and spot.room:
        _ours(row, setting, spot, written, known)
        return
    _by_ledger(row, spot, written, known)


def _ours(row: Row, setting: Setting, spot: Spot, written: str, known: Known | None) -> None:
    if setting.dwelling(spot.compound, spot.building, spot.unit, spot.room) is False:
        suggested = _home(known).text if known and known.compound == spot.compound else ""
        row.defects.append(
            Defect("destination_no_such_unit", "destination", Action.REVIEW, written, "", suggested)
        )
        return
    _place(row, spot)
    if spot.text != written:
        row.defects.append(
            Defect(destination_kind(written, spot), "destination", Action.REPAIR, written, spot.text)
        )


def _by_ledger(row: Row, spot: Spot, written: str, known: Known | None) -> None:
    """No compound, no room, or one letter off: the person's own home in the ledger, if it fits what is written."""
    missing = "typo" if spot.how == "typo" else "compound_missing" if spot.how == "none" else "room_missing"
    home = _home(known) if known and known.room else None
    if home and all(not a or a == b for a, b in zip(spot[1:], home[1:], strict=True)):
        _place(row, home)
        row.defects.append(Defect(f"destination_{missing}", "destination", Action.LOOKUP, written, home.text))
        return
    suggested = home.text if home else spot.text if spot.how == "typo" else ""
    row.defects.append(Defect(f"destination_{missing}", "destination", Action.LOOKUP, written, "", suggested))


def _home(known: Known) -> Spot:
    return Spot("ours", known.compound, known.building, known.unit, known.room)


def _place(row: Row, spot: Spot) -> None:
    row.values.update(
        destination=spot.text, compound=spot.compound, building=spot.building, unit=spot.unit, room=spot.room
    )
