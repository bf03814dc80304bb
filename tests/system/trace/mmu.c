/* SPDX-License-Identifier: MIT */
/*
 * Faults of the EL1&0 regime: each type at each level with each granule, for reads, writes and
 * fetches of EL1 and EL0, with what AT leaves in PAR_EL1 (D8.2, D8.15); then the bounds of both
 * halves, tags, and the translation table base.
 */
#include "trace.h"

#define WINDOW 0x00009234c0000000ull /* with the image in no table that is changed */

static Tables low, high;

typedef struct Access {
    const char *name;
    uint64_t mode;
    const uint32_t *code;
} Access;

static const Access accesses[] = {
    { "EL1 read", EL1, load }, { "EL1 write", EL1, store }, { "EL1 fetch", EL1, fetch },
    { "EL0 read", EL0, load }, { "EL0 write", EL0, store }, { "EL0 fetch", EL0, fetch },
};

static uint64_t translate(unsigned op, uint64_t va)
{
    WRITE(par_el1, 0);
    switch (op) {
    case 0:
        SYS("at s1e1r", va);
        break;
    case 1:
        SYS("at s1e1w", va);
        break;
    case 2:
        SYS("at s1e0r", va);
        break;
    default:
        SYS("at s1e0w", va);
    }
    return READ(par_el1);
}

static void try_all(const char *what, uint64_t va)
{
    for (size_t i = 0; i < ARRAY_LEN(accesses); i++) {
        name_case("%s, %s", what, accesses[i].name);
        /* Fetches go to the code at the start of the page, data accesses behind it. */
        CHECK(accesses[i].mode, accesses[i].code, accesses[i].code == fetch ? va : va + 16);
    }
    for (unsigned op = 0; op < 4; op++) {
        print("%s, AT S1E%u%s: PAR %lx\n", what, op < 2, op & 1 ? "W" : "R", translate(op, va));
    }
}

static void begin(unsigned granule, unsigned va_bits)
{
    reset_tables();
    low = make_tables(granule, va_bits);
    map_image(&low);
}

static void go(const char *what, unsigned level, uint64_t ps, uint64_t va)
{
    static char text[60];
    char *p = text;

    while (*what) {
        *p++ = *what++;
    }
    *p++ = ' ';
    *p++ = 'L';
    *p++ = '0' + level;
    *p = 0;
    el1_mmu_on(&low, NULL, F(ps, 32), 0);
    try_all(text, va);
    el1_mmu_off();
}

static bool block_here(unsigned granule, unsigned level)
{
    return level >= 2 || (level == 1 && granule == 12);
}

#define USER_RW     (D_AF | D_USER | D_NG)
#define LEAF(level) ((level) == 3 ? D_TABLE : D_VALID)

static void faults_at(unsigned granule, unsigned va_bits, unsigned level)
{
    uint64_t va = WINDOW & ((1ull << va_bits) - 1);
    uint64_t ps = largest_ps(), *d;

    va &= ~(block_size(granule, level > 2 ? 2 : level) - 1);
    begin(granule, va_bits);
    d = descriptor(&low, va, level);
    *d = 0;
    go("invalid", level, ps, va);
    *d = F(0x7fffffff, 20) | 2;
    go("invalid, bit 1 set", level, ps, va);
    *d = TARGET | D_VALID; /* no access flag: the reference takes it for a block */
    if (level == 3 || !block_here(granule, level)) {
        go("reserved", level, ps, va);
    }
    if (level < 3) {
        *d = NOWHERE | D_TABLE;
        go("external abort below", level, ps, va);
        *d = F(1, 36) | D_TABLE;
        go("table beyond 36 bits", level, 1, va);
    }
    if (block_here(granule, level)) {
        uint64_t pa = TARGET & ~(block_size(granule, level) - 1);

        *d = pa | USER_RW | LEAF(level);
        go("mapped", level, ps, va + (TARGET - pa));
        *d &= ~D_AF;
        go("no access flag", level, ps, va);
        *d = F(1, 42) | USER_RW | LEAF(level);
        go("output beyond 42 bits", level, 3, va);
        *d = pa | USER_RW | D_RO | LEAF(level);
        go("read only", level, ps, va + (TARGET - pa));
        *d = pa | (USER_RW & ~D_USER) | LEAF(level);
        go("privileged", level, ps, va + (TARGET - pa));
        *d = pa | USER_RW | D_UXN | D_PXN | LEAF(level);
        go("execute never", level, ps, va + (TARGET - pa));
        *d = NOWHERE | USER_RW | D_RO | LEAF(level);
        go("external abort", level, ps, va);
    }
}

static void test_faults(unsigned granule)
{
    static const unsigned sizes[] = { 48, 42, 39, 36, 32 };

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        begin(granule, sizes[i]);
        section("granule %u, %u bits", granule, sizes[i]);
        /* With smaller sizes only the first level is new. */
        for (unsigned level = low.root_level; level < 4 && (!i || level == low.root_level);
             level++) {
            if (level || granule == 12 || granule == 14) {
                faults_at(granule, sizes[i], level);
            }
        }
    }
}

/* ---- the halves ---- */

static void both_halves(unsigned granule, unsigned low_bits, unsigned high_bits)
{
    reset_tables();
    low = make_tables(granule, low_bits);
    map_image(&low);
    high = make_tables(granule, high_bits);
    map(&low, (1ull << low_bits) - block_size(granule, 3), TARGET, 3, USER_RW | D_PXN);
    map(&high, 0, TARGET, 3, USER_RW | D_UXN);
    map(&high, (1ull << high_bits) - block_size(granule, 3), TARGET, 3, USER_RW | D_RO);
}

