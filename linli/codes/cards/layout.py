"""How cards lie on a sheet of A4, in millimetres: four kinds, each with its places, its gaps and where it is cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linli.codes.page import DOT, HEIGHT, WIDTH

Kind = Literal["card", "small", "badge", "household"]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """`across` × `down` cards of `wide` × `high` with `gap` between them; a module of the QR is `dots` of 1/300 inch.

    `upright`: the QR stands below the slot and the text below the QR, else the text stands right of the QR.
    """

    kind: Kind
    wide: float
    high: float
    across: int
    down: int
    gap: float
    dots: int
    upright: bool = False

    @property
    def up(self) -> int:
        """Cards of a sheet."""
        return self.across * self.down

    @property
    def module(self) -> float:
        """Millimetres of one module of the QR."""
        return self.dots * DOT

    @property
    def left(self) -> float:
        """From the left edge of the sheet to the first card."""
        return (WIDTH - self.across * self.wide - (self.across - 1) * self.gap) / 2

    @property
    def below(self) -> float:
        """From the lower edge of the sheet to the last row of cards."""
        return (HEIGHT - self.down * self.high - (self.down - 1) * self.gap) / 2

    def corner(self, place: int) -> tuple[float, float]:
        """The lower left corner of a place; places go from left to right, then down."""
        row, column = divmod(place, self.across)
        y = self.below + (self.down - 1 - row) * (self.high + self.gap)
        return self.left + column * (self.wide + self.gap), y

    def cuts(self) -> tuple[list[float], list[float]]:
        """Where the guillotine cuts: x of the upright cuts, y of the level ones."""
        columns, rows = range(self.across), range(self.down)
        x = [self.left + n * (self.wide + self.gap) + side for n in columns for side in (0, self.wide)]
        y = [self.below + n * (self.high + self.gap) + side for n in rows for side in (0, self.high)]
        return x, y


CARD = Layout(kind="card", wide=85.6, high=54, across=2, down=5, gap=3, dots=11)
"""ID-1 of ISO/IEC 7810, for pouches of 90 × 58 and larger."""
SMALL = Layout(kind="small", wide=80, high=48, across=2, down=5, gap=3, dots=10)
"""For pouches of 86 × 54 outside: the film needs 3 mm around the paper to hold."""
BADGE = Layout(kind="badge", wide=60, high=90, across=3, down=3, gap=3, dots=13, upright=True)
"""On a lanyard; the slot is punched where it is marked."""
HOUSEHOLD = Layout(kind="household", wide=87, high=62, across=2, down=4, gap=4, dots=12)
"""One household on one A4, cut nowhere; nine people and more go on to a second page."""

LAYOUTS: dict[Kind, Layout] = {layout.kind: layout for layout in (CARD, SMALL, BADGE, HOUSEHOLD)}
