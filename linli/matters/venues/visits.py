"""Who came in without a phone: rows typed by the shop or at the desk become entries, each with an id that is made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.codes import issuing
from linli.codes.address import said_by
from linli.codes.models import Kind
from linli.loops.ledger import Refused
from linli.registry.models import Person
from linli.registry.strangers import enclosed, key_of
from linli.scans.looking import heads_today
from linli.scans.record import BEFORE, Seen, record

COLOURS = (("", N_("没看码")), ("green", N_("绿")), ("yellow", N_("黄")), ("red", N_("红")))
"""What the checker saw, if anything; nothing is made of it here."""

MOST_HEADS = 99
SALT = "linli.venues.row"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a hand register: a mobile number, or none, and how many heads. `at` is when, aware."""

    id: UUID
    at: datetime
    phone: str = ""
    heads: int = 1
    colour: str = ""


def row_id(at: datetime, *parts: object) -> UUID:
    """An id (UUIDv7) that the same row gets whenever it is typed; from outside nobody can tell what it was made of."""
    made = salted_hmac(SALT, ":".join(map(str, parts)), algorithm="sha256").digest()
    rest = int.from_bytes(made[:10], "big")
    high = (int(at.timestamp() * 1000) & ((1 << 48) - 1)) << 80
    return UUID(
        int=high | 7 << 76 | (rest >> 4 & 0xFFF) << 64 | 2 << 62 | int.from_bytes(made[10:18], "big") >> 2
    )


def no_heads(heads: int) -> str:
    """A sentence when so many cannot have come in together; else nothing."""
    return "" if 1 <= heads <= MOST_HEADS else _("人数写 1 到 %(most)d") % {"most": MOST_HEADS}


def no_phone(said: str) -> str:
    """A sentence when this is no number by which somebody is found again; an empty one stands."""
    return "" if not said or key_of(said) else _("手机号不对,请再看一遍;没有就留空")


def register(
    rows: Sequence[Row],
    *,
    venue_id: UUID,
    community_id: UUID,
    by: UUID | None,
    at: datetime,
    since: datetime | None = None,
) -> int:
    """Keep rows of a hand register as entries; durable when it returns. How many were new. The rows were looked at.

    `since` is the first moment whose scans are still kept, for a register that comes in late (`scans.record.LATE`).
    """
    seen = [
        Seen(
            id=row.id,
            place=venue_id,
            mode="by_hand",
            colour=row.colour,
            who=key_of(row.phone) if row.phone else None,
            contact=enclosed(row.phone, about=row.id) if row.phone else b"",
            party=row.heads,
            by=by,
            device_at=row.at,
            proof="checker",
        )
        for row in rows
    ]
    return record(seen, community_id=community_id, at=at, since=since)


def is_late(moment: datetime, at: datetime) -> bool:
    """Whether what happened then comes in later than a phone may send it."""
    return moment < at - BEFORE


def card(said: str, *, colour: str, intent: UUID, venue_id: UUID, community_id: UUID, at: datetime) -> str:
    """A resident's card shown to the checker (反扫) is an entry, once per `intent`; durable when it returns.

    Returns the masked name, by which the checker sees that the card that was read is the one in hand; "" where the
    register knows nobody any more. Raises Refused (nothing written), never with a name.
    """
    found = issuing.find(said_by(said), kind=Kind.PERSON)
    if found is None or found.community_id != community_id:
        says = _("没有这张卡。请再看一遍编码,或改为手工登记")
        raise Refused(says, {"card": says})
    if not issuing.is_alive(found, at):
        says = _("这张卡已换新或停用。请改为手工登记,并请他打社区电话")
        raise Refused(says, {"card": says})
    seen = Seen(
        id=intent,
        place=venue_id,
        mode="reverse",
        colour=colour,
        who=found.subject.bytes,
        device_at=at,
        proof="checker",
    )
    record([seen], community_id=community_id, at=at)
    whose = Person.objects.filter(community_id=community_id, pk=found.subject).first()
    return whose.masked_name if whose else ""


def today(venue_id: UUID, *, at: datetime) -> int:
    """Heads that came in today at a venue, whatever the way they were entered."""
    return heads_today([venue_id], at=at).get(venue_id, 0)
