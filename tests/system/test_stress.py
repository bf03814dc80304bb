# SPDX-License-Identifier: MIT
"""Debian's stress-ng, four workers on four CPUs: it verifies its own work, and Linux complains of
nothing."""

import os
import subprocess
import sys

import pytest

from machine import SLOW, TOP, boot_args

sys.path.insert(0, str(TOP / "scripts"))

from guestlib import AptRoot, closure_files, unpack_closure  # noqa: E402

SECONDS = int(os.environ.get("QUERN_STRESS_SECONDS", "60"))
SKIP = ("dpkg", "debconf", "tar")
LEFT_OUT = ("usr/share", "etc", "var", "usr/lib/aarch64-linux-gnu/gconv")
STRESSORS = {
    "cpu": "--cpu 4", "atomic": "--atomic 4", "mutex": "--mutex 4", "futex": "--futex 4",
    "fork": "--fork 4", "mmap": "--mmap 4 --mmap-bytes 16M", "tlb-shootdown": "--tlb-shootdown 4",
    "vm": "--vm 4 --vm-bytes 32M", "context": "--context 4", "membarrier": "--membarrier 4",
}
SHORT = ("atomic", "futex", "fork", "tlb-shootdown", "vm", "membarrier")
COMPLAINTS = "stall|BUG:|WARNING:|Oops|Call trace|Unable to handle|soft lockup|hung task"


@pytest.fixture(scope="module")
def stress_guest(guest, tmp_path_factory):
    files = closure_files(unpack_closure(AptRoot(), ("stress-ng",), skip=SKIP), LEFT_OUT)
    target = tmp_path_factory.mktemp("stress") / "initrd.gz"
    subprocess.run([TOP / "scripts/mkinitramfs", "-o", target, "--busybox", guest["busybox"],
                    "--level", "1", *(f"--file={path}:{name}" for name, path in files.items())],
                   check=True)
    return dict(guest, initrd=str(target))


def stress(machine, names, seconds):
    for name in names:
        # On a busy host the workers take long to notice that their time is over.
        said = machine.check(f"cd /tmp; stress-ng {STRESSORS[name]} --verify --oomable "
                             f"-t {seconds}s >/tmp/out 2>&1; cat /tmp/out; cd", seconds * 20 + 300)
        lines = [line for line in said.splitlines() if line.startswith("stress-ng: ")]
        assert "successful run completed" in said, f"{name}\n{said}"
        assert not any("fail" in line or "error" in line for line in lines), f"{name}\n{said}"
    complaints = machine.run(f"dmesg | grep -E '{COMPLAINTS}'")[1]
    assert not [line for line in complaints.splitlines() if line.startswith("[")], complaints


@pytest.mark.skipif(SLOW > 1, reason="minutes of several CPUs")
def test_stress(stress_guest, start):
    machine = start(boot_args(stress_guest, "-smp", "4", cpu="max")).wait_shell(300)
    stress(machine, SHORT, 2)
    assert machine.poweroff() == 0


@pytest.mark.long
@pytest.mark.parametrize("options", [(), ("-M", "gic-version=3"),
                                     ("-accel", "tcg,thread=single"), ("-accel", "tcg,tb-size=2")],
                         ids=" ".join)
def test_stress_in_full(stress_guest, start, options):
    machine = start(boot_args(stress_guest, "-smp", "4", *options, cpu="max")).wait_shell(600)
    stress(machine, STRESSORS, SECONDS)
    assert machine.poweroff() == 0
