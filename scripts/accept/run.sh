#!/bin/bash
# SPDX-License-Identifier: MIT
# Run the long checks of one issue: run.sh N [check ...]. Prints each check with what it found.
set -euo pipefail
cd "$(dirname "$0")/../.."
issue=${1:?usage: run.sh N [check ...]}
script=scripts/accept/issue-$issue.py
if [ ! -e "$script" ]; then
    echo "accept: no checks for issue $issue; there are:" >&2
    ls scripts/accept | sed -n 's/^issue-\(.*\)\.py$/  \1/p' >&2
    exit 2
fi
make --no-print-directory all
exec /usr/bin/python3 "$script" "${@:2}"
