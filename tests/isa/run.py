#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run generated instruction tests on an engine and compare digests of what they leave.

Engines: jit and interp, a bare machine of Quern whose tests run at EL0, translated or with the IR
interpreter; jit-v3, translated without the host's instructions for cryptography; jit-dense, with
dense code; block-jit and block-interp, one block at a time by build/tests/isa/isa-run.
References: qemu-aarch64 (the default), qemu-system-aarch64 (the same bare machine), newest (that of
the newest Debian suite, for features that the others do not have, and for them alone), or a file of
recorded results.

  run.py --engine interp                     compare with qemu-aarch64
  run.py --engine jit --per-row 42 --seed 7  1000 cases an encoding
  run.py --engine jit --mix 5000             sequences of instructions
  run.py --engine jit --word 1e602820        one test: the states where the two differ
  run.py --record tests/isa/a64.txt          write the reference's results down
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import generate  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
CROSS = 'aarch64-linux-gnu-'
SKIPPED = 77  # automake's and meson's "skipped"
NEWEST = os.path.join(os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache'),
                      'quern/reference/qemu-unstable')
VARIANTS = 24  # ISA_VARIANTS
MACHINE, FAULTS = 8, 2  # kinds
ACCEL = {'jit': 'tcg', 'jit-v3': 'tcg,host-isa=v3', 'jit-dense': 'tcg,dense=on',
         'interp': 'tcg,interp=on'}
SLOW = float(os.environ.get('QUERN_SLOW', '1'))  # of a sanitizer build
SHOWN = 5  # tests whose states are printed
MIX_WORDS = 16


def newest():
    """The command of the newest Debian suite's qemu-system-aarch64, unpacked if it is not yet."""
    if not os.path.exists(NEWEST):
        sys.path[:0] = [os.path.join(ROOT, 'scripts'), os.path.join(ROOT, 'bench')]
        from reference import newest_reference  # pylint: disable=import-outside-toplevel
        return newest_reference()[1]
    return NEWEST


def has_reference(opts):
    return opts.reference == 'newest' or shutil.which(opts.reference)


class Test:
    def __init__(self, kind, row, words, number=None):
        self.kind, self.row, self.words = kind, row, words
        self.number = number  # of the row's line in the tables

    def key(self):
        return ','.join(self.words)


