# SPDX-License-Identifier: MIT
"""What the system tests share: the fetched guest, and a factory of machines that cleans up."""

import subprocess
from pathlib import Path

import pytest

from machine import Machine

TOP = Path(__file__).resolve().parent.parent.parent


def pytest_configure(config):
    config.addinivalue_line("markers", "smoke: a short boot, also run in sanitizer builds")
    config.addinivalue_line("markers", "long: minutes; left to `make accept`")


def fetch_guest(*args):
    out = subprocess.run(["/usr/bin/python3", TOP / "scripts/fetch-guest.py", *args], check=True,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True).stdout
    return dict(line.split("=", 1) for line in out.splitlines())


@pytest.fixture(scope="session")
def guest():
    """Paths: kernel, busybox, initrd."""
    return fetch_guest()


def boot_args(guest, *extra, cpu="cortex-a57", mem="1G", append=""):
    """The command line of README's boot by hand, with EXTRA options after it."""
    return ["-M", "virt", "-cpu", cpu, "-m", mem, "-kernel", guest["kernel"],
            "-initrd", guest["initrd"], "-append", f"console=ttyAMA0 {append}".strip(),
            "-nographic", *extra]


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
