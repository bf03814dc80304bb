/* SPDX-License-Identifier: MIT */
/*
 * Walk a generated decoder: every row of its table, with random bits where the row has fields,
 * must reach the trans_ function of the first row that matches.
 */
#include <glib.h>
#include <string.h>

#include "target/decode-entry.h"

enum { TRIES_PER_ROW = 2000, RANDOM_WORDS = 200000 };

/* The name that the decoder chose, or NULL. */
struct DisasContext {
    const char *hit;
};

bool decode_hit(struct DisasContext *ctx, const char *name, const void *args, size_t size)
{
    ctx->hit = name;
    return true;
}

static void check_word(uint32_t insn)
{
    const DecodeEntry *row = decode_find(decode_walk.rows, decode_walk.count, insn);
    bool allocated = row && strcmp(row->name, "UNDEFINED") != 0;
    struct DisasContext ctx = { NULL };
    bool done = decode_walk.disas(&ctx, insn);

    if (done != allocated || (done && strcmp(ctx.hit, row->name) != 0)) {
        g_error("%s: %08x decodes as %s, the table says %s", decode_walk.name, insn,
                done ? ctx.hit : "nothing", allocated ? row->name : "nothing");
    }
}

static void test_rows(void)
{
    for (size_t i = 0; i < decode_walk.count; i++) {
        const DecodeEntry *row = &decode_walk.rows[i];

        g_assert_cmphex(row->value & ~row->mask, ==, 0);
        check_word(row->value);
        check_word(row->value | ~row->mask);
        for (int n = 0; n < TRIES_PER_ROW; n++) {
            check_word(row->value | (g_test_rand_int() & ~row->mask));
        }
    }
}

static void test_random_words(void)
{
    for (int n = 0; n < RANDOM_WORDS; n++) {
        check_word(g_test_rand_int());
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/decode/rows", test_rows);
    g_test_add_func("/decode/random-words", test_random_words);
    return g_test_run();
}
