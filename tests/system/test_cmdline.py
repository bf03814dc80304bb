# SPDX-License-Identifier: MIT
"""The command line: what it prints, and that bad input gives one clear line and a status."""

import os
import pathlib
import re
import shlex
import subprocess

import pytest

from malformed import BAD

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUERN = os.environ.get("QUERN", ROOT / "build/quern-system-aarch64")
BUILD = pathlib.Path(os.environ.get("QUERN_BUILD", pathlib.Path(QUERN).parent)).resolve()
NAME = "quern-system-aarch64"


def run(*args, name=NAME, stdin=subprocess.DEVNULL, timeout=30, cwd=None):
    return subprocess.run([str(BUILD / name), *args], stdin=stdin, capture_output=True, text=True,
                          timeout=timeout, cwd=cwd)


@pytest.fixture(scope="module")
def tmp(tmp_path_factory):
    path = tmp_path_factory.mktemp("cmdline")
    (path / "empty").write_bytes(b"")
    (path / "junk").write_bytes(bytes(range(256)) * 64)
    (path / "short.gz").write_bytes(bytes.fromhex("1f8b0800000000000003") + b"\x4b\x4c")
    elf = b"\x7fELF\x02\x01\x01" + bytes(9) + (2).to_bytes(2, "little") + (62).to_bytes(2, "little")
    (path / "x86.elf").write_bytes(elf + (1).to_bytes(4, "little") + bytes(40))
    for name, size in (("huge", 1 << 30), ("flash", 64 << 20)):
        with open(path / name, "wb") as f:
            f.truncate(size)
    return path


@pytest.mark.parametrize("args,words", BAD, ids=[a or "none" for a, _ in BAD])
def test_bad_input(args, words, tmp):
    argv = shlex.split(args.format(tmp=tmp))
    result = run(*argv, cwd=tmp)
    assert result.returncode != 0
    assert result.returncode > 0, f"killed by signal {-result.returncode}"
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith(NAME + ": ")
    for word in words:
        assert word.format(tmp=tmp) in lines[0]
    assert result.stdout == ""


def test_table_is_what_it_should_be():
    assert len(BAD) > 200
    assert len({args for args, _ in BAD}) == len(BAD)


HELP = [
    ("-h", ["usage: quern-system-aarch64", "Standard options:", "-machine or -M", "-nographic",
            "not supported yet", "-drive"]),
    ("--help", ["usage:"]),
    ("-version", ["Quern emulator version 0.1.0 (interface of QEMU 11.1)"]),
    ("--version", ["Quern emulator version"]),
    ("-M help", ["Supported machines are:", "\nnone ", "\nvirt "]),
    ("-machine help", ["virt"]),
    ("-M virt,help", ["options:"]),
    ("-cpu help", ["Available CPUs:", "  cortex-a57\n", "  cortex-a53\n", "  cortex-a72\n",
                   "  max\n"]),
    ("-M virt -cpu help", ["cortex-a57"]),
    ("-accel help", ["Accelerators supported in this binary:", "tcg\n"]),
    ("-device help", ["pl011"]),
    ("-device pl011,help", ["chardev"]),
    ("-chardev help", ["stdio", "file", "null", "ringbuf"]),
    ("-d help", ["in_asm", "guest_errors", "unimp"]),
    ("-display help", ["none"]),
]


@pytest.mark.parametrize("args,words", HELP, ids=[a for a, _ in HELP])
def test_help(args, words):
    result = run(*args.split())
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    for word in words:
        assert word in result.stdout


def test_help_lists_every_option_it_knows():
    """No row of the table is forgotten by -h, and each fits a terminal."""
    text = run("-h").stdout
    assert all(len(line) <= 100 for line in text.splitlines())
    for option in re.findall(r"^ *\{ GROUP_\w+, \"([\w-]+)\"",
                             (ROOT / "system/cmdline/options.c").read_text(), re.M):
        assert re.search(rf"(^|[ /])-{re.escape(option)}\b", text, re.M), option


@pytest.mark.parametrize("arch", ["riscv64", "x86_64", "arm", "sparc64"])
def test_targets_to_come(arch):
    name = f"quern-system-{arch}"
    result = run("--version", name=name)
    assert result.returncode == 1
    assert result.stderr == f"{name}: target '{arch}' is not supported yet; there is: aarch64\n"


def test_plain_name_picks_a_target():
    assert run("--version", name="quern").returncode == 0
    assert run("--target=aarch64", "--version", name="quern").returncode == 0
    result = run("--target=riscv46", "--version", name="quern")
    assert result.returncode == 1
    assert "did you mean 'riscv64'" in result.stderr


def monitor(*args, commands, timeout=30):
    """Run with the monitor on stdin; everything it printed."""
    result = subprocess.run([str(BUILD / NAME), "-display", "none", "-monitor", "stdio", *args],
                            input="".join(c + "\n" for c in commands), capture_output=True,
                            text=True, timeout=timeout)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def test_machine_none():
    out = monitor("-M", "none", commands=["info version", "info status", "info mtree", "help",
                                          "info qtree", "info qom-tree", "info roms",
                                          "info cpus", "info registers", "quit"])
    assert out.count("(qemu) ") == 10, out
    assert "11.1" in out
    assert "VM status: running" in out
    assert "address-space: memory" in out
    assert "this machine has no CPU" in out


def test_paused():
    out = monitor("-M", "none", "-S", commands=["info status", "c", "info status", "stop",
                                                "info status", "q"])
    assert "paused (prelaunch)" in out
    assert re.search(r"VM status: running[^V]*VM status: paused\n", out)


def test_name_and_lines():
    out = monitor("-M", "none", "-name", "guest=box", "-chardev", "null,id=n0", "-serial",
                  "chardev:n0", commands=["info name", "info chardev", "quit"])
    assert "\nbox\n" in out
    assert "n0: filename=null" in out
    assert "compat_monitor0: filename=stdio" in out


def test_quit_by_escape_key():
    result = subprocess.run([str(BUILD / NAME), "-M", "none", "-nographic"], input="\x01h\x01x",
                            capture_output=True, text=True, timeout=30)
    assert result.returncode == 0
    assert "C-a x" in result.stdout
    assert result.stdout.endswith("Quern: Terminated\n")


@pytest.mark.parametrize("sig", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_ends_by_signal(sig, tmp_path):
    import signal
    import time
    process = subprocess.Popen([str(BUILD / NAME), "-M", "none", "-display", "none", "-monitor",
                                f"file:{tmp_path}/out"], stdin=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 10
    while not (tmp_path / "out").exists() or "(qemu)" not in (tmp_path / "out").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(getattr(signal, sig))
    assert process.wait(10) == 0
    assert "terminating on signal" in process.stderr.read()
