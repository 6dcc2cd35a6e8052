"""Codes given out, looked up and taken back: each subject has at most one that lives."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from linli.codes.models import Code
from linli.codes.token import new_short_code, read_short_code, read_token

ATTEMPTS = 8
"""Short codes tried: 3.4 billion of them, so that a second try is already rare in a city of a million codes."""

BATCH = 1_000
"""Subjects of one statement: SQLite takes 32,766 parameters, and a row has nine."""


def issue(
    kind: str, subject: UUID, *, community_id: UUID, at: datetime, expires_at: datetime | None = None
) -> Code:
    """The code of a subject that lives, made where there is none. Safe under retry and concurrency."""
    for _attempt in range(ATTEMPTS):
        if found := live(kind, subject, community_id=community_id):
            return found
        try:
            with transaction.atomic():
                return Code.objects.create(
                    community_id=community_id,
                    kind=kind,
                    subject=subject,
                    short_code=new_short_code(),
                    issued_at=at,
                    expires_at=expires_at,
                )
        except IntegrityError:  # somebody else was first, or eight characters that are taken
            continue
    raise RuntimeError("no free short code")


def issue_all(
    kind: str,
    subjects: Iterable[UUID],
    *,
    community_id: UUID,
    at: datetime,
    expires_at: datetime | None = None,
) -> dict[UUID, Code]:
    """The same for many, by subject: thousands in a few statements."""
    wanted = list(dict.fromkeys(subjects))
    for _attempt in range(ATTEMPTS):
        found = live_of(kind, wanted, community_id=community_id)
        missing = [subject for subject in wanted if subject not in found]
        if not missing:
            return found
        codes = (
            Code(
                community_id=community_id,
                kind=kind,
                subject=subject,
                short_code=new_short_code(),
                issued_at=at,
                expires_at=expires_at,
            )
            for subject in missing
        )
        # What somebody else issued meanwhile, or eight characters that are taken, is left out and tried again.
        Code.objects.bulk_create(codes, batch_size=BATCH, ignore_conflicts=True)
    raise RuntimeError("no free short code")


def live(kind: str, subject: UUID, *, community_id: UUID) -> Code | None:
    """The code of a subject that was not taken back; it may have expired."""
    return Code.objects.filter(community_id=community_id, kind=kind, subject=subject, revoked_at=None).first()


def live_of(kind: str, subjects: Iterable[UUID], *, community_id: UUID) -> dict[UUID, Code]:
    """The same for many, by subject. One query for each BATCH of them."""
    wanted, living = (
        list(subjects),
        Code.objects.filter(community_id=community_id, kind=kind, revoked_at=None),
    )
    parts = (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
    return {row.subject: row for part in parts for row in living.filter(subject__in=part)}


def reissue(
    kind: str, subject: UUID, *, community_id: UUID, at: datetime, expires_at: datetime | None = None
) -> Code:
    """A new code for a subject; the old one ends in the same transaction."""
    with transaction.atomic():
        _living(kind, subject, community_id).update(revoked_at=at)
        return issue(kind, subject, community_id=community_id, at=at, expires_at=expires_at)


def revoke(kind: str, subject: UUID, *, community_id: UUID, at: datetime) -> int:
    """Take the code of a subject back; how many lived (0 or 1)."""
    return _living(kind, subject, community_id).update(revoked_at=at)


def _living(kind: str, subject: UUID, community_id: UUID) -> QuerySet[Code]:
    return Code.objects.filter(community_id=community_id, kind=kind, subject=subject, revoked_at=None)


def find(said: str, *, kind: str = "") -> Code | None:
    """The code meant by a token or by eight characters as people type them, dead or alive; None if there is none."""
    if token := read_token(said):
        rows = Code.objects.filter(token=token)
    elif short := read_short_code(said):
        rows = Code.objects.filter(short_code=short)
    else:
        return None
    return (rows.filter(kind=kind) if kind else rows).order_by("-issued_at").first()


def is_alive(code: Code, at: datetime) -> bool:
    """Whether it may be used at this moment."""
    return code.revoked_at is None and (code.expires_at is None or at < code.expires_at)
