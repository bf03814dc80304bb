/* SPDX-License-Identifier: MIT */
/*
 * The translation regimes of EL2, of EL2&0 (VHE) and of EL3: faults at each level, permissions,
 * tags, AT and TLB maintenance; Secure and Non-secure memory; then what else HCR_EL2.E2H changes:
 * names of registers, FP traps, exceptions of EL0, timers (D8.2, D5.6).
 */
#include "trace.h"

#define WINDOW 0x00009234c0000000ull

static Tables low, high;
static unsigned el; /* of the regime under test */
static bool host;   /* EL2&0 */

static const uint64_t modes[] = { EL0, EL1, EL2, EL3 };

static uint64_t single_tcr(uint64_t ps)
{
    return tcr_low(&low) | F(ps, 16) | F(1, 23) | F(1, 31);
}

static void mmu_on(uint64_t ps, uint64_t extra)
{
    if (el == 3) {
        WRITE(mair_el3, MAIR);
        WRITE(ttbr0_el3, (uint64_t)low.root);
        WRITE(tcr_el3, single_tcr(ps) | extra);
        ASM("dsb sy\n tlbi alle3\n dsb sy\n isb");
        WRITE(sctlr_el3, 0x30c50830 | SCTLR_M | F(1, 2) | F(1, 12));
        return;
    }
    WRITE(mair_el2, MAIR);
    WRITE(ttbr0_el2, (uint64_t)low.root);
    if (host) {
        WRITE(S3_4_C2_C0_1, (uint64_t)high.root); /* TTBR1_EL2 */
        WRITE(tcr_el2, tcr_low(&low) | tcr_high(&high) | F(ps, 32) | extra);
    } else {
        WRITE(tcr_el2, single_tcr(ps) | extra);
    }
    ASM("dsb sy\n tlbi alle2\n dsb sy\n isb");
    WRITE(sctlr_el2, 0x30c50830 | SCTLR_M | F(1, 2) | F(1, 12) | (host ? F(1, 23) : 0));
}

static void flush(void)
{
    if (el == 3) {
        ASM("dsb sy\n tlbi alle3\n dsb sy\n isb");
    } else {
        ASM("dsb sy\n tlbi alle2\n dsb sy\n isb");
    }
}

static void mmu_off(void)
{
    if (el == 3) {
        WRITE(sctlr_el3, 0x30c50830);
    } else {
        WRITE(sctlr_el2, 0x30c50830);
    }
    flush();
}

static uint64_t translate(unsigned op, uint64_t va)
{
    WRITE(par_el1, 0);
    if (el == 3 && op == 0) {
        SYS("at s1e3r", va);
    } else if (el == 3) {
        SYS("at s1e3w", va);
    } else if (op == 0) {
        SYS("at s1e2r", va);
    } else {
        SYS("at s1e2w", va);
    }
    return READ(par_el1);
}

static void try_all(const char *what, unsigned level, uint64_t va)
{
    static const struct {
        const char *name;
        const uint32_t *code;
    } accesses[] = { { "read", load },
                     { "write", store },
                     { "fetch", fetch },
                     { "unprivileged read", load_unpriv },
                     { "unprivileged write", store_unpriv } };

    for (unsigned user = 0; user < (host ? 2 : 1); user++) {
        for (size_t i = 0; i < ARRAY_LEN(accesses); i++) {
            name_case("%s L%u, EL%u %s", what, level, user ? 0 : el, accesses[i].name);
            CHECK(user ? EL0 : modes[el], accesses[i].code, i == 2 ? va : va + 16);
        }
    }
    for (unsigned op = 0; op < 2; op++) {
        name_case("%s L%u, AT %u", what, level, op);
        print("%s L%u, AT %u: PAR %lx\n", what, level, op, translate(op, va));
    }
}

static void begin(unsigned granule, unsigned bits)
{
    reset_tables();
    low = make_tables(granule, bits);
    map_image(&low);
    high = make_tables(granule, bits);
}

