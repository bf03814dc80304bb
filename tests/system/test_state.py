# SPDX-License-Identifier: MIT
"""Saved state: at random moments of a boot the machine is saved, disturbed, loaded and goes on."""

import hashlib
import os
import random
import re
import time
from functools import partial

import pytest


def round_trip(machine, seed):
    answer = machine.monitor(f"x-state-roundtrip {seed}", 60)
    assert "the same after loading" in answer, answer


def wait_shell(machine):
    """The greeting may be older than the last round trip, and be cut by the monitor's text."""
    dialogue = re.compile(r"\n\(\w+\) .*?\n\(\w+\) ", re.S)
    while "Quern guest ready" not in dialogue.sub("", machine.seen):
        machine.expect(".", 60)
    time.sleep(0.2)
    machine.at = len(machine.seen)


def works(machine):
    """The shell gives right results, and the kernel has not complained."""
    text = "".join(f"{i}\n" for i in range(1, 20001)).encode()
    assert machine.check("seq 1 20000 | sha256sum").split()[0] == hashlib.sha256(text).hexdigest()
    total = sum(1 / i for i in range(1, 5001))
    awk = "BEGIN { for (i = 1; i <= 5000; i++) s += 1 / i; printf \"%.15g\\n\", s }"
    assert machine.check(f"awk '{awk}'") == f"{total:.15g}"
    assert "Oops" not in machine.seen and "WARNING:" not in machine.seen


def boot_with_round_trips(boot, gaps, seed, *extra, **options):
    """Boot, with a round trip after each of GAPS (seconds that the guest runs between them)."""
    machine = boot(*extra, **options)
    for n, gap in enumerate(gaps):
        time.sleep(gap)
        round_trip(machine, seed + n)
    wait_shell(machine)
    works(machine)
    round_trip(machine, seed + len(gaps))
    works(machine)
    assert machine.poweroff() == 0


def random_gaps(rng, count, seconds):
    """COUNT moments of a boot that takes about SECONDS, as the gaps between them."""
    moments = sorted(rng.uniform(0, seconds) for _ in range(count))
    return [b - a for a, b in zip([0] + moments, moments)]


@pytest.mark.parametrize("seed", [1])
def test_round_trips_in_boot(boot, seed):
    boot_with_round_trips(boot, random_gaps(random.Random(seed), 4, 1.2), seed, mem="256M")


def test_round_trip_several_cpus(boot):
    boot_with_round_trips(partial(boot, "-smp", "3"), [0.2, 0.4, 0.5], 5,
                          mem="256M")


# Every device that a machine can have.
EVERYTHING = ("-M", "virt,gic-version=3,virtualization=on", "-smp", "2",
              "-device", "virtio-rng-device",
              "-device", "virtio-serial-device", "-chardev", "ringbuf,id=c0", "-chardev",
              "ringbuf,id=c1", "-device", "virtconsole,chardev=c0", "-device",
              "virtserialport,chardev=c1,name=port", "-device", "example")


def test_round_trip_all_devices(boot):
    boot_with_round_trips(partial(boot, *EVERYTHING), [0.3, 0.4, 0.5], 7,
                          mem="256M")


@pytest.mark.long
def test_hundred_moments(boot):
    """What `make accept` runs: 100 random moments of boots, from a fresh or a given seed."""
    seed = int(os.environ.get("QUERN_SEED", random.randrange(1 << 30)))
    print(f"QUERN_SEED={seed}")
    rng = random.Random(seed)
    for n in range(10):
        extra = EVERYTHING if n % 2 else ()
        boot_with_round_trips(partial(boot, *extra), random_gaps(rng, 9, 1.2),
                              rng.randrange(1 << 30), mem="256M")


def test_round_trips_with_gicv3(boot):
    """Two CPUs with EL2: redistributors, CPU interfaces, list registers."""
    boot_with_round_trips(boot, random_gaps(random.Random(3), 4, 1.2), 3, "-smp", "2",
                          "-M", "virt,gic-version=3,virtualization=on", mem="256M")
