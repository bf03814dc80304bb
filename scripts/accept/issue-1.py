#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The spine: what `make accept ISSUE=1` shows."""

import gzip
import os
import re
import subprocess
import tempfile
from pathlib import Path

from checks import (TOP, Machine, boot_args, check, command, fetch_guest, main, pytest,
                    quern_binary)

ASAN = {"ASAN_OPTIONS": "detect_leaks=0:log_path=stderr", "UBSAN_OPTIONS": "print_stacktrace=1"}


def boot_once(*extra, guest=None, binary=None, env=None, **kwargs):
    """Boot, run commands, power off; a line that says how it went."""
    with Machine(boot_args(guest or fetch_guest(), *extra, **kwargs), binary=binary,
                 env=env) as machine:
        machine.wait_shell(600)
        seconds = machine.cpu_seconds()
        kernel = machine.check("uname -r")
        total = int(machine.check("awk '/MemTotal/ {print $2}' /proc/meminfo")) >> 10
        assert machine.check("seq 1 1000 | awk '{ s += $1 } END { print s }'", 120) == "500500"
        status = machine.poweroff(120)
        errors = machine.errors().strip()
        assert status == 0, f"exit status {status} after poweroff\n{errors}"
        assert not errors, f"stderr:\n{errors}"
        return f"Linux {kernel}, {total} MiB, {seconds:.2f} s of CPU to the shell, status {status}"


def info_jit(*extra):
    with Machine(boot_args(fetch_guest(), *extra)) as machine:
        machine.wait_shell(300)
        return machine.monitor("info jit")


def number_in(text, pattern):
    match = re.search(pattern, text)
    assert match, f"no /{pattern}/ in:\n{text}"
    return float(match[1])


@check("20 boots in a row reach the shell, run commands and power off with status 0")
def twenty_boots():
    return "\n".join(f"boot {i:2}: {boot_once()}" for i in range(1, 21))


@check("-cpu max, cortex-a53, cortex-a72")
def cpu_models():
    return "\n".join(f"{cpu}: {boot_once(cpu=cpu)}" for cpu in ("max", "cortex-a53", "cortex-a72"))


@check("-m 256M and -m 4G")
def memory_sizes():
    return "\n".join(f"{mem}: {boot_once(mem=mem)}" for mem in ("256M", "4G"))


@check("the newest Debian suite's kernel, on cortex-a57 and max")
def newest_kernel():
    guest = fetch_guest("--suite", "newest")
    version = Path(guest["kernel"]).with_name("version").read_text().strip()
    return "\n".join([version] + [f"{cpu}: {boot_once(guest=guest, cpu=cpu)}"
                                  for cpu in ("cortex-a57", "max")])


@check("under the IR interpreter (-accel tcg,interp=on)")
def interpreter():
    return boot_once("-accel", "tcg,interp=on")


@check("tb-size=2, by option and by TB_JIT_CACHE_SIZE; tb-insns=1 and 8")
def small_cache():
    lines = [f"tb-size=2: {boot_once('-accel', 'tcg,tb-size=2')}",
             f"TB_JIT_CACHE_SIZE=2: {boot_once(env={'TB_JIT_CACHE_SIZE': '2'})}"]
    return "\n".join(lines + [f"tb-insns={n}: {boot_once('-accel', f'tcg,tb-insns={n}')}"
                              for n in (1, 8)])


@check("the ASan+UBSan build boots without a report: JIT, tb-size=2, interpreter")
def sanitizers():
    build = TOP / "build-asan"
    if not (build / "build.ninja").exists():
        command("meson", "setup", build, "-Db_sanitize=address,undefined", "-Db_lundef=false")
    command("ninja", "-C", build, "--quiet")
    binary = str(build / "quern-system-aarch64")
    runs = {"JIT": (), "tb-size=2": ("-accel", "tcg,tb-size=2"),
            "interpreter": ("-accel", "tcg,interp=on")}
    return "\n".join(f"{name}: {boot_once(*extra, binary=binary, env=ASAN)}"
                     for name, extra in runs.items())


@check("a gzip'ed Image, and a device tree of the user's own (-dtb)")
def kernel_forms():
    guest = fetch_guest()
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder, "Image.gz")
        packed.write_bytes(gzip.compress(Path(guest["kernel"]).read_bytes(), 1))
        lines = [f"Image.gz: {boot_once(guest=dict(guest, kernel=str(packed)))}"]
        blob = Path(folder, "virt.dtb")
        command(quern_binary(), "-M", f"virt,dumpdtb={blob}", "-m", "1G")
        lines.append(f"-dtb: {boot_once('-dtb', str(blob))}")
    return "\n".join(lines)


