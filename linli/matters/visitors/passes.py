"""The pass itself: a code with a window, shown as a QR and as eight characters; who has it knows a building, no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from linli.base.clock import local
from linli.codes import issuing
from linli.codes.models import Code, Kind
from linli.codes.token import grouped, read_short_code, read_token
from linli.loops.models import Case
from linli.matters.visitors.loop import VisitPass


def issue(case: Case, *, at: datetime) -> Code:
    """Give the visit its code; it dies when the window ends. The caller holds the ledger lock."""
    until = datetime.fromisoformat(case.anchors["until"])
    return issuing.issue(Kind.PASS, case.id, community_id=case.community_id, at=at, expires_at=until)


def revoke(case: Case, *, at: datetime) -> None:
    """The code opens nothing from now on."""
    issuing.revoke(Kind.PASS, case.id, community_id=case.community_id, at=at)


def code_of(case: Case) -> Code | None:
    """The code of a visit that was not taken back."""
    return issuing.live(Kind.PASS, case.id, community_id=case.community_id)


def url(code: Code) -> str:
    """What the QR holds: the visitor's own page."""
    return f"{settings.PUBLIC_URL}/r/{code.token}/"


def window(case: Case) -> tuple[datetime, datetime]:
    """From when until when."""
    return (
        datetime.fromisoformat(case.anchors["starts_at"]),
        datetime.fromisoformat(case.anchors["until"]),
    )


def window_words(case: Case, at: datetime | None = None) -> str:
    """4-15 14:00–18:00, by the clock of the community; seen `at` that very day only the hours."""
    if "until" not in case.anchors:
        return ""
    starts, until = (local(moment) for moment in window(case))
    ends = "" if starts.date() == until.date() else f"{until.month}-{until.day} "
    begins = "" if at and local(at).date() == starts.date() else f"{starts.month}-{starts.day} "
    return f"{begins}{starts:%H:%M}–{ends}{until:%H:%M}"


@dataclass(frozen=True)
class Found:
    """A visit by what was scanned or typed. `code` is dead where the visit is over or its window is past."""

    code: Code
    case: Case


def find(said: str) -> Found | None:
    """The visit of a pass, dead or alive, by its address, token or eight characters; None for one never given."""
    code = issuing.find(_bare(said), kind=Kind.PASS)
    case = Case.objects.filter(pk=code.subject, loop=VisitPass.key).first() if code else None
    return Found(code, case) if code and case and case.community_id == code.community_id else None


def _bare(said: str) -> str:
    """The token inside an address of ours; anything else as it is."""
    head = f"{settings.PUBLIC_URL}/r/"
    return said.strip().removeprefix(head).rstrip("/") if said.strip().startswith(head) else said


def opens(said: str, case: Case) -> str:
    """How what was scanned or said belongs to this very visit: scanned, typed, word; "" where it does not."""
    bare = _bare(said)
    if bare.strip() == case.anchors["word"]:
        return "word"
    code = code_of(case)
    if code and read_token(bare) == code.token:
        return "scanned"
    return "typed" if code and read_short_code(bare) == code.short_code else ""


def message(case: Case, code: Code, community_name: str) -> str:
    """What brings the pass to the visitor, ready to be forwarded. Chinese, and without anybody's name or door."""
    says = f"{window_words(case)} 来访,进门时出示:{url(code)} 或报编码 {grouped(code.short_code)}。"
    return f"【{community_name}】{says}"
