/* SPDX-License-Identifier: MIT */
/*
 * Synchronous exceptions of each Exception level: what generates them, which level takes them and
 * with what syndrome and saved state; then how their routing is changed, FP traps, traps of EL0 by
 * SCTLR_EL1, and exception returns, legal and not (D1.3).
 */
#include "trace.h"

CODE(svc_1, "svc #1");
CODE(hvc_2, "mov x0, #0\n hvc #2");
CODE(smc_3, "mov x0, #0\n smc #3");
CODE(brk_4, "brk #4");
CODE(brk_max, "brk #0xffff");
CODE(hlt_5, "hlt #5");
CODE(udf_6, "udf #6");
CODE(unallocated, ".inst 0x02000000");
CODE(dcps1, "dcps1 #1");
CODE(dcps3, "dcps3 #3");
CODE(drps, "drps");
CODE(sp_bad_load, "mov x9, sp\n add x10, x9, #8\n mov sp, x10\n ldr x1, [sp]\n mov sp, x9");
CODE(sp_bad_store, "mov x9, sp\n add x10, x9, #4\n mov sp, x10\n str x1, [sp, #8]\n mov sp, x9");
CODE(sp_bad_pair, "mov x9, sp\n sub x10, x9, #1\n mov sp, x10\n stp x1, x2, [sp, #-16]!\n"
                  "mov sp, x9");
CODE(sp_bad_unused, "mov x9, sp\n add x10, x9, #8\n mov sp, x10\n ldr x1, [x9]\n mov sp, x9");
CODE(sp_bad_prefetch, "mov x9, sp\n add x10, x9, #8\n mov sp, x10\n prfm pldl1keep, [sp]\n"
                      "mov sp, x9");
CODE(pc_bad_br, "adr x1, .\n add x1, x1, #2\n br x1");
CODE(pc_bad_ret, "adr x1, .\n add x1, x1, #1\n ret x1");
CODE(pc_bad_blr, "mov x9, x30\n adr x1, 1f\n add x1, x1, #3\n blr x1\n 1: mov x30, x9");
CODE(fp_add, "fadd d0, d0, d0");
CODE(fp_load, "ldr d0, [sp]");
CODE(fp_vector, "add v0.4s, v0.4s, v0.4s");
CODE(fp_fpcr, "mrs x0, fpcr");
CODE(fp_fpsr, "msr fpsr, xzr");
CODE(wfe_, "wfe");
CODE(wfi_, "wfi");
CODE(daifset, "msr daifset, #15");
CODE(daifclr, "msr daifclr, #0");
CODE(daif_read, "mrs x0, daif");
CODE(daif_write, "mrs x0, daif\n msr daif, x0");
CODE(read_ctr, "mrs x0, ctr_el0\n mov x0, #0");
CODE(read_dczid, "mrs x0, dczid_el0\n and x0, x0, #16");
CODE(dc_zva, "mov x0, sp\n sub x0, x0, #256\n dc zva, x0\n mov x0, #0");
CODE(dc_cvac, "dc cvac, x0");
CODE(dc_cvau, "dc cvau, x0");
CODE(dc_civac, "dc civac, x0");
CODE(ic_ivau, "ic ivau, x0");
CODE(spsel, "mov x0, #0\n msr spsel, #1");
CODE(mrs_esr1, "mrs x0, esr_el1\n mov x0, #0");
CODE(mrs_esr2, "mrs x0, esr_el2\n mov x0, #0");
CODE(mrs_esr3, "mrs x0, esr_el3\n mov x0, #0");
CODE(write_midr, ".inst 0xd5180000");
CODE(tlbi_all, "tlbi vmalle1");

typedef struct Case {
    const char *name;
    const void *code;
} Case;

#define C(name)                                                                                    \
    {                                                                                              \
#name, name                                                                                \
    }

