"""What the pack demands before a door closes and before it opens: a home that is fit, a period over, a last test."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.loops.rights import Actor
from linli.matters.isolation import releases
from linli.matters.isolation.loop import HOME_FIT, Isolation
from linli.matters.isolation.papers import person_of
from linli.matters.isolation.plan import planned_tests


@Isolation.begin.does
def check_home(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """A home that lacks what the pack demands is no place for it: whoever lives there is moved. Raises Refused."""
    demanded = pack_for(case.community_id, at).get("isolation.home_fit", [])
    lacking = [_(title) for key, title in HOME_FIT if key in demanded and key not in given["home_fit"]]
    if lacking:
        says = _("不具备:%(lacking)s。请办「转出」,安排集中隔离") % {"lacking": "、".join(lacking)}
        raise Refused(says, {"home_fit": says})
    return {}


@Isolation.release.does
def let_out(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """What the pack demands is there, and the release note is numbered in the same transaction. Raises Refused."""
    pack = pack_for(case.community_id, at)
    if "last_test_negative" in pack.get("release.needs", []):
        _check_last_test(case, pack, given, at)
    person = person_of(case)
    return {"note": releases.issue(case, person, given, actor=actor, at=at).number} if person else {}


def _check_last_test(case: Case, pack: Pack, given: Given, at: datetime) -> None:
    """The last test is negative and was not taken early. Raises Refused."""
    if given["last_test"] != "negative":
        raise Refused(_("现行政策要求最后一次检测阴性"), {"last_test": _("现行政策要求最后一次检测阴性")})
    if fault := _sampling_fault(case, pack, given.get("tested_at"), at):
        raise Refused(fault, {"tested_at": fault})


def _sampling_fault(case: Case, pack: Pack, told: str | None, at: datetime) -> str:
    """What is wrong with the moment of the last sample; '' when it stands."""
    if not told:
        return _("请填写「%(title)s」") % {"title": _("最后一次采样时间")}
    tested_at, planned = datetime.fromisoformat(told), planned_tests(case, pack)
    if tested_at > at:
        return _("采样时间不能晚于现在")
    if planned and tested_at < planned[-1].opens_at:
        opens = f"{local(planned[-1].opens_at):%Y-%m-%d %H:%M}"
        return _("第 %(day)d 天的检测从 %(at)s 起才能采,不能提前") % {"day": planned[-1].day, "at": opens}
    return ""
