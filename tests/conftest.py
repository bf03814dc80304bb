# SPDX-License-Identifier: MIT
"""A limit on the time of each test: what hangs fails by its name and does not hold up the rest."""

import os
import pathlib
import signal

import pytest

LIMIT = 300 * float(os.environ.get("QUERN_SLOW", "1"))
LIMIT_LONG = 4 * 3600


def descendants(pid):
    for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from descendants(child)
            yield int(child)


def out_of_time(*_):
    # What the test waits for, also when its `with` statements end.
    for pid in list(descendants(os.getpid())):
        os.kill(pid, signal.SIGKILL)
    pytest.fail("out of time: everything that the test had started was killed")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    before = signal.signal(signal.SIGALRM, out_of_time)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_LONG if item.get_closest_marker("long") else LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
