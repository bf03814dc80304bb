#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Generate the list of instruction tests from the decode tables.

For every row of the tables some random words of it that objdump knows, with what must stand before
them; with --mix sequences of them. Writes the tests as assembly for the guest and as a list with
lines `kind row word,word... line-of-the-tables` (kinds: isa-state.h). A row without a test that is
not in NOT_HERE is an error: a new row is covered by itself, or somebody says why not.
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

# Kinds: isa-state.h.
MEM, FAULTS, PARTIAL, MACHINE, ATOMIC, NO_FZ, ALIGNED, NOT_USER = 1, 2, 4, 8, 16, 32, 64, 128

STUB_WORDS = 4
MIX_WORDS = 15

# Rows without a test here, and why.
NOT_HERE = {
    r'(PAC|AUT|XPAC).*|BL?RAZ?|RETA|LDRA': 'the reference has FEAT_PAuth only, with random keys; '
                                           'tests/unit/test-arm-pauth.c',
    r'SVC': 'would be a system call of the reference; tests/system/bare',
    r'WF[EI]': 'waits for ever; tests/system/bare',
    r'SEVL?': 'nothing but WFE tells; tests/system/test_events.py',
    r'UNDEFINED': 'not an instruction',
}

# What needs pages, exceptions, or addresses of instructions.
MACHINE_ROWS = re.compile(r'^(UDF|B|BL|BC?_cond|BR|BLR|RET|ERETA?|CBN?Z|TBN?Z|HVC|SMC|BRK|HLT|WF.*|'
                          r'MSR_.*|SYS|ADRP?|V?LDR_lit|STXR|STXP|LDXR|LDXP|STL.*|LDA[PR].*|LDLAR|'
                          r'CASP?|LD(ADD|CLR|EOR|SET|SMAX|SMIN|UMAX|UMIN)|SWP|ISB|DSB(_nXS)?|'
                          r'(CPYF?|SET)[PME]|LD64B|ST64B(V0?)?)$')  # the last line's: not for EL0
MEMORY = re.compile(r'^(V?(LD|ST)(?!R_lit)|CASP?$|SWP$)')
ATOMIC_ROWS = re.compile(r'^(STXR|STXP|LDXR|LDXP|STL.*|LDA[PR].*|LDLAR|CASP?|SWP|'
                         r'LD(ADD|CLR|EOR|SET|SMAX|SMIN|UMAX|UMIN))$')
SEVERAL = re.compile(r'^V(LD|ST)(_mult|_lane|_dup|P)$')

# What the reference (QEMU 7.2) does not have, and the newest one does: HBC, CSSC, XS.
NEWER_ROWS = re.compile(r'^(BC_cond|DSB_nXS|CTZ|CNT|ABS|[SU](MAX|MIN)_[ir])$')

# Of these only that models without FEAT_WFxT do not have them: they wait; test_events.py.
TIMED_ROWS = re.compile(r'^WF[EI]T$')

# What the reference (QEMU 7.2) does otherwise than the manual says, and the tests leave out:
# - FJCVTZS of a denormal that is flushed must clear Z (J1.1.3, FPToFixedJS);
# - LDAPR and LDAPUR must fault when not aligned, without FEAT_LSE2 (B2.8.2), STLUR too;
# - a store-exclusive without a mark must fault when not aligned (C6.2, STXR), and may otherwise
#   fault or not (the same);
# - half-precision FCVTZS and FCVTZU (scalar, fixed point) must clear what is above 16 bits (C7.2).
NO_FZ_ROWS = re.compile(r'^FJCVTZS$')
ALIGNED_ROWS = re.compile(r'^(LDAPR|LDAPUR|STLUR)$')


def is_wrong_in_reference(enc, word):
    return enc.name in ('FCVTZS_sshi', 'FCVTZU_sshi') and word >> 20 & 7 == 1

