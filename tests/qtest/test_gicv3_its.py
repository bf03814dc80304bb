# SPDX-License-Identifier: MIT
"""LPIs and the interrupt translation service of a GICv3, ARM IHI 0069, chapters 5 and 12.

What is pending is seen in the redistributors' pending tables, in guest memory. Messages of these
tests are of device 0: qtest, like a CPU, has no requester ID."""

import struct

import pytest

from registers import Reg, check_read_only, check_reset, each

DIST, REDIST, STRIDE, ITS = 0x08000000, 0x080a0000, 0x20000, 0x08080000
R_CTLR, R_TYPER, PROPBASER, PENDBASER = 0, 8, 0x70, 0x78
CTLR, IIDR, TYPER, CBASER, CWRITER, CREADR, BASER = 0, 4, 8, 0x80, 0x88, 0x90, 0x100
TRANSLATER = ITS + 0x10040
NCPU = 4
MACHINE = ("-M", "virt,gic-version=3", "-cpu", "cortex-a57", "-m", "128M", "-smp", str(NCPU))

# Guest memory
QUEUE, DEVICES, COLLECTIONS, LEVEL2 = 0x41000000, 0x41010000, 0x41020000, 0x41030000
ITT, CONFIG, PENDING = 0x41100000, 0x41200000, 0x41300000
NOWHERE = 0x20000000  # nothing is there
VALID, INDIRECT = 1 << 63, 1 << 62
K4, K16, K64 = 0, 1, 2  # GITS_BASER.Page_Size

ITS_REGS = [Reg("CTLR", CTLR, 0x80000000), Reg("IIDR", IIDR, 0x43b),
            Reg("TYPER", TYPER, 0x0001efb1), Reg("TYPERh", TYPER + 4, 0x1f),
            Reg("CBASER", CBASER), Reg("CBASERh", CBASER + 4), Reg("CWRITER", CWRITER),
            Reg("CREADR", CREADR),
            Reg("BASER0", BASER, 0x200), Reg("BASER0h", BASER + 4, 0x01070000),
            Reg("BASER1", BASER + 8, 0x200), Reg("BASER1h", BASER + 12, 0x04070000),
            *(Reg(f"BASER{n}", BASER + 8 * n) for n in range(2, 8))]
READ_ONLY = [Reg("IIDR", IIDR, 0x43b), Reg("TYPER", TYPER, 0x0001efb1),
             Reg("CREADR", CREADR, differs="12.19.3: GITS_CREADR is read only"),
             *(Reg(f"ID{n}", 0xffd0 + 4 * n, value) for n, value in enumerate(
                 (0x44, 0, 0, 0, 0x94, 0xb4, 0x3b, 0, 0x0d, 0xf0, 0x05, 0xb1)))]
# 12.19.1 and 12.19.2: what can be written, by 64 bits; BASER: as what is fixed
MASKS = [("BASER0", BASER, 0x0107 << 48, 0xf8e0ffffffffffff, ""),
         ("BASER1", BASER + 8, 0x0407 << 48, 0xf8e0ffffffffffff, ""),
         ("BASER2", BASER + 16, 0, 0, ""),
         ("CBASER", CBASER, 0, 0xb8effffffffffcff, "12.19.2: reserved bits of GITS_CBASER"),
         ("CWRITER", CWRITER, 0, 0xfffe0, "12.19.4: reserved bits of GITS_CWRITER")]
R_MASKS = [("PROPBASER", PROPBASER, 0x070fffffffffff9f, "12.11: reserved bits of GICR_PROPBASER"),
           ("PENDBASER", PENDBASER, 0x070fffffffff0f80, "12.11: reserved bits of GICR_PENDBASER")]


def masks(table):
    return [pytest.param(*row[1:-1], id=row[0],
                         marks=[pytest.mark.differs(row[-1])] if row[-1] else []) for row in table]


def mapd(device, itt=None, bits=5):
    """Without ITT: unmap."""
    return (0x08 | device << 32, bits - 1, VALID | itt if itt else 0, 0)


def mapc(collection, cpu, valid=VALID):
    return (0x09, 0, valid | cpu << 16 | collection, 0)


def mapti(device, event, intid, collection=0):
    return (0x0a | device << 32, intid << 32 | event, collection, 0)


