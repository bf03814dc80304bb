/* SPDX-License-Identifier: MIT */
/*
 * Expressions of `print` and `x`: 64-bit unsigned arithmetic with C's operators and precedence.
 * Recursive descent by precedence climbing; the nesting of parentheses and signs is bounded.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"

#include "monitor-internal.h"

#define MAX_DEPTH 64

typedef struct Parser {
    const char *at;
    int depth;
    Error **errp;
} Parser;

static const struct {
    const char *text;
    int precedence;
} operators[] = {
    { "|", 1 }, { "^", 2 }, { "&", 3 }, { "<<", 4 }, { ">>", 4 },
    { "+", 5 }, { "-", 5 }, { "*", 6 }, { "/", 6 },  { "%", 6 },
};

static void skip_blanks(Parser *p)
{
    p->at += strspn(p->at, " \t");
}

/* The index of the operator at the cursor, or -1. */
static int peek_operator(Parser *p)
{
    skip_blanks(p);
    for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
        if (g_str_has_prefix(p->at, operators[i].text)) {
            return i;
        }
    }
    return -1;
}

static bool apply(Parser *p, char op, uint64_t *a, uint64_t b)
{
    switch (op) {
    case '|':
        *a |= b;
        break;
    case '^':
        *a ^= b;
        break;
    case '&':
        *a &= b;
        break;
    case '<':
        *a = b < 64 ? *a << b : 0;
        break;
    case '>':
        *a = b < 64 ? *a >> b : 0;
        break;
    case '+':
        *a += b;
        break;
    case '-':
        *a -= b;
        break;
    case '*':
        *a *= b;
        break;
    default:
        if (b == 0) {
            error_setg(p->errp, "division by zero");
            return false;
        }
        *a = op == '/' ? *a / b : *a % b;
        break;
    }
    return true;
}

static bool parse_binary(Parser *p, int min_precedence, uint64_t *value);

/* In the CPU's own thread. */
static void read_pc(CPUState *cs, run_on_cpu_data data)
{
    *(uint64_t *)data.host_ptr = CPU_GET_CLASS(cs)->get_pc(cs);
}

static bool parse_register(Parser *p, uint64_t *value)
{
    size_t len = 0;
    while (g_ascii_isalnum(p->at[len]) || p->at[len] == '_') {
        len++;
    }
    Monitor *mon = monitor_cur();
    CPUState *cs = mon ? qemu_get_cpu(mon->cpu_index) : NULL;
    if (len != 2 || strncmp(p->at, "pc", 2)) {
        error_setg(p->errp, "unknown register '$%.*s'; there is: $pc", (int)MIN(len, 32), p->at);
        return false;
    }
    if (!cs || !CPU_GET_CLASS(cs)->get_pc) {
        error_setg(p->errp, "this machine has no CPU");
        return false;
    }
    p->at += len;
    run_on_cpu(cs, read_pc, RUN_ON_CPU_HOST_PTR(value));
    return true;
}

static bool parse_number(Parser *p, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = g_ascii_isdigit(*p->at) ? strtoull(p->at, &end, 0) : 0;
    if (!g_ascii_isdigit(*p->at) || errno || g_ascii_isalnum(*end)) {
        error_setg(p->errp, "expected a number at '%.20s'", p->at);
        return false;
    }
    p->at = end;
    return true;
}

static bool parse_unary(Parser *p, uint64_t *value)
{
    bool ok;

    skip_blanks(p);
    if (p->depth >= MAX_DEPTH) {
        error_setg(p->errp, "expression is nested too deeply");
        return false;
    }
    p->depth++;
    switch (*p->at) {
    case '-':
    case '+':
    case '~': {
        char op = *p->at++;
        ok = parse_unary(p, value);
        *value = op == '-' ? -*value : op == '~' ? ~*value : *value;
        break;
    }
    case '(':
        p->at++;
        ok = parse_binary(p, 0, value);
        skip_blanks(p);
        if (ok && *p->at != ')') {
            error_setg(p->errp, "')' is missing");
            ok = false;
        }
        p->at += ok;
        break;
    case '$':
        p->at++;
        ok = parse_register(p, value);
        break;
    default:
        ok = parse_number(p, value);
        break;
    }
    p->depth--;
    return ok;
}

static bool parse_binary(Parser *p, int min_precedence, uint64_t *value)
{
    if (!parse_unary(p, value)) {
        return false;
    }
    for (int op; (op = peek_operator(p)) >= 0 && operators[op].precedence > min_precedence;) {
        uint64_t right = 0;
        p->at += strlen(operators[op].text);
        if (!parse_binary(p, operators[op].precedence, &right) ||
            !apply(p, operators[op].text[0], value, right)) {
            return false;
        }
    }
    return true;
}

bool monitor_parse_expr(const char **text, uint64_t *value, Error **errp)
{
    Parser p = { .at = *text, .errp = errp };
    uint64_t result = 0;

    if (!parse_binary(&p, 0, &result)) {
        return false;
    }
    skip_blanks(&p);
    *text = p.at;
    *value = result;
    return true;
}
