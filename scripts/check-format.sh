#!/bin/bash
# SPDX-License-Identifier: MIT
# Hold all tracked C to .clang-format; with --fix, rewrite it.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v clang-format >/dev/null; then
    echo "check-format: clang-format is not installed (scripts/install-deps.sh test)" >&2
    exit 1
fi
mode=(--dry-run -Werror)
[ "${1:-}" != --fix ] || mode=(-i)
git ls-files -z '*.c' '*.h' | xargs -0 --no-run-if-empty -n 50 -P 2 clang-format "${mode[@]}"
