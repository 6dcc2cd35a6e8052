"""Mail by SMTP, always encrypted to a public server, to the vetted address only."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Collection
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from linli.notify import guard, secret
from linli.notify.answers import Answer, Attempt, clean, guarded
from linli.notify.message import Message
from linli.notify.models import Channel
from linli.registry.models import Sealed
from linli.roster.models import User

PORTS = {"ssl": 465, "starttls": 587, "none": 25}
SECONDS = 15.0
"""For a whole conversation: greeting, encryption, sign-in, message."""


def reaches(channel: Channel, user_ids: Collection[UUID]) -> set[UUID]:
    """Whoever left an address."""
    known = Sealed.objects.filter(
        community_id=channel.community_id,
        owner_kind=secret.USER,
        kind=secret.ADDRESS,
        owner_id__in=list(user_ids),
    )
    return set(known.values_list("owner_id", flat=True))


def attempts(channel: Channel, recipient: User | None, message: Message, *, at: datetime) -> list[Attempt]:
    """One letter to the person's address."""
    address = secret.address_of(recipient) if recipient else ""
    if not address:
        return []
    letter = written(channel.config["sender"], address, message)
    letter["Date"] = at
    config, password = dict(channel.config), secret.of_channel(channel)
    return [Attempt("mail", guarded(lambda: send(config, password, letter)))]


def written(sender: str, address: str, message: Message) -> EmailMessage:
    """The letter; its Message-ID is the delivery, so that a second copy is known as one."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, address, message.title
    letter["Message-ID"] = f"<{message.key}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(f"{message.text}\n\n{message.link}\n")
    return letter


class _Vetted:
    """Makes smtplib connect to the address that was looked at, while it still expects the host by its name."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        address = guard.vetted(host, port)
        sock = socket.create_connection((address, port), timeout)
        if isinstance(self, smtplib.SMTP_SSL):
            return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        return sock


class _Plain(_Vetted, smtplib.SMTP):
    pass


class _Encrypted(_Vetted, smtplib.SMTP_SSL):
    pass


def is_usable(host: str, port: int) -> bool:
    """Mail's own ports, or any at a host this installation allows."""
    return port in PORTS.values() or guard.is_allowed_inside(host)


def send(config: dict[str, str], password: str, letter: EmailMessage) -> Answer:
    """Hand the letter over. Raises guard.Forbidden, guard.Unanswered."""
    host, security = config["host"], config["security"]
    if security == "none" and not guard.is_allowed_inside(host):
        raise guard.Forbidden("unencrypted mail leaves this machine only to an allowed host")
    port = int(config.get("port") or PORTS[security])
    if not is_usable(host, port):
        raise guard.Forbidden("only the ports of mail: 25, 465, 587")
    try:
        return _talk(host, port, security, (config.get("user", ""), password), letter)
    except smtplib.SMTPRecipientsRefused as error:
        return _judged(*next(iter(error.recipients.values())))
    except smtplib.SMTPResponseException as error:
        return _judged(error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError as error:
        return Answer("refused", clean(str(error)))
    except (smtplib.SMTPException, OSError) as error:
        raise guard.Unanswered(type(error).__name__) from error


def _talk(host: str, port: int, security: str, account: tuple[str, str], letter: EmailMessage) -> Answer:
    client = (_Encrypted if security == "ssl" else _Plain)(timeout=guard.SECONDS, local_hostname="localhost")
    vars(client)["_host"] = host  # whom STARTTLS expects; the constructor sets it only when it connects
    try:
        with guard.deadline(client, SECONDS):
            code, words = client.connect(host, port)
            if code != 220:
                return _judged(code, words)
            if security == "starttls":
                client.starttls(context=ssl.create_default_context())
            if account[0]:
                client.login(*account)
            client.send_message(letter)
            return Answer("taken", "250", str(letter["Message-ID"]))
    finally:
        client.close()


def _judged(code: int, words: bytes | str) -> Answer:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return Answer("later" if 400 <= code < 500 else "refused", clean(f"{code} {text}"))
