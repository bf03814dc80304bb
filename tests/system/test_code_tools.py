# SPDX-License-Identifier: MIT
"""What shows translated code: the profile, perf's map and dump, host-isa."""

import re
import struct
import subprocess
import time

import pytest

from machine import SLOW, quern_binary
from test_bare import BASE, make_elf


def run(elf, *options, accel="tcg", status=0, cwd=None):
    args = [quern_binary(), "-M", "virt", "-cpu", "cortex-a57", "-m", "128M", "-display", "none",
            "-serial", "none", "-monitor", "none", "-semihosting", "-accel", accel, "-kernel", elf,
            *options]
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          cwd=cwd) as proc:
        out, err = proc.communicate(timeout=60 * SLOW)
        assert proc.returncode == status, err
        return out, err, proc.pid


@pytest.fixture
def loops(tmp_path):
    return make_elf("vector-loops", tmp_path / "loops.elf")


def add_symbols(elf, symbols):
    """Appends a table of sections with a symbol table to an ELF file that has none."""
    data = bytearray(open(elf, "rb").read())
    names, table = b"\0", bytes(24)
    for name, addr in symbols.items():
        table += struct.pack("<IBBHQQ", len(names), 2, 0, 1, addr, 0)
        names += name.encode() + b"\0"
    start = len(data)
    data += table + names
    header = "<IIQQQQIIQQ"
    sections = bytes(64)
    sections += struct.pack(header, 0, 2, 0, 0, start, len(table), 2, 1, 8, 24)
    sections += struct.pack(header, 0, 3, 0, 0, start + len(table), len(names), 0, 0, 1, 0)
    struct.pack_into("<Q", data, 40, len(data))
    struct.pack_into("<HHH", data, 58, 64, 3, 0)
    open(elf, "wb").write(data + sections)


def check_profile(text):
    total, known = re.search(r"# Executed: (\d+) blocks.* (\d+) blocks known", text).groups()
    assert int(total) > 700 > int(known)
    share, executions, name = re.search(r"host/guest  function\n +([\d.]+)% +(\d+) .* (\S+)\n",
                                        text).groups()
    assert name in ("mixed", "nan") and float(share) > 20 and int(executions) >= 700
    blocks = re.findall(r"^ *([\d.]+)% +([\d.]+)% +(\d+) +(\d+) +(\d+) +[\d.]+  "
                        r"0x([0-9a-f]+)-0x([0-9a-f]+) (\S+)$", text, re.M)
    assert blocks and abs(sum(float(b[0]) for b in blocks) - 100) < 1
    assert all(int(b[4]) >= int(b[3]) / 2 for b in blocks)
    assert all(BASE <= int(b[5], 16) < BASE + 4096 for b in blocks)


def test_profile_with_list(tmp_path, loops):
    symbols = tmp_path / "System.map"
    symbols.write_text(f"{BASE:x} T start\n{BASE + 0x68:x} t mixed\n{BASE + 0x68:x} t $x\n")
    report = tmp_path / "report"
    run(loops, accel=f"tcg,profile={report},profile-symbols={symbols}")
    check_profile(report.read_text())


def test_profile_with_elf(tmp_path, loops):
    """The kernel's own symbols are taken without asking."""
    add_symbols(loops, {"start": BASE, "mixed": BASE + 0x68})
    report = tmp_path / "report"
    run(loops, accel=f"tcg,profile={report}")
    check_profile(report.read_text())


@pytest.mark.parametrize("content, words", [
    (b"nonsense\n", "line 1: expected"),
    (b"ffff800008000000 T\n", "line 1: expected"),
    (b"\x7fELF\x01\x01\x01" + bytes(60), "64-bit little-endian"),
    (b"\x7fELF\x02\x01\x01" + b"\xff" * 60, "damaged"),
    (b"\x7fELF\x02\x01\x01" + bytes(51) + b"\x40\0" + bytes(4), "no symbols"),
    (None, "can not read symbols"),
])
def test_bad_symbols(tmp_path, loops, content, words):
    path = tmp_path / "symbols"
    if content is not None:
        path.write_bytes(content)
    _, err, _ = run(loops, accel=f"tcg,profile-symbols={path}", status=1)
    assert words in err and err.count("\n") == 1


def test_profile_not_writable(tmp_path, loops):
    _, err, _ = run(loops, accel=f"tcg,profile={tmp_path}/no/file", status=1)
    assert "No such file" in err


def test_perfmap(tmp_path, loops):
    _, _, pid = run(loops, "-perfmap")
    path = f"/tmp/perf-{pid}.map"
    with open(path, encoding="ascii") as f:
        lines = f.read().splitlines()
    subprocess.run(["rm", path], check=True)
    assert lines[0].endswith(" quern-stubs")
    blocks = [line.split() for line in lines[1:]]
    assert f"guest-{BASE:#x}" in [b[2] for b in blocks]
    ends = [int(b[0], 16) + int(b[1], 16) for b in blocks]
    assert all(int(b[0], 16) >= end for b, end in zip(blocks[1:], ends))


