"""A loop of another domain, and a duty book that holds whatever a test says: the engine must not know residents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from linli.base.ids import uuid7
from linli.loops import rights
from linli.loops.evidence import Evidence
from linli.loops.models import Case, Event
from linli.loops.pack import Pack
from linli.loops.spec import Loop, Opening, State, Step

T0 = datetime(2022, 4, 14, 17, 10, tzinfo=UTC)  # 01:10 the next day in Changzhi


def minutes(n: float) -> datetime:
    """`n` minutes after T0."""
    return T0 + timedelta(minutes=n)


@dataclass(frozen=True)
class Clerk:
    """Somebody who acts."""

    shown_name: str
    community_id: UUID | None
    id: UUID = field(default_factory=uuid7)


class Book:
    """Who holds what: duty → clerks."""

    def __init__(self, **held: list[Clerk]) -> None:
        self.held = held

    def holds(self, actor: rights.Actor, duty: str, *, community_id: UUID, scope: str, at: datetime) -> bool:
        return any(c.id == actor.id for c in self.held.get(duty, []))

    def holders(self, duty: str, *, community_id: UUID, scope: str, at: datetime) -> list[Clerk]:
        return self.held.get(duty, [])

    def title(self, duty: str) -> str:
        return duty


class Parcel(Loop, key="parcel", title="包裹"):
    """包裹。"""

    waiting = State("待取", due="parcel.fetch", tell=("runner", "lead"))
    carried = State("途中", due="parcel.bring", tell=("runner", "lead"))
    brought = State("已到")
    lost = State("遗失")

    fetch = Step(
        waiting,
        carried,
        by="runner",
        title="取件",
        needs=(
            Evidence("giver", "交出人"),
            Evidence("taker", "接收人"),
            Evidence("remark", "备注", private=True, required=False),
        ),
        passes=("giver", "taker"),
    )
    bring = Step(carried, brought, by="runner", title="送达")
    lose = Step((waiting, carried), lost, by="lead", title="登记遗失", needs=(Evidence("reason", "原因"),))


def _receipt(case: Case, event: Event, pack: Pack) -> Opening | None:
    return Opening(
        title=case.title, scope=case.scope, subject=case.subject, anchors={"brought": event.at.isoformat()}
    )


class Receipt(Loop, key="receipt", title="回执", opens_on=("parcel.bring",)):
    """回执。"""

    owed = State("待回执", due="receipt.sign", tell=("lead",))
    signed = State("已回执")

    sign = Step(owed, signed, by="lead", title="签收")
    opening = staticmethod(_receipt)


PACK = """
key = "test"
version = "1"
title = "测试"
issuer = "测试"
document = "测试"
[ladder]
minutes = [2, 5, 10]
repeat_minutes = 10
acknowledged_minutes = 30
last_resort = "director"
[due]
"parcel.fetch" = { after = "20m" }
"parcel.bring" = { after = "60m", anchor = "arrival", offset = "15m" }
"receipt.sign" = { after = "1d", quiet = true }
"""
