# SPDX-License-Identifier: MIT
"""Lines that lead to sockets and pseudo terminals: boots over them, monitors, libqtest's start."""

import contextlib
import os
import re
import select
import signal
import socket
import struct
import subprocess
import tempfile
import time

import pytest

from machine import SLOW, Machine, boot_args, quern_binary

NOTHING = ["-M", "none", "-display", "none"]


@contextlib.contextmanager
def emulator(*args, binary=None, **kwargs):
    proc = subprocess.Popen([binary or quern_binary(), *map(str, args)], stdin=subprocess.DEVNULL,
                            text=True, **kwargs)
    try:
        yield proc
    finally:
        proc.kill()
        proc.wait()
        for pipe in (proc.stdout, proc.stderr):
            if pipe:
                pipe.close()


class LineMachine(Machine):
    """A Machine whose console is the descriptor that CONNECT(process) returns."""

    def __init__(self, args, connect, **kwargs):
        self.cmd = [quern_binary(), *map(str, args)]
        self.seen = ""
        self.at = 0
        self.fd = -1
        self.qmp = None
        self.stderr = tempfile.TemporaryFile(mode="w+")
        self.proc = subprocess.Popen(self.cmd, stdin=subprocess.DEVNULL, start_new_session=True,
                                     **{"stderr": self.stderr, **kwargs})
        self.fd = connect(self.proc)


def dial(path, seconds=20):
    """Connect to a unix socket that comes to be."""
    deadline = time.monotonic() + seconds * SLOW
    while True:
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.connect(str(path))
            return sock
        except OSError:
            sock.close()
            assert time.monotonic() < deadline
            time.sleep(0.02)


def read_until(sock, pattern, seconds=20):
    deadline = time.monotonic() + seconds * SLOW
    text = ""
    while not re.search(pattern, text, re.S):
        assert time.monotonic() < deadline, f"no /{pattern}/ in {text!r}"
        if select.select([sock], [], [], 0.2)[0]:
            data = sock.recv(65536)
            assert data, f"closed before /{pattern}/: {text!r}"
            text += data.decode("utf-8", "replace")
    return text


def listen(path):
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(str(path))
    sock.listen(1)
    sock.settimeout(10 * SLOW)
    return sock


def console_args(guest, serial):
    args = boot_args(guest, "-display", "none", "-monitor", "none", "-serial", serial)
    args.remove("-nographic")
    return args


def use_guest(machine):
    machine.wait_shell()
    assert machine.check("echo $((6 * 7))") == "42"
    # More than the buffers on the way hold, every line in its place.
    assert machine.check("seq 800").split() == [str(i) for i in range(1, 801)]
    assert machine.poweroff() == 0


def test_boot_over_socket(guest, tmp_path):
    """The machine starts when somebody connects, so that nothing of the boot is missed."""
    with LineMachine(console_args(guest, f"unix:{tmp_path}/s,server=on,wait=on"),
                     lambda proc: dial(tmp_path / "s").detach()) as machine:
        use_guest(machine)
        assert "waiting for connection on: disconnected:unix:" in machine.errors()
        assert "Booting Linux" in machine.seen


def test_boot_over_pty(guest):
    def connect(proc):
        line = proc.stdout.readline()
        match = re.fullmatch(r"char device redirected to (/dev/\S+) \(label serial0\)\n", line)
        assert match, line
        return os.open(match[1], os.O_RDWR | os.O_NOCTTY)

    with LineMachine(console_args(guest, "pty"), connect, stdout=subprocess.PIPE,
                     text=True) as machine:
        use_guest(machine)
        machine.proc.stdout.close()


def test_monitor_over_socket(tmp_path):
    """Clients come and go; each is greeted, and none finds what another left half typed."""
    with emulator(*NOTHING, "-chardev", f"socket,id=c0,path={tmp_path}/m,server=on,wait=off",
                  "-mon", "chardev=c0,mode=readline", "-serial", "tcp:127.0.0.1:0,server,nowait"):
        for _ in range(3):
            with dial(tmp_path / "m") as sock:
                read_until(sock, r"monitor - type 'help'.*\(qemu\) $")
                sock.sendall(b"info chardev\r")
                text = read_until(sock, r"serial0.*\(qemu\) $")
                assert f"c0: filename=unix:{tmp_path}/m,server=on" in text
                assert re.search(r"serial0: filename=disconnected:tcp:127.0.0.1:\d+,server=on",
                                 text)
                sock.sendall(b"half a li")
        with dial(tmp_path / "m") as sock:
            read_until(sock, r"\(qemu\) $")
            sock.sendall(b"quit\r")
            while sock.recv(4096):
                pass


def test_reconnecting_client(tmp_path):
    with emulator(*NOTHING, "-chardev", f"socket,id=c0,path={tmp_path}/m,reconnect=1", "-mon", "c0",
                  stderr=subprocess.PIPE):
        time.sleep(0.1)
        for _ in range(2):
            with listen(tmp_path / "m") as server:
                with server.accept()[0] as sock:
                    read_until(sock, r"\(qemu\) $")
            os.unlink(tmp_path / "m")


def test_signal_while_waiting(tmp_path):
    with emulator(*NOTHING, "-serial", f"unix:{tmp_path}/s,server", stderr=subprocess.PIPE) as proc:
        assert "waiting for connection" in proc.stderr.readline()
        proc.send_signal(signal.SIGTERM)
        assert proc.wait(10 * SLOW) == 1
        assert "ended by a signal" in proc.stderr.read()


