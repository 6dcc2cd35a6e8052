"""What every page of this package has around it, until a page higher up gives it more."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.roster.permissions import actor


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page in the desk's shell, under the name of the community."""
    community = actor(request).community
    return render(
        request, template, {"community_name": community.name if community else "", **context}, status=status
    )