static void go(const char *what, unsigned level, uint64_t ps, uint64_t va)
{
    mmu_on(ps, 0);
    try_all(what, level, va);
    mmu_off();
}

#define LEAF(level) ((level) == 3 ? D_TABLE : D_VALID)

static void faults_at(Tables *t, uint64_t va, unsigned level)
{
    unsigned granule = t->granule;
    uint64_t *d = descriptor(t, va, level), ps = largest_ps();
    uint64_t pa = TARGET & ~(block_size(granule, level) - 1), in = va + (TARGET - pa);

    go("invalid", level, ps, va);
    if (level < 3) {
        *d = NOWHERE | D_TABLE;
        go("external abort below", level, ps, va);
    }
    if (level == 0 || (level == 1 && granule != 12)) {
        return;
    }
    *d = pa | D_AF | LEAF(level);
    go("mapped, AP 0", level, ps, in);
    *d = pa | D_AF | D_USER | LEAF(level);
    go("mapped, AP 1", level, ps, in);
    *d = pa | D_AF | D_USER | D_RO | LEAF(level);
    go("read only", level, ps, in);
    *d = pa | D_AF | D_RO | LEAF(level);
    go("read only, AP 2", level, ps, in);
    *d = pa | D_USER | LEAF(level);
    go("no access flag", level, ps, in);
    *d = pa | D_AF | D_RO | D_UXN | LEAF(level);
    go("UXN", level, ps, in);
    *d = pa | D_AF | D_RO | D_PXN | LEAF(level);
    go("PXN", level, ps, in);
    *d = F(1, 42) | D_AF | LEAF(level);
    go("output beyond 42 bits", level, 3, va);
    *d = NOWHERE | D_AF | D_RO | LEAF(level);
    go("external abort", level, ps, va);
}

static void test_faults(const char *name)
{
    for (unsigned granule = 12; granule <= 16; granule += 2) {
        if (!has_granule(granule)) {
            continue;
        }
        section("%s, granule %u", name, granule);
        begin(granule, 48);
        for (unsigned level = low.root_level; level < 4; level++) {
            uint64_t size = block_size(granule, level > 2 ? 2 : level);

            begin(granule, 48);
            faults_at(&low, WINDOW & ~(size - 1), level);
            if (host) {
                begin(granule, 48);
                faults_at(&high, (WINDOW | F(0xffff, 48)) & ~(size - 1), level);
            }
        }
    }
}

/* Tags, and addresses that are in no half. */
static void test_addresses(const char *name)
{
    static const uint64_t tbi[] = { 0, F(1, 20), F(1, 37), F(1, 38) };
    static const uint64_t addresses[] = {
        0x5000,   0xffff000000005000, 0x5a00000000005000, 0x0080000000005000, 0xff7f000000005000,
        F(1, 48), 0xa5ff000000005000
    };

    section("%s, addresses", name);
    for (size_t i = host ? 1 : 0; i < (host ? 4 : 2); i++) {
        begin(12, 48);
        map(&low, 0x5000, TARGET, 3, D_AF | D_RO);
        map(&high, 0x5000, TARGET, 3, D_AF | D_RO);
        for (size_t k = 0; k < ARRAY_LEN(addresses); k++) {
            mmu_on(largest_ps(), host && i == 1 ? 0 : tbi[i]);
            name_case("TBI %u, %lx read", (unsigned)i, addresses[k]);
            CHECK(modes[el], load, addresses[k] + 16);
            name_case("TBI %u, %lx fetch", (unsigned)i, addresses[k]);
            CHECK(modes[el], fetch, addresses[k]);
            print("TBI %u, %lx AT: PAR %lx\n", (unsigned)i, addresses[k],
                  translate(0, addresses[k]));
            mmu_off();
        }
    }
}

