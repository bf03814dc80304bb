# SPDX-License-Identifier: MIT
"""The code cache under more code than it holds."""

import re
import subprocess

import pytest

from machine import SLOW, Machine, boot_args, quern_binary
from test_bare import make_elf

HOT = 0x40080040  # churn.S


def churn(tmp_path, accel):
    """How often the hot loop was translated."""
    elf, log = tmp_path / "churn.elf", tmp_path / "log"
    args = [quern_binary(), "-M", "virt", "-cpu", "cortex-a57", "-m", "128M", "-display", "none",
            "-serial", "none", "-monitor", "none", "-semihosting", "-kernel",
            make_elf("churn", elf), "-accel", accel, "-d", "in_asm",
            "-dfilter", f"{HOT:#x}+16", "-D", log]
    done = subprocess.run(args, timeout=120 * SLOW, check=False, capture_output=True, text=True)
    assert done.returncode == 7, done.stderr
    blocks = re.findall(r"^IN: .*\n(0x[0-9a-f]+):", log.read_text(), re.M)
    return sum(int(b, 16) == HOT for b in blocks)


@pytest.mark.parametrize("options", ["", ",split-wx=on", ",thread=multi"])
def test_hot_loop_stays(tmp_path, options):
    """Ten cache-fulls of code go through it, twice: a hot loop is evicted once at most."""
    assert 1 <= churn(tmp_path, f"tcg,tb-size=1{options}") <= 2


def test_all_fits(tmp_path):
    assert churn(tmp_path, "tcg,tb-size=64") == 1


@pytest.mark.parametrize("accel", ["tcg,tb-size=1", "tcg,tb-size=32,dense=on"])
def test_programs_in_small_code(guest, accel):
    """A kernel that starts programs, with a cache far too small or in code that is meant for it."""
    with Machine(boot_args(guest, "-accel", accel, "-smp", "2")) as machine:
        machine.wait_shell()
        done = machine.check("for i in 1 2 3 4 5; do echo $i | sort | md5sum & done; wait")
        assert len(set(re.findall(r"[0-9a-f]{32}", done))) == 5, done
        assert machine.check("seq 1 2000 | awk '{s += $1 * $1} END {print s}'") == "2668667000"
        assert machine.check("dd if=/dev/zero bs=64k count=20 2>/dev/null | gzip | gunzip | wc -c"
                             ) == "1310720"
