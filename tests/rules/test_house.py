"""Rules about the whole tree: nothing of one machine in it, a reason for each dependency, a word for each noun."""

from __future__ import annotations

import ast
import re
import tomllib

from django.apps import apps

from tests.rules.tree import ROOT, VENDORED, files, modules, parsed, text

# Folders of one person's machine; the words are cut so that this file does not name them itself.
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.:/-])/(?:home|root|Users|work|workspace)/[\w.-]+" + r"|[A-Z]:\\\\?Users\b"
)
TEXT = (
    ".py",
    ".md",
    ".toml",
    ".html",
    ".css",
    ".js",
    ".po",
    ".sh",
    ".yml",
    ".yaml",
    ".json",
    ".txt",
    ".lock",
)
BY_NAME = {"Makefile", ".ci/run", ".gitignore", ".editorconfig", ".gitattributes"}
PATHS_OF_SERVERS = {
    "docs/operate.md": "tells an operator where things are installed",
    "docs/operate.zh.md": "tells an operator where things are installed",
}
NAME_AND_VERSION = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", re.M | re.I)


def test_the_tree_names_nobodys_machine() -> None:
    read = [name for name in files() if (name.endswith(TEXT) or name in BY_NAME) and VENDORED not in name]
    found = {name: OF_ONE_MACHINE.findall(text(name)) for name in read if name not in PATHS_OF_SERVERS}
    assert {name: paths for name, paths in found.items() if paths} == {}


def test_nothing_listens_to_signals() -> None:
    heard = {
        name
        for name in modules()
        for node in ast.walk(parsed(name))
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(("dispatch", "signals"))
    }
    assert heard == set()


def test_every_dependency_has_a_reason() -> None:
    lines = text("pyproject.toml").split("dependencies = [", 1)[1].split("\n]", 1)[0].strip().splitlines()
    assert [line for line in lines if not re.search(r'",\s+# \w', line)] == []
    assert len(lines) == len(tomllib.loads(text("pyproject.toml"))["project"]["dependencies"])


def test_both_locks_name_one_version_of_each_package() -> None:
    runtime, development = (
        dict(NAME_AND_VERSION.findall(text(lock))) for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert {name: development.get(name) for name in runtime} == runtime


def test_every_package_of_a_lock_has_a_hash() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=\S)", text(lock))
        assert [b.split()[0] for b in blocks if NAME_AND_VERSION.match(b) and "--hash=sha256:" not in b] == []


def test_every_noun_has_its_chinese_word() -> None:
    rows = re.findall(r"^\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|", text("docs/glossary.md"), re.M)
    known = {
        re.sub(r"[^a-z]", "", english.lower())
        for english, chinese in rows
        if re.search(r"[\u3400-\u9fff]", chinese)
    }
    nouns = {model.__name__ for model in apps.get_models() if model.__module__.startswith("linli.")}
    assert sorted(noun for noun in nouns if noun.lower() not in known) == []


def test_every_model_says_what_it_is() -> None:
    models = [model for model in apps.get_models() if model.__module__.startswith("linli.")]
    # Django writes a docstring `Name(field, …)` into a model that has none.
    assert [m.__name__ for m in models if (m.__doc__ or "").startswith(f"{m.__name__}(")] == []


def test_the_checkout_is_what_the_environment_imports() -> None:
    import linli

    assert str(ROOT) in str(linli.__file__)
