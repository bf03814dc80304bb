# SPDX-License-Identifier: MIT
"""Megabytes of work in the guest give the answers that the host works out."""

import gzip
import hashlib
import math
import random
import re
import subprocess

import pytest

from machine import TOP, boot_args

COUNT = 300_000


def numbers():
    return "".join(f"{i}\n" for i in range(1, COUNT + 1)).encode()


@pytest.fixture(scope="session")
def data():
    """3 MiB, half noise and half repetitive, so that compression has something to do."""
    rng = random.Random(20250601)
    blocks = [rng.randbytes(4096) if rng.random() < 0.5 else bytes([rng.randrange(256)]) * 4096
              for _ in range(768)]
    return b"".join(blocks)


@pytest.fixture(scope="session")
def initrd(guest, data, tmp_path_factory):
    """The usual initramfs with the data and the host's gzip of it."""
    folder = tmp_path_factory.mktemp("workload")
    (folder / "data").write_bytes(data)
    (folder / "data.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    subprocess.run([TOP / "scripts/mkinitramfs", "-o", folder / "initrd.gz",
                    "--busybox", guest["busybox"], "--file", f"{folder}/data:/data",
                    "--file", f"{folder}/data.gz:/data.gz"], check=True)
    return str(folder / "initrd.gz")


def first_word(text):
    return text.split()[0]


def check_text(machine):
    machine.check(f"seq 1 {COUNT} > /tmp/n", 120)
    text = numbers()
    assert first_word(machine.check("sha256sum /tmp/n", 120)) == hashlib.sha256(text).hexdigest()
    assert first_word(machine.check("md5sum /tmp/n", 120)) == hashlib.md5(text).hexdigest()
    ordered = b"\n".join(sorted(text.split(), reverse=True)) + b"\n"
    assert first_word(machine.check("sort -r /tmp/n | sha1sum", 180)) == \
        hashlib.sha1(ordered).hexdigest()
    machine.check("gzip -c /tmp/n | gzip -d | cmp - /tmp/n", 180)


def check_binary(machine, data):
    assert first_word(machine.check("sha512sum /data", 120)) == hashlib.sha512(data).hexdigest()
    machine.check("gzip -dc /data.gz | cmp - /data", 120)
    machine.check("gzip -c /data | gzip -d | cmp - /data", 180)
    machine.check("bzip2 -c /data | bzip2 -d | cmp - /data", 240)
    machine.check("tar c /data /data.gz 2>/dev/null | tar xO data | cmp - /data", 120)


def root(x):
    """Square root by Newton's method, as the awk program below does it."""
    y = x
    for _ in range(12):
        y = (y + x / y) / 2
    return y


def check_awk(machine):
    """Add, multiply and divide are exact in IEEE 754, so the host has the same digits."""
    total, product = 0.0, 1.0
    for i in range(1, 20_001):
        total += root(i) / (i + 0.5)
        product = product * 1.000001 - i / 3e9
    program = ("function root(x, y, n) "
               "{ y = x; for (n = 0; n < 12; n++) y = (y + x / y) / 2; return y } "
               "BEGIN { p = 1; for (i = 1; i <= 20000; i++) "
               "{ t += root(i) / (i + 0.5); p = p * 1.000001 - i / 3e9 } "
               'printf "%.17g %.17g\\n", t, p }')
    assert machine.check(f"awk '{program}'", 180) == "%.17g %.17g" % (total, product)
    assert machine.check("awk '{ s += $1 } END { printf \"%.0f\\n\", s }' /tmp/n", 120) == \
        str(COUNT * (COUNT + 1) // 2)


def check_long_arithmetic(machine):
    assert machine.check("echo '3^2000 % 10^60' | bc", 120) == str(pow(3, 2000, 10**60))
    assert machine.check("echo '10^90 / 7' | BC_LINE_LENGTH=0 bc", 120) == str(10**90 // 7)
    factorial = "p = 1; for (i = 2; i <= 200; ++i) p = p * i; p % 10^50 + p / 10^340"
    product = math.factorial(200)
    assert machine.check(f"echo '{factorial}' | BC_LINE_LENGTH=0 bc", 120) == \
        str(product % 10**50 + product // 10**340)
    assert machine.check("echo $(( 0x7fffffffffffffff % 1000003 * -3 ))") == \
        str((2**63 - 1) % 1000003 * -3)


# Loops in the second tier at once, and as usual.
@pytest.mark.parametrize("rounds", [1, None])
def test_workload(guest, initrd, data, start, rounds):
    options = [] if rounds is None else ["-accel", f"tcg,tier2-after={rounds}"]
    machine = start(boot_args(dict(guest, initrd=initrd), *options), qmp=True).wait_shell()
    check_text(machine)
    check_binary(machine, data)
    check_awk(machine)
    check_long_arithmetic(machine)
    jit = machine.qmp.command("human-monitor-command", command_line="info jit")
    regions = int(re.search(r"regions +(\d+)", jit)[1])
    assert regions > 100
    assert machine.poweroff() == 0
