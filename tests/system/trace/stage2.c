/* SPDX-License-Identifier: MIT */
/*
 * Stage 2 of EL1&0: faults at each level with each granule and first level, with HPFAR_EL2; those
 * of the stage 1 walk; what instructions add to the syndrome; VMIDs; permissions and attributes of
 * both stages together; and HCR_EL2.DC (D8.2.1, D8.4.5, D8.15).
 */
#include "trace.h"

#define WINDOW 0x8c2c0000000ull
#define IPA    0xc2c0000000ull /* of 40 bits */

static Tables s2, s1;

typedef struct Access {
    const char *name;
    uint64_t mode;
    const uint32_t *code;
} Access;

static const Access accesses[] = {
    { "EL1 read", EL1, load }, { "EL1 write", EL1, store }, { "EL1 fetch", EL1, fetch },
    { "EL0 read", EL0, load }, { "EL0 write", EL0, store }, { "EL0 fetch", EL0, fetch },
};

static void set_hcr(uint64_t bits)
{
    WRITE(hcr_el2, HCR_RW | bits);
    ASM("dsb sy\n tlbi alle1\n dsb sy\n isb");
}

static void stage2_on(uint64_t ps, uint64_t hcr)
{
    static const uint8_t tg0[] = { [12] = 0, [14] = 2, [16] = 1 };
    unsigned deepest = s2.granule == 12 ? 2 : 3;

    WRITE(vtcr_el2, (64 - s2.va_bits) | F(deepest - s2.root_level, 6) | F(5, 8) | F(3, 12) |
                        F(tg0[s2.granule], 14) | F(ps, 16) | F(1, 31));
    WRITE(vttbr_el2, (uint64_t)s2.root | F(5, 48));
    set_hcr(1 | hcr);
}

static uint64_t translate(unsigned op, uint64_t va)
{
    WRITE(par_el1, 0);
    switch (op) {
    case 0:
        SYS("at s12e1r", va);
        break;
    case 1:
        SYS("at s12e1w", va);
        break;
    case 2:
        SYS("at s12e0r", va);
        break;
    case 3:
        SYS("at s12e0w", va);
        break;
    default:
        SYS("at s1e1r", va);
    }
    return READ(par_el1);
}

static void try_all(const char *what, unsigned level, uint64_t va)
{
    for (size_t i = 0; i < ARRAY_LEN(accesses); i++) {
        name_case("%s L%u, %s", what, level, accesses[i].name);
        CHECK(accesses[i].mode, accesses[i].code, accesses[i].code == fetch ? va : va + 16);
    }
    for (unsigned op = 0; op < 5; op++) {
        name_case("%s L%u, AT %u", what, level, op);
        print("%s L%u, AT %u: PAR %lx\n", what, level, op, translate(op, va));
    }
}

static void go(const char *what, unsigned level, uint64_t ps, uint64_t va)
{
    stage2_on(ps, 0);
    try_all(what, level, va);
    set_hcr(0);
}

#define RW          (D_AF | S2_RW | D_ATTR(15))
#define LEAF(level) ((level) == 3 ? D_TABLE : D_VALID)

static void begin(unsigned granule, unsigned bits, unsigned level)
{
    reset_tables();
    s2 = make_stage2(granule, bits, level);
    map_image(&s2);
}

static void leaf_faults(unsigned granule, unsigned level, uint64_t ipa, uint64_t *d)
{
    uint64_t ps = largest_ps(), pa = TARGET & ~(block_size(granule, level) - 1);
    uint64_t in = ipa + (TARGET - pa);

    *d = pa | RW | LEAF(level);
    go("mapped", level, ps, in);
    *d &= ~D_AF;
    go("no access flag", level, ps, ipa);
    if (s2.va_bits <= 42) {
        *d = F(1, 42) | RW | LEAF(level);
        go("output beyond 42 bits", level, 3, ipa);
    }
    for (unsigned ap = 0; ap < 3; ap++) {
        static const char *const names[] = { "no access", "read only", "write only" };

        *d = pa | (RW & ~S2_RW) | F(ap, 6) | LEAF(level);
        go(names[ap], level, ps, in);
    }
    *d = pa | RW | S2_XN | LEAF(level);
    go("execute never", level, ps, in);
    *d = NOWHERE | RW | LEAF(level);
    go("external abort", level, ps, ipa);
}

static void faults_at(unsigned granule, unsigned bits, unsigned start, unsigned level)
{
    uint64_t ipa = WINDOW & ((1ull << bits) - 1), ps = largest_ps(), *d;
    bool block = level >= 2 || (level == 1 && granule == 12);

    ipa &= ~(block_size(granule, level > 2 ? 2 : level) - 1);
    begin(granule, bits, start);
    d = descriptor(&s2, ipa, level);
    *d = 0;
    go("invalid", level, ps, ipa);
    *d = TARGET | D_VALID;
    if (level == 3 || !block) {
        go("reserved", level, ps, ipa);
    }
    if (level < 3) {
        *d = NOWHERE | D_TABLE;
        go("external abort below", level, ps, ipa);
        if (bits <= 42) { /* else the reference refuses */
            *d = F(1, 42) | D_TABLE;
            go("table beyond 42 bits", level, 3, ipa);
        }
    }
    if (block) {
        leaf_faults(granule, level, ipa, d);
    }
}

