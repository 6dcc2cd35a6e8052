"""Two loops: a look into who met whom, with four eyes and an end; and a call to somebody who may have been exposed."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence
from linli.loops.registry import register
from linli.loops.spec import Loop, State, Step

reason = Evidence("reason", N_("原因"), private=True)


@register
class Trace(Loop, key="trace", title=N_("行程追溯")):
    """追溯: nobody looks alone, nobody looks for ever. Whoever agrees is never whoever asked."""

    asked = State(N_("等第二人同意"), due="trace.approve", tell=("approver", "director"))
    granted = State(N_("可以查看"), due="trace.close", tell=("data_officer", "director"))
    refused = State(N_("未同意"))
    closed = State(N_("已查完"))

    approve = Step(
        asked,
        granted,
        by="approver",
        title=N_("同意追溯"),
        needs=(
            Evidence("checked", N_("流调编号、理由和范围都看过,范围没有超出需要"), kind="yes", must_be=True),
        ),
    )
    refuse = Step(asked, refused, by="approver", title=N_("不同意"), needs=(reason,))
    finish = Step(
        granted,
        closed,
        by="data_officer",
        title=N_("查完了,关闭"),
        needs=(Evidence("called", N_("要通知的人都已开出电话任务"), kind="yes", must_be=True),),
    )
    give_up = Step(asked, closed, by="data_officer", title=N_("不查了"), needs=(reason,))


@register
class ContactCall(Loop, key="contact_call", title=N_("告知接触")):
    """告知: having been there at the time is no status. Somebody calls, tells and listens; nothing else follows."""

    owed = State(N_("待打电话"), due="trace.call", tell=("health", "desk"))
    told = State(N_("已告知"))
    unreached = State(N_("联系不上"))

    tell_them = Step(
        owed,
        told,
        by="health",
        title=N_("打通了,已告知"),
        needs=(
            Evidence("advised", N_("说了什么建议"), private=True),
            Evidence("note", N_("对方说了什么"), private=True, required=False),
        ),
    )
    not_reached = Step(owed, unreached, by="health", title=N_("多次联系不上"), needs=(reason,))
