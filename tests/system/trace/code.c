/* SPDX-License-Identifier: MIT */
/*
 * Code that changes: written in place, from its own page and block, through another mapping, by
 * IC IVAU and IC IALLU, often enough to be translated again with more effort; and code that another
 * page takes the place of (B2.4.4).
 */
#include "trace.h"

#define AREA  0x70100000ull /* code that is written here runs there */
#define ALIAS 0x0000008000000000ull

static uint32_t movz(unsigned value)
{
    return 0xd2800000 | value << 5;
}

#define RET 0xd65f03c0

static void sync(uint64_t addr)
{
    __asm__ volatile("dc cvau, %0\n dsb ish\n ic ivau, %0\n dsb ish\n isb" ::"r"(addr) : "memory");
}

static void sync_all(void)
{
    ASM("dsb ish\n ic iallu\n dsb ish\n isb");
}

static void put(uint64_t addr, uint32_t word)
{
    *(volatile uint32_t *)addr = word;
}

/* Calls x0 x1 times and adds the results up. */
CODE(call_many, "mov x9, x30\n mov x10, #0\n mov x11, x0\n"
                "1: blr x11\n add x10, x10, x0\n subs x1, x1, #1\n b.ne 1b\n"
                "mov x0, x10\n mov x30, x9");

static const uint64_t modes[] = { EL0, EL1, EL2, EL3 };

static void test_rewrite(unsigned el, bool all, unsigned calls)
{
    uint64_t sum = 0;

    for (unsigned i = 1; i < 40; i++) {
        put(AREA, movz(i));
        put(AREA + 4, RET);
        if (all) {
            sync_all();
        } else {
            sync(AREA);
        }
        sum += RUN(modes[el], call_many, AREA, calls);
    }
    print("rewritten at EL%u, %s, %u calls each: %lu\n", el, all ? "IALLU" : "IVAU", calls, sum);
}

/* Changes the instruction at 2f to the word in w1, in the very block that runs, and goes on. */
CODE(next_in_block, "adr x2, 2f\n str w1, [x2]\n dc cvau, x2\n dsb ish\n ic ivau, x2\n dsb ish\n"
                    "isb\n 2: mov x0, #1");
/* The same, going round: x0 counts down, w1 and w3 alternate. */
CODE(loop_changes, "mov x5, #0\n adr x2, 2f\n"
                   "1: str w1, [x2]\n dc cvau, x2\n dsb ish\n ic ivau, x2\n dsb ish\n isb\n"
                   "2: mov x4, #0\n add x5, x5, x4\n eor w1, w1, w3\n subs x0, x0, #1\n b.ne 1b\n"
                   "mov x0, x5");
/* Changes code behind it in the same page that ran before. */
CODE(behind, "mov x9, x30\n adr x2, 3f\n mov x10, x0\n mov x11, #0\n"
             "1: bl 3f\n add x11, x11, x0\n subs x10, x10, #1\n b.ne 1b\n"
             "str w1, [x2]\n dc cvau, x2\n dsb ish\n ic ivau, x2\n dsb ish\n isb\n"
             "bl 3f\n add x0, x0, x11\n mov x30, x9\n ret\n"
             "3: mov x0, #1\n ret");

static void test_same_page(unsigned el)
{
    name_case("EL%u, next in block", el);
    CHECK(modes[el], next_in_block, 0, movz(7));
    CHECK(modes[el], next_in_block, 0, movz(9));
    name_case("EL%u, changes in a loop", el);
    /* mov x4, #2 and #6 */
    CHECK(modes[el], loop_changes, 500, movz(2) | 4, 0, (movz(2) ^ movz(6)));
    for (unsigned i = 0; i < 3; i++) {
        name_case("EL%u, behind", el);
        CHECK(modes[el], behind, 100, movz(20 + i));
    }
}