static void test_faults(unsigned granule)
{
    static const struct {
        unsigned bits, start, granules;
    } shapes[] = {
        { 44, 0, 1 << 12 },           { 40, 1, 1 << 12 },           { 39, 1, 1 << 12 },
        { 34, 2, 1 << 12 },           { 33, 2, 1 << 12 },           { 44, 1, 1 << 14 | 1 << 16 },
        { 40, 1, 1 << 14 },           { 40, 2, 1 << 14 },           { 40, 2, 1 << 16 },
        { 36, 2, 1 << 14 | 1 << 16 }, { 33, 2, 1 << 14 | 1 << 16 },
    };

    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        if (!(shapes[i].granules >> granule & 1)) {
            continue;
        }
        section("granule %u, %u bits from level %u", granule, shapes[i].bits, shapes[i].start);
        for (unsigned level = shapes[i].start; level < 4; level++) {
            if (i < 2 || level == shapes[i].start || granule != 12) {
                faults_at(granule, shapes[i].bits, shapes[i].start, level);
            }
        }
        begin(granule, shapes[i].bits, shapes[i].start);
        go("beyond the input", shapes[i].start, largest_ps(), 1ull << shapes[i].bits);
        go("last", shapes[i].start, largest_ps(), (1ull << shapes[i].bits) - 4096);
    }
}

/* ---- both stages ---- */

static void both_begin(void)
{
    begin(12, 40, 1);
    s1 = make_tables(12, 48);
    map_image(&s1);
}

/* The table of stage 1 for @level is taken out of the IPA space, or changed there. */
static void walk_faults(unsigned level, uint64_t change, const char *what)
{
    uint64_t va = 0x800000000000ull + IPA, *d, pa;

    both_begin();
    map(&s1, va, IPA, 3, D_AF | D_USER);
    map(&s2, IPA, TARGET, 3, RW);
    if (level == 0) {
        pa = (uint64_t)s1.root;
        d = NULL;
    } else {
        d = descriptor(&s1, va, level - 1);
        pa = *d & 0xfffffffff000;
    }
    map(&s2, 0x200000000 + pa, pa, 3, change);
    if (d) {
        *d = (0x200000000 + pa) | D_TABLE;
    }
    el1_mmu_on(&s1, NULL, F(largest_ps(), 32), 0);
    if (!d) {
        el1_mmu_on(&s1, &s1, F(largest_ps(), 32), 0);
        WRITE(ttbr1_el1, 0x200000000 + pa);
        va |= F(0xffff, 48);
    }
    stage2_on(largest_ps(), what[0] == 'P' ? 4 : 0);
    try_all(what, level, va);
    name_case("%s L%u, AT at EL1", what, level);
    CHECK(EL1, word_code(0xd5087800), va); /* AT S1E1R, X0 */
    set_hcr(0);
    el1_mmu_off();
}

static void test_walk_faults(void)
{
    section("walks of stage 1");
    for (unsigned level = 0; level < 4; level++) {
        walk_faults(level, RW, "fine");
        walk_faults(level, RW & ~D_AF, "no access flag");
        walk_faults(level, (RW & ~S2_RW) | F(1, 6), "read only");
        walk_faults(level, RW & ~S2_RW, "no access");
        walk_faults(level, NOWHERE | RW, "external");
        walk_faults(level, (RW & ~D_ATTR(15)), "PTW and Device");
        walk_faults(level, (RW & ~D_ATTR(15)), "Device");
        walk_faults(level, F(1, 47) | RW, "output beyond");
    }
}

static void test_insns(void)
{
    section("instructions");
    both_begin();
    map(&s2, IPA, TARGET, 3, RW);
    map(&s2, IPA + 0x1000, TARGET + 0x1000, 3, RW & ~F(2, 6));
    for (uint64_t i = 0; i < 3; i++) {
        map(&s1, IPA + i * 4096, IPA + i * 4096, 3, D_AF | D_USER);
    }
    el1_mmu_on(&s1, NULL, F(largest_ps(), 32), 0);
    stage2_on(largest_ps(), 0);
    all_insns("read only", IPA + 0x1040, EL1);
    all_insns("invalid", IPA + 0x2040, EL1);
    all_insns("invalid", IPA + 0x2040, EL0);
    all_insns("4 bytes before invalid", IPA + 0x1ffc, EL0);
    set_hcr(0);
    el1_mmu_off();
}

