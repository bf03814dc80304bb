# SPDX-License-Identifier: MIT
"""-icount: a run is a function of its inputs, and time follows instructions."""

import fcntl
import os
import re
import socket
import subprocess
import time

import pytest

from machine import Machine, QMPClient, boot_args, quern_binary

FIXED = ("-icount", "shift=2,sleep=off", "-rtc", "base=2026-01-01T00:00:00,clock=vm",
         "-seed", "1", "-no-shutdown")


def replay_hash(guest, *extra):
    args = boot_args(guest, *FIXED, *extra, append="rdinit=/bin/busybox -- poweroff -f")
    with Machine(args, qmp=True) as machine:
        machine.expect("reboot: Power down", 120)
        machine.qmp.wait_event("STOP", 60)
        text = machine.qmp.command("human-monitor-command", **{"command-line": "info replay-hash"})
    assert re.match(r"hash 0x[0-9a-f]{16} of \d{5} states, \d{9} instructions", text), text
    return text


@pytest.mark.parametrize("cpus", ["1", "4"])
def test_same_states_whatever_the_code_cache(guest, cpus):
    """Evictions, links and look-ups differ; what the guest does, and when, does not."""
    first = replay_hash(guest, "-smp", cpus)
    assert replay_hash(guest, "-smp", cpus, "-accel", "tcg,tb-size=2") == first


def test_slow_reader(guest):
    """The guest does not see that the other end of its serial line is slow."""
    quick = replay_hash(guest)
    ours, theirs = socket.socketpair()
    args = boot_args(guest, *FIXED, append="rdinit=/bin/busybox -- poweroff -f")
    args[args.index("-nographic"):args.index("-nographic") + 1] = [
        "-display", "none", "-serial", "stdio", "-chardev", f"socket,id=qmp,fd={theirs.fileno()}",
        "-mon", "chardev=qmp,mode=control"]
    with subprocess.Popen([quern_binary(), *map(str, args)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, pass_fds=[theirs.fileno()]) as emulator:
        theirs.close()
        fcntl.fcntl(emulator.stdout, 1031, 4096)  # F_SETPIPE_SZ
        qmp = QMPClient(ours.detach(), timeout=60)
        seen = b""
        while b"reboot: Power down" not in seen:
            time.sleep(0.05)
            seen += os.read(emulator.stdout.fileno(), 1024)
        qmp.wait_event("STOP", 60)
        slow = qmp.command("human-monitor-command", **{"command-line": "info replay-hash"})
        qmp.close()
        emulator.kill()
    assert slow == quick


def test_shell(boot):
    """By default the clock keeps near the host's, and sleeps when the guest does."""
    machine = boot("-icount", "shift=auto", "-smp", "2").wait_shell()
    machine.check("sleep 1")
    assert machine.check("nproc") == "2"
    assert machine.poweroff() == 0


@pytest.mark.parametrize("option, message", [
    ("shift=11", "-icount shift=11: shift=11: must be 0 to 10"),
    ("align=on", "align=on needs shift=N"),
    ("shift=auto,align=on", "shift=auto and align=on are incompatible"),
    ("shift=1,align=on,sleep=off", "align=on and sleep=off are incompatible"),
    ("shift=1,slip=off", "slip"),
])
def test_errors(option, message):
    done = subprocess.run([quern_binary(), "-M", "virt", "-icount", option], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1 and message in done.stderr


def test_threads_are_one(start):
    """-icount turns thread=multi down in one line."""
    machine = start(["-M", "none", "-accel", "tcg,thread=multi", "-icount", "3", "-nographic"])
    machine.monitor("info status")
    assert machine.errors().count("\n") == 1 and "take turns in one thread" in machine.errors()