PAUTH_HINTS = {7, 8, 10, 12, 14, 24, 25, 26, 27, 28, 29, 30, 31}

# System instructions and registers that EL0 can do something with: what to run, in one line each.
# Pairs: the first one writes what the second one reads.
SYSTEM = [
    (0xd50b7420, MEM | NOT_USER),  # dc zva, x0: qemu-user's blocks have 512 bytes
    (0xd50b7a20, MEM), (0xd50b7b20, MEM), (0xd50b7e20, MEM),  # dc cvac, cvau, civac
    (0xd50b7c20, MEM | NOT_USER),  # dc cvap: qemu-user does not have it
    (0xd50b7520, MEM),  # ic ivau
    (0xd5087620, 0), (0xd5087e20, 0),  # dc ivac, isw: not for EL0
    (0xd53b4200, 0), (0xd51b4200, 0),  # nzcv
    (0xd53b4400, 0), (0xd51b4400, 0),  # fpcr
    (0xd53b4420, 0), (0xd51b4420, 0),  # fpsr
    ((0xd51bd040, 0xd53bd040), 0),  # tpidr_el0
    ((0xd503415f, 0xd53b42a0), 0), ((0xd503405f, 0xd53b42a0), 0),  # dit
    (0xd5300240, 0), (0xd5100240, 0),  # mdscr_el1: not for EL0
    (0xd5385200, 0), (0xd5181000, 0), (0xd53b4220, 0),  # esr_el1, sctlr_el1, daif: not for EL0
]


def bits(word, field):
    return word >> field.pos & (1 << field.length) - 1


def with_bits(word, field, value):
    mask = (1 << field.length) - 1
    return word & ~(mask << field.pos) | (value & mask) << field.pos


def ignored_bits(enc):
    fields = 0
    for f in enc.fields.values():
        fields |= (1 << f.length) - 1 << f.pos
    return ~(enc.mask | fields) & 0xffffffff


class Tables:
    """All rows, and which one a word decodes to."""

    def __init__(self):
        self.rows, self.by_top = [], {}
        for path in TABLES:
            table = decodetree.Table(32)
            with open(os.path.join(ROOT, path), encoding='utf-8') as f:
                table.parse(path, f.read())
            self.rows += table.encodings
        for top in range(256):
            self.by_top[top] = [e for e in self.rows
                                if (top << 24 ^ e.value) & e.mask & 0xff000000 == 0]

    def find(self, word):
        for e in self.by_top[word >> 24]:
            if word & e.mask == e.value:
                return e
        return None


# --- words ---

def choose_registers(rnd, enc, word, low):
    """All different, but sometimes two; x0 and x1 are addresses where low is 2."""
    fields = [f for f in enc.fields.values() if f.length == 5 and re.match(r'^r[a-z]2?$', f.name)]
    pick = rnd.sample(range(low, 32), len(fields))
    for f, reg in zip(fields, pick):
        word = with_bits(word, f, reg)
    if rnd.random() < 0.2 and len(fields) > 1 and not MEMORY.match(enc.name):
        word = with_bits(word, fields[0], bits(word, fields[-1]))
    return word


def choose_address(rnd, enc, word):
    f = enc.fields
    word = with_bits(word, f['rn'], 31 if rnd.random() < 0.15 else 0)
    if 'rm' in f:
        word = with_bits(word, f['rm'], 31 if enc.name.endswith(('_mult', '_lane', '_dup'))
                         and rnd.random() < 0.4 else 1)
    if 'imm' in f and f['imm'].length == 12:
        word = with_bits(word, f['imm'], rnd.randrange(100))
    return word


def choose_offset(rnd, enc, word):
    """A branch must not end at another test: it goes to one of the UDFs, or far away."""
    f = enc.fields['off']
    off = rnd.randrange(-200, 200) if rnd.random() < 0.5 else rnd.getrandbits(f.length)
    return with_bits(word, f, off | 2)  # the third or fourth word of a test


