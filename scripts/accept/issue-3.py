#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""AArch64, complete and proven: what `make accept ISSUE=3` shows."""

import os

from checks import TOP, check, command, main, pytest

ISA = TOP / "tests/isa/run.py"
QUERN = TOP / "build/quern-system-aarch64"


def isa(*options):
    """Instruction tests; the closing line, which has the numbers."""
    out = command("python3", ISA, "--quern", QUERN, "--timeout", "7200", *options,
                  timeout=3 * 3600)
    return out.strip().splitlines()[-1]


@check("instructions: 1000 cases an encoding, translated, against qemu-aarch64")
def instructions_translated():
    return isa("--engine", "jit", "--per-row", "42", "--seed", "3")


@check("instructions: 1000 cases an encoding, by the IR interpreter, against qemu-aarch64")
def instructions_interpreted():
    return isa("--engine", "interp", "--per-row", "42", "--seed", "4")


@check("instructions: single blocks of translator, back end and interpreter, without a machine")
def instructions_alone():
    run = ["--run", TOP / "build/tests/isa/isa-run", "--per-row", "42", "--seed", "5"]
    return "\n".join(isa("--engine", engine, *run) for engine in ("block-jit", "block-interp"))


@check("instructions: 20000 random sequences of up to 15 in a block")
def sequences():
    return isa("--engine", "jit", "--mix", "20000", "--seed", "6")


@check("floating point: all pairs of boundary operands, modes and flags, against MPFR")
def floating_point():
    return command(TOP / "build/tests/isa/isa-fp", "--full", timeout=7200).strip()


@check("floating point: fpu/ alone, against MPFR, the host and recorded results")
def softfloat():
    env = {"SOFTFLOAT_TEST_FACTOR": "20"}
    tests = [TOP / f"build/tests/unit/test-softfloat-{n}" for n in ("mpfr", "host", "rules", "a64")]
    out = "".join(command(test, env=env) for test in tests if test.exists())
    return f"{out.count(chr(10) + 'ok ')} checks"


@check("floating point: no call in a loop of any operation")
def inline():
    return pytest("tests/system/test_fp_inline.py")


@check("decoding: which of all 2^32 words are allocated, against binutils")
def allocated():
    out = command(TOP / "build/tests/decode/allocated", "--all",
                  TOP / "tests/decode/allocated.txt", timeout=4 * 3600)
    return out.strip().splitlines()[-1].lstrip("# ")


if __name__ == "__main__":
    os.chdir(TOP)
    main()
