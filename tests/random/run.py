#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Have the emulator execute random words at one exception level, and watch it.

  run.py --el 1 --seconds 600              seeds 1, 2, ... for ten minutes
  run.py --el 1 --first 17 --count 1       seed 17 again

supervisor.S keeps the guest going at the level above. Each seed is one round of --period seconds:
the machine is stopped and reset by QMP, new words, tables and parameters are put into memory by
qtest, and it continues. A process lasts --rounds; the next has another CPU and other options.
Found are: an end of the process, reports of sanitizers, a monitor that does not answer or a CPU
that does not stop, and memory that grows.
"""

import argparse
import base64
import os
import random
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import words as generator  # noqa: E402

sys.path.insert(0, str(generator.TOP / "scripts"))

from quern.qmp import QMPClient, QMPClosed, QMPTimeout  # noqa: E402

BASE, PARAMS, VECTORS, CODE, DATA = 0x40000000, 0x40008000, 0x40200000, 0x40400000, 0x40600000
STAGE1 = (0x40010000, 0x40011000, 0x40012000)
STAGE2 = (0x40014000, 0x40015000)
SPREAD = 8192  # well-made words; between them only noise
CPUS = ("max", "cortex-a57", "cortex-a76", "max", "neoverse-n1", "cortex-a53", "max")
OPTIONS = ((), ("-accel", "tcg,tb-size=2"), ("-M", "gic-version=3"),
           ("-accel", "tcg,interp=on,tb-size=2"), ("-d", "unimp,guest_errors", "-D", "/dev/null"),
           ("-accel", "tcg,tb-insns=1", "-M", "gic-version=3"))
GICV3 = ("gic-version=3",)
MACHINES = {0: "virt", 1: "virt,virtualization=on", 2: "virt,virtualization=on,secure=on"}
GROWTH = 96 << 10  # KiB that a process may grow after its first rounds
SLOW = float(os.environ.get("QUERN_SLOW", "1"))


class Found(Exception):
    pass


def assemble(el, folder):
    """The supervisor's bytes."""
    stem = Path(folder, f"supervisor-{el}")
    tool = "aarch64-linux-gnu-"
    for command in ((f"{tool}as", "--defsym", f"S={el + 1}", "-march=armv8.2-a", "-o", f"{stem}.o",
                     HERE / "supervisor.S"),
                    (f"{tool}ld", f"-Ttext={BASE:#x}", "-e", f"{BASE:#x}", "-o", f"{stem}.elf",
                     f"{stem}.o"),
                    (f"{tool}objcopy", "-O", "binary", f"{stem}.elf", f"{stem}.bin")):
        subprocess.run([str(word) for word in command], check=True)
    return Path(f"{stem}.bin").read_bytes()


def maybe(rng, share, value):
    return value if rng.random() < share else 0


def parameters(rng, el, gicv3):
    """The page of parameters; offsets are those of supervisor.S."""
    sctlr = 0x30D00800 | 0x1004 | (rng.getrandbits(32) & 0x0FC0E7F8 if rng.random() < 0.3 else 0)
    sctlr &= ~0x02000000  # little-endian
    if el == 0:
        sctlr = sctlr & ~(1 << 24) | 1 | maybe(rng, 0.5, rng.getrandbits(32) & 0x0405C200)
    else:
        sctlr |= maybe(rng, 0.6, 1)
    tcr = 25 | 25 << 16 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 30
    tcr |= maybe(rng, 0.5, 1 << 23) | 2 << 32
    if el == 2:
        tcr = 25 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | 1 << 31 | 1 << 23
    tcr |= maybe(rng, 0.3, 3 << 39)  # HA, HD
    hcr = 1 << 31
    if el == 1:
        hcr |= 0x39 | maybe(rng, 0.4, rng.getrandbits(32) & 0x57FA3C00) | maybe(rng, 0.3, 3 << 40)
    elif rng.random() < 0.4:
        hcr |= 1 << 34 | maybe(rng, 0.5, 1 << 27)
    mode = {0: 0, 1: rng.choice((4, 5)), 2: rng.choice((8, 9))}[el]
    flags = 0xF3F01C00 if el == 0 else 0xF3F01FC0
    flags &= ~(1 << 21) if rng.random() < 0.8 else ~0
    values = [rng.getrandbits(63) | 1, 0, mode, flags, sctlr, tcr, generator.MAIR_VALUE, STAGE1[0],
              DATA + (10 << 20), hcr, 25 | 1 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | 1 << 31,
              STAGE2[0], 0x50F | maybe(rng, 0.7, 3 << 16), maybe(rng, 0.3, 0xB000),
              maybe(rng, 0.5, 0x3FF), 0, int(gicv3)]
    return struct.pack(f"<{len(values)}Q", *values)