@check("info jit at the shell: 90 % of block exits by a patched jump or an inline lookup; no flush")
def block_exits():
    text = info_jit("-accel", "tcg,count=on")
    share = number_in(text, r"patched jump or an inline lookup\s+([\d.]+)")
    assert share >= 90, text
    assert number_in(text, r"whole-cache flushes\s+(\d+)") == 0, text
    return text.strip()


@check("tb-size=2: evictions by segment, no whole-cache flush")
def evictions():
    text = info_jit("-accel", "tcg,tb-size=2")
    assert number_in(text, r"segment evictions\s+(\d+)") > 0, text
    assert number_in(text, r"whole-cache flushes\s+(\d+)") == 0, text
    return text.strip()


@check("for every optimiser pass a test shows what it changes")
def passes():
    out = command("meson", "test", "-C", TOP / "build", "--no-rebuild", "-v", "tcg-passes",
                  "tcg-fold")
    cases = re.findall(r"/tcg/\S+(?= +OK)", out)
    assert cases, out
    return "\n".join(cases)


@check("megabytes of work in the guest give the host's answers")
def workload():
    return pytest("tests/system/test_workload.py")


@check("100000 random region trees agree with a brute-force resolver, while another thread reads")
def region_trees():
    return command(TOP / "build/tests/unit/test-memory-random",
                   env={"MEMORY_TREES": "100000"}).strip()


@check("bench/boot: at most 1.5 times the CPU time of Debian's QEMU, in one run")
def bench_boot():
    return command(TOP / "bench/boot", "--rounds", "5", "--max-ratio", "1.5").strip()


@check("console, monitor, reset, power off, -no-reboot, -S")
def terminal():
    return pytest("tests/system/test_boot.py", "tests/system/test_terminal.py",
                  "tests/system/test_console.py")


def one_line(*args):
    """Run Quern with bad input: the one line it prints. Non-zero status, no second line."""
    done = subprocess.run([quern_binary(), *map(str, args)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    lines = done.stderr.splitlines()
    shown = " ".join(Path(str(a)).name if "/" in str(a) else str(a) for a in args)
    assert done.returncode not in (0, None) and done.returncode > 0, \
        f"{shown}: exit status {done.returncode}\n{done.stderr}"
    assert len(lines) == 1, f"{shown}: not one line:\n{done.stderr}"
    return f"{shown}\n    {lines[0].replace(quern_binary(), 'quern')} (status {done.returncode})"


@check("bad input: one clear line and a non-zero status")
def bad_input():
    guest = fetch_guest()
    kernel = Path(guest["kernel"])
    virt = ("-M", "virt", "-nographic")
    with tempfile.TemporaryDirectory() as folder:
        def made(name, data):
            path = Path(folder, name)
            path.write_bytes(data)
            return path

        x86_elf = made("x86-kernel", Path("/bin/true").read_bytes())
        huge = Path(folder, "huge-initrd")
        with open(huge, "wb") as file:
            file.truncate(300 << 20)
        unreadable = Path(folder)  # a directory: unreadable as a file even for root
        cases = [
            (*virt, "-kernel", f"{folder}/missing"),
            (*virt, "-kernel", made("empty", b"")),
            (*virt, "-kernel", made("truncated", kernel.read_bytes()[:1 << 20])),
            (*virt, "-kernel", made("truncated.gz", gzip.compress(b"x" * 100000)[:60])),
            (*virt, "-kernel", x86_elf),
            (*virt, "-kernel", unreadable),
            (*virt, "-m", "0"),
            (*virt, "-m", "1T"),
            ("-M", "virtt"),
            (*virt, "-cpu", "cortex-a75x"),
            (*virt, "-device", "pl01"),
            ("-M", "virt,gic-versoin=2"),
            (*virt, "-kernal", "x"),
            (*virt, "-m", "256M", "-kernel", kernel, "-initrd", huge),
            (*virt, "-kernel", kernel, "-initrd", f"{folder}/missing"),
            (*virt, "-kernel", kernel, "-dtb", made("junk.dtb", b"\0" * 4096)),
        ]
        return "\n".join(one_line(*case) for case in cases)


if __name__ == "__main__":
    os.chdir(TOP)
    main()
