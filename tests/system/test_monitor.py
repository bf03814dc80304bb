# SPDX-License-Identifier: MIT
"""secure=on: a monitor of our own (monitor/), built by the cross compiler, is started at EL3, hands
over to Debian's kernel at EL1 and answers its PSCI calls; with a GICv3 it takes FIQs meanwhile."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent / "monitor"
CROSS = "aarch64-linux-gnu-"
FLAGS = ("-O1", "-Wall", "-Wextra", "-Werror", "-ffreestanding", "-nostdlib", "-static",
         "-mgeneral-regs-only", "-mstrict-align", "-fno-pic", "-no-pie", "-fno-stack-protector",
         "-fno-builtin", "-Wl,--build-id=none", "-Wl,-T,link.ld")

pytestmark = pytest.mark.skipif(not shutil.which(CROSS + "gcc"),
                                reason="there is no cross compiler")


@pytest.fixture(scope="module")
def monitor(tmp_path_factory):
    folder = tmp_path_factory.mktemp("monitor")
    subprocess.run([CROSS + "gcc", *FLAGS, "-o", folder / "elf", "start.S", "monitor.c"], cwd=HERE,
                   check=True)
    subprocess.run([CROSS + "objcopy", "-O", "binary", folder / "elf", folder / "bin"], check=True)
    return folder / "bin"


@pytest.mark.parametrize("cpu, cpus, gic", [("cortex-a57", 1, 2), ("cortex-a76", 2, 2),
                                            ("cortex-a57", 1, 3), ("cortex-a76", 3, 3)])
def test_kernel_under_monitor(boot, monitor, tmp_path, cpu, cpus, gic):
    said = tmp_path / "secure"
    # -nographic gives the first serial line and the HMP monitor the terminal.
    machine = boot("-M", f"virt,secure=on,gic-version={gic}", "-bios", monitor, "-semihosting",
                   "-serial", "mon:stdio", "-serial", f"file:{said}", "-smp", cpus,
                   cpu=cpu).wait_shell()
    log = machine.check("dmesg")
    assert "started at EL1" in log
    assert "psci: PSCIv1.0 detected in firmware." in log
    assert machine.check("grep -c ^processor /proc/cpuinfo") == str(cpus)
    # What is Secure is out of the kernel's reach.
    assert machine.run("devmem 0x0e000000")[0] != 0
    assert machine.poweroff() == 0
    text = said.read_text()
    assert re.fullmatch(r"monitor: at EL3, starting the kernel\n"
                        r"monitor: power off after [0-9a-f]{16} calls(, and ticks)?\n", text)
    assert ("and ticks" in text) == (gic == 3)
