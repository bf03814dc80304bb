# SPDX-License-Identifier: MIT
"""Firmware: U-Boot of Debian's u-boot-qemu, in flash and by -bios; flash keeps what is written."""

from pathlib import Path

import pytest

from machine import fetch_guest

UBOOT_PROMPT = r"\n=> "
FLASH_SIZE = 64 << 20
GUID = "12345678-1234-1234-1234-123456789abc"


@pytest.fixture(scope="session")
def uboot():
    folder = fetch_guest("--package", "u-boot-qemu")["u-boot-qemu"]
    return Path(folder, "usr/lib/u-boot/qemu_arm64/u-boot.bin")


class UBoot:
    """The firmware's command line on a running machine."""

    def __init__(self, machine):
        self.machine = machine
        machine.expect(r"Hit any key to stop autoboot", 60)
        machine.send(" ")
        machine.expect(UBOOT_PROMPT, 60)

    def run(self, command, seconds=60):
        """What the command prints."""
        self.machine.send(command + "\r")
        return self.machine.expect(r"\n((?:[^\n]*\n)*?)=> ", seconds)[1]


def virt(*args):
    return ["-M", "virt", "-cpu", "cortex-a57", "-m", "1G", "-nographic", *args]


def padded(path, data=b""):
    path.write_bytes(data)
    with open(path, "r+b") as file:
        file.truncate(FLASH_SIZE)
    return path


def test_uboot_boots_kernel_from_fw_cfg(start, guest, uboot):
    """-kernel with firmware: the firmware finds kernel, initrd and command line in fw_cfg."""
    machine = start(virt("-bios", uboot, "-kernel", guest["kernel"], "-initrd", guest["initrd"],
                         "-append", "console=ttyAMA0 from=firmware"))
    prompt = UBoot(machine)
    assert "loading kernel to address" in prompt.run("qfw load 0x41000000 0x50000000")
    machine.send("booti 0x41000000 0x50000000:${filesize} ${fdtcontroladdr}\r")
    machine.wait_shell()
    assert "from=firmware" in machine.check("cat /proc/cmdline")
    assert machine.poweroff() == 0


@pytest.mark.parametrize("gic", [2, 3])
def test_uboot_with_el3(start, uboot, gic):
    """It is started at EL3, and stays there."""
    prompt = UBoot(start(virt("-M", f"secure=on,gic-version={gic}", "-bios", uboot)))
    assert "DRAM bank" in prompt.run("bdinfo")


def test_uboot_boots_kernel_from_memory(start, guest, uboot):
    """-device loader puts kernel and initrd into memory, U-Boot boots them."""
    files = ((0x41000000, guest["kernel"]), (0x50000000, guest["initrd"]))
    devices = [word for addr, path in files
               for word in ("-device", f"loader,file={path},addr={addr:#x},force-raw=on")]
    machine = start(virt("-bios", uboot, *devices))
    prompt = UBoot(machine)
    prompt.run("setenv bootargs console=ttyAMA0 from=memory")
    size = Path(guest["initrd"]).stat().st_size
    machine.send(f"booti 0x41000000 0x50000000:{size:x} ${{fdtcontroladdr}}\r")
    machine.wait_shell()
    assert "from=memory" in machine.check("cat /proc/cmdline")
    assert machine.poweroff() == 0


def test_flash_survives_a_restart(start, uboot, tmp_path):
    """U-Boot runs from the first bank, writes the second, and finds it after a restart."""
    code = padded(tmp_path / "code", uboot.read_bytes())
    variables = padded(tmp_path / "variables")
    args = virt("-drive", f"if=pflash,format=raw,unit=0,file={code},readonly=on",
                "-pflash", variables)
    machine = start(args)
    prompt = UBoot(machine)
    assert "bad CRC" in machine.seen
    assert "CFI conformant" in prompt.run("flinfo")
    assert "done" in prompt.run("setenv colour yellow; saveenv")
    # By hand: 64 KiB of the program itself into a block of its own.
    assert "done" in prompt.run("protect off 0x4100000 +0x40000; erase 0x4100000 +0x40000")
    assert "done" in prompt.run("cp.b 0x0 0x4100000 0x10000")
    assert "were the same" in prompt.run("cmp.b 0x0 0x4100000 0x10000")
    assert "not erased" in prompt.run("cp.b 0x10000 0x4100000 0x100").lower()
    prompt.run("cp.b 0x40000000 0x100 0x100")  # read-only: refused
    assert variables.read_bytes()[0x100000:0x110000] == uboot.read_bytes()[:0x10000]
    assert code.read_bytes()[:len(uboot.read_bytes())] == uboot.read_bytes()
    machine.close()

    machine = start(args)
    prompt = UBoot(machine)
    assert "bad CRC" not in machine.seen
    assert "colour=yellow" in prompt.run("printenv colour")
    assert "were the same" in prompt.run("cmp.b 0x0 0x4100000 0x10000")
    machine.send("reset\r")
    prompt = UBoot(machine)
    assert "colour=yellow" in prompt.run("printenv colour")


def test_flash_in_use(start, tmp_path):
    """Two machines must not write one file."""
    flash = padded(tmp_path / "flash")
    start(virt("-S", "-pflash", flash)).monitor("info version")
    second = start(virt("-S", "-pflash", flash))
    assert second.wait() == 1
    assert "in use" in second.errors()


@pytest.fixture(scope="session")
def uefi():
    """EDK II's code and variables, as flash images."""
    folder = Path(fetch_guest("--package", "qemu-efi-aarch64")["qemu-efi-aarch64"], "usr/share")
    return folder / "AAVMF/AAVMF_CODE.fd", folder / "AAVMF/AAVMF_VARS.fd"


def uefi_shell(machine):
    """Past the countdown, at the prompt."""
    machine.expect(r"Press.*ESC.*in 5 seconds", 60)
    machine.send("\x1b")
    machine.expect(r"Shell> ", 60)


def test_uefi_variables_and_kernel(start, guest, uefi, tmp_path):
    """UEFI from flash: a variable set in its shell is there after a restart; its EFI stub boot."""
    variables = tmp_path / "vars.fd"
    variables.write_bytes(uefi[1].read_bytes())
    args = virt("-drive", f"if=pflash,format=raw,unit=0,file={uefi[0]},readonly=on",
                "-drive", f"if=pflash,format=raw,unit=1,file={variables}")
    machine = start(args)
    uefi_shell(machine)
    machine.send(f"setvar colour -guid {GUID} -nv -bs =0xfeed\r")
    machine.expect(r"Shell> ", 30)
    machine.send("reset -s\r")
    assert machine.wait() == 0
    machine = start(args)
    uefi_shell(machine)
    machine.send(f"setvar colour -guid {GUID}\r")
    machine.expect(r"0002 Bytes.*ED FE", 30)
    machine.close()

    machine = start([*args, "-kernel", guest["kernel"], "-initrd", guest["initrd"], "-append",
                     "console=ttyAMA0"])
    machine.wait_shell()
    assert "EDK II" in machine.check("dmesg | grep 'efi: EFI v'")
    assert machine.poweroff() == 0
