"""Seeing the rows of one file one after another: the ground of every comparison."""

from linli.registry.intake.digests import Digests, Place
from linli.registry.intake.report import ROW, Action, Defect, Finding, Row


class Comparison:
    """Sees every row once, in order. Findings on the row at hand are added to it, those on earlier rows returned."""

    def __init__(self) -> None:
        self.seen = Digests()
        self.sheets: list[str] = []
        self.earlier: list[Finding] = []

    def see(self, row: Row) -> list[Finding]:
        """Compares `row` with all rows before it."""
        if not self.sheets or self.sheets[-1] != row.sheet:
            self.sheets.append(row.sheet)
        self.earlier = []
        if row.role == "data":
            self.compare(row)
        return self.earlier

    def compare(self, row: Row) -> None:
        """Filled in by each kind of file."""

    def close(self) -> None:
        self.seen.close()

    def here(self, row: Row, who: int = 0, where: int = 0) -> Place:
        return Place(len(self.sheets) - 1, row.number, who, where)

    def sheet(self, place: Place, row: Row) -> str:
        """The name of the other row's sheet, '' when it is the same one."""
        name = self.sheets[place.sheet]
        return "" if name == row.sheet else name

    def add(self, row: Row, kind: str, action: Action, place: Place, *, field: str = ROW) -> None:
        """A defect of `row` that has to do with the row at `place`."""
        written = "" if field == ROW else row.values.get(field, "")
        row.defects.append(Defect(kind, field, action, written, "", "", place.number, self.sheet(place, row)))

    def tell(self, place: Place, row: Row, kind: str, action: Action) -> None:
        """A finding on an earlier row: `row` is the one that it has to do with."""
        sheet = self.sheets[place.sheet]
        other_sheet = "" if sheet == row.sheet else row.sheet
        self.earlier.append(
            Finding(sheet, place.number, Defect(kind, ROW, action, "", "", "", row.number, other_sheet))
        )
