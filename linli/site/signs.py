"""Template tags for the two kinds of drawing that every page repeats: a shape beside a status, a sign beside a word."""

from __future__ import annotations

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

register = template.Library()

SHAPES = ("pass", "limit", "stop", "overdue", "waiting")


@register.simple_tag(name="shape")
@cache  # a worklist draws a hundred of them; keys come from our own templates and views
def shape(key: str) -> str:
    """The shape of a status (one of SHAPES), without its word: the word must stand beside it."""
    drawing = '<svg class="shape" viewBox="0 0 12 12" aria-hidden="true"><use href="{}#{}"/></svg>'
    return format_html(drawing, static("linli/icons.svg"), key)


@register.simple_tag(name="icon")
@cache
def icon(key: str) -> str:
    """A sign from icons.svg, never alone without a word or aria-label around it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("linli/icons.svg"), key
    )
