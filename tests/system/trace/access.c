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
