# SPDX-License-Identifier: MIT
"""A QMP client.

    with QMPClient.connect("/tmp/qmp.sock") as qmp:
        qmp.execute("cont")
        print(qmp.execute("query-status")["status"])
        qmp.wait_event("SHUTDOWN", timeout=60)

Events that arrive meanwhile are kept in `events` until somebody waits for them. Every wait has a
time limit. Works with any emulator that has QMP.
"""

import json
import os
import select
import socket
import time


class QMPError(Exception):
    """The emulator answered with an error: `.error_class` and `.desc` say which."""

    def __init__(self, error, command=None):
        self.error_class, self.desc = error["class"], error["desc"]
        super().__init__(f"{command + ': ' if command else ''}{self.desc} ({self.error_class})")


class QMPTimeout(Exception):
    pass


class QMPClosed(Exception):
    pass


class QMPClient:
    """One connection. READ and WRITE are file descriptors, which it closes in the end."""

    timeout = 60.0  # seconds, for every wait that does not say otherwise

    def __init__(self, read, write=None, negotiate=True, timeout=None):
        self._read, self._write = read, read if write is None else write
        self._buffer = ""
        self._decoder = json.JSONDecoder()
        self._next_id = 0
        self.timeout = self.timeout if timeout is None else timeout
        self.events = []
        self.greeting = None
        self.greeting = self.receive()["QMP"] if negotiate else None
        if negotiate:
            self.execute("qmp_capabilities")

    @classmethod
    def connect(cls, address, retry=10.0, **kwargs):
        """To ADDRESS: the path of a unix socket or (host, port). Tries for RETRY seconds, as the
        emulator may be starting."""
        deadline = time.monotonic() + retry
        while True:
            family = socket.AF_UNIX if isinstance(address, (str, os.PathLike)) else socket.AF_INET
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.connect(str(address) if family == socket.AF_UNIX else address)
                return cls(sock.detach(), **kwargs)
            except (ConnectionRefusedError, FileNotFoundError):
                sock.close()
                if time.monotonic() >= deadline:
                    raise
                time.sleep(0.02)

    # --- bytes ---

    def send_raw(self, data):
        """Bytes as they are, for tests of the server."""
        while data:
            data = data[os.write(self._write, data):]

    def _take_value(self):
        """The first whole JSON value of what has arrived, or None."""
        text = self._buffer.lstrip()
        if not text:
            return None
        try:
            value, end = self._decoder.raw_decode(text)
        except json.JSONDecodeError:
            return None
        self._buffer = text[end:]
        return value

    def receive(self, timeout=None):
        """The next value from the emulator, whatever it is."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while (value := self._take_value()) is None:
            # Also with no time left, what is there is taken.
            remaining = max(deadline - time.monotonic(), 0)
            if not select.select([self._read], [], [], remaining)[0]:
                raise QMPTimeout("the emulator does not answer")
            try:
                data = os.read(self._read, 65536)
            except ConnectionResetError:
                data = b""
            if not data:
                raise QMPClosed("the emulator has closed the connection")
            self._buffer += data.decode()
        return value

    # --- commands ---

    def response(self, timeout=None):
        """The next value that is no event; events are kept."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while "event" in (value := self.receive(max(deadline - time.monotonic(), 0))):
            self.events.append(value)
        return value

    def request(self, message, timeout=None):
        """Send any value and return the response as it is."""
        self.send_raw(json.dumps(message).encode() + b"\n")
        return self.response(timeout)

    def execute(self, command, arguments=None, timeout=None):
        """Carry out a command; what it returns, or QMPError."""
        self._next_id += 1
        message = {"execute": command, "id": self._next_id}
        if arguments:
            message["arguments"] = arguments
        answer = self.request(message, timeout)
        while answer.get("id") != self._next_id:
            # Of a request whose time was over.
            answer = self.response(timeout)
        if "error" in answer:
            raise QMPError(answer["error"], command)
        return answer["return"]

    def command(self, name, /, **arguments):
        """The same with the arguments as keywords: command_line stands for command-line."""
        return self.execute(name, {key.replace("_", "-"): value
                                   for key, value in arguments.items()})

    # --- events ---

    def wait_event(self, name, timeout=None, where=lambda event: True):
        """The first event called NAME for which WHERE is true; it leaves the queue. NAME may be a
        tuple of names."""
        names = (name,) if isinstance(name, str) else name
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        at = 0
        while True:
            for at in range(at, len(self.events)):
                if self.events[at]["event"] in names and where(self.events[at]):
                    return self.events.pop(at)
            at = len(self.events)
            try:
                value = self.receive(max(deadline - time.monotonic(), 0))
            except QMPTimeout:
                seen = ", ".join(event["event"] for event in self.events) or "none"
                raise QMPTimeout(f"no event {' or '.join(names)}; others: {seen}") from None
            if "event" in value:
                self.events.append(value)

    def poll_events(self):
        """All events that have arrived, which leave the queue. Does not wait."""
        while select.select([self._read], [], [], 0)[0] or self._buffer.strip():
            try:
                value = self.receive(0)
            except (QMPTimeout, QMPClosed):
                break
            if "event" in value:
                self.events.append(value)
        events, self.events = self.events, []
        return events

    # --- the end ---

    def close(self):
        for fd in {self._read, self._write} - {-1}:
            os.close(fd)
        self._read = self._write = -1

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
