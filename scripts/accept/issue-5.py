#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Many CPUs: boots with 1 to 8 of them, reproducible runs under load, litmus tests at length.

  issue-5.py [boots] [replay] [litmus] [--count N]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / "scripts"), str(TOP / "tests/system")]

# pylint: disable=wrong-import-position
from quern.machine import Machine, boot_args, fetch_guest  # noqa: E402
from test_icount import replay_hash  # noqa: E402
from test_litmus import litmus_image, outcomes  # noqa: E402


def boots(guest, count):
    """Debian's kernel to its shell, some forks on every CPU, no complaint in its log."""
    for gic in (2, 3):
        for cpus in (1, 2, 4, 8):
            for _ in range(count):
                args = boot_args(guest, "-M", f"virt,gic-version={gic}", "-smp", str(cpus))
                with Machine(args) as machine:
                    machine.wait_shell(180)
                    machine.check("for i in 1 2 3 4 5 6 7 8; do (sh -c 'ls /') & done; wait")
                    log = machine.check("dmesg | grep -ciE 'stall|lockup|oops|BUG:' || true")
                    assert log.strip() == "0", machine.check("dmesg")
                    assert machine.poweroff() == 0
            print(f"gic {gic}, {cpus} CPUs: {count} boots", flush=True)


def replay(guest, count):
    """The same states, with the host idle and busy, at two sizes of the code cache."""
    for cpus in ("1", "4"):
        seen = set()
        for n in range(count):
            load = [subprocess.Popen(["sh", "-c", "while :; do :; done"])
                    for _ in range((os.cpu_count() or 1) * 2 * (n % 2))]
            size = ("2", "32")[n // 2 % 2]
            seen.add(replay_hash(guest, "-smp", cpus, "-accel", f"tcg,tb-size={size}"))
            for child in load:
                child.kill()
                child.wait()
        print(f"{cpus} CPUs, {count} boots: {seen}", flush=True)
        assert len(seen) == 1


def litmus(_guest, _count):
    machines = []

    def start(args):
        machines.append(Machine(args))
        return machines[-1]

    with tempfile.TemporaryDirectory() as tmp:
        found = outcomes(start, litmus_image(Path(tmp) / "litmus.bin", 20000), 15)
        machines[0].close()
        off = outcomes(start, litmus_image(Path(tmp) / "off.bin", 200), 6, "-accel",
                       "tcg,barriers=off")
        machines[1].close()
    print(found, off, sep="\n")
    assert not [name for name, n in found.items() if n and "plain" not in name]
    assert found["SB plain"] and off["SB dmb"] and off["SB acqrel"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["boots", "replay", "litmus"])
    parser.add_argument("--count", type=int)
    args = parser.parse_args()
    guest = fetch_guest()
    for part in args.parts:
        {"boots": boots, "replay": replay, "litmus": litmus}[part](
            guest, args.count or {"boots": 50, "replay": 10}.get(part))


if __name__ == "__main__":
    main()
