#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Run the fuzz targets (tests/fuzz) in a build of their own: clang, libFuzzer, ASan, UBSan.

  fuzz.py [--seconds N] [--seed N] [--jobs N] [--junit FILE] [--list] [TARGET ...]

Each target runs for N seconds (10) on the inputs found before, kept in build-fuzz/corpus. An input
that makes one fail is kept in build-fuzz/findings and shown; `build-fuzz/tests/fuzz/fuzz-NAME FILE`
runs it again. Closes with the line `N passed, N failed`.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BUILD = TOP / "build-fuzz"
# name -> (program, longest input, options); mmio-X drives the regions with X in their name.
TARGETS = {
    **{name: ("mmio", 512, []) for name in (
        "mmio-pl011", "mmio-pl031", "mmio-pl061", "mmio-gic_", "mmio-gicv3", "mmio-fwcfg",
        "mmio-flash", "mmio-sbsa_gwdt", "mmio-example")},
    **{name: ("virtio", 512, []) for name in (
        "virtio-rng", "virtio-serial", "virtio-legacy-rng", "virtio-legacy-serial")},
    "fdt": ("fdt", 2048, []),
    "gdb": ("gdb", 512, []),
    "json": ("json", 1024, []),
    "kernel": ("kernel", 1024, []),
    "keyval": ("keyval", 512, []),
    "qtest": ("qtest", 512, []),
}
# Words that the parsers know: random bytes take long to find them.
WORDS = {
    "gdb": ["vCont;", "qXfer:features:read:", "target.xml", ":0,100", "qfThreadInfo",
            "qsThreadInfo", "qThreadExtraInfo,", "QStartNoAckMode", "qSupported", "Z0,", "z0,",
            "Z2,", "m40000000,", "M40000000,", "X40000000,", "Hg", "Hc", "Qqemu.PhyMemMode:1",
            "qqemu.sstep", "40000000", "vCont?", "vKill"],
    "qtest": ["clock_step ", "clock_set ", "writeb ", "writew ", "writel ", "writeq ", "readb ",
              "readw ", "readl ", "readq ", "read ", "write ", "b64read ", "b64write ", "memset ",
              "irq_intercept_in ", "irq_intercept_out ", "set_irq_in ", "endianness",
              "0x09000000", "0x08000000", "0x09020010", "0x40000000", "/machine/unattached"],
    "json": ["true", "false", "null", "\\\\u00", "\\\\ud800", "1e9", "-0", "{\\\"a\\\":", "[[["],
    "keyval": ["size=", ",,", "=on", "no", "help", "0x", "1.5G", "="],
    "fdt": ["\\x00\\x00\\x00\\x01", "\\x00\\x00\\x00\\x02", "\\x00\\x00\\x00\\x03",
            "\\x00\\x00\\x00\\x09", "memory", "chosen", "psci", "device_type", "#address-cells",
            "#size-cells", "phandle"],
}
ENV = {"ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1:handle_abort=1",
       "UBSAN_OPTIONS": "print_stacktrace=1"}


def build():
    clang = shutil.which("clang-14") or shutil.which("clang")
    if not clang:
        sys.exit("fuzz: there is no clang; install the package clang")
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["meson", "setup", BUILD, "-Dfuzz=true", "-Db_lundef=false",
                        "-Db_sanitize=address,undefined"], cwd=TOP, check=True,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, CC=clang))
    programs = sorted({f"tests/fuzz/fuzz-{program}" for program, _, _ in TARGETS.values()})
    subprocess.run(["ninja", "-C", BUILD, "--quiet", *programs], cwd=TOP, check=True)


def program_path(name):
    """The program under the name by which it knows its device."""
    program = BUILD / f"tests/fuzz/fuzz-{TARGETS[name][0]}"
    path = BUILD / f"tests/fuzz/fuzz-{name}"
    if path != program and not path.is_symlink():
        path.symlink_to(program.name)
    return path


def dictionary(name):
    words = WORDS.get(TARGETS[name][0])
    if not words:
        return []
    path = BUILD / f"tests/fuzz/{name}.dict"
    path.write_text("".join(f'"{word}"\n' for word in words))
    return [f"-dict={path}"]


def run(name, seconds, seed):
    """(name, success, a line or what was found)."""
    corpus, findings = BUILD / "corpus" / name, BUILD / "findings" / name
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    cmd = [program_path(name), f"-max_total_time={seconds}", f"-seed={seed}", "-timeout=20",
           f"-max_len={TARGETS[name][1]}", "-rss_limit_mb=4096", f"-artifact_prefix={findings}/",
           "-print_final_stats=1", *dictionary(name), *TARGETS[name][2], corpus]
    done = subprocess.run([str(word) for word in cmd], cwd=TOP, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=dict(os.environ, **ENV))
    out = done.stdout.decode(errors="replace")
    runs = re.search(r"number_of_executed_units: +(\d+)", out)
    covered = re.findall(r"cov: (\d+)", out)
    if done.returncode or not runs:
        return name, False, "\n".join(out.splitlines()[-60:])
    return name, True, f"{runs[1]} inputs in {seconds} s, {covered[-1] if covered else 0} edges"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--junit", metavar="FILE", help="a report of each target's result")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    args = parser.parse_args()
    if args.list:
        print("\n".join(TARGETS))
        return
    for name in args.targets:
        if name not in TARGETS:
            parser.error(f"no target '{name}'; there are {', '.join(TARGETS)}")
    build()
    report = ElementTree.Element("testsuite", name="fuzz")
    passed = failed = 0
    with ThreadPoolExecutor(args.jobs) as pool:
        for name, good, text in pool.map(lambda n: run(n, args.seconds, args.seed),
                                         args.targets or TARGETS):
            passed += good
            failed += not good
            case = ElementTree.SubElement(report, "testcase", classname="fuzz", name=name)
            if not good:
                ElementTree.SubElement(case, "failure")
            print(f"{name}: {'ok, ' if good else 'FAILED' + chr(10)}{text}", flush=True)
    if args.junit:
        ElementTree.ElementTree(report).write(args.junit)
    print(f"{passed} passed, {failed} failed")
    sys.exit(bool(failed or not passed))


if __name__ == "__main__":
    main()
