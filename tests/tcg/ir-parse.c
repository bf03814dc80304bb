/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"
#include "ir-parse.h"
#include "qemu/host-utils.h"

typedef struct Parser {
    TCGContext *s;
    GHashTable *names; /* name without % -> IRRef */
    const char *p;
    char *error;
} Parser;

static bool fail(Parser *t, const char *what)
{
    if (!t->error) {
        t->error = g_strdup_printf("%s at: %s", what, t->p);
    }
    return false;
}

static void skip(Parser *t)
{
    while (*t->p == ' ' || *t->p == ',') {
        t->p++;
    }
}

static bool eat(Parser *t, const char *word)
{
    size_t n = strlen(word);

    skip(t);
    if (strncmp(t->p, word, n)) {
        return false;
    }
    t->p += n;
    return true;
}

/* Letters, digits and underscores. */
static char *word(Parser *t)
{
    const char *start = t->p;

    while (isalnum((unsigned char)*t->p) || *t->p == '_') {
        t->p++;
    }
    return g_strndup(start, t->p - start);
}

static int find(const char *name, const char *const *table, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (!strcmp(name, table[i])) {
            return i;
        }
    }
    return -1;
}

static const char *const types[] = { "void", "i32", "i64", "ptr", "v128" };
static const char *const conds[] = { "eq",  "ne",  "lt",  "ge",    "le",    "gt",    "ltu",
                                     "geu", "leu", "gtu", "tsteq", "tstne", "never", "always" };
static const char *const atomics[] = { "xchg", "add",  "and",  "andn", "or",
                                       "xor",  "smax", "smin", "umax", "umin" };
static const char *const veces[] = { "b", "h", "s", "d", "q" };
static const char *const call_flags[] = { "pure", "no_wg", "no_raise", "env", "fp" };

static bool parse_type(Parser *t, uint8_t *type)
{
    g_autofree char *name = word(t);
    int i = find(name, types, ARRAY_SIZE(types));

    *type = i;
    return i >= 0 || fail(t, "no such type");
}

static bool parse_op(Parser *t, IRInsn *in)
{
    g_autofree char *name = word(t);

    for (unsigned i = 0; i < IR_NOPS; i++) {
        if (!strcmp(name, ir_op_info[i].name)) {
            in->op = i;
            return true;
        }
    }
    return fail(t, "no such operation");
}

/* The suffixes .cond.type, .atomic, .number, .size in any order. */
static bool parse_suffixes(Parser *t, IRInsn *in)
{
    while (*t->p == '.') {
        g_autofree char *w = (t->p++, word(t));
        int i;

        if (isdigit((unsigned char)w[0])) {
            bool is_edge = in->op == IR_brcond || in->op == IR_goto_tb;

            *(is_edge ? &in->vece : &in->cond) = atoi(w);
        } else if (in->op == IR_atomic_rmw && (i = find(w, atomics, ARRAY_SIZE(atomics))) >= 0) {
            in->cond = i;
        } else if (ir_has_cond(in->op) && (i = find(w, conds, ARRAY_SIZE(conds))) >= 0) {
            in->cond = i;
        } else if (ir_has_cond(in->op) && (i = find(w, types, ARRAY_SIZE(types))) >= 0) {
            in->arg_type = i;
        } else if ((i = find(w, veces, ARRAY_SIZE(veces))) >= 0) {
            in->vece = i;
        } else {
            return fail(t, "no such suffix");
        }
    }
    return true;
}

static bool parse_int(Parser *t, int64_t *val)
{
    char *end;

    skip(t);
    errno = 0;
    *val = *t->p == '-' || *t->p == '+' ? strtoll(t->p, &end, 0) : (int64_t)strtoull(t->p, &end, 0);
    if (end == t->p || errno) {
        return fail(t, "no number");
    }
    t->p = end;
    return true;
}

static bool parse_ref(Parser *t, IRType type, IRRef *ref)
{
    g_autofree char *name = NULL;
    int64_t val;

    if (eat(t, "#")) {
        if (!parse_int(t, &val)) {
            return false;
        }
        *ref = ir_const(t->s, type, val);
        return true;
    }
    if (!eat(t, "%")) {
        return fail(t, "no operand");
    }
    name = word(t);
    *ref = GPOINTER_TO_UINT(g_hash_table_lookup(t->names, name));
    return *ref || fail(t, "not defined");
}

static bool parse_memop(Parser *t, IRInsn *in)
{
    static const char *const names[] = { ".align16", ".align", ".atomic", ".probe", ".unpriv" };
    static const uint32_t bits[] = { MO_ALIGN_16, MO_ALIGN, MO_ATOMIC, MO_PROBE, MO_UNPRIV };
    int64_t disp, size, count = 1;

    if (!parse_int(t, &disp)) {
        return false;
    }
    in->disp = disp;
    in->memop = eat(t, "s") ? MO_SIGN : 0;
    eat(t, "u");
    if (!parse_int(t, &size) || (*t->p == 'x' && (t->p++, !parse_int(t, &count)))) {
        return false;
    }
    in->memop |= ctz32(size / 8) | MO_COUNT(count);
    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        in->memop |= eat(t, names[i]) ? bits[i] : 0;
    }
    if (eat(t, ".table")) {
        if (!parse_int(t, &size)) {
            return false;
        }
        in->memop |= (uint32_t)size << MO_TABLE_SHIFT;
    }
    return true;
}