static const Case generators[] = {
    C(svc_1),        C(hvc_2),       C(smc_3),         C(brk_4),
    C(brk_max),      C(hlt_5),       C(udf_6),         C(unallocated),
    C(dcps1),        C(dcps3),       C(drps),          C(sp_bad_load),
    C(sp_bad_store), C(sp_bad_pair), C(sp_bad_unused), C(sp_bad_prefetch),
    C(pc_bad_br),    C(pc_bad_ret),  C(pc_bad_blr),    C(fp_add),
    C(fp_fpcr),      C(wfe_),        C(daifset),       C(daifclr),
    C(daif_read),    C(daif_write),  C(spsel),         C(mrs_esr1),
    C(mrs_esr2),     C(mrs_esr3),    C(write_midr),    C(tlbi_all),
};

static const uint64_t modes[] = { EL0, EL1T, EL1, EL2T, EL2, EL3T, EL3 };
static const char *const mode_names[] = { "EL0", "EL1t", "EL1h", "EL2t", "EL2h", "EL3t", "EL3h" };

static bool mode_exists(uint64_t mode)
{
    return (mode >> 2 & 3) <= top_el && has_el(mode >> 2 & 3);
}

static void run_cases(const Case *cases, size_t n, uint64_t flags)
{
    for (size_t m = 0; m < ARRAY_LEN(modes); m++) {
        if (!mode_exists(modes[m])) {
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            name_case("%s %s", mode_names[m], cases[i].name);
            CHECK(modes[m] | flags, cases[i].code);
        }
    }
}

static void test_generators(void)
{
    static const uint64_t flags[] = { 0, F(15, 28), F(5, 28) };

    for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
        section("generators, flags %lx", flags[i]);
        run_cases(generators, i ? 6 : ARRAY_LEN(generators), flags[i]);
    }
}

/* SCTLR_ELx.SA and SA0 of each level. */
static void test_sp_alignment(void)
{
    static const Case cases[] = { C(sp_bad_load), C(sp_bad_store), C(sp_bad_pair), C(sp_bad_unused),
                                  C(sp_bad_prefetch) };
    uint64_t old = READ(sctlr_el1);

    section("SP alignment checks");
    for (unsigned on = 0; on < 4; on++) {
        WRITE(sctlr_el1, (old & ~0x18ull) | (on & 1 ? SCTLR_SA : 0) | (on & 2 ? SCTLR_SA0 : 0));
        for (unsigned m = 0; m < 3; m++) {
            if (top_el == 1 && m) {
                continue; /* the trace itself runs there */
            }
            for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                name_case("SA,SA0=%u %s %s", on, mode_names[m], cases[i].name);
                CHECK(modes[m], cases[i].code);
            }
        }
    }
    WRITE(sctlr_el1, old);
}

/* What SCTLR_EL1 lets EL0 do. */
static void test_el0_controls(void)
{
    static const Case cases[] = { C(wfe_),       C(daifset),  C(daifclr),    C(daif_read),
                                  C(daif_write), C(read_ctr), C(read_dczid), C(dc_zva),
                                  C(dc_cvac),    C(dc_cvau),  C(dc_civac),   C(ic_ivau) };
    static const uint64_t bits[] = { 0,        F(1, 9),
                                     F(1, 14), F(1, 15),
                                     F(1, 16), F(1, 18),
                                     F(1, 26), F(1, 9) | F(7, 14) | F(1, 18) | F(1, 26) };
    uint64_t old = READ(sctlr_el1);

    section("EL0 and SCTLR_EL1: UMA DZE UCT nTWI nTWE UCI");
    for (size_t b = 0; b < ARRAY_LEN(bits); b++) {
        WRITE(sctlr_el1, (old & ~bits[7]) | bits[b]);
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
            name_case("SCTLR %lx %s", bits[b], cases[i].name);
            CHECK(EL0, cases[i].code, (uint64_t)fp_add);
        }
        if (!(bits[b] & F(1, 16))) {
            name_case("SCTLR %lx wfi", bits[b]);
            CHECK(EL0, wfi_);
        }
    }
    WRITE(sctlr_el1, old);
}

static const Case fp_cases[] = { C(fp_add), C(fp_load), C(fp_vector), C(fp_fpcr), C(fp_fpsr) };

