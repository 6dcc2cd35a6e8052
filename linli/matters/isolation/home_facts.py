"""What screens and phones show of a test at home: who, behind which door, which day, and when it may be taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from linli.loops.models import Case
from linli.loops.spec import Fact
from linli.matters.isolation.doors import carrying
from linli.matters.isolation.facts import person_facts, short
from linli.matters.isolation.home_tests import HomeResult, HomeTest, PositiveAtHome
from linli.matters.isolation.results import sampled_at


def stretch(case: Case) -> str:
    """第 7 天:4-22 01:22 至 4-23 01:22, 不能提前; "" where none is planned."""
    opens, closes = (case.anchors.get(key, "") for key in ("test_from", "test_by"))
    if not opens or not closes:
        return ""
    words = {"day": case.anchors["test_day"], "opens": _short(opens), "closes": _short(closes)}
    return _("第 %(day)d 天:%(opens)s 至 %(closes)s 之间,不能提前") % words


def _short(moment: str) -> str:
    return short(datetime.fromisoformat(moment))


def test_facts(case: Case) -> list[Fact]:
    """The next stretch, and how many days are done."""
    planned = "" if case.closed_at else stretch(case) or _("现行政策没有排检测日,采到即可登记")
    done = "、".join(key.partition(":")[2] for key in case.anchors.get("done", []) if key)
    return [
        f for f in (*person_facts(case), Fact(_("下次检测"), planned), Fact(_("已采(天)"), done)) if f.value
    ]


def result_facts(case: Case) -> list[Fact]:
    """When the sample was taken, and for which day."""
    day = case.anchors.get("test", "").partition(":")[2]
    rows = (Fact(_("采样"), short(sampled_at(case))), Fact(_("第几天的检测"), day))
    return [*person_facts(case), *(row for row in rows if row.value)]


def positive_facts(case: Case) -> list[Fact]:
    """When the sample was taken, and the emergency number."""
    return [*person_facts(case), Fact(_("采样"), short(sampled_at(case))), Fact(_("急救"), "120")]


def _of_test(case: Case) -> Iterable[Fact]:
    return (Fact(_("下次检测"), stretch(case)),)


def _of_sample(case: Case) -> Iterable[Fact]:
    return (Fact(_("采样"), short(sampled_at(case))),)


HomeTest.facts = staticmethod(test_facts)
HomeTest.carry = staticmethod(carrying(_of_test))
HomeResult.facts = staticmethod(result_facts)
HomeResult.carry = staticmethod(carrying(_of_sample))
PositiveAtHome.facts = staticmethod(positive_facts)
PositiveAtHome.carry = staticmethod(carrying(_of_sample))
