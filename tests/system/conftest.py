# SPDX-License-Identifier: MIT
"""What the system tests share: the fetched guest, and a factory of machines that cleans up."""

import signal

import pytest

from machine import Machine, boot_args, fetch_guest


def pytest_configure(config):
    # Under nohup or in the background these are ignored, and what tests start would inherit that.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    config.addinivalue_line("markers", "smoke: a short boot, also run in sanitizer builds")
    config.addinivalue_line("markers", "long: minutes; left to `make accept`")


@pytest.fixture(scope="session")
def guest():
    """Paths: kernel, busybox, initrd."""
    return fetch_guest()


@pytest.fixture
def start():
    """start(args, ...) makes a Machine that is ended with the test."""
    running = []

    def make(args, **kwargs):
        machine = Machine(args, **kwargs)
        running.append(machine)
        return machine

    yield make
    for machine in running:
        machine.close()


@pytest.fixture
def boot(guest, start):
    """boot(*options, cpu=, mem=, append=) starts the Debian guest; does not wait for it."""
    def make(*extra, **kwargs):
        return start(boot_args(guest, *extra, **kwargs))
    return make
