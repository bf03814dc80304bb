# SPDX-License-Identifier: MIT
"""A guest's KVM runs guests of its own, by a small monitor (programs/vmm.c): with virtual GIC and
timer, with the kernel at EL2 (VHE) and at EL1."""

import shutil
import subprocess
from pathlib import Path

import pytest

from machine import TOP, boot_args, quern_binary

HERE = Path(__file__).resolve().parent
CROSS_GCC = "aarch64-linux-gnu-gcc"

pytestmark = pytest.mark.skipif(not shutil.which(CROSS_GCC), reason="there is no cross compiler")


@pytest.fixture(scope="module")
def vmm(guest, tmp_path_factory):
    """The monitor, and the device tree of the machine that it makes."""
    folder = tmp_path_factory.mktemp("kvm")
    subprocess.run([CROSS_GCC, "-static", "-O1", "-Wall", "-Wextra", "-Werror", "-o",
                    folder / "vmm", HERE / "programs/vmm.c"], check=True)
    subprocess.run([quern_binary(), "-M", f"virt,gic-version=3,its=off,dumpdtb={folder}/dtb",
                    "-m", "256M", "-display", "none", "-kernel", guest["kernel"], "-append",
                    "console=ttyAMA0 earlycon panic=-1 reboot=hard"],
                   check=True, stdin=subprocess.DEVNULL)
    return folder


def initrd(guest, folder, *files):
    subprocess.run([TOP / "scripts/mkinitramfs", "-o", folder / "initrd.gz", "--busybox",
                    guest["busybox"], "--file", f"{folder}/vmm:/vmm",
                    *(word for file in files for word in ("--file", file))], check=True)
    return {**guest, "initrd": str(folder / "initrd.gz")}


@pytest.mark.parametrize("cpu, mode", [("cortex-a57", "Hyp"), ("max", "VHE"),
                                       ("cortex-a76", "VHE")])
@pytest.mark.parametrize("gic", [2, 3])
def test_timer_and_interrupts(guest, vmm, start, cpu, mode, gic):
    machine = start(boot_args(initrd(guest, vmm), "-M", f"virt,virtualization=on,gic-version={gic}",
                              cpu=cpu)).wait_shell()
    assert f"{mode} mode initialized" in machine.check("dmesg | grep kvm")
    for _ in range(3):
        assert machine.check(f"/vmm {gic}", 30).splitlines() == [">.....s", "system event 1"]
    assert machine.poweroff() == 0


@pytest.mark.long
@pytest.mark.parametrize("cpu", ["cortex-a57", "max"])
def test_kernel(guest, vmm, start, cpu):
    """Debian's kernel in Debian's kernel, to where it misses a root file system and restarts."""
    files = initrd(guest, vmm, f"{vmm}/dtb:/dtb", f"{guest['kernel']}:/Image")
    machine = start(boot_args(files, "-M", "virt,virtualization=on,gic-version=3",
                              cpu=cpu)).wait_shell()
    machine.send("/vmm 3 /Image /dtb\r")
    machine.expect("Booting Linux on physical CPU", 60)
    machine.expect("Unable to mount root fs", 300)
    machine.expect("system event 2", 60)
