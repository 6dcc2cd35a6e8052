"""The office's own pages: settings, the ledger with its head, the policy packs and what adopting one would move."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import LOCAL, now
from linli.desk import timeline, words
from linli.desk.frame import page
from linli.loops import pack as packs
from linli.loops import replanning
from linli.loops.models import Adoption, Event, Ledger
from linli.roster.permissions import actor, community_of, may, requires

DOORS = (
    ("staff.see", "desk-staff", N_("账号和班次"), N_("开账号、排班、让丢失的手机退出")),
    ("notify.channels", "notify-channels", N_("通知渠道"), N_("手机推送、短信、机器人、邮件,可试发")),
    ("notify.deliveries", "notify-deliveries", N_("送达情况"), N_("每条提醒到了谁、什么时候到的")),
    ("notify.own", "notify-me", N_("本机提醒"), N_("让这台手机接收值班提醒")),
    ("field.tasks", "field", N_("手机端"), N_("任务带在手机里,没有网络也能办")),
    ("return.senders", "desk-senders", N_("下发方"), N_("谁可以推送返乡名单,换发密钥")),
    ("gate.see", "desk-gates", N_("闸机"), N_("每台有没有消息、钟准不准;发密钥、停密钥")),
    ("pack.see", "desk-packs", N_("政策包"), N_("现在按哪份文件办,换政策先看差别")),
    ("ledger.see", "desk-retention", N_("数据保存与销毁"), N_("每类资料留多久,删了什么可查")),
    ("account.own", "usersessions_list", N_("我的设备"), N_("看登录过的设备,让丢失的退出")),
    ("account.own", "mfa_index", N_("两步验证"), N_("通行密钥、验证器、恢复码")),
)
"""Permission, URL name, title, what is behind it."""

LINES = 60
"""Ledger lines on one page."""

SHOWN = 100
"""Cases a preview lists by name; the count is of all."""


@requires("desk.home")
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Everything this account may set, each door with a sentence."""
    doors = [
        {"url": reverse(name), "title": _(title), "text": _(text)}
        for permission, name, title, text in DOORS
        if may(request, permission)
    ]
    return page(request, "desk/settings.html", {"doors": doors}, here="settings", at=now())


@requires("ledger.see")
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """The latest lines of the community's ledger, newest first, and the head to sign. `before` is the keyset."""
    at, community_id = now(), community_of(request)
    events = Event.objects.filter(community_id=community_id).select_related("case").order_by("-seq")
    before = request.GET.get("before", "")
    if before.isdigit():
        events = events.filter(seq__lt=int(before))
    rows = list(events[: LINES + 1])
    head = Ledger.objects.filter(pk=community_id).first()
    context = {
        "head": {"seq": head.seq, "digest": head.head} if head else None,
        "lines": [{"seq": e.seq, "title": e.case.title, "url": reverse("desk-case", args=[e.case_id]),
                   **timeline.told(e.case, e, at)} for e in rows[:LINES]],
        "pager": {"next": f"{request.path}?before={rows[LINES - 1].seq}"} if len(rows) > LINES else None,
    }  # fmt: skip
    return page(request, "desk/ledger.html", context, here="ledger", at=at)


@requires("pack.see")
@require_safe
def pack_list(request: HttpRequest) -> HttpResponse:
    """What binds the community now, what did, and the packs that come with linli."""
    at, community_id = now(), community_of(request)
    context = {
        "binding": _named(packs.pack_for(community_id, at)),
        "adopted": [
            {"key": a.key, "at": words.moment(a.from_at, at), "who": a.adopted_by, "second": a.seconded_by}
            for a in Adoption.objects.filter(community_id=community_id).order_by("-from_at")[:20]
        ],
        "shipped": [_named(packs.read(packs.shipped(key))) | {"key": key} for key in packs.shipped_keys()],
    }
    return page(request, "desk/packs.html", context, here="settings", at=at)


def _named(pack: packs.Pack) -> dict[str, Any]:
    fields = ("issuer", "document", "number", "valid_from", "legal_basis")
    return {"title": pack.title, "version": pack.key, **{f: pack.body.get(f, "") for f in fields}}


class AdoptForm(forms.Form):
    """From when the pack binds, and who else has read the preview."""

    from_at = forms.DateTimeField(
        label=N_("生效时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    seconded_by = forms.CharField(label=N_("复核人"), max_length=60)

    def __init__(self, data: Any, *, at: datetime) -> None:
        super().__init__(data, initial={"from_at": at.astimezone(LOCAL)})
        for field in self.fields.values():
            field.label = _(str(field.label))


@requires("pack.adopt")
@require_http_methods(["GET", "HEAD", "POST"])
def pack_adopt(request: HttpRequest, key: str) -> HttpResponse:
    """The difference first; adopting it is a second, deliberate act with a second person's name."""
    at, community_id = now(), community_of(request)
    if key not in packs.shipped_keys():
        return redirect("desk-packs")
    body = packs.shipped(key)
    pack, form = packs.read(body), AdoptForm(request.POST or None, at=at)
    if request.method == "POST" and form.is_valid():
        replanning.adopt(
            community_id,
            body,
            from_at=form.cleaned_data["from_at"],
            at=at,
            adopted_by=actor(request).shown_name,
            seconded_by=form.cleaned_data["seconded_by"],
        )
        messages.success(request, _("已启用「%(pack)s」") % {"pack": pack.title})
        return redirect("desk-packs")
    changes = list(islice(replanning.preview(community_id, pack), SHOWN + 1))
    context = {
        "pack": _named(pack),
        "changes": [_change(c, at) for c in changes[:SHOWN]],
        "more": len(changes) > SHOWN,
        "form": form,
    }
    return page(
        request, "desk/pack_adopt.html", context, here="settings", at=at, status=422 if form.errors else 200
    )


def _change(change: replanning.Change, at: datetime) -> dict[str, Any]:
    return {
        "title": change.case.title,
        "url": reverse("desk-case", args=[change.case.id]),
        "before": words.moment(change.due_before, at),
        "after": words.moment(change.due_after, at),
        "state": _(change.case.standing.title),
    }
