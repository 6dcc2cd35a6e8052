"""What a step asks to see: small declared questions whose answers are checked all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

Given = dict[str, Any]
"""The answers of one step: evidence key → JSON value. Nothing in it may identify a resident in clear."""

Kind = Literal["text", "name", "choice", "yes", "choices", "code", "signature", "moment", "number"]
Complaint = Callable[[Any], str | None]


@dataclass(frozen=True)
class Evidence:
    """One question. `private` answers are kept beside the ledger (they can be shredded), only a reference inside it.

    `choices` are (value, title) pairs; `complaint(value)` returns a sentence when the answer cannot stand. `digits` is
    how a number is written by hand: one box for each 0.
    """

    key: str
    title: str
    kind: Kind = "text"
    required: bool = True
    private: bool = False
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""
    complaint: Complaint | None = None
    must_be: bool | None = None
    digits: str = "000"

    def fault(self, value: Any) -> str | None:
        """A sentence in the reader's words, or None when the answer stands."""
        if value in (None, "", []):
            return _("请填写「%(title)s」") % {"title": _(self.title)} if self.required else None
        if self.choices and not set(_listed(value)) <= {v for v, _ in self.choices}:
            return _("「%(title)s」请从所列选项中选择") % {"title": _(self.title)}
        if self.must_be is not None and bool(value) is not self.must_be:
            return _("「%(title)s」须确认后才能继续") % {"title": _(self.title)}
        if isinstance(value, str) and len(value) > MAX_TEXT:
            return _("「%(title)s」最多 %(most)d 字") % {"title": _(self.title), "most": MAX_TEXT}
        return self.complaint(value) if self.complaint else None


MAX_TEXT = 2000
"""Characters in one answer; longer texts belong into an attachment."""


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else (value,)


def faults(needs: Iterable[Evidence], given: Mapping[str, Any]) -> dict[str, str]:
    """Every fault of the answers at once: evidence key → sentence. Answers nobody asked for are faults too."""
    needs = tuple(needs)
    found = {e.key: s for e in needs if (s := e.fault(given.get(e.key)))}
    known = {e.key for e in needs}
    return found | {k: _("没有问「%(key)s」,请去掉") % {"key": k} for k in given if k not in known}
