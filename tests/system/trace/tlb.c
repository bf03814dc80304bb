/* SPDX-License-Identifier: MIT */
/*
 * TLB maintenance: a mapping is used, changed, and used again after each instruction that must make
 * the change visible (D8.13); for pages and blocks, global and not, both halves, other ASIDs, and
 * stage 2. What is seen before the instruction is not looked at.
 */
#include "trace.h"

#define VA    0x0000009100000000ull
#define HIGH  0xffffffb100000000ull
#define ASID  0x2a
#define OTHER (TARGET + 0x10000)

static Tables low, high, s2;

typedef struct Op {
    const char *name;
    uint32_t word;  /* with X0 */
    bool by_va;     /* X0 is a page */
    bool by_asid;   /* and has the ASID */
    bool last_only; /* of the last level only */
    bool el2;       /* from EL2 */
    bool global;    /* also what is not of this ASID or global */
} Op;

/* SYS #op1, C8, Cm, #op2, X0 */
#define TLBI(op1, m, op2) (0xd5088000 | (op1) << 16 | (m) << 8 | (op2) << 5)
#define BOTH(name, op1, m, op2, ...)                                                               \
    { name, TLBI(op1, m, op2), __VA_ARGS__ },                                                      \
    {                                                                                              \
        name "IS", TLBI(op1, (m)-4, op2), __VA_ARGS__                                              \
    }

static const Op ops[] = {
    BOTH("VMALLE1", 0, 7, 0, .global = true),
    BOTH("VAE1", 0, 7, 1, .by_va = true, .by_asid = true, .global = true),
    BOTH("ASIDE1", 0, 7, 2, .by_asid = true),
    BOTH("VAAE1", 0, 7, 3, .by_va = true, .global = true),
    BOTH("VALE1", 0, 7, 5, .by_va = true, .by_asid = true, .last_only = true, .global = true),
    BOTH("VAALE1", 0, 7, 7, .by_va = true, .last_only = true, .global = true),
    BOTH("ALLE1", 4, 7, 4, .el2 = true, .global = true),
    BOTH("VMALLS12E1", 4, 7, 6, .el2 = true, .global = true),
};

static const uint64_t contents[] = { 0x1001, 0x2002 };

static void use(const char *what, const Op *op, uint64_t va)
{
    name_case("%s %s, EL1 read", what, op->name);
    CHECK(EL1, load, va + 0x100);
    name_case("%s %s, EL0 fetch", what, op->name);
    CHECK(EL0, fetch, va);
}

static void prepare_memory(void)
{
    fill_target();
    for (unsigned i = 0; i < 2; i++) {
        volatile uint32_t *code = (volatile uint32_t *)(TARGET + i * 0x10000);

        code[0] = 0xd2800000 | (i + 5) << 5; /* mov x0, #5 or #6 */
        code[1] = 0xd65f03c0;
        *(volatile uint64_t *)(TARGET + i * 0x10000 + 0x100) = contents[i];
    }
}

static void begin(void)
{
    reset_tables();
    low = make_tables(12, 40);
    high = make_tables(12, 39);
    map_image(&low);
}

static void on(void)
{
    el1_mmu_on(&low, &high, F(largest_ps(), 32) | F(1, 36), 0);
    WRITE(ttbr0_el1, (uint64_t)low.root | F(ASID, 48));
}

static void invalidate(const Op *op, uint64_t va)
{
    uint64_t arg = (op->by_va ? va >> 12 & 0xfffffffffff : 0) | (op->by_asid ? F(ASID, 48) : 0);

    show_exceptions = true;
    ASM("dsb sy");
    name_case("%s", op->name);
    RUN(op->el2 ? EL2 : EL1, word_code(op->word), arg);
    ASM("dsb sy\n isb");
}

#define PAGE_BITS (D_AF | D_USER | D_RO | D_SH)

/* Uses @va without a trace, so that its translation may be kept. */
static void warm(uint64_t va)
{
    show_exceptions = false;
    for (unsigned i = 0; i < 3; i++) {
        RUN(EL1, load, va + 0x100);
        RUN(EL0, fetch, va);
    }
    show_exceptions = true;
}

static void change_one(const Op *op, const char *what, Tables *t, uint64_t va, unsigned level,
                       uint64_t before, uint64_t after)
{
    begin();
    *descriptor(t, va, level) = before;
    on();
    warm(va);
    *descriptor(t, va, level) = after;
    invalidate(op, va);
    use(what, op, va);
    el1_mmu_off();
}

static void test_changes(const Op *op)
{
    uint64_t a = TARGET | PAGE_BITS | D_TABLE, b = OTHER | PAGE_BITS | D_TABLE;
    uint64_t block = (TARGET & ~0x1fffffull) | PAGE_BITS | D_VALID;
    uint64_t other = 0x70200000ull | PAGE_BITS | D_VALID;

    *(volatile uint64_t *)0x70200100 = 0x3003;
    ((volatile uint32_t *)0x70200000)[0] = 0xd2800100; /* mov x0, #8 */
    ((volatile uint32_t *)0x70200000)[1] = 0xd65f03c0;
    change_one(op, "page of the ASID", &low, VA, 3, a | D_NG, b | D_NG);
    change_one(op, "page taken away", &low, VA, 3, a | D_NG, 0);
    change_one(op, "privileged page", &low, VA, 3, a | D_NG, (a & ~D_USER) | D_NG);
    change_one(op, "page execute-never", &low, VA, 3, a | D_NG, a | D_NG | D_UXN);
    change_one(op, "access flag cleared", &low, VA, 3, a | D_NG, (a & ~D_AF) | D_NG);
    change_one(op, "block", &low, VA, 2, block | D_NG, other | D_NG);
    if (op->global) {
        change_one(op, "global page", &low, VA, 3, a, b);
        change_one(op, "high page", &high, HIGH, 3, a, b);
        change_one(op, "high block", &high, HIGH, 2, block, other);
    }
}

