# SPDX-License-Identifier: MIT
"""Debian's kernel uses the CPU's debug and performance-monitoring hardware for its programs: C
programs (programs/*.c), built by the cross compiler, run under it and say what they see."""

import shutil
import subprocess
from pathlib import Path

import pytest

from machine import TOP, boot_args

HERE = Path(__file__).resolve().parent
CROSS_GCC = "aarch64-linux-gnu-gcc"
PROGRAMS = ("hwdebug", "perf")

pytestmark = pytest.mark.skipif(not shutil.which(CROSS_GCC), reason="there is no cross compiler")

# The lines of programs/hwdebug.c, the same under the reference.
HWDEBUG = """\
6 breakpoints, 4 watchpoints
break: code 4, bump+0, pc+0
step: code 2, bump+4, pc+4
break: code 4, bump+0, pc+0
step: code 2, bump+4, pc+4
break: code 4, bump+0, pc+0
step: code 2, bump+4, pc+4
exit 17
break: code 4, bump+0, pc+0
40 steps
exit 17
word 1, stores: code 4, words+8
exit 17
exit 17
byte 19: code 4, words+19
exit 17
exit 17
word 3: code 4, words+24
exit 17
half of a pair: code 4, words+44
exit 17
word 52: code 4, words+52
exit 17
across pages: code 4, words+4088
exit 17
done
"""


PERF = """\
instructions: none
open: ok
cycles are nanoseconds: ok
the same by an event counter: ok
most of them are the program's: ok
the kernel's are not: ok
samples: ok
most of them in the program: ok
"""


@pytest.fixture(scope="module")
def initrd(guest, tmp_path_factory):
    """The usual initramfs with the programs."""
    folder = tmp_path_factory.mktemp("programs")
    files = []
    for name in PROGRAMS:
        subprocess.run([CROSS_GCC, "-static", "-O1", "-Wall", "-Wextra", "-Werror", "-o",
                        folder / name, HERE / "programs" / f"{name}.c"], check=True)
        files += ["--file", f"{folder}/{name}:/{name}"]
    subprocess.run([TOP / "scripts/mkinitramfs", "-o", folder / "initrd.gz",
                    "--busybox", guest["busybox"], *files], check=True)
    return str(folder / "initrd.gz")


def test_programs(guest, initrd, start):
    machine = start(boot_args({**guest, "initrd": initrd}))
    machine.wait_shell()
    assert "6 breakpoint and 4 watchpoint registers" in machine.check("dmesg | grep hw-breakpoint")
    assert "armv8_pmuv3 PMU driver, 7 counters" in machine.check("dmesg | grep perfevents")
    machine.check("dmesg -n 1")  # complaints of long interrupts
    assert machine.check("/hwdebug", 60).splitlines() == HWDEBUG.splitlines()
    assert machine.check("/perf", 60).splitlines() == PERF.splitlines()


def test_no_pmu(guest, initrd, start):
    machine = start(boot_args({**guest, "initrd": initrd}, cpu="cortex-a72,pmu=off"))
    machine.wait_shell()
    assert machine.run("dmesg | grep perfevents")[0] == 1
    assert machine.run("test -e /proc/device-tree/pmu")[0] == 1
    assert machine.check("/hwdebug", 60).splitlines() == HWDEBUG.splitlines()
