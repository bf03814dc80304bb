#!/bin/bash
# SPDX-License-Identifier: MIT
# Install the Debian packages that a purpose needs, through apt; nothing happens if all are there.
#   install-deps.sh build          what the build needs
#   install-deps.sh run            build + what fetching a guest needs
#   install-deps.sh test           run + what the tests need
#   install-deps.sh bench          run + the reference emulator
set -euo pipefail

build=(gcc libc6-dev meson ninja-build pkg-config python3 libglib2.0-dev libfdt-dev
       libcapstone-dev libjson-c-dev zlib1g-dev)
run=(apt dpkg debian-archive-keyring ca-certificates)
test=(git libmpfr-dev clang clang-format gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
      device-tree-compiler python3-pytest gdb-multiarch perl gawk lua5.4 openssl sqlite3 bzip2
      xz-utils)
bench=(qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross)

case "${1:-build}" in
build) wanted=("${build[@]}") ;;
run) wanted=("${build[@]}" "${run[@]}") ;;
test) wanted=("${build[@]}" "${run[@]}" "${test[@]}" "${bench[@]}") ;;
bench) wanted=("${build[@]}" "${run[@]}" "${bench[@]}") ;;
*)
    echo "install-deps: unknown purpose '$1'; use build, run, test or bench" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "install-deps: not a Debian machine; install these by hand: ${wanted[*]}" >&2
    exit 0
fi

installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "${wanted[@]}" 2>/dev/null |
            sed -n 's/^.i  *//p' || true)
missing=()
for package in "${wanted[@]}"; do
    grep -qx -- "$package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "install-deps: these packages are missing, and there is no sudo to install them:" >&2
        echo "  apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

echo "Installing through apt: ${missing[*]}"
get=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
install=("${get[@]}" install --no-install-recommends "${missing[@]}")
# The package lists of this machine may be absent or older than the mirror: then update, once.
if ! "${install[@]}" >/dev/null 2>&1 </dev/null; then
    "${get[@]}" update </dev/null
    "${install[@]}" </dev/null
fi
