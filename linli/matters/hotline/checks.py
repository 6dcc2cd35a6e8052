"""Cards that ask for what their pack does not say are a sentence at `manage.py check`."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from linli.loops import pack
from linli.matters.hotline import cards


@register()
def shipped_cards(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every fault of every shipped card; a pack that cannot be read is another check's."""
    found: list[CheckMessage] = []
    for key in pack.shipped_keys():
        try:
            faults = cards.faults(pack.read(pack.shipped(key)))
        except pack.BadPack:
            continue
        found += [Error(f"{fault} (pack {key})", id="hotline.E001") for fault in faults]
    return found
