/* SPDX-License-Identifier: MIT */
/* The translation table walk (target/arm/mmu.c) on tables in RAM: results, faults and their levels.
 */
#include "qemu/osdep.h"

#include "arm-test.h"
#include "target/arm/syndrome.h"

#define T_L0   0x40010000ull
#define T_L1   0x40020000ull
#define T_L2   0x40030000ull
#define T_L3   0x40040000ull
#define T_HIGH 0x40050000ull

#define VALID 1ull
#define TABLE 3ull
#define PAGE  3ull
#define AF    (1ull << 10)
#define NG    (1ull << 11)
#define EL0   (1ull << 6)
#define RO    (1ull << 7)
#define PXN   (1ull << 53)
#define UXN   (1ull << 54)

/* T0SZ = T1SZ = 16, 4K granules, 48-bit output. */
#define TCR_48_4K  (16ull | 16ull << 16 | 2ull << 30 | 5ull << 32)
/* T0SZ = T1SZ = 22 (42 bits), 64K granules. */
#define TCR_42_64K (22ull | 22ull << 16 | 1ull << 14 | 3ull << 30 | 5ull << 32)

static CPUARMState *a57, *max;

static void clear_tables(CPUARMState *env)
{
    static const uint8_t zeroes[0x50000];

    address_space_write(env_cpu(env)->as, T_L0, MEMTXATTRS_UNSPECIFIED, zeroes, sizeof(zeroes));
}

/* A 4-level table for low addresses: 0x1000 is the page @desc; level 3 index 1. */
static void setup_4k(CPUARMState *env, uint64_t desc)
{
    clear_tables(env);
    env->sys.sctlr[1] = SCTLR_RES1 | SCTLR_M;
    env->sys.tcr[1] = TCR_48_4K;
    env->sys.ttbr0[1] = T_L0;
    env->sys.ttbr1[1] = T_HIGH;
    env->sys.mair[1] = 0xff44;
    arm_test_poke(env, T_L0, T_L1 | TABLE);
    arm_test_poke(env, T_L1, T_L2 | TABLE);
    arm_test_poke(env, T_L2, T_L3 | TABLE);
    arm_test_poke(env, T_L3 + 8, desc);
}

/* 0, or the fault status code + 1. */
static unsigned walk(CPUARMState *env, uint64_t addr, ARMAccess access, bool user, bool pan,
                     ARMWalk *w)
{
    ARMWalkMode mode = { .regime = 1, .user = user, .pan = pan };
    ARMFault fault = { .type = FAULT_NONE };

    memset(w, 0, sizeof(*w));
    return arm_walk(env, addr, access, &mode, w, &fault) ? 0 : arm_fault_fsc(&fault) + 1;
}

#define FAULT(fsc) ((fsc) + 1)

static void test_off(void)
{
    ARMWalk w;

    a57->sys.sctlr[1] = SCTLR_RES1;
    a57->sys.tcr[1] = 0;
    g_assert_cmpuint(walk(a57, 0x123456789, ARM_FETCH, true, false, &w), ==, 0);
    g_assert_cmphex(w.phys, ==, 0x123456789);
    g_assert_cmpuint(walk(a57, 1ull << 44, ARM_READ, false, false, &w), ==,
                     FAULT(FSC_ADDRESS_SIZE));
}

static void test_page(void)
{
    ARMWalk w;

    setup_4k(a57, 0x80005000 | PAGE | AF | NG | 1 << 2 | 3 << 8);
    g_assert_cmpuint(walk(a57, 0x1234, ARM_WRITE, false, false, &w), ==, 0);
    g_assert_cmphex(w.phys, ==, 0x80005234);
    g_assert_cmphex(w.page_size, ==, 0x1000);
    g_assert_cmphex(w.attr, ==, 0xff);
    g_assert_cmpuint(w.sh, ==, 3);
    g_assert_false(w.global);
    g_assert_cmpuint(w.prot, ==, PAGE_READ | PAGE_WRITE | PAGE_EXEC);
    g_assert_cmpuint(walk(a57, 0x2000, ARM_READ, false, false, &w), ==, FAULT(FSC_TRANSLATION + 3));
    g_assert_cmpuint(walk(a57, 0x1234, ARM_READ, true, false, &w), ==, FAULT(FSC_PERMISSION + 3));
}

