# SPDX-License-Identifier: MIT
"""Options that work: what they do to the machine and to the process."""

import calendar
import os
import re
import signal
import subprocess
import time

import pytest

from machine import SLOW, quern_binary

VIRT = ["-M", "virt", "-cpu", "cortex-a57", "-m", "128M", "-display", "none"]


def run(*args, stdin="", status=0, timeout=30, **kwargs):
    done = subprocess.run([quern_binary(), *map(str, args)], input=stdin, capture_output=True,
                          text=True, timeout=timeout * SLOW, check=False, **kwargs)
    assert done.returncode == status, done.stderr
    return done


def monitor(*args, commands):
    return run(*args, "-monitor", "stdio", stdin="".join(c + "\n" for c in commands)).stdout


# --- the process ---

def pid_in(path):
    return int(path.read_text())


def wait_gone(pid):
    deadline = time.monotonic() + 20 * SLOW
    while os.path.exists(f"/proc/{pid}"):
        state = re.search(r"State:\s+(\w)", open(f"/proc/{pid}/status").read())[1]
        if state == "Z":
            return
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_pidfile(tmp_path):
    path = tmp_path / "pid"
    args = [quern_binary(), "-M", "none", "-display", "none", "-monitor", "stdio", "-pidfile", path]
    with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as proc:
        assert "Quern" in proc.stdout.readline()
        assert pid_in(path) == proc.pid
        second = run("-M", "none", "-display", "none", "-pidfile", path, status=1)
        assert "another process holds" in second.stderr
        assert pid_in(path) == proc.pid
        proc.communicate("quit\n")
    assert not path.exists()


def test_daemonize(tmp_path):
    """The command returns when the machine runs; what goes on has no terminal and sits in /."""
    path = tmp_path / "pid"
    done = run("-M", "none", "-display", "none", "-daemonize", "-pidfile", path, "-qmp",
               "unix:s,server=on,wait=off", cwd=tmp_path)
    assert done.stdout == done.stderr == ""
    pid = pid_in(path)
    try:
        assert os.readlink(f"/proc/{pid}/cwd") == "/"
        assert {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in (0, 1, 2)} == {"/dev/null"}
        assert os.getsid(pid) != os.getsid(0)
        assert (tmp_path / "s").exists()
    finally:
        os.kill(pid, signal.SIGTERM)
    wait_gone(pid)
    assert not path.exists()


def test_daemonize_with_an_error(tmp_path):
    done = run("-M", "virt", "-daemonize", "-display", "none", "-kernel", tmp_path / "none",
               status=1)
    assert done.stderr.count("\n") == 1 and "none" in done.stderr


def test_name():
    args = [quern_binary(), "-M", "none", "-display", "none", "-monitor", "stdio", "-name",
            "box,process=my-guest,debug-threads=on"]
    with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as proc:
        assert "Quern" in proc.stdout.readline()
        assert open(f"/proc/{proc.pid}/comm").read() == "my-guest\n"
        assert "\nbox\n" in proc.communicate("info name\nquit\n")[0]


# --- time and chance ---

def qtest(args, lines, **kwargs):
    """The answers to LINES."""
    command = [quern_binary(), *args, "-qtest", "stdio", "-qtest-log", "none"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          bufsize=1, **kwargs) as proc:
        proc.stdin.write("".join(line + "\n" for line in lines))
        answers = [proc.stdout.readline().rstrip() for _ in lines]
        proc.send_signal(signal.SIGTERM)
        assert proc.wait(10 * SLOW) == 0
        return answers


def rtc_of(*args):
    first, _, second = qtest([*VIRT, "-accel", "qtest", *args],
                             ["readl 0x9010000", "clock_step 5000000000", "readl 0x9010000"],
                             env=dict(os.environ, TZ="EAT-3"), stderr=subprocess.DEVNULL)
    return int(first.split()[1], 0), int(second.split()[1], 0)


DATE = calendar.timegm((2006, 6, 17, 16, 1, 21))


@pytest.mark.parametrize("rtc,start,elapsed", [
    (None, "now", 0), ("base=utc", "now", 0), ("base=utc,clock=vm", "now", 5),
    ("base=localtime", "local", 0), ("base=localtime,clock=vm", "local", 5),
    ("base=2006-06-17T16:01:21", DATE, 0), ("base=2006-06-17T16:01:21,clock=vm", DATE, 5),
    ("base=2006-06-17,clock=vm,driftfix=slew", DATE - DATE % 86400, 5),
    ("clock=rt", "now", 0), ("base=1999-12-31T23:59:59,clock=rt", 946684799, 0),
])
def test_rtc(rtc, start, elapsed):
    first, second = rtc_of(*(["-rtc", rtc] if rtc else []))
    want = {"now": time.time(), "local": time.time() + 3 * 3600}.get(start, start)
    assert abs(first - want) <= 3 * SLOW
    assert elapsed <= second - first <= elapsed + 3 * SLOW


