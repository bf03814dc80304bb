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
PROGRAMS = ("hwdebug",)

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
    assert machine.check("/hwdebug", 60).splitlines() == HWDEBUG.splitlines()
