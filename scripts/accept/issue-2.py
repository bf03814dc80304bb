#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The rest of the machine: what `make accept ISSUE=2` shows."""

import os

from checks import TOP, Machine, check, command, fetch_guest, main, pytest


@check("malformed options: one clear line each")
def malformed_options():
    return pytest("tests/system/test_cmdline.py")


@check("saved state: save, disturb, load, compare at 100 random moments of boots")
def hundred_moments():
    return pytest("tests/system/test_state.py", "-k", "hundred")


@check("saved state: every device type alone, with random values and damaged streams")
def device_state():
    out = command(TOP / "build/tests/unit/test-device-state")
    return f"{out.count(chr(10) + 'ok ')} checks"


@check("the example device: its page, from qtest, from a guest program")
def example_device():
    return pytest("tests/system/test_docs.py", "tests/qtest/test_example.py",
                  "tests/system/test_bare.py", "-k", "example or docs or code or command or size")


@check("gdb: Debian's kernel under gdb-multiarch; steps, breaks and watches like the reference's")
def gdb():
    return pytest("tests/system/test_gdb.py", "tests/system/test_gdb_kernel.py")


@check("devices' registers and parsers: ten minutes of libFuzzer each, under ASan and UBSan")
def fuzz():
    return command(TOP / "scripts/fuzz.py", "--seconds", "600", timeout=6 * 3600).strip()


@check("Debian's kernel on hvc0; 64 MiB of random bytes each way through a virtserialport")
def virtio_console():
    return pytest("tests/system/test_virtio.py", env={"QUERN_PORT_BYTES": str(64 << 20)})


@check("U-Boot and UEFI: kernel from memory and from fw_cfg, flash that survives a restart")
def firmware():
    return pytest("tests/system/test_firmware.py")


@check("50 boots through U-Boot to the kernel's shell")
def fifty_uboots():
    folder = fetch_guest("--package", "u-boot-qemu")["u-boot-qemu"]
    args = ["-M", "virt", "-cpu", "cortex-a57", "-m", "1G", "-nographic", "-bios",
            f"{folder}/usr/lib/u-boot/qemu_arm64/u-boot.bin"]
    guest = fetch_guest()
    args += ["-kernel", guest["kernel"], "-initrd", guest["initrd"], "-append", "console=ttyAMA0"]
    seconds = []
    for _ in range(50):
        with Machine(args) as machine:
            machine.expect(r"Hit any key to stop autoboot", 120)
            machine.send(" ")
            machine.expect(r"\n=> ", 60)
            machine.send("qfw load 0x41000000 0x50000000\r")
            machine.expect(r"\n=> ", 60)
            machine.send("booti 0x41000000 0x50000000:${filesize} ${fdtcontroladdr}\r")
            machine.wait_shell(300)
            assert machine.check("seq 1 1000 | awk '{ s += $1 } END { print s }'") == "500500"
            seconds.append(machine.cpu_seconds())
            assert machine.poweroff() == 0 and not machine.errors().strip(), machine.errors()
    return f"{len(seconds)} boots, {min(seconds):.2f} to {max(seconds):.2f} s of CPU to the shell"


if __name__ == "__main__":
    os.chdir(TOP)
    main()
