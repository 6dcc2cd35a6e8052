"""A new pack shows its difference first, then moves the promises and keeps what was done."""

from __future__ import annotations

import pytest

from linli.loops import pack, replanning
from linli.loops.models import Case, Event
from linli.loops.tests.conftest import Office
from linli.loops.tests.parcel import PACK, minutes

FASTER = PACK.replace('version = "1"', 'version = "2"').replace('after = "20m"', 'after = "10m"')


def test_the_preview_writes_nothing_and_the_adoption_does_what_it_showed(office: Office) -> None:
    case, events = office.open(), Event.objects.count()
    shown = list(replanning.preview(office.id, pack.read(FASTER)))
    assert [(c.case.id, c.due_before, c.due_after) for c in shown] == [(case.id, minutes(20), minutes(10))]
    assert Event.objects.count() == events
    for _ in range(2):
        replanning.adopt(office.id, FASTER, from_at=minutes(1), at=minutes(1), adopted_by="赵主")
    case.refresh_from_db()
    assert (case.due_at, case.pack, case.state, case.stay) == (minutes(10), "test@2", "waiting", 1)
    assert Event.objects.filter(name="parcel.replanned").count() == 1


def test_a_pack_for_tomorrow_waits_for_tomorrow(office: Office) -> None:
    case = office.open()
    replanning.adopt(office.id, FASTER, from_at=minutes(5), at=minutes(1), adopted_by="赵主")
    case.refresh_from_db()
    assert case.due_at == minutes(20)
    assert replanning.take_effect(at=minutes(5)) == 1
    case.refresh_from_db()
    assert case.due_at == minutes(10)


def test_a_pack_with_faults_says_all_of_them_and_binds_nobody(office: Office) -> None:
    bad = 'key = "x"\n[ladder]\nminutes = [5, 2]\n[due]\n"a" = { offset = "soon" }\n'
    with pytest.raises(pack.BadPack) as refused:
        replanning.adopt(office.id, bad, from_at=minutes(1), at=minutes(1), adopted_by="赵主")
    assert len(refused.value.faults) == 10
    assert Case.objects.count() == 0