static void test_levels(void)
{
    ARMWalk w;

    setup_4k(a57, 0);
    g_assert_cmpuint(walk(a57, 0x1000, ARM_READ, false, false, &w), ==, FAULT(FSC_TRANSLATION + 3));
    g_assert_cmpuint(walk(a57, 0x200000, ARM_READ, false, false, &w), ==,
                     FAULT(FSC_TRANSLATION + 2));
    g_assert_cmpuint(walk(a57, 0x40000000, ARM_READ, false, false, &w), ==,
                     FAULT(FSC_TRANSLATION + 1));
    g_assert_cmpuint(walk(a57, 0x8000000000, ARM_READ, false, false, &w), ==,
                     FAULT(FSC_TRANSLATION + 0));
    /* Blocks: none at level 0, 1 GiB at level 1, 2 MiB at level 2. */
    arm_test_poke(a57, T_L0 + 8, VALID | AF);
    arm_test_poke(a57, T_L1 + 8, 0x80000000 | VALID | AF);
    arm_test_poke(a57, T_L2 + 8, 0x80600000 | VALID | AF);
    g_assert_cmpuint(walk(a57, 0x8000000000, ARM_READ, false, false, &w), ==,
                     FAULT(FSC_TRANSLATION + 0));
    g_assert_cmpuint(walk(a57, 0x52345678, ARM_READ, false, false, &w), ==, 0);
    g_assert_cmphex(w.phys, ==, 0x92345678);
    g_assert_cmphex(w.page_size, ==, 1 << 30);
    g_assert_cmpuint(walk(a57, 0x212345, ARM_READ, false, false, &w), ==, 0);
    g_assert_cmphex(w.phys, ==, 0x80612345);
    g_assert_true(w.global);
    /* Without the Access flag; a table outside of memory; an address beyond 44 bits. */
    arm_test_poke(a57, T_L2 + 8, 0x80600000 | VALID);
    g_assert_cmpuint(walk(a57, 0x212345, ARM_READ, false, false, &w), ==,
                     FAULT(FSC_ACCESS_FLAG + 2));
    arm_test_poke(a57, T_L2 + 8, 0xff000000 | TABLE);
    g_assert_cmpuint(walk(a57, 0x212345, ARM_READ, false, false, &w), ==,
                     FAULT(FSC_EXTERNAL_WALK + 3));
    arm_test_poke(a57, T_L2 + 8, (1ull << 44) | VALID | AF);
    g_assert_cmpuint(walk(a57, 0x212345, ARM_READ, false, false, &w), ==,
                     FAULT(FSC_ADDRESS_SIZE + 2));
}

static void test_range(void)
{
    ARMWalk w;

    setup_4k(a57, 0x80005000 | PAGE | AF);
    arm_test_poke(a57, T_HIGH + 511 * 8, T_L1 | TABLE);
    g_assert_cmpuint(walk(a57, 0xffffff8000001000, ARM_READ, false, false, &w), ==, 0);
    g_assert_cmpuint(walk(a57, 0xfffe000000001000, ARM_READ, false, false, &w), ==,
                     FAULT(FSC_TRANSLATION));
    g_assert_cmpuint(walk(a57, 0x0100000000001000, ARM_READ, false, false, &w), ==,
                     FAULT(FSC_TRANSLATION));
    a57->sys.tcr[1] |= 1ull << 37; /* TBI0 */
    g_assert_cmpuint(walk(a57, 0x0100000000001000, ARM_READ, false, false, &w), ==, 0);
    g_assert_cmphex(w.phys, ==, 0x80005000);
    a57->sys.tcr[1] |= 1ull << 7; /* EPD0 */
    g_assert_cmpuint(walk(a57, 0x1000, ARM_READ, false, false, &w), ==, FAULT(FSC_TRANSLATION));
}

typedef struct PermCase {
    uint64_t desc;
    uint8_t el1, el0; /* PAGE_* */
} PermCase;

static void test_permissions(void)
{
    enum { R = PAGE_READ, W = PAGE_WRITE, X = PAGE_EXEC };
    static const PermCase cases[] = {
        { 0, R | W | X, X },
        { UXN, R | W | X, 0 },
        { PXN, R | W, X },
        { RO, R | X, X },
        { EL0, R | W, R | W | X }, /* writable at EL0: not executable at EL1 */
        { EL0 | UXN, R | W, R | W },
        { EL0 | RO, R | X, R | X },
        { EL0 | RO | PXN, R, R | X },
    };
    ARMWalk w;

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        setup_4k(a57, 0x80005000 | PAGE | AF | cases[i].desc);
        for (unsigned a = ARM_READ; a <= ARM_FETCH; a++) {
            unsigned bit = a == ARM_READ ? R : a == ARM_WRITE ? W : X;

            g_assert_cmpuint(walk(a57, 0x1000, a, false, false, &w), ==,
                             cases[i].el1 & bit ? 0 : FAULT(FSC_PERMISSION + 3));
            g_assert_cmpuint(w.prot, ==, cases[i].el1);
            g_assert_cmpuint(walk(a57, 0x1000, a, true, false, &w), ==,
                             cases[i].el0 & bit ? 0 : FAULT(FSC_PERMISSION + 3));
            g_assert_cmpuint(w.prot, ==, cases[i].el0);
        }
    }
}

static void test_wxn_pan(void)
{
    ARMWalk w;

    setup_4k(a57, 0x80005000 | PAGE | AF);
    a57->sys.sctlr[1] |= SCTLR_WXN;
    g_assert_cmpuint(walk(a57, 0x1000, ARM_FETCH, false, false, &w), ==, FAULT(FSC_PERMISSION + 3));
    setup_4k(a57, 0x80005000 | PAGE | AF | EL0 | RO);
    g_assert_cmpuint(walk(a57, 0x1000, ARM_READ, false, true, &w), ==, FAULT(FSC_PERMISSION + 3));
    g_assert_cmpuint(walk(a57, 0x1000, ARM_FETCH, false, true, &w), ==, 0);
}