/* Permissions of both stages, and what both forbid at once. */
static void test_permissions(void)
{
    section("permissions of both stages");
    both_begin();
    el1_mmu_on(&s1, NULL, F(largest_ps(), 32), 0);
    show_exceptions = false;
    for (unsigned i = 0; i < 64; i++) {
        map(&s1, IPA, IPA, 3, D_AF | F(i & 3, 6) | F(i >> 2 & 1, 54));
        map(&s2, IPA, TARGET, 3, (RW & ~S2_RW) | F(i >> 3 & 3, 6) | F(i >> 5, 54));
        stage2_on(largest_ps(), 0);
        print("AP %u UXN %u S2AP %u XN %u:", i & 3, i >> 2 & 1, i >> 3 & 3, i >> 5);
        for (size_t k = 0; k < ARRAY_LEN(accesses); k++) {
            RUN(accesses[k].mode, accesses[k].code, accesses[k].code == fetch ? IPA : IPA + 16);
            if (taken) {
                print(" %u:%lx", last_el, last.esr & 0x3f);
            } else {
                print(" .");
            }
        }
        for (unsigned op = 0; op < 5; op++) {
            print(" %lx", translate(op, IPA));
        }
        print("\n");
        set_hcr(0);
    }
    show_exceptions = true;
    el1_mmu_off();
}

static void test_attributes(void)
{
    static const uint8_t attrs[] = { 0xff, 0x00, 0x44, 0x04, 0xbb, 0x4f, 0xf4, 0x0c };

    section("attributes of both stages");
    both_begin();
    for (unsigned attr = 0; attr < 8; attr++) {
        for (unsigned i = 0; i < 16; i++) {
            uint64_t mair = 0;

            for (unsigned k = 0; k < 8; k++) {
                mair |= F(attrs[k], k * 8);
            }
            map(&s1, IPA, IPA, 3, D_AF | D_USER | D_ATTR(attr) | F(i & 3, 8));
            map(&s2, IPA, TARGET, 3, (RW & ~D_ATTR(15)) | D_ATTR(i) | F(i >> 2, 8));
            el1_mmu_on(&s1, NULL, F(largest_ps(), 32), 0);
            WRITE(mair_el1, mair);
            stage2_on(largest_ps(), 0);
            print("%x SH %u, stage 2 %x SH %u: PAR %lx\n", attrs[attr], i & 3, i, i >> 2,
                  translate(0, IPA));
            set_hcr(0);
            el1_mmu_off();
        }
    }
}

/* Two virtual machines with the same addresses. */
static void test_vmids(void)
{
    uint64_t first, second;

    section("VMIDs");
    both_begin();
    map(&s2, IPA, TARGET, 3, RW);
    first = (uint64_t)s2.root | F(1, 48);
    s2 = make_stage2(12, 40, 1);
    map_image(&s2);
    map(&s2, IPA, TARGET + 4096, 3, RW);
    second = (uint64_t)s2.root | F(2, 48);
    stage2_on(largest_ps(), 0);
    for (unsigned i = 0; i < 4; i++) {
        WRITE(vttbr_el2, i & 1 ? second : first);
        name_case("machine %u, read", i & 1);
        CHECK(EL1, load, IPA + 16);
    }
    WRITE(vttbr_el2, first);
    name_case("machine 0, write");
    CHECK(EL1, store, IPA + 16);
    for (unsigned i = 0; i < 4; i++) {
        WRITE(vttbr_el2, i & 1 ? second : first);
        name_case("machine %u, read", i & 1);
        CHECK(EL0, load, IPA + 16);
    }
    set_hcr(0);
    print("memory %lx %lx\n", *(volatile uint64_t *)(TARGET + 16),
          *(volatile uint64_t *)(TARGET + 4096 + 16));
}

/* HCR_EL2.DC: stage 1 is off whatever SCTLR_EL1.M says, and memory is write-back. */
static void test_default_cacheable(void)
{
    section("HCR_EL2.DC");
    both_begin();
    map(&s1, IPA, IPA, 3, D_AF | D_USER);
    map(&s2, IPA, TARGET, 3, RW);
    el1_mmu_on(&s1, NULL, F(largest_ps(), 32), 0);
    for (unsigned vm = 0; vm < 2; vm++) {
        stage2_on(largest_ps(), F(1, 12));
        if (!vm) {
            set_hcr(F(1, 12));
        }
        for (unsigned op = 0; op < 5; op++) {
            print("VM %u, AT %u: PAR %lx\n", vm, op, translate(op, vm ? IPA : TARGET));
        }
        try_all("DC", vm, vm ? IPA : TARGET);
    }
    set_hcr(0);
    el1_mmu_off();
}

int main(void)
{
    static const unsigned granules[] = { 12, 14, 16 };

    fill_target();
    for (size_t i = 0; i < ARRAY_LEN(granules); i++) {
        if (has_granule(granules[i])) {
            test_faults(granules[i]);
        }
    }
    test_walk_faults();
    test_insns();
    test_permissions();
    test_attributes();
    test_vmids();
    test_default_cacheable();
    return 0;
}
