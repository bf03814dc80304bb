#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Generate the list of instruction tests from the decode tables.

For every row of the tables that can be run alone, some random words of it that objdump knows.
Writes the stubs for the guest (assembly) and, for other runners, one line `word kind row` a test.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'scripts'))
import decodetree  # noqa: E402

TABLES = ['target/arm/tcg/a64.decode', 'target/arm/tcg/a64-simd.decode']

# What does not just compute: control flow, system, what needs aligned or special addresses.
SKIP = re.compile(r'^(UDF|B|BL|B_cond|BR|BLR|RET|ERET|CBN?Z|TBN?Z|SVC|HVC|SMC|BRK|HLT|WF.*|YIELD|'
                  r'HINT|CLREX|DSB|DMB|ISB|SB|MSR_.*|SYS|ADRP?|NOP|STL.*|LDA.*|STXR|STXP|LDXR|'
                  r'LDXP|CASP?|LD(ADD|CLR|EOR|SET|SMAX|SMIN|UMAX|UMIN)|SWP|CFINV|RMIF|SETF.*)$')
LITERAL = re.compile(r'^V?LDR_lit$')
MEMORY = re.compile(r'^V?(LD|ST)(?!R_lit)')
KIND_MEM = 1
KIND_LITERAL = 2  # reads the stubs that follow: only where these are in memory

# Rows of features that not every CPU has; --cpu picks.
OPTIONAL = {
    'rdm': re.compile(r'^SQRDML[AS]H_'),
    'dotprod': re.compile(r'^[SU]DOT_'),
    'jscvt': re.compile(r'^FJCVTZS$'),
    'frintts': re.compile(r'^FRINT(32|64)[XZ]_'),
    'fhm': re.compile(r'^FML[AS]L2?_'),
    'fcma': re.compile(r'^FC(MLA|ADD)'),
    'i8mm': re.compile(r'^((US|SU)DOT_|[SU]S?MMLA$)'),
    'sha512': re.compile(r'^SHA512'),
    'sha3': re.compile(r'^(EOR3|BCAX|RAX1|XAR)$'),
    'sm': re.compile(r'^SM[34]'),
    'fp16': re.compile(r'^FMOV_vh_imm$'),
}


def bits(word, field):
    return word >> field.pos & (1 << field.length) - 1


def with_bits(word, field, value):
    mask = (1 << field.length) - 1
    return word & ~(mask << field.pos) | (value & mask) << field.pos


def choose_registers(rnd, enc, word):
    """Registers 30 and 31 are the runner's where they are general ones; operands often coincide."""
    low = 2 if MEMORY.match(enc.name) else 0
    fields = [f for f in enc.fields.values() if f.length == 5 and re.match(r'^r[a-z]2?$', f.name)]
    pick = rnd.sample(range(low, 30), len(fields))
    for f, reg in zip(fields, pick):
        word = with_bits(word, f, reg)
    if rnd.random() < 0.2 and len(fields) > 1 and not low:
        word = with_bits(word, fields[0], bits(word, fields[-1]))
    return word


def choose_address(rnd, enc, word):
    f = enc.fields
    word = with_bits(word, f['rn'], 0)
    if 'rm' in f:
        word = with_bits(word, f['rm'], 31 if enc.name.endswith(('_mult', '_lane', '_dup'))
                         and rnd.random() < 0.4 else 1)
    if 'imm' in f and f['imm'].length == 12:
        word = with_bits(word, f['imm'], rnd.randrange(100))
    return word


def random_word(rnd, enc):
    word = enc.value | rnd.getrandbits(32) & ~enc.mask
    word = choose_registers(rnd, enc, word)
    if MEMORY.match(enc.name):
        word = choose_address(rnd, enc, word)
    if LITERAL.match(enc.name):
        word = with_bits(word, enc.fields['off'], rnd.randrange(2, 200))
    return word


def kind_of(enc):
    return KIND_MEM if MEMORY.match(enc.name) else KIND_LITERAL if LITERAL.match(enc.name) else 0


def is_half(enc, word):
    """Whether the instruction computes in half precision."""
    f = enc.fields
    if 'ftype' in f:
        return bits(word, f['ftype']) == 3 and not enc.name.startswith('FCVT_to')
    args = {k: e.const for k, e in enc.args.items()}
    if args.get('sz') == 2 or enc.name.startswith('FMOV_') and args.get('esz') == 1:
        return True
    if re.match(r'^F(MLA|MLS|MUL|MULX)_[vs]i$', enc.name) and args.get('esz') == 1:
        return True
    return bool(re.match(r'^([SU]CVTF|FCVTZ[SU])_[vs]shi$', enc.name)) and \
        bits(word, f['imm']) >> 4 == 1


