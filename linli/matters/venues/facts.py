"""What screens show and phones take along of a venue's code: which shop, where, who checks there, which code."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.codes.address import digest
from linli.codes.issuing import live_of
from linli.codes.models import Kind
from linli.codes.token import grouped
from linli.loops.models import Case
from linli.loops.spec import Carried, Fact
from linli.matters.venues.likeness import alike
from linli.matters.venues.loop import VenueCode
from linli.matters.venues.models import VenueFile
from linli.matters.venues.particulars import hours_words, of


def told(file: VenueFile) -> list[Fact]:
    """The particulars, without what was not said."""
    said = of(file)
    rows = [
        Fact(_("类别"), said.kind),
        Fact(_("地址"), said.address),
        Fact(_("营业时间"), hours_words(said.hours)),
        Fact(_("负责人"), said.manager),
        Fact(_("核验人"), said.checker),
    ]
    return [row for row in rows if row.value]


def facts(case: Case) -> list[Fact]:
    """The venue and its page at the desk."""
    file = VenueFile.objects.select_related("venue", "meant").filter(case_id=case.id).first()
    if file is None:
        return []
    own = reverse("desk-venue-file", args=[file.pk])
    return [Fact(_("场所"), of(file).name, "", own), *told(file), *_maybe(file, case, own)]


def _maybe(file: VenueFile, case: Case, url: str) -> list[Fact]:
    """Before an application is approved: which venue of the register it is, or may be."""
    if file.venue or case.closed_at:
        return []
    if file.meant:
        return [Fact(_("认定为台账里的"), file.meant.name, "", url)]
    names = "、".join(one.venue.name for one in alike(file))
    return [Fact(_("台账里可能就是这家"), names, "", url)] if names else []


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """The same for a phone; a scan of the poster, old or new, leads to it. No telephone: the name on the door is enough."""
    files = VenueFile.objects.select_related("venue").filter(case__in=[case.id for case in cases])
    by_case = {file.case_id: file for file in files}
    communities = {file.community_id for file in by_case.values()}
    venues = [file.venue_id for file in by_case.values() if file.venue_id]
    live = {
        subject: code
        for community_id in communities
        for subject, code in live_of(Kind.VENUE, venues, community_id=community_id).items()
    }
    found = {}
    for case_id, file in by_case.items():
        code = live.get(file.venue_id) if file.venue_id else None
        more = (Fact(_("编码"), grouped(code.short_code)),) if code else ()
        codes = (digest(code.token), digest(code.short_code)) if code else ()
        found[case_id] = Carried((*told(file), *more), codes=codes)
    return found


VenueCode.facts = staticmethod(facts)
VenueCode.carry = staticmethod(carry)
