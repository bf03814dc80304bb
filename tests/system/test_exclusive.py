# SPDX-License-Identifier: MIT
"""A store-exclusive of another size than the load either stores and succeeds, or does neither."""

import shutil
import subprocess

import pytest

from machine import quern_binary

CROSS = "aarch64-linux-gnu-gcc"

PROGRAM = """
        .global _start
_start: adr     x0, data
        {load}  [x0]
        mov     w3, #7
        {store}, [x0]
        ldrh    w4, [x0]
        cmp     w4, #7
        cset    w5, ne /* 0: it was stored; so is the status then */
        cmp     w2, w5
        cset    w6, ne
        adr     x1, 1f
        str     x6, [x1, #8]
        mov     x0, #0x18
        hlt     #0xf000
        .balign 8
1:      .quad   0x20026, 0
data:   .quad   0x1122334455667788, 0
"""


@pytest.mark.skipif(not shutil.which(CROSS), reason=f"{CROSS} is not installed")
@pytest.mark.parametrize("load", ["ldxr x1,", "ldxr w1,", "ldxrb w1,"])
@pytest.mark.parametrize("store", ["stxr w2, x3", "stxr w2, w3", "stxrh w2, w3"])
def test_sizes(tmp_path, load, store):
    (tmp_path / "t.S").write_text(PROGRAM.format(load=load, store=store))
    subprocess.run([CROSS, "-nostdlib", "-static", "-Wl,-N", "-Wl,-Ttext=0x40200000",
                    "-Wl,--build-id=none", "-o", "t.elf", "t.S"], cwd=tmp_path, check=True)
    done = subprocess.run([quern_binary(), "-M", "virt", "-cpu", "max", "-nodefaults", "-display",
                           "none", "-serial", "none", "-semihosting", "-kernel", "t.elf"],
                          cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == 0
