"""What the gatekeeper's phone takes along: who is expected and inside, and digests of their passes to know them by."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from linli.codes import issuing
from linli.codes.address import digest
from linli.codes.models import Kind
from linli.loops.models import Case
from linli.loops.spec import Carried
from linli.matters.visitors import people
from linli.matters.visitors.facts import visit_facts
from linli.matters.visitors.listing import doors_of
from linli.matters.visitors.loop import VisitPass


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """Masked, without the host's name or anybody's number; a pass leaves the house as its digest. Four queries."""
    cases = list(cases)
    if not cases:
        return {}
    community_id, ids = cases[0].community_id, [case.id for case in cases]
    who, doors = people.shown(ids, community_id=community_id), doors_of(cases, community_id)
    codes = issuing.live_of(Kind.PASS, ids, community_id=community_id)
    return {
        case.id: Carried(
            tuple(visit_facts(case, who[case.id], doors.get(case.scope, ""))),
            codes=(digest(code.token), digest(code.short_code)) if (code := codes.get(case.id)) else (),
        )
        for case in cases
    }


VisitPass.carry = staticmethod(carry)
