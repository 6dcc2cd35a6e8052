"""The words of the notice endpoint: what a sender may say, and what is wrong with what it said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
)

from linli.matters.returns.models import Sender
from linli.matters.returns.notices import PUSH, NoticeIn
from linli.registry.announce import Described

MOST_ITEMS = 500
MOST_BYTES = 1 << 20


def text(most: int, least: int = 0) -> Any:
    """A string of so many characters without control characters; outer spaces do not count."""
    return StringConstraints(
        strip_whitespace=True, min_length=least, max_length=most, pattern=r"^[^\x00-\x1f\x7f]*$"
    )


EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]


class NoticeBody(BaseModel):
    """One person who comes home. Unknown members are refused, so that a misspelt one cannot pass unseen."""

    model_config = ConfigDict(extra="forbid", title="Notice")

    id: Annotated[str, text(60, 1)] = Field(
        description="The sender's own id of this notice. Sent again, it is the same notice: nothing is done twice."
    )
    name: Annotated[str, text(50, 1)] = Field(description="姓名, as on the document.")
    id_number: Annotated[str, text(40)] = Field(
        "", description="证件号码: identity card, passport or permit. '' when not known; never invented."
    )
    phones: Annotated[list[Annotated[str, text(30)]], Field(max_length=5)] = Field(
        default_factory=list, description="联系电话, the traveller's own first."
    )
    origin: Annotated[str, text(80)] = Field("", description="出发地, down to the county.")
    service: Annotated[str, text(20)] = Field("", description="车次 or flight: G9457, XY9021. '' for a car.")
    station: Annotated[str, text(30)] = Field("", description="到达站.")
    arrives_at: Moment | None = Field(
        None, description="预计到达时间 with its zone: 2022-04-15T01:05:00+08:00."
    )
    companions: Annotated[list[Annotated[str, text(50, 1)]], Field(max_length=20)] = Field(
        default_factory=list,
        description="同行人员 by name. Whoever has a notice of their own is counted once.",
    )
    destination: Annotated[str, text(160)] = Field("", description="目的地详细地址, as it was told.")
    note: Annotated[str, text(500)] = Field("", description="备注.")
    batch: Annotated[str, text(60)] = Field("", description="下发批次, if the sender has one.")
    told_at: Moment | None = Field(
        None, description="When the sender learnt it, if earlier than now; decides whether it came in time."
    )
    cancels: StrictBool = Field(
        False, description="True when the person does not come after all. Closes nothing: the community asks."
    )

    def notice(self, sender: Sender) -> NoticeIn:
        """As the community takes it."""
        return NoticeIn(
            source=PUSH,
            key=f"{sender.id.hex}:{self.id}",
            who=Described(name=self.name, id_number=self.id_number, phones=tuple(self.phones)),
            origin=self.origin,
            service=self.service,
            station=self.station,
            eta_at=self.arrives_at,
            companion_names=tuple(self.companions),
            destination=self.destination,
            batch=self.batch,
            note=self.note,
            cancels=self.cancels,
            told_at=self.told_at,
        )


def faults(error: ValidationError) -> list[dict[str, str]]:
    """Every fault of one notice at once, as {"pointer", "sentence"}; the value itself is never repeated."""
    return [
        {"pointer": "".join(f"/{part}" for part in e["loc"]), "sentence": _sentence(e)}
        for e in error.errors(include_url=False, include_input=False)
    ]


def _sentence(error: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    most = context.get("max_length", "")
    known = {
        "missing": _("缺这一项"),
        "extra_forbidden": _("没有这一项,请去掉"),
        "string_too_long": _("太长,最多 %(most)s 字") % {"most": most},
        "too_long": _("太多,最多 %(most)s 个") % {"most": most},
        "string_too_short": _("不能为空"),
        "string_type": _("要写成文字(带引号)"),
        "string_pattern_mismatch": _("里面有看不见的控制字符,请去掉"),
        "bool_type": _("要写 true 或 false"),
        "list_type": _("要写成列表"),
        "timezone_aware": _("时间要带时区,例如 2022-04-15T01:05:00+08:00"),
    }
    if kind.startswith("datetime") or kind in ("greater_than_equal", "less_than_equal"):
        return _("不是时间,例如 2022-04-15T01:05:00+08:00")
    return known.get(kind, _("写法不对"))