/* What a table descriptor forbids, no page below it allows. */
static void test_hierarchical(void)
{
    ARMWalk w;

    setup_4k(a57, 0x80005000 | PAGE | AF | EL0);
    arm_test_poke(a57, T_L1, T_L2 | TABLE | 1ull << 62); /* APTable: read only */
    g_assert_cmpuint(walk(a57, 0x1000, ARM_WRITE, true, false, &w), ==, FAULT(FSC_PERMISSION + 3));
    arm_test_poke(a57, T_L1, T_L2 | TABLE | 1ull << 61); /* no EL0 */
    g_assert_cmpuint(walk(a57, 0x1000, ARM_READ, true, false, &w), ==, FAULT(FSC_PERMISSION + 3));
    arm_test_poke(a57, T_L1, T_L2 | TABLE | 1ull << 60); /* UXN */
    g_assert_cmpuint(walk(a57, 0x1000, ARM_FETCH, true, false, &w), ==, FAULT(FSC_PERMISSION + 3));
    /* Unless hierarchical permissions are disabled. */
    setup_4k(max, 0x80005000 | PAGE | AF | EL0);
    arm_test_poke(max, T_L1, T_L2 | TABLE | 1ull << 62);
    max->sys.tcr[1] |= 1ull << 41;
    g_assert_cmpuint(walk(max, 0x1000, ARM_WRITE, true, false, &w), ==, 0);
}

static void test_64k(void)
{
    ARMWalk w;

    clear_tables(a57);
    a57->sys.sctlr[1] = SCTLR_RES1 | SCTLR_M;
    a57->sys.tcr[1] = TCR_42_64K;
    a57->sys.ttbr0[1] = T_L1;
    arm_test_poke(a57, T_L1, T_L2 | TABLE);                   /* level 2 */
    arm_test_poke(a57, T_L2 + 5 * 8, 0x80070000 | PAGE | AF); /* level 3 */
    arm_test_poke(a57, T_L1 + 8, 0xa0000000 | VALID | AF);    /* 512 MiB */
    g_assert_cmpuint(walk(a57, 0x51234, ARM_READ, false, false, &w), ==, 0);
    g_assert_cmphex(w.phys, ==, 0x80071234);
    g_assert_cmphex(w.page_size, ==, 0x10000);
    g_assert_cmpuint(walk(a57, 0x2abcdef0, ARM_READ, false, false, &w), ==, 0);
    g_assert_cmphex(w.phys, ==, 0xaabcdef0);
    g_assert_cmpuint(walk(a57, 0x61234, ARM_READ, false, false, &w), ==,
                     FAULT(FSC_TRANSLATION + 3));
}

static void test_e0pd(void)
{
    ARMWalk w;

    setup_4k(max, 0x80005000 | PAGE | AF | EL0);
    max->sys.tcr[1] |= 1ull << 55;
    g_assert_cmpuint(walk(max, 0x1000, ARM_READ, true, false, &w), ==, FAULT(FSC_TRANSLATION));
    g_assert_cmpuint(walk(max, 0x1000, ARM_READ, false, false, &w), ==, 0);
}

static void test_context_key(void)
{
    uint64_t base;

    setup_4k(a57, 0);
    a57->pstate = PSTATE_EL1h;
    a57->sys.tcr[1] |= 1ull << 36; /* 16-bit ASIDs */
    a57->sys.ttbr0[1] |= 0x1234ull << 48;
    base = arm_get_context_key(a57, false);
    g_assert_cmphex(base & CONTEXT_ASID, ==, 0x1234);
    g_assert_cmphex(arm_get_context_key(a57, true), ==, base | CONTEXT_EL0);
    a57->sys.tcr[1] |= 1ull << 22; /* A1: the ASID is TTBR1's */
    g_assert_cmphex(arm_get_context_key(a57, false) & CONTEXT_ASID, ==, 0);
    a57->sys.tcr[1] &= ~(1ull << 36 | 1ull << 22);
    g_assert_cmphex(arm_get_context_key(a57, false) & CONTEXT_ASID, ==, 0x34);
    a57->pstate = PSTATE_EL0t;
    g_assert_cmphex(arm_get_context_key(a57, false), !=, base);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    arm_test_init();
    a57 = arm_test_cpu(ARM_CPU_TYPE_NAME("cortex-a57"));
    max = arm_test_cpu(ARM_CPU_TYPE_NAME("max"));
    g_test_add_func("/arm/mmu/off", test_off);
    g_test_add_func("/arm/mmu/page", test_page);
    g_test_add_func("/arm/mmu/levels", test_levels);
    g_test_add_func("/arm/mmu/range", test_range);
    g_test_add_func("/arm/mmu/permissions", test_permissions);
    g_test_add_func("/arm/mmu/wxn-pan", test_wxn_pan);
    g_test_add_func("/arm/mmu/hierarchical", test_hierarchical);
    g_test_add_func("/arm/mmu/64k", test_64k);
    g_test_add_func("/arm/mmu/e0pd", test_e0pd);
    g_test_add_func("/arm/mmu/context-key", test_context_key);
    return g_test_run();
}
