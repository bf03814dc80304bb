# SPDX-License-Identifier: MIT
"""A running emulator on a pseudo terminal: type at it, wait for what it says, end it. With QMP on
the side, command it too."""

import os
import pty
import re
import select
import signal
import socket
import subprocess
import tempfile
import termios
import time
from pathlib import Path

from .qmp import QMPClient

TOP = Path(__file__).resolve().parent.parent.parent
PROMPT = r"quern:\S+# "
MONITOR = r"\((qemu|quern)\) "
CTRL_A = "\x01"
# A debug or sanitizer build is slower by about this factor: all time limits are multiplied by it.
SLOW = float(os.environ.get("QUERN_SLOW", "1"))


class ExpectFailed(AssertionError):
    pass


def quern_binary():
    return os.environ.get("QUERN", str(TOP / "build/quern-system-aarch64"))


def emulator_args(binary, args):
    """ARGS for BINARY; QEMU as a stand-in wants a network ROM that may not be installed."""
    stand_in = os.path.basename(binary).startswith("qemu-")
    return [binary, *(["-nic", "none"] if stand_in else []), *map(str, args)]


def fetch_guest(*args):
    """Paths of the Debian guest, by name: kernel, busybox, initrd."""
    out = subprocess.run(["/usr/bin/python3", TOP / "scripts/fetch-guest.py", *args], check=True,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True).stdout
    return dict(line.split("=", 1) for line in out.splitlines())


def boot_args(guest, *extra, cpu="cortex-a57", mem="1G", append=""):
    """The command line of README's boot by hand, with EXTRA options after it."""
    return ["-M", "virt", "-cpu", cpu, "-m", mem, "-kernel", guest["kernel"],
            "-initrd", guest["initrd"], "-append", f"console=ttyAMA0 {append}".strip(),
            "-nographic", *extra]


class Machine:
    """One emulator process. Everything it prints on its terminal is kept in `.seen`. With QMP,
    `.qmp` is a QMPClient."""

    def __init__(self, args, binary=None, env=None, qmp=False):
        self.cmd = emulator_args(binary or quern_binary(), args)
        ours, theirs = socket.socketpair() if qmp else (None, None)
        if qmp:
            self.cmd += ["-chardev", f"socket,id=qmp,fd={theirs.fileno()}",
                         "-mon", "chardev=qmp,mode=control"]
        self.seen = ""
        self.at = 0
        self.stderr = tempfile.TemporaryFile(mode="w+")
        self.fd, slave = pty.openpty()
        self._quiet_terminal(slave)
        self.begin = time.monotonic()
        self.proc = subprocess.Popen(self.cmd, stdin=slave, stdout=slave, stderr=self.stderr,
                                     env=dict(os.environ, **(env or {})), start_new_session=True,
                                     pass_fds=[theirs.fileno()] if qmp else [])
        os.close(slave)
        self.qmp = None
        if qmp:
            theirs.close()
            self.qmp = QMPClient(ours.detach(), timeout=60 * SLOW)

    @staticmethod
    def _quiet_terminal(fd):
        """No echo and no signals, also before the emulator sets its own mode."""
        mode = termios.tcgetattr(fd)
        mode[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
        termios.tcsetattr(fd, termios.TCSANOW, mode)

    def send(self, text):
        os.write(self.fd, text.encode())

    def _read(self, seconds):
        """Take in what is there within SECONDS; False at the end of output."""
        if not select.select([self.fd], [], [], max(seconds, 0))[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.seen += data.decode("utf-8", "replace").replace("\r", "")
        return bool(data)

    def expect(self, pattern, seconds=60):
        """Wait until PATTERN (a regular expression) shows after what was matched before."""
        deadline = time.monotonic() + seconds * SLOW
        wanted = re.compile(pattern, re.S)
        alive = True
        while True:
            match = wanted.search(self.seen, self.at)
            if match:
                self.at = match.end()
                return match
            if not alive:
                self.fail(f"the emulator ended before it printed /{pattern}/")
            if time.monotonic() >= deadline:
                self.fail(f"no /{pattern}/ within {seconds * SLOW:.0f} s")
            alive = self._read(deadline - time.monotonic())

    def fail(self, what):
        tail = "\n".join("  | " + line for line in self.seen.splitlines()[-30:])
        raise ExpectFailed(f"{what}\ncommand: {' '.join(self.cmd)}\nexit status: "
                           f"{self.proc.poll()}\nstderr: {self.errors()}\nlast output:\n{tail}")

    def errors(self):
        self.stderr.seek(0)
        return self.stderr.read()

    def wait_shell(self, seconds=120):
        """Wait for the guest's shell and make its echo easy to tell from output."""
        self.expect(r"Quern guest ready", seconds)
        self.expect(PROMPT, 30)
        return self

    def run(self, command, seconds=60):
        """Run a line in the guest's shell: (exit status, output)."""
        # The echo of this line has quotes where the output has none. Two lines, as a terminal
        # breaks long ones.
        self.send("echo B'EG'IN\r")
        self.expect(r"\nBEGIN\n.*?" + PROMPT)
        self.send(command + "; echo '<'$?'>'\r")
        match = self.expect(r"\n?(.*?)<(\d+)>\n", seconds)
        self.expect(PROMPT)
        output = re.sub(r"\x1b\[\d*[a-zA-Z]", "", match[1])
        # The first line is the echo of the command, broken where the terminal is full.
        marker = output.find("echo '<'$?'>'")
        return int(match[2]), output[marker:].partition("\n")[2] if marker >= 0 else output

    def check(self, command, seconds=60):
        """Output of a guest command that must succeed."""
        status, output = self.run(command, seconds)
        if status:
            self.fail(f"guest command failed with {status}: {command}\n{output}")
        return output.strip()

    def wait(self, seconds=30):
        """Wait for the emulator's end; its exit status."""
        deadline = time.monotonic() + seconds * SLOW
        while self._read(deadline - time.monotonic()) and time.monotonic() < deadline:
            pass
        try:
            return self.proc.wait(max(deadline - time.monotonic(), 1))
        except subprocess.TimeoutExpired:
            self.fail(f"the emulator did not end within {seconds * SLOW:.0f} s")

    def poweroff(self, seconds=60):
        self.send("poweroff\r")
        return self.wait(seconds)

    def monitor(self, command, seconds=30):
        """Toggle to the monitor, run a command, toggle back; what the command printed."""
        self.send(CTRL_A + "c")
        self.send(command + "\r")
        # A line editor redraws the line as it grows; the last drawing is whole.
        echo = re.escape(command) + r"(?:\x1b\[\d*\w)*\n"
        output = self.expect(echo + r"(.*?)" + MONITOR, seconds)[1]
        self.send(CTRL_A + "c")
        return output

    def cpu_seconds(self):
        """User and system time of the process so far."""
        with open(f"/proc/{self.proc.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        if self.proc.poll() is None:
            os.killpg(self.proc.pid, signal.SIGKILL)
            self.proc.wait()
        if self.qmp:
            self.qmp.close()
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
        self.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