def mapi(device, event, collection=0):
    return (0x0b | device << 32, event, collection, 0)


def movi(device, event, collection):
    return (0x01 | device << 32, event, collection, 0)


def movall(from_cpu, to_cpu):
    return (0x0e, 0, from_cpu << 16, to_cpu << 16)


def of_event(code):
    return lambda device, event: (code | device << 32, event, 0, 0)


INT, CLEAR, INV, DISCARD = map(of_event, (0x03, 0x04, 0x0c, 0x0f))


def invall(collection):
    return (0x0d, 0, collection, 0)


def sync(cpu):
    return (0x05, 0, cpu << 16, 0)


class Service:
    def __init__(self, qts, idbits=16, lpis=True):
        self.qts, self.wp = qts, 0
        self.idbits = idbits
        for cpu in range(NCPU):
            base = REDIST + cpu * STRIDE
            qts.writeq(base + PROPBASER, CONFIG | idbits - 1)
            qts.writeq(base + PENDBASER, PENDING + cpu * 0x10000)
            qts.writel(base + R_CTLR, int(lpis))
        qts.do("memset", CONFIG, 0x10000, 0xa1)

    def tables(self, devices=VALID | DEVICES | K64 << 8, collections=VALID | COLLECTIONS | K64 << 8,
               queue=VALID | QUEUE, enable=True):
        self.qts.writeq(ITS + BASER, devices)
        self.qts.writeq(ITS + BASER + 8, collections)
        self.qts.writeq(ITS + CBASER, queue)
        self.qts.writel(ITS + CTLR, int(enable))
        return self

    def queue(self, *commands):
        for command in commands:
            self.qts.write(QUEUE + self.wp, struct.pack("<4Q", *command))
            self.wp = (self.wp + 32) % 4096

    def do(self, *commands):
        """The commands, each of which the service must have passed."""
        self.queue(*commands)
        self.qts.writeq(ITS + CWRITER, self.wp)
        assert self.qts.readq(ITS + CREADR) == self.wp

    def pending(self, cpu=0):
        data = self.qts.read(PENDING + cpu * 0x10000, 8192)
        return {8 * n + bit for n, byte in enumerate(data) if byte for bit in range(8)
                if byte >> bit & 1}

    def all_pending(self):
        return [self.pending(cpu) for cpu in range(NCPU)]


@pytest.fixture
def qts(start):
    return start(machine=MACHINE)


@pytest.fixture
def its(qts):
    """Collections 0 to 3 are at CPUs 0 to 3; device 0 has 32 events, of which 0 is LPI 8192."""
    service = Service(qts).tables()
    service.do(*(mapc(n, n) for n in range(NCPU)), mapd(0, ITT), mapti(0, 0, 8192))
    return service


# --- registers ---

def test_reset_values(qts):
    check_reset(qts, ITS, ITS_REGS)


@pytest.mark.parametrize("reg", each(READ_ONLY))
def test_read_only(qts, reg):
    check_read_only(qts, ITS, reg)


def check_mask64(qts, addr, fixed, mask):
    for value in ((1 << 64) - 1, 0, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa):
        qts.writeq(addr, value)
        assert hex(qts.readq(addr)) == hex(fixed | value & mask)
    for half in (0, 4):
        qts.writeq(addr, 0)
        qts.writel(addr + half, 0xffffffff)
        assert hex(qts.readq(addr)) == hex(fixed | mask & 0xffffffff << 8 * half)


@pytest.mark.parametrize("offset, fixed, mask", masks(MASKS))
def test_write_mask(qts, offset, fixed, mask):
    check_mask64(qts, ITS + offset, fixed, mask)


@pytest.mark.parametrize("offset, mask", masks(R_MASKS))
@pytest.mark.parametrize("cpu", [0, 3])
def test_redistributor_write_mask(qts, cpu, offset, mask):
    check_mask64(qts, REDIST + cpu * STRIDE + offset, 0, mask)


def test_distributor_and_redistributors_have_lpis(qts):
    assert qts.readl(DIST + 4) >> 17 & 1 == 1 and qts.readl(DIST + 4) >> 19 & 31 == 15
    for cpu in range(NCPU):
        base = REDIST + cpu * STRIDE
        assert qts.readq(base + R_TYPER) & 0x0300000f == 0x01000001
        assert qts.readl(base + R_CTLR) == 2, "EnableLPIs can be cleared (CES)"
        qts.writel(base + R_CTLR, 1)
        assert qts.readl(base + R_CTLR) == 3
        qts.writel(base + R_CTLR, 0)
        assert qts.readl(base + R_CTLR) == 2


