#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Trace programs (trace/*.c): bare programs that print a line for each exception they take. Built
from source, run on the emulator and on a reference, compared line by line.

  tracelib.py [--full] [--record] [PROGRAM...]    compare all (or these); prints totals
"""

import fnmatch
import hashlib
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from machine import quern_binary
from trace_differences import DIFFERENCES

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "trace"
EXPECTED = SOURCES / "expected.txt"
REFERENCE = "qemu-system-aarch64"
CROSS_GCC = "aarch64-linux-gnu-gcc"
SHARED = ("start.S", "runtime.c", "tables.c", "memory.c", "insns.c")
FLAGS = ("-O1", "-Wall", "-Wextra", "-Werror", "-ffreestanding", "-nostdlib", "-static",
         "-mgeneral-regs-only", "-mstrict-align", "-fno-pic", "-no-pie", "-fno-stack-protector",
         "-Wl,--build-id=none", "-Wl,-T,link.ld")
ACCELS = ("tcg", "tcg,interp=on")
# New code for every case: ten seconds in the interpreter, which only `--full` takes.
TRANSLATED_ONLY = ("traps",)

PLAIN, HYP, MONITOR, SECURE = ("virt", "virt,virtualization=on",
                               "virt,secure=on,virtualization=on", "virt,secure=on")
# Program: (machine, CPU, other options) of each run.
RUNS = {
    "debug": [(PLAIN, "cortex-a57"), (HYP, "cortex-a53"), (MONITOR, "cortex-a57"), (HYP, "max")],
    "exceptions": [(PLAIN, "cortex-a57"), (HYP, "cortex-a72"), (MONITOR, "cortex-a57"),
                   (PLAIN, "max"), (MONITOR, "max"), (MONITOR, "cortex-a76")],
    "access": [(HYP, "cortex-a57"), (HYP, "max"), (HYP, "cortex-a76")],
    "stage2": [(HYP, "cortex-a57"), (HYP, "max"), (HYP, "neoverse-n1")],
    "tlb": [(HYP, "cortex-a57"), (HYP, "max"), (HYP, "cortex-a76")],
    "interrupts": [(HYP, "cortex-a57"), (MONITOR, "cortex-a57")],
    "timers": [(PLAIN, "cortex-a57"), (HYP, "max"), (MONITOR, "cortex-a57")],
    "psci": [(PLAIN, "cortex-a57", "-smp", "2"), (HYP, "cortex-a57", "-smp", "2")],
    "regimes": [(HYP, "cortex-a57"), (MONITOR, "max"), (MONITOR, "cortex-a76")],
    "code": [(MONITOR, "cortex-a57")],
    "step": [(PLAIN, "cortex-a57"), (HYP, "cortex-a57"), (HYP, "max")],
    "traps": [(MONITOR, "cortex-a57"), (HYP, "cortex-a57"), (SECURE, "cortex-a57"),
              (MONITOR, "cortex-a76")],
    "mmu": [(HYP, "cortex-a57"), (HYP, "max"), (MONITOR, "cortex-a72"), (HYP, "cortex-a76")],
}


@dataclass(frozen=True)
class Run:
    program: str
    machine: str
    cpu: str
    options: tuple = ()

    def __str__(self):
        machine = self.machine.replace("virtualization=on", "el2").replace("secure=on", "el3")
        return f"{self.program}-{machine}-{self.cpu}".replace(",", "-")


ALL_RUNS = [Run(program, *how[:2], tuple(how[2:])) for program, runs in RUNS.items()
            for how in runs]


def have_cross_gcc():
    return shutil.which(CROSS_GCC) is not None


def have_reference():
    return shutil.which(REFERENCE) is not None


def build(program, folder):
    """The program as an ELF file in FOLDER."""
    elf = Path(folder) / f"{program}.elf"
    if not elf.exists():
        subprocess.run([CROSS_GCC, *FLAGS, "-o", elf, *SHARED, f"{program}.c"], cwd=SOURCES,
                       check=True)
    return elf


def trace(binary, run, elf, accel=None):
    """What the program prints there, as lines."""
    args = [binary, "-M", run.machine, "-cpu", run.cpu, "-m", "2G", "-display", "none",
            "-serial", "stdio", "-monitor", "none", "-semihosting", "-kernel", elf, *run.options]
    if binary == REFERENCE:
        args += ["-nic", "none"]
    if accel:
        args += ["-accel", accel]
    done = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                          check=False)
    lines = done.stdout.decode("ascii", "replace").replace("\r", "").splitlines()
    if done.returncode or not lines:
        raise AssertionError(f"{' '.join(map(str, args))}: status {done.returncode}, "
                             f"{len(lines)} lines; {done.stderr.decode()}; {lines[-1:]}")
    return lines


def by_case(lines):
    """{(section, case): [what was said of it]}."""
    cases, section = {}, ""
    for line in lines:
        if line.startswith("## "):
            section = line[3:]
            continue
        name, _, rest = line.partition(": ")
        cases.setdefault((section, name), []).append(rest)
    return cases


def reason(run, section, name, ours, theirs):
    """The manual section that explains a difference, or None."""
    for d in DIFFERENCES:
        if (fnmatch.fnmatchcase(str(run), d.run) and re.fullmatch(d.case, f"{section} / {name}")
                and re.fullmatch(d.ours, " | ".join(ours))
                and re.fullmatch(d.theirs, " | ".join(theirs))):
            return d
    return None


def compare(run, ours, theirs):
    """(differences that the list explains, text of each other one)."""
    ours, theirs = by_case(ours), by_case(theirs)
    listed, bad = [], []
    for key in [*ours, *(k for k in theirs if k not in ours)]:
        a, b = ours.get(key, []), theirs.get(key, [])
        if a == b:
            continue
        found = reason(run, *key, a, b)
        if found:
            listed.append(found)
        else:
            bad.append(f"{run}: {' / '.join(key)}\n    ours: {' | '.join(a)[:300]}\n"
                       f"    reference: {' | '.join(b)[:300]}")
    return listed, bad


def digests(lines):
    """{section: digest of its lines}."""
    texts = {}
    for (section, name), said in by_case(lines).items():
        texts.setdefault(section, []).append(name + ": " + " | ".join(said))
    return {section: hashlib.sha256("\n".join(text).encode()).hexdigest()[:16]
            for section, text in texts.items()}


def recorded(run):
    """The digests in expected.txt."""
    found = {}
    for line in EXPECTED.read_text().splitlines():
        name, digest, section = line.split(" ", 2)
        if name == str(run):
            found[section] = digest
    return found


def check(run, folder, full=False):
    """Runs it here and there: (lines, listed differences); AssertionError shows the others."""
    accels = ACCELS[:1] if run.program in TRANSLATED_ONLY and not full else ACCELS
    elf = build(run.program, folder)
    count, listed = 0, []
    with ThreadPoolExecutor(2) as pool:
        reference = pool.submit(trace, REFERENCE, run, elf) if have_reference() else None
        traces = [pool.submit(trace, quern_binary(), run, elf, accel) for accel in accels]
        theirs = reference.result() if reference else None
    for accel, ours in zip(accels, (one.result() for one in traces)):
        count += len(ours)
        if theirs is None:
            assert digests(ours) == recorded(run), f"{run}: not what {EXPECTED.name} has"
            continue
        listed, bad = compare(run, ours, theirs)
        assert not bad, f"{len(bad)} differences with {accel}\n" + "\n".join(bad[:60])
    return count, listed


def record(folder):
    """Writes the digests of what the emulator prints."""
    rows = []
    for run in ALL_RUNS:
        lines = trace(quern_binary(), run, build(run.program, folder))
        rows += [f"{run} {digest} {section}" for section, digest in digests(lines).items()]
    EXPECTED.write_text("\n".join(rows) + "\n")


def main():
    import tempfile
    words = sys.argv[1:]
    wanted = [word for word in words if not word.startswith("-")]
    with tempfile.TemporaryDirectory() as folder:
        lines = failed = 0
        listed, runs = [], [r for r in ALL_RUNS if not wanted or r.program in wanted]
        for run in runs:
            try:
                count, found = check(run, folder, "--full" in words)
                lines += count
                listed += found
            except AssertionError as err:
                print(err)
                failed += 1
        if "--record" in words:
            record(folder)
    print(f"{len({r.program for r in runs})} programs, {len(runs)} machines, {lines} lines "
          f"compared, {len(listed)} of them differ as listed by {len(set(listed))} rows, "
          f"{failed} machines failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