def wanted(enc, word, features):
    for name, pattern in OPTIONAL.items():
        if pattern.match(enc.name) and name not in features:
            return False
    if enc.name in ('LDR_9', 'STR_9') and word >> 10 & 3 == 2:
        return False  # unprivileged
    return 'fp16' in features or not is_half(enc, word)


def matches(table, enc, word):
    """Whether enc is the row that word decodes to."""
    for e in table.encodings:
        if word & e.mask == e.value:
            return e is enc
    return False


def candidates(rnd, per_row, features):
    for path in TABLES:
        table = decodetree.Table(32)
        with open(os.path.join(ROOT, path), encoding='utf-8') as f:
            table.parse(path, f.read())
        for enc in table.instructions():
            if SKIP.match(enc.name):
                continue
            words = {random_word(rnd, enc) for _ in range(6 * per_row)}
            for word in sorted(words):
                if matches(table, enc, word) and wanted(enc, word, features):
                    yield word, kind_of(enc), enc


def find_row(word):
    """The test of one given word."""
    for path in TABLES:
        table = decodetree.Table(32)
        with open(os.path.join(ROOT, path), encoding='utf-8') as f:
            table.parse(path, f.read())
        for enc in table.instructions():
            if matches(table, enc, word):
                return [(word, kind_of(enc), enc)]
    sys.exit(f'generate.py: {word:08x} is in no table')


def known_to_objdump(objdump, words):
    with tempfile.NamedTemporaryFile(suffix='.bin') as f:
        for w in words:
            f.write(w.to_bytes(4, 'little'))
        f.flush()
        text = subprocess.run([objdump, '-D', '-b', 'binary', '-m', 'aarch64', f.name],
                              capture_output=True, text=True, check=True).stdout
    known = {}
    for m in re.finditer(r'^\s*[0-9a-f]+:\t([0-9a-f]{8}) \t(.*)$', text, re.M):
        known[int(m[1], 16)] = '.inst' not in m[2] and 'undefined' not in m[2]
    return known


def select(rnd, tests, known, per_row):
    count, chosen = {}, []
    for word, kind, enc in rnd.sample(tests, len(tests)):
        if known.get(word) and count.get(id(enc), 0) < per_row:
            count[id(enc)] = count.get(id(enc), 0) + 1
            chosen.append((word, kind, enc))
    order = {id(e): i for i, e in enumerate(e for _, _, e in tests)}
    return sorted(chosen, key=lambda t: (order[id(t[2])], t[0]))


def write_stubs(path, tests):
    with open(path, 'w', encoding='utf-8') as f:
        f.write('        .text\n        .balign 4096\n        .global isa_stubs\nisa_stubs:\n')
        for word, _, enc in tests:
            f.write(f'        .inst 0x{word:08x} /* {enc.name} */\n        ret\n')
        f.write('        .section .rodata\n        .global isa_kinds, isa_count\nisa_kinds:\n')
        for _, kind, _ in tests:
            f.write(f'        .byte {kind}\n')
        f.write(f'        .balign 4\nisa_count:\n        .word {len(tests)}\n')


def main():
    ap = argparse.ArgumentParser(description='Generate instruction tests.')
    ap.add_argument('--stubs', required=True, help='assembly for the guest')
    ap.add_argument('--words', required=True, help='the list')
    ap.add_argument('--rejected', help='words of the tables that objdump does not know')
    ap.add_argument('--per-row', type=int, default=4)
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--features', default='', help='of ' + ','.join(OPTIONAL))
    ap.add_argument('--only', type=lambda x: int(x, 16), help='just this word')
    ap.add_argument('--objdump', default='aarch64-linux-gnu-objdump')
    opts = ap.parse_args()
    rnd = random.Random(opts.seed)
    tests = list(candidates(rnd, opts.per_row, opts.features.split(',')))
    known = known_to_objdump(opts.objdump, [t[0] for t in tests])
    chosen = select(rnd, tests, known, opts.per_row)
    if opts.only is not None:
        chosen = find_row(opts.only)
    write_stubs(opts.stubs, chosen)
    with open(opts.words, 'w', encoding='utf-8') as f:
        for word, kind, enc in chosen:
            f.write(f'{word:08x} {kind} {enc.name}\n')
    if opts.rejected:
        with open(opts.rejected, 'w', encoding='utf-8') as f:
            for word, _, enc in tests:
                if not known.get(word):
                    f.write(f'{word:08x} {enc.name}\n')


if __name__ == '__main__':
    main()
