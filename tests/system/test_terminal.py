# SPDX-License-Identifier: MIT
"""The terminal: raw while a machine runs on it, and as before however the emulator ends."""

import fcntl
import os
import pathlib
import pty
import select
import signal
import struct
import subprocess
import termios
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUERN = os.environ.get("QUERN", ROOT / "build/quern-system-aarch64")
BUILD = pathlib.Path(os.environ.get("QUERN_BUILD", pathlib.Path(QUERN).parent)).resolve()
BINARY = str(BUILD / "quern-system-aarch64")
SANITIZED = b"__asan_init" in pathlib.Path(BINARY).read_bytes()


class Terminal:
    """A pseudo terminal with the emulator as its foreground process."""

    def __init__(self, *args):
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.output = b""
        self.process = subprocess.Popen([BINARY, *args], stdin=self.slave, stdout=self.slave,
                                        stderr=self.slave, preexec_fn=self.take_terminal)

    def take_terminal(self):
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def settings(self):
        return termios.tcgetattr(self.slave)

    def is_raw(self):
        return not self.settings()[3] & termios.ICANON

    def is_restored(self):
        return self.settings() == self.before

    def send(self, data):
        os.write(self.master, data)

    def wait_for(self, condition, timeout=10):
        deadline = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < deadline, self.output
            if select.select([self.master], [], [], 0.02)[0]:
                self.output += os.read(self.master, 4096)

    def wait_text(self, text):
        self.wait_for(lambda: text in self.output)

    def wait_end(self):
        self.wait_for(lambda: self.process.poll() is not None)
        return self.process.returncode

    def state(self):
        with open(f"/proc/{self.process.pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0]

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def terminal():
    t = Terminal("-M", "none", "-nographic")
    t.wait_text(b"(qemu) ")
    assert t.is_raw()
    yield t
    t.close()


def test_escape_quits(terminal):
    terminal.send(b"\x01x")
    assert terminal.wait_end() == 0
    assert terminal.is_restored()


def test_command_quits(terminal):
    terminal.send(b"quit\r")
    assert terminal.wait_end() == 0
    assert terminal.is_restored()


def test_keys_reach_the_other_side(terminal):
    """Ctrl-C, Ctrl-Z, Ctrl-S and Ctrl-\\ are the guest's, or here the monitor's."""
    terminal.send(b"abc\x03\x1a\x13\x1c")
    terminal.wait_text(b"^C")
    terminal.send(b"p 40+2\r")
    terminal.wait_text(b"0x2a")
    assert terminal.process.poll() is None


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_orderly_signals(terminal, sig):
    terminal.process.send_signal(sig)
    assert terminal.wait_end() == 0
    assert terminal.is_restored()


@pytest.mark.parametrize("sig", [signal.SIGABRT, signal.SIGSEGV, signal.SIGQUIT, signal.SIGBUS])
def test_deadly_signals(terminal, sig):
    if sig in (signal.SIGSEGV, signal.SIGBUS) and SANITIZED:
        pytest.skip("the sanitizer's own handler is in place")
    terminal.process.send_signal(sig)
    assert terminal.wait_end() != 0
    assert terminal.is_restored()


def test_error_after_the_terminal_was_taken():
    t = Terminal("-M", "none", "-nographic", "-device", "nosuchdevice")
    assert t.wait_end() == 1
    assert t.is_restored()
    t = Terminal("-M", "none", "-serial", "stdio", "-serial", "file:/nonexistent/x")
    assert t.wait_end() == 1
    assert t.is_restored()
    t.close()


def test_stop_and_continue(terminal):
    terminal.process.send_signal(signal.SIGTSTP)
    terminal.wait_for(lambda: terminal.state() == "T")
    assert terminal.is_restored()
    terminal.process.send_signal(signal.SIGCONT)
    terminal.wait_for(terminal.is_raw)
    terminal.send(b"p 40+2\r")
    terminal.wait_text(b"0x2a")
    # The shell may have meddled while SIGSTOP, which nobody can catch, held us.
    terminal.process.send_signal(signal.SIGSTOP)
    terminal.wait_for(lambda: terminal.state() == "T")
    termios.tcsetattr(terminal.slave, termios.TCSANOW, terminal.before)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.wait_for(terminal.is_raw)
    terminal.send(b"\x01x")
    assert terminal.wait_end() == 0
    assert terminal.is_restored()


def test_output_is_never_lost(terminal):
    """A reader slower than the writer gets everything, and keys still work."""
    terminal.send(b"info qom-tree /\r" * 50 + b"p 40+2\r")
    time.sleep(0.3)
    terminal.wait_text(b"0x2a")
    assert terminal.output.count(b"(qemu) ") == 52


def test_shared_description_stays_blocking():
    """The shell's descriptor must not become non-blocking."""
    t = Terminal("-M", "none", "-nographic")
    t.wait_text(b"(qemu) ")
    assert not fcntl.fcntl(t.slave, fcntl.F_GETFL) & os.O_NONBLOCK
    t.close()
