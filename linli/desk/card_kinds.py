"""What the cards of residents may be printed as."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.codes.cards.layout import Kind

KINDS: dict[Kind, str] = {
    "card": N_("卡片 85.6×54 毫米,一张纸十张"),
    "small": N_("小卡 80×48 毫米(小塑封膜),一张纸十张"),
    "badge": N_("挂绳胸卡 60×90 毫米,一张纸九张"),
    "household": N_("一户一张 A4"),
}
"""In this order."""


def kinds() -> list[tuple[str, str]]:
    """Key and title of each, as a page says them."""
    return [(key, _(title)) for key, title in KINDS.items()]
