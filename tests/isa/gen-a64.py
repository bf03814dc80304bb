#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random A64 instructions from the decode table, as an assembly table for the runner.

Usage: gen-a64.py TABLE.decode SEED TRIES_PER_ROW > tests.S

Each test is {instruction, branch to the runner's `done`} and a descriptor {base register or 255,
index register, 255: none, 254: none and the base is aligned}. Unallocated encodings are kept: the runner records the syndrome.
"""

import importlib.util
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# Left out: control flow, exceptions, system state, and what waits.
SKIP = re.compile(r'^(B|BL|B_cond|BR|BLR|RET|ERET|CBZ|CBNZ|TBZ|TBNZ|SVC|HVC|SMC|BRK|HLT|WF.*|SYS|'
                  r'MSR_i_.*|ISB|UDF|LDR_lit|VLDR_lit|UNDEFINED|DSB|DMB|SB|CLREX)$')
# Always aligned: these fault otherwise, which not every reference does.
ALIGNED = re.compile(r'^(LDAR|STLR|LDAPR|LDAPUR|STLUR|LDX|STX|CAS|SWP|LDADD|LDCLR|LDEOR|LDSET|'
                     r'LD[SU]M)')
MEMORY = re.compile(r'^(LD|ST|CAS|SWP|VLD|VST)')


def load_table(path):
    spec = importlib.util.spec_from_file_location(
        'decodetree', os.path.join(ROOT, 'scripts', 'decodetree.py'))
    mod = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(mod)
    table = mod.Table(32)
    with open(path, encoding='utf-8') as f:
        table.parse(path, f.read())
    return table


def field(insn, enc, name):
    f = enc.fields.get(name)
    return (insn >> f.pos) & ((1 << f.length) - 1) if f else None


def descriptor(insn, enc):
    """Base and index register of a memory access; None if the test can not be run."""
    if not MEMORY.match(enc.name):
        return 255, 255
    base, index = field(insn, enc, 'rn'), field(insn, enc, 'rm')
    others = [field(insn, enc, n) for n in ('rt', 'rt2', 'rs')]
    others = [o for o in others if o is not None and not enc.name.startswith('V')]
    if base in others or len(set(others)) != len(others):
        return None    # CONSTRAINED UNPREDICTABLE with write-back; pairs of one register
    if base in (30, 31) or index == base:
        return None
    if ALIGNED.match(enc.name):
        return base, 254
    return base, 255 if index is None or index == 31 else index


def main():
    table = load_table(sys.argv[1])
    rnd = random.Random(int(sys.argv[2]))
    tries = int(sys.argv[3])
    words, descs, names = [], [], []
    for enc in table.instructions():
        if SKIP.match(enc.name):
            continue
        made = 0
        for _ in range(tries * 8):
            insn = enc.value | (rnd.getrandbits(32) & ~enc.mask)
            d = descriptor(insn, enc)
            if d is None:
                continue
            words.append(insn)
            descs.append(d)
            names.append(enc.name)
            made += 1
            if made == tries:
                break
    print('.section .text.tests, "ax"\n.balign 16\n.global tests\ntests:')
    for w in words:
        print(f'    .inst {w:#010x}\n    b done')
    print('.section .rodata\n.balign 8\n.global descs\ndescs:')
    for b, i in descs:
        print(f'    .byte {b}, {i}')
    print(f'.balign 4\n.global n_tests\nn_tests: .word {len(words)}')
    with open(sys.argv[4], 'w', encoding='utf-8') as f:
        f.writelines(f'{i} {w:08x} {n}\n' for i, (w, n) in enumerate(zip(words, names)))


if __name__ == '__main__':
    main()
