# SPDX-License-Identifier: MIT
"""A debugger's side of gdb's Remote Serial Protocol, plain enough to send nonsense with."""

import os
import select
import socket
import subprocess
import time

from machine import SLOW, emulator_args


class RspError(AssertionError):
    pass


class Rsp:
    """One connection: a socket's, or the standard input and output of a process."""

    def __init__(self, fd_in, fd_out):
        self.fd_in, self.fd_out = fd_in, fd_out
        self.data = b""
        self.proc = self.sock = None

    @classmethod
    def spawn(cls, binary, *args):
        """An emulator that serves on its standard input and output."""
        proc = subprocess.Popen(emulator_args(binary, [*args, "-gdb", "stdio"]),
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL)
        rsp = cls(proc.stdout.fileno(), proc.stdin.fileno())
        rsp.proc = proc
        return rsp

    @classmethod
    def connect(cls, address, seconds=20):
        """ADDRESS: (host, port), or the path of a Unix socket."""
        unix = isinstance(address, (str, os.PathLike))
        deadline = time.monotonic() + seconds * SLOW
        while True:
            sock = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
            try:
                sock.connect(str(address) if unix else address)
                break
            except OSError:
                sock.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        rsp = cls(sock.fileno(), sock.fileno())
        rsp.sock = sock
        return rsp

    # --- bytes ---

    def send_raw(self, data):
        while data:
            data = data[os.write(self.fd_out, data):]

    def _more(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.fd_in], [], [], left)[0]:
            raise RspError(f"no answer in time; so far: {self.data!r}")
        data = os.read(self.fd_in, 65536)
        if not data:
            raise RspError(f"the connection ended; so far: {self.data!r}")
        self.data += data

    def receive_raw(self, count, seconds=20):
        deadline = time.monotonic() + seconds * SLOW
        while len(self.data) < count:
            self._more(deadline)
        data, self.data = self.data[:count], self.data[count:]
        return data

    def receive_nothing(self, seconds=0.3):
        """No packet comes for so long."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self.fd_in], [], [], left)[0]:
                self._more(time.monotonic() + 1)
            if b"$" in self.data:
                return False
        return True

    # --- packets ---

    @staticmethod
    def packet(contents):
        if isinstance(contents, str):
            contents = contents.encode()
        escaped = bytearray()
        for byte in contents:
            escaped += bytes((0x7D, byte ^ 0x20)) if byte in b"#$}" else bytes((byte,))
        return b"$%s#%02x" % (bytes(escaped), sum(escaped) & 0xFF)

    def receive(self, seconds=20):
        """The contents of the next packet, acknowledged; acknowledgements before it are dropped."""
        deadline = time.monotonic() + seconds * SLOW
        while True:
            begin = self.data.find(b"$")
            end = self.data.find(b"#", begin)
            if begin >= 0 and 0 <= end <= len(self.data) - 3:
                break
            self._more(deadline)
        body, given = self.data[begin + 1:end], int(self.data[end + 1:end + 3], 16)
        self.data = self.data[end + 3:]
        assert sum(body) & 0xFF == given, body
        self.send_raw(b"+")
        out, escape = bytearray(), 0
        for byte in body:
            if byte == 0x7D:
                escape = 0x20
            else:
                out.append(byte ^ escape)
                escape = 0
        return bytes(out).decode("latin-1")

    def ask(self, contents, seconds=20):
        self.send_raw(self.packet(contents))
        return self.receive(seconds)

    def ok(self, contents):
        reply = self.ask(contents)
        assert reply == "OK", f"{contents}: {reply}"

    # --- what tests need often ---

    def memory(self, addr, count):
        reply = self.ask(f"m{addr:x},{count:x}")
        assert len(reply) == 2 * count, f"m{addr:x},{count:x}: {reply}"
        return bytes.fromhex(reply)

    def registers(self):
        """x0 to x30, sp, pc, cpsr."""
        raw = bytes.fromhex(self.ask("g"))
        numbers = [int.from_bytes(raw[8 * n:8 * n + 8], "little") for n in range(33)]
        return numbers + [int.from_bytes(raw[264:268], "little")]

    def pc(self):
        return self.registers()[32]

    def close(self):
        if self.sock:
            self.sock.close()
        if self.proc:
            self.proc.kill()
            self.proc.wait()
            self.proc.stdin.close()
            self.proc.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
