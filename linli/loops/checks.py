"""Declaration errors as sentences at `manage.py check`."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from linli.loops import check, pack, registry


@register()
def declarations(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every fault of every loop, and every shipped pack that cannot be used."""
    found: list[CheckMessage] = []
    packs = {}
    for key in pack.shipped_keys():
        try:
            packs[key] = pack.read(pack.shipped(key))
        except pack.BadPack as error:
            found += [Error(f"pack {key}: {fault}", id="loops.E002") for fault in error.faults]
    for key, body in packs.items():
        faults = check.faults(registry.all_loops(), due_keys=body.body.get("due", {}))
        found += [Error(f"{fault} (pack {key})", id="loops.E001") for fault in faults]
    return found
