"""The English catalogue is whole, and the script that says so sees what it claims to see."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """scripts/catalogue.py, at work on an empty checkout."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    module = importlib.import_module("catalogue")
    english = tmp_path / "linli" / "locale" / "en"
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "PARTS", english / "parts")
    monkeypatch.setattr(module, "CATALOGUE", english / "LC_MESSAGES" / "django.po")
    (english / "parts").mkdir(parents=True)
    yield module
    for name in ("catalogue", "msgids"):
        sys.modules.pop(name, None)


def part(catalogue: ModuleType, text: str, name: str = "desk.po") -> None:
    (catalogue.PARTS / name).write_text(text, encoding="utf-8")


def source(catalogue: ModuleType, name: str, text: str) -> None:
    path = catalogue.ROOT / "linli" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def faults(catalogue: ModuleType, capsys: pytest.CaptureFixture[str]) -> list[str]:
    code = catalogue.main(["--check"])
    lines = capsys.readouterr().out.splitlines()
    assert code == (1 if lines else 0)
    return lines


def test_every_way_of_asking_is_seen(catalogue: ModuleType) -> None:
    source(
        catalogue,
        "desk/today.py",
        '_("今天")\nN_("明天")\ngettext_lazy("后天")\nngettext("%(n)s 人", "%(n)s 人们", n)\n'
        'pgettext("灯", "绿")\n_(name)\n',
    )
    source(
        catalogue,
        "templates/a.html",
        '{% load i18n %}{% translate "核实" %}\n{% include "b" with t=_("开证明") %}\n'
        "{% blocktranslate count n=n trimmed %}\n  还有 {{ n }} 人\n{% plural %}\n  还有 {{ n }} 人们\n"
        "{% endblocktranslate %}{% translate '绿' context \"灯\" %}"
        "{% blocktranslate %}共 100% ({{ a }}){% endblocktranslate %}",
    )
    source(catalogue, "static/field/a.js", "const t = _('扫码');\nother_('不是');")
    source(catalogue, "desk/tests/test_a.py", '_("测试")')
    msgids = importlib.import_module("msgids")

    found = {(*use.msgid, use.where) for use in msgids.uses(catalogue.ROOT)}

    assert found == {
        (None, "今天", None, "linli/desk/today.py:1"),
        (None, "明天", None, "linli/desk/today.py:2"),
        (None, "后天", None, "linli/desk/today.py:3"),
        (None, "%(n)s 人", "%(n)s 人们", "linli/desk/today.py:4"),
        ("灯", "绿", None, "linli/desk/today.py:5"),
        (None, "核实", None, "linli/templates/a.html:1"),
        (None, "开证明", None, "linli/templates/a.html:2"),
        (None, "还有 %(n)s 人", "还有 %(n)s 人们", "linli/templates/a.html:3"),
        ("灯", "绿", None, "linli/templates/a.html:7"),
        (None, "共 100%% (%(a)s)", None, "linli/templates/a.html:7"),
        (None, "扫码", None, "linli/static/field/a.js:1"),
    }


def test_a_whole_catalogue_is_silent_and_compiles(
    catalogue: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    source(catalogue, "desk/a.py", '_("今天")\nngettext("%(n)s 人", "%(n)s 人", n)\npgettext("灯", "绿")')
    part(
        catalogue,
        'msgid "今天"\nmsgstr "Today"\n\nmsgctxt "灯"\nmsgid "绿"\nmsgstr "Green"\n\n'
        'msgid "%(n)s 人"\nmsgid_plural "%(n)s 人"\nmsgstr[0] "One person"\nmsgstr[1] "%(n)s people"\n',
    )
    assert catalogue.main([]) == 0
    assert capsys.readouterr().out == "3 translations in linli/locale/en/LC_MESSAGES/django.po\n"

    assert faults(catalogue, capsys) == []
    compiled = GNUTranslations(BytesIO(catalogue.CATALOGUE.with_suffix(".mo").read_bytes()))
    assert compiled.gettext("今天") == "Today"
    assert compiled.ngettext("%(n)s 人", "%(n)s 人", 3) == "%(n)s people"
    assert compiled.pgettext("灯", "绿") == "Green"


def test_every_fault_is_named(catalogue: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    source(
        catalogue,
        "desk/a.py",
        '_("没有译")\n_("还剩 %(n)s 分钟")\n_("空")\nngettext("%(n)s 单", "%(n)s 单", n)',
    )
    part(
        catalogue,
        'msgid "还剩 %(n)s 分钟"\nmsgstr "%(m)s minutes left"\n\nmsgid "空"\nmsgstr ""\n\n'
        'msgid "%(n)s 单"\nmsgstr "%(n)s cases"\n\nmsgid "没人要"\nmsgstr "Unwanted"\n\nmsgid "SMS"\nmsgstr "SMS"\n',
    )
    part(catalogue, 'msgid "没人要"\nmsgstr "Nobody asks"\n', "door.po")

    assert faults(catalogue, capsys) == [
        "desk.po: placeholders or tags differ: '还剩 %(n)s 分钟'",
        "desk.po: no translation: '空'",
        "desk.po: a msgid is Chinese: 'SMS'",
        "door.po: translated otherwise in desk.po: '没人要'",
        "linli/desk/a.py:1: untranslated: '没有译'",
        "linli/desk/a.py:4: translated without its plural: '%(n)s 单'",
        "desk.po: obsolete, nothing asks for it: 'SMS'",
        "desk.po: obsolete, nothing asks for it: '没人要'",
        "linli/locale/en/LC_MESSAGES/django.po is not the merged one: run `make catalogue` and commit it",
    ]


def test_nothing_is_written_while_a_part_is_faulty(
    catalogue: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    part(catalogue, 'msgid "空"\nmsgstr ""\n')
    assert catalogue.main([]) == 1
    assert capsys.readouterr().out == "desk.po: no translation: '空'\n"
    assert not catalogue.CATALOGUE.exists()
