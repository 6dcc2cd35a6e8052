"""`make run` explains itself when a machine lacks something, and `make check` tells good from bad."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.tree import ROOT

LEAST = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A checkout with a space in its path, two empty locks and a linli that says how it was called: `make run` in it."""
    root = tmp_path_factory.mktemp("commands") / "a checkout"
    (root / "scripts").mkdir(parents=True)
    (root / "linli").mkdir()
    for name in ("Makefile", "scripts/prepare.py"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (root / lock).write_text("")
    (root / "linli" / "__init__.py").write_text("")
    (root / "linli" / "__main__.py").write_text("import sys; print('linli', *sys.argv[1:], flush=True)")
    said = run(root, "make", "run", "DEMO=1")
    assert said.stderr == ""
    return root, said.stdout


@pytest.fixture
def checkout(started: tuple[Path, str]) -> Iterator[Path]:
    """That checkout, prepared, and put back in order after the test."""
    root, _ = started
    yield root
    (root / "requirements.lock").write_text("")
    (root / ".venv" / ".unfinished").unlink(missing_ok=True)


@pytest.fixture
def no_venv(tmp_path: Path) -> dict[str, str]:
    """An environment in which Python cannot make a .venv, as on Debian without python3-venv."""
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    return {"PYTHONPATH": str(tmp_path)}


def run(root: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=root, env={**LEAST, **more}, capture_output=True, text=True, check=False
    )


def test_make_run_prepares_once_and_starts_linli(started: tuple[Path, str], no_venv: dict[str, str]) -> None:
    root, first = started
    assert [line.split(" … ")[0] for line in first.splitlines()] == [
        "Creating .venv",
        "Installing the packages of requirements.lock",
        "linli run --demo",
    ]
    assert run(root, "make", "run", **no_venv).stdout == "linli run\n"
    assert run(root, str(root / ".venv/bin/linli"), "verify", "--json").stdout == "linli verify --json\n"


def test_a_changed_lock_is_installed_without_starting_over(checkout: Path, no_venv: dict[str, str]) -> None:
    (checkout / "requirements.lock").write_text("# nothing either\n")

    said = run(checkout, "make", "run", **no_venv).stdout.splitlines()
    assert [line.split(" … ")[0] for line in said] == [
        "Installing the packages of requirements.lock",
        "linli run",
    ]


def test_an_installation_that_was_killed_starts_again(checkout: Path, no_venv: dict[str, str]) -> None:
    (checkout / ".venv" / ".unfinished").touch()

    assert_wants_to_create(run(checkout, "make", "run", **no_venv))


def test_a_moved_checkout_makes_its_environment_anew(checkout: Path, no_venv: dict[str, str]) -> None:
    moved = checkout.rename(checkout.with_name("moved"))
    try:
        assert_wants_to_create(run(moved, "make", "run", **no_venv))
    finally:
        moved.rename(checkout)


def assert_wants_to_create(said: subprocess.CompletedProcess[str]) -> None:
    """It tried, and where Python cannot, it says what to install."""
    assert said.returncode == 2
    assert "sudo apt install python3-venv" in said.stderr
    assert said.stdout == ""


def test_an_index_out_of_reach_is_explained(checkout: Path) -> None:
    (checkout / "requirements.lock").write_text("linli-nobody==1.0 --hash=sha256:" + "0" * 64 + "\n")
    here = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}

    said = run(checkout, "make", "run", **here)

    assert said.returncode == 2
    assert "The package index cannot be reached." in said.stderr
    assert "linli run" not in said.stdout


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "The disk is full",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "Do not use it"),
        ("Temporary failure in name resolution", "cannot be reached"),
        ("error: subprocess-exited-with-error", ""),
    ],
)
def test_a_failure_of_pip_is_put_into_words(
    output: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import prepare

    assert sentence in prepare.cause_of(output)
    assert bool(prepare.cause_of(output)) == bool(sentence)


def test_a_check_that_is_not_content_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import check

    good, bad = (
        (sys.executable, "-c", "pass"),
        (sys.executable, "-c", "print('not true'); raise SystemExit(1)"),
    )
    monkeypatch.setattr(check, "CHECKS", {"docs": bad, "format": good})

    assert check.main([]) == 1
    said = capsys.readouterr().out
    assert "good  format" in said
    assert "BAD   docs" in said
    assert "      not true" in said
    assert check.main(["format"]) == 0
