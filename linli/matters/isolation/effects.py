"""What the steps of an isolation insist on: nobody is let out before the period is over."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.matters.isolation.loop import Isolation


@Isolation.finish.does
def isolation_is_over(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Refuses before the last hour of isolation (对日对时). Raises Refused."""
    return _over(case, "isolation_ends", at)


@Isolation.release.does
def monitoring_is_over(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Refuses before the last hour of monitoring. Raises Refused."""
    return _over(case, "monitor_ends", at)


def _over(case: Case, anchor: str, at: datetime) -> Given:
    ends = datetime.fromisoformat(case.anchors[anchor])
    if at < ends:
        raise Refused(_("期限到 %(at)s 才满,还不能办") % {"at": f"{local(ends):%Y-%m-%d %H:%M}"})
    return {}
