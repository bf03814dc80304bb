# SPDX-License-Identifier: MIT
"""The driver's side of virtio-mmio (VIRTIO 1.2, 4.2) and of split virtqueues (2.7) over qtest."""

import struct
import time

from client import SLOW

SLOT = 0x0a000000
SLOTS = 32
RAM = 0x40000000
GICD_ISPENDR = 0x08000200

(MAGIC, VERSION, DEVICE_ID, VENDOR_ID, FEATURES, FEATURES_SEL) = (0, 4, 8, 0xc, 0x10, 0x14)
(DRIVER_FEATURES, DRIVER_FEATURES_SEL, PAGE_SIZE) = (0x20, 0x24, 0x28)
(QUEUE_SEL, NUM_MAX, NUM, ALIGN, PFN, READY) = (0x30, 0x34, 0x38, 0x3c, 0x40, 0x44)
(NOTIFY, ISR, ACK, STATUS) = (0x50, 0x60, 0x64, 0x70)
(DESC, DRIVER, DEVICE, QUEUE_RESET) = (0x80, 0x90, 0xa0, 0xc0)
(GENERATION, CONFIG) = (0xfc, 0x100)

ACKNOWLEDGE, DRIVER_BIT, DRIVER_OK, FEATURES_OK, NEEDS_RESET = 1, 2, 4, 8, 0x40
VERSION_1, EVENT_IDX, INDIRECT = 1 << 32, 1 << 29, 1 << 28
NEXT, WRITE, INDIRECT_FLAG = 1, 2, 4
MODERN = ("-global", "virtio-mmio.force-legacy=false")


class Queue:
    """A ring of NUM entries at ADDR, in the legacy layout, which suits both interfaces."""

    def __init__(self, device, index, addr, num=8):
        self.device, self.index, self.num, self.addr = device, index, num, addr
        self.qts = device.qts
        self.avail = addr + 16 * num
        self.used = (self.avail + 6 + 2 * num + 0xfff) & ~0xfff
        self.next_avail = self.next_used = 0
        self.qts.do("memset", addr, 0x3000, 0)
        device.put(QUEUE_SEL, index)
        device.put(NUM, num)
        if device.modern:
            for register, value in ((DESC, addr), (DRIVER, self.avail), (DEVICE, self.used)):
                device.put(register, value & 0xffffffff)
                device.put(register + 4, value >> 32)
            device.put(READY, 1)
        else:
            device.put(ALIGN, 0x1000)
            device.put(PFN, addr >> 12)

    def desc(self, n, addr, length, flags=0, following=0):
        self.qts.write(self.addr + 16 * n, struct.pack("<QIHH", addr, length, flags, following))

    def add(self, head, kick=True):
        self.qts.writew(self.avail + 4 + 2 * (self.next_avail % self.num), head)
        self.next_avail = (self.next_avail + 1) & 0xffff
        self.qts.writew(self.avail + 2, self.next_avail)
        if kick:
            self.device.put(NOTIFY, self.index)

    def used_index(self):
        return self.qts.readw(self.used + 2)

    def take(self, seconds=10):
        """The next answer: (head, bytes written)."""
        deadline = time.monotonic() + seconds * SLOW
        while self.used_index() == self.next_used:
            assert time.monotonic() < deadline, "no answer of the device"
            time.sleep(0.01)
        at = self.used + 4 + 8 * (self.next_used % self.num)
        self.next_used = (self.next_used + 1) & 0xffff
        return struct.unpack("<II", self.qts.read(at, 8))

    def send(self, data, head=0):
        """One buffer to the device; waits until it is taken."""
        at = self.addr + 0x8000 + 0x800 * head
        self.qts.write(at, data)
        self.desc(head, at, len(data))
        self.add(head)
        assert self.take() == (head, 0)

    def offer(self, length, head):
        """One buffer for the device to fill."""
        self.desc(head, self.addr + 0x8000 + 0x800 * head, length, WRITE)
        self.add(head)

    def receive(self):
        """What is in the next buffer that comes back, which is offered again."""
        head, length = self.take()
        data = self.qts.read(self.addr + 0x8000 + 0x800 * head, length) if length else b""
        self.add(head)
        return data


class Device:
    """A device in SLOT N, by registers."""

    def __init__(self, qts, n=SLOTS - 1):
        self.qts, self.base, self.n = qts, SLOT + 0x200 * n, n
        self.modern = self.get(VERSION) == 2

    def get(self, register):
        return self.qts.readl(self.base + register)

    def put(self, register, value):
        self.qts.writel(self.base + register, value)

    def features(self):
        value = 0
        for word in range(2):
            self.put(FEATURES_SEL, word)
            value |= self.get(FEATURES) << (32 * word)
        return value

    def accept(self, features):
        """Reset and negotiate; the status that follows."""
        self.put(STATUS, 0)
        self.put(STATUS, ACKNOWLEDGE)
        self.put(STATUS, ACKNOWLEDGE | DRIVER_BIT)
        for word in range(2 if self.modern else 1):
            self.put(DRIVER_FEATURES_SEL, word)
            self.put(DRIVER_FEATURES, (features >> (32 * word)) & 0xffffffff)
        if self.modern:
            self.put(STATUS, ACKNOWLEDGE | DRIVER_BIT | FEATURES_OK)
        else:
            self.put(PAGE_SIZE, 0x1000)
        return self.get(STATUS)

    def start(self, features=0):
        """Negotiate, ready for queues; go() follows."""
        self.accept(features | (VERSION_1 if self.modern else 0))
        return self

    def go(self):
        self.put(STATUS, self.get(STATUS) | DRIVER_OK)

    def line(self):
        """The interrupt, as the GIC has it pending."""
        intid = 32 + 16 + self.n
        return bool(self.qts.readl(GICD_ISPENDR + 4 * (intid // 32)) >> intid % 32 & 1)
