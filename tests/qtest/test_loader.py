# SPDX-License-Identifier: MIT
"""The device `loader`: values, files of every kind, and where CPUs start."""

import gzip
import struct
import subprocess
import zlib

import pytest

from client import command

RAM = 0x40000000
FREE = RAM + 0x1000000
PROGRAM = bytes(range(1, 201))


def elf(entry, addr, data):
    """An AArch64 program of one segment."""
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 2, 183, 1, entry, 64, 0, 0, 64,
                       56, 1, 0, 0, 0)
    return head + struct.pack("<IIQQQQQQ", 1, 5, 120, addr, addr, len(data), len(data), 4) + data


def uimage(load, entry, data, kind=1, comp=0):
    def header(crc):
        return struct.pack(">7I4B32s", 0x27051956, crc, 0, len(data), load, entry,
                           zlib.crc32(data), 5, 22, kind, comp, b"test")
    return header(zlib.crc32(header(0))) + data


def hex_line(kind, addr, data):
    line = bytes([len(data)]) + struct.pack(">HB", addr, kind) + data
    return ":" + (line + bytes([-sum(line) & 0xff])).hex().upper() + "\r\n"


def intel_hex(addr, data, entry):
    lines = [hex_line(4, 0, struct.pack(">H", addr >> 16))]
    lines += [hex_line(0, (addr + n) & 0xffff, data[n:n + 16]) for n in range(0, len(data), 16)]
    return "".join(lines + [hex_line(5, 0, struct.pack(">I", entry)), hex_line(1, 0, b"")]).encode()


@pytest.fixture
def put(tmp_path):
    """put(data) writes a file and gives its name."""
    def make(data, name="file"):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name
    return make


def registers(*args):
    """`info registers` of each CPU of a stopped machine."""
    cmd = command("-M", "virt", "-smp", "2", "-m", "128M", *args, "-serial", "none", "-monitor",
                  "stdio")
    out = subprocess.run(cmd, input="info registers -a\nquit\n", capture_output=True, text=True,
                         timeout=60)
    assert not out.returncode, out.stderr
    return [int(word.split()[0], 16) for word in out.stdout.split("PC=")[1:]]


@pytest.mark.parametrize("options, want", [
    (f"addr={FREE:#x},data=0x1122334455667788,data-len=8", "8877665544332211"),
    (f"addr={FREE:#x},data=0x1122334455667788,data-len=8,data-be=on", "1122334455667788"),
    (f"addr={FREE:#x},data=0x11223344,data-len=3", "4433220000000000"),
    pytest.param(f"addr={FREE:#x},data=0x11223344,data-len=2,data-be=on", "3344000000000000",
                 marks=pytest.mark.differs("takes the first bytes of eight")),
    (f"addr={FREE:#x},data=0,data-len=1", "0000000000000000"),
])
def test_data(start, options, want):
    qts = start("-device", f"loader,{options}")
    assert qts.read(FREE, 8).hex() == want


def test_raw_file(start, put):
    qts = start("-device", f"loader,file={put(PROGRAM)},addr={FREE:#x}")
    assert qts.read(FREE, len(PROGRAM) + 1) == PROGRAM + b"\0"


@pytest.mark.ours
def test_data_goes_over_files(start, put):
    """A value patches a file, whichever comes first on the command line."""
    value = ("-device", f"loader,addr={FREE + 8:#x},data=0xffff,data-len=2")
    file = ("-device", f"loader,file={put(PROGRAM)},addr={FREE:#x}")
    for args in (value + file, file + value):
        assert start(*args).read(FREE + 7, 4) == b"\x08\xff\xff\x0b"


def test_elf(start, put):
    path = put(elf(FREE + 4, FREE, PROGRAM))
    qts = start("-device", f"loader,file={path}")
    assert qts.read(FREE, len(PROGRAM)) == PROGRAM
    raw = start("-device", f"loader,file={path},addr={RAM + 0x2000000:#x},force-raw=on")
    assert raw.read(RAM + 0x2000000, 4) == b"\x7fELF"
    assert raw.read(FREE, 4) == bytes(4)


@pytest.mark.ours
def test_uimage(start, put):
    assert start("-device", f"loader,file={put(uimage(FREE, FREE, PROGRAM))}") \
        .read(FREE, len(PROGRAM)) == PROGRAM
    packed = put(uimage(FREE, FREE, gzip.compress(PROGRAM), comp=1))
    assert start("-device", f"loader,file={packed}").read(FREE, len(PROGRAM)) == PROGRAM
    anywhere = put(uimage(0x1000, 8, PROGRAM, kind=14))
    assert start("-device", f"loader,file={anywhere},addr={FREE:#x}") \
        .read(FREE, len(PROGRAM)) == PROGRAM


