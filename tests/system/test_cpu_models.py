# SPDX-License-Identifier: MIT
"""The CPU models: identification registers against the reference's, features of -cpu, boots."""

import re
import shutil
import subprocess

import pytest

from machine import boot_args, fetch_guest, quern_binary
from test_bare import make_elf

NAMES = ([f"S3_0_C0_C{m}_{n}" for m in range(8) for n in range(8)] +
         ["CLIDR", "AIDR", "CTR", "DCZID", "ERRIDR"] + [f"CCSIDR{n}" for n in range(6)])
NAMED = {"S3_0_C0_C0_0": "MIDR", "S3_0_C0_C4_0": "PFR0", "S3_0_C0_C4_1": "PFR1",
         "S3_0_C0_C5_0": "DFR0", "S3_0_C0_C6_0": "ISAR0", "S3_0_C0_C6_1": "ISAR1",
         "S3_0_C0_C7_0": "MMFR0", "S3_0_C0_C7_1": "MMFR1", "S3_0_C0_C7_2": "MMFR2"}
REFERENCE = "qemu-system-aarch64"

# What the reference reports otherwise, by field (register, lowest bit), and why. Registers that
# tell of AArch32 state (CRm 1 to 3) are 0 here: there is none (D18.1.1).
DIFFERENCES = {
    ("PFR0", 0): "EL0 in AArch64 state only",
    ("PFR0", 4): "EL1 in AArch64 state only",
    ("MMFR1", 8): "no host extensions without EL2, here off",
}


def id_registers(binary, cpu, elf, machine="virt"):
    """{name: value, or None where the register is UNDEFINED}"""
    nic = ["-nic", "none"] if "qemu-" in binary else []
    done = subprocess.run([binary, *nic, "-M", machine, "-cpu", cpu, "-m", "128M", "-display",
                           "none", "-serial", "none", "-monitor", "none", "-kernel", elf,
                           "-semihosting-config", "enable=on,target=native"],
                          capture_output=True, timeout=60, check=True)
    lines = (done.stdout + done.stderr).decode().split("\n")[:len(NAMES)]
    values = [None if line == "undefined" else int(line, 16) for line in lines]
    return dict(zip([NAMED.get(name, name) for name in NAMES], values))


def fields_that_differ(name, ours, theirs):
    return [(name, bit) for bit in range(0, 64, 4) if (ours ^ theirs) >> bit & 15]


@pytest.mark.parametrize("cpu", ["cortex-a53", "cortex-a57", "cortex-a72", "cortex-a76",
                                 "neoverse-n1"])
def test_identification(tmp_path, cpu):
    if not shutil.which(REFERENCE):
        pytest.skip(f"{REFERENCE} is not installed")
    elf = make_elf("id-registers", tmp_path / "id.elf")
    ours, theirs = (id_registers(b, cpu, elf) for b in (quern_binary(), REFERENCE))
    unknown = []
    for name in ours:
        if name.startswith(("S3_0_C0_C1_", "S3_0_C0_C2_", "S3_0_C0_C3_")):
            assert not ours[name]
        elif None in (ours[name], theirs[name]):
            assert ours[name] == theirs[name], name
        else:
            fields = fields_that_differ(name, ours[name], theirs[name])
            unknown += [field for field in fields if field not in DIFFERENCES]
    assert not unknown


# What the reference of Debian 12 does not know: from the Technical Reference Manual of the core.
A55 = {"MIDR": 0x412FD050, "CTR": 0x84448004, "DCZID": 4, "ISAR0": 0x0000100010211120,
       "ISAR1": 0x100001, "MMFR2": 0x1011}


def test_cortex_a55(tmp_path):
    elf = make_elf("id-registers", tmp_path / "id.elf")
    ours = id_registers(quern_binary(), "cortex-a55", elf)
    assert {name: ours[name] for name in A55} == A55


