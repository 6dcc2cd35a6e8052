"""Every route of the house, read from the URLconf."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import UUIDConverter

from linli.base.ids import uuid7


@dataclass(frozen=True)
class Route:
    """One address: its template (`/desk/case/<uuid:case_id>/`), name, view and converters."""

    path: str
    name: str
    view: Callable[..., Any]
    converters: Mapping[str, Any]

    @property
    def permission(self) -> str | None:
        """The key that `@requires` left on the view; None is a hole in the wall."""
        return getattr(self.view, "permission", None)

    def url(self, values: Mapping[str, Any]) -> str:
        """The address with `values` in it; a kind of object that `values` does not know gets an id of nothing."""
        url = self.path
        for key, converter in self.converters.items():
            value = values.get(key, uuid7() if isinstance(converter, UUIDConverter) else 1)
            url = url[: url.index("<")] + str(converter.to_url(value)) + url[url.index(">") + 1 :]
        return url


def routes() -> list[Route]:
    """All of them, in the order Django asks them."""
    return list(_below(get_resolver().url_patterns, "/", {}))


def _below(patterns: list[URLPattern | URLResolver], prefix: str, outer: dict[str, Any]) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        converters = {**outer, **pattern.pattern.converters}
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, path, converters)
        else:
            yield Route(path, pattern.name or "", pattern.callback, converters)
