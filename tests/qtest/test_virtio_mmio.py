# SPDX-License-Identifier: MIT
"""The virtio transport over MMIO (Virtio 1.2, 4.2), with the entropy device behind it.

A transport is legacy (version 1) unless -global virtio-mmio.force-legacy=false. What needs a queue
is `ours`: in a stopped machine, which is all that the reference can offer, QEMU's devices rest."""

import struct
import time

import pytest

from client import SLOW, is_reference
from registers import Reg, check_read_only, check_reset, each

FIRST, STEP, COUNT = 0x0a000000, 0x200, 32
LAST = FIRST + (COUNT - 1) * STEP
GICD_ISPENDR2 = 0x08000208
RAM = 0x40000000
MAGIC, VERSION, DEVICE_ID, VENDOR_ID = 0x00, 0x04, 0x08, 0x0c
FEATURES, FEATURES_SEL, DRIVER_FEATURES, DRIVER_SEL, PAGE_SIZE = 0x10, 0x14, 0x20, 0x24, 0x28
QUEUE_SEL, QUEUE_MAX, QUEUE_NUM, QUEUE_ALIGN, QUEUE_PFN, QUEUE_READY, NOTIFY = \
    0x30, 0x34, 0x38, 0x3c, 0x40, 0x44, 0x50
ISR, ACK, STATUS, DESC, AVAIL, USED, GENERATION = 0x60, 0x64, 0x70, 0x80, 0x90, 0xa0, 0xfc
ACKNOWLEDGE, DRIVER, DRIVER_OK, FEATURES_OK, NEEDS_RESET = 1, 2, 4, 8, 0x40
VERSION_1 = 1 << 32
NEXT, WRITE, INDIRECT = 1, 2, 4
RING = RAM + 0x10000
BUFFER = RAM + 0x20000
MODERN = ("-global", "virtio-mmio.force-legacy=false")
RNG = ("-device", "virtio-rng-device")


def get(qts, offset, base=LAST):
    return qts.readl(base + offset)


def put(qts, offset, value, base=LAST):
    qts.writel(base + offset, value)


def features(qts):
    words = []
    for sel in (0, 1):
        put(qts, FEATURES_SEL, sel)
        words.append(get(qts, FEATURES))
    return words[0] | words[1] << 32


