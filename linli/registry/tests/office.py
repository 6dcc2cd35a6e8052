"""Small registers for tests of imports: written as a file, checked, confirmed and brought in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from linli.registry.deciding import confirm
from linli.registry.imports import Import
from linli.registry.models import Community
from linli.registry.running import run_pending
from linli.registry.sheets import writing
from linli.registry.staging import Bringer, preview, receive
from tests.town import T0, facts

HEADER = (
    "小区",
    "楼栋",
    "单元",
    "房号",
    "户主",
    "与户主关系",
    "姓名",
    "证件类型",
    "证件号码",
    "性别",
    "联系电话",
    "特殊人群",
    "备注",
)
CLERK = Bringer(None, "台账员")


def resident(
    name: str,
    *,
    door: str = "3-1-101",
    number: str = "",
    phone: str = "",
    compound: str = "新村A区",
    groups: str = "",
    note: str = "",
) -> tuple[str, ...]:
    """One row of a register. `number` is written as given."""
    building, unit, room = door.split("-")
    return (compound, building, unit, room, name, "户主", name, "居民身份证", number, "", phone, groups, note)


def number_of(order: int, birth: str = "1980-01-01", sex: str = "1") -> str:
    """A right identity number that nobody has; another one for every order below five."""
    return facts(birth, sex, order).id_number


def register(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    """A register as a file."""
    stream = BytesIO()
    with writing(stream) as sheet:
        sheet.header(header)
        for row in rows:
            sheet.row(row)
    return stream.getvalue()


def checked(community: Community, data: bytes, *, name: str = "台账.xlsx", at: datetime = T0) -> Import:
    """A file that was received and read."""
    imported = receive([data], community=community, name=name, bringer=CLERK, at=at)
    preview(imported)
    return imported


def brought_in(community: Community, data: bytes, *, name: str = "台账.xlsx", at: datetime = T0) -> Import:
    """A file that went all the way."""
    imported = checked(community, data, name=name, at=at)
    return finished(imported, at=at)


def finished(imported: Import, *, at: datetime = T0) -> Import:
    """A checked import, confirmed and run to its end."""
    confirm(imported, by="台账员", at=at)
    while run_pending(at, "worker-1"):
        pass
    imported.refresh_from_db()
    return imported
