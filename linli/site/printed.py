"""The pages under docs/ that are printed from declarations and never written by hand."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from linli.loops import printing
from linli.matters.returns import api_docs
from linli.roster.duties import DUTIES
from linli.roster.matrix import ANYONE, PERMISSIONS, SIGNED_IN, Permission

DOCS = Path(settings.ROOT).parent / "docs"


def pages() -> dict[Path, str]:
    """File → Markdown."""
    loops = {DOCS / "loops" / name: text for name, text in printing.pages().items()}
    return {
        **loops,
        DOCS / "permissions.md": permissions(),
        DOCS / "api-notices.md": api_docs.markdown(),
    }


def permissions() -> str:
    """The permission table as people read it: one row a permission, one column a duty."""
    duties = list(DUTIES.values())
    lines = [
        "# Who may do what\n",
        "Printed from `linli/roster/matrix.py` by `linli docs`; do not edit. `tests/trust/test_matrix.py` calls every",
        "route with every duty and compares the answers with this table.\n",
        "● may · 🔑 may, with a second factor and a password not older than half an hour of silence · – may not.",
        "A duty is held by a shift that runs now; a duty that covers another may do its part.\n",
        f"| Permission | 中文 | {' | '.join(d.title for d in duties)} |",
        f"|---|---|{'---|' * len(duties)}",
    ]
    return "\n".join([*lines, *(_row(p) for p in PERMISSIONS.values())]) + "\n"


def _row(permission: Permission) -> str:
    if ANYONE in permission.duties:
        cells = " | ".join("everybody" for _ in DUTIES)
    elif SIGNED_IN in permission.duties:
        cells = " | ".join("●" for _ in DUTIES)
    else:
        mark = "🔑" if permission.needs_mfa else "●"
        cells = " | ".join(mark if permission.allows([key]) else "–" for key in DUTIES)
    return f"| `{permission.key}` | {permission.title} | {cells} |"
