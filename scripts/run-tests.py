#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Build, run the suites, and close with the line `N passed, N failed`.

  run-tests.py [--build DIR] [--sanitize asan|tsan] [SUITE ...]

Suites: source (house rules, dependencies, format), unit (all of meson's tests), qtest (devices,
each driven by a test), system (boots under pytest), boot (the short ones of those), fuzz (each
target for some seconds, if there is clang), asan and tsan (unit, qtest and boot in a sanitizer
build). Without a suite: all but boot. Counts are of single test cases; a step that yields none is a
failure.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
DEFAULT_SUITES = ("source", "unit", "qtest", "system", "fuzz", "asan", "tsan")
FUZZ_SECONDS = 4
SOURCE_CHECKS = (("sizes and marks", "check-size.py"), ("dependencies", "check-deps.py"),
                 ("documentation", "check-docs.py"),
                 ("format", "check-format.sh"))
SANITIZERS = {
    "asan": (["-Db_sanitize=address,undefined", "-Db_lundef=false"],
             {"ASAN_OPTIONS": "detect_leaks=0:abort_on_error=0",
              "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}),
    "tsan": (["-Db_sanitize=thread", "-Db_lundef=false"],
             {"TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1"}),
}
STEP_SECONDS = 2400


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []

    def add(self, name, good):
        self.passed += good
        self.failed += not good
        if not good:
            self.failures.append(name)

    def add_junit(self, path, step, status):
        """Count the cases of a JUnit file; a failed step with no failed case counts as one."""
        failed_before, cases = self.failed, 0
        if path.exists():
            for case in ElementTree.parse(path).iter("testcase"):
                cases += 1
                if case.find("skipped") is not None:
                    self.skipped += 1
                    continue
                name = f"{case.get('classname', '')} {case.get('name', '')}".strip()
                bad = case.find("failure") is not None or case.find("error") is not None
                self.add(f"{step}: {name}", not bad)
        if status and self.failed == failed_before:
            self.add(f"{step} (exit status {status})", False)
        elif not cases:
            self.add(f"{step}: no test ran", False)


def step(title, cmd, env=None, seconds=STEP_SECONDS):
    """Run one command of the run with its output shown; returns its exit status."""
    print(f"== {title}", flush=True)
    begin = time.monotonic()
    child = subprocess.Popen([str(word) for word in cmd], cwd=TOP, stdin=subprocess.DEVNULL,
                             env=dict(os.environ, **(env or {})), start_new_session=True)
    try:
        status = child.wait(seconds)
    except subprocess.TimeoutExpired:
        print(f"run-tests: {title} took over {seconds} s", flush=True)
        status = 124
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    print(f"   {title}: {'ok' if status == 0 else 'FAILED'}, "
          f"{time.monotonic() - begin:.0f} s", flush=True)
    return status


class Run:
    def __init__(self, build, sanitizer):
        self.build = TOP / build
        self.options, self.env = SANITIZERS.get(sanitizer, ([], {}))
        self.name = sanitizer or build
        self.tally = Tally()
        self.built = None

    def compile(self):
        """Set up and build once; False when that failed."""
        if self.built is None:
            status = 0
            if not (self.build / "build.ninja").exists():
                strict = ["--werror"] if os.environ.get("CI") else []
                status = step(f"setup {self.name}",
                              ["meson", "setup", *strict, *self.options, self.build])
            status = status or step(f"build {self.name}", ["ninja", "-C", self.build, "--quiet"])
            self.built = status == 0
            self.tally.add(f"build {self.name}", self.built)
        return self.built

    def source(self):
        for name, script in SOURCE_CHECKS:
            self.tally.add(name, step(f"source: {name}", [TOP / "scripts" / script]) == 0)

    def unit(self):
        if not self.compile():
            return
        report = self.build / "meson-logs/testlog.junit.xml"
        report.unlink(missing_ok=True)
        # A sanitizer slows the tests down; meson's own time limits are for plain builds.
        factor = 10 if self.options else 2
        # The instruction tests have one CPU: nothing for ThreadSanitizer.
        left_out = ["--no-suite", "isa"] if self.name == "tsan" else []
        status = step(f"unit tests ({self.name})",
                      ["meson", "test", "-C", self.build, "--no-rebuild", "--print-errorlogs",
                       "--timeout-multiplier", factor, *left_out],
                      dict(self.env, QUERN_SLOW=str(factor)))
        self.tally.add_junit(report, f"unit ({self.name})", status)

    def pytest(self, title, where, *extra):
        if not self.compile():
            return
        report = self.build / f"{where}.junit.xml"
        report.unlink(missing_ok=True)
        env = dict(self.env, QUERN=str(self.build / "quern-system-aarch64"))
        if self.options:
            env["QUERN_SLOW"] = "10"
        status = step(f"{title} ({self.name})",
                      ["/usr/bin/python3", "-m", "pytest", "-p", "no:cacheprovider", "-ra", "-v",
                       "--tb=short", f"--junit-xml={report}", f"tests/{where}", *extra], env)
        self.tally.add_junit(report, f"{title} ({self.name})", status)

    def qtest(self):
        self.pytest("device tests", "qtest")

    def system(self):
        self.pytest("system tests", "system", "-m", "not long")

    def boot(self):
        self.pytest("boot tests", "system", "-m", "smoke")

    def fuzz(self):
        if not shutil.which("clang"):
            print("== fuzz: left out, there is no clang")
            return
        report = TOP / "build-fuzz/fuzz.junit.xml"
        report.unlink(missing_ok=True)
        status = step("fuzz targets", [TOP / "scripts/fuzz.py", "--seconds", FUZZ_SECONDS,
                                       "--junit", report])
        self.tally.add_junit(report, "fuzz", status)

    def sanitized(self, sanitizer):
        inner = Run(f"build-{sanitizer}", sanitizer)
        inner.tally = self.tally
        inner.unit()
        inner.qtest()
        inner.boot()

    def asan(self):
        self.sanitized("asan")

    def tsan(self):
        self.sanitized("tsan")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="build directory")
    parser.add_argument("--sanitize", choices=SANITIZERS, help="make it a sanitizer build")
    parser.add_argument("suites", nargs="*", metavar="SUITE")
    args = parser.parse_args()
    suites = args.suites or DEFAULT_SUITES
    for suite in suites:
        if suite not in (*DEFAULT_SUITES, "boot"):
            parser.error(f"no suite '{suite}'; there are {', '.join(DEFAULT_SUITES)}, boot")
    run = Run(args.build, args.sanitize)
    for suite in suites:
        getattr(run, suite)()
    tally = run.tally
    for name in tally.failures:
        print(f"FAILED: {name}")
    if tally.skipped:
        print(f"{tally.skipped} skipped")
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    sys.exit(bool(tally.failed or not tally.passed))


if __name__ == "__main__":
    main()
