"""Who works in the demo community, and the one password of its accounts."""

from __future__ import annotations

import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password

from linli.base.scope import path
from linli.drill.places import PLANS
from linli.registry.models import Community
from linli.roster.models import Shift, User

STAFF = (
    ("zhuren", "director", "社区主任"),
    ("zhiban", "desk", "值班台"),
    ("jiedai", "reception", "接待核实"),
    ("zhuanyun", "transport", "转运"),
    ("jiankang", "health", "健康监测"),
    ("shenpi", "approver", "审批人"),
    ("shuju", "data_officer", "数据专员"),
    ("jiexian", "hotline", "接线员"),
    ("songhuo", "delivery", "代购送货"),
    ("jujia", "home_care", "居家服务"),
    ("caiyang", "sampling", "采样"),
    ("wanggeyuan", "grid_worker", "网格员"),
    ("saojie", "patrol", "扫街"),
    ("changsuo", "venue_officer", "场所专管员"),
    ("mengang", "gatekeeper", "门岗"),
)
"""Sign-in name, duty, and what it is called; grid leads are `wangge1` to `wangge4`, one a compound."""


def password() -> str:
    """One password for all demo accounts, made once for this installation and kept beside its keys."""
    file = Path(settings.HOME) / "keys" / "demo-password"
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write("-".join(secrets.token_hex(2) for _ in range(3)))
    except FileExistsError:
        pass
    return file.read_text().strip()


def accounts() -> list[tuple[str, str]]:
    """Sign-in names and what each is, for the terminal."""
    grid = [(f"wangge{i}", f"网格长({plan.name})") for i, plan in enumerate(PLANS, 1)]
    return [(name, title) for name, _duty, title in STAFF] + grid


def hire(community: Community, at: datetime) -> None:
    """One account for every duty of the office and a grid lead for every compound, on standing shifts."""
    secret = make_password(password())
    names = (
        *("郝建设", "秦值明", "罗接英", "崔运生", "温健民", "程批准", "宋据实", "季听雨", "车小送"),
        *("步知秋", "白露生", "邹门安", "时常春", "商有序", "门长安"),
    )
    rows = [(login, duty, name, community.path) for (login, duty, _t), name in zip(STAFF, names, strict=True)]
    leads = ("葛连城", "关明月", "申佳宁", "段秋实")
    rows += [
        (f"wangge{i}", "grid_lead", name, path(community.slug, plan.code))
        for i, (plan, name) in enumerate(zip(PLANS, leads, strict=True), 1)
    ]
    for login, duty, name, scope in rows:
        user = User.objects.create(username=login, shown_name=name, community=community, password=secret)
        Shift.objects.create(
            community=community, user=user, duty=duty, scope=scope, starts_at=at - timedelta(days=1)
        )
