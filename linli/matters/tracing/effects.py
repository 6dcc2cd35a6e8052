"""Four eyes: whoever asked for a look never grants it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.matters.tracing.loop import Trace
from linli.matters.tracing.models import Scope


@Trace.approve.does
def grant(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Raises Refused for whoever asked."""
    scope = Scope.objects.get(community_id=case.community_id, case=case)
    if scope.asked_by == actor.id:
        raise Refused(_("申请的人不能自己同意,请另一位审批人办理"))
    Scope.objects.filter(pk=scope.pk).update(granted_by=actor.shown_name)
    return {}
