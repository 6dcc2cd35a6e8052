"""Which sheet a scan or a typed code means; only in the caller's community and under the places of their duty."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from linli.codes.token import read_short_code, read_token
from linli.paper.models import Sheet

_NUMBER = re.compile(r"ZB-[A-Z0-9-]{4,37}")


def meant(said: str, *, community_id: UUID, scopes: Iterable[str]) -> Sheet | None:
    """The sheet of a QR's address, a bare token, the eight characters or the number; None for anything else."""
    said = said.strip()[:300]
    mine = Sheet.objects.within(community_id, scopes)
    last = said.partition("#")[0].rstrip("/").rpartition("/")[2]
    if token := read_token(last):
        return mine.filter(token=token).first()
    if code := read_short_code(said):
        return mine.filter(short_code=code).first()
    number = said.upper()
    return mine.filter(number=number).first() if _NUMBER.fullmatch(number) else None
