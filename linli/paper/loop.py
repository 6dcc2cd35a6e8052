"""The loop of a sheet of paper: it is out until every row is typed in, or somebody says why it never will be."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.registry import register
from linli.loops.rights import Actor
from linli.loops.spec import Loop, State, Step
from linli.paper.models import SheetRow

CLERK = "clerk"
"""The duty that makes sheets and types them in."""

RETURN = "sheet.return"
"""The pack's promise of a sheet that is out."""


@register
class PaperRound(Loop, key="sheet", title=N_("纸质表")):
    """纸质表: handed out, walked with, brought back. The case's `subject` is the sheet."""

    out = State(N_("在外面"), due=RETURN, tell=("desk", "grid_lead"))
    returned = State(N_("已录完"))
    given_up = State(N_("已作废"))

    finish = Step(out, returned, by=CLERK, title=N_("收回录完"))
    give_up = Step(
        out,
        given_up,
        by=CLERK,
        title=N_("作废这张表"),
        needs=(Evidence("reason", N_("原因"), private=True),),
    )


@PaperRound.finish.does
def nothing_is_left(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """Every row is typed in or marked not done. Raises Refused, with a key: it is put right on the sheet."""
    rows = SheetRow.objects.filter(community_id=case.community_id, sheet__case=case)
    if left := rows.filter(outcome="").count():
        sentence = _("还有 %(n)d 行没录。请打开这张表录完,没办成的注明原因") % {"n": left}
        raise Refused(sentence, {"rows": sentence})
    return {"rows": rows.count(), "late": rows.filter(outcome="late").count()}