static void test_fp_traps(void)
{
    uint64_t cptr2 = 0, cptr3 = 0;

    section("FP traps");
    for (unsigned fpen = 0; fpen < 4; fpen++) {
        WRITE(cpacr_el1, F(fpen, 20));
        for (unsigned upper = 0; upper < 4; upper++) {
            if ((upper & 1) && top_el > 1 && has_el(2)) {
                cptr2 = READ(cptr_el2);
                WRITE(cptr_el2, cptr2 | F(1, 10));
            } else if (upper & 1) {
                continue;
            }
            if ((upper & 2) && top_el > 2) {
                cptr3 = READ(cptr_el3);
                WRITE(cptr_el3, F(1, 10));
            } else if (upper & 2) {
                break;
            }
            for (size_t m = 0; m < ARRAY_LEN(modes); m++) {
                for (size_t i = 0; mode_exists(modes[m]) && i < ARRAY_LEN(fp_cases); i++) {
                    name_case("FPEN=%u TFP=%u %s %s", fpen, upper, mode_names[m], fp_cases[i].name);
                    CHECK(modes[m], fp_cases[i].code);
                }
            }
            if (upper & 1) {
                WRITE(cptr_el2, cptr2);
            }
            if (upper & 2) {
                WRITE(cptr_el3, cptr3);
            }
        }
    }
    WRITE(cpacr_el1, F(3, 20));
}

/* ---- exception returns ---- */

CODE(state, "mrs x0, CurrentEL\n mrs x1, spsel\n orr x0, x0, x1\n mrs x1, daif\n orr x0, x0, x1\n"
            "mrs x1, nzcv\n orr x0, x0, x1");
CODE(at_el0, "mrs x0, nzcv\n orr x0, x0, #1");
/* An exception return at EL1 to code at x1 with SPSR x0. */
CODE(return_el1, "msr spsr_el1, x0\n msr elr_el1, x1\n isb\n eret\n nop");
CODE(return_el2, "msr spsr_el2, x0\n msr elr_el2, x1\n isb\n eret\n nop");

static const uint64_t spsr_values[] = {
    /* modes that exist and not; M[1]; EL0h; those of AArch32 but User, which QEMU has */
    0x3c0,
    0x3c1,
    0x3c2,
    0x3c3,
    0x3c4,
    0x3c5,
    0x3c6,
    0x3c7,
    0x3c8,
    0x3c9,
    0x3ca,
    0x3cb,
    0x3cc,
    0x3cd,
    0x3ce,
    0x3cf,
    0x1d1,
    0x1d2,
    0x1d3,
    0x1d6,
    0x1d7,
    0x1da,
    0x1db,
    0x1df,
    /* every bit of its own, to EL1 */
    0x5,
    0x45,
    0x85,
    0x105,
    0x205,
    0x405,
    0x805,
    0x1005,
    0x2005,
    0x4005,
    0x8005,
    0x103c5,
    0x203c5,
    0x403c5,
    0x803c5,
    0x1003c5,
    0x2003c5,
    0x4003c5,
    0x8003c5,
    0x10003c5,
    0x20003c5,
    0x40003c5,
    0x80003c5,
    0x100003c5,
    0x200003c5,
    0x400003c5,
    0x800003c5,
    0x1000003c5,
    /* all but the mode; with IL and flags to a bad one */
    0xffffffffffe003c5,
    0xf01003c4,
    0xf00003c2,
    0xf00003cf,
    0xf00001d6,
};

static void test_returns(uint64_t from, const void *code)
{
    for (size_t i = 0; i < ARRAY_LEN(spsr_values); i++) {
        uint64_t mode = spsr_values[i] & 0xf;

        name_case("SPSR %lx", spsr_values[i]);
        CHECK(from, code, spsr_values[i], (uint64_t)(mode ? state : at_el0));
    }
}

CODE(to_illegal, "msr spsr_el1, x0\n msr elr_el1, x1\n isb\n eret");

static void test_illegal_returns(void)
{
    section("exception return from EL1");
    test_returns(EL1, return_el1);
    if (top_el >= 2 && has_el(2)) {
        section("exception return from EL2");
        test_returns(EL2, return_el2);
    }
    section("illegal state before other exceptions");
    for (size_t i = 0; i < ARRAY_LEN(generators); i++) {
        if (generators[i].code == (const void *)spsel ||
            generators[i].code == (const void *)pc_bad_blr) {
            continue; /* the first instruction is needed */
        }
        name_case("IL %s", generators[i].name);
        CHECK(EL1, to_illegal, 0x3cf, (uint64_t)generators[i].code);
    }
}