class Bench:
    """Runs a list of tests on any engine, in a directory of its own."""

    def __init__(self, opts, directory, verbose=False):
        self.opts, self.dir, self.verbose = opts, directory, verbose
        self.stub_words = MIX_WORDS if opts.mix or verbose else 4

    def path(self, name):
        return os.path.join(self.dir, name)

    def generate(self, *extra):
        user = ['--user'] if self.opts.reference == 'qemu-aarch64' else []
        newer = 'with' if self.opts.cpu != 'max' else \
            'only' if self.opts.reference == 'newest' else 'without'
        done = subprocess.run([sys.executable, os.path.join(HERE, 'generate.py'),
                               '--stubs', self.path('stubs.S'), '--words', self.path('words'),
                               '--per-row', str(self.opts.per_row), '--mix', str(self.opts.mix),
                               '--seed', str(self.opts.seed), '--skip', self.opts.skip,
                               '--rows', self.opts.rows,
                               '--newer', newer, '--objdump', CROSS + 'objdump', *user,
                               *extra], check=False)
        if done.returncode:
            sys.exit(1)
        with open(self.path('words'), encoding='utf-8') as f:
            fields = [line.split() for line in f]
        return [Test(int(kind), row, words.split(','), n) for kind, row, words, n in fields]

    def write_stubs(self, tests):
        """For a part of what was generated."""
        generate.write_stubs(self.path('stubs.S'), [
            generate.Test(t.kind, None, [int(w, 16) for w in t.words]) for t in tests],
                             self.stub_words)

    def build_guest(self, source):
        out = self.path(source + '.elf')
        flags = [f'-DISA_STUB_WORDS={self.stub_words}'] + ['-DISA_VERBOSE'] * self.verbose
        subprocess.run([CROSS + 'gcc', '-O2', '-ffreestanding', '-fno-builtin', '-fno-pic',
                        '-mgeneral-regs-only', '-mstrict-align', '-nostdlib', '-static',
                        '-march=armv8-a', *flags, '-o', out, os.path.join(HERE, source),
                        os.path.join(HERE, 'guest-runner.c'), self.path('stubs.S'),
                        '-Wl,-Ttext=0x40200000', '-Wl,--section-start=.isabuf=0x40800000',
                        '-Wl,--section-start=.stubs=0x60000000', '-Wl,--build-id=none'],
                       check=True)
        return out

    def run(self, engine, tests):
        """The engine's output: lines `index digest`, and states between them if verbose."""
        machine = ['-M', 'virt', '-m', '1G', '-nodefaults', '-display', 'none', '-serial', 'none',
                   '-semihosting', '-cpu', self.opts.cpu]
        if engine.startswith('block-'):
            lines = ''.join(f'{t.kind} {t.row} {t.key()}\n' for t in tests)
            flags = ['--states'] * self.verbose + ['--jit'] * (engine == 'block-jit')
            return self.output([self.opts.run, *flags], lines)
        if engine == 'qemu-aarch64':
            return self.output(['qemu-aarch64', '-cpu', self.opts.cpu,
                                self.build_guest('guest-user.c')])
        program = ['-kernel', self.build_guest('guest-bare.S')]
        if engine == 'qemu-system-aarch64':
            return self.output(['qemu-system-aarch64', *machine, *program])
        if engine == 'newest':
            return self.output([newest(), *machine, *program])
        accel = ['-accel', ACCEL[engine]]
        return self.output([self.opts.quern, *machine, *accel, *program])

    def output(self, command, text=None):
        done = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=False,
                              stderr=subprocess.STDOUT, timeout=self.opts.timeout * SLOW)
        if done.returncode == SKIPPED:
            print(done.stdout)
            sys.exit(SKIPPED)
        if done.returncode:
            sys.exit(f'{command[0]} ended with status {done.returncode}:\n{done.stdout[-500:]}')
        return done.stdout.splitlines()


def digests(lines, tests):
    found = dict(re.findall(r'^([0-9a-f]{8}) (\w+)$', '\n'.join(lines), re.M))
    return [found.get(f'{i:08x}') for i in range(len(tests))]


# --- what differs ---

def disassemble(bench, words):
    path = bench.path('words.bin')
    with open(path, 'wb') as f:
        for w in words:
            f.write(int(w, 16).to_bytes(4, 'little'))
    done = subprocess.run([CROSS + 'objdump', '-D', '-z', '-b', 'binary', '-m', 'aarch64', path],
                          capture_output=True, text=True, check=False)
    return re.findall(r'^ .*:\t(.*)$', done.stdout, re.M)


def named_registers(text):
    """The lines of a state that the operands name: x0 and w0 are x00, any of bhsdqv is v."""
    names = {'n00', 'c00'}
    for kind, n in re.findall(r'\b([xwbhsdqv])(\d+)\b', text):
        names.add(('x' if kind in 'xw' else 'v') + f'{int(n):02x}')
    return names | ({'s00'} if 'sp' in text else set())


def show_states(text, reference, result):
    """Inputs and both outputs of the first variant that differs."""
    for want, have in zip(reference.split('@')[1:], result.split('@')[1:]):
        want, have = want.splitlines(), have.splitlines()
        if want == have:
            continue
        middle = want.index('after')
        before = {line[:3]: line for line in want[:middle]}
        changed = [(w, h) for w, h in zip(want[middle:], have[middle:]) if w != h]
        for name in sorted(named_registers(text) | {w[:3] for w, _ in changed}):
            if name in before:
                print(f'      before     {before[name]}')
        for w, h in changed:
            if w[:3] != '000':
                print(f'      reference  {w}\n      here       {h}')
        return
    print('      the states agree when the test runs alone')


def show_test(opts, test):
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(opts, directory, verbose=True)
        kind = [] if test.kind is None else ['--kind', str(test.kind)]
        tests = bench.generate('--only', test.key(), *kind)
        text = disassemble(bench, test.words)
        for line in text:
            print(f'    {line}')
        show_states('\n'.join(text), '\n'.join(bench.run(opts.reference, tests)),
                    '\n'.join(bench.run(opts.engine, tests)))


