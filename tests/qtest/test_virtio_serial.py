# SPDX-License-Identifier: MIT
"""The virtio console device (VIRTIO 1.2, 5.3): control messages, flow of bytes, hostile drivers."""

import random
import socket
import struct
import subprocess
import time

import pytest

from client import SLOW, command
from virtio import CONFIG, EVENT_IDX, MODERN, RAM, Device, Queue

pytestmark = pytest.mark.ours  # a machine that stands still, as the reference's, moves no bytes

MULTIPORT, EMERG_WRITE = 1 << 1, 1 << 2
(DEVICE_READY, PORT_ADD, PORT_REMOVE, PORT_READY, CONSOLE_PORT, RESIZE, PORT_OPEN,
 PORT_NAME) = range(8)
BUFFERS = 4  # offered for receiving


class Serial:
    """The device with its driver up; port queues are made when they are asked for."""

    def __init__(self, qts, features=MULTIPORT | EMERG_WRITE):
        self.qts = qts
        self.device = Device(qts).start(features)
        self.queues = {}
        if features & MULTIPORT:
            self.from_host, self.to_host = self.queue(2), self.queue(3)
        self.port = {n: (self.queue(q), self.queue(q + 1)) for n, q in ((0, 0), (1, 4), (2, 6))}
        self.device.go()

    def queue(self, index):
        return Queue(self.device, index, RAM + 0x10000 * (index + 1))

    def offer_control(self, count=BUFFERS):
        for head in range(count):
            self.from_host.offer(64, head)

    def tell(self, port, event, value=1):
        self.to_host.send(struct.pack("<IHH", port, event, value))

    def told(self):
        """The next message: (port, event, value), and a name behind it."""
        data = self.from_host.receive()
        return (*struct.unpack("<IHH", data[:8]), *([data[8:]] if data[8:] else []))

    def silent(self):
        self.qts.clock_step(1)
        return self.from_host.used_index() == self.from_host.next_used

    def up(self, port, *messages):
        """PORT_READY and what follows; then the guest opens the port."""
        self.tell(port, PORT_READY)
        assert [self.told() for _ in messages] == [(port, *m) for m in messages]
        self.tell(port, PORT_OPEN)

    def write(self, port, data):
        self.port[port][1].send(data)


def port_args(tmp_path):
    return ("-chardev", f"socket,id=p1,path={tmp_path}/p1,server=on,wait=off", "-chardev",
            f"file,id=p0,path={tmp_path}/p0", "-device", "virtio-serial-device", "-device",
            "virtconsole,chardev=p0", "-device", "virtserialport,chardev=p1,name=org.example.p1",
            "-device", "virtserialport,name=nowhere")


@pytest.fixture(params=["legacy", "modern"])
def serial(request, start, tmp_path):
    qts = start(*port_args(tmp_path), *(MODERN if request.param == "modern" else ()))
    serial = Serial(qts)
    serial.path = tmp_path
    return serial


def connect(serial):
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(10 * SLOW)
    sock.connect(str(serial.path / "p1"))
    return sock


def start_port(serial):
    """Port 1 with both ends open; the host's."""
    serial.offer_control()
    serial.tell(0, DEVICE_READY)
    assert [serial.told() for _ in range(3)] == [(n, PORT_ADD, 1) for n in range(3)]
    serial.up(1, (PORT_NAME, 1, b"org.example.p1\0"))
    sock = connect(serial)
    assert serial.told() == (1, PORT_OPEN, 1)
    return sock


def console_output(serial):
    serial.qts.clock_step(1)
    return (serial.path / "p0").read_bytes()


def test_config(serial):
    assert serial.device.features() & 0x3f == MULTIPORT | EMERG_WRITE
    assert [serial.device.get(CONFIG + 4 * n) for n in range(3)] == [0, 31, 0]
    assert serial.device.get(CONFIG + 12) == 0xffffffff


def test_handshake(serial):
    serial.offer_control(8)
    serial.tell(0, DEVICE_READY)
    assert [serial.told() for _ in range(3)] == [(n, PORT_ADD, 1) for n in range(3)]
    serial.up(0, (CONSOLE_PORT, 1), (PORT_OPEN, 1))
    serial.up(1, (PORT_NAME, 1, b"org.example.p1\0"))
    serial.up(2, (PORT_NAME, 1, b"nowhere\0"))
    assert serial.silent()


