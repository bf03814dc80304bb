# SPDX-License-Identifier: MIT
"""fw_cfg on virt, after QEMU's docs/specs/fw_cfg.rst: data, selector, DMA; all big-endian."""

import struct

import pytest

BASE = 0x09020000
DATA, SELECT, DMA = BASE, BASE + 8, BASE + 16
RAM = 0x40000000
DESC, BUFFER = RAM + 0x1000, RAM + 0x2000
SIGNATURE, ID, UUID, NB_CPUS, FILE_DIR = 0, 1, 2, 5, 0x19
ERROR, READ, SKIP, SELECT_BIT, WRITE = 1, 2, 4, 8, 16


def select(qts, key):
    qts.writew(SELECT, int.from_bytes(key.to_bytes(2, "big"), "little"))


def data(qts, size):
    return bytes(qts.readb(DATA) for _ in range(size))


def item(qts, key, size):
    select(qts, key)
    return data(qts, size)


def dma(qts, control, length, address, desc=DESC):
    """Run a descriptor; its control word afterwards."""
    qts.write(desc, struct.pack(">IIQ", control, length, address))
    qts.write(DMA, struct.pack(">Q", desc))
    return struct.unpack(">I", qts.read(desc, 4))[0]


def directory(qts):
    """name: (size, selector)"""
    count = struct.unpack(">I", item(qts, FILE_DIR, 4))[0]
    files = {}
    for _ in range(count):
        size, key, _, name = struct.unpack(">IHH56s", data(qts, 64))
        files[name.rstrip(b"\0").decode()] = size, key
    return files


@pytest.fixture
def cfg(start, tmp_path):
    (tmp_path / "blob").write_bytes(bytes(range(1, 101)))
    return start("-fw_cfg", f"name=opt/test/blob,file={tmp_path}/blob",
                 "-fw_cfg", "name=opt/test/text,string=hello",
                 "-uuid", "00112233-4455-6677-8899-aabbccddeeff")


def test_fixed_items(cfg):
    assert item(cfg, SIGNATURE, 4) == b"QEMU"
    assert item(cfg, ID, 4) == struct.pack("<I", 3)
    assert item(cfg, UUID, 16).hex() == "00112233445566778899aabbccddeeff"
    assert item(cfg, NB_CPUS, 2) == struct.pack("<H", 1)


def test_after_reset_signature_is_selected(qts):
    assert data(qts, 4) == b"QEMU"


def test_beyond_the_end_are_zeros(cfg):
    assert item(cfg, SIGNATURE, 12) == b"QEMU" + bytes(8)


@pytest.mark.parametrize("key", [0x1e, 0x1f, 0x3fff, 0x7fff, 0x8000, 0xbfff, 0xffff])
def test_items_that_do_not_exist(cfg, key):
    assert item(cfg, key, 8) == bytes(8)
    assert item(cfg, SIGNATURE, 4) == b"QEMU"


def test_select_rewinds(cfg):
    select(cfg, SIGNATURE)
    assert data(cfg, 2) == b"QE"
    assert item(cfg, SIGNATURE, 4) == b"QEMU"


