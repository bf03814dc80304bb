#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Generate an instruction decoder in C from a table with one line per encoding.

Input, one item a line (`#` starts a comment, a final `\\` continues the line):

  &set  a b c                      an argument set: struct arg_set { int a, b, c; }
  NAME  bits... [&set] [x=expr]    an encoding, most significant bit first, where bits are
          0 1        literal bits (any number together)
          .          a bit that the decoder ignores
          name:N     an unsigned field of N bits
          name:sN    a signed field of N bits
        and x=expr sets argument x to
          5, -1, 0x1f   a constant
          f             a field under another name
          f:g:h         fields joined, f most significant (signed if f is)
          f:g<<N        any of these shifted left by N
  {     priority group: encodings in it may overlap, the first that matches wins
  }
  UNDEFINED  bits...               in a group: these values are unallocated

Without &set the arguments are the fields that no expression uses, and the expressions, in the
order they stand. Every member of a set must be given by a field or an expression, and every field
must be used. Overlap outside groups, an encoding hidden by earlier ones of its group, a wrong
width and unset or unused arguments are errors, reported as file:line.

Output: a header with argument structs, prototypes `bool trans_NAME(DisasContext *, arg_NAME *)`,
`bool disas_<name>(DisasContext *ctx, uint32_t insn)` (false: unallocated, or the trans_ function
said so) and the table <name>_encodings; a source with the decoder; on request a source that
defines every trans_ function by calling decode_hit(), for tests.
"""

import argparse
import re
import sys

FIELD = re.compile(r'^([A-Za-z_]\w*):(s?)(\d+)$')
ASSIGN = re.compile(r'^([A-Za-z_]\w*)=(.+)$')
EXPR = re.compile(r'^([A-Za-z_]\w*(?::[A-Za-z_]\w*)*)(?:<<(\d+))?$')
NAME = re.compile(r'^[A-Za-z_]\w*$')
SEQUENTIAL = 3  # this many candidates without a common bit are tested one after the other


class DecodeError(Exception):
    """An error in the table; the message starts with file:line."""


class Field:
    def __init__(self, name, pos, length, signed):
        self.name, self.pos, self.length, self.signed = name, pos, length, signed

    def c_extract(self):
        kind = 'sextract' if self.signed else 'extract'
        return f'decode_{kind}(insn, {self.pos}, {self.length})'


class Expr:
    """A constant, or fields joined and shifted."""

    def __init__(self, const=None, fields=(), shift=0):
        self.const, self.fields, self.shift = const, list(fields), shift

    def c_text(self):
        if self.const is not None:
            return str(self.const)
        text = self.fields[0].c_extract()
        for f in self.fields[1:]:
            text = f'decode_join({text}, {f.length}, {f.c_extract()})'
        return f'decode_join({text}, {self.shift}, 0)' if self.shift else text


class ArgSet:
    def __init__(self, name, members, where):
        self.name, self.members, self.where = name, members, where


class Encoding:
    def __init__(self, name, where, group):
        self.name, self.where, self.group = name, where, group
        self.mask = self.value = 0
        self.fields = {}
        self.args = {}      # member -> Expr, in order
        self.argset = None  # name of the struct

    def overlaps(self, other):
        return not (self.value ^ other.value) & self.mask & other.mask

    def hides(self, other):
        return self.overlaps(other) and not self.mask & ~other.mask


class Table:
    def __init__(self, width):
        self.width = width
        self.argsets = {}
        self.encodings = []

    # --- parsing ---

    def parse(self, path, text):
        group, groups = None, 0
        for where, words in logical_lines(path, text):
            if words == ['{']:
                if group is not None:
                    raise DecodeError(f'{where}: a priority group inside another')
                groups += 1
                group = groups
                group_where = where
            elif words == ['}']:
                if group is None:
                    raise DecodeError(f'{where}: }} without {{')
                group = None
            elif words[0].startswith('&'):
                self.add_argset(where, words)
            else:
                self.add_encoding(where, words, group)
        if group is not None:
            raise DecodeError(f'{group_where}: priority group is not closed')

    def add_argset(self, where, words):
        name, members = words[0][1:], words[1:]
        for word in [name] + members:
            if not NAME.match(word):
                raise DecodeError(f'{where}: "{word}" is no identifier')
        if name in self.argsets:
            raise DecodeError(f'{where}: argument set &{name} was defined at '
                              f'{self.argsets[name].where}')
        if len(set(members)) != len(members):
            raise DecodeError(f'{where}: &{name} names a member twice')
        self.argsets[name] = ArgSet(name, members, where)

    def add_encoding(self, where, words, group):
        if not NAME.match(words[0]):
            raise DecodeError(f'{where}: "{words[0]}" is no instruction name')
        enc = Encoding(words[0], where, group)
        if enc.name == 'UNDEFINED' and group is None:
            raise DecodeError(f'{where}: UNDEFINED only means something in a priority group')
        assigns, setname = [], None
        pos = self.width
        for word in words[1:]:
            if word.startswith('&'):
                if setname:
                    raise DecodeError(f'{where}: two argument sets')
                setname = word[1:]
            elif ASSIGN.match(word):
                assigns.append(ASSIGN.match(word).groups())
            else:
                pos = self.add_bits(enc, word, pos)
        if pos != 0:
            raise DecodeError(f'{where}: {enc.name} has {self.width - pos} bits, '
                              f'expected {self.width}')
        self.bind_args(enc, setname, assigns)
        self.encodings.append(enc)

    @staticmethod
    def add_bits(enc, word, pos):
        m = FIELD.match(word)
        if m:
            name, length = m[1], int(m[3])
            if name in enc.fields:
                raise DecodeError(f'{enc.where}: field {name} stands twice in {enc.name}')
            if length == 0:
                raise DecodeError(f'{enc.where}: field {name} has no bits')
            pos -= length
            enc.fields[name] = Field(name, pos, length, m[2] == 's')
            return pos
        if not re.match(r'^[01.]+$', word):
            raise DecodeError(f'{enc.where}: can not read "{word}"')
        for c in word:
            pos -= 1
            if c != '.' and pos >= 0:
                enc.mask |= 1 << pos
                enc.value |= int(c) << pos
        return pos

    def bind_args(self, enc, setname, assigns):
        where, used, args = enc.where, set(), {}
        for name, text in assigns:
            if name in args:
                raise DecodeError(f'{where}: argument {name} is set twice')
            args[name] = self.parse_expr(enc, text, used)
        for f in enc.fields.values():
            if f.name in used:
                continue
            if f.name in args:
                raise DecodeError(f'{where}: {f.name} is a field and an argument, '
                                  'and the field is not used')
            args[f.name] = Expr(fields=[f])
        if setname is None:
            order = [n for n in enc.fields if n in args]
            order += [n for n, _ in assigns if n not in order]
            enc.args = {n: args[n] for n in order}
            enc.argset = None
            return
        if setname not in self.argsets:
            raise DecodeError(f'{where}: argument set &{setname} is not defined')
        members = self.argsets[setname].members
        for m in members:
            if m not in args:
                raise DecodeError(f'{where}: {enc.name} does not set {m} of &{setname}')
        for n in args:
            if n not in members:
                raise DecodeError(f'{where}: {enc.name} has {n}, which &{setname} lacks')
        enc.args = {m: args[m] for m in members}
        enc.argset = setname

    @staticmethod
    def parse_expr(enc, text, used):
        try:
            return Expr(const=int(text, 0))
        except ValueError:
            pass
        m = EXPR.match(text)
        if not m:
            raise DecodeError(f'{enc.where}: can not read the expression "{text}"')
        fields = []
        for name in m[1].split(':'):
            if name not in enc.fields:
                raise DecodeError(f'{enc.where}: {enc.name} has no field {name}')
            used.add(name)
            fields.append(enc.fields[name])
        shift = int(m[2] or 0)
        if sum(f.length for f in fields) + shift > 32:
            raise DecodeError(f'{enc.where}: "{text}" is wider than 32 bits')
        return Expr(fields=fields, shift=shift)

    # --- checks over the whole table ---

    def check(self):
        encs = self.encodings
        for i, a in enumerate(encs):
            for b in encs[i + 1:]:
                if not a.overlaps(b):
                    continue
                if a.group is None or a.group != b.group:
                    raise DecodeError(f'{b.where}: {b.name} overlaps {a.name} of {a.where}')
                if a.hides(b):
                    raise DecodeError(f'{b.where}: {b.name} is hidden by {a.name} of {a.where}')
        self.check_shapes()

    def check_shapes(self):
        """Lines of one name share one trans_ function, so they need one argument struct."""
        first = {}
        for e in self.instructions():
            f = first.setdefault(e.name, e)
            if f.argset != e.argset or list(f.args) != list(e.args):
                raise DecodeError(f'{e.where}: {e.name} has other arguments than at {f.where}')

    def instructions(self):
        return [e for e in self.encodings if e.name != 'UNDEFINED']

    def functions(self):
        return list({e.name: e for e in self.instructions()}.values())


def logical_lines(path, text):
    """Yield (file:line, words) for each line that holds something."""
    start, held = 0, ''
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split('#', 1)[0].rstrip()
        start = start if held else number
        if line.endswith('\\'):
            held += line[:-1] + ' '
            continue
        words = (held + line).split()
        held = ''
        if words:
            yield f'{path}:{start}', words
    if held.split():
        yield f'{path}:{start}', held.split()


# --- the decoder ---

class Emitter:
    """Writes nested switches: bits that all candidates fix are switched on at once; where there
    are none, the bit that splits the candidates best, those that ignore it going both ways."""

    def __init__(self, table):
        self.table = table
        self.lines = []

    def put(self, depth, text):
        self.lines.append('    ' * depth + text)

    def emit(self, encs, known, depth):
        common = ~known & (1 << self.table.width) - 1
        for e in encs:
            common &= e.mask
        if len(encs) == 1:
            self.leaf(encs[0], known, depth)
        elif common:
            self.switch(encs, common, known, depth)
        else:
            self.split(encs, known, depth)

    def leaf(self, enc, known, depth):
        rest = enc.mask & ~known
        if rest:
            self.put(depth, f'if ((insn & {rest:#010x}) == {enc.value & rest:#010x}) {{')
            self.call(enc, depth + 1)
            self.put(depth, '}')
        else:
            self.call(enc, depth)

    def call(self, enc, depth):
        self.put(depth, f'/* {enc.name} */')
        if enc.name == 'UNDEFINED':
            self.put(depth, 'return false;')
            return
        for member, expr in enc.args.items():
            self.put(depth, f'a.f_{enc.name}.{member} = {expr.c_text()};')
        self.put(depth, f'return trans_{enc.name}(ctx, &a.f_{enc.name});')

    def switch(self, encs, bits, known, depth):
        by_value = {}
        for e in encs:
            by_value.setdefault(e.value & bits, []).append(e)
        self.put(depth, f'switch (insn & {bits:#010x}) {{')
        for value in sorted(by_value):
            self.put(depth, f'case {value:#010x}:')
            self.emit(by_value[value], known | bits, depth + 1)
            if not self.lines[-1].strip().startswith('return'):
                self.put(depth + 1, 'break;')
        self.put(depth, '}')

    def split(self, encs, known, depth):
        bit = self.best_bit(encs, known)
        if bit is None or len(encs) <= SEQUENTIAL:
            for e in encs:
                self.leaf(e, known, depth)
            return
        for side, test in ((bit, '!='), (0, '==')):
            chosen = [e for e in encs if not e.mask & bit or e.value & bit == side]
            self.put(depth, f'if ((insn & {bit:#010x}) {test} 0) {{')
            self.emit(chosen, known | bit, depth + 1)
            self.put(depth, '}')

    def best_bit(self, encs, known):
        best, best_cost = None, None
        for i in range(self.table.width):
            bit = 1 << i
            if known & bit:
                continue
            fixed = [e for e in encs if e.mask & bit]
            ones = sum(1 for e in fixed if e.value & bit)
            free = len(encs) - len(fixed)
            if not fixed:
                continue
            cost = (max(ones, len(fixed) - ones) + free, free)
            if best is None or cost < best_cost:
                best, best_cost = bit, cost
        return best


def c_header(table, name):
    guard = f'QUERN_DECODE_{name.upper()}_H'
    out = ['/* Generated by scripts/decodetree.py. */',
           f'#ifndef {guard}', f'#define {guard}', '',
           '#include "target/decode-entry.h"', '',
           'typedef struct DisasContext DisasContext;', '']
    for s in table.argsets.values():
        out += c_struct(s.name, s.members)
    for e in table.functions():
        if e.argset is None:
            out += c_struct(e.name, list(e.args))
        elif e.argset != e.name:
            out.append(f'typedef arg_{e.argset} arg_{e.name};')
    out.append('')
    for e in table.functions():
        out.append(f'bool trans_{e.name}(DisasContext *ctx, arg_{e.name} *a);')
    out += ['', f'bool disas_{name}(DisasContext *ctx, uint32_t insn);', '',
            '/* In the order of the table: the first that matches is the one. */',
            f'#define {name.upper()}_ENCODINGS {len(table.encodings)}',
            f'extern const DecodeEntry {name}_encodings[{name.upper()}_ENCODINGS];', '',
            '#endif', '']
    return '\n'.join(out)


def c_struct(name, members):
    body = ''.join(f'    int {m};\n' for m in members)
    return [f'typedef struct {{\n{body}}} arg_{name};']


def c_source(table, name, header):
    emitter = Emitter(table)
    emitter.emit(table.encodings, 0, 1)
    out = ['/* Generated by scripts/decodetree.py. */', f'#include "{header}"', '',
           f'bool disas_{name}(DisasContext *ctx, uint32_t insn)', '{', '    union {']
    out += [f'        arg_{e.name} f_{e.name};' for e in table.functions()]
    out += ['    } a;', '']
    out += emitter.lines
    if not emitter.lines[-1].strip().startswith('return'):
        out.append('    return false;')
    out += ['}', '', f'const DecodeEntry {name}_encodings[{name.upper()}_ENCODINGS] = {{']
    out += [f'    {{ {e.mask:#010x}, {e.value:#010x}, "{e.name}" }},' for e in table.encodings]
    out += ['};', '']
    return '\n'.join(out)


def c_stubs(table, name, header):
    out = ['/* Generated by scripts/decodetree.py: for tests of the decoder alone. */',
           f'#include "{header}"', '']
    for e in table.functions():
        out += [f'bool trans_{e.name}(DisasContext *ctx, arg_{e.name} *a)', '{',
                f'    return decode_hit(ctx, "{e.name}", a, sizeof(*a));', '}', '']
    out += ['const DecodeWalk decode_walk = {', f'    "{name}", disas_{name}, {name}_encodings, '
            f'{name.upper()}_ENCODINGS', '};', '']
    return '\n'.join(out)


def write(path, text):
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)


def main():
    ap = argparse.ArgumentParser(description='Generate an instruction decoder.')
    ap.add_argument('input')
    ap.add_argument('--name', required=True, help='disas_NAME, NAME_encodings')
    ap.add_argument('--width', type=int, default=32, help='bits of an instruction')
    ap.add_argument('--header', help='write the header here')
    ap.add_argument('--source', help='write the decoder here')
    ap.add_argument('--stubs', help='write trans_ functions that call decode_hit() here')
    ap.add_argument('--include', help='how the sources include the header')
    opts = ap.parse_args()
    table = Table(opts.width)
    try:
        with open(opts.input, encoding='utf-8') as f:
            table.parse(opts.input, f.read())
        if not table.encodings:
            raise DecodeError(f'{opts.input}:1: no encodings')
        table.check()
    except DecodeError as e:
        print(f'decodetree: {e}', file=sys.stderr)
        return 1
    except OSError as e:
        print(f'decodetree: {opts.input}: {e.strerror}', file=sys.stderr)
        return 1
    include = opts.include or re.sub(r'^.*/', '', opts.header or f'{opts.name}-decode.h')
    if opts.header:
        write(opts.header, c_header(table, opts.name))
    if opts.source:
        write(opts.source, c_source(table, opts.name, include))
    if opts.stubs:
        write(opts.stubs, c_stubs(table, opts.name, include))
    return 0


if __name__ == '__main__':
    sys.exit(main())