def test_control(qts):
    """Enabled, and Quiescent as its opposite, when nothing is in flight (12.19.5)."""
    for value, then in ((0xffffffff, 0x00000001), (0, 0x80000000), (1, 1)):
        qts.writel(ITS + CTLR, value)
        assert qts.readl(ITS + CTLR) & 0x80000001 in (then, then | 0x80000000)


def test_places_are_fixed_while_enabled(qts):
    qts.writel(ITS + CTLR, 1)
    for offset, value in ((CBASER, 0), (BASER, 0x0107 << 48 | 0x200),
                          (BASER + 8, 0x0407 << 48 | 0x200)):
        qts.writeq(ITS + offset, (1 << 64) - 1)
        assert qts.readq(ITS + offset) == value


@pytest.mark.differs("12.11.28: UNPREDICTABLE; here such a write is ignored")
def test_tables_are_fixed_while_lpis_are_enabled(qts):
    qts.writel(REDIST + R_CTLR, 1)
    for offset in (PROPBASER, PENDBASER):
        qts.writeq(REDIST + offset, (1 << 64) - 1)
        assert qts.readq(REDIST + offset) == 0


@pytest.mark.ours
def test_without_its(start):
    qts = start(machine=("-M", "virt,gic-version=3,its=off", "-cpu", "cortex-a57", "-m", "128M"))
    assert qts.readl(DIST + 4) >> 17 & 1 == 0 and qts.readq(REDIST + R_TYPER) == 0x10
    assert qts.readl(ITS + TYPER) == 0
    for offset in (R_CTLR, PROPBASER, PENDBASER):
        qts.writeq(REDIST + offset, (1 << 64) - 1)
        assert qts.readl(REDIST + offset) == 0


# --- what commands do ---

def test_int_and_clear(its):
    its.do(INT(0, 0))
    assert its.all_pending() == [{8192}, set(), set(), set()]
    its.do(INT(0, 0), sync(0))
    assert its.pending() == {8192}
    its.do(CLEAR(0, 0))
    assert its.pending() == set()
    its.do(CLEAR(0, 0))
    assert its.pending() == set()


def test_messages(its):
    its.do(mapti(0, 1, 9001, 1), mapti(0, 31, 65535, 2))
    for event in (0, 1, 31):
        its.qts.writel(TRANSLATER, event)
    assert its.all_pending() == [{8192}, {9001}, {65535}, set()]
    its.qts.writel(TRANSLATER, 2)
    its.qts.writel(TRANSLATER, 32)
    assert its.all_pending() == [{8192}, {9001}, {65535}, set()]


def test_no_message_while_disabled(its):
    its.qts.writel(ITS + CTLR, 0)
    its.qts.writel(TRANSLATER, 0)
    assert its.pending() == set()


def test_mapi(its):
    """The event is the INTID: a table for so many is needed."""
    its.do(mapd(7, ITT + 0x10000, 14), mapi(7, 8200, 3), INT(7, 8200))
    assert its.all_pending() == [set(), set(), set(), {8200}]


