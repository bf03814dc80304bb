/* SPDX-License-Identifier: MIT */
/*
 * Permissions: every combination of descriptor and table bits, WXN, PAN and UAO, for each kind of
 * access (D8.4). Then the syndromes of all the instructions that access memory: pairs, exclusives,
 * atomics, unprivileged ones, cache maintenance, vectors; misaligned and across pages.
 */
#include "trace.h"

#define PAGE 0x100000ull /* mapped to TARGET */

static Tables tables;

/* ---- permissions ---- */

CODE(load_pan, ".inst 0xd500419f\n ldr x0, [x0]\n .inst 0xd500409f"); /* PAN */
CODE(store_pan, ".inst 0xd500419f\n str x0, [x0]\n .inst 0xd500409f");
CODE(unpriv_pan, ".inst 0xd500419f\n ldtr x0, [x0]\n .inst 0xd500409f");
CODE(load_uao, ".inst 0xd500417f\n ldtr x0, [x0]\n .inst 0xd500407f"); /* UAO */
CODE(store_uao, ".inst 0xd500417f\n sttr x0, [x0]\n .inst 0xd500407f");
CODE(both, ".inst 0xd500419f\n .inst 0xd500417f\n ldtr x0, [x0]\n .inst 0xd500407f\n"
           ".inst 0xd500409f");

typedef struct Access {
    const uint32_t *code;
    uint64_t mode;
} Access;

static const Access accesses[] = {
    { load, EL1 },         { store, EL1 }, { fetch, EL1 }, { load_unpriv, EL1 },
    { store_unpriv, EL1 }, { load, EL0 },  { store, EL0 }, { fetch, EL0 },
};
static const Access v81_accesses[] = {
    { load_pan, EL1 }, { store_pan, EL1 }, { unpriv_pan, EL1 },
    { load_uao, EL1 }, { store_uao, EL1 }, { both, EL1 },
};

static bool has_pan(void)
{
    return id_field(READ(id_aa64mmfr1_el1), 20) != 0;
}

static bool has_uao(void)
{
    return id_field(READ(S3_0_C0_C7_2), 4) != 0;
}

/* One access: '.' or the fault status code. */
static void try_access(const Access *a)
{
    RUN(a->mode, a->code, a->code == fetch ? PAGE : PAGE + 24);
    if (taken) {
        print(" %lx", last.esr & 0x3f);
    } else {
        print(" .");
    }
}

