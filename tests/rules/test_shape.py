"""Small files, small functions, and one honest sentence at the top of each."""

from __future__ import annotations

import ast
from statistics import quantiles

import pytest

from tests.rules.tree import modules, parsed, text

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
# What nine of ten keep to; the aim of craft is below the limit of the longest.
MOST_FILES, MOST_FUNCTIONS = 200, 25


def functions() -> dict[str, int]:
    """Lines of every function of the product, by `file:line name`."""
    return {
        f"{name}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name in modules()
        for node in ast.walk(parsed(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def lines(name: str) -> int:
    return text(name).count("\n")


@pytest.mark.parametrize("name", [name for name in modules(tests=True) if text(name).strip()])
def test_a_module_says_in_one_sentence_what_it_is(name: str) -> None:
    docstring = ast.get_docstring(parsed(name)) or ""
    first = docstring.split("\n\n")[0]
    assert first, f"{name} has no docstring"
    assert first[-1] in ".:?!。", f"{name}: the first sentence has no end: {first!r}"


def test_no_file_is_long() -> None:
    assert {name: count for name in modules() if (count := lines(name)) > LONGEST_FILE} == {}


def test_no_function_is_long() -> None:
    assert {place: count for place, count in functions().items() if count > LONGEST_FUNCTION} == {}


def test_nine_of_ten_are_small() -> None:
    files = [lines(name) for name in modules()]
    at_p90 = {"file": quantiles(files, n=10)[-1], "function": quantiles(functions().values(), n=10)[-1]}
    print(f"90 of 100 are no longer than: {at_p90}")
    assert at_p90["file"] <= MOST_FILES
    assert at_p90["function"] <= MOST_FUNCTIONS


def test_no_module_is_a_drawer() -> None:
    drawers = {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "misc",
        "manager",
        "managers",
        "handler",
        "handlers",
    }
    assert [name for name in modules() if drawers & set(name.removesuffix(".py").split("/"))] == []