def test_messages_wait_for_buffers(serial):
    serial.tell(0, DEVICE_READY)
    for n in range(3):
        serial.tell(n, PORT_READY)
    serial.offer_control(1)
    got = [serial.told() for _ in range(7)]
    assert got[:3] == [(0, PORT_ADD, 1), (0, CONSOLE_PORT, 1), (0, PORT_OPEN, 1)]
    assert got[3:] == [(1, PORT_ADD, 1), (1, PORT_NAME, 1, b"org.example.p1\0"),
                       (2, PORT_ADD, 1), (2, PORT_NAME, 1, b"nowhere\0")]


def test_host_comes_and_goes(serial):
    sock = start_port(serial)
    sock.close()
    assert serial.told() == (1, PORT_OPEN, 0)
    sock = connect(serial)
    assert serial.told() == (1, PORT_OPEN, 1)
    sock.close()
    assert serial.told() == (1, PORT_OPEN, 0)


def test_reconnection_is_told_late_but_whole(serial):
    """Without buffers meanwhile, the guest still learns that the host was away."""
    serial.offer_control(1)
    serial.tell(0, DEVICE_READY)
    for n in range(3):
        assert serial.told() == (n, PORT_ADD, 1)
    serial.up(1, (PORT_NAME, 1, b"org.example.p1\0"))
    sock = connect(serial)
    head, length = serial.from_host.take()
    assert length == 8
    for _ in range(3):
        sock.close()
        time.sleep(0.05)
        sock = connect(serial)
        time.sleep(0.05)
    serial.from_host.add(head)
    assert [serial.told(), serial.told()] == [(1, PORT_OPEN, 0), (1, PORT_OPEN, 1)]
    assert serial.silent()


def test_console_output(serial):
    """Port 0 needs no handshake to be written to."""
    serial.write(0, b"first ")
    queue = serial.port[0][1]
    for n, text in enumerate((b"sec", b"ond")):
        queue.qts.write(RAM + 0x100 * n, text)
    queue.desc(2, RAM, 3, 1, 4)
    queue.desc(4, RAM + 0x100, 3)
    queue.add(2)
    assert queue.take() == (2, 0)
    assert console_output(serial) == b"first second"


def test_without_multiport(start, tmp_path):
    qts = start(*port_args(tmp_path))
    serial = Serial(qts, 0)
    serial.path = tmp_path
    serial.write(0, b"old guest")
    assert console_output(serial) == b"old guest"


def test_emergency_write(serial):
    for ch in b"help":
        serial.qts.writel(serial.device.base + CONFIG + 8, ch)
    assert serial.device.get(CONFIG + 8) == 0
    assert console_output(serial) == b"help"


def test_port_without_backend_takes_all(serial):
    start_port(serial)
    serial.tell(2, PORT_READY)
    serial.write(2, b"x" * 100)


def test_output_waits_for_the_reader(serial):
    """The socket's buffer fills; the rest stays in the guest's queue, and nothing is lost."""
    rng = random.Random(1)
    sock = start_port(serial)
    queue, sent, heads = serial.port[1][1], b"", []
    for n in range(8):
        data = rng.randbytes(65536)
        serial.qts.write(RAM + 0x100000 + 0x10000 * n, data)
        queue.desc(n, RAM + 0x100000 + 0x10000 * n, len(data))
        queue.add(n)
        sent += data
    time.sleep(0.1)
    assert queue.used_index() < 8
    got = b""
    while len(got) < len(sent):
        got += sock.recv(rng.choice((1, 1000, 30000)))
    assert got == sent
    while len(heads) < 8:
        heads.append(queue.take()[0])
    assert heads == list(range(8))


def test_output_waits_for_a_host(serial):
    serial.offer_control(8)
    serial.tell(0, DEVICE_READY)
    queue = serial.port[1][1]
    serial.qts.write(RAM, b"for whom it may concern")
    queue.desc(0, RAM, 23)
    queue.add(0)
    time.sleep(0.05)
    assert queue.used_index() == 0
    sock = connect(serial)
    assert sock.recv(100) == b"for whom it may concern"
    assert queue.take() == (0, 0)


def test_input_waits_for_the_guest(serial):
    """Until the guest opens the port, and for each buffer."""
    serial.offer_control(8)
    serial.tell(0, DEVICE_READY)
    data = random.Random(2).randbytes(3000)
    sock = connect(serial)
    sock.sendall(data)
    queue = serial.port[1][0]
    queue.offer(500, 0)
    time.sleep(0.05)
    assert queue.used_index() == 0
    serial.tell(1, PORT_READY)
    serial.tell(1, PORT_OPEN)
    got = b""
    while len(got) < len(data):
        got += queue.receive()
    assert got == data
    assert serial.device.line()


