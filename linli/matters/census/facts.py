"""What screens and phones show of a visit: what is asked, who is registered there (masked), what was tried, when again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops.models import Case
from linli.loops.spec import Carried, Fact
from linli.matters.census.asks import ASKS, OUTCOMES
from linli.matters.census.loop import Correcting, Visit, WholeRound
from linli.matters.census.models import CensusRound, Correction, RoundDoor
from linli.matters.census.times import PARTS
from linli.matters.census.words import listed
from linli.registry.models import Person, SpecialNeed
from linli.registry.needs import titles


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """What a volunteer takes along to the doors: three queries however many. Neither numbers nor names in clear."""
    by_id = {case.id: case for case in cases}
    doors = list(RoundDoor.objects.filter(case_id__in=list(by_id)).select_related("round"))
    lists = people_lists(doors)
    return {
        door.case_id: Carried(
            tuple(_facts(door, lists[door.pk], by_id[door.case_id])),
            {"answer": {"people": sum(1 for line in lists[door.pk] if not line.gone)}},
        )
        for door in doors
    }


class Line(str):
    """One person in the list of a door; `gone`: registered elsewhere or nowhere since the round began."""

    gone = False


def people_lists(doors: Iterable[RoundDoor]) -> dict[UUID, list[Line]]:
    """`2 方*川 独居老人`: the people of each door by the numbers they are named with. Two queries however many."""
    doors = list(doors)
    ids = {UUID(one) for door in doors for one in door.people}
    people = Person.objects.filter(pk__in=ids, community__in={door.community_id for door in doors}).in_bulk()
    needs: dict[UUID, list[str]] = defaultdict(list)
    for person_id, kind in SpecialNeed.objects.filter(person_id__in=ids).values_list("person_id", "kind"):
        needs[person_id].append(kind)
    return {
        door.pk: [
            _line(n, people.get(UUID(one)), needs.get(UUID(one), [])) for n, one in enumerate(door.people, 1)
        ]
        for door in doors
    }


def _line(number: int, person: Person | None, needs: list[str]) -> Line:
    if person is None or person.standing != Person.RESIDENT:
        line = Line(_("%(n)d(已迁出)") % {"n": number})
        line.gone = True
        return line
    words = [person.masked_name, person.relation, *(_(title) for title in titles(needs))]
    return Line(" ".join([str(number), *filter(None, words)]))


def _facts(door: RoundDoor, people: list[Line], case: Case) -> list[Fact]:
    asked = [_(ASKS[key][0]) for key in door.round.asks if key in ASKS]
    tried = [_(PARTS[key]) for key in case.anchors.get("tried", []) if key in PARTS]
    rows = [
        Fact(_("登记的人"), ";".join(people) or _("没有登记的人")),
        Fact(_("本轮要问"), ";".join(asked)),
        Fact(_("去过"), listed(tried)),
        Fact(_("下次什么时候去"), again_words(door.again_from) if case.state == "out" else ""),
    ]
    return [row for row in rows if row.value]


def again_words(at: datetime | None) -> str:
    """`4-16 19:00`."""
    if at is None:
        return ""
    here = local(at)
    return f"{here.month}-{here.day} {here:%H:%M}"


def visit_facts(case: Case) -> list[Fact]:
    """The same on a screen, with the way back to the drawing."""
    door = RoundDoor.objects.filter(case_id=case.id).select_related("round", "dwelling__compound").first()
    if door is None:
        return []
    home = Fact(_("住址"), str(door.dwelling), "", reverse("desk-dwelling", args=[door.dwelling_id]))
    url = reverse("desk-census-building", args=[door.round_id, door.building_id])
    drawing = Fact(_("入户批次"), door.round.name, "", url)
    outcome = Fact(_("结果"), _(OUTCOMES[door.outcome][1]))
    return [home, drawing, outcome, *_facts(door, people_lists([door])[door.pk], case)]


def round_facts(case: Case) -> list[Fact]:
    """Where the round is drawn."""
    census = CensusRound.objects.filter(case_id=case.id).first()
    if census is None:
        return []
    url = reverse("desk-census-round", args=[census.pk])
    return [Fact(_("入户批次"), census.name, "", url), Fact(_("截止"), again_words(census.until))]


def correction_facts(case: Case) -> list[Fact]:
    """How many wait, and where old and new stand side by side."""
    rows = Correction.objects.filter(community_id=case.community_id, visit_id=case.cause_id)
    left = rows.filter(state=Correction.OPEN).count()
    words = _("还有 %(n)d 条待审定") % {"n": left} if left else _("都已审定")
    return [Fact(_("登记更正"), words, "", reverse("desk-census-corrections") if left else "")]


def counted(answers: Mapping[str, int]) -> str:
    """`已入户 12、拒绝 1`: outcomes that occur, in the order of the legend."""
    return listed(f"{_(word)} {answers[key]}" for key, (_s, word, _m) in OUTCOMES.items() if answers.get(key))


Visit.facts = staticmethod(visit_facts)
Visit.carry = staticmethod(carry)
WholeRound.facts = staticmethod(round_facts)
Correcting.facts = staticmethod(correction_facts)