def vectors(el):
    """The random level's own: each calls the supervisor."""
    call = {0: 0xD4000001, 1: 0xD4000002, 2: 0xD4000003}[el]
    return struct.pack("<32I", *[call] * 32) * 16


class Emulator:
    """One process, with QMP and qtest connections."""

    def __init__(self, binary, el, cpu, options):
        pairs = [socket.socketpair() for _ in range(2)]
        fds = [theirs.fileno() for _, theirs in pairs]
        self.stderr = tempfile.TemporaryFile(mode="w+")
        self.gicv3 = "gic-version=3" in " ".join(options)
        self.command = [
            binary, "-M", MACHINES[el], "-cpu", cpu, "-m", "64M", "-display", "none", "-S",
            "-serial", "null", "-monitor", "none", "-no-shutdown", *options,
            "-chardev", f"socket,id=qmp,fd={fds[0]}", "-mon", "chardev=qmp,mode=control",
            "-chardev", f"socket,id=qtest,fd={fds[1]}", "-qtest", "chardev:qtest",
            "-qtest-log", "none", "-device", f"loader,addr={BASE:#x},cpu-num=0"]
        # The interpreter's blocks hang on the code cache, where LeakSanitizer does not look.
        leaks = int("interp=on" not in " ".join(options))
        env = dict(os.environ, ASAN_OPTIONS=f"detect_leaks={leaks}:quarantine_size_mb=32",
                   UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1",
                   LSAN_OPTIONS="exitcode=0:print_suppressions=0")
        self.proc = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stderr=self.stderr,
                                     pass_fds=fds, env=env)
        for _, theirs in pairs:
            theirs.close()
        self.qtest = pairs[1][0]
        self.qtest.settimeout(60 * SLOW)
        self.replies = self.qtest.makefile("r")
        self.qmp = QMPClient(pairs[0][0].detach(), timeout=60 * SLOW)

    def ask(self, line):
        self.qtest.sendall(line.encode() + b"\n")
        reply = self.replies.readline().split()
        if not reply or reply[0] != "OK":
            raise Found(f"qtest: {line[:40]}: {reply}")
        return reply[1] if len(reply) > 1 else ""

    def write(self, address, data):
        for at in range(0, len(data), 1 << 20):
            part = data[at:at + (1 << 20)]
            self.ask(f"b64write {address + at:#x} {len(part):#x} {base64.b64encode(part).decode()}")

    def read(self, address):
        return int(self.ask(f"readq {address:#x}"), 0)

    def kilobytes(self):
        for line in Path(f"/proc/{self.proc.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def errors(self):
        self.stderr.seek(0)
        return self.stderr.read()

    def end(self):
        """Quit; what it said on the way is a finding."""
        self.qmp.execute("quit")
        status = self.proc.wait(120 * SLOW)
        said = self.errors().strip()
        if status or said:
            raise Found(f"exit status {status}")

    def close(self):
        if self.proc.poll() is None:
            self.proc.kill()
            self.proc.wait()
        self.qmp.close()
        self.qtest.close()
        self.stderr.close()


class Run:
    def __init__(self, opts, folder):
        self.opts = opts
        self.words = generator.Words()
        self.supervisor = assemble(opts.el, folder)
        known = subprocess.run([opts.binary, "-M", "virt", "-cpu", "help"], check=True,
                               stdout=subprocess.PIPE, text=True).stdout.split()
        self.cpus = [cpu for cpu in CPUS if cpu in known]
        self.exceptions = self.ticks = self.seeds = self.idle = 0

    def load(self, emulator, seed):
        rng = random.Random(seed * 4 + self.opts.el)
        emulator.write(BASE, self.supervisor)
        emulator.write(PARAMS, parameters(rng, self.opts.el, emulator.gicv3))
        emulator.write(VECTORS, vectors(self.opts.el))
        parts = []
        for _ in range(16):
            parts += [self.words.make(rng, SPREAD // 16), rng.randbytes(4096)]
        made = b"".join(parts)
        emulator.write(CODE, made * ((2 << 20) // len(made) + 1))
        emulator.write(DATA, rng.randbytes(1 << 20))
        emulator.ask(f"memset {DATA + (1 << 20):#x} {11 << 20:#x} {rng.randrange(256):#x}")
        for address, page in (*generator.stage1(rng, self.opts.el, *STAGE1).items(),
                              *generator.stage2(rng, *STAGE2).items()):
            emulator.write(address, page)

    def round(self, emulator, seed):
        emulator.qmp.execute("stop")
        emulator.qmp.execute("system_reset")
        self.load(emulator, seed)
        emulator.qmp.execute("cont")
        time.sleep(self.opts.period)
        begin = time.monotonic()
        emulator.qmp.execute("stop")
        stopped = time.monotonic() - begin
        count, ticks = emulator.read(PARAMS + 8), emulator.read(PARAMS + 0x78)
        self.seeds += 1
        if count < 1 << 40 and ticks < 1 << 40:  # else the guest wrote there
            self.exceptions += count
            self.ticks += ticks
            self.idle += count + ticks < 10
        if self.opts.verbose:
            print(f"  seed {seed}: {count} exceptions, {ticks} ticks, {stopped:.1f} s to stop",
                  flush=True)

    def process(self, number, first, deadline):
        """Rounds with one emulator; the next seed."""
        cpu = self.opts.cpu or self.cpus[number % len(self.cpus)]
        options = self.opts.options.split() or OPTIONS[number % len(OPTIONS)]
        if self.opts.el == 2 and options[-1:] == GICV3:  # not there with secure=on
            options = options[:-2]
        emulator = Emulator(self.opts.binary, self.opts.el, cpu, options)
        seed, before = first, 0
        try:
            for turn in range(self.opts.rounds):
                self.round(emulator, seed)
                size = emulator.kilobytes()
                before = before or turn >= 4 and size
                if before and size > before + GROWTH:
                    raise Found(f"memory grew from {before} to {size} KiB")
                seed += 1
                if self.done(seed, deadline):
                    break
            emulator.end()
            print(f"EL{self.opts.el} {cpu} {' '.join(options)}: seeds {first} to {seed - 1}, "
                  f"{self.exceptions} exceptions so far, {emulator_size(before, size)}", flush=True)
        except (Found, QMPClosed, QMPTimeout, OSError, subprocess.TimeoutExpired) as err:
            report(emulator, seed, err)
            raise Found(f"seed {seed}") from err
        finally:
            emulator.close()
        return seed

    def done(self, seed, deadline):
        return seed >= self.opts.first + self.opts.count or time.monotonic() > deadline


def emulator_size(before, size):
    return f"{size >> 10} MiB" + (f", {before >> 10} MiB early on" if before else "")


def report(emulator, seed, err):
    try:
        status = emulator.proc.wait(5)
    except subprocess.TimeoutExpired:
        status = "still running"
    print(f"FOUND with seed {seed}: {type(err).__name__} {err}; status {status}\n"
          f"{' '.join(emulator.command)}\n{emulator.errors()[-6000:]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--el", type=int, choices=(0, 1, 2), required=True)
    parser.add_argument("--seconds", type=float, default=10, help="of the whole run")
    parser.add_argument("--period", type=float, default=1, help="seconds of a seed")
    parser.add_argument("--rounds", type=int, default=30, help="seeds of a process")
    parser.add_argument("--first", type=int, default=1, help="seed")
    parser.add_argument("--count", type=int, default=1 << 30, help="seeds at most")
    parser.add_argument("--cpu", help="only this one")
    parser.add_argument("--options", default="", help="of the emulator, only these")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--binary", default=os.environ.get(
        "QUERN", str(generator.TOP / "build/quern-system-aarch64")))
    opts = parser.parse_args()
    deadline = time.monotonic() + opts.seconds
    with tempfile.TemporaryDirectory() as folder:
        run = Run(opts, folder)
        seed, number = opts.first, 0
        try:
            while number == 0 or not run.done(seed, deadline):
                seed = run.process(number, seed, deadline)
                number += 1
        except Found as found:
            sys.exit(f"EL{opts.el}: {found}: see above")
    print(f"EL{opts.el}: {run.seeds} seeds, {run.exceptions} exceptions, {run.ticks} ticks, "
          f"{run.idle} seeds that came to nothing")
    if run.exceptions < 1000 * run.seeds ** 0.5:
        sys.exit("the guest did not run")


if __name__ == "__main__":
    main()