def test_closed_port_takes_no_input(serial):
    sock = start_port(serial)
    queue = serial.port[1][0]
    serial.tell(1, PORT_OPEN, 0)
    queue.offer(100, 0)
    sock.sendall(b"later")
    time.sleep(0.05)
    assert queue.used_index() == 0
    serial.tell(1, PORT_OPEN, 1)
    assert queue.receive() == b"later"


@pytest.mark.parametrize("message", [
    b"", b"\0" * 7, struct.pack("<IHH", 0xffffffff, PORT_READY, 1), struct.pack("<IHH", 3, 6, 1),
    struct.pack("<IHH", 0, 0xffff, 1), struct.pack("<IHH", 0, PORT_ADD, 1),
    struct.pack("<IHH", 0, DEVICE_READY, 0), b"\xff" * 2000])
def test_strange_messages(serial, message):
    """Answered, logged, without effect."""
    serial.offer_control()
    if message:
        serial.to_host.send(message)
    assert serial.silent()
    start_port(serial)


def test_control_buffer_too_small(serial):
    serial.from_host.offer(4, 0)
    serial.tell(0, DEVICE_READY)
    assert serial.from_host.take() == (0, 4)


def test_flood_of_messages(serial):
    """Thousands of DEVICE_READY without a buffer for an answer cost nothing."""
    for _ in range(3000):
        serial.tell(0, DEVICE_READY)
    serial.offer_control()
    assert [serial.told() for _ in range(3)] == [(n, PORT_ADD, 1) for n in range(3)]
    assert serial.silent()


def test_reset_in_the_middle(serial):
    """A stalled transfer ends with the device's reset; a new driver starts clean."""
    sock = start_port(serial)
    queue = serial.port[1][1]
    for n in range(8):
        queue.desc(n, RAM + 0x100000, 65536)
        queue.add(n)
    time.sleep(0.05)
    again = Serial(serial.qts, MULTIPORT | EVENT_IDX)
    again.path = serial.path
    while True:
        sock.settimeout(0.2)
        try:
            sock.recv(1 << 20)
        except TimeoutError:
            break
    again.offer_control()
    again.tell(0, DEVICE_READY)
    assert [again.told() for _ in range(3)] == [(n, PORT_ADD, 1) for n in range(3)]
    again.up(1, (PORT_NAME, 1, b"org.example.p1\0"), (PORT_OPEN, 1))
    again.write(1, b"clean")
    sock.settimeout(10 * SLOW)
    assert sock.recv(100) == b"clean"


OPTIONS = [
    (["-device", "virtconsole"], "virtio-serial-bus"),
    (["-device", "virtio-serial-device,max_ports=0"], "max_ports"),
    (["-device", "virtio-serial-device,max_ports=600"], "max_ports"),
    (["-device", "virtio-serial-device", "-device", "virtserialport,nr=0"], "virtconsole"),
    (["-device", "virtio-serial-device", "-device", "virtserialport,nr=99"], "out of range"),
    (["-device", "virtio-serial-device,max_ports=2", "-device", "virtserialport", "-device",
      "virtserialport"], "max_ports"),
    (["-device", "virtio-serial-device", "-device", "virtserialport,nr=3", "-device",
      "virtserialport,nr=3"], "taken"),
    (["-device", "virtio-serial-device", "-device", "virtserialport,name=a", "-device",
      "virtserialport,name=a"], "'a'"),
    (["-device", "virtio-rng-device,period=0"], "period"),
    (["-device", "virtio-rng-device,rng=none"], "none"),
    (["-device", "virtio-rng-device,packed=on"], "packed"),
    (["-device", "virtio-rng-device,bus=nowhere"], "nowhere"),
    (["-device", "virtio-rng-device,bus=virtio-mmio-bus.0", "-device",
      "virtio-rng-device,bus=virtio-mmio-bus.0"], "full"),
    (["-device", "virtio-rng-device"] * 33, "full"),
    (["-object", "rng-random,id=r,filename=/nonexistent"], "/nonexistent"),
    (["-object", "rng-random"], "id="),
    (["-object", "rng-randem,id=r"], "rng-random"),
    (["-object", "rng-builtin,id=r,filename=x"], "filename"),
]


@pytest.mark.parametrize("options, names", OPTIONS)
def test_wrong_options(options, names):
    """One line that names what is wrong."""
    done = subprocess.run(command("-M", "virt", *options), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=30 * SLOW)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and names in done.stderr, done.stderr
