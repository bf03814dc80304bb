# SPDX-License-Identifier: MIT
"""Random words to execute, and random but mostly sensible translation tables around them."""

import struct
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "scripts"))

import decodetree  # noqa: E402

TABLES = ("a64.decode", "a64-simd.decode")
# (op0, op1, CRn, CRm, op2) of what changes how everything else works.
INTERESTING = [
    *((3, op1, 1, 0, op2) for op1 in (0, 4, 5) for op2 in (0, 1, 2)),  # SCTLR, ACTLR, CPACR
    *((3, op1, 2, 0, op2) for op1 in (0, 4, 5) for op2 in (0, 1, 2)),  # TTBR0, TTBR1, TCR
    *((3, 4, 1, 1, op2) for op2 in (0, 1, 2, 3)),  # HCR, MDCR, CPTR, HSTR
    (3, 4, 2, 1, 0), (3, 4, 2, 1, 2), (3, 0, 10, 2, 0), (3, 4, 10, 2, 0),  # VTTBR, VTCR, MAIR
    *((3, op1, 4, 0, op2) for op1 in (0, 4, 5) for op2 in (0, 1)),  # SPSR, ELR
    *((3, op1, 12, 0, 0) for op1 in (0, 4, 5)), (3, 0, 4, 1, 0), (3, 4, 4, 1, 0),  # VBAR, SP
    *((3, 0, 4, 2, op2) for op2 in (0, 2, 3, 4)), (3, 3, 4, 2, 0), (3, 3, 4, 2, 1),  # PSTATE
    *((3, 3, 4, 4, op2) for op2 in (0, 1)), (3, 3, 4, 2, 5), (3, 3, 4, 2, 6),  # FPCR, FPSR
    (2, 0, 0, 2, 2), (2, 0, 1, 0, 4), (2, 0, 1, 3, 4),  # MDSCR, OSLAR, OSDLR
    *((2, 0, 0, n, op2) for n in range(16) for op2 in (4, 5, 6, 7)),  # breakpoints, watchpoints
    *((3, 3, 14, m, op2) for m in (2, 3) for op2 in (0, 1, 2)),  # timers
    *((3, 4, 14, m, op2) for m in (2, 3) for op2 in (0, 1, 2)), (3, 0, 14, 1, 0), (3, 4, 14, 1, 0),
    *((3, 0, 12, m, op2) for m in (8, 11, 12) for op2 in range(8)),  # the interrupt controller's
    *((3, 4, 12, m, op2) for m in (8, 9, 11, 12) for op2 in range(8)), (3, 0, 4, 6, 0),
    *((3, 3, 9, 12, op2) for op2 in range(8)), *((3, 3, 14, m, op2) for m in (8, 12, 15)
                                                for op2 in (0, 7)),  # PMU
    *((3, 0, 2, m, op2) for m in (1, 2, 3) for op2 in (0, 1, 2, 3)),  # keys of PAuth
    *((1, op1, 8, m, op2) for op1 in (0, 4) for m in (0, 3, 4, 7) for op2 in range(8)),  # TLBI
    *((1, op1, 7, 8, op2) for op1 in (0, 4) for op2 in range(8)), (1, 0, 7, 9, 0),  # AT
    *((1, 3, 7, m, 1) for m in (4, 5, 10, 11, 12, 14)), (1, 0, 7, 5, 0), (1, 0, 7, 6, 2),  # DC, IC
]


def load_encodings():
    """(mask, value) of each row of the decode tables."""
    rows = []
    for name in TABLES:
        table = decodetree.Table(32)
        path = TOP / "target/arm/tcg" / name
        table.parse(str(path), path.read_text())
        rows += [(enc.mask, enc.value) for enc in table.instructions()]
    return rows