/* The table above the page is another one now: not for last-level invalidation. */
static void test_table(const Op *op)
{
    uint64_t *other;

    begin();
    map(&low, VA, TARGET, 3, PAGE_BITS | D_NG);
    on();
    warm(VA);
    other = new_table(12, 1);
    other[VA >> 12 & 511] = OTHER | PAGE_BITS | D_NG | D_TABLE;
    *descriptor(&low, VA, 2) = (uint64_t)other | D_TABLE;
    invalidate(op, VA);
    use("table", op, VA);
    el1_mmu_off();
}

/* Break before make: invalid, invalidate, valid. */
static void test_break_make(const Op *op)
{
    begin();
    map(&low, VA, TARGET, 3, PAGE_BITS | D_NG);
    on();
    warm(VA);
    *descriptor(&low, VA, 3) = 0;
    invalidate(op, VA);
    use("broken", op, VA);
    map(&low, VA, OTHER, 3, PAGE_BITS | D_NG);
    ASM("dsb sy\n isb");
    use("made", op, VA);
    el1_mmu_off();
}

/* Two ASIDs with different pages at one address, no maintenance at all; TTBR1 may have the ASID. */
static void test_asids(void)
{
    Tables second;

    for (unsigned a1 = 0; a1 < 2; a1++) {
        section("ASIDs, A1 %u", a1);
        begin();
        map(&low, VA, TARGET, 3, PAGE_BITS | D_NG);
        map(&high, HIGH, TARGET, 3, PAGE_BITS | D_NG);
        second = make_tables(12, 40);
        map_image(&second);
        map(&second, VA, OTHER, 3, PAGE_BITS | D_NG);
        on();
        WRITE(tcr_el1, READ(tcr_el1) | F(a1, 22));
        for (unsigned i = 0; i < 6; i++) {
            uint64_t asid = F(1 + (i & 1), 48);
            uint64_t root = (uint64_t)(i & 1 ? second.root : low.root);

            WRITE(ttbr0_el1, root | (a1 ? 0 : asid));
            WRITE(ttbr1_el1, (uint64_t)high.root | (a1 ? asid : 0));
            name_case("ASID %u, EL1 read", 1 + (i & 1));
            CHECK(EL1, load, VA + 0x100);
            name_case("ASID %u, EL0 fetch", 1 + (i & 1));
            CHECK(EL0, fetch, VA);
            name_case("ASID %u, high", 1 + (i & 1));
            CHECK(EL1, load, HIGH + 0x100);
        }
        el1_mmu_off();
    }
}

/* ---- stage 2 ---- */

static void stage2_on(void)
{
    WRITE(vtcr_el2, (64 - 40) | F(1, 6) | F(5, 8) | F(3, 12) | F(largest_ps(), 16) | F(1, 31));
    WRITE(vttbr_el2, (uint64_t)s2.root | F(7, 48));
    WRITE(hcr_el2, HCR_RW | 1);
    ASM("dsb sy\n tlbi alle1\n dsb sy\n isb");
}

#define S2_PAGE (D_AF | S2_RW | D_ATTR(15))
#define IPA     0x91c0000000ull

static void test_stage2(const char *name, uint32_t word, uint32_t then)
{
    static const uint64_t after[] = { OTHER | S2_PAGE | D_TABLE, 0, TARGET | D_AF | D_TABLE };
    Op op = { .name = name };

    for (size_t i = 0; i < ARRAY_LEN(after); i++) {
        for (unsigned mmu = 0; mmu < 2; mmu++) {
            uint64_t va = mmu ? VA : IPA;

            begin();
            map(&low, VA, IPA, 3, PAGE_BITS | D_NG);
            s2 = make_stage2(12, 40, 1);
            map_image(&s2);
            map(&s2, IPA, TARGET, 3, S2_PAGE);
            if (mmu) {
                on();
            }
            stage2_on();
            warm(va);
            *descriptor(&s2, IPA, 3) = after[i];
            ASM("dsb sy");
            RUN(EL2, word_code(word), IPA >> 12);
            ASM("dsb sy");
            if (then) {
                RUN(EL2, word_code(then), 0);
            }
            ASM("dsb sy\n isb");
            use(mmu ? "both stages" : "stage 2", &op, va);
            WRITE(hcr_el2, HCR_RW);
            el1_mmu_off();
        }
    }
}

int main(void)
{
    prepare_memory();
    for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
        section("TLBI %s", ops[i].name);
        test_changes(&ops[i]);
        if (!ops[i].last_only) {
            test_table(&ops[i]);
        }
        test_break_make(&ops[i]);
    }
    test_asids();
    section("stage 2");
    test_stage2("ALLE1", TLBI(4, 7, 4), 0);
    test_stage2("ALLE1IS", TLBI(4, 3, 4), 0);
    test_stage2("VMALLS12E1", TLBI(4, 7, 6), 0);
    test_stage2("VMALLS12E1IS", TLBI(4, 3, 6), 0);
    test_stage2("IPAS2E1", TLBI(4, 4, 1), TLBI(0, 7, 0));
    test_stage2("IPAS2E1IS", TLBI(4, 0, 1), TLBI(0, 3, 0));
    test_stage2("IPAS2LE1", TLBI(4, 4, 5), TLBI(0, 7, 0));
    test_stage2("IPAS2LE1IS", TLBI(4, 0, 5), TLBI(0, 3, 0));
    return 0;
}
