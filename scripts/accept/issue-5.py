#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Many CPUs: what `make accept ISSUE=5` shows. The environment makes it shorter: QUERN_BOOTS (50 of
each kind), QUERN_REPLAYS (10), QUERN_LITMUS (10000000 rounds of a test), QUERN_STRESS_SECONDS (60).
"""

import contextlib
import os
import random
import subprocess
import tempfile
from pathlib import Path

from checks import TOP, Machine, boot_args, check, command, fetch_guest, main, pytest

# pylint: disable=wrong-import-order
from test_icount import replay_hash
from test_litmus import litmus_image, outcomes

BOOTS = int(os.environ.get("QUERN_BOOTS", "50"))
REPLAYS = int(os.environ.get("QUERN_REPLAYS", "10"))
LITMUS = int(os.environ.get("QUERN_LITMUS", "10000000"))
LITMUS_CELLS = 512  # rounds at a time, of litmus.c
COMPLAINTS = "stall|lockup|oops|BUG:|WARNING:|hung task"


def boots(gic, cpus):
    """Debian's kernel to its shell, some forks on every CPU, no complaint in its log."""
    guest = fetch_guest()
    for _ in range(BOOTS):
        args = boot_args(guest, "-M", f"virt,gic-version={gic}", "-smp", str(cpus))
        with Machine(args) as machine:
            machine.wait_shell(180)
            machine.check("for i in 1 2 3 4 5 6 7 8; do (sh -c 'ls /') & done; wait")
            log = machine.check(f"dmesg | grep -ciE '{COMPLAINTS}' || true")
            assert log.strip() == "0", machine.check("dmesg")
            assert machine.poweroff() == 0
    return f"{BOOTS} boots"


for _gic in (2, 3):
    for _cpus in (1, 2, 4, 8):
        check(f"Debian's kernel boots with -smp {_cpus} and GICv{_gic}")(
            lambda gic=_gic, cpus=_cpus: boots(gic, cpus))


@check("waiting: WFE, SEV, event streams; PSCI; topologies; interrupts of all kinds")
def waiting():
    return pytest(*(f"tests/system/test_{name}.py" for name in
                    ("events", "smp", "interrupts")), "tests/qtest/test_gicv2.py",
                  "tests/qtest/test_gicv3.py") + "\n" + \
        command("python3", "tests/system/tracelib.py", "psci", "interrupts",
                "timers").strip().splitlines()[-1]


@check("stress-ng: ten stressors, four workers on four CPUs; both GICs, one thread, a small cache")
def stress():
    return pytest("tests/system/test_stress.py")


@check("litmus tests: MP, SB, LB, 2+2W, IRIW; nothing forbidden is seen, but without barriers is")
def litmus():
    rounds = max(LITMUS // LITMUS_CELLS + 1, 1)
    with tempfile.TemporaryDirectory() as tmp, contextlib.ExitStack() as machines:
        def start(args):
            return machines.enter_context(Machine(args))

        found = outcomes(start, litmus_image(Path(tmp) / "litmus.bin", rounds), 15,
                         seconds=3600)
        off = outcomes(start, litmus_image(Path(tmp) / "off.bin", 200), 6, "-accel",
                       "tcg,barriers=off")
    assert not [name for name, n in found.items() if n and "plain" not in name], found
    assert found["SB plain"] and off["SB dmb"] and off["SB acqrel"], (found, off)
    return f"{rounds * LITMUS_CELLS} rounds each: {found}\nwithout barriers: {off}"


@check("KVM in the guest: virtual GICs and timer, and Debian's kernel in it; VHE and not")
def nested():
    return pytest("tests/system/test_kvm.py")


@check("ThreadSanitizer: boots, one of them with two CPUs, without a report")
def tsan():
    return command("/usr/bin/python3", "scripts/run-tests.py", "--build", "build-tsan",
                   "--sanitize", "tsan", "boot", env={"CI": "1"}).strip().splitlines()[-1]


@check("-icount: equal states, host idle and busy, small and large code cache, slow reader")
def replay():
    """The second tier is always off with -icount: see docs/icount.md."""
    guest, lines = fetch_guest(), []
    for cpus in ("1", "4"):
        seen = set()
        for n in range(REPLAYS):
            load = [subprocess.Popen(["sh", "-c", "while :; do :; done"])
                    for _ in range((os.cpu_count() or 1) * random.choice((1, 2, 4)) * (n % 2))]
            size, tier = ("2", "32")[n // 2 % 2], ("0", "1000")[n // 4 % 2]
            try:
                seen.add(replay_hash(guest, "-smp", cpus, "-accel",
                                     f"tcg,tb-size={size},tier2-after={tier}").strip())
            finally:
                for child in load:
                    child.kill()
                    child.wait()
        lines.append(f"{cpus} CPUs, {REPLAYS} boots: {sorted(seen)}")
        assert len(seen) == 1, lines
    return "\n".join(lines + [pytest("tests/system/test_icount.py")])


def seconds_of(machine, copies):
    """Time on the host's clock for that many copies of one piece of work, each on its CPU."""
    work = "awk 'BEGIN { for (i = 0; i < 6000000; i++) s += i % 7; print s }' >/dev/null"
    tasks = " ".join(f"taskset {1 << n} {work} &" for n in range(copies))
    said = machine.check(f"a=$(cut -d' ' -f1 /proc/uptime); {tasks} wait; "
                         "b=$(cut -d' ' -f1 /proc/uptime); echo $a $b", 300)
    begin, end = map(float, said.split()[-2:])
    return end - begin


@check("two vCPUs on two host CPUs: both as quick as one alone (needs an idle host)")
def pairs():
    with Machine(boot_args(fetch_guest(), "-smp", "2")) as machine:
        machine.wait_shell()
        ratios = sorted(seconds_of(machine, 2) / seconds_of(machine, 1) for _ in range(9))
        machine.poweroff()
    assert ratios[4] <= 1.15, ratios
    return f"median of ratios {ratios[4]:.3f}, from {ratios[0]:.3f} to {ratios[-1]:.3f}"


@check("the stall watch of a debug build names thread, lock and holder")
def stall_watch():
    build = TOP / "build-debug"
    if not build.exists():
        command("meson", "setup", "-Dbuildtype=debug", build)
    command("ninja", "-C", build, "tests/unit/test-stall-watch")
    return command(build / "tests/unit/test-stall-watch").strip().splitlines()[-1]


if __name__ == "__main__":
    main()
