# SPDX-License-Identifier: MIT
"""The power button: GPIO controller, Linux's gpio_keys driver and a listener in user land."""

import subprocess
from pathlib import Path

import pytest

from machine import TOP, boot_args, fetch_guest

ACTION = "#!/bin/sh\necho button pressed\npoweroff\n"


@pytest.fixture(scope="module")
def button_initrd(guest, tmp_path_factory):
    """The usual one with the drivers that Debian has as modules, and what acpid runs."""
    folder = tmp_path_factory.mktemp("button")
    action = Path(folder, "action")
    action.write_text(ACTION)
    action.chmod(0o755)
    files = [f"{path}:{name}.ko" for name, path in
             fetch_guest("--module", "gpio_keys", "evdev").items()]
    files.append(f"{action}:etc/acpi/PWRF/00000080")
    subprocess.run(["/usr/bin/python3", TOP / "scripts/mkinitramfs", "-o", folder / "initrd.gz",
                    "--busybox", guest["busybox"],
                    *[word for file in files for word in ("--file", file)]], check=True)
    return folder / "initrd.gz"


def test_power_button(start, guest, button_initrd):
    machine = start(boot_args(dict(guest, initrd=button_initrd))).wait_shell()
    machine.check("insmod /gpio_keys.ko; insmod /evdev.ko")
    assert "poweroff" in machine.check("cat /proc/interrupts").lower()
    machine.check("dd if=/dev/input/event0 of=/tmp/events bs=24 count=4 & sleep 1")
    machine.monitor("system_powerdown")
    machine.check("wait")
    # struct input_event: type 1 (key), code 116 (power), value 1; SYN; the same with value 0; SYN
    words = machine.check("od -An -v -tu2 -w24 /tmp/events | awk '{print $9,$10,$11}'")
    assert words.splitlines()[-4:] == ["1 116 1", "0 0 0", "1 116 0", "0 0 0"]
    assert "GPIO Key Poweroff" in machine.check("grep -i poweroff /proc/interrupts")
    machine.check("acpid -d & sleep 1")
    machine.monitor("system_powerdown")
    machine.expect("button pressed", 30)
    assert machine.wait() == 0