static void try_some(uint64_t va)
{
    for (size_t i = 0; i < ARRAY_LEN(accesses); i++) {
        if (i == 1 || i == 4) {
            continue; /* writes tell nothing more */
        }
        name_case("%lx, %s", va, accesses[i].name);
        CHECK(accesses[i].mode, accesses[i].code, accesses[i].code == fetch ? va : va + 16);
    }
    print("%lx, AT: PAR %lx\n", va, translate(0, va));
}

static void try_bounds(unsigned granule, unsigned low_bits, unsigned high_bits)
{
    uint64_t page = block_size(granule, 3), first = -(1ull << high_bits);
    uint64_t end = 1ull << low_bits, user = 0x80100000;
    const uint64_t addresses[] = {
        end - page,
        end,
        end | F(1, 55),
        end - page + F(0x5a, 56),
        end - page + F(1, 55),
        first,
        first - page,
        first & ~F(0xff, 56),
        first ^ F(0x5a, 56),
        first & ~F(1, 55),
        -page,
        -page & ~F(0xff, 56),
        -page & ~F(1, 63),
        F(1, 54) | user,
        F(1, 63) | user,
        ~F(1, 55) - page + 1,
    };

    for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
        try_some(addresses[i]);
    }
}

static void test_bounds(unsigned granule)
{
    static const struct {
        unsigned low, high;
        uint64_t tcr;
    } cases[] = {
        { 48, 48, 0 },        { 39, 42, 0 },
        { 48, 39, F(1, 37) }, { 48, 48, F(1, 38) },
        { 33, 36, F(3, 37) }, { 48, 48, F(1, 7) },
        { 48, 48, F(1, 23) }, { 36, 33, F(1, 36) | F(3, 37) | F(1, 22) },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        section("granule %u, halves of %u and %u bits, TCR %lx", granule, cases[i].low,
                cases[i].high, cases[i].tcr);
        both_halves(granule, cases[i].low, cases[i].high);
        if (cases[i].tcr & F(1, 7)) {
            continue; /* the image is there; test_epd0() */
        }
        el1_mmu_on(&low, &high, F(largest_ps(), 32) | cases[i].tcr, 0);
        try_bounds(granule, cases[i].low, cases[i].high);
        el1_mmu_off();
    }
}

/* T0SZ out of bounds: what AT says, since no code could run. */
static void test_sizes(unsigned granule)
{
    section("granule %u, T0SZ and T1SZ", granule);
    both_halves(granule, 48, 48);
    for (unsigned tsz = 16; tsz < 40; tsz++) {
        el1_mmu_on(&low, &high, F(largest_ps(), 32), 0);
        WRITE(tcr_el1, (READ(tcr_el1) & ~0x3f003full) | tsz | F(tsz, 16));
        ASM("tlbi alle1\n dsb sy\n isb");
        print("size %u, lowest: PAR %lx\n", tsz, translate(0, 0));
        print("size %u, end of low: PAR %lx\n", tsz, translate(0, (1ull << (64 - tsz)) - 4096));
        print("size %u, after low: PAR %lx\n", tsz, translate(0, 1ull << (64 - tsz)));
        print("size %u, before high: PAR %lx\n", tsz, translate(0, -(1ull << (64 - tsz)) - 4096));
        print("size %u, first high: PAR %lx\n", tsz, translate(0, -(1ull << (64 - tsz))));
        print("size %u, last: PAR %lx\n", tsz, translate(0, -4096ull));
        el1_mmu_off();
    }
}

static void test_bases(void)
{
    static const uint64_t bases[] = { NOWHERE, F(1, 36), F(1, 40), F(1, 44), F(1, 47) };

    section("table bases and TCR_EL1.EPD0");
    both_halves(12, 48, 48);
    for (size_t i = 0; i < ARRAY_LEN(bases); i++) {
        for (unsigned ps = 0; ps <= largest_ps(); ps++) {
            el1_mmu_on(&low, &high, F(ps, 32), 0);
            WRITE(ttbr1_el1, bases[i]);
            name_case("TTBR1 %lx, PS %u", bases[i], ps);
            print("TTBR1 %lx, PS %u: PAR %lx\n", bases[i], ps, translate(0, -4096ull));
            CHECK(EL1, load, -4096ull);
            CHECK(EL0, fetch, -4096ull);
            el1_mmu_off();
        }
    }
    el1_mmu_on(&low, &high, F(largest_ps(), 32) | F(1, 7), 0);
    print("EPD0: PAR %lx\n", translate(0, 0x40080000));
    print("EPD0: PAR %lx\n", translate(2, 0x40080000));
    print("EPD0: PAR %lx\n", translate(0, 1ull << 50));
    el1_mmu_off();
}

/* Memory attributes as PAR_EL1 has them. */
static void test_attributes(void)
{
    section("attributes");
    both_halves(12, 48, 48);
    for (unsigned attr = 0; attr < 8; attr++) {
        for (unsigned sh = 0; sh < 4; sh++) {
            map(&low, 0x5000, TARGET, 3, USER_RW | D_ATTR(attr) | F(sh, 8));
            el1_mmu_on(&low, &high, F(largest_ps(), 32), 0);
            WRITE(mair_el1, 0x4f0c08bb044400ffull);
            print("attribute %u, SH %u: PAR %lx\n", attr, sh, translate(0, 0x5000));
            el1_mmu_off();
        }
    }
}

int main(void)
{
    static const unsigned granules[] = { 12, 14, 16 };

    fill_target();
    for (size_t i = 0; i < ARRAY_LEN(granules); i++) {
        if (has_granule(granules[i])) {
            test_faults(granules[i]);
            test_bounds(granules[i]);
            test_sizes(granules[i]);
        }
    }
    test_bases();
    test_attributes();
    return 0;
}
