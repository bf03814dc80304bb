# SPDX-License-Identifier: MIT
"""The command line: what it prints, and that bad input gives one clear line and a status."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUERN = os.environ.get("QUERN", ROOT / "build/quern-system-aarch64")
BUILD = pathlib.Path(os.environ.get("QUERN_BUILD", pathlib.Path(QUERN).parent)).resolve()
NAME = "quern-system-aarch64"


def run(*args, name=NAME, stdin=subprocess.DEVNULL, timeout=30, cwd=None):
    return subprocess.run([str(BUILD / name), *args], stdin=stdin, capture_output=True, text=True,
                          timeout=timeout, cwd=cwd)


# Arguments, and words that the one line of stderr must have. {tmp} is a scratch directory with
# the files that make_files creates.
BAD = [
    ("-M virtt", ["virtt", "did you mean 'virt'"]),
    ("-M nosuchboard", ["unknown machine 'nosuchboard'", "-machine help"]),
    ("-machine type=", ["unknown machine"]),
    ("-M virt,nosuchprop=1", ["nosuchprop"]),
    ("-M virt,=1", ["-M virt,=1"]),
    ("-M virt -cpu cortex-a75x", ["unknown CPU model", "did you mean"]),
    ("-M virt -cpu zzz", ["unknown CPU model 'zzz'", "-cpu help"]),
    ("-M virt -cpu cortex-a57,nosuchfeature=on", ["nosuchfeature"]),
    ("-M none -device pl01", ["unknown device 'pl01'", "did you mean 'pl011'"]),
    ("-M none -device nosuchdevice", ["unknown device", "-device help"]),
    ("-M none -device id=x", ["device's type is missing"]),
    ("-M none -device pl011", ["part of machines"]),
    ("-M none -global pl011.nosuch=1", ["nosuch"]),
    ("-M none -global nosuch.x=1", ["unknown device 'nosuch'"]),
    ("-M none -global nonsense", ["nonsense"]),
    ("-kernal x", ["-kernal: unknown option", "did you mean '-kernel'"]),
    ("--nographics", ["unknown option", "did you mean '-nographic'"]),
    ("-zzzzzz", ["unknown option", "-h"]),
    ("-m", ["-m: an argument is missing"]),
    ("disk.img", ["disk images are not supported yet"]),
    ("-drive file=x", ["-drive", "not supported yet"]),
    ("-drive if=pflash", ["file=FILE is missing"]),
    ("-drive if=pflash,fiel=x", ["did you mean 'file'"]),
    ("-drive if=pflash,file=x,format=qcow2", ["qcow2", "format=raw"]),
    ("-drive if=pflash,file=x,unit=0 -drive if=pflash,file=y,unit=0", ["unit 0", "already"]),
    ("-drive if=pflash,file=x,unit=-1", ["unit"]),
    ("-drive if=pflash,file=x,readonly=maybe", ["readonly", "maybe"]),
    ("-M virt -drive if=pflash,file={tmp}/junk,unit=2", ["pflash", "unit=2"]),
    ("-M none -pflash {tmp}/junk", ["does not support if=pflash"]),
    ("-M virt -pflash {tmp}/missing", ["virt.flash0", "{tmp}/missing", "No such file"]),
    ("-M virt -pflash {tmp}/junk", ["requires 67108864 bytes", "{tmp}/junk", "16384 bytes"]),
    ("-M virt -pflash {tmp}/junk -bios {tmp}/junk", ["requires 67108864 bytes"]),
    ("-M virt,pflash0=node", ["-blockdev", "not supported yet"]),
    ("-M virt -bios nosuchfirmware", ["nosuchfirmware", "-L"]),
    ("-M virt -bios {tmp}/huge", ["{tmp}/huge"]),
    ("-netdev user,id=n", ["not supported yet"]),
    ("-M virt -uuid 123", ["-uuid 123", "not a UUID"]),
    ("-M none -fw_cfg opt/a,string=x", ["no fw_cfg device"]),
    ("-M virt -fw_cfg opt/a", ["exactly one"]),
    ("-M virt -fw_cfg string=x", ["a name is missing"]),
    ("-M virt -fw_cfg opt/a,strin=x", ["did you mean 'string'"]),
    ("-M virt -fw_cfg opt/a,file=/nonexistent", ["/nonexistent", "No such file"]),
    ("-M virt -fw_cfg opt/a,string=x -fw_cfg opt/a,string=y", ["already"]),
    ("-M none -m 0", ["-m 0", "512M"]),
    ("-M none -m 0G", ["-m 0G"]),
    ("-M none -m 4096T", ["host"]),
    ("-M none -m 99999999999999999999", ["-m"]),
    ("-M none -m big", ["'big'", "size"]),
    ("-M none -m -1", ["'-1'"]),
    ("-M none -m 1G1", ["'1G1'"]),
    ("-M none -m 512,slot=1", ["slot", "did you mean 'slots'"]),
    ("-M none -smp 0", ["cpus", "at least 1"]),
    ("-M none -smp -1", ["-1"]),
    ("-M none -smp many", ["many"]),
    ("-M none -smp 4,core=2", ["core", "did you mean 'cores'"]),
    ("-M none -smp 3,cores=2,sockets=1", ["do not make"]),
    ("-M none -smp 2,maxcpus=1", ["-smp"]),
    ("-M none -smp 60000", ["at most"]),
    ("-accel tgc", ["unknown accelerator", "did you mean 'tcg'"]),
    ("-accel kvm", ["kvm", "not supported yet", "tcg"]),
    ("-M none -accel tcg,tb-sizes=4", ["tb-sizes"]),
    ("-M virt,accel=nosuch", ["unknown accelerator"]),
    ("-M none -accel thread=multi", ["name is missing"]),
    ("-M none -display sdl", ["not supported yet", "none"]),
    ("-M none -display nonne", ["did you mean 'none'"]),
    ("-M none -serial stdoi", ["-serial stdoi", "did you mean 'stdio'"]),
    ("-M none -serial tcp:127.0.0.1:1", ["-serial tcp:127.0.0.1:1", "refused"]),
    ("-M none -serial telnet::4444", ["telnet", "not supported yet"]),
    ("-M none -serial file:/nonexistent/x", ["/nonexistent/x"]),
    ("-M none -serial chardev:nobody", ["nobody"]),
    ("-M none -monitor vc", ["not supported yet"]),
    ("-M none -serial stdio -monitor stdio", ["already in use"]),
    ("-M none -chardev stdio", ["needs an id"]),
    ("-M none -chardev null,id=a -chardev null,id=a", ["already", "'a'"]),
    ("-M none -chardev nul,id=a", ["did you mean 'null'"]),
    ("-M none -chardev socket,id=a,path=nosuch", ["nosuch", "No such file"]),
    ("-M none -chardev file,id=a", ["path"]),
    ("-M none -mon nobody", ["nobody"]),
    ("-M none -mon chardev=c,mode=control", ["no character device", "'c'"]),
    ("-M none -echr 999", ["255"]),
    ("-d in_asmm", ["in_asm"]),
    ("-M none -d int -D /nonexistent/log", ["/nonexistent/log"]),
    ("-dfilter nonsense", ["nonsense"]),
    ("-semihosting-config target=gbd", ["gbd"]),
    ("-semihosting-config enabel=on", ["did you mean 'enable'"]),
    ("-M none -semihosting-config chardev=nobody", ["nobody"]),
    ("-action reboot=dance", ["dance"]),
    ("-action watchdog=dance", ["dance", "poweroff"]),
    ("-watchdog-action explode", ["explode", "there are: reset"]),
    ("-watchdog-action inject-nmi", ["not supported"]),
    ("-action rebot=reset", ["did you mean 'reboot'"]),
    ("", ["no machine given", "-M help"]),
    ("-M virt -kernel {tmp}/missing", ["{tmp}/missing"]),
    ("-M virt -kernel {tmp}/empty", ["{tmp}/empty"]),
    ("-M virt -kernel {tmp}", ["{tmp}"]),
    ("-M virt -kernel {tmp}/short.gz", ["short.gz"]),
    ("-M virt -kernel {tmp}/x86.elf", ["x86.elf"]),
    ("-M virt -kernel {tmp}/junk -dtb {tmp}/missing", ["{tmp}/missing"]),
    ("-M virt -kernel {tmp}/junk -dtb {tmp}/junk", ["{tmp}/junk"]),
    ("-M virt -kernel {tmp}/junk -initrd {tmp}/missing", ["{tmp}/missing"]),
    ("-M virt -m 64M -kernel {tmp}/junk -initrd {tmp}/huge", ["{tmp}/huge"]),
    ("-M virt -bios {tmp}/missing", ["{tmp}/missing"]),
    ("-M virt -initrd {tmp}/junk", ["initrd"]),
]


@pytest.fixture(scope="module")
def tmp(tmp_path_factory):
    path = tmp_path_factory.mktemp("cmdline")
    (path / "empty").write_bytes(b"")
    (path / "junk").write_bytes(bytes(range(256)) * 64)
    (path / "short.gz").write_bytes(bytes.fromhex("1f8b0800000000000003") + b"\x4b\x4c")
    elf = b"\x7fELF\x02\x01\x01" + bytes(9) + (2).to_bytes(2, "little") + (62).to_bytes(2, "little")
    (path / "x86.elf").write_bytes(elf + (1).to_bytes(4, "little") + bytes(40))
    with open(path / "huge", "wb") as f:
        f.truncate(1 << 30)
    return path


@pytest.mark.parametrize("args,words", BAD, ids=[a or "none" for a, _ in BAD])
def test_bad_input(args, words, tmp):
    argv = args.format(tmp=tmp).split()
    result = run(*argv, cwd=tmp)
    assert result.returncode != 0
    assert result.returncode > 0, f"killed by signal {-result.returncode}"
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith(NAME + ": ")
    for word in words:
        assert word.format(tmp=tmp) in lines[0]
    assert result.stdout == ""


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
