#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of scripts/decodetree.py: what it refuses, and that what it generates decodes."""

import os
import random
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOL = os.path.join(ROOT, 'scripts', 'decodetree.py')
INCLUDE = os.path.join(ROOT, 'include')

GOOD = '''
# Add/subtract (immediate)
&rri    rd rn imm sf sh
ADD_i    sf:1 00 100010 sh:1 imm:12 rn:5 rd:5    &rri
ADDS_i   sf:1 01 100010 sh:1 imm:12 rn:5 rd:5    &rri
&adr    rd imm
ADR      0 immlo:2 10000 immhi:s19 rd:5          &adr imm=immhi:immlo
ADRP     1 immlo:2 10000 immhi:s19 rd:5 \\
         &adr imm=immhi:immlo
B        000101 off:s26                          imm=off<<2 link=0
{
UNDEFINED  11001 00000000 00000000 0000000 0001
NOP        11001 00000000 00000000 0000000 00.0
HINT       11001 00000000 00000000 00 op:9
}
'''

MAIN = '''
#include <stdio.h>
#include <stdlib.h>
#include "target/decode-entry.h"
bool decode_hit(struct DisasContext *ctx, const char *name, const void *args, size_t size)
{
    printf("%s", name);
    for (size_t i = 0; i < size / sizeof(int); i++) {
        printf(" %d", ((const int *)args)[i]);
    }
    return true;
}
int main(void)
{
    unsigned insn;
    while (scanf("%x", &insn) == 1) {
        if (!decode_walk.disas(NULL, insn)) {
            printf("none");
        }
        printf("\\n");
    }
    return 0;
}
'''


def run(text, *options):
    with tempfile.NamedTemporaryFile('w', suffix='.decode') as f:
        f.write(text)
        f.flush()
        done = subprocess.run([sys.executable, TOOL, '--name', 't', *options, f.name],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stderr.replace(f.name, 'T')


class Refused(unittest.TestCase):
    def check(self, text, message):
        status, stderr = run(text)
        self.assertEqual(status, 1, stderr)
        self.assertIn(message, stderr)

    def test_overlap(self):
        self.check('A 1 x:31\nB x:31 1\n', 'T:2: B overlaps A of T:1')

    def test_width(self):
        self.check('A 1 x:30\n', 'T:1: A has 31 bits, expected 32')
        self.check('A 11 x:31\n', 'T:1: A has 33 bits, expected 32')

    def test_unset_argument(self):
        self.check('&s a b\nA 1 a:31 &s\n', 'T:2: A does not set b of &s')

    def test_unused_field(self):
        self.check('&s a\nA 1 a:30 b:1 &s\n', 'T:2: A has b, which &s lacks')

    def test_unknown_field(self):
        self.check('A 1 a:31 x=b\n', 'T:1: A has no field b')

    def test_unknown_set(self):
        self.check('A 1 a:31 &s\n', 'T:1: argument set &s is not defined')

    def test_set_twice(self):
        self.check('&s a\n&s b\n', 'T:2: argument set &s was defined at T:1')
        self.check('A 1 a:31 x=1 x=2\n', 'T:1: argument x is set twice')

    def test_field_twice(self):
        self.check('A a:16 a:16\n', 'T:1: field a stands twice in A')

    def test_hidden_in_group(self):
        self.check('{\nA 1 x:31\nB 11 x:30\n}\n', 'T:3: B is hidden by A of T:2')

    def test_group_against_outside(self):
        self.check('{\nA 1 x:31\n}\nB 11 x:30\n', 'T:4: B overlaps A of T:2')

    def test_group_syntax(self):
        self.check('{\nA 1 x:31\n', 'T:1: priority group is not closed')
        self.check('}\n', 'T:1: } without {')
        self.check('UNDEFINED 1 ' + '.' * 31, 'T:1: UNDEFINED only means something')

    def test_shapes(self):
        self.check('A 1 x:31\nA 0 y:31\n', 'T:2: A has other arguments than at T:1')

    def test_garbage(self):
        self.check('A 1 x:31 %\n', 'T:1: can not read "%"')
        self.check('', 'T:1: no encodings')


class Decodes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        d = cls.dir.name
        names = [os.path.join(d, n) for n in ('t.h', 't.c', 's.c')]
        status, stderr = run(GOOD, '--header', names[0], '--source', names[1], '--stubs', names[2])
        assert status == 0, stderr
        with open(os.path.join(d, 'main.c'), 'w', encoding='utf-8') as f:
            f.write(MAIN)
        cls.prog = os.path.join(d, 'prog')
        compiler = os.environ.get('CC', 'cc').split()
        sources = [names[1], names[2], os.path.join(d, 'main.c')]
        subprocess.run([*compiler, '-Wall', '-Werror', '-I', d, '-I', INCLUDE, '-o', cls.prog,
                        *sources], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.dir.cleanup()

    def decode(self, *words):
        text = '\n'.join(f'{w:x}' for w in words)
        done = subprocess.run([self.prog], input=text, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    def test_fields(self):
        self.assertEqual(self.decode(0x91402c41, 0x10ffffe3, 0xb0000000, 0x17ffffff),
                         ['ADD_i 1 2 11 1 1', 'ADR 3 -4', 'ADRP 0 1', 'B -4 0'])

    def test_priority(self):
        self.assertEqual(self.decode(0xc8000001, 0xc8000002, 0xc8000010, 0xc8800000),
                         ['none', 'NOP', 'HINT 16', 'none'])

    def test_nothing(self):
        rnd = random.Random(1)
        words = [0xe0000000 | rnd.getrandbits(24) for _ in range(100)]
        self.assertEqual(set(self.decode(*words)), {'none'})


if __name__ == '__main__':
    unittest.main()
