# SPDX-License-Identifier: MIT
"""A list of numbered checks: each prints what it found, and the run ends with a count."""

import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests/system"))

from machine import Machine, boot_args, fetch_guest, quern_binary  # noqa: E402

__all__ = ["CHECKS", "Machine", "TOP", "boot_args", "check", "command", "fetch_guest", "main",
           "pytest", "quern_binary"]

CHECKS = []


def check(title):
    """Decorator: the function is a check. It returns a line to show; an exception is a failure."""
    def add(function):
        CHECKS.append((title, function))
        return function
    return add


def command(*words, env=None, timeout=3600):
    """Run a command that must succeed; its output. Failure shows the end of what it said."""
    done = subprocess.run([str(word) for word in words], cwd=TOP, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=timeout, env=dict(os.environ, **(env or {})))
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-25:])
        raise AssertionError(f"{' '.join(map(str, words))}: exit status {done.returncode}\n{tail}")
    return done.stdout


def pytest(*words, env=None):
    """Run system tests; pytest's closing line."""
    out = command("/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
                  "--tb=short", *words, env=env)
    return out.strip().splitlines()[-1]


def main():
    wanted = {int(word) for word in sys.argv[1:]}
    passed = failed = 0
    for number, (title, function) in enumerate(CHECKS, 1):
        if wanted and number not in wanted:
            continue
        print(f"{number:2}. {title}", flush=True)
        begin = time.monotonic()
        try:
            found, good = function() or "", True
        except Exception as err:
            found, good = str(err) or traceback.format_exc(), False
        passed += good
        failed += not good
        for line in str(found).splitlines():
            print(f"      {line}")
        print(f"    {'PASS' if good else 'FAIL'} ({time.monotonic() - begin:.0f} s)", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(bool(failed or not passed))
