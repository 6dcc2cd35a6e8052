"""Opening and closing accounts, giving and ending shifts: what the staff page does, with nobody's password known to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.scope import covers
from linli.loops.ledger import Refused
from linli.registry.models import Community
from linli.roster import devices
from linli.roster.duties import DUTIES
from linli.roster.models import Shift, User

_links = PasswordResetTokenGenerator()
"""A link dies when it is used, when a newer password is set, and after settings.PASSWORD_RESET_TIMEOUT."""


def open_account(*, community_id: UUID, username: str, shown_name: str) -> User:
    """A new account that nobody can sign in with until its owner opens the link. Raises Refused."""
    name = username.strip().lower()
    with transaction.atomic():
        if User.objects.filter(username=name).exists():
            raise Refused(
                _("登录名「%(name)s」已有人用,请换一个") % {"name": name}, {"username": _("已有人用")}
            )
        return User.objects.create_user(name, None, shown_name=shown_name.strip(), community_id=community_id)


def link_token(user: User) -> str:
    """The secret part of a link with which its owner chooses a password, once."""
    return _links.make_token(user)


def owner_of(user_id: UUID, token: str) -> User | None:
    """Whose link this is; None when it was used, renewed, is too old, or the account is closed."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user if user and _links.check_token(user, token) else None


def renew(user: User) -> str:
    """A new link instead of a forgotten password; the old password and every session end now."""
    with transaction.atomic():
        user.set_unusable_password()
        user.save(update_fields=["password"])
        sign_out_everywhere(user)
    return link_token(user)


def drop_factors(user: User) -> None:
    """Phone and recovery codes are both lost: the second factor goes, every session ends, a new one is due at sign-in."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        User.objects.filter(pk=user.pk).update(must_secure=True)
        sign_out_everywhere(user)


def close_account(user: User) -> None:
    """Nobody signs in with it any more; what its owner did stays. Standing shifts no longer count."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        sign_out_everywhere(user)


def reopen_account(user: User) -> None:
    """The account may be used again."""
    User.objects.filter(pk=user.pk).update(is_active=True)


def sign_out_everywhere(user: User, *, but: str = "") -> int:
    """End every session but that of the key `but`; each device finds itself signed out. Returns how many there were."""
    found = list(UserSession.objects.filter(user=user).exclude(session_key=but))
    for device in found:
        devices.sign_out(device)
    return len(found)


def give_shift(
    *,
    community: Community,
    user: User,
    duty: str,
    scope: str,
    starts_at: datetime,
    ends_at: datetime | None,
    on_call: bool = False,
    instead_of: Shift | None = None,
) -> Shift:
    """Put somebody on duty. The same shift again is the same shift. Raises Refused, and nothing is written."""
    if user.community_id != community.id or not covers(community.path, scope):
        raise Refused(_("人和地点都要在本社区内"))
    if duty not in DUTIES:
        raise Refused(_("没有这个岗位"), {"duty": _("没有这个岗位")})
    if ends_at and ends_at <= starts_at:
        raise Refused(_("结束要晚于开始"), {"ends_at": _("结束要晚于开始")})
    if instead_of and instead_of.community_id != community.id:
        raise Refused(_("被替的班不在本社区"))
    with transaction.atomic():
        shift, _new = Shift.objects.get_or_create(
            community=community,
            user=user,
            duty=duty,
            scope=scope,
            starts_at=starts_at,
            called_off_at=None,
            defaults={"ends_at": ends_at, "on_call": on_call, "instead_of": instead_of},
        )
    return shift


def end_shift(shift: Shift, *, at: datetime) -> None:
    """Over now; one that has not begun is called off. A second call changes nothing."""
    mine = Shift.objects.filter(pk=shift.pk, called_off_at=None)
    if shift.starts_at >= at:
        mine.update(called_off_at=at)
    elif shift.ends_at is None or shift.ends_at > at:
        mine.update(ends_at=at)
