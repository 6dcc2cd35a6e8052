"""Who is on the telephone: hits of the one search box as choices, with earlier calls and what is under way for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.desk import words
from linli.loops.models import Case
from linli.loops.pack import Pack
from linli.matters.hotline import earlier
from linli.matters.hotline.facts import about
from linli.registry import search, typed
from linli.registry.models import Community

MOST = 9
"""People to choose from: as many as there are number keys."""


@dataclass(frozen=True)
class Who:
    """What was typed, whom it may mean, who is chosen ('' for somebody else) and the number it holds."""

    typed: str
    found: search.Found
    chosen: str
    number: str

    @property
    def people(self) -> tuple[search.PersonHit, ...]:
        """Those that are shown."""
        return self.found.people[:MOST]

    @property
    def more(self) -> bool:
        """Whether somebody else is meant perhaps, who is not shown."""
        return bool(self.found.after) or len(self.found.people) > MOST


def who(said: Mapping[str, Any], *, community_id: UUID, scopes: Sequence[str], afresh: bool) -> Who:
    """The search; not `afresh`, the one whose hits stand on the page. The one person a number belongs to is chosen at
    once; of several nobody is.
    """
    afresh = afresh or "find" in said or "person" not in said
    looked = "" if afresh else said.get("looked", "")
    text = str(said.get("find") or looked or said.get("q", "")).strip()
    community = get_object_or_404(Community, pk=community_id)
    found = search.find(text, community=community, scopes=scopes)
    ids = [str(hit.id) for hit in found.people[:MOST]]
    chosen = str(said.get("person", ""))
    if chosen not in ids:
        chosen = ids[0] if afresh and len(ids) == 1 else ""
    number = typed.read(str(said.get("number", ""))).phone or typed.read(text).phone
    return Who(text, found, chosen, number)


def known(
    found: Who, *, kind: str, community_id: UUID, scopes: Sequence[str], pack: Pack, at: datetime
) -> dict[str, Any]:
    """Earlier calls that wait, those about the same matter first, and the person's other open matters."""
    person = UUID(found.chosen) if found.chosen else None
    calls = earlier.calls(community_id, scopes, person=person, number=found.number, pack=pack, at=at)
    calls.sort(key=lambda case: bool(kind) and case.anchors["kind"] != kind)
    return {
        "calls": [_call(case, kind, at) for case in calls],
        "matters": [_matter(case, at) for case in earlier.under_way(community_id, scopes, person=person)],
    }


def _call(case: Case, kind: str, at: datetime) -> dict[str, Any]:
    return {
        "id": case.id,
        "kind": case.anchors["kind"],
        "url": reverse("desk-case", args=[case.id]),
        "title": case.title,
        "about": about(case),
        "at": words.moment(case.opened_at, at),
        "state": _(case.standing.title),
        "promise": words.promise(case.due_at, case.closed_at, at),
    }


def _matter(case: Case, at: datetime) -> dict[str, Any]:
    return {
        "url": reverse("desk-case", args=[case.id]),
        "title": _(case.declared.title),
        "state": _(case.standing.title),
        "promise": words.promise(case.due_at, case.closed_at, at),
    }
