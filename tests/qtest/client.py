# SPDX-License-Identifier: MIT
"""A client of the qtest protocol (docs/qtest.md): one emulator process, driven over its stdio."""

import functools
import os
import re
import select
import signal
import subprocess
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
# A debug or sanitizer build is slower by about this factor: all time limits are multiplied by it.
SLOW = float(os.environ.get("QUERN_SLOW", "1"))
MACHINE = ("-M", "virt", "-cpu", "cortex-a57", "-m", "128M")


def binary():
    return os.environ.get("QUERN", str(TOP / "build/quern-system-aarch64"))


def is_reference():
    """The tests run against QEMU, to compare; Debian's has no qtest accelerator, but a server."""
    return os.path.basename(binary()).startswith("qemu-")


def command(*args):
    accel = () if "-accel" in args else ("-S",) if is_reference() else ("-accel", "qtest")
    bare = ("-nic", "none") if is_reference() else ()
    return [binary(), *accel, *bare, "-display", "none", *map(str, args)]


class QTestError(AssertionError):
    """The reply to a command was not OK."""


class QTest:
    """`.irqs` has the level of each intercepted line that the server has told of."""

    def __init__(self, *args, seconds=20, machine=MACHINE, **popen):
        self.seconds = seconds * SLOW
        self.irqs = {}
        self.buffer = b""
        self.stderr = tempfile.TemporaryFile(mode="w+")
        log = [] if "-qtest-log" in args else ["-qtest-log", "/dev/null"]
        self.cmd = command(*machine, *args, "-qtest", "stdio", *log, "-monitor", "none")
        if not any(arg in ("-serial", "-nodefaults") for arg in args):
            self.cmd += ["-serial", "none"]
        self.proc = subprocess.Popen(self.cmd, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=self.stderr, start_new_session=True, **popen)

    # --- lines ---

    def send(self, data):
        self.proc.stdin.write(data)
        self.proc.stdin.flush()

    def line(self):
        """The next line from the server."""
        deadline = time.monotonic() + self.seconds
        while b"\n" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.proc.stdout], [], [], left)[0]:
                raise QTestError(f"no line within {self.seconds:.0f} s; had {self.buffer!r}")
            data = os.read(self.proc.stdout.fileno(), 1 << 16)
            if not data:
                raise QTestError(f"the emulator ended: {self.proc.wait()}\n{self.errors()}")
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.decode()

    def reply(self):
        """The next line that is no event; events go to .irqs."""
        while True:
            line = self.line()
            event = re.fullmatch(r"IRQ (raise|lower) (\d+)", line)
            if not event:
                return line
            self.irqs[int(event[2])] = event[1] == "raise"

    def ask(self, line):
        """The reply to any line, good or bad."""
        self.send(line.encode() + b"\n")
        return self.reply()

    def do(self, *words):
        """The words after OK; raises QTestError for another reply."""
        line = " ".join(hex(w) if isinstance(w, int) else w for w in words)
        reply = self.ask(line).split()
        if not reply or reply[0] != "OK":
            raise QTestError(f"{line}: {' '.join(reply)}")
        return reply[1:]

    # --- commands ---

    def load(self, letter, addr):
        return int(self.do(f"read{letter}", addr)[0], 16)

    def readb(self, addr):
        return self.load("b", addr)

    def readw(self, addr):
        return self.load("w", addr)

    def readl(self, addr):
        return self.load("l", addr)

    def readq(self, addr):
        return self.load("q", addr)

    def writeb(self, addr, value):
        self.do("writeb", addr, value)

    def writew(self, addr, value):
        self.do("writew", addr, value)

    def writel(self, addr, value):
        self.do("writel", addr, value)

    def writeq(self, addr, value):
        self.do("writeq", addr, value)

    def read(self, addr, size):
        return bytes.fromhex(self.do("read", addr, size)[0][2:])

    def write(self, addr, data):
        self.do("write", addr, len(data), "0x" + data.hex())

    def clock_step(self, *ns):
        return int(self.do("clock_step", *(str(n) for n in ns))[0])

    def set_irq(self, path, n, level, name="unnamed-gpio-in"):
        self.do("set_irq_in", path, name, str(n), str(int(level)))

    def intercept_in(self, path):
        self.do("irq_intercept_in", path)

    def intercept_out(self, path, *name):
        self.do("irq_intercept_out", path, *name)

    def irq(self, n=0):
        """The level of intercepted line N; lines are low until the server says otherwise."""
        return self.irqs.get(n, False)

    # --- the process ---

    def errors(self):
        self.stderr.seek(0)
        return self.stderr.read()

    def end(self, seconds=10):
        """SIGTERM, and the exit status."""
        self.proc.send_signal(signal.SIGTERM)
        return self.proc.wait(seconds * SLOW)

    def close(self):
        if self.proc.poll() is None:
            os.killpg(self.proc.pid, signal.SIGKILL)
        self.proc.stdin.close()
        self.proc.stdout.close()
        self.proc.wait()
        self.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


@functools.cache
def qom_tree(*args):
    """(path, type) of every object of a machine, from the monitor of a process of its own."""
    out = subprocess.run(command(*args, "-serial", "none", "-monitor", "stdio"), check=True,
                         input="info qom-tree\nquit\n", stdout=subprocess.PIPE, text=True,
                         timeout=30 * SLOW).stdout
    tree, names = [], []
    for match in re.finditer(r"^( *)/(\S*) \((.*)\)\r?$", out, re.M):
        del names[len(match[1]) // 2:]
        names.append(match[2])
        tree.append(("/" + "/".join(names), match[3]))
    return tree


def qom_path(qom_type, *args, n=0, machine=MACHINE):
    """Path of the Nth object of QOM_TYPE in a machine made with ARGS."""
    return [path for path, kind in qom_tree(*machine, *args) if kind == qom_type][n]