/* A change after each TLBI that must show it. */
static void test_tlbi(const char *name, const uint32_t *words, const char *const *names, unsigned n)
{
    section("%s, TLBI", name);
    for (unsigned i = 0; i < n; i++) {
        const void *code;

        begin(12, 48);
        map(&low, 0x5000, TARGET, 3, D_AF | D_RO | (host ? D_NG : 0));
        *(volatile uint64_t *)(TARGET + 0x10010) = 0x1234;
        *(volatile uint64_t *)(TARGET + 0x10) = 0x4321;
        code = word_code(words[i]); /* where it is written is read-only then */
        mmu_on(largest_ps(), 0);
        show_exceptions = false;
        RUN(modes[el], load, 0x5010);
        show_exceptions = true;
        map(&low, 0x5000, TARGET + 0x10000, 3, D_AF | D_RO | (host ? D_NG : 0));
        name_case("%s", names[i]);
        ASM("dsb sy");
        RUN(modes[el], code, 5);
        ASM("dsb sy\n isb");
        CHECK(modes[el], load, 0x5010);
        mmu_off();
    }
}

static const uint32_t el2_words[] = { 0xd50c8700, 0xd50c8720, 0xd50c87a0,
                                      0xd50c8300, 0xd50c8320, 0xd50c83a0 };
static const char *const el2_names[] = { "ALLE2", "VAE2", "VALE2", "ALLE2IS", "VAE2IS", "VALE2IS" };
static const uint32_t el3_words[] = { 0xd50e8700, 0xd50e8720, 0xd50e87a0,
                                      0xd50e8300, 0xd50e8320, 0xd50e83a0 };
static const char *const el3_names[] = { "ALLE3", "VAE3", "VALE3", "ALLE3IS", "VAE3IS", "VALE3IS" };
static const uint32_t host_words[] = { 0xd5088700, 0xd5088720, 0xd5088740,
                                       0xd5088760, 0xd50887a0, 0xd50887e0 };
static const char *const host_names[] = { "VMALLE1", "VAE1", "ASIDE1", "VAAE1", "VALE1", "VAALE1" };

static void test_regime(const char *name)
{
    test_faults(name);
    test_addresses(name);
    if (el == 3) {
        test_tlbi(name, el3_words, el3_names, ARRAY_LEN(el3_names));
    } else {
        test_tlbi(name, el2_words, el2_names, ARRAY_LEN(el2_names));
    }
}

/* ---- VHE ---- */

CODE(svc_, "svc #9");
CODE(brk_, "brk #9");
CODE(fp_, "fmov d0, d1");
CODE(eret_el1, "msr spsr_el2, x0\n msr elr_el2, x1\n isb\n eret\n nop");
CODE(el_, "mrs x0, CurrentEL");

/* MRS x0 of FAR ESR MAIR TTBR0 TCR CONTEXTIDR SPSR CNTKCTL AMAIR, with the op1 of _EL1 */
static const struct {
    const char *name;
    uint32_t word;
} names[] = { { "FAR", 0xd5386000 },        { "ESR", 0xd5385200 },   { "MAIR", 0xd538a200 },
              { "TTBR0", 0xd5382000 },      { "TTBR1", 0xd5382020 }, { "TCR", 0xd5382040 },
              { "CONTEXTIDR", 0xd538d020 }, { "SPSR", 0xd5384000 },  { "ELR", 0xd5384020 },
              { "CNTKCTL", 0xd538e100 } };

static void write_both(void)
{
    WRITE(far_el1, 0x11);
    WRITE(esr_el1, 0x12);
    WRITE(mair_el1, 0x13);
    WRITE(ttbr0_el1, 0x14000);
    WRITE(ttbr1_el1, 0x15000);
    WRITE(tcr_el1, 0x16);
    WRITE(contextidr_el1, 0x17);
    WRITE(cntkctl_el1, 0x18);
    WRITE(mair_el2, 0x23);
    WRITE(ttbr0_el2, 0x24000);
    WRITE(S3_4_C2_C0_1, 0x25000);
    WRITE(tcr_el2, 0x26);
    WRITE(S3_4_C13_C0_1, 0x27); /* CONTEXTIDR_EL2 */
}

