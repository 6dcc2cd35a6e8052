"""How often a password may be guessed: counted in the database, so that every process counts the same.

A compound sits behind one address: five wrong passwords lock one name at one address, nobody else there.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from linli.roster.models import SignInTry, Tally

SHORT, LONG = timedelta(minutes=5), timedelta(hours=1)
AT_ONE_ADDRESS = 5
"""Wrong passwords for one name from one address in SHORT (trust.md §1.3 row 5)."""
FROM_EVERYWHERE = 100
"""Wrong passwords for one name in LONG: slows whoever guesses through many addresses. Default, ours."""
OF_ONE_ADDRESS = 300
"""Wrong passwords from one address in SHORT, whatever the names: an office of a hundred never gets there. Default, ours."""


def _digest(text: str) -> bytes:
    """Somebody types a password where the name belongs: no text is kept."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()


def begin(name: str, address: str, *, at: datetime) -> SignInTry | None:
    """Take one try, before the password is looked at; None when there is none left. Two at once never both get the last."""
    mine = SignInTry.objects.create(
        account=_digest(f"name:{name.strip().lower()}"), address=_digest(f"address:{address}"), at=at
    )
    account, here, soon = Q(account=mine.account), Q(address=mine.address), Q(at__gt=at - SHORT)
    taken = SignInTry.objects.filter(account | here, at__gt=at - LONG).aggregate(
        pair=Count("pk", filter=account & here & soon),
        account=Count("pk", filter=account),
        address=Count("pk", filter=here & soon),
    )
    most = {"pair": AT_ONE_ADDRESS, "account": FROM_EVERYWHERE, "address": OF_ONE_ADDRESS}
    if all(taken[key] <= limit for key, limit in most.items()):
        return mine
    mine.delete()
    return None


def was_right(mine: SignInTry) -> None:
    """The password was right: the try is given back; wrong ones before it stay counted."""
    mine.delete()


def forget(*, at: datetime) -> int:
    """Drop what no limit counts any more. Returns how many rows."""
    tries, _each = SignInTry.objects.filter(at__lt=at - LONG).delete()
    tallies, _each = Tally.objects.filter(expires__lt=at).delete()
    return tries + tallies