@pytest.mark.parametrize("cpu, machine, lines", [
    ("cortex-a55", "virt", ["LSE atomic", "RAS Extension", "Privileged Access Never"]),
    ("cortex-a76", "virt,virtualization=on,gic-version=3", ["VHE mode initialized"]),
    ("neoverse-n1", "virt", ["Speculative Store Bypassing Safe"]),
], ids=["a55", "a76-el2", "n1"])
def test_boot(boot, cpu, machine, lines):
    guest = boot("-M", machine, cpu=cpu).wait_shell()
    log = guest.check("dmesg")
    assert all(line in log for line in lines)
    assert "asimddp" in guest.check("grep Features /proc/cpuinfo")
    assert guest.poweroff() == 0


def test_16k_pages(start):
    """The newest Debian suite's kernel for pages of 16 KiB."""
    guest = fetch_guest("--suite", "newest", "--kernel", "linux-image-arm64-16k")
    machine = start(boot_args(guest, cpu="cortex-a76")).wait_shell()
    assert "-16k" in machine.check("uname -r")
    assert re.search("KernelPageSize: +16 kB", machine.check("cat /proc/self/smaps"))
    assert "Hardware dirty bit management" in machine.check("dmesg")
    assert machine.poweroff() == 0


def test_model_properties(tmp_path):
    elf = make_elf("id-registers", tmp_path / "id.elf")
    cpu = "cortex-a57,midr=0x410fd034,aarch64=on,vfp=on,neon=on"
    assert id_registers(quern_binary(), cpu, elf)["MIDR"] == 0x410FD034
    cpu = "max,sve=off,sme=off,lpa2=off,pauth=off"
    assert id_registers(quern_binary(), cpu, elf)["ISAR1"] >> 4 & 0xFF == 0


@pytest.mark.parametrize("cpu, message", [
    ("cortex-a99", "unknown CPU model 'cortex-a99'; "),
    ("cortex-a57,frob=on", "Property 'cortex-a57-arm-cpu.frob' not found"),
    ("cortex-a57,sve=off", "Property 'cortex-a57-arm-cpu.sve' not found"),
    ("cortex-a57,aarch64=off", "'aarch64=off' is not possible: these CPUs have no AArch32 state"),
    ("cortex-a57,neon=maybe", "Parameter 'neon' expects 'on' or 'off'"),
    ("max,sve=on", "'sve=on' is not supported: leave the feature off"),
    ("cortex-a57,cntfrq=0", "cntfrq is 0; it can be 1 to 1000000000 ticks a second"),
])
def test_bad_properties(cpu, message):
    done = subprocess.run([quern_binary(), "-M", "virt", "-cpu", cpu, "-display", "none"],
                          capture_output=True, timeout=30, text=True, check=False)
    assert done.returncode == 1
    assert message in done.stderr


def test_help():
    models = subprocess.run([quern_binary(), "-cpu", "help"], capture_output=True, timeout=30,
                            text=True, check=True).stdout.split()
    assert {"cortex-a53", "cortex-a55", "cortex-a57", "cortex-a72", "cortex-a76", "neoverse-n1",
            "max"} <= set(models)
    listed = subprocess.run([quern_binary(), "-device", "max-arm-cpu,help"], capture_output=True,
                            timeout=30, text=True, check=True).stdout
    for name in ("aarch64", "pauth", "pauth-impdef", "midr", "cntfrq", "sve"):
        assert f"  {name}=<" in listed


def test_counter_frequency(boot):
    """The kernel's clock runs at the right speed whatever the counter's frequency."""
    machine = boot(cpu="cortex-a57,cntfrq=24000000").wait_shell()
    assert "running at 24.00MHz" in machine.check("dmesg")
    first = float(machine.check("cut -d' ' -f1 /proc/uptime"))
    machine.check("sleep 2")
    assert 2 <= float(machine.check("cut -d' ' -f1 /proc/uptime")) - first < 30
    assert machine.poweroff() == 0