# --- what test harnesses rely on ---

LIBQTEST = ("-qtest unix:{dir}/q -qtest-log {dir}/log -chardev socket,path={dir}/m,id=char0 "
            "-mon chardev=char0,mode={mode} -display none -audio none "
            "-run-with exit-with-parent=on -M virt -cpu cortex-a57 -accel qtest")


@pytest.mark.parametrize("name", [f"{who}-system-aarch64" for who in ("quern", "qemu", "my")])
@pytest.mark.parametrize("mode", ["readline", "control"])
def test_libqtest(tmp_path, name, mode):
    binary = tmp_path / name
    binary.symlink_to(os.path.realpath(quern_binary()))
    with listen(tmp_path / "q") as qtest_server, listen(tmp_path / "m") as qmp_server:
        with emulator("-c", "exec " + str(binary) + " " + LIBQTEST.format(dir=tmp_path, mode=mode),
                      binary="/bin/sh", stderr=subprocess.PIPE) as proc:
            qtest, qmp = qtest_server.accept()[0], qmp_server.accept()[0]
            with qtest, qmp:
                qtest.sendall(b"endianness\nreadl 0x9000018\nclock_step 1000\n")
                text = read_until(qtest, r"OK.*\n.*OK.*\n.*OK.*\n")
                assert text == "OK little\nOK 0x0000000000000090\nOK 1000\n"
                if mode == "control":
                    assert '"QMP"' in read_until(qmp, r"\n")
                    qmp.sendall(b'{"execute": "qmp_capabilities"}\n')
                    assert '"return"' in read_until(qmp, r"\n")
                proc.send_signal(signal.SIGTERM)
                assert proc.wait(10 * SLOW) == 0
    assert "OK little" in (tmp_path / "log").read_text()


def test_exit_with_parent(tmp_path):
    """The shell that started it is killed: the emulator goes too."""
    command = f"{quern_binary()} -M none -display none -run-with exit-with-parent=on -monitor " \
              f"unix:{tmp_path}/m,server=on,wait=off & wait"
    with emulator("-c", command, binary="/bin/sh", stderr=subprocess.DEVNULL) as shell:
        with dial(tmp_path / "m") as sock:
            read_until(sock, r"\(qemu\) $")
            shell.kill()
            sock.settimeout(10 * SLOW)
            while sock.recv(4096):
                pass


def make_elf(words, path):
    """An ELF file for virt of these instructions."""
    code = struct.pack(f"<{len(words)}I", *words)
    base = 0x40080000
    header = struct.pack("<HHIQQQIHHHHHH", 2, 183, 1, base, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 7, 120, base, base, len(code), len(code), 8)
    path.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + header + segment + code)
    return path


MOV_X1_UART = 0xD2A12001  # mov x1, #0x09000000
STR_W3_X1 = 0xB9000023


def mov_w3(value):
    return 0x52800003 | value << 5


def branch(words):
    return 0x14000000 | words & 0x3FFFFFF


def uart_writer(text, path):
    """Writes TEXT to the UART and then sleeps."""
    words = [MOV_X1_UART]
    for char in text.encode():
        words += [mov_w3(char), STR_W3_X1]
    return make_elf([*words, 0xD503207F, branch(-1)], path)  # 1: wfi; b 1b


BARE = ["-M", "virt", "-cpu", "cortex-a57", "-m", "128M", "-display", "none"]


# The exit status of qemu-system-aarch64 7.2 with these.
@pytest.mark.parametrize("text,status", [("0q", 1), ("5q", 11), ("200q", 145), ("x12 34 q", 9)])
@pytest.mark.parametrize("more", [[], ["-no-shutdown"]])
def test_testdev(text, status, more, tmp_path):
    elf = uart_writer(text, tmp_path / "writer.elf")
    with emulator(*BARE, "-kernel", elf, "-chardev", "testdev,id=c0", "-serial", "chardev:c0",
                  *more) as proc:
        assert proc.wait(20 * SLOW) == status


# The second looks at UARTFR.TXFF first, as drivers do.
ENDLESS = {
    "ignores the flags": [MOV_X1_UART, mov_w3(0x78), STR_W3_X1, branch(-1)],
    # 1: ldr w4, [x1, #0x18]; tbnz w4, #5, 1b; str w3, [x1]; b 1b
    "looks at the flags": [MOV_X1_UART, mov_w3(0x78), 0xB9401824, 0x372FFFE4, STR_W3_X1,
                           branch(-3)],
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_client_that_does_not_read(kind, tmp_path):
    """A guest fills the line. The emulator still ends when told to; with a guest that looks at the
    flags the monitor works, too."""
    elf = make_elf(ENDLESS[kind], tmp_path / "endless.elf")
    with emulator(*BARE, "-kernel", elf, "-serial", f"unix:{tmp_path}/s,server=on,wait=off",
                  "-monitor", f"unix:{tmp_path}/m,server=on,wait=off",
                  stderr=subprocess.DEVNULL) as proc, dial(tmp_path / "s") as sock:
        read_until(sock, "x" * 1000)
        time.sleep(0.5)
        if "looks" in kind:
            with dial(tmp_path / "m") as monitor:
                monitor.sendall(b"info status\r")
                read_until(monitor, "VM status: running")
        read_until(sock, "x" * 100000)
        time.sleep(0.2)
        proc.send_signal(signal.SIGTERM)
        assert proc.wait(10 * SLOW) == 0
