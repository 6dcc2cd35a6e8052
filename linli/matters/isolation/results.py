"""Which tests of an isolation are recorded, and whether they let somebody out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import Pack
from linli.matters.isolation.plan import Test, planned_tests

GOOD = ("negative", "high_ct")
"""Results with which somebody may be let out; a Ct value only where the pack names one."""


def sampled_at(result: Case) -> datetime:
    """When the sample of a result was taken."""
    return datetime.fromisoformat(result.anchors["sampled_at"])


def results_of(case: Case) -> list[Case]:
    """The results of one isolation that stand or are awaited, the newest sample first."""
    tests = Case.objects.filter(cause=case, loop="home_test")
    found = Case.objects.filter(community_id=case.community_id, cause__in=tests, loop="home_result").exclude(
        state="dropped"
    )
    return sorted(found, key=sampled_at, reverse=True)


def newest_of(community_id: UUID, isolations: Iterable[Case]) -> dict[str, Case]:
    """The newest result of each isolation, by its id as text. One query however many."""
    ids = [str(case.id) for case in isolations]
    found = Case.objects.filter(
        community_id=community_id, loop="home_result", anchors__isolation__in=ids
    ).exclude(state="dropped")
    return {case.anchors["isolation"]: case for case in sorted(found, key=sampled_at)}


def last_owed(case: Case, pack: Pack) -> list[Test]:
    """The tests that count at the end: the last one planned, or as many as the rule says."""
    return planned_tests(case, pack)[-int(case.anchors.get("last_tests", 1)) :]


def check(case: Case, pack: Pack, given: Given, at: datetime) -> Given:
    """The last tests let this person out; what was recorded counts, else what is typed with its source.

    Returns what the release note says: when the sample was taken. Raises Refused with a sentence per field.
    """
    recorded = results_of(case)
    newest = recorded[0] if recorded else None
    typed_at = _moment(given.get("tested_at"))
    later = typed_at is not None and newest is not None and typed_at > sampled_at(newest)
    if newest and newest.state not in GOOD and not later:
        raise Refused(_standing(newest))
    if newest and not later and _reach(recorded, last_owed(case, pack)):
        return {"tested_at": newest.anchors["sampled_at"], "result": str(newest.id)}
    _check_typed(case, pack, given, typed_at, at)
    return {}


def _reach(recorded: list[Case], owed: list[Test]) -> bool:
    """Whether every test that counts has a good result of its own that was not taken early."""
    left = [r for r in recorded if r.state in GOOD]
    for test in reversed(owed):
        found = next((r for r in left if sampled_at(r) >= test.opens_at), None)
        if found is None:
            return False
        left.remove(found)
    return bool(recorded)


def _standing(result: Case) -> str:
    when = {"at": f"{local(sampled_at(result)):%Y-%m-%d %H:%M}", "state": _(result.standing.title)}
    return _("最近一次检测(%(at)s 采样):%(state)s,还不能解除") % when


def _check_typed(case: Case, pack: Pack, given: Given, typed_at: datetime | None, at: datetime) -> None:
    """A test done elsewhere: negative, when, where. Raises Refused, all faults at once."""
    faults = {}
    if given.get("last_test") != "negative":
        faults["last_test"] = _("现行政策要求最后一次检测阴性;没有登记过的,请填在别处做的那次")
    if not given.get("tested_where"):
        faults["tested_where"] = _("请填写「%(title)s」") % {"title": _("在哪里做的")}
    if fault := _sampling_fault(case, pack, typed_at, at):
        faults["tested_at"] = fault
    if faults:
        raise Refused(next(iter(faults.values())), faults)


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _sampling_fault(case: Case, pack: Pack, tested_at: datetime | None, at: datetime) -> str:
    """What is wrong with the moment of the last sample; '' when it stands."""
    if tested_at is None:
        return _("请填写「%(title)s」") % {"title": _("最后一次采样时间")}
    planned = planned_tests(case, pack)
    if tested_at > at:
        return _("采样时间不能晚于现在")
    if planned and tested_at < planned[-1].opens_at:
        opens = f"{local(planned[-1].opens_at):%Y-%m-%d %H:%M}"
        return _("第 %(day)d 天的检测从 %(at)s 起才能采,不能提前") % {"day": planned[-1].day, "at": opens}
    return ""
