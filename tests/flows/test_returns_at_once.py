"""Many at the same moment: one person stays one case, one number is given once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import TypeVar

import pytest
from django.db import connection

from linli.loops import engine
from linli.loops.models import Case, Event
from linli.matters.returns import certificate
from linli.matters.returns.models import Certificate, Notice, Trip
from linli.matters.returns.notices import Outcome, receive
from linli.registry.announce import Described
from linli.registry.models import Person
from tests.flows.journey import begin
from tests.flows.test_returns_notices import told
from tests.town import T0, Town, make_town, minutes

Found = TypeVar("Found")


@pytest.fixture
def town(committed: None) -> Town:
    """A town that several connections see."""
    return make_town()


def at_once(acts: Sequence[Callable[[], Found]]) -> list[Found]:
    """Every act in a thread and on a connection of its own, let go together."""
    gate, found, failed = Barrier(len(acts)), list[Found](), list[BaseException]()

    def run(act: Callable[[], Found]) -> None:
        try:
            gate.wait()
            found.append(act())
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    return found


def taking(town: Town, name: str, key: str, source: str, who: Described) -> Callable[[], Outcome]:
    notice = told(town, name, key, source=source, who=who)
    return lambda: receive(notice, community=town.community, at=T0)


def test_one_stranger_told_of_by_three_sources_at_once_is_one_person_and_one_case(town: Town) -> None:
    who = Described(name="钟离权舟", phones=("13900099999",))
    acts = [
        taking(town, "陆青禾", f"{source}-{n}", source, who)
        for source in ("push", "list", "phone")
        for n in (1, 2)
    ]
    outcomes = at_once(acts)
    assert (Case.objects.count(), Trip.objects.count(), Notice.objects.count()) == (1, 1, 6)
    assert Person.objects.filter(name="钟离权舟").count() == 1
    assert sorted(o.kind for o in outcomes) == ["joined"] * 5 + ["opened"]


def test_one_notice_sent_six_times_at_once_is_one_notice(town: Town) -> None:
    facts = town.facts["陆青禾"]
    who = Described(name="陆青禾", id_number=facts.id_number, phones=(facts.phone,))
    outcomes = at_once([taking(town, "陆青禾", "same", "push", who) for _ in range(6)])
    assert (Case.objects.count(), Notice.objects.count(), Event.objects.count()) == (1, 1, 1)
    assert sum(o.fresh for o in outcomes) == 1
    assert len({o.notice.id for o in outcomes}) == 1


def test_certificates_asked_for_at_once_are_numbered_without_a_gap(town: Town) -> None:
    names = ("陆青禾", "方大川", "欧阳修远", "林小溪", "孔令仪", "秦伯庸")
    journeys = [begin(town, name).go("verify") for name in names]

    def certify(n: int) -> Callable[[], Event]:
        case = journeys[n].case
        return lambda: engine.advance(
            case.id, "certify", actor=town.reception, given={}, at=minutes(5), intent=f"certify-{n}"
        )

    at_once([certify(n) for n in range(len(journeys))])
    numbers = sorted(Certificate.objects.values_list("number", flat=True))
    assert numbers == [f"XYSJ-2022-{n:04d}" for n in range(1, 7)]
    assert len(set(Certificate.objects.values_list("token", flat=True))) == 6


def test_one_case_certified_twice_at_once_has_one_certificate(town: Town) -> None:
    case = begin(town).go("verify").case

    def certify(n: int) -> str:
        try:
            return engine.advance(
                case.id, "certify", actor=town.reception, given={}, at=minutes(5), intent=f"c-{n}"
            ).name
        except engine.Refused:
            return "refused"

    said = at_once([lambda n=n: certify(n) for n in range(4)])  # type: ignore[misc]
    assert sorted(said) == ["refused"] * 3 + ["return.certify"]
    assert Certificate.objects.get().number == "XYSJ-2022-0001"


def test_one_certificate_issued_again_four_times_at_once_has_one_replacement(town: Town) -> None:
    begin(town).go("verify", "certify")
    old = Certificate.objects.get()

    def again(n: int) -> Callable[[], Certificate]:
        return lambda: certificate.reissue(
            old.id, reason=f"更正{n}", actor=town.reception, at=minutes(9), community_id=town.id
        )

    fresh = at_once([again(n) for n in range(4)])
    assert len({c.id for c in fresh}) == 1
    assert sorted(Certificate.objects.values_list("number", flat=True)) == [
        "XYSJ-2022-0001",
        "XYSJ-2022-0002",
    ]
    assert Event.objects.filter(name="return.remarked").count() == 2
