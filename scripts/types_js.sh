#!/usr/bin/env bash
# Checks the types that the field app's scripts state in JSDoc. Needs Node; browsers get the scripts as they are.
set -eu
cd "$(dirname "$0")/.."
if ! command -v npx >/dev/null; then
  echo "Node is not here: the types of the field app are not checked." >&2
  exit 0
fi
exec npx --yes --package=typescript@7.0.2 -- tsc -p scripts/types
