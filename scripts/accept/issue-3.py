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


@check("instructions: 1000 cases an encoding, translated for the x86-64-v3 level")
def instructions_translated_v3():
    return isa("--engine", "jit-v3", "--per-row", "42", "--seed", "7")


@check("instructions: 1000 cases an encoding, by the IR interpreter, against qemu-aarch64")
def instructions_interpreted():
    return isa("--engine", "interp", "--per-row", "42", "--seed", "4")


@check("instructions: those that only the newest Debian's reference has, 1000 cases an encoding")
def instructions_newer():
    return "\n".join(isa("--engine", engine, "--reference", "newest", "--per-row", "42")
                     for engine in ("jit", "jit-v3", "interp"))


@check("instructions: single blocks of translator, back end and interpreter, without a machine")
def instructions_alone():
    run = ["--run", TOP / "build/tests/isa/isa-run", "--per-row", "42", "--seed", "5"]
    return "\n".join(isa("--engine", engine, *run) for engine in ("block-jit", "block-interp"))


@check("instructions: each model has those of the reference's, and no others")
def instructions_of_models():
    lines = []
    for cpu in ("cortex-a53", "cortex-a57", "cortex-a72", "cortex-a76", "neoverse-n1"):
        # In A76 ID_AA64PFR1_EL1.SSBS is 1: no MSR SSBS, which the reference has.
        skip = ["--skip", "MSR_i_SSBS"] if cpu == "cortex-a76" else []
        lines.append(f"{cpu}: " + isa("--cpu", cpu, "--per-row", "8", *skip))
    return "\n".join(lines)


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


@check("system level: 12 bare programs, every exception a line, against qemu-system-aarch64")
def traces():
    out = command("python3", TOP / "tests/system/tracelib.py", "--full",
                  env={"QUERN": str(QUERN)})
    return out.strip().splitlines()[-1]


@check("decoding: which of all 2^32 words are allocated, against binutils")
def allocated():
    out = command(TOP / "build/tests/decode/allocated", "--all",
                  TOP / "tests/decode/allocated.txt", timeout=4 * 3600)
    return out.strip().splitlines()[-1].lstrip("# ")


@check("pointer authentication, branch targets, debug: the manual's pseudocode and vectors")
def unit_tests():
    names = ("arm-exception", "arm-mmu", "arm-pauth", "arm-timer", "arm-translate")
    out = "".join(command(TOP / f"build/tests/unit/test-{name}") for name in names)
    return f"{out.count(chr(10) + 'ok ')} checks, " + pytest("tests/system/test_hwdebug.py")


@check("Debian's arm64 programs and every digest and cipher of openssl give the host's results")
def programs():
    return pytest("tests/system/test_programs.py")


@check("Debian's kernel: KVM with and without VHE; CPU models; 16K pages; a monitor at EL3")
def kernels():
    return pytest("tests/system/test_levels.py", "tests/system/test_cpu_models.py",
                  "tests/system/test_monitor.py")


def random_words(el):
    """Ten minutes under ASan and UBSan; what it printed."""
    build = TOP / "build-asan"
    if not (build / "build.ninja").exists():
        command("meson", "setup", build, "-Db_sanitize=address,undefined", "-Db_lundef=false")
    command("ninja", "-C", build, "--quiet", "quern-system-aarch64", timeout=7200)
    return command(TOP / "tests/random/run.py", "--el", el, "--seconds", "600", "--binary",
                   build / "quern-system-aarch64", env={"QUERN_SLOW": "10"}).strip()


@check("random words at EL0, ten minutes, under ASan and UBSan")
def random_el0():
    return random_words(0)


@check("random words at EL1, ten minutes, under ASan and UBSan")
def random_el1():
    return random_words(1)


@check("random words at EL2, ten minutes, under ASan and UBSan")
def random_el2():
    return random_words(2)


if __name__ == "__main__":
    os.chdir(TOP)
    main()
