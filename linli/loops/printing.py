"""The declarations as pages a director can read: docs/loops/*.md are printed from here and never written by hand."""

from __future__ import annotations

from linli.loops.evidence import Evidence
from linli.loops.registry import all_loops
from linli.loops.spec import ByHand, Loop, State, Step


def pages() -> dict[str, str]:
    """File name under docs/loops/ → Markdown."""
    return {f"{loop.key}.md": _page(loop) for loop in all_loops()}


def _page(loop: type[Loop]) -> str:
    opens = f"\nOpens on: {', '.join(f'`{e}`' for e in loop.opens_on)}.\n" if loop.opens_on else ""
    if loop.ends_with_cause:
        opens += f"\nEnds in `{loop.ends_with_cause}` when the case it followed from closes.\n"
    if loop.takes_calls:
        opens += f"\nTakes calls: {loop.takes_calls}.\n"
    opens += _by_hand(loop)
    parts = [
        f"# {loop.title} (`{loop.key}`)\n",
        f"Printed from the declaration by `linli docs`; do not edit.\n{opens}",
        "```mermaid",
        *_drawing(loop),
        "```\n",
        "## States\n",
        "| State | 中文 | Promise (pack) | Who is told, rung by rung |",
        "|---|---|---|---|",
        *(
            f"| `{s.key}` | {s.title} | {_promise(s)} | {' → '.join(s.tell) or '–'} |"
            for s in loop.states.values()
        ),
        "\n## Steps\n",
        "| Step | 中文 | From → to | By | Evidence |",
        "|---|---|---|---|---|",
        *(_row(s) for s in loop.steps.values()),
    ]
    return "\n".join(parts) + "\n"


def _promise(state: State) -> str:
    if not state.is_open:
        return "closed"
    return f"`{state.due}`" + (f", then `{state.lapses}` by the clock" if state.lapses else "")


def _by_hand(loop: type[Loop]) -> str:
    """What is done with it beside its steps."""
    said = ""
    if start := loop.by_hand:
        near = " or ".join(f"`{key}`" for key in start.beside) or "any case"
        said += f"\nOpened by hand: {start.title}, by {' or '.join(start.duties)}, beside {near}: {_questions(start)}.\n"
    if keeping := loop.keeping:
        said += f"\nKept by hand: {keeping.title}, by {' or '.join(keeping.duties)}: {_questions(keeping)}.\n"
    return said


def _questions(hand: ByHand) -> str:
    return (
        "the questions of the pack"
        if hand.asks
        else "; ".join(_asked(e) for e in hand.needs) or "no questions"
    )


def _drawing(loop: type[Loop]) -> list[str]:
    lines = ["stateDiagram-v2", f"    [*] --> {loop.start().key}"]
    for step in loop.steps.values():
        lines += [f"    {o.key} --> {step.target.key}: {step.key}" for o in step.origins]
    lines += [f"    {s.key} --> {s.lapses}: by the clock" for s in loop.states.values() if s.lapses]
    return lines + [f"    {s.key} --> [*]" for s in loop.states.values() if not s.is_open]


def _row(step: Step) -> str:
    origins = ", ".join(f"`{o.key}`" for o in step.origins)
    hand_over = " (hand-over: {} → {})".format(*step.passes) if step.passes else ""
    hour = f" (not before `{step.not_before}`)" if step.not_before else ""
    own = " (or whom it is about)" if step.own else ""
    hands = f" (taken over by `{step.hands_on}`)" if step.hands_on else ""
    asked = "the questions of the pack" if step.asks else "; ".join(_asked(e) for e in step.needs) or "–"
    way = f"{origins} → `{step.target.key}`{hand_over}{hour}{hands}"
    return f"| `{step.key}` | {step.title} | {way} | {step.by}{own} | {asked} |"


def _asked(evidence: Evidence) -> str:
    marks = [m for m, on in (("optional", not evidence.required), ("private", evidence.private)) if on]
    return f"{evidence.title} `{evidence.key}`" + (f" ({', '.join(marks)})" if marks else "")