@pytest.mark.parametrize("letter, size", [("b", 1), ("w", 2), ("l", 4), ("q", 8)])
def test_data_widths(cfg, letter, size):
    """The bytes come in the order of the string whatever the width."""
    size_, key = directory(cfg)["opt/test/blob"]
    assert size_ == 100
    select(cfg, key)
    got = b"".join(cfg.load(letter, DATA).to_bytes(size, "little") for _ in range(24 // size))
    assert got == bytes(range(1, 25))


def test_data_is_read_only(cfg):
    select(cfg, SIGNATURE)
    cfg.writeb(DATA, 0x55)
    assert data(cfg, 4) == b"QEMU"


def test_selector_is_write_only(cfg):
    assert cfg.readw(SELECT) == 0


def test_selector_takes_halves_only(cfg):
    select(cfg, NB_CPUS)
    cfg.writeb(SELECT, 0)
    cfg.writel(SELECT, 0)
    cfg.writeq(SELECT, 0)
    assert data(cfg, 2) == b"\x01\x00"


def test_directory(cfg):
    files = directory(cfg)
    assert files["opt/test/blob"][0] == 100 and files["opt/test/text"][0] == 5
    assert all(0x20 <= key < 0x4000 for _, key in files.values())
    assert item(cfg, files["opt/test/text"][1], 6) == b"hello\0"


# --- DMA ---

def test_dma_signature(cfg):
    assert cfg.read(DMA, 8) == b"QEMU CFG"
    assert cfg.readl(DMA).to_bytes(4, "little") == b"QEMU"


def test_dma_select_and_read(cfg):
    assert dma(cfg, SIGNATURE << 16 | SELECT_BIT | READ, 4, BUFFER) == 0
    assert cfg.read(BUFFER, 4) == b"QEMU"


def test_dma_in_two_halves(cfg):
    cfg.write(DESC, struct.pack(">IIQ", SIGNATURE << 16 | SELECT_BIT | READ, 4, BUFFER))
    cfg.write(DMA, struct.pack(">I", DESC >> 32))
    assert cfg.read(BUFFER, 4) == bytes(4)
    cfg.write(DMA + 4, struct.pack(">I", DESC & 0xffffffff))
    assert cfg.read(BUFFER, 4) == b"QEMU" and cfg.read(DESC, 4) == bytes(4)


def test_dma_goes_on_and_skips(cfg):
    key = directory(cfg)["opt/test/blob"][1]
    assert dma(cfg, key << 16 | SELECT_BIT | READ, 10, BUFFER) == 0
    assert dma(cfg, SKIP, 20, 0) == 0
    assert dma(cfg, READ, 10, BUFFER + 10) == 0
    assert cfg.read(BUFFER, 20) == bytes(range(1, 11)) + bytes(range(31, 41))
    assert data(cfg, 1) == bytes([41]), "the data register goes on where DMA stopped"


def test_dma_pads_with_zeros(cfg):
    cfg.do("memset", BUFFER, 200, 0xff)
    key = directory(cfg)["opt/test/blob"][1]
    assert dma(cfg, key << 16 | SELECT_BIT | READ, 150, BUFFER) == 0
    assert cfg.read(BUFFER, 200) == bytes(range(1, 101)) + bytes(50) + b"\xff" * 50


def test_dma_of_no_item(cfg):
    cfg.do("memset", BUFFER, 16, 0xff)
    assert dma(cfg, 0x3fff << 16 | SELECT_BIT | READ, 16, BUFFER) == 0
    assert cfg.read(BUFFER, 16) == bytes(16)


def test_dma_write_refused(cfg):
    """No item of virt can be written."""
    key = directory(cfg)["opt/test/blob"][1]
    cfg.do("memset", BUFFER, 16, 0xff)
    assert dma(cfg, key << 16 | SELECT_BIT | WRITE, 4, BUFFER) == ERROR
    assert item(cfg, key, 4) == bytes(range(1, 5))


def test_dma_to_nowhere(cfg):
    assert dma(cfg, SIGNATURE << 16 | SELECT_BIT | READ, 4, 0xffff00000000) == ERROR


def test_dma_descriptor_nowhere(cfg):
    cfg.write(DMA, struct.pack(">Q", 0xffff00000000))
    assert dma(cfg, SIGNATURE << 16 | SELECT_BIT | READ, 4, BUFFER) == 0


@pytest.mark.ours
def test_dma_huge_lengths(cfg):
    """A length of 4 GiB goes past the end of memory: an error, in no time. (QEMU takes long.)"""
    assert dma(cfg, SIGNATURE << 16 | SELECT_BIT | SKIP, 0xffffffff, 0) == 0
    assert data(cfg, 4) == bytes(4)
    assert dma(cfg, SIGNATURE << 16 | SELECT_BIT | READ, 0xffffffff, RAM + 0x100000) == ERROR
    assert cfg.read(RAM + 0x100000, 4) == b"QEMU"


@pytest.mark.ours
def test_dma_into_flash(cfg):
    """Flash takes commands, not memory's data: 64 MiB of them took minutes."""
    assert dma(cfg, SIGNATURE << 16 | SELECT_BIT | READ, 0xffffffff, 0) == ERROR
    assert cfg.read(0, 4) == bytes(4)


def test_dma_nothing_to_do(cfg):
    assert dma(cfg, 0, 4, BUFFER) == 0
    assert dma(cfg, NB_CPUS << 16 | SELECT_BIT, 0, 0) == 0
    assert data(cfg, 2) == b"\x01\x00"


def test_dma_into_its_own_registers(cfg):
    """The device does not answer itself, and lives on."""
    dma(cfg, SIGNATURE << 16 | SELECT_BIT | READ, 8, DMA)
    assert item(cfg, SIGNATURE, 4) == b"QEMU"
