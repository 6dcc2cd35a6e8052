"""What the steps of a venue's code do besides moving: enter the venue, give out its code, know it again at the door."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.codes import issuing
from linli.codes.address import said_by
from linli.codes.models import Code, Kind
from linli.loops import engine
from linli.loops.evidence import Given
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.matters.venues import links
from linli.matters.venues.applying import not_named_twice, not_twice
from linli.matters.venues.loop import VenueCode
from linli.matters.venues.models import VenueFile
from linli.matters.venues.particulars import OWNER, Particulars, of
from linli.registry.models import Venue
from linli.registry.phones import hand_phones_over
from linli.registry.venue_list import registered


def file_of(case: Case) -> VenueFile:
    """The file of a case."""
    files = VenueFile.objects.select_related("venue__community", "community", "meant")
    return files.get(community_id=case.community_id, case_id=case.id)


def venue_of(case: Case) -> Venue:
    """The venue of a case that was approved."""
    venue = file_of(case).venue
    assert venue, "approved files name a venue"
    return venue


@VenueCode.approve.does
def enter_the_venue(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The venue is in the register from now on: the one that is meant, or a new one. Raises Refused."""
    file = file_of(case)
    told = of(file)
    if file.venue is None:
        file.venue = _meant(file, told)
        file.save(update_fields=["venue"])
        links.pass_on(file)
    not_twice(file.venue, but=file.pk)
    engine.rename(case.id, title=file.venue.name, scope=file.venue.path)
    case.title, case.scope = file.venue.name, file.venue.path
    return {"venue": str(file.venue.pk)}


def _meant(file: VenueFile, told: Particulars) -> Venue:
    """Which one: the desk's word, else its name, address and telephone. Raises Refused."""
    lock(file.community_id)
    if file.meant:
        not_named_twice(file.meant, told)
    facts = dict(told.of_register)
    venue = registered(file.community, facts, called_like=(OWNER, file.pk), meant=file.meant)
    hand_phones_over((OWNER, file.pk), ("venue", venue.pk), community_id=file.community_id)
    return venue


@VenueCode.send_back.does
def wait_for_the_shop(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """What was amended before does not count any more."""
    case.anchors = {key: value for key, value in case.anchors.items() if key != "amended_at"}
    VenueFile.objects.filter(community_id=case.community_id, case_id=case.id).update(amended_at=None)
    return {}


@VenueCode.issue.does
def give_out(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The code whose poster is printed."""
    code = issuing.issue(Kind.VENUE, venue_of(case).pk, community_id=case.community_id, at=at)
    return {"code": code.short_code}


@VenueCode.reissue.does
def replace_it(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Another code; posters of the old one say from now on that they are old."""
    code = issuing.reissue(Kind.VENUE, venue_of(case).pk, community_id=case.community_id, at=at)
    return {"code": code.short_code}


@VenueCode.revoke.does
def take_back(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """The poster registers nobody any more."""
    gone = issuing.revoke(Kind.VENUE, venue_of(case).pk, community_id=case.community_id, at=at)
    return {"revoked": gone}


@VenueCode.post.does
def know_the_poster(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """What hangs at the door is this venue's code, and the one that lives. Raises Refused, beside the answer."""
    found = issuing.find(said_by(str(given["code"])))
    if fault := _fault(found, venue_of(case), case, at):
        raise Refused(fault, {"code": fault})
    assert found
    return {"code": found.short_code}


def _fault(found: Code | None, venue: Venue, case: Case, at: datetime) -> str:
    if found is None or found.community_id != case.community_id:
        return _("这不是本社区的码。请揭下这张海报,告诉值班台")
    if found.kind != Kind.VENUE or found.subject != venue.pk:
        return _("这是别处的码,不是这一家的。请看是不是贴错了海报")
    if not issuing.is_alive(found, at):
        return _("这张海报是旧的,码已作废。请换贴新海报,再扫一次")
    return ""