class Queue:
    """Queue 0 of the device in the last slot, with SIZE descriptors, driven by hand."""

    def __init__(self, qts, size=8):
        self.qts, self.size, self.index = qts, size, 0
        self.desc, self.avail, self.used = RING, RING + 16 * size, RING + 0x1000
        qts.do("memset", RING, 0x3000, 0)

    def modern(self):
        put(self.qts, QUEUE_SEL, 0)
        put(self.qts, QUEUE_NUM, self.size)
        for reg, addr in ((DESC, self.desc), (AVAIL, self.avail), (USED, self.used)):
            put(self.qts, reg, addr & 0xffffffff)
            put(self.qts, reg + 4, addr >> 32)
        put(self.qts, QUEUE_READY, 1)
        return self

    def legacy(self):
        put(self.qts, PAGE_SIZE, 4096)
        put(self.qts, QUEUE_SEL, 0)
        put(self.qts, QUEUE_NUM, self.size)
        put(self.qts, QUEUE_ALIGN, 4096)
        put(self.qts, QUEUE_PFN, RING // 4096)
        return self

    def descriptor(self, n, addr, length, flags, link=0):
        self.qts.write(self.desc + 16 * n, struct.pack("<QIHH", addr, length, flags, link))

    def offer(self, head):
        self.qts.writew(self.avail + 4 + self.index % self.size * 2, head)
        self.index += 1
        self.qts.writew(self.avail + 2, self.index & 0xffff)

    def notify(self):
        put(self.qts, NOTIFY, 0)

    def wait(self, count):
        """Until the device has used COUNT buffers; the last one's (head, length)."""
        deadline = time.monotonic() + 10 * SLOW
        while self.qts.readw(self.used + 2) != count & 0xffff and time.monotonic() < deadline:
            time.sleep(0.005)
        assert self.qts.readw(self.used + 2) == count & 0xffff
        return struct.unpack("<II", self.qts.read(self.used + 4 + (count - 1) % self.size * 8, 8))


def start_modern(qts):
    put(qts, STATUS, 0)
    put(qts, STATUS, ACKNOWLEDGE)
    put(qts, STATUS, ACKNOWLEDGE | DRIVER)
    put(qts, DRIVER_SEL, 0)
    put(qts, DRIVER_FEATURES, 0)
    put(qts, DRIVER_SEL, 1)
    put(qts, DRIVER_FEATURES, VERSION_1 >> 32)
    put(qts, STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK)
    assert get(qts, STATUS) & FEATURES_OK
    queue = Queue(qts).modern()
    put(qts, STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK)
    return queue


def start_legacy(qts):
    put(qts, STATUS, 0)
    put(qts, STATUS, ACKNOWLEDGE | DRIVER)
    put(qts, DRIVER_SEL, 0)
    put(qts, DRIVER_FEATURES, 0)
    queue = Queue(qts).legacy()
    put(qts, STATUS, ACKNOWLEDGE | DRIVER | DRIVER_OK)
    return queue


@pytest.fixture
def modern(start):
    return start(*MODERN, *RNG)


@pytest.fixture
def legacy(start):
    return start(*RNG)


@pytest.fixture(params=["legacy", "modern"])
def running(request, start):
    """(machine, its queue), the device being ready for use."""
    if request.param == "legacy":
        qts = start(*RNG)
        return qts, start_legacy(qts)
    qts = start(*MODERN, *RNG)
    return qts, start_modern(qts)


def test_empty_slots(qts):
    for n in range(COUNT):
        base = FIRST + n * STEP
        assert get(qts, MAGIC, base) == 0x74726976, "virt"
        assert get(qts, VERSION, base) == 1
        assert get(qts, DEVICE_ID, base) == 0
        for offset in range(DEVICE_ID + 8, 0x200, 4):
            assert get(qts, offset, base) == 0
            put(qts, offset, 0xffffffff, base)
        assert get(qts, DEVICE_ID, base) == 0


def test_devices_fill_from_the_end(start):
    qts = start(*RNG, *RNG)
    assert [get(qts, DEVICE_ID, FIRST + n * STEP) for n in range(COUNT)] == [0] * 30 + [4, 4]


RESET = [Reg("MAGIC", MAGIC, 0x74726976), Reg("DEVICE_ID", DEVICE_ID, 4),
         Reg("VENDOR_ID", VENDOR_ID, 0x554d4551), Reg("ISR", ISR), Reg("STATUS", STATUS),
         Reg("GENERATION", GENERATION)]


def test_reset_values_modern(modern):
    check_reset(modern, LAST, RESET + [Reg("VERSION", VERSION, 2), Reg("READY", QUEUE_READY)])
    assert features(modern) & VERSION_1


def test_reset_values_legacy(legacy):
    check_reset(legacy, LAST, RESET[:-1] + [Reg("VERSION", VERSION, 1), Reg("PFN", QUEUE_PFN)])
    assert features(legacy) & VERSION_1 == 0


@pytest.mark.parametrize("reg", each(RESET[:4]))
def test_read_only(modern, reg):
    check_read_only(modern, LAST, reg)


@pytest.mark.differs("4.2.2: bits 64 to 95 are not offered")
def test_features_beyond(modern):
    put(modern, FEATURES_SEL, 2)
    assert get(modern, FEATURES) == 0


def test_status_keeps_and_resets(modern):
    put(modern, STATUS, ACKNOWLEDGE | DRIVER)
    assert get(modern, STATUS) == ACKNOWLEDGE | DRIVER
    put(modern, STATUS, 0)
    assert get(modern, STATUS) == 0


def test_features_that_were_not_offered(modern):
    """FEATURES_OK does not stay (3.1.1)."""
    put(modern, STATUS, ACKNOWLEDGE | DRIVER)
    put(modern, DRIVER_SEL, 1)
    put(modern, DRIVER_FEATURES, 0xffffffff)
    put(modern, STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK)
    assert get(modern, STATUS) & FEATURES_OK == 0 or is_reference()


def test_queues(modern):
    put(modern, QUEUE_SEL, 0)
    assert get(modern, QUEUE_MAX) >= 8 and get(modern, QUEUE_READY) == 0
    for beyond in (1, 63, 1024, 0xffffffff):
        put(modern, QUEUE_SEL, beyond)
        assert get(modern, QUEUE_MAX) == 0 or is_reference()


def test_config_of_a_device_without(modern):
    assert get(modern, 0x100) in (0, 0xffffffff)


def test_narrow_accesses_are_refused(modern):
    """Registers take words (4.2.2.2)."""
    assert modern.readb(LAST + MAGIC) == 0 and modern.readw(LAST + MAGIC) == 0
    modern.writeb(LAST + STATUS, 1)
    assert get(modern, STATUS) == 0


@pytest.mark.ours
def test_a_buffer(running):
    qts, queue = running
    qts.do("memset", BUFFER, 64, 0)
    queue.descriptor(0, BUFFER, 48, WRITE)
    queue.offer(0)
    queue.notify()
    assert queue.wait(1) == (0, 48)
    data = qts.read(BUFFER, 64)
    assert data[:48] != bytes(48) and data[48:] == bytes(16)
    assert get(qts, ISR) == 1
    assert qts.readl(GICD_ISPENDR2) >> 15 & 1, "SPI 16 + 31"
    put(qts, ACK, 1)
    assert get(qts, ISR) == 0 and not qts.readl(GICD_ISPENDR2) >> 15 & 1


@pytest.mark.ours
def test_many_buffers(running):
    """Further than the ring is long, of chains of two."""
    qts, queue = running
    for n in range(1, 30):
        queue.descriptor(2, BUFFER, 8, WRITE | NEXT, 5)
        queue.descriptor(5, BUFFER + 0x100, 8, WRITE)
        queue.offer(2)
        queue.notify()
        assert queue.wait(n) == (2, 16)


@pytest.mark.ours
def test_no_interrupt_wanted(running):
    """VIRTQ_AVAIL_F_NO_INTERRUPT (2.7.7)."""
    qts, queue = running
    qts.writew(queue.avail, 1)
    queue.descriptor(0, BUFFER, 8, WRITE)
    queue.offer(0)
    queue.notify()
    queue.wait(1)
    assert get(qts, ISR) == 0


@pytest.mark.ours
def test_reset_stops_the_queue(running):
    qts, queue = running
    put(qts, STATUS, 0)
    queue.descriptor(0, BUFFER, 8, WRITE)
    queue.offer(0)
    queue.notify()
    time.sleep(0.05)
    assert qts.readw(queue.used + 2) == 0 and get(qts, ISR) == 0


@pytest.mark.ours
def test_notify_beyond(running):
    qts, queue = running
    for n in (1, 1023, 1024, 0xffffffff):
        put(qts, NOTIFY, n)
    queue.descriptor(0, BUFFER, 8, WRITE)
    queue.offer(0)
    queue.notify()
    assert queue.wait(1) == (0, 8)


@pytest.mark.ours
@pytest.mark.parametrize("break_it", [
    lambda q: q.qts.writew(q.avail + 2, 0x4000),
    lambda q: (q.qts.writew(q.avail + 4, 8), q.qts.writew(q.avail + 2, 1)),
    lambda q: (q.descriptor(0, BUFFER, 8, WRITE | NEXT, 99), q.offer(0)),
    lambda q: (q.descriptor(0, BUFFER, 8, WRITE | NEXT, 0), q.offer(0)),
    lambda q: (q.descriptor(0, BUFFER, 17, INDIRECT), q.offer(0)),
    lambda q: (q.descriptor(0, 0xffff00000000, 8, WRITE), q.offer(0)),
], ids=["index", "head", "next", "loop", "indirect", "address"])
def test_broken_rings(start, break_it):
    """A ring that makes no sense: DEVICE_NEEDS_RESET, and a reset repairs it (2.1.2)."""
    qts = start(*MODERN, *RNG)
    queue = start_modern(qts)
    break_it(queue)
    queue.notify()
    qts.clock_step(0)
    assert get(qts, STATUS) & NEEDS_RESET
    queue = start_modern(qts)
    queue.descriptor(0, BUFFER, 8, WRITE)
    queue.offer(0)
    queue.notify()
    assert queue.wait(1) == (0, 8)