def test_jitdump(tmp_path, loops):
    _, _, pid = run(loops, "-jitdump", cwd=tmp_path)
    data = (tmp_path / f"jit-{pid}.dump").read_bytes()
    magic, version, size, machine, _, its_pid = struct.unpack_from("<IIIIII", data)
    assert (magic, version, machine, its_pid) == (0x4A695444, 1, 62, pid)
    names, at, last = [], size, 0
    while True:
        kind, size, stamp = struct.unpack_from("<IIQ", data, at)
        assert stamp >= last
        if kind == 3:
            break
        _, _, vma, addr, code_size, index = struct.unpack_from("<IIQQQQ", data, at + 16)
        name = data[at + 56:data.index(b"\0", at + 56)]
        assert kind == 0 and vma == addr and index == len(names)
        assert size == 56 + len(name) + 1 + code_size
        names.append(name.decode())
        at, last = at + size, stamp
    assert at + size == len(data)
    assert names[0] == "quern-stubs" and f"guest-{BASE:#x}" in names


@pytest.mark.parametrize("isa, words", [("v2", "AVX2"), ("v5", "must be v3, v4 or native")])
def test_host_isa_refused(loops, isa, words):
    _, err, _ = run(loops, accel=f"tcg,host-isa={isa}", status=1)
    assert words in err


def test_host_isa(loops):
    assert run(loops, accel="tcg,host-isa=v3")[0] == run(loops)[0]


def mappings(*options):
    """Rights of the memory of a machine that stands still."""
    args = [quern_binary(), "-M", "virt", "-cpu", "cortex-a57", "-display", "none", "-S",
            "-serial", "none", "-monitor", "stdio", *options]
    with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as proc:
        assert "Quern" in proc.stdout.readline()
        with open(f"/proc/{proc.pid}/maps", encoding="utf-8") as f:
            maps = [line.split()[1:2] + line.split()[5:] for line in f]
        proc.communicate("quit\n")
    return maps


def test_split_wx(loops):
    """All code runs, is patched and unwound from; nothing is writable where it is executable."""
    for accel in ("tcg,split-wx=on", "tcg,split-wx=on,tb-size=1"):
        assert run(loops, accel=accel)[0] == run(loops)[0]
    assert "rwxp" in [m[0] for m in mappings()]
    maps = mappings("-accel", "tcg,split-wx=on")
    assert not [m for m in maps if "w" in m[0] and "x" in m[0]]
    assert {m[0] for m in maps if "quern-code" in m[-1] or "/memfd:quern-code" in m} == \
        {"rw-s", "r-xs"}


def test_huge_pages(loops):
    """Code memory and the guest's ask for them."""
    smaps = []
    args = [quern_binary(), "-M", "virt", "-cpu", "cortex-a57", "-display", "none", "-S",
            "-m", "96M", "-serial", "none", "-monitor", "stdio", "-accel", "tcg,tb-size=24"]
    with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as proc:
        assert "Quern" in proc.stdout.readline()
        with open(f"/proc/{proc.pid}/smaps", encoding="utf-8") as f:
            smaps = re.findall(r"^\S+ (....) .*?\nSize: +(\d+) kB.*?VmFlags: ([^\n]*)$", f.read(),
                               re.M | re.S)
        proc.communicate("quit\n")
    asked = {(rights, int(size)) for rights, size, flags in smaps if "hg" in flags.split()}
    if asked:  # a kernel without transparent huge pages refuses
        assert {("rwxp", 24 * 1024), ("rw-p", 96 * 1024)} <= asked


def test_info_jit(tmp_path):
    """A loop of firmware, which becomes hot: every line has its number."""
    firmware = tmp_path / "loop"
    # 1: add x0, x0, #1; cbnz x0, 2f; nop; 2: b 1b
    firmware.write_bytes(struct.pack("<4I", 0x91000400, 0xB5000040, 0xD503201F, 0x17FFFFFD))
    args = [quern_binary(), "-M", "virt", "-cpu", "cortex-a57", "-display", "none", "-serial",
            "none", "-monitor", "stdio", "-bios", firmware, "-accel", "tcg,count=on"]
    with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as proc:
        for _ in range(100):
            proc.stdin.write("info jit\n")
            proc.stdin.flush()
            text = ""
            while "by page or ASID" not in text:
                text += proc.stdout.readline()
            lines = {m[0]: m[1] for m in re.findall(r"^([a-z][a-z, -]*?)  +(\d.*)$", text, re.M)}
            if int(lines["unlinked edge"]) >= 2 and int(lines["blocks executed"]) > 1000:
                break
            time.sleep(0.05)
        proc.communicate("quit\n")
    used, size = re.match(r"(\d+)/(\d+) KiB in 32 segments", lines["code cache"]).groups()
    assert int(used) < int(size) == 32 * 1024
    now, translated = re.match(r"(\d+) now, (\d+) translated", lines["blocks"]).groups()
    assert 2 <= int(now) <= int(translated) <= 9
    assert int(lines["guest instructions"].split()[0]) >= 4
    expansion, frequent = re.match(r"\d+ \(expansion ([\d.]+)\), (\d+) % frequent path",
                                   lines["host bytes"]).groups()
    assert 2 < float(expansion) < 40 and 20 < int(frequent) < 100
    assert lines["translated again"] == "0 after an eviction"
    for name in ("lookup", "request", "hot loop", "exceptions", "interrupts", "links", "fills",
                 "segment evictions", "invalidated blocks", "regions"):
        assert name in lines