class Words:
    def __init__(self):
        self.rows = load_encodings()

    def system(self, rng):
        """MRS, MSR, SYS: half of them of registers that matter."""
        if rng.random() < 0.5:
            op0, op1, crn, crm, op2 = rng.choice(INTERESTING)
        else:
            op0, op1, op2 = rng.choice((1, 2, 3, 3, 3)), rng.randrange(8), rng.randrange(8)
            crn, crm = rng.randrange(16), min(rng.randrange(16), rng.randrange(16))
        return (0xD5000000 | rng.getrandbits(1) << 21 | op0 << 19 | op1 << 16 | crn << 12 |
                crm << 8 | op2 << 5 | rng.randrange(32))

    @staticmethod
    def branch(rng):
        """Over short distances, both ways."""
        off = rng.randrange(-64, 64)
        kind = rng.randrange(5)
        if kind == 0:
            return 0x54000000 | (off & 0x7FFFF) << 5 | rng.randrange(16)
        if kind == 1:
            return 0x34000000 | rng.getrandbits(1) << 31 | rng.getrandbits(1) << 24 | \
                (off & 0x7FFFF) << 5 | rng.randrange(32)
        if kind == 2:
            return 0x36000000 | rng.getrandbits(1) << 24 | rng.randrange(32) << 19 | \
                (off & 0x3FFF) << 5 | rng.randrange(32)
        if kind == 3:
            return 0x14000000 | rng.getrandbits(1) << 31 | off & 0x3FFFFFF
        return rng.choice((0xD65F03C0, 0xD69F03E0, 0xD61F0000 | rng.randrange(32) << 5,
                           0xD63F0000 | rng.randrange(32) << 5))

    def one(self, rng):
        kind = rng.random()
        if kind < 0.2:
            return rng.getrandbits(32)
        if kind < 0.8:
            mask, value = rng.choice(self.rows)
            return value | rng.getrandbits(32) & ~mask
        return self.system(rng) if kind < 0.92 else self.branch(rng)

    def make(self, rng, count):
        return struct.pack(f"<{count}I", *(self.one(rng) for _ in range(count)))


# ---- tables: 4 KiB granule, 39 bits, identity from 0 to 2 GiB ----

BLOCK, TABLE, AF, INNER = 1, 3, 1 << 10, 3 << 8
USER, READ_ONLY, PXN, UXN = 1 << 6, 1 << 7, 1 << 53, 1 << 54
DEVICE = 1 << 2  # attribute 1 of MAIR_VALUE
MAIR_VALUE = 0xF4444404FF0400FF | 0x00 << 8
RAM = 0x40000000
MEGABYTES2 = 1 << 21


def pack(entries):
    data = bytearray(4096)
    for index, value in entries.items():
        struct.pack_into("<Q", data, index * 8, value & (1 << 64) - 1)
    return bytes(data)


def stage1(rng, el, level1, level2, level3):
    """Pages of the tables for the random level EL at these addresses: {address: bytes}."""
    ram = BLOCK | AF | INNER
    code = ram | (USER if el != 1 else 0)
    entries = {0: RAM | ram | UXN if el == 0 else 0,
               1: RAM + MEGABYTES2 | ram | (READ_ONLY if el else 0),
               2: RAM + 2 * MEGABYTES2 | code}
    for index in range(3, 10):
        entries[index] = RAM + index * MEGABYTES2 | code
    entries[6] |= READ_ONLY
    entries[7] &= ~AF
    entries[8] |= DEVICE
    entries[9] |= UXN | PXN | 1 << 51  # DBM
    entries[10] = level3 | TABLE
    for index in range(12, 512):
        entries[index] = random_descriptor(rng)
    devices = BLOCK | AF | DEVICE | UXN | PXN | (USER if rng.random() < 0.3 or el == 2 else 0)
    top = {0: devices, 1: level2 | TABLE}
    top.update((index, random_descriptor(rng)) for index in range(4, 512))
    pages = {index: random_descriptor(rng) for index in range(512)}
    return {level1: pack(top), level2: pack(entries), level3: pack(pages)}


def random_descriptor(rng):
    """Of a block, page or table in memory that there is; sometimes no such thing."""
    if rng.random() < 0.1:
        return rng.getrandbits(64)
    attributes = rng.getrandbits(64) & 0xFFF8000000000FFC
    return RAM + rng.randrange(0, 32 << 20, 4096) | attributes | rng.choice((0, 1, 3, 3)) | \
        (AF if rng.random() < 0.7 else 0)


def stage2(rng, level1, level2):
    """The same for stage 2, which lets EL1 read the tables and not more."""
    read, write, normal = 1 << 6, 1 << 7, 0xF << 2
    ram = BLOCK | AF | INNER | read | normal
    entries = {0: RAM | ram, 1: RAM + MEGABYTES2 | ram}
    entries.update((index, RAM + index * MEGABYTES2 | ram | write) for index in range(2, 64))
    for index in range(11, 20):
        entries[index] = random_descriptor(rng)
    top = {0: BLOCK | AF | read | write | 1 << 2, 1: level2 | TABLE}
    if rng.random() < 0.5:
        top[0] = 0
    return {level1: pack(top), level2: pack(entries)}
