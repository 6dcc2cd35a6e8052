#!/usr/bin/env bash
# Resolves pyproject.toml into the two lock files with hashes, for the oldest supported Python.
# The development lock is held to the runtime lock, so that both name one version of each package.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lock() {
    .venv/bin/uv pip compile pyproject.toml --quiet --generate-hashes --universal --python-version 3.11 \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" "$@"
}

lock --output-file requirements.lock
lock --extra dev --constraint requirements.lock --output-file requirements-dev.lock