static void test_names(uint64_t hcr)
{
    section("names of registers, HCR_EL2 %lx", hcr);
    WRITE(hcr_el2, HCR_RW);
    write_both();
    WRITE(hcr_el2, HCR_RW | hcr);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        static const uint32_t op1[] = { 0, F(4, 16), F(5, 16) };
        static const char *const suffix[] = { "EL1", "EL2", "EL12" };
        bool exception = i == 0 || i == 1 || i == 7 || i == 8; /* the trace changes EL2's */

        for (unsigned k = 0; k < 3; k++) {
            bool own = exception && (k == 1 || (k == 0 && (hcr & F(1, 34))));

            if (i == 9 && k == 1) {
                continue;
            }
            name_case("%s_%s at EL2", names[i].name, suffix[k]);
            if (own) {
                RUN(EL2, word_code(names[i].word + op1[k]), 0);
                print("%s_%s at EL2: taken %u\n", names[i].name, suffix[k], taken);
            } else {
                CHECK(EL2, word_code(names[i].word + op1[k]), 0);
            }
        }
        if (!(hcr & F(1, 27)) && !exception) {
            name_case("%s_EL1 at EL1", names[i].name);
            CHECK(EL1, word_code(names[i].word), 0);
        }
    }
    WRITE(hcr_el2, HCR_RW);
}

static void test_host_exceptions(void)
{
    uint64_t cptr = READ(cptr_el2);

    section("EL0 of a host");
    WRITE(hcr_el2, HCR_RW | F(1, 34) | F(1, 27));
    name_case("svc");
    CHECK(EL0, svc_);
    name_case("brk");
    CHECK(EL0, brk_);
    name_case("return to EL1");
    CHECK(EL2, eret_el1, EL1, (uint64_t)el_);
    for (unsigned fpen = 0; fpen < 4; fpen++) {
        WRITE(hcr_el2, HCR_RW | F(1, 34) | F(1, 27));
        WRITE(cptr_el2, F(fpen, 20));
        WRITE(cpacr_el1, F(fpen, 20));
        for (unsigned k = 0; k < 3; k += 2) {
            name_case("host, FPEN %u, EL%u FP", fpen, k);
            CHECK(modes[k], fp_);
        }
        WRITE(hcr_el2, HCR_RW | F(1, 34));
        for (unsigned k = 0; k < 3; k++) {
            name_case("E2H, FPEN %u, EL%u FP", fpen, k);
            CHECK(modes[k], fp_);
        }
    }
    WRITE(hcr_el2, HCR_RW);
    WRITE(cptr_el2, cptr);
    WRITE(cpacr_el1, F(3, 20));
}

static void test_host(void)
{
    host = true;
    el = 2;
    WRITE(hcr_el2, HCR_RW | F(1, 34) | F(1, 27));
    WRITE(cptr_el2, F(3, 20));
    test_regime("EL2&0");
    test_tlbi("EL2&0, names of EL1", host_words, host_names, ARRAY_LEN(host_names));
    host = false;
    WRITE(hcr_el2, HCR_RW);
    WRITE(cptr_el2, 0x33ff);
    test_names(0);
    test_names(F(1, 34));
    test_names(F(1, 34) | F(1, 27));
    test_host_exceptions();
}

int main(void)
{
    fill_target();
    el = 2;
    if (has_el(2)) {
        test_regime("EL2");
    }
    if (has_el(2) && id_field(READ(id_aa64mmfr1_el1), 8)) {
        test_host();
    }
    if (top_el == 3) {
        el = 3;
        test_regime("EL3");
    }
    return 0;
}
