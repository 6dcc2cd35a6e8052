"""Readers never raise, whatever a cell holds, and what they have repaired stays as it is when read again."""

import csv
import tempfile
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linli.registry.intake import KINDS, Action, Unreadable, open_file
from linli.registry.intake.report import Formula, Raw
from tests.intake.truth import setting

PIECES = """周一至周五晚上 每天8点到21点 晚6点到凌晨2点 2021年12月5日 4月13日次日00:47 25:05 6+1 7座(含司机) 晋D·Y0011
香阅四季A区 三号楼二单元 140402197907119905 1.40402E+17 次日 凌晨 加强针 =1+1 <b> 、 - : 点 年 月 日 座 号楼 人 一 十 0 9
😊 𠮷 · ９"""
WORDS = [*PIECES.split(), "199 0001 2345", "\u200b", "\ufeff", "\n", "\t", " ", "\u3000"]
texts = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(WORDS), max_size=6).map("".join))
raws: st.SearchStrategy[Raw] = st.one_of(
    texts,
    texts.map(lambda t: Formula("=" + t)),
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=0, max_value=10**19),
    st.floats(),
    st.datetimes(),
    st.dates(),
    st.times(),
)
READERS = sorted({(c.key, kind.key) for kind in KINDS.values() for c in kind.columns})


@pytest.mark.parametrize(("column", "kind"), READERS)
@given(raw=raws)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(raw=float("nan"))
@example(raw=float("-inf"))
@example(raw="9999-12-31 23:59:59")
@example(raw=date(1, 1, 1))
@example(raw=time(23, 59, 59, 999999))
@example(raw="\x00")
@example(raw="²½①Ⅹ㈠")
@example(raw="٣٤٥")
def test_a_reader_takes_any_cell(column: str, kind: str, raw: Raw) -> None:
    read = KINDS[kind].readers(setting())[column]
    cell = read(raw)
    assert isinstance(cell.value, str)
    for defect in cell.defects:
        assert defect.sentence and "%(written)" not in defect.sentence
        assert defect.field == column
    if cell.value and all(d.action in (Action.REPAIR, Action.KEEP) for d in cell.defects):
        again = read(cell.value)
        assert again.value == cell.value
        assert all(d.action is Action.KEEP for d in again.defects)


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_file_of_any_cells_is_read_to_its_end(kind: str, data: st.DataObject) -> None:
    columns = KINDS[kind].columns
    cells = texts.map(lambda t: t.replace("\0", ""))  # a file with NUL bytes is refused as no table
    lines = data.draw(st.lists(st.lists(cells, max_size=len(columns) + 1), max_size=6))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([c.names[0] for c in columns])
            writer.writerows(lines)
        with open_file(path, setting(), kind) as reading:
            rows = list(reading)
        for row in rows:
            for defect in row.defects:
                assert defect.sentence
        for late in reading.later:
            assert late.defect.sentence


@given(
    data=st.binary(max_size=400),
    head=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"<"]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes, head: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.xlsx"
        path.write_bytes(head + data)
        try:
            with open_file(path, setting()) as reading:
                list(reading)
        except Unreadable as refusal:
            assert str(refusal).endswith("。")