def device_tree(path, *args):
    run(*VIRT, "-M", f"dumpdtb={path}", *args)
    return path.read_bytes()


def test_dumpdtb_and_seed(tmp_path):
    """The tree is written and nothing runs; its seeds are from -seed where that is given."""
    trees = [device_tree(tmp_path / "dtb", "-seed", seed) for seed in ("7", "7", "0x8")]
    assert trees[0][:4] == b"\xd0\x0d\xfe\xed" and b"linux,dummy-virt" in trees[0]
    assert trees[0] == trees[1] != trees[2]
    assert device_tree(tmp_path / "dtb") != device_tree(tmp_path / "dtb")


# --- the machine ---

def test_global():
    out = monitor(*VIRT, "-global", "pl011.clock-frequency=12345", "-S",
                  commands=["info qtree", "quit"])
    assert "12345" in out


def test_accepted():
    for option in (["-no-user-config"], ["-nodefaults"], ["-L", "/tmp"], ["-audio", "none"],
                   ["-uuid", "550e8400-e29b-41d4-a716-446655440000"]):
        assert "VM status" in monitor("-M", "none", "-display", "none", *option,
                                      commands=["info status", "quit"])


def test_nodefaults():
    """Nothing on the terminal that was not asked for."""
    assert qtest(["-M", "none", "-nodefaults"], ["endianness"],
                 stderr=subprocess.DEVNULL) == ["OK little"]


def test_object():
    out = monitor("-M", "none", "-display", "none", "-object", "rng-builtin,id=r0",
                  commands=["qom-list /objects", "quit"])
    assert "r0 (child<rng-builtin>)" in out
    assert "rng-random" in run("-object", "help").stdout
    assert "filename=<" in run("-object", "rng-random,help").stdout


CONFIG = """
# What a project keeps in its repository.
[machine]
  type = "virt"
  gic-version = "2"

[memory]
  size = "96"
[smp-opts]
  cpus = "2"
[name]
  guest = "from, a file"
[chardev "c0"]
  backend = "ringbuf"
[global]
  driver = "pl011"
  property = "clock-frequency"
  value = "4321"
"""


def test_readconfig(tmp_path):
    path = tmp_path / "virt.cfg"
    path.write_text(CONFIG)
    out = monitor("-readconfig", path, "-cpu", "cortex-a57", "-display", "none", "-S",
                  "-serial", "chardev:c0",
                  commands=["info name", "info chardev", "info qtree", "info cpus", "info mtree",
                            "quit"])
    assert "\nfrom, a file\n" in out
    assert "c0: filename=ringbuf" in out
    assert "4321" in out
    assert re.search(r"CPU #1", out)
    assert "0000000045ffffff" in out


@pytest.mark.parametrize("text,words", [
    ("[machine", ["cfg:1: expected [section]"]),
    ("[]", ["cfg:1: expected [section]"]),
    ('[machine "x"]', ["section 'machine' has no id"]),
    ("\n\n[machin]", ["cfg:3: unknown section", "did you mean 'machine'"]),
    ("[zzzzzzzz]", ["unknown section 'zzzzzzzz'; there are: accel"]),
    ('type = "virt"', ["before any [section]"]),
    ("[machine]\ntype = virt", ['cfg:2: expected key = "value"']),
    ("[machine]\ntype", ['cfg:2: expected key = "value"']),
    ('[machine]\n= "x"', ['cfg:2: expected key = "value"']),
    ('[machine]\ntype = "', ['cfg:2: expected key = "value"']),
    ('[machine]\na,b = "x"', ['cfg:2: expected key = "value"']),
    ('[machine]\ntype = "virtt"', ["cfg:1: section 'machine'", "did you mean 'virt'"]),
    ('[chardev "c"]\nbackend = "nul"\n[machine]\ntype = "none"', ["did you mean 'null'"]),
    ('[device "d"]\n', ["cfg:1: section 'device'", "device's type is missing"]),
    ('[machine]\ntype = "a\0b"', ["not a text file"]),
    ("", ["is empty"]),
])
def test_bad_readconfig(text, words, tmp_path):
    (tmp_path / "x.cfg").write_text(text)
    done = run("-readconfig", "x.cfg", status=1, cwd=tmp_path)
    assert done.stderr.count("\n") == 1
    for word in words:
        assert word in done.stderr