def random_word(rnd, enc, low):
    word = enc.value | rnd.getrandbits(32) & ~enc.mask
    if rnd.random() < 0.5:
        word |= ignored_bits(enc)  # mostly should-be-one
    memory = MEMORY.match(enc.name)
    word = choose_registers(rnd, enc, word, 2 if memory else low)
    if memory:
        word = choose_address(rnd, enc, word)
    elif re.match(r'^(B|BL|BC?_cond|CBN?Z|TBN?Z)$', enc.name):
        word = choose_offset(rnd, enc, word)
    elif enc.name.endswith('LDR_lit') and rnd.random() < 0.5:
        word = with_bits(word, enc.fields['off'], rnd.randrange(2, 200))
    return word


def is_sane(enc, word):
    """Whether the word may be run at all; the reference has a mind of its own about some."""
    if enc.name == 'HLT':
        return bits(word, enc.fields['imm']) != 0xf000  # semihosting
    if enc.name == 'HINT':
        return word >> 5 & 0x7f not in PAUTH_HINTS
    if is_wrong_in_reference(enc, word):
        return False
    return word != 0  # the end of a test


def kind_of(enc):
    kind = 0
    if MEMORY.match(enc.name):
        kind |= MEM | FAULTS
    if SEVERAL.match(enc.name):
        kind |= PARTIAL
    if MACHINE_ROWS.match(enc.name):
        kind |= MACHINE
    if ATOMIC_ROWS.match(enc.name):
        kind |= ATOMIC
    if ALIGNED_ROWS.match(enc.name):
        kind |= ALIGNED
    if NO_FZ_ROWS.match(enc.name):
        kind |= NO_FZ
    return kind


def make_test(rnd, enc, word):
    if enc.name in ('STXR', 'STXP'):
        return store_exclusive(rnd, enc, word)
    return Test(kind_of(enc), enc, [word])


# --- tests ---

class Test:
    def __init__(self, kind, row, words):
        self.kind, self.row, self.words = kind, row, words


def store_exclusive(rnd, enc, word):
    """With a monitor in a known state: no mark, or that of the load of the same size and base."""
    kind = kind_of(enc)
    load = word & ~0x001f801f | 0x005f0000 | 28
    if rnd.random() < 0.3:
        return Test(kind & ~FAULTS | ALIGNED, enc, [0xd5033f5f, word])  # clrex
    if enc.name == 'STXR':
        return Test(kind, enc, [load | 0x7c00, word])
    return Test(kind, enc, [load & ~0x7c00 | 29 << 10, word])


