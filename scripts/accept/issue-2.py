#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The rest of the machine: what `make accept ISSUE=2` shows."""

import os

from checks import TOP, check, main, pytest


@check("malformed options: one clear line each")
def malformed_options():
    return pytest("tests/system/test_cmdline.py")


@check("saved state: save, disturb, load, compare at 100 random moments of boots")
def hundred_moments():
    return pytest("tests/system/test_state.py", "-k", "hundred")


if __name__ == "__main__":
    os.chdir(TOP)
    main()
