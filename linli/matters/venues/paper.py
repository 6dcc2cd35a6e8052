"""What the poster and the hand register of a venue say: the venue's own words, the pack's rule, the days things are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings

from linli.codes.address import venue_url
from linli.codes.models import Code
from linli.codes.paper import PosterFields, RegisterFields, hand_register, venue_posters
from linli.codes.poster import Size
from linli.codes.token import grouped, speak
from linli.loops.pack import Pack, pack_for
from linli.matters.venues.models import VenueFile
from linli.matters.venues.particulars import of
from linli.registry.models import Community

DAYS = "retention.scan_days"
"""Where the pack says how long an entry is kept."""


def kept_words(pack: Pack) -> str:
    """What is kept of an entry, and for how long: Chinese, as it is printed."""
    return f"只记什么时候、到过哪里、联系电话和看到的码色,{pack.get(DAYS)}天后删除;店家查不到,扫卡时只显示遮住的名字。"


def poster_fields(file: VenueFile, code: Code, *, community: Community, at: datetime) -> PosterFields:
    """The poster of one venue as of `at`."""
    pack, said = pack_for(community.id, at), of(file)
    return PosterFields(
        community=community.name,
        phone=community.phone,
        name=said.name,
        address=said.address,
        url=venue_url(code.token),
        host=urlsplit(settings.PUBLIC_URL).netloc,
        short_code=grouped(code.short_code),
        spoken=speak(code.short_code),
        checker=said.checker or said.manager,
        rule=pack.get("venue.rule"),
        no_phone=pack.get("venue.no_phone"),
        kept=kept_words(pack),
        issued_at=code.issued_at,
    )


def size_of(said: str) -> Size:
    """A4 unless A5 is asked for."""
    return "a5" if said == "a5" else "a4"


def posters(
    ready: Sequence[tuple[VenueFile, Code]], size: Size, *, community: Community, at: datetime
) -> bytes:
    """The posters of these venues, a page each. Raises ValueError for none."""
    return venue_posters(
        [poster_fields(file, code, community=community, at=at) for file, code in ready], size
    )


def register_pdf(
    file: VenueFile,
    code: Code | None,
    *,
    community: Community,
    day: date,
    pages: int,
    first_page: int,
    at: datetime,
) -> bytes:
    """Sheets for whoever comes without a phone. Raises ValueError for too many pages."""
    pack = pack_for(community.id, at)
    return hand_register(
        RegisterFields(
            community=community.name,
            venue=of(file).name,
            short_code=grouped(code.short_code) if code else "",
            day=day,
            pages=pages,
            first_page=first_page,
            rule=pack.get("venue.rule"),
            kept=kept_words(pack),
            printed_at=at,
        )
    )
