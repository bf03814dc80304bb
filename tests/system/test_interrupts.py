# SPDX-License-Identifier: MIT
"""Debian's kernel with a GICv3: interrupts of all kinds arrive, on every CPU."""

import re
from pathlib import Path

import pytest

from test_bare import make_elf, run

BARE = Path(__file__).resolve().parent / "bare"


@pytest.mark.smoke
@pytest.mark.parametrize("thread", ["multi", "single"])
def test_boot_with_four_cpus(boot, thread):
    machine = boot("-M", "virt,gic-version=3", "-smp", "4",
                   "-accel", f"tcg,thread={thread}").wait_shell()
    # Rescheduling interrupts are SGIs, the timer's is a PPI, the console's an SPI.
    machine.check("for n in 0 1 2 3; do taskset $((1 << n)) true || exit 1; done")
    table = machine.check("cat /proc/interrupts")
    counts = {}
    for line in table.splitlines():
        match = re.match(r"\s*(\w+):((?:\s+\d+){4})\s+(.*)", line)
        if match:
            name = match[3] if match[1].startswith("IPI") else match[3].split()[-1]
            counts[name] = [int(word) for word in match[2].split()]
    assert all(counts["arch_timer"]) and "GICv3" in table
    assert sum(counts["uart-pl011"]) > 0
    assert sum(counts["Rescheduling interrupts"]) > 0
    assert machine.poweroff() == 0


def test_two_clusters(boot):
    """CPUs with another Aff1 get SGIs, too."""
    machine = boot("-M", "virt", "-smp", "18").wait_shell(180)
    assert machine.check("nproc") == "18"
    assert machine.check("taskset 0x20000 sh -c 'echo ran'") == "ran"
    # The console's interrupt moved to the last CPU.
    irq = machine.check("grep pl011 /proc/interrupts | cut -d: -f1")
    machine.check(f"echo 17 > /proc/irq/{irq.strip()}/smp_affinity_list")
    assert machine.check("echo still here") == "still here"
    assert machine.poweroff() == 0


def test_virtual_interface_of_gicv2_found(boot):
    machine = boot("-M", "virt,gic-version=2,virtualization=on").wait_shell()
    log = machine.check("dmesg | grep -E 'kvm|GIC'")
    assert "GIC: Using split EOI/Deactivate mode" in log
    assert "vgic interrupt IRQ9" in log and "Hyp mode initialized successfully" in log
    assert machine.poweroff() == 0


def test_virtual_interface_found(boot):
    """A kernel at EL2 makes itself a hypervisor with virtual GICv3s."""
    machine = boot("-M", "virt,gic-version=3,virtualization=on").wait_shell()
    log = machine.check("dmesg | grep kvm")
    assert "GIC system register CPU interface enabled" in log
    assert "vgic interrupt IRQ" in log and "Hyp mode initialized successfully" in log
    assert machine.poweroff() == 0


@pytest.mark.parametrize("name, status, options", [
    ("lpi", 5, ("-M", "virt,gic-version=3", "-smp", "2")),
    ("ich", 6, ("-M", "virt,gic-version=3,virtualization=on")),
    ("gicsec", 7, ("-M", "virt,gic-version=2,secure=on")),
    ("gic3sec", 9, ("-M", "virt,gic-version=3,secure=on")),
    ("gic3sec-el2", 9, ("-M", "virt,gic-version=3,secure=on,virtualization=on")),
])
@pytest.mark.parametrize("accel", ["tcg", "tcg,thread=single", "tcg,interp=on"])
def test_as_the_cpu_sees_it(tmp_path, name, status, options, accel):
    """*.expected is what qemu-system-aarch64 7.2 prints, but for what *.c says."""
    elf = make_elf(name.removesuffix("-el2"), tmp_path / f"{name}.elf")
    done = run(elf, *options, "-accel", accel, "-semihosting-config", "enable=on,target=native")
    assert (done.stdout + done.stderr).decode() == (BARE / f"{name}.expected").read_text()
    assert done.returncode == status


def test_its_found(boot):
    """The kernel makes its tables; an MSI domain is there for whoever has messages."""
    machine = boot("-M", "virt,gic-version=3", "-smp", "2").wait_shell()
    log = machine.check("dmesg | grep -E 'ITS|LPI'")
    assert "ITS [mem 0x08080000-0x0809ffff]" in log
    assert "allocated 8192 Devices" in log and "allocated 8192 Interrupt Collections" in log
    assert "using LPI property table" in log
    assert log.count("using allocated LPI pending table") == 2
    assert machine.poweroff() == 0


def test_without_its(boot):
    machine = boot("-M", "virt,gic-version=3,its=off").wait_shell()
    assert machine.check("dmesg | grep -cE 'ITS|LPI' || true") == "0"
    assert machine.poweroff() == 0
