"""Classes of people who need more than a message (特殊人群), as the office's registers name them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as N_

NEEDS = {
    "chronic": N_("慢性病患者"),
    "alone": N_("独居老人"),
    "disabled": N_("残疾人"),
    "cancer_therapy": N_("肿瘤放化疗"),
    "maternity": N_("孕产妇"),
    "dialysis": N_("血液透析"),
    "bedridden": N_("卧床老人"),
    "child_in_need": N_("困境儿童"),
}
"""Key → the word of the register. The order is that of lists on screen."""

_KEYS = {title: key for key, title in NEEDS.items()}


def key_of(title: str) -> str:
    """The key of a class; a class that only this office has keeps its own word as key (30 characters)."""
    return _KEYS.get(title, title[:30])


def titles(keys: Iterable[str]) -> list[str]:
    """The words of these classes in the order of `NEEDS`, the office's own behind (msgids where they are known)."""
    held = set(keys)
    return [title for key, title in NEEDS.items() if key in held] + sorted(held - set(NEEDS))
