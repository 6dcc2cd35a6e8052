"""The channels, one small module each, behind one interface."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from linli.notify.answers import Attempt
from linli.notify.channels import mail, robot, sms, webpush
from linli.notify.message import Message
from linli.notify.models import MAIL, ROBOT, SMS, WEBPUSH, Channel
from linli.roster.models import User


class Sender(Protocol):
    """What a channel module offers. Everything that needs the database or a secret happens in `attempts`."""

    def reaches(self, channel: Channel, user_ids: Collection[UUID]) -> set[UUID]:
        """Who of these can be reached here."""
        ...

    def attempts(
        self, channel: Channel, recipient: User | None, message: Message, *, at: datetime
    ) -> list[Attempt]:
        """What has to be handed over, one attempt for each device; empty when there is nobody to reach."""
        ...


SENDERS: Mapping[str, Sender] = {WEBPUSH: webpush, ROBOT: robot, SMS: sms, MAIL: mail}
"""Kind → module."""


def sender_of(channel: Channel) -> Sender:
    """The module behind a channel. Raises KeyError for a kind nobody knows."""
    return SENDERS[channel.kind]