/* A piece that crosses a page: the second page is written. */
static void test_two_pages(unsigned el)
{
    uint64_t at = AREA + 0x1000 - 8, sum = 0;

    put(at, movz(1));
    put(at + 4, 0x91000400 | 3 << 10); /* add x0, x0, #(1|3) */
    put(at + 12, RET);
    sync(at);
    for (unsigned i = 0; i < 20; i++) {
        put(at + 8, 0x91000000 | i << 10); /* add x0, x0, #i */
        sync(at + 8);
        sum = sum * 3 + RUN(modes[el], call_many, at, 5);
    }
    print("across pages at EL%u: %lx\n", el, sum);
}

/* Data beside code in a page: writing it must not hurt. */
static void test_data_beside(unsigned el)
{
    static const uint32_t counter[] = {
        0x10000802, /* adr x2, +0x100 */
        0xf9400040, /* ldr x0, [x2] */
        0x91000400, /* add x0, x0, #1 */
        0xf9000040, /* str x0, [x2] */
        RET,
    };

    for (size_t i = 0; i < ARRAY_LEN(counter); i++) {
        put(AREA + i * 4, counter[i]);
    }
    sync(AREA);
    *(volatile uint64_t *)(AREA + 0x100) = 0;
    print("data beside code at EL%u: %lu\n", el, RUN(modes[el], call_many, AREA, 300));
}

/* At EL1 with two mappings of a page: written by one, run by the other. */
CODE(alias_loop, "mov x9, x30\n mov x10, #0\n"
                 "1: str w2, [x1]\n dc cvau, x1\n dsb ish\n ic ivau, x0\n dsb ish\n isb\n"
                 "mov x11, x0\n blr x0\n add x10, x10, x0\n mov x0, x11\n eor w2, w2, w3\n"
                 "subs x4, x4, #1\n b.ne 1b\n mov x0, x10\n mov x30, x9");

static void test_alias(void)
{
    Tables t;

    section("other mappings");
    reset_tables();
    t = make_tables(12, 48);
    map_image(&t);
    map(&t, ALIAS, AREA, 3, D_AF | D_SH | D_RO);
    map(&t, ALIAS + 0x1000, AREA, 3, D_AF | D_SH | D_PXN);
    map(&t, ALIAS + 0x2000, AREA + 0x1000, 3, D_AF | D_SH | D_RO);
    put(AREA, movz(1));
    put(AREA + 4, RET);
    put(AREA + 0x1000, movz(100));
    put(AREA + 0x1004, RET);
    sync_all();
    el1_mmu_on(&t, NULL, F(largest_ps(), 32), 0);
    for (unsigned i = 1; i < 4; i++) {
        name_case("written through an alias");
        CHECK(EL1, alias_loop, ALIAS, ALIAS + 0x1000, movz(i), movz(i) ^ movz(i + 10), 100 * i);
    }
    for (unsigned i = 0; i < 6; i++) {
        *descriptor(&t, ALIAS, 3) = (i & 1 ? AREA : AREA + 0x1000) | D_AF | D_SH | D_RO | D_TABLE;
        ASM("dsb sy\n tlbi vmalle1\n dsb sy\n isb");
        name_case("another page, %u", i);
        CHECK(EL1, call_many, ALIAS, 50);
        name_case("the other page, %u", i);
        CHECK(EL1, call_many, ALIAS + 0x2000, 50);
        put(AREA + 0x1000, movz(200 + i));
        sync(AREA + 0x1000);
    }
    el1_mmu_off();
}

int main(void)
{
    for (unsigned el = 0; el <= top_el; el++) {
        if (!has_el(el)) {
            continue;
        }
        section("EL%u", el);
        WRITE(sctlr_el1, READ(sctlr_el1) | F(1, 26)); /* UCI: EL0 maintains caches */
        test_rewrite(el, false, 1);
        test_rewrite(el, true, 1);
        test_rewrite(el, false, 2000);
        test_rewrite(el, true, 2000);
        test_same_page(el);
        test_two_pages(el);
        test_data_beside(el);
    }
    if (top_el > 1 && has_el(2)) {
        test_alias();
    }
    return 0;
}
