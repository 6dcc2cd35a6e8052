"""The demo community builds at whatever hour somebody starts it, also when half its evening lies before midnight."""

from __future__ import annotations

from datetime import datetime

from linli.base.clock import LOCAL
from linli.drill import town
from linli.loops import seal
from linli.loops.models import Case


def test_the_demo_builds_an_hour_after_midnight(db: None) -> None:
    built = town.build(at=datetime(2026, 11, 25, 1, 10, tzinfo=LOCAL))
    open_ones = Case.objects.open().filter(community_id=built.community.pk)
    kinds = set(open_ones.values_list("loop", flat=True))
    assert {"return", "supply", "visit_pass", "alert", "venue_code", "visit"} - kinds == set()
    assert seal.verify(built.community.pk) is None
