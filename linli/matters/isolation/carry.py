"""What a phone takes along of people behind doors: which door, which measure, when a report is owed. No health."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.codes.address import digest
from linli.loops.models import Case
from linli.loops.spec import Carried, Fact
from linli.matters.isolation.facts import measure
from linli.matters.isolation.loop import Fever, HealthReport, Isolation
from linli.matters.isolation.models import HealthLink, ReleaseNote
from linli.registry.models import Person
from linli.registry.subjects import HOMES, id_of

DIGITS = len(digest(""))


def isolations(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """The door, the measure and when its parts end; a scan of the link or the note leads here."""
    cases = list(cases)
    homes, codes = _homes(cases), _codes([case.id for case in cases])
    return {
        case.id: _carried([*homes.get(case.subject, []), *_measure(case)], codes.get(case.id, ()))
        for case in cases
    }


def reports(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """The door and the window of the next report; the link of the isolation leads here too."""
    cases = list(cases)
    homes, codes = _homes(cases), _codes([case.cause_id for case in cases if case.cause_id])
    return {
        case.id: _carried(
            [*homes.get(case.subject, []), Fact(_("下次报告"), _window(case))],
            codes.get(case.cause_id, ()) if case.cause_id else (),
        )
        for case in cases
    }


def fevers(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """The door and whom to call."""
    cases = list(cases)
    homes = _homes(cases)
    return {case.id: _carried([*homes.get(case.subject, []), Fact(_("急救"), "120")]) for case in cases}


def _carried(facts: Iterable[Fact], codes: Iterable[str] = ()) -> Carried:
    return Carried(tuple(fact for fact in facts if fact.value), codes=tuple(codes))


def _homes(cases: list[Case]) -> dict[str, list[Fact]]:
    """Masked name and door by the cases' subject."""
    rows = Person.objects.select_related(*HOMES)
    ids = {case.subject for case in cases if id_of(case.subject)}
    return {str(who.pk): [Fact(_("姓名"), who.masked_name), _door(who)] for who in rows.filter(pk__in=ids)}


def _door(who: Person) -> Fact:
    return Fact(_("住址"), str(who.household.dwelling) if who.household else "")


def _measure(case: Case) -> list[Fact]:
    ends = ((_("隔离期满"), "isolation_ends"), (_("监测期满"), "monitor_ends"))
    return [Fact(_("措施"), measure(case)), *(Fact(word, _at(case.anchors.get(key))) for word, key in ends)]


def _window(case: Case) -> str:
    opens, closes = (_at(case.anchors.get(key)) for key in ("report_from", "report_by"))
    return f"{opens} – {closes[-5:]}" if opens else ""


def _at(moment: str | None) -> str:
    return f"{local(datetime.fromisoformat(moment)):%m-%d %H:%M}" if moment else ""


def _codes(ids: list[UUID]) -> dict[UUID, list[str]]:
    """Digests of live links and of release notes, by isolation."""
    found: dict[UUID, list[str]] = {}
    links = HealthLink.objects.filter(case_id__in=ids, revoked_at=None)
    for case_id, kept in links.values_list("case_id", "digest"):
        found.setdefault(case_id, []).append(kept[:DIGITS])
    notes = ReleaseNote.objects.filter(case_id__in=ids).values_list("case_id", "token", "short_code")
    for case_id, token, short in notes:
        found.setdefault(case_id, []).extend((digest(token), digest(short)))
    return found


Isolation.carry = staticmethod(isolations)
HealthReport.carry = staticmethod(reports)
Fever.carry = staticmethod(fevers)
