# SPDX-License-Identifier: MIT
"""Virtio in Debian's kernel: the console hvc0, ports of bytes, /dev/hwrng; both register layouts.

The drivers are modules: the initramfs has and inserts them.
"""

import hashlib
import os
import random
import socket
import threading
import time

import pytest

from machine import SLOW, Machine, fetch_guest

LAYOUTS = {"legacy": (), "modern": ("-global", "virtio-mmio.force-legacy=false")}
PORT = "/dev/vport0p1"
BYTES = int(os.environ.get("QUERN_PORT_BYTES", 1 << 20))


def start(*extra, console="ttyAMA0", **options):
    guest = fetch_guest("--insert", "virtio_mmio", "virtio-rng", "virtio_console")
    args = ["-M", "virt", "-cpu", "cortex-a57", "-m", "512M", "-kernel", guest["kernel"],
            "-initrd", guest["initrd"], "-append", f"console={console}", *extra]
    return Machine([*args, "-d", "guest_errors"], **options)


def works(machine):
    """The end of every test: no complaint of kernel or device, and a clean exit."""
    assert "virtio" not in machine.check("dmesg | grep -iE 'warn|oops|error|fail' || true")
    assert machine.poweroff() == 0
    assert machine.errors().strip() == ""


@pytest.mark.parametrize("layout", LAYOUTS)
def test_hvc0(layout):
    """The kernel's console is a virtconsole; the monitor is behind the same mux."""
    with start("-nodefaults", "-display", "none", "-chardev", "stdio,mux=on,signal=off,id=c0",
               "-mon", "chardev=c0", "-device", "virtio-serial-device", "-device",
               "virtconsole,chardev=c0", *LAYOUTS[layout], console="hvc0") as machine:
        machine.wait_shell(30)
        assert "console [hvc0] enabled" in machine.check("dmesg")
        assert machine.check("cat /sys/class/tty/console/active") == "hvc0"
        assert machine.check("tty") == "/dev/hvc0"
        assert machine.check("seq 1 20000 | sha256sum").split()[0] == hashlib.sha256(
            b"".join(b"%d\n" % i for i in range(1, 20001))).hexdigest()
        # More than a queue of buffers holds.
        lines = machine.check("seq 1 3000").split()
        assert lines == [str(i) for i in range(1, 3001)]
        assert "running" in machine.monitor("info status")
        round_trip(machine)
        works(machine)


def test_hwrng():
    with start("-nographic", "-device", "virtio-rng-device", *LAYOUTS["modern"]) as machine:
        machine.wait_shell(30)
        assert machine.check("cat /sys/class/misc/hw_random/rng_current") == "virtio_rng.0"
        machine.check("dd if=/dev/hwrng of=/tmp/a bs=4k count=64 2>/dev/null")
        round_trip(machine)
        machine.check("dd if=/dev/hwrng of=/tmp/b bs=4k count=64 2>/dev/null")
        assert machine.check("wc -c < /tmp/a") == "262144"
        # Random bytes do not shrink, and do not repeat.
        assert int(machine.check("gzip -c /tmp/a | wc -c")) > 262144
        assert machine.check("cmp -s /tmp/a /tmp/b; echo $?") == "1"
        works(machine)


def test_hwrng_gives_the_backends_bytes(tmp_path):
    """rng-random reads a file in order; the rate limit holds it to so much a period."""
    data = random.Random(1).randbytes(65536)
    (tmp_path / "entropy").write_bytes(data)
    with start("-nographic", "-object", f"rng-random,id=r,filename={tmp_path}/entropy", "-device",
               "virtio-rng-device,rng=r,max-bytes=2048,period=250") as machine:
        machine.wait_shell(30)
        begin = time.monotonic()
        machine.check("dd if=/dev/hwrng of=/tmp/a bs=64 count=128 2>/dev/null")
        assert time.monotonic() - begin > 0.25 * (8192 / 2048 - 1) * 0.5
        got = bytes.fromhex(machine.check("hexdump -v -e '1/1 \"%02x\"' /tmp/a"))
        # The kernel has taken some before, and keeps some for itself.
        assert len(got) == 8192 and got[:64] in data and got[-64:] in data
        works(machine)


class Peer:
    """The host's end of a port: a unix socket that the emulator listens on."""

    def __init__(self, path):
        self.path = str(path)
        self.sock = None

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30 * SLOW)
        for _ in range(100):
            try:
                self.sock.connect(self.path)
                return self
            except (ConnectionRefusedError, FileNotFoundError):
                time.sleep(0.05)
        raise AssertionError(f"nobody listens at {self.path}")

    def close(self):
        self.sock.close()

    def nothing_more(self):
        self.sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            self.sock.recv(1)

    def read(self, count, rng=None):
        """COUNT bytes; with RNG in odd pieces, with pauses."""
        data = bytearray()
        while len(data) < count:
            most = min(count - len(data), rng.choice((1, 100, 4096, 65536)) if rng else 65536)
            piece = self.sock.recv(most)
            assert piece, f"the port closed after {len(data)} of {count} bytes"
            data += piece
            if rng and rng.random() < 0.01:
                time.sleep(0.02)
        return bytes(data)

    def write(self, data, rng=None):
        at = 0
        while at < len(data):
            step = rng.choice((1, 100, 4096, 65536)) if rng else 65536
            self.sock.sendall(data[at:at + step])
            at += step
            if rng and rng.random() < 0.01:
                time.sleep(0.02)


