#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compile the IR's fold rules to C.

    gen-fold.py fold.rules opcodes.h --rules-out fold-rules.c --tests-out fold-rules-test.c

A rule is one line:

    (op args) -> result [if condition]

  x y z        a value; the same letter twice: the same value
  #c           an integer constant, named c in expressions (zero-extended from its type)
  #0 #-1       this constant          v#0 v#-1   a vector of this constant in each half
  @i  @p,n     the immediate; of bit fields: position and length
  .eq  .?k     this condition; any condition, named k. In results also .~k: k inverted
  {e}          in results: the constant e, a C expression over the names;  @{e}  @{e, e} immediates
  cmp          as the outermost operation: the comparison inside setcond, select and brcond

Expressions may use W (the width of the outermost operation's operands in bits), T (its type),
vece, and the functions of tcg/fold-util.h. Of a commutative operation with two patterns both
orders are matched; constants stand right, where the folder has put them. Values found below the
outermost operation must not be stale (tcg/builder.h): a rule never revives an overwritten value.

The test file has for each rule a function that builds the left side, so that a test can apply the
rule itself and compare both sides by the interpreter.
"""

import argparse
import copy
import itertools
import re
import sys

TOKEN = re.compile(r'\s*(->|\(|\)|@\{[^}]*\}|@\w+(?:,\w+)?|\{[^}]*\}|v#-?\w+|#-?\w+|[\w.?~]+)')
ROW = re.compile(r'^\s*OP\((\w+),\s*(\d),\s*([^,)]*?)\s*[,)]')
COMMUTES_WITH_CMP = ('eq', 'ne', 'tsteq', 'tstne')
FIELD_OPS = ('extract', 'sextract', 'deposit')
BITWISE = ('vand', 'vor', 'vxor', 'vandn', 'vorn', 'vnot', 'vbsl')


class RuleError(Exception):
    pass


class Ops:
    """Operand counts and properties from the rows of opcodes.h."""

    def __init__(self, text):
        self.nargs = {'cmp': 2}
        self.comm = set()
        self.int_ops, self.vec_ops = set(), set()
        section = None
        for line in text.splitlines():
            m = re.match(r'#define (IR_\w+_OPS)', line)
            if m:
                section = m.group(1)
            m = ROW.match(line)
            if not m:
                continue
            name, nargs, flags = m.groups()
            self.nargs[name] = int(nargs)
            if 'IRF_COMM' in flags:
                self.comm.add(name)
            if section == 'IR_INT_OPS':
                self.int_ops.add(name)
            elif section == 'IR_VEC_OPS' or (name[0] == 'v' and section == 'IR_MISC_OPS'):
                self.vec_ops.add(name)


class Node:
    """kind: op, var, const (#c), lit (#0), vlit (v#0), expr ({e})."""

    def __init__(self, kind, name, args=(), cond=None, imm=None):
        self.kind, self.name, self.args = kind, name, list(args)
        self.cond, self.imm, self.type = cond, imm, None

    def walk(self):
        yield self
        for a in self.args:
            yield from a.walk()


class Parser:
    def __init__(self, text, ops):
        self.ops = ops
        self.tokens, pos = [], 0
        text = text.rstrip()
        while pos < len(text):
            m = TOKEN.match(text, pos)
            if not m:
                raise RuleError(f'cannot read: {text[pos:]}')
            self.tokens.append(m.group(1))
            pos = m.end()

    def next(self):
        if not self.tokens:
            raise RuleError('rule ends early')
        return self.tokens.pop(0)

    def node(self):
        t = self.next()
        if t == '(':
            return self.op()
        if t.startswith('v#'):
            return Node('vlit', t[2:])
        if t.startswith('#'):
            return Node('lit' if re.match(r'-?\d', t[1:]) else 'const', t[1:])
        if t.startswith('{'):
            return Node('expr', t[1:-1])
        if re.match(r'^[a-z]$', t):
            return Node('var', t)
        raise RuleError(f'unexpected {t}')

    def op(self):
        name, _, cond = self.next().partition('.')
        if name not in self.ops.nargs:
            raise RuleError(f'no operation {name}')
        args, imm = [], None
        while self.tokens and self.tokens[0] != ')':
            if self.tokens[0].startswith('@'):
                imm = self.next()[1:]
            else:
                args.append(self.node())
        if self.next() != ')' or len(args) != self.ops.nargs[name]:
            raise RuleError(f'{name} takes {self.ops.nargs[name]} operands')
        return Node('op', name, args, cond or None, imm)


class Types:
    """Type variables (numbers) joined by unification; fixed types are names."""

    def __init__(self):
        self.parent, self.fixed = [], {}

    def new(self):
        self.parent.append(len(self.parent))
        return len(self.parent) - 1

    def find(self, t):
        while isinstance(t, int) and self.parent[t] != t:
            t = self.parent[t]
        return self.fixed.get(t, t)

    def unify(self, a, b):
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        if isinstance(a, int):
            if isinstance(b, int):
                self.parent[a] = b
            else:
                self.fixed[a] = b
        elif isinstance(b, int):
            self.fixed[b] = a
        else:
            raise RuleError(f'type clash: {a} and {b}')


class Rule:
    def __init__(self, number, text, lhs, rhs, cond, ops):
        self.number, self.text, self.lhs, self.rhs, self.cond, self.ops = \
            number, text, lhs, rhs, cond, ops
        self.types = Types()
        self.var_types = {}
        self.infer(lhs)
        self.infer(rhs)
        if lhs.name != 'cmp':
            self.types.unify(lhs.type, rhs.type)

    # ---- types ----

    def operand_types(self, n):
        """(result type, operand types) of operation node n."""
        new, t = self.types.new, None
        if n.name == 'trunc':
            return 'IR_I32', ['IR_I64']
        if n.name == 'zext':
            return 'IR_I64', ['IR_I32']
        if n.name in ('setcond', 'cmp'):
            t = new()
            return new() if n.name == 'setcond' else 'cmp', [t, t]
        if n.name == 'select':
            t, r = new(), new()
            return r, [t, t, r, r]
        if n.name == 'vextract':
            return 'IR_I64', ['IR_V128']
        if n.name in ('vdup', 'vset'):
            return 'IR_V128', ['IR_I64']
        if n.name == 'vinsert':
            return 'IR_V128', ['IR_V128', 'IR_I64']
        if n.name in self.ops.vec_ops:
            return 'IR_V128', ['IR_V128'] * len(n.args)
        t = new()
        return t, [t] * len(n.args)

    def infer(self, n):
        if n.kind == 'op':
            n.type, operands = self.operand_types(n)
            n.operand_types = operands
            for a, t in zip(n.args, operands):
                self.infer(a)
                self.types.unify(a.type, t)
        elif n.kind == 'vlit':
            n.type = 'IR_V128'
        elif n.kind == 'expr':
            n.type = self.types.new()
        else:
            key = n.name if n.kind != 'lit' else n
            n.type = self.var_types.setdefault(key, self.types.new())

    def free_types(self):
        out = []
        for n in self.lhs.walk():
            for t in [n.type] + getattr(n, 'operand_types', []):
                t = self.types.find(t)
                if isinstance(t, int) and t not in out:
                    out.append(t)
        return out

    # ---- names ----

    def names(self, kind):
        return list(dict.fromkeys(n.name for n in self.lhs.walk() if n.kind == kind))

    def imm_names(self):
        return list(dict.fromkeys(i for n in self.lhs.walk() if n.imm for i in n.imm.split(',')))

    def cond_names(self):
        return list(dict.fromkeys(n.cond[1:] for n in self.lhs.walk()
                                  if n.cond and n.cond.startswith('?')))


def variants(n, ops):
    """The orders in which a pattern may stand."""
    if n.kind != 'op':
        return [n]
    out = []
    for args in itertools.product(*[variants(a, ops) for a in n.args]):
        out.append(Node('op', n.name, args, n.cond, n.imm))
        comm = n.name in ops.comm or (n.name == 'cmp' and n.cond in COMMUTES_WITH_CMP)
        pattern = [a.kind == 'op' for a in args[:2]]
        if comm and (pattern[0] or pattern[1]) and all(a.kind in ('op', 'var') for a in args):
            out.append(Node('op', n.name, args[::-1], n.cond, n.imm))
    return out


def c_cond(cond):
    if cond.startswith('?'):
        return cond[1:]
    if cond.startswith('~'):
        return f'tcg_invert_cond({cond[1:]})'
    return f'TCG_COND_{cond.upper()}'


class Matcher:
    """Emits the C function of one rule."""

    def __init__(self, rule):
        self.rule, self.out, self.decls = rule, [], []
        self.seen = {}
        self.n = 0

    def fail_unless(self, cond):
        self.out.append(f'    if (!({cond})) {{ return {self.no}; }}')

    def match(self, n, ref, depth):
        if n.kind == 'var':
            if n.name in self.seen:
                self.fail_unless(f'{n.name} == {ref}')
                return
            self.seen[n.name] = depth
            self.out.append(f'    {n.name} = {ref};')
            if depth > 1:
                self.fail_unless(f'!ir_is_stale(s, {n.name})')
        elif n.kind == 'const':
            self.fail_unless(f'ir_is_const(s, {ref}, &{n.name})')
        elif n.kind == 'lit':
            self.fail_unless(f'fold_is_value(s, {ref}, {n.name})')
        elif n.kind == 'vlit':
            self.fail_unless(f'fold_is_vconst(s, {ref}, {n.name})')
        else:
            self.n += 1
            me = f'i{self.n}'
            self.decls.append(f'    const IRInsn *{me};')
            self.out.append(f'    {me} = ir_insn(s, {ref});')
            test = f'{me}->op == IR_{n.name}'
            if n.name in self.rule.ops.vec_ops:
                test += f' && {me}->vece == vece' if n.name not in BITWISE else ''
            self.fail_unless(test)
            self.inside(n, me, depth)

    def inside(self, n, me, depth):
        if n.cond:
            if n.cond.startswith('?'):
                self.out.append(f'    {n.cond[1:]} = {me}->cond;')
            else:
                self.fail_unless(f'{me}->cond == {c_cond(n.cond)}')
        if n.imm:
            names = n.imm.split(',')
            if n.name in FIELD_OPS:
                self.out.append(f'    {names[0]} = IR_FIELD_POS({me}->imm);')
                self.out.append(f'    {names[1]} = IR_FIELD_LEN({me}->imm);')
            else:
                self.out.append(f'    {names[0]} = {me}->imm;')
        for i, a in enumerate(n.args):
            self.match(a, f'{me}->arg[{i}]', depth + 1)

    # ---- results ----

    def type_of(self, t):
        """A C expression of type t when the rule runs."""
        t = self.rule.types.find(t)
        if not isinstance(t, int):
            return t
        if self.rule.lhs.name != 'cmp' and t == self.rule.types.find(self.rule.lhs.type):
            return 'in->type'
        for n in self.rule.lhs.walk():
            if n.kind == 'var' and self.rule.types.find(n.type) == t:
                return f'ir_insn(s, {n.name})->type'
        if self.rule.lhs.name == 'cmp' and t == self.rule.types.find(self.rule.lhs.args[0].type):
            return 'T'
        raise RuleError('the type of a result is unknown')

    def result(self, n):
        """Emits what n needs and returns a C expression of its IRRef."""
        if n.kind == 'var':
            return n.name
        if n.kind == 'expr':
            return f'ir_const(s, {self.type_of(n.type)}, {n.name})'
        if n.kind == 'lit':
            return f'ir_const(s, {self.type_of(n.type)}, {n.name})'
        if n.kind == 'vlit':
            return f'ir_vconst(s, {n.name})'
        if n.kind != 'op':
            raise RuleError(f'{n.name}: not in a result')
        args = []
        for a in n.args:
            self.n += 1
            tmp = f'r{self.n}'
            value = self.result(a)
            self.decls.append(f'    IRRef {tmp};')
            self.out.append(f'    {tmp} = {value};')
            args.append(tmp)
        return self.emit(n, args)

    def emit(self, n, args):
        imm = '0'
        if n.imm:
            parts = n.imm.strip('{}').split(',', 1)
            imm = f'IR_FIELD({parts[0]}, {parts[1]})' if len(parts) == 2 else parts[0]
        joined = ', '.join(args)
        if n.name == 'cmp':
            return f'(IRCmp){{ {c_cond(n.cond)}, ir_insn(s, {args[0]})->type, {joined} }}'
        t = self.type_of(n.type)
        if n.name in ('setcond', 'select'):
            return f'ir_{n.name}(s, {c_cond(n.cond)}, {t}, ir_insn(s, {args[0]})->type, {joined})'
        if n.name in self.rule.ops.vec_ops and t == 'IR_V128':
            vece = 'MO_64' if n.name in BITWISE else 'vece'
            args = args + ['IR_NONE'] * (3 - len(args))
            return f'ir_vec(s, IR_{n.name}, {vece}, {", ".join(args)}, {imm})'
        if n.name == 'vextract':
            return f'ir_vextract(s, vece, {joined}, {imm})'
        if n.imm:
            return f'ir_op{len(args)}i(s, IR_{n.name}, {t}, {joined}, {imm})'
        return f'ir_op{len(args)}(s, IR_{n.name}, {t}, {joined})'

    def function(self):
        r = self.rule
        is_cmp = r.lhs.name == 'cmp'
        self.no = 'false' if is_cmp else 'IR_NONE'
        self.inside(r.lhs, 'in', 0)
        if r.cond:
            self.fail_unless(r.cond)
        value = self.result(r.rhs)
        if is_cmp:
            self.out.append(f'    *cmp = {value};')
            self.out.append('    return true;')
        else:
            self.out.append(f'    return {value};')
        head = (f'static bool rule_{r.number}(TCGContext *s, IRCmp *cmp)' if is_cmp else
                f'static IRRef rule_{r.number}(TCGContext *s, const IRInsn *in)')
        lines = [f'/* {r.text} */', head, '{']
        if is_cmp:
            lines.append('    const IRInsn cmp_insn = { .cond = cmp->cond, '
                         '.arg = { cmp->a, cmp->b } };')
            lines.append('    const IRInsn *in = &cmp_insn;')
            lines.append('    const unsigned T = cmp->type, vece = 0;')
        elif r.lhs.name in ('trunc', 'zext'):
            lines.append('    const unsigned T = ir_insn(s, in->arg[0])->type, vece = 0;')
        else:
            lines.append('    const unsigned T = in->type, vece = in->vece;')
        lines.append('    const unsigned W = T == IR_I32 ? 32 : 64;')
        for kind, ctype in (('var', 'IRRef'), ('const', 'uint64_t')):
            lines += [f'    {ctype} {x};' for x in r.names(kind)]
        lines += [f'    unsigned {x};' for x in r.imm_names()]
        lines += [f'    TCGCond {x};' for x in r.cond_names()]
        lines += self.decls
        lines.append('    (void)W, (void)T, (void)vece;')
        unused = r.names('var') + r.imm_names() + r.cond_names()
        body = self.out
        # a name that is matched but not used again
        voids = [f'    (void){x};' for x in unused]
        body = body[:-1 if not is_cmp else -2] + voids + body[-1 if not is_cmp else -2:]
        return '\n'.join(lines + body + ['}']) + '\n'


class TestBuilder:
    """Emits the C function that builds the left side of one rule."""

    def __init__(self, rule):
        self.rule, self.out, self.n = rule, [], 0
        self.free = rule.free_types()

    def type_of(self, t):
        t = self.rule.types.find(t)
        return f'b->type[{self.free.index(t)}]' if isinstance(t, int) else t

    def operand(self, n):
        r = self.rule
        if n.kind == 'var':
            return f'b->var[{r.names("var").index(n.name)}]'
        if n.kind == 'const':
            return f'ir_const(s, {self.type_of(n.type)}, b->k[{r.names("const").index(n.name)}])'
        if n.kind == 'lit':
            return f'ir_const(s, {self.type_of(n.type)}, {n.name})'
        if n.kind == 'vlit':
            return f'ir_vconst(s, {n.name})'
        value = self.insn(n)
        self.n += 1
        self.out.append(f'    const IRInsn n{self.n} = {value};')
        self.out.append(f'    const IRRef r{self.n} = ir_append(s, &n{self.n});')
        return f'r{self.n}'

    def insn(self, n):
        r = self.rule
        args = ', '.join([self.operand(a) for a in n.args])
        t = 'IR_I64' if n.name == 'cmp' else self.type_of(n.type)
        f = [f'.op = IR_{"setcond" if n.name == "cmp" else n.name}', f'.type = {t}',
             f'.arg = {{ {args} }}']
        if n.name in r.ops.vec_ops:
            f.append('.vece = ' + ('MO_64' if n.name in BITWISE else 'b->vece'))
        if n.cond:
            f.append('.cond = ' + (f'b->cond[{r.cond_names().index(n.cond[1:])}]'
                                   if n.cond.startswith('?') else c_cond(n.cond)))
            f.append(f'.arg_type = {self.type_of(n.args[0].type)}')
        if n.imm:
            idx = [f'b->imm[{r.imm_names().index(i)}]' for i in n.imm.split(',')]
            field = f'IR_FIELD({idx[0]}, {idx[1]})' if len(idx) == 2 else idx[0]
            f.append(f'.imm = {field}')
        return '{ ' + ', '.join(f) + ' }'

    def function(self):
        value = self.insn(self.rule.lhs)
        return '\n'.join([f'static void lhs_{self.rule.number}(TCGContext *s, const FoldBind *b, '
                          'IRInsn *root)', '{'] + self.out +
                         [f'    *root = (IRInsn){value};', '}']) + '\n'

    def row(self):
        r = self.rule
        def code(t):
            t = r.types.find(t)
            return f'FOLD_FREE + {self.free.index(t)}' if isinstance(t, int) else t
        var_types = ', '.join(code(r.var_types[v]) for v in r.names('var')) or '0'
        const_types = ', '.join(code(r.var_types[v]) for v in r.names('const')) or '0'
        kinds = []
        for i in r.imm_names():
            for n in r.lhs.walk():
                if n.imm and i in n.imm.split(','):
                    pos = n.imm.split(',').index(i)
                    t = code(n.type)
                    kind = ('FOLD_POS', 'FOLD_LEN')[pos] if n.name in FIELD_OPS else \
                        {'extract2': 'FOLD_SHIFT', 'addshl': 'FOLD_SCALE'}.get(n.name, 'FOLD_VEC')
                    kinds.append(f'{{ {kind}, {t} }}')
                    break
        return ('    { .text = "%s", .is_cmp = %s, .lhs = lhs_%d, .n_types = %d, .n_vars = %d, '
                '.var_type = { %s }, .n_consts = %d, .const_type = { %s }, .n_imms = %d, '
                '.imm = { %s }, .n_conds = %d },\n' %
                (r.text.replace('"', '\\"'), 'true' if r.lhs.name == 'cmp' else 'false', r.number,
                 len(self.free), len(r.names('var')), var_types, len(r.names('const')), const_types,
                 len(kinds), ', '.join(kinds) or '{ 0 }', len(r.cond_names())))


def parse_rules(path, ops):
    rules = []
    for number, line in enumerate(open(path, encoding='utf-8'), 1):
        text = re.sub(r'(^|\s)# .*|^#$', '', line.rstrip('\n')).strip()
        if not text:
            continue
        try:
            left, arrow, right = text.partition(' -> ')
            if not arrow:
                raise RuleError('no ->')
            result, _, cond = right.partition(' if ')
            for lhs in variants(parse_whole(left, ops), ops):
                rhs = parse_whole(result, ops)
                rules.append(Rule(len(rules), text, copy.deepcopy(lhs), rhs, cond.strip(), ops))
        except RuleError as e:
            raise RuleError(f'{path}:{number}: {e}') from None
    return rules


def parse_whole(text, ops):
    p = Parser(text, ops)
    n = p.node()
    if p.tokens:
        raise RuleError(f'left over: {" ".join(p.tokens)}')
    return n


def write_rules(rules, path):
    with open(path, 'w', encoding='utf-8') as f:
        f.write('/* Generated by scripts/gen-fold.py from tcg/fold.rules. */\n'
                '#include "qemu/osdep.h"\n#include "tcg/fold-util.h"\n\n')
        for r in rules:
            f.write(Matcher(r).function() + '\n')
        by_op = {}
        for r in rules:
            by_op.setdefault(r.lhs.name, []).append(r.number)
        f.write('IRRef ir_fold_rules(TCGContext *s, const IRInsn *in)\n{\n'
                '    IRRef r = IR_NONE;\n\n'
                '    switch (in->op) {\n')
        for op, numbers in by_op.items():
            if op == 'cmp':
                continue
            calls = ' || '.join(f'(r = rule_{i}(s, in))' for i in numbers)
            f.write(f'    case IR_{op}:\n        (void)({calls});\n        return r;\n')
        f.write('    default:\n        return IR_NONE;\n    }\n}\n\n')
        f.write('bool ir_fold_cmp_rules(TCGContext *s, IRCmp *c)\n{\n    return ' +
                ' ||\n           '.join(f'rule_{i}(s, c)' for i in by_op.get('cmp', []))
                + ';\n}\n\n')
        f.write('const IRFoldRule ir_fold_rule[] = {\n')
        for r in rules:
            kind = 'cmp' if r.lhs.name == 'cmp' else 'fold'
            f.write(f'    {{ .{kind} = rule_{r.number} }},\n')
        f.write('};\n')


def write_tests(rules, path):
    builders = [TestBuilder(r) for r in rules]
    with open(path, 'w', encoding='utf-8') as f:
        f.write('/* Generated by scripts/gen-fold.py from tcg/fold.rules. */\n'
                '#include "qemu/osdep.h"\n#include "tests/tcg/fold-test.h"\n\n')
        for b in builders:
            f.write(b.function() + '\n')
        f.write('const FoldRuleTest fold_rule_tests[] = {\n')
        for b in builders:
            f.write(b.row())
        f.write(f'}};\nconst unsigned n_fold_rule_tests = {len(rules)};\n')


def main():
    ap = argparse.ArgumentParser(description='Compile fold rules to C.')
    ap.add_argument('rules')
    ap.add_argument('opcodes')
    ap.add_argument('--rules-out')
    ap.add_argument('--tests-out')
    args = ap.parse_args()
    try:
        rules = parse_rules(args.rules, Ops(open(args.opcodes, encoding='utf-8').read()))
        if args.rules_out:
            write_rules(rules, args.rules_out)
        if args.tests_out:
            write_tests(rules, args.tests_out)
    except RuleError as e:
        sys.exit(f'gen-fold.py: {e}')


if __name__ == '__main__':
    main()
