#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes NAME.words, the machine words of NAME.S and NAME.c in hexadecimal, for test_bare.py and
# test_litmus.py; so that running the tests needs no cross tools.
set -e
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -r "$tmp"' EXIT
words()
{
    aarch64-linux-gnu-objcopy -O binary "$tmp/elf" "$tmp/bin"
    truncate -s %4 "$tmp/bin"
    od -An -v -tx4 -w32 "$tmp/bin" | sed 's/^ //' > "$1.words"
}
for src in *.S; do
    aarch64-linux-gnu-as -o "$tmp/o" "$src"
    aarch64-linux-gnu-ld -Ttext=0x40080000 -e 0x40080000 -o "$tmp/elf" "$tmp/o"
    words "${src%.S}"
done
for src in *.c; do
    aarch64-linux-gnu-gcc -O2 -ffreestanding -nostdlib -static -fno-pic -fno-stack-protector \
        -mno-outline-atomics -mgeneral-regs-only -fno-builtin -Wl,-T,program.ld \
        -Wl,--build-id=none -o "$tmp/elf" "$src"
    words "${src%.c}"
done