def port_args(tmp_path, *more):
    return ("-chardev", f"socket,id=p0,path={tmp_path}/port,server=on,wait=off",
            "-device", "virtio-serial-device", "-device",
            "virtserialport,chardev=p0,name=org.example.port", *more)


def split(count, parts, rng):
    """COUNT as PARTS random pieces."""
    cuts = sorted(rng.randrange(1, count) for _ in range(parts - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, count])]


def round_trip(machine, seed=1):
    answer = machine.monitor(f"x-state-roundtrip {seed}", 60)
    assert "the same after loading" in answer, answer


def from_guest(machine, tmp_path, sizes, rng):
    """The guest sends SIZES bytes in as many goes, each begun while nobody listens."""
    digest = hashlib.sha256()
    machine.check(f"head -c {sum(sizes)} /dev/urandom > /tmp/out", 600)
    for n, size in enumerate(sizes):
        piece = f"tail -c +{1 + sum(sizes[:n])} /tmp/out | head -c {size}"
        machine.check(f"({piece} > {PORT} &)")
        time.sleep(rng.random() / 2)
        peer = Peer(tmp_path / "port").connect()
        if n == 1:
            time.sleep(0.5)  # until the host takes no more and the device holds half a buffer
            round_trip(machine)
        digest.update(peer.read(size, rng))
        peer.nothing_more()
        peer.close()
    assert machine.check("sha256sum < /tmp/out", 300).split()[0] == digest.hexdigest()
    machine.check("rm /tmp/out")


def to_guest(machine, tmp_path, sizes, rng):
    """The host sends SIZES bytes in as many goes; the guest reads late."""
    digest = hashlib.sha256()
    machine.check("rm -f /tmp/in")
    for size in sizes:
        data = rng.randbytes(size)
        digest.update(data)
        peer = Peer(tmp_path / "port").connect()
        writer = threading.Thread(target=peer.write, args=(data, rng))
        writer.start()
        time.sleep(rng.random() / 2)
        round_trip(machine)
        machine.check(f"head -c {size} {PORT} >> /tmp/in", 600)
        writer.join()
        peer.close()
    assert machine.check("sha256sum < /tmp/in", 300).split()[0] == digest.hexdigest()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_port_carries_random_bytes(layout, tmp_path):
    """Both ways, the host's end stalling, leaving between pieces and coming back."""
    rng = random.Random(layout)
    with start("-nographic", *port_args(tmp_path), *LAYOUTS[layout]) as machine:
        machine.wait_shell(30)
        assert machine.check("cat /sys/class/virtio-ports/vport0p1/name") == "org.example.port"
        from_guest(machine, tmp_path, split(BYTES, 4, rng), rng)
        to_guest(machine, tmp_path, split(BYTES, 4, rng), rng)
        works(machine)


def test_ports_come_and_go(tmp_path):
    """Hot-plug: the guest sees a port appear, with its name, and vanish while it holds bytes."""
    with start("-nographic", "-device", "virtio-serial-device,id=vs", "-chardev",
               f"socket,id=c,path={tmp_path}/port,server=on,wait=off", qmp=True) as machine:
        machine.wait_shell(60)
        for turn in range(3):
            machine.qmp.command("device_add", driver="virtserialport", id="p", bus="vs.0",
                                name=f"org.example.{turn}", chardev="c")
            machine.check(f"until [ -c {PORT} ]; do sleep 0.1; done")
            assert machine.check("cat /sys/class/virtio-ports/vport0p1/name") == \
                f"org.example.{turn}"
            peer = Peer(tmp_path / "port").connect()
            machine.check(f"echo hello > {PORT}")
            assert peer.read(6) == b"hello\n"
            machine.check(f"(cat /dev/zero > {PORT} 2>/dev/null &)")
            time.sleep(0.3)  # until nobody takes them
            machine.qmp.command("device_del", id="p")
            machine.qmp.wait_event("DEVICE_DELETED", 10)
            machine.check(f"while [ -c {PORT} ]; do sleep 0.1; done")
            peer.close()
        works(machine)


def test_opening_and_closing_is_told():
    """VSERPORT_CHANGE for each port with an id."""
    ports = [f"virtserialport,id={name},name={name}" for name in ("one", "two")]
    with start("-nographic", "-device", "virtio-serial-device", "-device", ports[0], "-device",
               ports[1], qmp=True) as machine:
        machine.wait_shell(30)
        for number, name in ((1, "one"), (2, "two")):
            machine.check(f"sleep 0.1 > /dev/vport0p{number}")
            for opened in (True, False):
                event = machine.qmp.wait_event("VSERPORT_CHANGE", 10)
                assert event["data"] == {"id": name, "open": opened}
        works(machine)
