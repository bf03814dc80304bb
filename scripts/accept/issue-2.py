#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The rest of the machine: what `make accept ISSUE=2` shows."""

import os

from checks import TOP, check, command, main, pytest


@check("malformed options: one clear line each")
def malformed_options():
    return pytest("tests/system/test_cmdline.py")


@check("saved state: save, disturb, load, compare at 100 random moments of boots")
def hundred_moments():
    return pytest("tests/system/test_state.py", "-k", "hundred")


@check("gdb: Debian's kernel under gdb-multiarch; steps, breaks and watches like the reference's")
def gdb():
    return pytest("tests/system/test_gdb.py", "tests/system/test_gdb_kernel.py")


@check("devices' registers and parsers: ten minutes of libFuzzer each, under ASan and UBSan")
def fuzz():
    return command(TOP / "scripts/fuzz.py", "--seconds", "600", timeout=6 * 3600).strip()


if __name__ == "__main__":
    os.chdir(TOP)
    main()
