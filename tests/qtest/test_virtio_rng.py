# SPDX-License-Identifier: MIT
"""The entropy device (VIRTIO 1.2, 5.4), and what of virtio-mmio needs a queue to show."""

import re
import struct

import pytest

import virtio
from client import qom_tree
from virtio import (ACK, EVENT_IDX, INDIRECT, ISR, MODERN, NEEDS_RESET, NUM, QUEUE_SEL, RAM, READY,
                    SLOT, SLOTS, STATUS, WRITE, Device, Queue)

RNG = ("-device", "virtio-rng-device")
LAYOUTS = {"legacy": (), "modern": MODERN}


@pytest.fixture(params=LAYOUTS)
def rng(request, start):
    return Device(start(*RNG, *LAYOUTS[request.param]))


def test_devices_fill_slots_from_the_last(start):
    qts = start(*RNG, "-device", "virtio-serial-device", *RNG, "-device",
                "virtio-serial-device,bus=virtio-mmio-bus.3")
    ids = [qts.readl(SLOT + 0x200 * n + virtio.DEVICE_ID) for n in range(SLOTS)]
    assert {n: i for n, i in enumerate(ids) if i} == {31: 4, 30: 3, 29: 4, 3: 3}


def test_tree():
    paths = [path for path, kind in qom_tree("-M", "virt") if kind == "virtio-mmio-bus"]
    numbers = sorted(int(re.search(r"\.(\d+)$", path)[1]) for path in paths)
    assert numbers == list(range(SLOTS))


def entropy(rng, features=0, length=64):
    """Start over and get a buffer filled; the queue."""
    rng.start(features)
    queue = Queue(rng, 0, RAM)
    rng.go()
    queue.desc(0, RAM + 0x10000, length, WRITE)
    rng.qts.do("memset", RAM + 0x10000, 0x1000, 0)
    queue.add(0)
    assert queue.take() == (0, length)
    return queue


@pytest.mark.ours  # Debian's QEMU has no accelerator for tests: its machine stands still
@pytest.mark.parametrize("features", [0, EVENT_IDX, INDIRECT | EVENT_IDX])
def test_entropy(rng, features):
    entropy(rng, features)
    data = rng.qts.read(RAM + 0x10000, 80)
    assert len(set(data[:64])) > 20 and data[64:] == bytes(16)
    assert rng.get(ISR) == 1 and rng.line()
    rng.put(ACK, 1)
    assert rng.get(ISR) == 0


@pytest.mark.ours
def test_indirect_chain(rng):
    rng.start(INDIRECT)
    queue = Queue(rng, 0, RAM)
    rng.go()
    table = RAM + 0x20000
    for n in range(4):
        rng.qts.write(table + 16 * n, struct.pack(
            "<QIHH", RAM + 0x10000 + 0x100 * n, 16, WRITE | (virtio.NEXT if n < 3 else 0), n + 1))
    queue.desc(5, table, 64, virtio.INDIRECT_FLAG)
    queue.add(5)
    assert queue.take() == (5, 64)
    assert all(any(rng.qts.read(RAM + 0x10000 + 0x100 * n, 16)) for n in range(4))


@pytest.mark.ours
def test_rng_file_and_rate(start, tmp_path):
    """rng-random's bytes in order, max-bytes in a period of the virtual clock."""
    data = bytes(range(256)) * 4
    (tmp_path / "bytes").write_bytes(data)
    qts = start("-object", f"rng-random,id=r,filename={tmp_path}/bytes", "-device",
                "virtio-rng-device,rng=r,max-bytes=100,period=1000")
    rng = Device(qts).start()
    queue = Queue(rng, 0, RAM)
    rng.go()
    for n in range(3):
        queue.desc(n, RAM + 0x10000 + 0x100 * n, 60, WRITE)
        queue.add(n, kick=n == 2)
    got = b""
    for want in ((0, 60), (1, 40)):
        head, length = queue.take()
        assert (head, length) == want
        got += qts.read(RAM + 0x10000 + 0x100 * head, length)
    assert got == data[:100]
    assert queue.used_index() == 2  # the period's share is used up
    qts.clock_step(1_000_000_000)
    assert queue.take() == (2, 60)


@pytest.fixture
def modern(start):
    return Device(start(*RNG, *MODERN))


@pytest.mark.ours
@pytest.mark.parametrize("wrong", ["head", "loop", "address", "length", "rings"])
def test_needs_reset(modern, wrong):
    """A ring that can not be: DEVICE_NEEDS_RESET and a configuration interrupt; a reset heals."""
    modern.start()
    queue = Queue(modern, 0, 0x1000 if wrong == "rings" else RAM)
    modern.go()
    queue.desc(0, {"address": 0x1000}.get(wrong, RAM + 0x10000), 0 if wrong == "length" else 16,
               WRITE | (virtio.NEXT if wrong == "loop" else 0), 0)
    queue.add(77 if wrong == "head" else 0)
    assert modern.get(STATUS) & NEEDS_RESET
    assert modern.get(ISR) == 2 and modern.line()
    entropy(modern)


@pytest.mark.ours
def test_queue_reset(modern):
    """4.2.2 QueueReset: the queue begins anew, the device goes on."""
    entropy(modern, 1 << 40)
    modern.put(virtio.QUEUE_RESET, 1)
    assert modern.get(virtio.QUEUE_RESET) == 0 and modern.get(READY) == 0
    queue = Queue(modern, 0, RAM + 0x40000)
    queue.desc(3, RAM + 0x10000, 16, WRITE)
    queue.add(3)
    assert queue.take() == (3, 16)


@pytest.mark.ours
def test_queue_sizes(modern):
    """Powers of two up to QueueNumMax; anything else leaves what was there."""
    modern.start()
    for num in (0, 3, 1025, 0xffffffff, 2048):
        modern.put(QUEUE_SEL, 0)
        modern.put(NUM, num)
    entropy(modern)


@pytest.mark.ours
def test_seed_repeats(start):
    """-seed makes what rng-builtin gives the same in each run."""
    def first(*options):
        rng = Device(start(*RNG, *options))
        entropy(rng)
        return rng.qts.read(RAM + 0x10000, 64)

    assert first("-seed", "7") == first("-seed", "7") != first("-seed", "8")
    assert first() != first()
