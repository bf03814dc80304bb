/* SPDX-License-Identifier: MIT */
/*
 * Runs one .ir file: IR text, and what a pass makes of it.
 *
 *     ; pass: NAME           fold, liveness, optimize, or verify (a message is expected)
 *     ; check: LINE          this line comes next among those not yet looked at, others before it
 *     ; check-next: LINE     ... directly after the line of the check before
 *     ; check-not: TEXT      no remaining line up to the next check has this text in it
 *
 * %names in checks stand for any reference, the same name for the same one. Globals are those of
 * ir-random.h. Without arguments it prints random programs and reads them back.
 */
#include "qemu/osdep.h"
#include "ir-parse.h"
#include "ir-random.h"

static char *directive(const char *line, const char *name)
{
    g_autofree char *head = g_strdup_printf("; %s: ", name);

    return g_str_has_prefix(line, head) ? g_strstrip(g_strdup(line + strlen(head))) : NULL;
}

static size_t name_length(const char *p)
{
    size_t n = 0;

    while (isalnum((unsigned char)p[n]) || p[n] == '_') {
        n++;
    }
    return n;
}

/* Whether @line is @pattern under the bindings of names made so far; binds new ones. */
static bool matches(GHashTable *bound, const char *pattern, const char *line)
{
    g_autoptr(GHashTable) fresh = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    GHashTableIter it;
    gpointer key, val;

    while (*pattern && *pattern == *line) {
        if (*pattern++ != '%' || !isdigit((unsigned char)*++line)) {
            line += pattern[-1] != '%';
            continue;
        }
        g_autofree char *name = g_strndup(pattern, name_length(pattern));
        g_autofree char *ref = g_strndup(line, name_length(line));
        const char *have = g_hash_table_lookup(bound, name);

        have = have ? have : g_hash_table_lookup(fresh, name);
        if (have && strcmp(have, ref)) {
            return false;
        }
        pattern += strlen(name);
        line += strlen(ref);
        g_hash_table_insert(fresh, g_strdup(name), g_strdup(ref));
    }
    if (*pattern || *line) {
        return false;
    }
    g_hash_table_iter_init(&it, fresh);
    while (g_hash_table_iter_next(&it, &key, &val)) {
        g_hash_table_insert(bound, g_strdup(key), g_strdup(val));
    }
    return true;
}

static void run_checks(const char *path, char **input, const char *output)
{
    g_autoptr(GHashTable) bound = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) out = g_strsplit(output, "\n", 0);
    g_autofree char *forbidden = NULL;
    unsigned at = 0, n_checks = 0;

    for (char **line = input; *line; line++) {
        g_autofree char *check = directive(*line, "check");
        g_autofree char *next = directive(*line, "check-next");
        g_autofree char *not_ = directive(*line, "check-not");
        const char *want = check ? check : next;

        if (not_) {
            g_free(forbidden);
            forbidden = g_steal_pointer(&not_);
            n_checks++;
        }
        if (!want) {
            continue;
        }
        for (n_checks++;; at++) {
            if (!out[at]) {
                g_error("%s: not found: %s\n%s", path, want, output);
            }
            if (matches(bound, want, g_strstrip(out[at]))) {
                at++;
                break;
            }
            if (next || (forbidden && strstr(out[at], forbidden))) {
                g_error("%s: at '%s', want %s\n%s", path, out[at], want, output);
            }
        }
        g_clear_pointer(&forbidden, g_free);
    }
    for (; forbidden && out[at]; at++) {
        if (strstr(out[at], forbidden)) {
            g_error("%s: '%s' has %s\n%s", path, out[at], forbidden, output);
        }
    }
    g_assert_cmpuint(n_checks, >, 0);
}

/* The output of pass @name over the IR in @s: the IR, or the verifier's message. */
static char *run_pass(TCGContext *s, const char *name)
{
    GString *out = g_string_new(NULL);

    if (!strcmp(name, "verify")) {
        g_autofree char *msg = ir_verify(&s->ir);

        return g_string_free(g_string_assign(out, msg ? msg : "ok"), FALSE);
    }
    if (!strcmp(name, "liveness")) {
        ir_pass_liveness(&s->ir);
    } else if (!strcmp(name, "optimize")) {
        tcg_optimize(&s->ir);
    } else {
        g_assert_cmpstr(name, ==, "fold");
    }
    g_autofree char *msg = ir_verify(&s->ir);
    g_assert_cmpstr(msg, ==, NULL);
    ir_print(&s->ir, out);
    return g_string_free(out, FALSE);
}

static void test_file(gconstpointer data)
{
    const char *path = data;
    TCGContext *s = tcg_context_new(ir_random_globals, IRR_N_GLOBALS, NULL);
    g_autofree char *text = NULL, *error = NULL, *pass = NULL, *output = NULL;
    g_auto(GStrv) lines = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", 0);
    for (char **line = lines; *line && !pass; line++) {
        pass = directive(*line, "pass");
    }
    g_assert_nonnull(pass);
    if (!ir_parse(s, text, !strcmp(pass, "fold") || !strcmp(pass, "optimize"), &error)) {
        g_error("%s: %s", path, error);
    }
    output = run_pass(s, pass);
    run_checks(path, lines, output);
    tcg_context_free(s);
}

/* What is printed can be read, and prints the same but for the numbers of the values. */
static void test_round_trip(void)
{
    TCGContext *s = tcg_context_new(ir_random_globals, IRR_N_GLOBALS, NULL);
    TCGContext *t = tcg_context_new(ir_random_globals, IRR_N_GLOBALS, NULL);
    IRRandomOptions opt = { IRR_ALL, 40, 0x40000000, 512 };
    GRand *r = g_rand_new_with_seed(3);

    for (unsigned i = 0; i < 200; i++) {
        g_autoptr(GString) a = g_string_new(NULL), b = g_string_new(NULL);
        g_autoptr(GHashTable) bound =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_autofree char *error = NULL;

        ir_random_block(s, r, &opt);
        ir_print(&s->ir, a);
        tcg_func_start(t);
        if (!ir_parse(t, a->str, false, &error)) {
            g_error("%s\n%s", error, a->str);
        }
        ir_print(&t->ir, b);
        if (!matches(bound, a->str, b->str)) {
            g_error("printed:\n%s\nread:\n%s", a->str, b->str);
        }
    }
    g_rand_free(r);
    tcg_context_free(s);
    tcg_context_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcg/passes/round-trip", test_round_trip);
    for (int i = 1; i < argc; i++) {
        g_autofree char *base = g_path_get_basename(argv[i]);
        g_autofree char *name = g_strdup_printf("/tcg/passes/%s", base);

        g_test_add_data_func(name, argv[i], test_file);
    }
    return g_test_run();
}