static void try_accesses(void)
{
    show_exceptions = false;
    name_case("permissions");
    for (size_t i = 0; i < ARRAY_LEN(accesses); i++) {
        try_access(&accesses[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(v81_accesses) && has_pan() && has_uao(); i++) {
        try_access(&v81_accesses[i]);
    }
    show_exceptions = true;
    print("\n");
}

static void flush(void)
{
    ASM("dsb sy\n tlbi alle1\n dsb sy\n isb");
}

/* AP, PXN and UXN of the page, under @above in its table's descriptor. */
static void all_pages(uint64_t above, unsigned wxn)
{
    uint64_t *table = descriptor(&tables, PAGE, 2);

    *table |= above;
    for (unsigned bits = 0; bits < 16; bits++) {
        map(&tables, PAGE, TARGET, 3, D_AF | F(bits & 3, 6) | F(bits >> 2, 53));
        flush();
        print("tables %lx WXN %u AP %u PXN %u UXN %u:", above >> 59, wxn, bits & 3, bits >> 2 & 1,
              bits >> 3);
        try_accesses();
    }
    *table &= ~above;
}

static void begin(uint64_t tcr, uint64_t sctlr)
{
    reset_tables();
    tables = make_tables(12, 39);
    map_image(&tables);
    map(&tables, PAGE, TARGET, 3, D_AF);
    el1_mmu_on(&tables, NULL, F(largest_ps(), 32) | tcr, sctlr | F(1, 23));
}

static void test_permissions(void)
{
    section("permissions of pages");
    begin(0, 0);
    all_pages(0, 0);
    el1_mmu_off();
    begin(0, F(1, 19));
    all_pages(0, 1);
    el1_mmu_off();
    section("permissions of tables");
    begin(0, 0);
    for (uint64_t bits = 1; bits < 16; bits++) {
        all_pages(F(bits, 59), 0);
    }
    el1_mmu_off();
    if (id_field(READ(id_aa64mmfr1_el1), 12)) {
        section("permissions of tables, disabled (HPD)");
        begin(F(1, 41), 0);
        for (uint64_t bits = 1; bits < 16; bits <<= 1) {
            all_pages(F(bits, 59), 0);
        }
        el1_mmu_off();
    }
}

/* ---- instructions ---- */

CODE(ldrb_, "ldrb w1, [x0]");
CODE(ldrsb_, "ldrsb x1, [x0]");
CODE(ldrh_, "ldrh w1, [x0]");
CODE(ldrsh_, "ldrsh w1, [x0]");
CODE(ldrw_, "ldr w1, [x0]");
CODE(ldrsw_, "ldrsw x1, [x0]");
CODE(ldr_pre, "mov x2, x0\n ldr x1, [x2, #8]!\n mov x0, #0");
CODE(ldr_post, "mov x2, x0\n ldr x1, [x2], #8\n sub x0, x2, x0");
CODE(str_post, "mov x2, x0\n str x1, [x2], #8\n sub x0, x2, x0");
CODE(strb_, "strb w1, [x0]");
CODE(strh_, "strh w1, [x0]");
CODE(strw_, "str w1, [x0]");
CODE(str_xzr, "str xzr, [x0]");
CODE(ldr_lit, "ldr x1, .");
CODE(ldp_, "ldp x1, x2, [x0]");
CODE(ldp_w, "ldp w1, w2, [x0]");
CODE(ldpsw_, "ldpsw x1, x2, [x0]");
CODE(stp_, "stp x1, x2, [x0]");
CODE(ldnp_, "ldnp x1, x2, [x0]");
CODE(ldur_, "ldur x1, [x0]");
CODE(ldar_, "ldar x1, [x0]");
CODE(ldarb_, "ldarb w1, [x0]");
CODE(stlr_, "stlr x1, [x0]");
CODE(ldxr_, "ldxr x1, [x0]");
CODE(ldxrb_, "ldxrb w1, [x0]");
CODE(ldaxr_, "ldaxr w1, [x0]");
CODE(ldxp_, "ldxp x1, x2, [x0]");
CODE(stxr_fails, "clrex\n stxr w1, x2, [x0]\n mov w0, w1");
CODE(stxp_fails, "clrex\n stxp w1, x2, x3, [x0]\n mov w0, w1");
CODE(ldtr_, "ldtr x1, [x0]");
CODE(sttr_, "sttr x1, [x0]");
CODE(ldtrsb_, "ldtrsb x1, [x0]");
CODE(prfm_, "prfm pldl1keep, [x0]");
CODE(prfm_i, "prfm plil1keep, [x0]");
CODE(ldr_q, "ldr q1, [x0]");
CODE(str_q, "str q1, [x0]");
CODE(ldr_b, "ldr b1, [x0]");
CODE(ldp_q, "ldp q1, q2, [x0]");
CODE(stp_q, "stp q1, q2, [x0]");
CODE(ld1_4, "ld1 {v1.16b-v4.16b}, [x0]");
CODE(st1_4, "st1 {v1.16b-v4.16b}, [x0]");
CODE(ld4_, "ld4 {v1.4s-v4.4s}, [x0]");
CODE(st2_, "st2 {v1.2d-v2.2d}, [x0]");
CODE(ld1_lane, "ld1 {v1.h}[3], [x0]");
CODE(ld1r_, "ld1r {v1.8h}, [x0]");
CODE(dc_zva, "dc zva, x0");
CODE(dc_cvac, "dc cvac, x0");
CODE(dc_cvau, "dc cvau, x0");
CODE(dc_civac, "dc civac, x0");
CODE(ic_ivau, "ic ivau, x0");
CODE(dc_ivac, "dc ivac, x0");
CODE(ldadd_, "ldadd x1, x1, [x0]");
CODE(stadd_, "stadd x1, [x0]");
CODE(ldclrb_, "ldclrb w1, w1, [x0]");
CODE(swp_, "swpal x1, x1, [x0]");
CODE(swph_, "swph w1, w1, [x0]");
CODE(cas_, "cas x1, x2, [x0]");
CODE(casb_, "casb w1, w2, [x0]");
CODE(casp_, "casp x2, x3, x4, x5, [x0]");
CODE(ldapr_, "ldapr x1, [x0]");

typedef struct Insn {
    const char *name;
    const uint32_t *code;
    bool v81;
} Insn;

#define I(name)                                                                                    \
    {                                                                                              \
#name, name, false                                                                         \
    }
#define I81(name)                                                                                  \
    {                                                                                              \
#name, name, true                                                                          \
    }

static const Insn insns[] = {
    I(ldrb_),   I(ldrsb_),     I(ldrh_),      I(ldrsh_),   I(ldrw_),    I(ldrsw_),   I(load),
    I(ldr_pre), I(ldr_post),   I(str_post),   I(strb_),    I(strh_),    I(strw_),    I(store),
    I(str_xzr), I(ldr_lit),    I(ldp_),       I(ldp_w),    I(ldpsw_),   I(stp_),     I(ldnp_),
    I(ldur_),   I(ldar_),      I(ldarb_),     I(stlr_),    I(ldxr_),    I(ldxrb_),   I(ldaxr_),
    I(ldxp_),   I(stxr_fails), I(stxp_fails), I(ldtr_),    I(sttr_),    I(ldtrsb_),  I(prfm_),
    I(prfm_i),  I(ldr_q),      I(str_q),      I(ldr_b),    I(ldp_q),    I(stp_q),    I(ld1_4),
    I(st1_4),   I(ld4_),       I(st2_),       I(ld1_lane), I(ld1r_),    I(dc_zva),   I(dc_cvac),
    I(dc_cvau), I(dc_civac),   I(ic_ivau),    I(dc_ivac),  I81(ldadd_), I81(stadd_), I81(ldclrb_),
    I81(swp_),  I81(swph_),    I81(cas_),     I81(casb_),  I81(casp_),  I81(ldapr_),
};

static bool has_lse(void)
{
    return id_field(READ(id_aa64isar0_el1), 20) && id_field(READ(id_aa64isar1_el1), 20);
}

static void all_insns(const char *where, uint64_t addr, uint64_t mode)
{
    for (size_t i = 0; i < ARRAY_LEN(insns); i++) {
        if (insns[i].v81 && !has_lse()) {
            continue;
        }
        name_case("%s, EL%u %s", where, (unsigned)(mode >> 2 & 3), insns[i].name);
        RUN(mode, insns[i].code, addr);
        if (!taken) {
            print("%s, EL%u %s: ok\n", where, (unsigned)(mode >> 2 & 3), insns[i].name);
        }
    }
}

static void test_insns(void)
{
    section("instructions and faults");
    begin(0, 0);
    map(&tables, PAGE, TARGET, 3, D_AF | D_USER);
    *descriptor(&tables, PAGE + 0x1000, 3) = 0;
    map(&tables, PAGE + 0x2000, TARGET + 0x2000, 3, D_AF | D_USER | D_RO);
    map(&tables, PAGE + 0x3000, TARGET + 0x3000, 3, D_USER);
    map(&tables, PAGE + 0x4000, TARGET + 0x4000, 3, D_AF);
    map(&tables, PAGE + 0x5000, NOWHERE, 3, D_AF | D_USER);
    flush();
    all_insns("invalid", PAGE + 0x1040, EL1);
    all_insns("invalid", PAGE + 0x1040, EL0);
    all_insns("read only", PAGE + 0x2040, EL1);
    all_insns("read only", PAGE + 0x2040, EL0);
    all_insns("no access flag", PAGE + 0x3040, EL1);
    all_insns("privileged", PAGE + 0x4040, EL0);
    all_insns("external abort", PAGE + 0x5040, EL1);
    section("across pages");
    all_insns("8 bytes before invalid", PAGE + 0x1000 - 8, EL1);
    all_insns("4 bytes before invalid", PAGE + 0x1000 - 4, EL1);
    all_insns("1 byte before invalid", PAGE + 0x1000 - 1, EL0);
    all_insns("4 bytes before no access flag", PAGE + 0x3000 - 4, EL1);
    all_insns("3 bytes before privileged", PAGE + 0x4000 - 3, EL0);
    el1_mmu_off();
}

static void test_alignment(void)
{
    static const uint64_t sctlr[] = { 0, SCTLR_A };

    for (size_t i = 0; i < ARRAY_LEN(sctlr); i++) {
        section("alignment, SCTLR.A %u", (unsigned)i);
        begin(0, sctlr[i]);
        map(&tables, PAGE, TARGET, 3, D_AF | D_USER);
        *descriptor(&tables, PAGE + 0x1000, 3) = 0;
        flush();
        all_insns("off by 1", PAGE + 0x41, EL1);
        all_insns("off by 4", PAGE + 0x44, EL0);
        all_insns("off by 8", PAGE + 0x48, EL1);
        all_insns("off by 2, invalid", PAGE + 0x1042, EL1);
        el1_mmu_off();
    }
}

int main(void)
{
    fill_target();
    test_permissions();
    test_insns();
    test_alignment();
    return 0;
}
