"""The release note (解除通知单): numbered and signed in the step that lets somebody out, checked at the gate."""

from __future__ import annotations

from datetime import datetime, timedelta

from linli.base.clock import LOCAL, local
from linli.base.ids import uuid7
from linli.codes import sign
from linli.codes.ring import CLOCKS_RUN_LATE, ring
from linli.codes.token import new_short_code, new_token, read_short_code, read_token
from linli.loops.evidence import Given
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.rights import Actor
from linli.matters.isolation.models import ReleaseNote
from linli.registry.models import Community, Person

RELEASE = "release"
"""The audience of a 解除通知单: whoever keeps a gate."""

VALID_DAYS = 30
"""How long a note can be checked when the pack does not say (`release.valid_days`)."""


def issue(case: Case, person: Person, given: Given, *, actor: Actor, at: datetime) -> ReleaseNote:
    """Number, sign and keep the note. The caller holds the community's ledger lock, so numbers have no gap."""
    at = at.replace(microsecond=0)
    community = Community.objects.get(pk=case.community_id)
    days = pack_for(community.id, at).get("release.valid_days", VALID_DAYS)
    number, until = _next_number(community, at), at + timedelta(days=days)
    key = ring().current
    assert key is not None, "ring() makes a key when there is none"
    statement = sign.Statement(
        number=number,
        masked_name=person.masked_name[:24],
        persons=1,
        audience=RELEASE,
        issued_at=at,
        not_before=at - CLOCKS_RUN_LATE,
        expires_at=until,
    )
    return ReleaseNote.objects.create(
        id=uuid7(),
        community=community,
        case=case,
        person=person,
        number=number,
        token=new_token(),
        short_code=new_short_code(),
        statement=sign.sign(statement, key),
        tested_at=given.get("tested_at") or None,
        issued_at=at,
        valid_until=until,
        issued_by=actor.shown_name,
    )


def _next_number(community: Community, at: datetime) -> str:
    """JC-XYSJ-2022-0007: counted within the community's year."""
    year = local(at).year
    begins = datetime(year, 1, 1, tzinfo=LOCAL)
    so_far = ReleaseNote.objects.filter(community=community, issued_at__gte=begins).count()
    return f"JC-{community.slug.upper()}-{year}-{so_far + 1:04d}"


def by_token(scanned: str) -> ReleaseNote | None:
    """The note of a scanned token; None for anything else."""
    token = read_token(scanned)
    notes = ReleaseNote.objects.select_related("community", "person")
    return notes.filter(token=token).first() if token else None


def by_code(typed: str) -> ReleaseNote | None:
    """The note of the eight characters on the paper (callers let strangers try only a few times)."""
    code = read_short_code(typed)
    found = list(ReleaseNote.objects.filter(short_code=code)[:2]) if code else []
    return found[0] if len(found) == 1 else None
