"""What became of a round's tubes: results, whose are late, pools that called people back, who is to be sampled again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from linli.base.clock import now
from linli.base.scope import covers
from linli.desk import words
from linli.desk.frame import page
from linli.desk.testing_screens import campaign_of
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.matters.testing import results as lab
from linli.matters.testing.models import Campaign, Tube
from linli.matters.testing.pools import Pool
from linli.registry.models import Person
from linli.roster.permissions import may, requires, scopes_now

SHAPES = {lab.NEGATIVE: "pass", lab.POSITIVE: "stop", lab.INVALID: "limit"}
MOST = 200
"""People on the page."""


@requires("testing.results")
@require_safe
def results(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Tubes by result, the clock from sampling to result, pools, and who is to be sampled again."""
    at, one = now(), campaign_of(request, campaign_id)
    counts, scopes = lab.counted(one), scopes_now(request)
    again = [s for s in lab.to_be_taken_again(one) if s.person and _is_under(s.person, scopes)]
    late, oldest = lab.late(one, at)
    context = {
        "campaign": one,
        "figures": [
            {"n": counts[""], "word": _("等结果"), "shape": "waiting"},
            *({"n": counts[k], "word": _(word), "shape": SHAPES[k]} for k, word in lab.WORDS.items()),
        ],
        "hours": pack_for(one.community_id, at).get("testing.result_hours", 24),
        "late": ngettext("%(n)d 管等得太久", "%(n)d 管等得太久", late) % {"n": late} if late else "",
        "oldest": words.moment(oldest, at) if oldest else "",
        "pools": [_pool(case, at) for case in _pools(one)],
        "again": [_again(sample.person, sample.tube) for sample in again[:MOST] if sample.person],
        "may_import": may(request, "register.import"),
    }
    return page(request, "desk/campaign_results.html", context, here="campaigns", at=at)


def _is_under(person: Person, scopes: Iterable[str]) -> bool:
    return any(covers(scope, person.path) for scope in scopes)


def _again(person: Person, tube: Tube) -> str:
    return f"{person.masked_name} · {tube.barcode}"


def _pools(one: Campaign) -> list[Case]:
    """A house has few positive tubes: their cases are read, and those of other rounds left out."""
    rows = list(
        Case.objects.filter(community_id=one.community_id, loop=Pool.key).order_by("-opened_at")[:MOST]
    )
    tubes = one.tubes.filter(pk__in=[case.subject for case in rows])
    mine = {str(pk) for pk in tubes.values_list("pk", flat=True)}
    return [case for case in rows if case.subject in mine]


def _pool(case: Case, at: datetime) -> dict[str, Any]:
    return {
        "url": reverse("desk-case", args=[case.pk]),
        "title": case.title,
        "state": _(case.standing.title),
        "promise": words.promise(case.due_at, case.closed_at, at),
    }