static bool parse_call(Parser *t, IRInsn *in)
{
    IRCall *call = &t->s->calls[t->s->ir.n_calls];
    g_autofree char *name = NULL;
    int64_t desc = 0;

    skip(t);
    memset(call, 0, sizeof(*call));
    name = word(t);
    call->name = g_intern_string(name);
    call->ret = in->type;
    if (!eat(t, "(")) {
        return fail(t, "no (");
    }
    while (!eat(t, ")")) {
        if (call->nargs == ARRAY_SIZE(call->arg) ||
            !parse_ref(t, in->op == IR_call ? IR_I64 : IR_V128, &call->arg[call->nargs++])) {
            return fail(t, "bad argument");
        }
    }
    for (unsigned i = 0; i < ARRAY_SIZE(call_flags); i++) {
        call->flags |= eat(t, call_flags[i]) ? 1u << i : 0;
    }
    if (eat(t, "desc=") && !parse_int(t, &desc)) {
        return false;
    }
    call->desc = desc;
    in->imm = t->s->ir.n_calls++;
    return true;
}

static bool parse_global(Parser *t, IRInsn *in)
{
    g_autofree char *name = NULL;

    skip(t);
    name = word(t);
    for (unsigned i = 0; i < t->s->ir.n_globals; i++) {
        if (!strcmp(name, t->s->ir.globals[i].name)) {
            in->imm = i;
            in->type = t->s->ir.globals[i].type;
            return true;
        }
    }
    return fail(t, "no such global");
}

/* The type that a result has when the text does not say. */
static void default_type(IRInsn *in)
{
    if (in->op == IR_st || in->op == IR_stenv) {
        in->type = IR_I64;
    } else if (in->op == IR_vst) {
        in->type = IR_V128;
    }
}

static bool parse_imm(Parser *t, IRInsn *in)
{
    int64_t pos, len;

    switch (ir_imm_kind(in->op)) {
    case IR_IMM_NONE:
        return true;
    case IR_IMM_INT:
        return parse_int(t, &in->imm);
    case IR_IMM_GLOBAL:
        return parse_global(t, in);
    case IR_IMM_FIELD:
        if (!parse_int(t, &pos) || !parse_int(t, &len)) {
            return false;
        }
        in->imm = IR_FIELD(pos, len);
        return true;
    case IR_IMM_MEM:
        return parse_memop(t, in);
    case IR_IMM_CALL:
        return parse_call(t, in);
    }
    return false;
}

static bool parse_operands(Parser *t, IRInsn *in)
{
    unsigned n = ir_imm_kind(in->op) == IR_IMM_CALL ? 0 : ir_op_info[in->op].nargs;

    if (in->op == IR_set) {
        /* The operand's type is the global's, which stands behind it. */
        const char *start = t->p, *comma = strchr(t->p, ',');

        t->p = comma ? comma : start;
        if (!parse_global(t, in)) {
            return false;
        }
        t->p = start;
    } else if (IR_IS_CALL_TB(in->op) && strchr(t->p, '%') == NULL && strchr(t->p, '#') == NULL) {
        n = 0; /* direct */
    }
    for (unsigned i = 0; i < n; i++) {
        if (!parse_ref(t, ir_arg_type(&t->s->ir, in, i), &in->arg[i])) {
            return false;
        }
    }
    return parse_imm(t, in);
}

/* As the builder does for a side exit; the outcome must not be known. */
static void fold_branch(Parser *t, IRInsn *in)
{
    IRCmp c = { in->cond, in->arg_type, in->arg[0], in->arg[1] };

    g_assert_cmpint(ir_fold_cmp(t->s, &c), <, 0);
    in->cond = c.cond;
    in->arg_type = c.type;
    in->arg[0] = c.a;
    in->arg[1] = c.b;
}

static bool parse_line(Parser *t, bool fold)
{
    g_autofree char *name = NULL;
    IRInsn in = { 0 };
    IRRef ref;

    if (eat(t, "%")) {
        name = word(t);
        if (!eat(t, ":") || !parse_type(t, &in.type) || !eat(t, "=")) {
            return fail(t, "not %name:type = ...");
        }
    }
    skip(t);
    if (!parse_op(t, &in)) {
        return false;
    }
    default_type(&in);
    if (!parse_suffixes(t, &in) || !parse_operands(t, &in)) {
        return false;
    }
    skip(t);
    if (*t->p) {
        return fail(t, "left over");
    }
    if (fold && in.op == IR_brcond) {
        fold_branch(t, &in);
    }
    fold = fold && !(ir_op_info[in.op].flags & ~IRF_COMM) && in.op != IR_get;
    ref = fold ? ir_emit(t->s, &in) : ir_append(t->s, &in);
    if (name) {
        g_hash_table_insert(t->names, g_steal_pointer(&name), GUINT_TO_POINTER(ref));
    }
    return true;
}

bool ir_parse(TCGContext *s, const char *text, bool fold, char **error)
{
    Parser t = { .s = s, .names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
    g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
    bool ok = true;

    for (char **line = lines; *line && ok; line++) {
        char *comment = strchr(*line, ';');

        if (comment) {
            *comment = '\0';
        }
        t.p = g_strstrip(*line);
        ok = !*t.p || parse_line(&t, fold);
    }
    g_hash_table_destroy(t.names);
    *error = t.error;
    return ok;
}