static void test_el0_with_tge(void)
{
    uint64_t hcr = READ(hcr_el2);

    section("HCR_EL2.TGE");
    WRITE(hcr_el2, hcr | F(1, 27));
    for (size_t i = 0; i < ARRAY_LEN(generators); i++) {
        name_case("TGE EL0 %s", generators[i].name);
        CHECK(EL0, generators[i].code);
    }
    for (unsigned fpen = 0; fpen < 4; fpen++) {
        WRITE(cpacr_el1, F(fpen, 20));
        name_case("TGE EL0 FPEN=%u fadd", fpen);
        CHECK(EL0, fp_add);
    }
    name_case("TGE return to EL1");
    if (top_el == 2) {
        CHECK(EL2, return_el2, EL1, (uint64_t)state);
    }
    WRITE(cpacr_el1, F(3, 20));
    WRITE(hcr_el2, hcr);
}

static void test_calls(void)
{
    static const uint64_t bits[] = { F(1, 19), F(1, 29), F(1, 19) | F(1, 29) };
    uint64_t hcr = READ(hcr_el2);

    section("HCR_EL2.TSC, HCD");
    for (size_t b = 0; b < ARRAY_LEN(bits); b++) {
        if (top_el == 2 && (bits[b] & F(1, 29))) {
            continue; /* the trace comes back by HVC */
        }
        WRITE(hcr_el2, hcr | bits[b]);
        for (size_t m = 0; m < ARRAY_LEN(modes); m++) {
            /* From EL1 with TSC there is no way up to EL3 but through EL2. */
            if (!mode_exists(modes[m]) || (top_el == 3 && modes[m] < EL2T)) {
                continue;
            }
            name_case("HCR %lx %s hvc", bits[b], mode_names[m]);
            CHECK(modes[m], hvc_2);
            name_case("HCR %lx %s smc", bits[b], mode_names[m]);
            CHECK(modes[m], smc_3);
        }
    }
    WRITE(hcr_el2, hcr);
}

static void test_debug_routing(void)
{
    uint64_t mdcr = READ(mdcr_el2);

    section("MDCR_EL2.TDE");
    WRITE(mdcr_el2, mdcr | F(1, 8));
    for (size_t m = 0; m < ARRAY_LEN(modes); m++) {
        if (mode_exists(modes[m])) {
            name_case("TDE %s brk", mode_names[m]);
            CHECK(modes[m], brk_4);
        }
    }
    WRITE(mdcr_el2, mdcr);
}

static void test_monitor(void)
{
    uint64_t scr = READ(scr_el3);

    section("SCR_EL3.HCE, SMD, NS");
    for (size_t m = 0; m < ARRAY_LEN(modes); m++) {
        if (!mode_exists(modes[m])) {
            continue;
        }
        WRITE(scr_el3, scr & ~F(1, 8));
        name_case("HCE=0 %s hvc", mode_names[m]);
        CHECK(modes[m], hvc_2);
        WRITE(scr_el3, scr & ~F(1, 0));
        name_case("NS=0 %s hvc", mode_names[m]);
        if ((modes[m] >> 2 & 3) < 2) { /* the reference goes to an EL2 that is not there */
            CHECK(modes[m], hvc_2);
        }
        name_case("NS=0 %s smc", mode_names[m]);
        CHECK(modes[m] == EL2 ? EL3 : modes[m], smc_3);
        if (modes[m] >= EL3T) {
            WRITE(scr_el3, scr | F(1, 7));
            name_case("SMD %s smc", mode_names[m]);
            CHECK(modes[m], smc_3);
        }
        WRITE(scr_el3, scr);
    }
}

int main(void)
{
    test_generators();
    test_sp_alignment();
    test_el0_controls();
    test_fp_traps();
    test_illegal_returns();
    if (top_el >= 2 && has_el(2)) {
        test_el0_with_tge();
        test_calls();
        test_debug_routing();
    }
    if (top_el == 3) {
        test_monitor();
    }
    return 0;
}
