#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run generated instruction tests on several engines and compare digests of what they leave.

Engines: qemu-aarch64 (the reference); interp (translator and IR interpreter) and jit (translator
and host back end), both by build/tests/isa/isa-run; quern and qemu-system (the same guest on a
bare machine with semihosting).

  run.py --engine interp                   compare with the reference
  run.py --engine quern --per-row 20 --seed 7
  run.py --engine interp --word 1e602820   the states of one word where the engines differ
  run.py --record tests/isa/a64.txt        write the reference's results down
"""

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CROSS = 'aarch64-linux-gnu-'
FEATURES = 'rdm,dotprod,jscvt,frintts,fp16,fhm,fcma,i8mm,sha512,sha3,sm'
SKIPPED = 77  # automake's and meson's "skipped"

# What the reference does otherwise than the architecture says, by row and word:
# half-precision FCVTZS (scalar, fixed point) must clear what is above its 16 bits; FJCVTZS of a
# denormal that is flushed must clear Z (J1.1.3 FPToFixedJS).
KNOWN = [
    lambda row, word: row in ('FCVTZS_sshi', 'FCVTZU_sshi') and word >> 20 & 7 == 1,
    lambda row, word: row == 'FJCVTZS',
]


LITERAL = '2'  # kind of tests that read the stubs around them: there are none with interp and jit


def known(row, word):
    return any(k(row, int(word, 16)) for k in KNOWN)


class Bench:
    def __init__(self, opts, directory):
        self.opts, self.dir = opts, directory

    def path(self, name):
        return os.path.join(self.dir, name)

    def generate(self):
        extra = ['--only', self.opts.word] if self.opts.word else []
        subprocess.run([sys.executable, os.path.join(HERE, 'generate.py'),
                        '--stubs', self.path('stubs.S'), '--words', self.path('words'),
                        '--per-row', str(self.opts.per_row), '--seed', str(self.opts.seed),
                        '--features', self.opts.features, '--objdump', CROSS + 'objdump', *extra],
                       check=True)
        with open(self.path('words'), encoding='utf-8') as f:
            return [line.split() for line in f]

    def write_words(self, words):
        with open(self.path('words'), 'w', encoding='utf-8') as f:
            f.writelines(' '.join(w) + '\n' for w in words)

    def build_guest(self, environment):
        out = self.path(environment + '.elf')
        verbose = ['-DISA_VERBOSE'] if self.opts.word else []
        subprocess.run([CROSS + 'gcc', '-O2', '-ffreestanding', '-fno-builtin', '-fno-pic',
                        '-mgeneral-regs-only', '-mstrict-align', '-nostdlib', '-static',
                        '-march=armv8-a', *verbose, '-o', out,
                        os.path.join(HERE, f'guest-{environment}.S'),
                        os.path.join(HERE, 'guest-exec.S'),
                        os.path.join(HERE, 'guest-runner.c'), self.path('stubs.S'),
                        '-Wl,-Ttext=0x40200000', '-Wl,--section-start=.isabuf=0x40800000',
                        '-Wl,--build-id=none'], check=True)
        return out

    def run(self, engine):
        """The engine's output: lines `word digest`, and states between them with --word."""
        machine = ['-M', 'virt', '-nodefaults', '-display', 'none', '-serial', 'none',
                   '-semihosting', '-cpu', self.opts.cpu, '-kernel']
        if engine in ('interp', 'jit'):
            flags = ['--states'] * bool(self.opts.word) + ['--jit'] * (engine == 'jit')
            with open(self.path('words'), encoding='utf-8') as f:
                return self.output([self.opts.run, *flags], f)
        if engine == 'qemu-aarch64':
            return self.output(['qemu-aarch64', self.build_guest('user')])
        if engine == 'qemu-system':
            return self.output(['qemu-system-aarch64', *machine, self.build_guest('bare')])
        return self.output([self.opts.quern, *machine, self.build_guest('bare')])

    def output(self, command, stdin=None):
        done = subprocess.run(command, stdin=stdin, stdout=subprocess.PIPE, text=True, check=False,
                              stderr=subprocess.STDOUT, timeout=self.opts.timeout)
        if done.returncode == SKIPPED:
            print(done.stdout)
            sys.exit(SKIPPED)
        if done.returncode:
            sys.exit(f'{command[0]} ended with status {done.returncode}:\n{done.stdout[-500:]}')
        return done.stdout.splitlines()


def digests(lines):
    return dict(re.findall(r'^([0-9a-f]{8}) (\w+)$', '\n'.join(lines), re.M))


def compare(words, want, have):
    bad = [(w, row) for w, _, row in words if have.get(w) != want.get(w) and not known(row, w)]
    for word, row in bad[:40]:
        print(f'{word} {row}: {have.get(word)}, reference {want.get(word)}')
    print(f'{len(words) - len(bad)} passed, {len(bad)} failed')
    return 1 if bad else 0


def recorded(path):
    """Lines `row kind word digest word digest ...`, as words and digests."""
    words, want = [], {}
    with open(path, encoding='utf-8') as f:
        for line in f:
            row, kind, *rest = line.split()
            if row != '#':
                words += [[word, kind, row] for word in rest[::2]]
                want.update(zip(rest[::2], rest[1::2]))
    return words, want


def write_record(path, words, want):
    rows = {}
    for word, kind, row in words:
        if not known(row, word):
            rows.setdefault((row, kind), []).append(f'{word} {want[word]}')
    with open(path, 'w', encoding='utf-8') as f:
        f.write('# Written by tests/isa/run.py --record: row, kind, words and digests by '
                'qemu-aarch64.\n')
        for (row, kind), tests in rows.items():
            for i in range(0, len(tests), 3):
                f.write(' '.join([row, kind, *tests[i:i + 3]]) + '\n')


def main():
    ap = argparse.ArgumentParser(description='Instruction tests.')
    ap.add_argument('--engine', choices=['interp', 'jit', 'quern', 'qemu-system'], default='interp')
    ap.add_argument('--run', default=os.path.join(ROOT, 'build/tests/isa/isa-run'))
    ap.add_argument('--quern', default=os.path.join(ROOT, 'build/quern-system-aarch64'))
    ap.add_argument('--cpu', default='max')
    ap.add_argument('--features', default=FEATURES)
    ap.add_argument('--per-row', type=int, default=4)
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--word', help='compare the states of this word')
    ap.add_argument('--timeout', type=int, default=120)
    ap.add_argument('--recorded', help='compare with this file instead of a live reference')
    ap.add_argument('--record', help='write the reference to this file')
    opts = ap.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(opts, directory)
        if opts.recorded:
            words, want = recorded(opts.recorded)
            bench.write_words(words)
            return compare(words, want, digests(bench.run(opts.engine)))
        for tool in ('qemu-aarch64', CROSS + 'gcc'):
            if not shutil.which(tool):
                print(f'{tool} is not installed')
                return SKIPPED
        words = bench.generate()
        if opts.record or opts.engine in ('interp', 'jit'):
            words = [w for w in words if w[1] != LITERAL]
            bench.write_words(words)
        reference = bench.run('qemu-aarch64')
        if opts.record:
            write_record(opts.record, words, digests(reference))
            return 0
        result = bench.run(opts.engine)
        if opts.word:
            sys.stdout.writelines(line + '\n' for line in
                                  difflib.unified_diff(reference, result, 'reference', opts.engine,
                                                       n=0, lineterm=''))
        return compare(words, digests(reference), digests(result))


if __name__ == '__main__':
    sys.exit(main())
