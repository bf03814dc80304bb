/* SPDX-License-Identifier: MIT */
/*
 * Executes every fold rule: builds its left side with random constants, fields and conditions,
 * applies the rule itself, and compares both sides by the interpreter, at 32 and 64 bits, on all
 * 8-bit values of the first operand and on boundary and random values. A rule that never applies
 * fails too.
 */
#include "qemu/osdep.h"
#include "tcg/interp.h"
#include "tests/tcg/fold-test.h"
#include "tests/tcg/ir-random.h"

#define MIN_TRIALS  512 /* twice all 8-bit values */
#define MAX_TRIALS  60000
#define STATES      4
#define MIN_APPLIED 40

static const TCGInterpOps ops = { .cold_offset = offsetof(IRRandomEnv, cold) };

static IRType resolve(const FoldBind *b, unsigned code)
{
    return code >= FOLD_FREE ? b->type[code - FOLD_FREE] : code;
}

static IRRef raw1(TCGContext *s, IROp op, IRType type, IRRef a, uint64_t k)
{
    IRInsn in = { .op = op, .type = type, .arg = { a } };

    if (ir_op_info[op].nargs == 2) {
        in.arg[1] = ir_const(s, type, k);
    }
    return ir_append(s, &in);
}

/* A value of @type: a register, or one of known width, as ubits() and sbits() look for. */
static IRRef make_var(TCGContext *s, GRand *r, unsigned n, IRType type)
{
    static const IROp narrow[] = { IR_ext8u, IR_ext8s, IR_ext16u, IR_ext16s, IR_ext32u, IR_ext32s };
    IRRef ref;

    if (type == IR_V128) {
        return ir_read(s, IRR_G_V + 1 + n, IR_V128);
    }
    ref = ir_read(s, IRR_G_X + 1 + n, IR_I64);
    if (type == IR_I32) {
        ref = raw1(s, IR_trunc, IR_I32, ref, 0);
    }
    switch (g_rand_int_range(r, 0, 12)) {
    case 0 ... 2:
        return raw1(s, narrow[g_rand_int_range(r, 0, ARRAY_SIZE(narrow))], type, ref, 0);
    case 3:
        return raw1(s, IR_and, type, ref, ones(g_rand_int_range(r, 0, 33)));
    case 4:
        return raw1(s, IR_shr, type, ref, g_rand_int_range(r, 1, type == IR_I32 ? 32 : 64));
    default:
        return ref;
    }
}

static uint64_t make_const(GRand *r, const FoldBind *b, unsigned i, unsigned width)
{
    uint64_t v = ir_random_value(r);

    switch (g_rand_int_range(r, 0, 10)) {
    case 0:
        v = i ? b->k[i - 1] : 1;
        break;
    case 1:
        v = i ? width - b->k[i - 1] : width - 1;
        break;
    case 2 ... 4:
        v = g_rand_int_range(r, 0, width);
        break;
    case 5:
        v = ones(g_rand_int_range(r, 0, width + 1)) << (v & 7);
        break;
    case 6:
        v = UINT64_C(1) << (v & (width - 1));
        break;
    }
    return v & ones(width);
}

static int make_imm(GRand *r, const FoldBind *b, unsigned i, FoldImmKind kind, unsigned width)
{
    static const int common[] = { 0, 8, 16, 32 };
    int pos = i ? b->imm[i - 1] : 0;

    switch (kind) {
    case FOLD_POS:
        return g_rand_boolean(r) ? common[g_rand_int_range(r, 0, width == 32 ? 3 : 4)]
                                 : g_rand_int_range(r, 0, width);
    case FOLD_LEN: {
        int len = common[g_rand_int_range(r, 1, 4)];

        if (g_rand_int_range(r, 0, 3) == 0 && pos > 0) {
            return width - pos;
        }
        return g_rand_boolean(r) && len + pos <= width && len < width
                   ? len
                   : g_rand_int_range(r, 1, width - pos + (pos > 0));
    }
    case FOLD_SHIFT:
        return g_rand_int_range(r, 1, width);
    case FOLD_SCALE:
        return g_rand_int_range(r, 1, 4);
    default:
        return g_rand_int_range(r, 0, 16 >> b->vece);
    }
}

static void make_bind(TCGContext *s, GRand *r, const FoldRuleTest *t, FoldBind *b)
{
    b->vece = g_rand_int_range(r, 0, 4);
    for (unsigned i = 0; i < t->n_vars; i++) {
        b->var[i] = make_var(s, r, i, resolve(b, t->var_type[i]));
    }
    for (unsigned i = 0; i < t->n_consts; i++) {
        b->k[i] = make_const(r, b, i, resolve(b, t->const_type[i]) == IR_I32 ? 32 : 64);
    }
    for (unsigned i = 0; i < t->n_imms; i++) {
        b->imm[i] =
            make_imm(r, b, i, t->imm[i].kind, resolve(b, t->imm[i].type) == IR_I32 ? 32 : 64);
    }
    for (unsigned i = 0; i < t->n_conds; i++) {
        b->cond[i] = g_rand_int_range(r, 0, TCG_COND_NEVER);
    }
}

