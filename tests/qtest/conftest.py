# SPDX-License-Identifier: MIT
"""What the device tests share: a factory of servers, and marks for what QEMU does differently."""

import pytest

from client import QTest, is_reference


def pytest_configure(config):
    config.addinivalue_line("markers", "differs(why): QEMU 7.2 fails this; the manual's section")
    config.addinivalue_line("markers", "ours: of this emulator only, such as the clock's commands")


def pytest_collection_modifyitems(items):
    if not is_reference():
        return
    for item in items:
        differs = item.get_closest_marker("differs")
        if item.get_closest_marker("ours"):
            item.add_marker(pytest.mark.skip(reason="not of the reference"))
        elif differs:
            item.add_marker(pytest.mark.xfail(reason=differs.args[0], strict=True))


@pytest.fixture
def start():
    """start(*options) makes a QTest that is ended with the test."""
    running = []

    def make(*args, **kwargs):
        qts = QTest(*args, **kwargs)
        running.append(qts)
        return qts

    yield make
    for qts in running:
        qts.close()


@pytest.fixture
def qts(start):
    """A machine without options."""
    return start()
