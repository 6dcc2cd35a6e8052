"""The closed list of legal bases on which somebody may be restricted: the pack's, and nothing beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.loops.pack import Pack

PATH = "restriction.bases"


@dataclass(frozen=True)
class Basis:
    """One entry: `who` it is for, what it lets the office ask (`does`), and for how many days at most.

    Texts are the pack's, in its language. An empty list means that nobody may be restricted under this pack.
    """

    key: str
    law: str
    article: str
    who: str
    does: str
    max_days: int

    def latest(self, since: datetime) -> datetime:
        """No restriction that was proposed at `since` ends later."""
        return since + timedelta(days=self.max_days)


def bases(pack: Pack) -> list[Basis]:
    """Every basis of the pack, in its order."""
    rows: Iterable[dict[str, str | int]] = pack.get(PATH, [])
    return [
        Basis(
            **{k: str(row[k]) for k in ("key", "law", "article", "who", "does")},
            max_days=int(row["max_days"]),
        )
        for row in rows
    ]


def basis_of(pack: Pack, key: str) -> Basis | None:
    """The basis of that key; None for one the pack does not know."""
    return next((basis for basis in bases(pack) if basis.key == key), None)
