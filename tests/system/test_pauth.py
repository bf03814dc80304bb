# SPDX-License-Identifier: MIT
"""Pointer authentication and branch targets under Debian's kernel, with both algorithms."""

import shutil
import subprocess
from pathlib import Path

import pytest

from machine import TOP, boot_args

HERE = Path(__file__).resolve().parent
CROSS_GCC = "aarch64-linux-gnu-gcc"

PROGRAM = """\
paca 1, pacg 1, bti 1, rng 1, flagm2 1
random: yes
signed: yes, checked: yes
good: signal 0
bad: signal 1
plain: bti c 0, bti j 0, paciasp 0, nop 0
guarded: bti c 0, bti j 4, paciasp 0, nop 4
"""


@pytest.mark.parametrize("cpu, algorithm", [("max", "IMP DEF"),
                                            ("max,pauth-impdef=off", "architected QARMA5")])
@pytest.mark.skipif(not shutil.which(CROSS_GCC), reason="there is no cross compiler")
def test_program(guest, start, tmp_path, cpu, algorithm):
    subprocess.run([CROSS_GCC, "-static", "-O1", "-Wall", "-Wextra", "-Werror",
                    "-march=armv8.5-a+rng", "-o", tmp_path / "pauth", HERE / "programs/pauth.c"],
                   check=True)
    subprocess.run([TOP / "scripts/mkinitramfs", "-o", tmp_path / "initrd.gz", "--busybox",
                    guest["busybox"], "--file", f"{tmp_path}/pauth:/pauth"], check=True)
    machine = start(boot_args({**guest, "initrd": str(tmp_path / "initrd.gz")}, cpu=cpu))
    machine.wait_shell()
    assert machine.check("/pauth", 60).splitlines() == PROGRAM.splitlines()
    text = machine.check("dmesg | grep detected")
    assert f"detected: Address authentication ({algorithm} algorithm)" in text
    assert "detected: Branch Target Identification" in text


def test_off(boot):
    machine = boot(cpu="max,pauth=off").wait_shell()
    assert "authentication" not in machine.check("dmesg | grep detected")
