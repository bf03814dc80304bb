#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The rest of the machine: what `make accept ISSUE=2` shows."""

import os

from checks import TOP, check, main, pytest


@check("malformed options: one clear line each")
def malformed_options():
    return pytest("tests/system/test_cmdline.py")


if __name__ == "__main__":
    os.chdir(TOP)
    main()
