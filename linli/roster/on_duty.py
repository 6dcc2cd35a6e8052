"""Who is on duty for this, here, now: across midnight, several duties each, on call, and substitutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from linli.base.scope import covers
from linli.loops.rights import Actor
from linli.roster.duties import standing_for, title
from linli.roster.models import Shift, User


def shifts_now(community_id: UUID, at: datetime) -> QuerySet[Shift]:
    """The shifts that run at `at`: begun, not ended, not called off, and not taken over by a substitute."""
    taken_over = Shift.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at), instead_of=OuterRef("pk"), called_off_at=None, starts_at__lte=at
    )
    return (
        Shift.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=at),
            community_id=community_id,
            starts_at__lte=at,
            called_off_at=None,
        )
        .filter(~Exists(taken_over), user__is_active=True)
        .select_related("user")
    )


_kept: ContextVar[dict[tuple[UUID, UUID, datetime], list[tuple[str, str]]] | None] = ContextVar(
    "kept", default=None
)


@contextmanager
def remembering() -> Iterator[None]:
    """Inside, the duties somebody holds at one moment are read once: for a batch of acts in one transaction."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def _held(community_id: UUID, user_id: UUID, at: datetime) -> list[tuple[str, str]]:
    """(duty, scope path) of everything somebody is on duty for."""
    kept, key = _kept.get(), (community_id, user_id, at)
    if kept is not None and key in kept:
        return kept[key]
    found = list(shifts_now(community_id, at).filter(user_id=user_id).values_list("duty", "scope"))
    if kept is not None:
        kept[key] = found
    return found


class Book:
    """The roster's answer to the engine."""

    def holds(self, actor: Actor, duty: str, *, community_id: UUID, scope: str, at: datetime) -> bool:
        """Whether `actor` holds the duty, or one that covers it, at a place that holds `scope`."""
        standing = standing_for(duty)
        return any(
            held in standing and covers(path, scope) for held, path in _held(community_id, actor.id, at)
        )

    def holders(self, duty: str, *, community_id: UUID, scope: str, at: datetime) -> Sequence[User]:
        """Everybody on post for this duty here, nearest scope first; those on call when nobody is on post."""
        found = [s for s in shifts_now(community_id, at).filter(duty=duty) if covers(s.scope, scope)]
        on_post = [s for s in found if not s.on_call] or found
        on_post.sort(key=lambda s: (-len(s.scope), s.starts_at, s.pk))
        return list({s.user_id: s.user for s in on_post}.values())

    def title(self, duty: str) -> str:
        """In the reader's language."""
        return _(title(duty))


def duties_of(user: User, *, at: datetime) -> dict[str, list[str]]:
    """The duties somebody holds now: duty → scope paths."""
    if user.community_id is None:
        return {}
    held: dict[str, list[str]] = {}
    for duty, scope in shifts_now(user.community_id, at).filter(user=user).values_list("duty", "scope"):
        held.setdefault(duty, []).append(scope)
    return held


def scopes_of(user: User, *, at: datetime) -> list[str]:
    """Every place somebody is on duty for now, outermost only."""
    paths = sorted({p for held in duties_of(user, at=at).values() for p in held})
    return [p for p in paths if not any(p != q and covers(q, p) for q in paths)]
