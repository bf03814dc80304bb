/* SPDX-License-Identifier: MIT */
/* Option arguments: good, malformed, and hostile. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/keyval.h"

typedef struct ParseCase {
    const char *text;
    const char *implied;
    const char *expected; /* "key=value;" for each pair, or NULL: an error */
} ParseCase;

static const ParseCase parse_cases[] = {
    { "", NULL, "" },
    { "a=1", NULL, "a=1;" },
    { "a=1,b=2", NULL, "a=1;b=2;" },
    { "a=1,a=2", NULL, "a=1;a=2;" },
    { "virt,gic-version=2", "type", "type=virt;gic-version=2;" },
    { "type=virt", "type", "type=virt;" },
    { "a=x,,y,b=z", NULL, "a=x,y;b=z;" },
    { "a=,,,,", NULL, "a=,,;" },
    { "a=,,,b=1", NULL, "a=,;b=1;" },
    { "/a,,b/c,d=e", "path", "path=/a,b/c;d=e;" },
    { "a=b=c", NULL, "a=b=c;" },
    { "a=", NULL, "a=;" },
    { "snapshot,nosignal", NULL, "snapshot=on;signal=off;" },
    { "no", NULL, "no=on;" },
    { "x,", "type", "type=x;" },
    { ",a=1", "type", "type=;a=1;" },
    { "a=help", NULL, "a=help;" },
    { "help", "type", "" },
    { "virt,help", "type", "type=virt;" },
    { "?", NULL, "" },
    { "=1", NULL, NULL },
    { "a=1,=2", NULL, NULL },
    { "a=1, b=2", NULL, NULL },
    { "a b", NULL, NULL },
    { ",", NULL, NULL },
    { "\xff\xfe", NULL, NULL },
    { "a;rm=1", NULL, NULL },
    { "%s%n", NULL, NULL },
};

static void test_parse(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(parse_cases); i++) {
        const ParseCase *c = &parse_cases[i];
        Error *err = NULL;
        g_autoptr(KeyVal) kv = keyval_parse(c->text, c->implied, &err);
        g_autoptr(GString) got = g_string_new(NULL);

        g_test_message("'%s'", c->text);
        g_assert_true((kv != NULL) == (err == NULL));
        for (size_t j = 0; kv && j < keyval_count(kv); j++) {
            g_string_append_printf(got, "%s=%s;", keyval_key(kv, j), keyval_value(kv, j));
        }
        g_assert_cmpstr(kv ? got->str : NULL, ==, c->expected);
        error_free(err);
    }
}

static void test_help(void)
{
    static const char *const yes[] = { "help", "?", "virt,help", "help,a=1", NULL };
    static const char *const no[] = { "virt", "a=help", "type=help", "", NULL };

    for (const char *const *p = yes; *p; p++) {
        g_autoptr(KeyVal) kv = keyval_parse(*p, "type", &error_abort);
        g_assert_true(keyval_wants_help(kv));
    }
    for (const char *const *p = no; *p; p++) {
        g_autoptr(KeyVal) kv = keyval_parse(*p, "type", &error_abort);
        g_assert_false(keyval_wants_help(kv));
    }
}

static void test_long_input(void)
{
    g_autofree char *key = g_strnfill(KEYVAL_KEY_MAX, 'k');
    g_autofree char *good = g_strdup_printf("%s=1", key);
    g_autofree char *bad = g_strdup_printf("%sk=1", key);
    g_autofree char *bare = g_strnfill(100000, 'n');
    g_autofree char *value = g_strnfill(1 << 20, ',');
    g_autofree char *commas = g_strdup_printf("a=%s", value);
    Error *err = NULL;

    g_autoptr(KeyVal) kv = keyval_parse(good, NULL, &error_abort);
    g_assert_cmpstr(keyval_get(kv, key), ==, "1");
    g_assert_null(keyval_parse(bad, NULL, &err));
    error_free_or_abort(&err);
    g_assert_null(keyval_parse(bare, NULL, &err));
    g_assert_cmpuint(strlen(error_get_pretty(err)), <, 300);
    error_free_or_abort(&err);

    g_autoptr(KeyVal) big = keyval_parse(commas, NULL, &error_abort);
    g_assert_cmpuint(strlen(keyval_get(big, "a")), ==, 1 << 19);
}

