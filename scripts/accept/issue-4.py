#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The translator's tools, code cache and start-up: what `make accept ISSUE=4` shows."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from checks import TOP, Machine, boot_args, check, command, fetch_guest, main, pytest, quern_binary


def translated(tb_size):
    """Guest instructions translated until a boot's prompt."""
    with Machine(boot_args(fetch_guest(), "-accel", f"tcg,tb-size={tb_size}")) as machine:
        machine.wait_shell()
        return int(re.search(r"guest instructions +(\d+)", machine.monitor("info jit"))[1])


@check("code cache: a boot at tb-size=2 translates at most 3 times what it does at 32")
def small_cache():
    small, large = translated(2), translated(32)
    text = f"{small} guest instructions at 2 MiB, {large} at 32: {small / large:.1f} times"
    assert small <= 3 * large, text
    return text


@check("code cache: hot code stays, whatever passes through; split-wx, huge pages, tools")
def code_tests():
    return pytest("tests/system/test_code_cache.py", "tests/system/test_code_tools.py")


@check("start-up: a third of the reference's time to the first instruction, less idle memory")
def startup():
    return command(TOP / "bench/startup", "--max-ratio", "0.333").strip()


@check("code quality: the expected instruction counts, and the tour's listings")
def counts():
    command(TOP / "scripts/translator-tour.py")
    return command(TOP / "tests/isa/code-counts.py", "--run",
                   TOP / "build/tests/isa/code-count").strip()


@check("perf: a boot's samples have names of guest code, by map and by dump")
def perf():
    """Needs linux-perf and the right to use it."""
    lines = []
    args = [quern_binary(), *boot_args(fetch_guest(), append="panic=-1 rdinit=/bin/true"),
            "-no-reboot"]
    with tempfile.TemporaryDirectory() as tmp:
        for option, clock in (("-perfmap", []), ("-jitdump", ["-k", "1"])):
            data = f"{tmp}/data"
            subprocess.run(["perf", "record", "-q", "-o", data, "-e", "cpu-clock", *clock, "--",
                            *map(str, args), option], check=True, cwd=tmp, timeout=300,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            if option == "-jitdump":
                command("perf", "inject", "--jit", "-i", data, "-o", f"{tmp}/jit", env={
                    "JITDUMPDIR": tmp})
                data = f"{tmp}/jit"
            report = command("perf", "report", "-i", data, "--stdio", "--sort", "symbol",
                             env={"PERF_BUILDID_DIR": tmp})
            names = re.findall(r"([\d.]+)% .*guest-0x[0-9a-f]+", report)
            assert len(names) > 50, report[-2000:]
            share = sum(map(float, names))
            lines.append(f"{option}: {len(names)} blocks, {share:.0f} % of samples")
    for path in Path("/tmp").glob("perf-*.map"):
        if not os.path.exists(f"/proc/{path.stem[5:]}"):
            path.unlink()
    return "\n".join(lines)


if __name__ == "__main__":
    main()
