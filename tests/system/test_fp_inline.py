# SPDX-License-Identifier: MIT
"""Loops of floating-point operations run without calls, as the log of host code shows."""

import re
import shutil
import subprocess

import pytest

from machine import quern_binary

CROSS = "aarch64-linux-gnu-gcc"

SCALAR = """fadd R0,R1,R2;fsub R0,R1,R2;fmul R0,R1,R2;fnmul R0,R1,R2;fdiv R0,R1,R2;fsqrt R0,R1
fmadd R0,R1,R2,R3;fmsub R0,R1,R2,R3;fnmadd R0,R1,R2,R3;fnmsub R0,R1,R2,R3
fmax R0,R1,R2;fmin R0,R1,R2;fmaxnm R0,R1,R2;fminnm R0,R1,R2;fabd R0,R1,R2;fabs R0,R1;fneg R0,R1
fcmp R1,R2;fcmpe R1,#0.0;cmp x0,#7|fccmp R1,R2,#0,ne;cmp x0,#7|fcsel R0,R1,R2,mi;fmov R0,#1.0
fmov R0,R1
fcmeq R0,R1,R2;fcmge R0,R1,R2;fcmgt R0,R1,#0.0;facge R0,R1,R2;facgt R0,R1,R2
frintn R0,R1;frintp R0,R1;frintm R0,R1;frintz R0,R1;frintx R0,R1;frinti R0,R1
fcvtns x1,R1;fcvtnu w1,R1;fcvtps x1,R1;fcvtpu x1,R1;fcvtms w1,R1;fcvtmu x1,R1
fcvtzs x1,R1;fcvtzs w1,R1;fcvtzu x1,R1;fcvtzu w1,R1;fcvtzs R0,R1;fcvtzu R0,R1
scvtf R0,x1;scvtf R0,w1;ucvtf R0,x1;ucvtf R0,w1;scvtf R0,R1;ucvtf R0,R1
frecps R0,R1,R2;frsqrts R0,R1,R2
frinta R0,R1;fcvtas x1,R1
fcvtau w1,R1;fcvtzs x1,R1,#8;fcvtzu w1,R1,#16;scvtf R0,x1,#8;ucvtf R0,w1,#4"""

HALF = """fadd h0,h1,h2
fsub h0,h1,h2;fmul h0,h1,h2;fnmul h0,h1,h2;fdiv h0,h1,h2;fsqrt h0,h1;fabs h0,h1
fadd V0,V1,V2;fsub V0,V1,V2;fmul V0,V1,V2;fdiv V0,V1,V2;fsqrt V0,V1;fabd V0,V1,V2;fneg V0,V1
fmax h0,h1,h2;fmin V0,V1,V2;fmaxnm V0,V1,V2;fminnm h0,h1,h2;fmul V0,V1,v2.h[3];faddp V0,V1,V2
fcmp h1,h2;fcmeq h0,h1,h2;fcmge V0,V1,V2;fcmgt V0,V1,#0.0;facge V0,V1,V2
frintn h0,h1;frintx V0,V1;frintz V0,V1;fcvtzs w1,h1;fcvtnu x1,h1;scvtf h0,w1;ucvtf h0,x1
fcvt s0,h1;fcvt d0,h1;fcvt h0,s1;fcvtl v0.4s,v1.4h;fcvtn v0.4h,v1.4s"""

VECTOR = """fadd V0,V1,V2;fsub V0,V1,V2;fmul V0,V1,V2;fdiv V0,V1,V2;fsqrt V0,V1;fmla V0,V1,V2
fmls V0,V1,V2;fmul V0,V1,L2[0]
fmla V0,V1,L2[1];fmax V0,V1,V2;fmin V0,V1,V2;fmaxnm V0,V1,V2;fminnm V0,V1,V2
fabd V0,V1,V2;fabs V0,V1;fneg V0,V1;faddp V0,V1,V2;fmaxp V0,V1,V2;fminnmp V0,V1,V2
fcmeq V0,V1,V2;fcmge V0,V1,V2;fcmgt V0,V1,#0.0;facge V0,V1,V2;facgt V0,V1,V2
frintn V0,V1;frintp V0,V1;frintm V0,V1;frintz V0,V1;frintx V0,V1;frinti V0,V1
fcvtns V0,V1;fcvtps V0,V1;fcvtmu V0,V1;fcvtzs V0,V1;fcvtzu V0,V1;scvtf V0,V1;ucvtf V0,V1
frecps V0,V1,V2;frsqrts V0,V1,V2"""

