#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes NAME.words, the machine words of NAME.S in hexadecimal, for test_bare.py; so that running
# the tests needs no cross assembler.
set -e
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -r "$tmp"' EXIT
for src in *.S; do
    name=${src%.S}
    aarch64-linux-gnu-as -o "$tmp/o" "$src"
    aarch64-linux-gnu-ld -Ttext=0x40080000 -e 0x40080000 -o "$tmp/elf" "$tmp/o"
    aarch64-linux-gnu-objcopy -O binary "$tmp/elf" "$tmp/bin"
    truncate -s %4 "$tmp/bin"
    od -An -v -tx4 -w32 "$tmp/bin" | sed 's/^ //' > "$name.words"
done
