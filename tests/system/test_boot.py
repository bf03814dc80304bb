# SPDX-License-Identifier: MIT
"""Debian's arm64 kernel boots to a shell on -M virt, and the machine ends as it should."""

import time

import pytest

from machine import CTRL_A, PROMPT


@pytest.mark.smoke
def test_boot_commands_poweroff(boot):
    machine = boot().wait_shell()
    assert machine.check("echo $((6 * 7))") == "42"
    assert machine.check("uname -m") == "aarch64"
    assert machine.run("false") == (1, "")
    assert machine.check("grep -c ^processor /proc/cpuinfo") == "1"
    total = int(machine.check("awk '/MemTotal/ {print $2}' /proc/meminfo"))
    assert 900 << 10 < total <= 1 << 20
    assert machine.poweroff() == 0
    assert "Power down" in machine.seen


@pytest.mark.parametrize("options", [
    {"cpu": "max"},
    {"cpu": "cortex-a53", "mem": "256M"},
    {"cpu": "cortex-a72", "mem": "4G"},
], ids=["max", "a53-256M", "a72-4G"])
def test_boot_variants(boot, options):
    machine = boot(**options).wait_shell()
    assert machine.check("echo ok") == "ok"
    total = int(machine.check("awk '/MemTotal/ {print $2}' /proc/meminfo")) >> 10
    size = {"256M": 256, "4G": 4096}.get(options.get("mem"), 1024)
    assert size * 0.6 < total <= size
    assert machine.poweroff() == 0


def test_small_code_cache(boot):
    """A code cache of 2 MiB makes the kernel's boot evict blocks all the time."""
    machine = boot("-accel", "tcg,tb-size=2").wait_shell()
    assert machine.check("seq 1 2000 | sort -r | head -n 1") == "999"
    assert machine.poweroff() == 0


def test_interrupt_and_job_control(boot):
    machine = boot().wait_shell()
    machine.send("echo B'EG'IN; sleep 1000\r")
    machine.expect(r"\nBEGIN\n")
    time.sleep(1)
    machine.send("\x03")
    machine.expect(PROMPT)
    assert machine.check("sleep 1000 & kill %1; echo gone").endswith("gone")


def test_clock_advances(boot):
    machine = boot().wait_shell()
    before = machine.begin
    first = int(machine.check("date +%s"))
    machine.check("sleep 2")
    second = int(machine.check("date +%s"))
    assert 2 <= second - first <= 20
    assert machine.begin == before
    # The real-time clock of the machine carries the host's date.
    assert first > 1_600_000_000


def test_reboot(boot):
    machine = boot().wait_shell()
    machine.send("reboot\r")
    machine.expect(r"Booting Linux", 60)
    machine.wait_shell()
    assert machine.check("echo again") == "again"


def test_no_reboot_ends(boot):
    machine = boot("-no-reboot").wait_shell()
    machine.send("reboot\r")
    assert machine.wait() == 0


def test_panic_with_no_reboot_ends(boot):
    """A panic that resets the machine ends the emulator under -no-reboot."""
    machine = boot("-no-reboot", append="rdinit=/nowhere panic=-1")
    machine.expect(r"Kernel panic - not syncing", 120)
    assert machine.wait() == 0


def test_ctrl_a_x_quits(boot):
    machine = boot()
    machine.expect(r"Booting Linux", 60)
    machine.send(CTRL_A + "x")
    assert machine.wait() == 0


def test_ctrl_a_h_helps(boot):
    machine = boot()
    machine.expect(r"Booting Linux", 60)
    machine.send(CTRL_A + "h")
    machine.expect(r"(?i)(C|Ctrl)-a x")


def test_monitor(boot):
    machine = boot().wait_shell()
    assert "09000000" in machine.monitor("info mtree")
    assert "40000000" in machine.monitor("info mtree -f")
    assert "PC=" in machine.monitor("info registers")
    assert machine.monitor("info jit").strip()
    assert "quit" in machine.monitor("help")
    assert machine.check("echo back") == "back"
    machine.send(CTRL_A + "cquit\r")
    assert machine.wait() == 0


def test_monitor_unknown_command(boot):
    machine = boot("-S")
    output = machine.monitor("frobnicate")
    assert "frobnicate" in output
    assert machine.proc.poll() is None


def test_stopped_start(boot):
    """-S holds the machine until the monitor says `cont`."""
    machine = boot("-S")
    machine.monitor("info version")
    with pytest.raises(AssertionError):
        machine.expect(r"Booting Linux", 1)
    machine.monitor("cont")
    machine.expect(r"Booting Linux", 60)