OTHERS = """fcvt d0,s1;fcvt s0,d1;fcvtl v0.2d,v1.2s;fcvtl2 v0.2d,v1.4s;fcvtn v0.2s,v1.2d
fcvtn2 v0.4s,v1.2d;fmaxv s0,v1.4s;fminnmv s0,v1.4s;faddp s0,v1.2s;faddp d0,v1.2d
frecpe s0,s1;frecpe v0.4s,v1.4s;frsqrte s0,s1;frsqrte v0.4s,v1.4s"""


def operations():
    """Each in its formats."""
    for op in re.split("[;\n]", SCALAR):
        for register in "sd":
            yield op.replace("R", register)
    for op in re.split("[;\n]", VECTOR):
        for lanes in ("2s", "4s", "2d"):
            yield re.sub(r"L(\d)", rf"v\1.{lanes[1]}", re.sub(r"V(\d)", rf"v\1.{lanes}", op))
    for op in re.split("[;\n]", HALF):
        yield re.sub(r"V(\d)", r"v\1.8h", op)
    yield from re.split("[;\n]", OTHERS)


def program(ops):
    """Each operation in a loop of its own, which begins a block."""
    lines = ["        .arch armv8.2-a+fp16", "        .global _start",
             "_start: mov x0, #3 << 20", "        msr cpacr_el1, x0", "        isb"]
    lines += [f"        fmov v{n}.2d, #{1.5 + n / 4}" for n in range(1, 4)]
    for n, op in enumerate(ops):
        lines += ["        mov x0, #50", f"        b loop{n}", f"loop{n}:", *op.split("|"),
                  "        subs x0, x0, #1", f"        b.ne loop{n}"]
    lines += ["        adr x1, 1f", "        mov x0, #0x18", "        hlt #0xf000",
              "        .balign 8", "1:      .quad 0x20026, 0", ""]
    return "\n".join(lines)


def hot_paths(log):
    """By guest address: host code of each block up to its first way out."""
    blocks = {}
    for part in log.split("IN: ")[1:]:
        guest, host = part.split("OUT: ")
        address = int(re.search(r"^(0x[0-9a-f]+):", guest, re.M)[1], 16)
        code = re.findall(r"^0x[0-9a-f]+: +(\w.*)$", host, re.M)
        out = next((n for n, line in enumerate(code) if line.startswith("jmp")), len(code))
        blocks[address] = code[:out]
    return blocks


@pytest.mark.skipif(not shutil.which(CROSS), reason=f"{CROSS} is not installed")
def test_no_call(tmp_path):
    ops = list(operations())
    (tmp_path / "loops.S").write_text(program(ops))
    subprocess.run([CROSS, "-nostdlib", "-static", "-Wl,-Ttext=0x40200000", "-Wl,--build-id=none",
                    "-o", "loops.elf", "loops.S"], cwd=tmp_path, check=True)
    names = subprocess.run(["aarch64-linux-gnu-nm", "loops.elf"], cwd=tmp_path, check=True,
                           capture_output=True, text=True).stdout
    address = {int(n): int(a, 16) for a, n in re.findall(r"(\w+) t loop(\d+)\n", names)}
    done = subprocess.run([quern_binary(), "-M", "virt", "-cpu", "max", "-nodefaults", "-display",
                           "none", "-serial", "none", "-semihosting", "-kernel", "loops.elf",
                           "-d", "in_asm,out_asm", "-D", "log"], cwd=tmp_path, timeout=60,
                          check=False)
    assert done.returncode == 0
    blocks = hot_paths((tmp_path / "log").read_text())
    calls = [op for n, op in enumerate(ops)
             if any(line.startswith("call") for line in blocks[address[n]])]
    assert not calls
    assert len(ops) > 200