/* Arbitrary bytes never crash, and what parses has non-empty keys. */
static void test_random(void)
{
    static const char alphabet[] = "ab=,,no.-_? \x01\xff%";
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);

    for (int i = 0; i < 20000; i++) {
        char text[24];
        int len = g_rand_int_range(rand, 0, sizeof(text));
        for (int j = 0; j < len; j++) {
            text[j] = alphabet[g_rand_int_range(rand, 0, sizeof(alphabet) - 1)];
        }
        text[len] = '\0';
        g_autoptr(KeyVal) kv = keyval_parse(text, i & 1 ? "type" : NULL, NULL);
        for (size_t j = 0; kv && j < keyval_count(kv); j++) {
            g_assert_cmpuint(strlen(keyval_key(kv, j)), >, 0);
            g_assert_true(keyval_get(kv, keyval_key(kv, j)) != NULL);
        }
    }
}

static void test_typed(void)
{
    g_autoptr(KeyVal) kv = keyval_parse(
        "b=on,c=maybe,n=0x10,big=99999999999999999999,m=512,g=2G,neg=-1,e=", NULL, &error_abort);
    Error *err = NULL;
    bool flag = false;
    uint64_t n = 7;

    g_assert_true(keyval_get_bool(kv, "b", &flag, &error_abort));
    g_assert_true(flag);
    g_assert_true(keyval_get_bool(kv, "absent", &flag, &error_abort));
    g_assert_true(flag);
    g_assert_false(keyval_get_bool(kv, "c", &flag, &err));
    error_free_or_abort(&err);

    g_assert_true(keyval_get_uint(kv, "absent", 100, &n, &error_abort));
    g_assert_cmpuint(n, ==, 7);
    g_assert_true(keyval_get_uint(kv, "n", 100, &n, &error_abort));
    g_assert_cmpuint(n, ==, 16);
    for (const char *const *key = (const char *const[]){ "big", "neg", "e", "b", "m", NULL }; *key;
         key++) {
        g_assert_false(keyval_get_uint(kv, *key, 100, &n, &err));
        error_free_or_abort(&err);
    }
    g_assert_true(keyval_get_size(kv, "m", true, &n, &error_abort));
    g_assert_cmpuint(n, ==, 512ull << 20);
    g_assert_true(keyval_get_size(kv, "g", true, &n, &error_abort));
    g_assert_cmpuint(n, ==, 2ull << 30);
    g_assert_true(keyval_get_size(kv, "m", false, &n, &error_abort));
    g_assert_cmpuint(n, ==, 512);
    for (const char *const *key = (const char *const[]){ "big", "neg", "e", "b", NULL }; *key;
         key++) {
        g_assert_false(keyval_get_size(kv, *key, true, &n, &err));
        error_free_or_abort(&err);
    }
}

static void test_unknown_key(void)
{
    static const char *const known[] = { "cpus", "maxcpus", "sockets", "cores", "threads", NULL };
    g_autoptr(KeyVal) good = keyval_parse("4,cores=2", "cpus", &error_abort);
    g_autoptr(KeyVal) typo = keyval_parse("4,core=2", "cpus", &error_abort);
    g_autoptr(KeyVal) far = keyval_parse("4,zzzzzz=2", "cpus", &error_abort);
    Error *err = NULL;

    g_assert_true(keyval_check_keys(good, known, "-smp", &error_abort));
    g_assert_false(keyval_check_keys(typo, known, "-smp", &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "-smp has no parameter 'core'; did you mean 'cores'?");
    error_free(err);
    err = NULL;
    g_assert_false(keyval_check_keys(far, known, "-smp", &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "-smp has no parameter 'zzzzzz'");
    error_free(err);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keyval/parse", test_parse);
    g_test_add_func("/keyval/help", test_help);
    g_test_add_func("/keyval/long", test_long_input);
    g_test_add_func("/keyval/random", test_random);
    g_test_add_func("/keyval/typed", test_typed);
    g_test_add_func("/keyval/unknown-key", test_unknown_key);
    return g_test_run();
}