def system_tests(rnd, enc, count):
    """Rows of SYS: what SYSTEM lists, with other registers than x0 where there is no address."""
    tests = []
    for words, kind in SYSTEM:
        words = words if isinstance(words, tuple) else (words,)
        if words[-1] >> 19 & 3 != enc.value >> 19 & 3:
            continue
        for _ in range(-(-count // len(SYSTEM)) if kind else -(-count // 4)):
            regs = [0 if kind else rnd.randrange(31) for _ in words]
            row_words = [w if w & 31 else w | r for w, r in zip(words, regs)]
            tests.append(Test(kind | MACHINE, enc, row_words))
    return tests


def candidates(rnd, tables, per_row, low=0):
    for enc in tables.rows:
        if not_here(enc):
            continue
        if enc.name == 'SYS':
            yield from system_tests(rnd, enc, per_row)
            continue
        words = {random_word(rnd, enc, low) for _ in range(4 * per_row + 20)}
        for word in sorted(words):
            if tables.find(word) is enc and is_sane(enc, word):
                yield make_test(rnd, enc, word)


def not_here(enc):
    return any(re.fullmatch(pattern, enc.name) for pattern in NOT_HERE)


def known_to_objdump(objdump, words):
    with tempfile.NamedTemporaryFile(suffix='.bin') as f:
        for w in words:
            f.write(w.to_bytes(4, 'little'))
        f.flush()
        text = subprocess.run([objdump, '-D', '-z', '-b', 'binary', '-m', 'aarch64', f.name],
                              capture_output=True, text=True, check=True).stdout
    known = {}
    for m in re.finditer(r'^\s*[0-9a-f]+:\t([0-9a-f]{8}) \t(.*)$', text, re.M):
        known[int(m[1], 16)] = '.inst' not in m[2] and 'undefined' not in m[2]
    return known


def select(rnd, tests, known, per_row):
    """At most per_row tests of a row that objdump knows, in the order of the tables."""
    count, chosen = {}, []
    for test in rnd.sample(tests, len(tests)):
        n = count.get(id(test.row), 0)
        if known.get(test.words[-1]) and (n < per_row or test.row.name == 'SYS'):
            count[id(test.row)] = n + 1
            chosen.append(test)
    order = {id(e): i for i, e in enumerate(t.row for t in tests)}
    return sorted(chosen, key=lambda t: (order[id(t.row)], t.words))


def is_wanted(opts, test):
    name = test.row.name
    newer = bool(NEWER_ROWS.match(name))
    return (not re.search(opts.skip, name) and re.search(opts.rows, name) and
            opts.newer in ('with', 'only' if newer else 'without') and
            (opts.newer == 'with' or not TIMED_ROWS.match(name)) and
            not (test.kind & NOT_USER and opts.user))


def check_rows(tables, tests):
    """Rows that nothing tests and that NOT_HERE does not name."""
    covered = {id(t.row) for t in tests}
    bad = [e for e in tables.rows if id(e) not in covered and not not_here(e)]
    for e in bad:
        print(f'generate.py: no test of {e.name} ({e.mask:08x} {e.value:08x}); give it a rule, or '
              'a reason in NOT_HERE', file=sys.stderr)
    return not bad


def forward_branch(rnd, limit):
    """B.cond, CBZ, CBNZ, TBZ or TBNZ over some of the @limit instructions that follow."""
    off = rnd.randrange(1, min(limit, 5) + 1) + 1
    kind = rnd.randrange(3)
    if kind == 0:
        return 0x54000000 | off << 5 | rnd.randrange(15)
    if kind == 1:
        return 0x34000000 | rnd.getrandbits(1) << 31 | rnd.getrandbits(1) << 24 | off << 5 | \
            rnd.randrange(32)
    return 0x36000000 | rnd.getrandbits(1) << 31 | rnd.getrandbits(6) << 19 | off << 5 | \
        rnd.randrange(32)


LOOP_COUNTER = 28


def in_loop(rnd, words):
    """Some times around, counted in a register that @words do not have."""
    back = -(len(words) + 1) & 0x7ffff
    if rnd.random() < 0.5:  # sub; cbnz
        end = [0xd100079c, 0xb5000000 | back << 5 | LOOP_COUNTER]
    else:  # subs; b.ne
        end = [0xf100079c, 0x54000001 | back << 5]
    return [0xd2800000 | rnd.randrange(2, 6) << 5 | LOOP_COUNTER, *words, *end]


def has_counter(test):
    fields = [f for f in test.row.fields.values() if re.match(r'^r[a-z]2?$', f.name)]
    pair = test.row.name == 'CASP'
    return pair or any(bits(test.words[-1], f) == LOOP_COUNTER for f in fields)


def mixes(rnd, tests, count):
    """Sequences of random instructions that do not need a machine, with branches; half in loops."""
    plain = [t for t in tests if not t.kind & (MACHINE | NO_FZ)]
    without_counter = [t for t in plain if not has_counter(t)]
    out = []
    for n in range(count):
        most = MIX_WORDS - 3 * (n & 1)
        part = [rnd.choice(without_counter if n & 1 else plain)
                for _ in range(rnd.randrange(3, most + 1))]
        kind = MACHINE | MEM | FAULTS
        for t in part:
            kind |= t.kind
        words = [t.words[-1] for t in part]
        for i in range(len(words) - 1):
            if rnd.random() < 0.12:
                words[i] = forward_branch(rnd, len(words) - i - 1)
        out.append(Test(kind, part[-1].row, in_loop(rnd, words) if n & 1 else words))
    return out


def fill_up(tests, per_row):
    """Rows of few words get other states: what precedes a test is in the seed of its states."""
    rows = {}
    for t in tests:
        rows.setdefault(id(t.row), []).append(t)
    for group in rows.values():
        for n in range(per_row - len(group)):
            t = group[n % len(group)]
            if len(t.words) + 1 < STUB_WORDS and 'off' not in t.row.fields:
                yield Test(t.kind, t.row, [0xd280001f | n << 5, *t.words])  # movz xzr, #n


def write_stubs(path, tests, stub_words):
    with open(path, 'w', encoding='utf-8') as f:
        f.write('        .section .stubs, "ax"\n        .global isa_stubs\nisa_stubs:\n')
        for t in tests:
            words = t.words + [0] * (stub_words - len(t.words))
            f.write('        .inst ' + ', '.join(f'0x{w:08x}' for w in words) + '\n')
        f.write('        .org isa_stubs + 0x400000\n')
        f.write('        .section .rodata\n        .global isa_kinds, isa_count\nisa_kinds:\n')
        for t in tests:
            f.write(f'        .byte {t.kind}\n')
        f.write(f'        .balign 4\nisa_count:\n        .word {len(tests)}\n')


def write_list(path, tables, tests):
    number = {id(row): n for n, row in enumerate(tables.rows)}
    with open(path, 'w', encoding='utf-8') as f:
        for t in tests:
            words = ','.join(f'{w:08x}' for w in t.words)
            f.write(f'{t.kind} {t.row.name} {words} {number[id(t.row)]}\n')


def main():
    ap = argparse.ArgumentParser(description='Generate instruction tests.')
    ap.add_argument('--stubs', required=True, help='assembly for the guest')
    ap.add_argument('--words', required=True, help='the list')
    ap.add_argument('--per-row', type=int, default=4)
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--skip', default='^$', help='rows without the feature that --cpu lacks')
    ap.add_argument('--rows', default='', help='only rows whose names match')
    ap.add_argument('--newer', choices=['with', 'without', 'only'], default='with',
                    help='rows that the reference does not have, NEWER_ROWS')
    ap.add_argument('--user', action='store_true', help='leave out what qemu-user does otherwise')
    ap.add_argument('--mix', type=int, default=0, help='this many sequences instead')
    ap.add_argument('--only', help='just this test: word,word...')
    ap.add_argument('--kind', type=int, help='of that test')
    ap.add_argument('--objdump', default='aarch64-linux-gnu-objdump')
    opts = ap.parse_args()
    rnd = random.Random(opts.seed)
    tables = Tables()
    if opts.only:
        words = [int(w, 16) for w in opts.only.split(',')]
        row = tables.find(words[-1]) or sys.exit(f'generate.py: {words[-1]:08x} is in no table')
        tests = [Test(kind_of(row) if opts.kind is None else opts.kind, row, words)]
    else:
        tests = list(candidates(rnd, tables, opts.per_row, 2 if opts.mix else 0))
        known = known_to_objdump(opts.objdump, [t.words[-1] for t in tests])
        tests = select(rnd, tests, known, opts.per_row)
        if not check_rows(tables, tests):
            return 1
        tests = [t for t in tests if is_wanted(opts, t)]
        tests += fill_up(tests, opts.per_row)
        if opts.mix:
            tests = mixes(rnd, tests, opts.mix)
    write_stubs(opts.stubs, tests, 16 if opts.mix or opts.only else STUB_WORDS)
    write_list(opts.words, tables, tests)
    return 0


if __name__ == '__main__':
    sys.exit(main())
