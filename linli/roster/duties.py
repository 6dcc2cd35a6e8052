"""The duties (岗位) a person can hold; loops name them in `by` and `tell`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as N_


@dataclass(frozen=True)
class Duty:
    """One duty: `covers` are other duties its holder may act for."""

    key: str
    title: str
    covers: tuple[str, ...] = ()


DUTIES = {
    d.key: d
    for d in (
        Duty(
            "director",
            N_("社区主任"),
            (
                *("desk", "reception", "transport", "health", "grid_lead", "approver", "data_officer"),
                *(
                    "delivery",
                    "hotline",
                    "clerk",
                    "sampling",
                    "home_care",
                    "grid_worker",
                    "patrol",
                    "venue_officer",
                    "responder",
                    "gatekeeper",
                ),
            ),
        ),
        Duty(
            "desk",
            N_("值班台"),
            (
                *("reception", "transport", "health", "delivery", "hotline", "clerk"),
                *("sampling", "home_care", "grid_worker", "patrol", "responder", "venue_officer"),
                "gatekeeper",
            ),
        ),
        Duty("approver", N_("审批人")),
        Duty("data_officer", N_("数据专员")),
        Duty(
            "grid_lead",
            N_("网格长"),
            (
                "health",
                "clerk",
                "home_care",
                "grid_worker",
                "patrol",
                "responder",
                "venue_officer",
                "gatekeeper",
            ),
        ),
        Duty("grid_worker", N_("网格员"), ("responder",)),
        Duty("reception", N_("接待核实")),
        Duty("transport", N_("转运")),
        Duty("health", N_("健康监测"), ("sampling", "home_care", "responder")),
        Duty("patrol", N_("扫街"), ("responder",)),
        Duty("venue_officer", N_("场所专管员"), ("patrol", "responder")),
        Duty("delivery", N_("代购送货")),
        Duty("sampling", N_("采样")),
        Duty("gatekeeper", N_("门岗"), ("responder",)),
        Duty("hotline", N_("接线员")),
        Duty("home_care", N_("居家服务"), ("responder",)),
        Duty("responder", N_("异常处置")),
        Duty("clerk", N_("录入员")),
    )
}


def standing_for(duty: str) -> tuple[str, ...]:
    """Every duty whose holder may act for `duty`, itself first."""
    return (duty, *(d.key for d in DUTIES.values() if duty in d.covers))


def paths_for(held: Mapping[str, Sequence[str]], duty: str) -> list[str]:
    """The places where whoever holds these duties (duty → scope paths) may act for `duty`."""
    return sorted({path for d in standing_for(duty) for path in held.get(d, ())})


def title(duty: str) -> str:
    """The Chinese title of a duty (a msgid); the key itself for a duty of another house."""
    return DUTIES[duty].title if duty in DUTIES else duty
