# SPDX-License-Identifier: MIT
"""Debian's arm64 programs do real work in the guest and give the results of this machine's."""

import pytest

from debian import PIECES, Work
from machine import boot_args


@pytest.fixture(scope="module")
def work(guest, tmp_path_factory):
    made = Work(tmp_path_factory.mktemp("programs"))
    made.guest = dict(guest, initrd=made.make_initrd(guest["busybox"]))
    return made


def run(work, start, pieces, scale, *options, guest=None, **kwargs):
    machine = start(boot_args(guest or work.guest, *options, **kwargs)).wait_shell(900)
    bad = []
    for name in pieces:
        bad += [f"{name}: {line}" for line in work.compare(machine, name, scale, 3000)]
    assert not bad, "\n".join(bad[:60])
    assert machine.poweroff() == 0


def test_programs(work, start):
    run(work, start, PIECES, 1)


def test_ciphers_max(work, start):
    run(work, start, ("ciphers",), 1, cpu="max")


@pytest.mark.long
@pytest.mark.parametrize("cpu", ["cortex-a57", "max"])
def test_in_full(work, start, cpu):
    run(work, start, PIECES, 4, cpu=cpu)


@pytest.mark.long
@pytest.mark.parametrize("cpu", ["cortex-a57", "max"])
def test_interpreted(work, start, guest, cpu):
    """The interpreter takes minutes to unpack much: only small programs."""
    small = work.make_initrd(guest["busybox"], ("gawk", "lua5.4", "gzip", "bzip2"))
    run(work, start, ("gawk", "lua", "gzip"), 1, "-accel", "tcg,interp=on", cpu=cpu,
        guest=dict(guest, initrd=small))