/* Sets register x0 + @n or v0 + @n (n: 4, 5 or so) to @ref. */
static void keep(TCGContext *s, unsigned n, IRRef ref)
{
    IRType type = ir_insn(s, ref)->type;

    if (type == IR_V128) {
        ir_write(s, IRR_G_V + 1 + n, IR_V128, ref);
    } else {
        ref = type == IR_I32 ? raw1(s, IR_zext, IR_I64, ref, 0) : ref;
        ir_write(s, IRR_G_X + 1 + n, IR_I64, ref);
    }
}

/* Applies rule @i; IR_NONE if it does not apply. */
static IRRef apply(TCGContext *s, unsigned i, const IRInsn *root)
{
    IRCmp c = { root->cond, root->arg_type, root->arg[0], root->arg[1] };
    IRInsn out = { .op = IR_setcond, .type = IR_I64 };

    if (!ir_fold_rule[i].cmp) {
        return ir_fold_rule[i].fold(s, root);
    }
    if (!ir_fold_rule[i].cmp(s, &c)) {
        return IR_NONE;
    }
    out.cond = c.cond;
    out.arg_type = c.type;
    out.arg[0] = c.a;
    out.arg[1] = c.b;
    return ir_append(s, &out);
}

static void compare(TCGContext *s, GRand *r, const FoldRuleTest *t, unsigned trial)
{
    IRRandomEnv env = { 0 };
    TCGInterpExit out;

    for (unsigned i = 0; i < STATES; i++) {
        ir_random_state(&env, r);
        env.x[0] = i ? env.x[0] : (uint64_t)(int8_t)trial;
        env.v[0].b[0] = i ? env.v[0].b[0] : trial;
        env.x[4] = env.x[5] = 0;
        env.v[4] = env.v[5] = (TCGVec){ .d = { 0, 0 } };
        tcg_interp_run(&ops, &s->ir, (CPUArchState *)&env, &out);
        if (env.x[4] != env.x[5] || memcmp(&env.v[4], &env.v[5], sizeof(TCGVec))) {
            g_autoptr(GString) text = g_string_new(NULL);

            ir_print(&s->ir, text);
            g_error("%s\ngives %" PRIx64 " for %" PRIx64 " (vector %" PRIx64 " for %" PRIx64
                    ")\n%s",
                    t->text, env.x[5], env.x[4], env.v[5].d[0], env.v[4].d[0], text->str);
        }
    }
}

/* One trial; whether the rule applied. */
static bool try_rule(TCGContext *s, GRand *r, unsigned i, unsigned types, unsigned trial)
{
    const FoldRuleTest *t = &fold_rule_tests[i];
    FoldBind b = { 0 };
    IRRef left, right;
    IRInsn root;

    for (unsigned k = 0; k < t->n_types; k++) {
        b.type[k] = types >> k & 1 ? IR_I64 : IR_I32;
    }
    tcg_func_start(s);
    make_bind(s, r, t, &b);
    t->lhs(s, &b, &root);
    left = ir_append(s, &root);
    right = apply(s, i, &root);
    if (!right) {
        return false;
    }
    g_assert_cmpint(ir_insn(s, right)->type, ==, ir_insn(s, left)->type);
    keep(s, 4, left);
    keep(s, 5, right);
    tcg_gen_exit_tb();
    g_autofree char *msg = ir_verify(&s->ir);
    if (msg) {
        g_autoptr(GString) text = g_string_new(NULL);

        ir_print(&s->ir, text);
        g_error("%s: %s\n%s", t->text, msg, text->str);
    }
    compare(s, r, t, trial);
    return true;
}

static void test_rules(void)
{
    TCGContext *s = tcg_context_new(ir_random_globals, IRR_N_GLOBALS, NULL);
    GRand *r = g_rand_new_with_seed(2);

    for (unsigned i = 0; i < n_fold_rule_tests; i++) {
        unsigned variants = 1u << fold_rule_tests[i].n_types;
        unsigned applied = 0;

        for (unsigned n = 0; n < MAX_TRIALS && (n < MIN_TRIALS || applied < MIN_APPLIED); n++) {
            applied += try_rule(s, r, i, n % variants, n / variants);
        }
        if (applied == 0) {
            g_error("never applies: %s", fold_rule_tests[i].text);
        }
    }
    g_rand_free(r);
    tcg_context_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcg/fold/rules", test_rules);
    return g_test_run();
}