def compare(opts, tests, want, have):
    bad = [t for t, w, h in zip(tests, want, have) if w != h]
    for test in bad[:40]:
        print(f'  {test.row}: {test.key()} (kind {test.kind})')
        if bad.index(test) < SHOWN and has_reference(opts):
            show_test(opts, test)
    rows = len({(t.row, t.number) for t in tests})
    print(f'{opts.engine} against {opts.recorded or opts.reference}: {rows} encodings, '
          f'{len(tests)} tests, {len(tests) * VARIANTS} cases, {len(bad)} tests differ')
    return 1 if bad else 0


# --- recorded results ---

def read_record(path):
    """Lines `row kind word digest word digest ...`."""
    tests, want = [], []
    with open(path, encoding='utf-8') as f:
        for line in f:
            row, kind, *rest = line.split()
            if row != '#':
                tests += [Test(int(kind), row, [word]) for word in rest[::2]]
                want += rest[1::2]
    return tests, want


def write_record(path, reference, tests, want):
    rows = {}
    for test, digest in zip(tests, want):
        rows.setdefault((test.row, test.kind), []).append(f'{test.key()} {digest}')
    with open(path, 'w', encoding='utf-8') as f:
        f.write('# Written by tests/isa/run.py --record: row, kind, words and digests by '
                f'{reference}.\n')
        for (row, kind), part in rows.items():
            for i in range(0, len(part), 3):
                f.write(' '.join([row, str(kind), *part[i:i + 3]]) + '\n')


def for_blocks(tests):
    """The tests that isa-run can do."""
    return [Test(t.kind & ~FAULTS, t.row, t.words, t.number) for t in tests
            if not t.kind & MACHINE and len(t.words) == 1]


def with_live_reference(opts, bench):
    if not has_reference(opts) or not shutil.which(CROSS + 'gcc'):
        print(f'{opts.reference} or {CROSS}gcc is not installed')
        return SKIPPED
    tests = bench.generate()
    if opts.record or opts.engine.startswith('block-'):
        tests = for_blocks(tests)
        bench.write_stubs(tests)
    want = digests(bench.run(opts.reference, tests), tests)
    if opts.record:
        write_record(opts.record, opts.reference, tests, want)
        return 0
    return compare(opts, tests, want, digests(bench.run(opts.engine, tests), tests))


def main():
    ap = argparse.ArgumentParser(description='Instruction tests.')
    ap.add_argument('--engine', choices=[*ACCEL, 'block-jit', 'block-interp'],
                    default='jit')
    ap.add_argument('--reference', default='qemu-aarch64',
                    choices=['qemu-aarch64', 'qemu-system-aarch64', 'newest'])
    ap.add_argument('--run', default=os.path.join(ROOT, 'build/tests/isa/isa-run'))
    ap.add_argument('--quern', default=os.path.join(ROOT, 'build/quern-system-aarch64'))
    ap.add_argument('--cpu', default='max')
    ap.add_argument('--skip', default='^$', help='rows that --cpu does not have')
    ap.add_argument('--rows', default='', help='only rows whose names match')
    ap.add_argument('--per-row', type=int, default=4, help='tests of each row')
    ap.add_argument('--mix', type=int, default=0, help='this many sequences instead')
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--word', help='compare the states of this test: word,word...')
    ap.add_argument('--kind', help='its kind, where it is not the usual one of its row')
    ap.add_argument('--timeout', type=int, default=120)
    ap.add_argument('--recorded', help='compare with this file instead of a live reference')
    ap.add_argument('--record', help='write the reference to this file')
    opts = ap.parse_args()
    if opts.word:
        show_test(opts, Test(opts.kind, '', opts.word.split(',')))
        return 0
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(opts, directory)
        if not opts.recorded:
            return with_live_reference(opts, bench)
        tests, want = read_record(opts.recorded)
        return compare(opts, tests, want, digests(bench.run(opts.engine, tests), tests))


if __name__ == '__main__':
    sys.exit(main())
