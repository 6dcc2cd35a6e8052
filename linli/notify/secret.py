"""The secrets of a channel and the private addresses of a person, straight from the vault at the last moment."""

from __future__ import annotations

from uuid import UUID

from linli.notify.models import Channel
from linli.registry import vault
from linli.registry.models import Person, Sealed, Venue
from linli.roster.models import User, Volunteer

CHANNEL, SECRET = "channel", "secret"
USER, ADDRESS = "user", "mail"


def _values(community_id: UUID, owner_kind: str, owner_id: UUID, kind: str) -> list[str]:
    """In clear, without an entry in the log of readings: no person reads them, they go to the person they belong to."""
    rows = Sealed.objects.filter(
        community_id=community_id, owner_kind=owner_kind, owner_id=owner_id, kind=kind
    )
    return [vault.unseal(row) for row in rows.order_by("position")]


def of_channel(channel: Channel) -> str:
    """The channel's secret (a robot's address, a gateway's key, a mailbox password); "" when it has none."""
    return next(iter(_values(channel.community_id, CHANNEL, channel.id, SECRET)), "")


def keep(channel: Channel, text: str) -> None:
    """Make this the channel's secret."""
    vault.put(SECRET, [text], community_id=channel.community_id, owner_kind=CHANNEL, owner_id=channel.id)


def phone_of(user: User) -> str:
    """The first telephone of an active volunteer of the roster; "" for everybody else."""
    volunteer = Volunteer.objects.filter(user=user, standing="active").first()
    if volunteer is None or volunteer.community_id != user.community_id:
        return ""
    phones = _values(volunteer.community_id, "volunteer", volunteer.id, Sealed.PHONE)
    return next(iter(phones), "")


def phones_of(whose: Person | Venue) -> list[str]:
    """The telephones that the register has of somebody, or of a shop, in its order."""
    kind = "venue" if isinstance(whose, Venue) else "person"
    return _values(whose.community_id, kind, whose.id, Sealed.PHONE)


def address_of(user: User) -> str:
    """Where a person wants mail; "" when nowhere."""
    if user.community_id is None:
        return ""
    return next(iter(_values(user.community_id, USER, user.id, ADDRESS)), "")


def keep_address(user: User, address: str) -> None:
    """Where mail for this person goes from now on; "" for nowhere. Raises ValueError for an account without community."""
    if user.community_id is None:
        raise ValueError("an account without a community has no mail")
    vault.put(
        ADDRESS,
        [address] if address else [],
        community_id=user.community_id,
        owner_kind=USER,
        owner_id=user.id,
    )
