"""Who must have a second factor (a passkey, or an authenticator's six digits) before anything else, and whether they do."""

from __future__ import annotations

from collections.abc import Collection

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from linli.roster.duties import DUTIES
from linli.roster.matrix import PERMISSIONS, VOLUNTEERS
from linli.roster.models import User

OFFICE = frozenset(
    duty
    for duty in DUTIES
    if any(p.allows([duty]) and not any(p.allows([v]) for v in VOLUNTEERS) for p in PERMISSIONS.values())
)
"""The duties of the office: the table lets each do something that no volunteer may (search people, see the register,
change a setting). Their password alone would open people's data or the house itself; a volunteer's opens their own tasks.
"""

WAYS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""Recovery codes alone are no factor: they only stand in for one."""


def has_one(user: User) -> bool:
    """Whether this account can prove itself with something besides its password."""
    return bool(is_mfa_enabled(user, WAYS))


def is_excused(user: User) -> bool:
    """In a demo community nobody is real, so that its tour need not stop here."""
    in_drill = user.community is not None and user.community.is_drill
    return bool(in_drill and settings.DRILL_WITHOUT_SECOND_FACTOR)


def is_missing(user: User, held: Collection[str]) -> bool:
    """Whether somebody who holds these duties now must set one up first.

    `User.must_secure` remembers that none was seen yet: whoever has one costs no query.
    """
    if not user.must_secure or OFFICE.isdisjoint(held) or is_excused(user):
        return False
    if not has_one(user):
        return True
    secured(user)
    return False


def secured(user: User) -> None:
    """A factor was seen: nothing is due any more."""
    if user.must_secure:
        user.must_secure = False
        User.objects.filter(pk=user.pk).update(must_secure=False)


def look_again(user: User) -> None:
    """A factor was taken away: due again when it was the last."""
    if not has_one(user):
        user.must_secure = True
        User.objects.filter(pk=user.pk).update(must_secure=True)
