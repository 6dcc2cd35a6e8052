"""What screens show of a look and of a call."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops.models import Case, Remark
from linli.loops.spec import Fact
from linli.matters.tracing.loop import ContactCall, Trace
from linli.matters.tracing.models import Contact, Scope


def trace_facts(case: Case) -> list[Fact]:
    """Whom, how far, why, and who agreed."""
    scope = Scope.objects.select_related("person").get(community_id=case.community_id, case=case)
    why = Remark.objects.filter(
        community_id=case.community_id, event__case=case, event__name="trace.opened", key="reason"
    ).first()
    span = f"{local(scope.since):%m-%d %H:%M} – {local(scope.until):%m-%d %H:%M}"
    rows = [
        Fact(_("追溯谁"), scope.person.masked_name, "", reverse("desk-person", args=[scope.person_id])),
        Fact(_("流调编号"), scope.number),
        Fact(_("时间"), span),
        Fact(_("前后"), _("%(n)d 分钟") % {"n": scope.within_minutes}),
        Fact(_("理由"), why.text if why else ""),
        Fact(_("同意的人"), scope.granted_by),
    ]
    if case.state == Trace.granted.key:
        rows.append(Fact(_("名单"), _("打开"), "", reverse("desk-trace", args=[scope.pk])))
    return [row for row in rows if row.value]


def call_facts(case: Case) -> list[Fact]:
    """How often and when last; where the number is."""
    contact = Contact.objects.select_related("person", "scope").get(community_id=case.community_id, case=case)
    number = Fact(_("号码"), _("没有留下号码"))
    if contact.person:
        number = Fact(
            _("姓名"), contact.person.masked_name, "", reverse("desk-person", args=[contact.person_id])
        )
    elif contact.number is not None:
        number = Fact(_("号码"), _("打电话时查看"), "", reverse("desk-trace-number", args=[contact.pk]))
    return [
        number,
        Fact(_("同处次数"), str(contact.times)),
        Fact(_("最近一次"), f"{local(contact.last_at):%m-%d %H:%M}"),
        Fact(_("流调编号"), contact.scope.number),
    ]


Trace.facts = staticmethod(trace_facts)
ContactCall.facts = staticmethod(call_facts)
