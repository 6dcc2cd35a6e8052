"""Whoever keeps the gate takes down on the phone who stands before it, with or without a network."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.spec import Opening, Start
from linli.matters.visitors import people
from linli.matters.visitors.announcing import GATE, Told, asked_as_who, opening_of
from linli.matters.visitors.loop import VisitPass
from linli.matters.visitors.questions import kind, party, who
from linli.registry import search
from linli.registry.models import Community, Person

DOOR = Evidence("door", N_("去哪一户"), hint=N_("写全:A区3-2-1101"))


def listen(case: Case, given: Given, at: datetime) -> Opening:
    """A visit to the door that was said; the head of the household is asked. Raises Refused beside the answer."""
    told = Told(
        kind=str(given["kind"]),
        channel=GATE,
        intent="",
        name=str(given.get("who", "")).strip(),
        party=int(given["party"]),
    )
    host = host_at(str(given["door"]), case)
    with asked_as_who():
        return opening_of(host, told, at, agreed=False)


def host_at(said: str, near: Case) -> Person:
    """Whoever is asked at a door as it is said, in the community of a case. Raises Refused for none or several doors."""
    community = Community.objects.get(pk=near.community_id)
    found = search.find(said, community=community, scopes=[community.path])
    homes = {hit.door for hit in found.people}
    if not found.doors or len(homes) != 1:
        says = _("有几个区都有这个门牌,请写明哪个区") if len(homes) > 1 else _("没有找到这一户,请写全门牌")
        raise Refused(says, {"door": says})
    rows = Person.objects.select_related(*people.HOMES).filter(
        community_id=community.pk, pk__in=[hit.id for hit in found.people]
    )
    return min(rows, key=lambda person: (person.relation != "户主", str(person.pk)))


VisitPass.by_hand = Start(
    by="gatekeeper",
    title=N_("登记门口来的人"),
    beside=("visit_pass",),
    needs=(DOOR, kind, who, party),
    opening=listen,
    into=VisitPass.asked.key,
)