def test_devices_are_apart(its):
    its.do(mapd(1, ITT + 0x1000), mapd(65535 // 8, ITT + 0x2000), mapti(1, 0, 8193),
           mapti(65535 // 8, 0, 8194), INT(1, 0), INT(65535 // 8, 0))
    assert its.pending() == {8193, 8194}
    its.do(mapd(1), INT(1, 0), CLEAR(1, 0))
    assert its.pending() == {8193, 8194}, "the device is not mapped any more"


def test_movi_takes_what_is_pending(its):
    its.do(mapti(0, 1, 8193), INT(0, 0), INT(0, 1), movi(0, 0, 2))
    assert its.all_pending() == [{8193}, set(), {8192}, set()]
    its.do(CLEAR(0, 0), INT(0, 0))
    assert its.all_pending() == [{8193}, set(), {8192}, set()]
    its.do(movi(0, 0, 2), movi(0, 0, 0))
    assert its.all_pending() == [{8192, 8193}, set(), set(), set()]


def test_movall(its):
    intids = {8192, 8193, 8255, 8256, 20000, 65535}
    for event, intid in enumerate(sorted(intids)):
        its.do(mapti(0, event, intid, 1), INT(0, event))
    its.do(mapti(0, 30, 9999, 2), INT(0, 30))
    assert its.all_pending() == [set(), intids, {9999}, set()]
    its.do(movall(1, 2))
    assert its.all_pending() == [set(), set(), intids | {9999}, set()]
    its.do(movall(2, 2), movall(0, 2))
    assert its.all_pending() == [set(), set(), intids | {9999}, set()]


def test_discard(its):
    its.do(INT(0, 0), DISCARD(0, 0))
    assert its.pending() == set()
    its.do(INT(0, 0))
    assert its.pending() == set(), "it is not mapped any more"
    its.do(mapti(0, 0, 8200), INT(0, 0))
    assert its.pending() == {8200}


def test_collection_moves(its):
    its.do(mapc(0, 3), INT(0, 0))
    assert its.all_pending() == [set(), set(), set(), {8192}]
    its.do(mapc(0, 0, valid=0), CLEAR(0, 0), INT(0, 0))
    assert its.all_pending() == [set(), set(), set(), {8192}]


def test_inv_and_sync_are_accepted(its):
    its.do(INV(0, 0), invall(0), *(sync(cpu) for cpu in range(NCPU)))


# --- errors: without effect, and the next command follows ---

WRONG = {
    "MAPD_DEVICE_OOR": (mapd(8192, ITT), INT(8192, 0)),
    "MAPD_ITTSIZE_OOR": (mapd(3, ITT, 17), mapti(3, 0, 8200), INT(3, 0)),
    "MAPD_ITTSIZE_OOR, largest": (mapd(3, ITT, 32), mapti(3, 0, 8200), INT(3, 0)),
    "MAPC_PROCNUM_OOR": (mapc(5, NCPU), mapti(0, 1, 8200, 5), INT(0, 1)),
    "MAPC_PROCNUM_OOR, largest": (mapc(5, 65535), mapti(0, 1, 8200, 5), INT(0, 1)),
    "MAPC_COLLECTION_OOR": (mapc(8192, 0), mapti(0, 1, 8200, 8192), INT(0, 1)),
    "MAPTI_UNMAPPED_DEVICE": (mapti(1, 0, 8200), INT(1, 0)),
    "MAPTI_DEVICE_OOR": (mapti(65536, 0, 8200), INT(65536, 0)),
    "MAPTI_ID_OOR": (mapti(0, 32, 8200), INT(0, 32)),
    "MAPTI_PHYSICALID_OOR, SPI": (mapti(0, 1, 40), INT(0, 1)),
    "MAPTI_PHYSICALID_OOR, none": (mapti(0, 1, 8191), INT(0, 1)),
    "MAPTI_PHYSICALID_OOR, largest": (mapti(0, 1, 65536), INT(0, 1)),
    "MAPI_PHYSICALID_OOR": (mapi(0, 1), INT(0, 1)),
    "MOVI_UNMAPPED_DEVICE": (movi(1, 0, 1),),
    "MOVI_UNMAPPED_INTERRUPT": (movi(0, 1, 1), INT(0, 1)),
    "MOVI_ID_OOR": (movi(0, 32, 1),),
    "INT_UNMAPPED_DEVICE": (INT(1, 0),),
    "INT_DEVICE_OOR": (INT(0xffffffff, 0),),
    "INT_ID_OOR": (INT(0, 0xffffffff),),
    "INT_UNMAPPED_INTERRUPT": (INT(0, 1),),
    "INT_UNMAPPED_COLLECTION": (mapti(0, 1, 8200, 9), INT(0, 1)),
    "CLEAR_UNMAPPED_DEVICE": (CLEAR(1, 0),),
    "DISCARD_UNMAPPED_INTERRUPT": (DISCARD(0, 1), INT(0, 1)),
    "INV_UNMAPPED_INTERRUPT": (INV(0, 1),),
    "INV_DEVICE_OOR": (INV(65536, 0),),
    "INVALL_COLLECTION_OOR": (invall(65535),),
    "MOVALL_PROCNUM_OOR": (movall(0, NCPU), movall(NCPU, 0), movall(0xffff, 0xffff)),
    "SYNC_PROCNUM_OOR": (sync(NCPU), sync(0xffff)),
    "no command": ((0, 0, 0, 0), (0x02, 0, 0, 0), (0xff, *[(1 << 64) - 1] * 3)),
}


@pytest.mark.parametrize("name", WRONG)
def test_error(its, name):
    its.do(*WRONG[name])
    assert its.all_pending() == [set()] * NCPU
    its.do(INT(0, 0))
    assert its.pending() == {8192}


def test_movi_to_nowhere(its):
    """Neither moved nor lost (MOVI_UNMAPPED_COLLECTION, MOVI_COLLECTION_OOR)."""
    its.do(INT(0, 0), movi(0, 0, 9), movi(0, 0, 9000))
    assert its.pending() == {8192}
    its.do(CLEAR(0, 0))
    assert its.pending() == set()


# --- tables ---

def test_two_levels(qts):
    """A page of devices each 4 KiB; the first level has entries of 8 bytes (12.19.1)."""
    its = Service(qts).tables(devices=VALID | INDIRECT | DEVICES | K4 << 8)
    qts.writeq(DEVICES, VALID | LEVEL2)
    qts.writeq(DEVICES + 8 * 127, VALID | LEVEL2 + 0x1000)
    its.do(mapc(0, 0), mapd(0, ITT), mapd(65535, ITT + 0x1000), mapd(512, ITT + 0x2000),
           mapti(0, 0, 8192), mapti(65535, 0, 8193), mapti(512, 0, 8194),
           INT(0, 0), INT(65535, 0), INT(512, 0))
    assert its.pending() == {8192, 8193}, "the page of device 512 is missing"


@pytest.mark.parametrize("page, shift", [(K4, 9), (K16, 11), (K64, 13)])
@pytest.mark.parametrize("pages", [1, 3])
def test_table_sizes(qts, page, shift, pages):
    last = (pages << shift) - 1
    its = Service(qts).tables(devices=VALID | DEVICES | page << 8 | pages - 1,
                              collections=VALID | 0x41080000 | page << 8 | pages - 1)
    its.do(mapc(last, 0), mapc(last + 1, 1), mapd(last, ITT), mapd(last + 1, ITT + 0x1000),
           mapti(last, 0, 8192, last), mapti(last + 1, 0, 8193, last), INT(last, 0),
           INT(last + 1, 0), mapti(last, 1, 8194, last + 1), INT(last, 1))
    assert its.all_pending() == [{8192}, set(), set(), set()]


def test_tables_that_are_not_there(qts):
    for devices, collections in ((0, VALID | COLLECTIONS), (VALID | DEVICES, 0), (0, 0)):
        its = Service(qts).tables(devices=devices, collections=collections)
        its.wp = 0
        its.queue(mapc(0, 0), mapd(0, ITT), mapti(0, 0, 8192), INT(0, 0))
        qts.writeq(ITS + CWRITER, its.wp)
        qts.writel(TRANSLATER, 0)
        assert its.all_pending() == [set()] * NCPU
        qts.writel(ITS + CTLR, 0)


# --- the queue ---

def test_queue_runs_when_enabled(qts):
    its = Service(qts).tables(enable=False)
    its.queue(mapc(0, 0), mapd(0, ITT), mapti(0, 0, 8192), INT(0, 0))
    qts.writeq(ITS + CWRITER, its.wp)
    assert qts.readq(ITS + CREADR) == 0 and its.pending() == set()
    qts.writel(ITS + CTLR, 1)
    assert qts.readq(ITS + CREADR) == its.wp and its.pending() == {8192}


def test_queue_wraps(its):
    for _ in range(40):
        its.do(INT(0, 0), CLEAR(0, 0), sync(0), sync(1), sync(2))
    its.do(INT(0, 0))
    assert its.pending() == {8192}


def test_queue_of_many_at_once(its):
    its.do(*[INT(0, 0), CLEAR(0, 0)] * 60, INT(0, 0))
    assert its.pending() == {8192}


def test_larger_queue(qts):
    its = Service(qts).tables(queue=VALID | QUEUE | 1)
    qts.do("memset", QUEUE, 0x2000, 0)
    qts.write(QUEUE, struct.pack("<8Q", *mapc(0, 0), *mapd(0, ITT)))
    qts.write(QUEUE + 0x1000, struct.pack("<8Q", *mapti(0, 0, 8192), *INT(0, 0)))
    qts.writeq(ITS + CWRITER, 0x1fe0)
    assert qts.readq(ITS + CREADR) == 0x1fe0 and its.pending() == {8192}


def test_queue_base_resets_the_reader(its):
    assert its.qts.readq(ITS + CREADR)
    its.qts.writel(ITS + CTLR, 0)
    its.qts.writeq(ITS + CBASER, VALID | QUEUE)
    assert its.qts.readq(ITS + CREADR) == 0


def test_offset_behind_the_end(its):
    before = its.qts.readq(ITS + CREADR)
    its.qts.writeq(ITS + CWRITER, 0x1000)
    assert its.qts.readq(ITS + CREADR) == before
    its.do(INT(0, 0))
    assert its.pending() == {8192}


@pytest.mark.differs("12.19.3: a queue that can not be read stalls; QEMU reads zeros")
def test_queue_in_nowhere_stalls(qts):
    """Stalled is set; RETRY tries again (12.19.3, 12.19.4)."""
    Service(qts).tables(queue=VALID | NOWHERE)
    qts.writeq(ITS + CWRITER, 0x40)
    assert qts.readq(ITS + CREADR) == 1
    qts.writeq(ITS + CWRITER, 0x60)
    assert qts.readq(ITS + CREADR) == 1
    qts.writeq(ITS + CWRITER, 0x61)
    assert qts.readq(ITS + CREADR) == 1


@pytest.mark.ours
@pytest.mark.parametrize("where", [ITS, DIST, REDIST, 0x09000000, NOWHERE, 0xffffffff0000])
def test_everything_in_registers(qts, where):
    """Tables and queue may not be devices' registers, above all not our own."""
    for addr in (PROPBASER, PENDBASER):
        qts.writeq(REDIST + addr, where | (15 if addr == PROPBASER else 0))
    qts.writel(REDIST + R_CTLR, 1)
    its = Service(qts).tables(devices=VALID | where, collections=VALID | where)
    its.queue(mapc(0, 0), mapd(0, where), mapti(0, 0, 8192), INT(0, 0), movall(0, 1), invall(0))
    for _ in range(8):
        its.qts.writeq(ITS + CWRITER, its.wp | 1)
    assert qts.readq(ITS + CREADR) & 1
    qts.writel(TRANSLATER, 0)
    qts.writel(ITS + CTLR, 0)
    its.tables(queue=VALID | where)
    qts.writeq(ITS + CWRITER, 0x21)
    assert qts.readq(ITS + CREADR) == 1


# --- redistributors ---

def test_nothing_while_lpis_are_off(qts):
    its = Service(qts, lpis=False).tables()
    its.do(mapc(0, 0), mapd(0, ITT), mapti(0, 0, 8192), INT(0, 0))
    assert its.pending() == set()


def test_pending_table_is_read(qts):
    """What the table has when EnableLPIs is set is pending."""
    qts.write(PENDING + 0x400, b"\x05")
    its = Service(qts).tables()
    its.do(mapc(0, 0), mapc(1, 1), movall(0, 1))
    assert its.all_pending() == [set(), {8192, 8194}, set(), set()]


def test_number_of_lpis(qts):
    """GICR_PROPBASER.IDbits of 14 bits: LPIs end at 16383."""
    its = Service(qts, idbits=14).tables()
    its.do(mapc(0, 0), mapd(0, ITT), mapti(0, 0, 16383), mapti(0, 1, 16384), INT(0, 0), INT(0, 1))
    assert its.pending() == {16383}


def test_too_few_bits_for_lpis(qts):
    its = Service(qts, idbits=13).tables()
    its.do(mapc(0, 0), mapd(0, ITT), mapti(0, 0, 8192), INT(0, 0))
    assert its.pending() == set()


def test_off_and_on_again(its):
    its.do(INT(0, 0))
    its.qts.writel(REDIST + R_CTLR, 0)
    its.do(INT(0, 0))
    its.qts.writel(REDIST + R_CTLR, 1)
    its.do(movall(0, 1))
    assert its.pending(1) == {8192}, "memory kept it"
