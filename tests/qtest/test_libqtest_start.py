# SPDX-License-Identifier: MIT
"""The way libqtest starts a binary: two unix sockets that it listens on, the server and QMP."""

import json
import signal
import socket
import subprocess

import pytest

from client import SLOW, binary

pytestmark = pytest.mark.ours


def listen(path):
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(str(path))
    sock.listen(1)
    sock.settimeout(10 * SLOW)
    return sock


@pytest.fixture
def started(tmp_path):
    """(process, server's stream, QMP's stream), by libqtest's command line."""
    with listen(tmp_path / "S1") as first, listen(tmp_path / "S2") as second:
        proc = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {binary()} -qtest unix:{tmp_path}/S1 "
             f"-qtest-log /dev/null -chardev socket,path={tmp_path}/S2,id=char0 "
             "-mon chardev=char0,mode=control -display none -audio none "
             "-run-with exit-with-parent=on -machine virt -accel qtest"])
        server, qmp = (sock.accept()[0].makefile("rw") for sock in (first, second))
        yield proc, server, qmp
        server.close()
        qmp.close()
        if proc.poll() is None:
            proc.kill()
        proc.wait()


def ask(stream, line):
    stream.write(line + "\n")
    stream.flush()
    return stream.readline().strip()


def test_to_the_letter(started):
    proc, server, qmp = started
    greeting = json.loads(qmp.readline())
    assert greeting["QMP"]["version"]["qemu"]["major"] == 11
    assert json.loads(ask(qmp, '{"execute": "qmp_capabilities"}')) == {"return": {}}
    assert ask(server, "endianness") == "OK little"
    assert ask(server, "writel 0x40000000 0x12345678") == "OK"
    assert ask(server, "b64read 0x40000000 4") == "OK eFY0Eg=="
    status = json.loads(ask(qmp, '{"execute": "query-status"}'))
    assert status["return"]["running"] is True
    proc.send_signal(signal.SIGTERM)
    assert proc.wait(10 * SLOW) == 0


def test_server_without_client_ends(started):
    """A connection that closes leaves the process; QMP's quit ends it."""
    proc, server, qmp = started
    server.close()
    qmp.readline()
    ask(qmp, '{"execute": "qmp_capabilities"}')
    qmp.write('{"execute": "quit"}\n')
    qmp.flush()
    assert proc.wait(10 * SLOW) == 0