@pytest.mark.ours
def test_intel_hex(start, put):
    qts = start("-device", f"loader,file={put(intel_hex(FREE, PROGRAM, FREE))}")
    assert qts.read(FREE - 1, len(PROGRAM) + 2) == b"\0" + PROGRAM + b"\0"
    segment = hex_line(2, 0, b"\xff\xf0") + hex_line(0, 0x8000, PROGRAM[:4])
    gap = hex_line(4, 0, b"\x41\x00") + hex_line(0, 8, PROGRAM[:4]) + hex_line(0, 16, PROGRAM[4:8])
    text = (gap + hex_line(1, 0, b"") + "what follows the end is not read").encode()
    assert start("-device", f"loader,file={put(text)}").read(FREE, 24) == \
        bytes(8) + PROGRAM[:4] + bytes(4) + PROGRAM[4:8] + bytes(4)
    text = (segment + hex_line(1, 0, b"")).encode()
    qts = start("-device", f"loader,file={put(text)}")
    assert qts.read(0xfff00 + 0x8000, 4) == PROGRAM[:4]
    raw = start("-device", f"loader,file={put(text)},addr={FREE:#x},force-raw=on")
    assert raw.read(FREE, 1) == b":"


@pytest.mark.ours
def test_program_counters(put):
    path = put(elf(FREE + 4, FREE, PROGRAM), "elf")
    assert registers("-device", f"loader,addr={FREE:#x},cpu-num=0") == [FREE, 0]
    assert registers("-device", f"loader,addr={FREE:#x},cpu-num=1") == [0, FREE]
    assert registers("-device", f"loader,file={path}") == [0, 0]
    assert registers("-device", f"loader,file={path},cpu-num=0") == [FREE + 4, 0]
    image = put(uimage(FREE, FREE + 12, PROGRAM), "uimage")
    assert registers("-device", f"loader,file={image},cpu-num=1") == [0, FREE + 12]
    text = put(intel_hex(FREE, PROGRAM, FREE + 16), "hex")
    assert registers("-device", f"loader,file={text},cpu-num=0") == [FREE + 16, 0]
    assert registers("-device", f"loader,file={put(PROGRAM)},addr={FREE:#x},cpu-num=0") == [FREE, 0]


@pytest.mark.ours
@pytest.mark.parametrize("options, words", [
    ("", "expected addr="),
    ("addr=0x40000000", "addr= alone does nothing"),
    ("addr=0x40000000,data=1", "data-len"),
    ("addr=0x40000000,data=1,data-len=9", "more than 8"),
    ("addr=0x40000000,data=1,data-len=4,file=x", "exclude each other"),
    ("addr=0x40000000,cpu-num=2", "no such CPU"),
    ("force-raw=on", "needs file="),
    ("file=/nonexistent/file", "/nonexistent/file"),
    ("file={bad}", "checksum"),
    ("file={short}", "truncated"),
    ("file={script}", "not a program"),
    ("file={elf}", "truncated"),
    ("file={hex_sum}", "line 3: this is not a valid record"),
    ("file={hex_end}", "no end record"),
    ("file={hex_cut}", "not a valid record"),
    ("file={hex_kind}", "line 2: this is not a valid record"),
    ("addr=x", "addr"),
    ("adr=1", "did you mean 'addr'"),
])
def test_refused(put, options, words):
    image = bytearray(uimage(FREE, FREE, PROGRAM))
    files = {"short": put(bytes(image[:-1]), "short"),
             "script": put(uimage(FREE, FREE, PROGRAM, kind=6), "script"),
             "elf": put(elf(FREE, FREE, PROGRAM)[:-1], "elf")}
    text = intel_hex(FREE, PROGRAM, FREE)
    lines = text.splitlines(keepends=True)
    files.update(hex_sum=put(b"".join(lines[:2]) + lines[2].replace(b"11", b"12"), "hex-sum"),
                 hex_end=put(b"".join(lines[:-1]), "hex-end"),
                 hex_cut=put(text[:-6], "hex-cut"),
                 hex_kind=put(lines[0] + hex_line(6, 0, b"").encode(), "hex-kind"))
    image[10] ^= 1
    files["bad"] = put(bytes(image), "bad")
    cmd = command("-M", "virt", "-m", "128M", "-monitor", "none", "-serial", "none", "-device",
                  "loader," + options.format(**files))
    done = subprocess.run(cmd, capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert words in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.ours
def test_overlap(put):
    path = put(PROGRAM)
    done = subprocess.run(command("-M", "virt", "-monitor", "none", "-serial", "none",
                                  "-device", f"loader,file={path},addr={FREE:#x}",
                                  "-device", f"loader,file={path},addr={FREE + 100:#x}"),
                          capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == 1 and "overlap in memory" in done.stderr
