#!/bin/bash
# SPDX-License-Identifier: MIT
# Boot Debian's arm64 kernel to a busybox shell on this terminal. Further arguments go to Quern,
# e.g. scripts/run-guest.sh -d int -D log. QUERN, CPU, MEM, SUITE and APPEND change the defaults.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
quern=${QUERN:-$top/build/quern-system-aarch64}

suite=()
[ -z "${SUITE:-}" ] || suite=(--suite "$SUITE")
guest=$(/usr/bin/python3 "$top/scripts/fetch-guest.py" "${suite[@]}")
file_of() { sed -n "s/^$1=//p" <<<"$guest"; }

if [ -t 0 ]; then
    echo "poweroff ends the guest; Ctrl-A X quits, Ctrl-A C is the monitor, Ctrl-A H helps."
fi
exec "$quern" -M virt -cpu "${CPU:-cortex-a57}" -m "${MEM:-1G}" -kernel "$(file_of kernel)" \
    -initrd "$(file_of initrd)" -append "console=ttyAMA0 ${APPEND:-}" -nographic "$@"
