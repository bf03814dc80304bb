/* SPDX-License-Identifier: MIT */
/*
 * Self-hosted debug (D2): breakpoints, watchpoints and software step at each Exception level, how
 * they are routed, masked, filtered and linked, and who may touch their registers.
 */
#include "trace.h"

#define DATA 0x48000000ull

enum { D_BIT = 1 << 9, SS_BIT = 1 << 21 };
enum { MDSCR_SS = 1 << 0, MDSCR_TDCC = 1 << 12, MDSCR_KDE = 1 << 13, MDSCR_MDE = 1 << 15 };
enum { TPM = 1 << 6, TDE = 1 << 8, TDA = 1 << 9, TDOSA = 1 << 10, TDRA = 1 << 11 };
enum { CR_E = 1, LOADS = 1 << 3, STORES = 2 << 3, BAS_ALL = 0xff << 5, BAS_A64 = 0xf << 5 };
#define BAS(mask)          F(mask, 5)
#define STATE(hmc, ssc, p) (F(hmc, 13) | F(ssc, 14) | F(p, 1))
#define LINK(n)            F(n, 16)
#define BT(type)           F(type, 20)
#define WT_LINKED          F(1, 20)
#define MASK(bits)         F(bits, 24)

CODE(three_nops, "nop\n nop\n nop");
CODE(nop_svc, "nop\n svc #1");
CODE(nop_brk, "nop\n brk #1");
CODE(nop_udf, "nop\n udf #1");
CODE(load8, "ldr x1, [x0]");
CODE(load4, "ldr w1, [x0]");
CODE(load2, "ldrh w1, [x0]");
CODE(load1, "ldrb w1, [x0]");
CODE(load_pair, "ldp x1, x2, [x0]");
CODE(load_unpriv, "ldtr x1, [x0]");
CODE(store8, "str x1, [x0]");
CODE(store4, "str w1, [x0]");
CODE(store1, "strb w1, [x0]");
CODE(store_pair, "stp x1, x2, [x0]");
CODE(store_unpriv, "sttr x1, [x0]");
CODE(zero, "dc zva, x0");
CODE(clean, "dc cvac, x0");
CODE(swap, ".arch_extension lse\n swp x1, x2, [x0]");
CODE(compare, ".arch_extension lse\n cas x1, x2, [x0]");
CODE(read_mdscr, "mrs x0, mdscr_el1\n mov x0, #0");
CODE(read_bvr, "mrs x0, dbgbvr0_el1\n mov x0, #0");
CODE(write_wcr, "msr dbgwcr3_el1, xzr");
CODE(read_oslsr, "mrs x0, oslsr_el1\n mov x0, #0");
CODE(write_oslar, "msr oslar_el1, xzr");
CODE(read_osdlr, "mrs x0, osdlr_el1\n mov x0, #0");
CODE(read_mdrar, "mrs x0, mdrar_el1\n mov x0, #0");
CODE(read_dcc, "mrs x0, mdccsr_el0\n mov x0, #0");

/* Stepped. */
CODE(step_alu, "mov x2, x30\n add x1, x1, #2\n cbz x1, .\n b 1f\n nop\n 1: bl 2f\n nop\n"
               "2: mov x30, x2");
CODE(step_load, "ldr x1, [x0]\n str x1, [x0, #8]\n ldr x3, [x0]");
CODE(step_exclusive, "ldxr x1, [x0]\n ldaxp x3, x4, [x0]\n stxr w5, x1, [x0]\n ldar x1, [x0]\n"
                     "ldxrb w1, [x0]\n clrex");
CODE(step_fault, "nop\n ldr x1, [x3]\n nop");
CODE(step_calls, "nop\n svc #7\n nop\n brk #3\n nop\n udf #2\n nop");
CODE(step_hints, "yield\n nop\n isb\n dsb sy\n sevl");
CODE(step_sysreg, "mrs x1, nzcv\n msr nzcv, x1\n mrs x1, tpidr_el0\n msr tpidr_el0, x1");
CODE(step_mask, "nop\n msr daifset, #8\n nop\n nop\n msr daifclr, #8\n nop");
CODE(step_eret, "mov x1, #0\n adr x1, 1f\n msr elr_el1, x1\n mov x1, #0x1c5\n msr spsr_el1, x1\n"
                "eret\n nop\n 1: nop\n nop");
CODE(step_off, "nop\n mrs x1, mdscr_el1\n msr mdscr_el1, xzr\n isb\n nop\n nop");

#define SET_N(reg, n, val)                                                                         \
    case n:                                                                                        \
        WRITE(dbg##reg##n##_el1, val);                                                             \
        break

static void set_break(unsigned n, uint64_t addr, uint64_t control)
{
    switch (n) {
        SET_N(bvr, 0, addr);
        SET_N(bvr, 3, addr);
        SET_N(bvr, 4, addr);
        SET_N(bvr, 5, addr);
    }
    switch (n) {
        SET_N(bcr, 0, control);
        SET_N(bcr, 3, control);
        SET_N(bcr, 4, control);
        SET_N(bcr, 5, control);
    }
}

static void set_watch(unsigned n, uint64_t addr, uint64_t control)
{
    switch (n) {
        SET_N(wvr, 0, addr);
        SET_N(wvr, 3, addr);
    }
    switch (n) {
        SET_N(wcr, 0, control);
        SET_N(wcr, 3, control);
    }
}

static void points_off(void)
{
    for (unsigned n = 0; n < 6; n++) {
        set_break(n, 0, 0);
        set_watch(n, 0, 0);
    }
    WRITE(mdscr_el1, 0);
}

/* Modes with PSTATE.D clear. */
static const uint64_t modes[] = { EL0, EL1, EL2, EL3 };

static uint64_t unmasked(uint64_t mode)
{
    return mode & ~(uint64_t)D_BIT;
}

static bool exists(unsigned el)
{
    return el <= top_el && has_el(el);
}

/* How debug exceptions are routed; false: not here. */
static bool route(unsigned how)
{
    if (how && !has_el(2)) {
        return false;
    }
    if (has_el(2)) {
        WRITE(mdcr_el2, how ? TDE : 0);
    }
    return true;
}

/* Reserved combinations of HMC, SSC and PxC are left out (D2.8.3). */
static bool is_reserved(unsigned hmc, unsigned ssc, unsigned p)
{
    unsigned all = hmc << 4 | ssc << 2 | p;
    static const uint8_t never[] = { 0x00, 0x04, 0x08, 0x0c, 0x14, 0x0d, 0x0f, 0x1d,
                                     0x1f, 0x0e, 0x10, 0x12, 0x16, 0x1a, 0x1e };

    for (size_t i = 0; i < ARRAY_LEN(never); i++) {
        if (never[i] == all) {
            return true;
        }
    }
    if (!has_el(3) && (ssc == 1 || ssc == 2)) {
        return true;
    }
    return (!has_el(2) && all == 0x1c) || (!has_el(2) && !has_el(3) && (hmc || ssc));
}

/* One breakpoint and one watchpoint in each state, seen from each level. */
static void test_states(void)
{
    for (unsigned all = 0; all < 32; all++) {
        unsigned hmc = all >> 4, ssc = all >> 2 & 3, p = all & 3;

        if (is_reserved(hmc, ssc, p)) {
            continue;
        }
        set_break(0, (uint64_t)(three_nops + 1), CR_E | BAS_A64 | STATE(hmc, ssc, p));
        set_watch(0, DATA, CR_E | LOADS | STORES | BAS_ALL | STATE(hmc, ssc, p));
        for (unsigned el = 0; el < 4; el++) {
            if (!exists(el)) {
                continue;
            }
            name_case("HMC=%u SSC=%u PxC=%u EL%u break", hmc, ssc, p, el);
            CHECK(unmasked(modes[el]), three_nops);
            name_case("HMC=%u SSC=%u PxC=%u EL%u watch", hmc, ssc, p, el);
            CHECK(unmasked(modes[el]), load8, DATA);
        }
    }
    points_off();
}

static void test_routing(void)
{
    for (unsigned how = 0; how < 2 && route(how); how++) {
        for (unsigned kde = 0; kde < 2; kde++) {
            section("states, TDE=%u KDE=%u", how, kde);
            WRITE(mdscr_el1, MDSCR_MDE | (kde ? MDSCR_KDE : 0));
            test_states();
        }
    }
    route(0);
}

/* What enables and masks them. */
static void test_enables(void)
{
    uint64_t cr = CR_E | BAS_A64 | STATE(0, 0, 3);

    section("enables");
    for (unsigned bits = 0; bits < 32; bits++) {
        set_break(5, (uint64_t)three_nops, cr);
        WRITE(mdscr_el1, (bits & 1 ? MDSCR_MDE : 0) | (bits & 2 ? MDSCR_KDE : 0));
        WRITE(oslar_el1, bits >> 3 & 1);
        WRITE(osdlr_el1, bits >> 4 & 1);
        for (unsigned el = 0; el < 2; el++) {
            name_case("MDE=%u KDE=%u D=%u OSLK=%u DLK=%u EL%u", bits & 1, bits >> 1 & 1,
                      bits >> 2 & 1, bits >> 3 & 1, bits >> 4 & 1, el);
            CHECK(bits & 4 ? modes[el] : unmasked(modes[el]), three_nops);
        }
        name_case("OSLSR and OSDLR with %u", bits);
        print("read: OSLSR=%lx OSDLR=%lx\n", READ(oslsr_el1), READ(osdlr_el1));
    }
    WRITE(oslar_el1, 0);
    WRITE(osdlr_el1, 0);
    points_off();
}

/* Which comes first. */
static void test_priority(void)
{
    uint64_t cr = CR_E | BAS_A64 | STATE(0, 0, 3);

    section("breakpoints on instructions that raise");
    WRITE(mdscr_el1, MDSCR_MDE);
    set_break(0, (uint64_t)(nop_svc + 1), cr);
    name_case("SVC");
    CHECK(EL0, nop_svc);
    set_break(0, (uint64_t)(nop_brk + 1), cr);
    name_case("BRK");
    CHECK(EL0, nop_brk);
    set_break(0, (uint64_t)(nop_udf + 1), cr);
    name_case("UDF");
    CHECK(EL0, nop_udf);
    set_break(0, (uint64_t)three_nops, cr);
    name_case("illegal state");
    CHECK(EL0 | F(1, 20), three_nops);
    set_break(3, (uint64_t)(three_nops + 2), cr);
    name_case("two");
    CHECK(EL0, three_nops);
    points_off();
}

typedef struct Access {
    const char *name;
    const void *code;
} Access;

static void test_watch_bytes(void)
{
    static const Access accesses[] = { { "load1", load1 },          { "load2", load2 },
                                       { "load4", load4 },          { "load8", load8 },
                                       { "pair", load_pair },       { "store8", store8 },
                                       { "store pair", store_pair } };
    static const uint8_t bas[] = { 0x01, 0x80, 0x0f, 0xf0, 0x3c, 0x18, 0xff, 0x00 };

    section("watchpoints: bytes");
    WRITE(mdscr_el1, MDSCR_MDE);
    for (size_t b = 0; b < ARRAY_LEN(bas); b++) {
        set_watch(3, DATA + 16, CR_E | LOADS | STORES | BAS(bas[b]) | STATE(0, 0, 2));
        for (size_t a = 0; a < ARRAY_LEN(accesses); a++) {
            for (unsigned at = 8; at <= 24; at += a < 3 ? 1u << a : 8) {
                name_case("BAS %x %s at %u", bas[b], accesses[a].name, at);
                CHECK(EL0, accesses[a].code, DATA + at);
            }
        }
    }
    set_watch(3, DATA + 20, CR_E | LOADS | BAS(0xf6) | STATE(0, 0, 2));
    for (unsigned at = 16; at < 28; at++) {
        name_case("word, BAS f6, at %u", at);
        CHECK(EL0, load1, DATA + at);
    }
    points_off();
}

static void test_watch_kinds(void)
{
    static const Access accesses[] = {
        { "load", load8 }, { "store", store8 },    { "store1", store1 },
        { "zero", zero },  { "clean", clean },     { "unprivileged load", load_unpriv },
        { "swap", swap },  { "compare", compare }, { "unprivileged store", store_unpriv },
    };
    bool lse = id_field(READ(id_aa64isar0_el1), 20);

    section("watchpoints: kinds of access");
    WRITE(mdscr_el1, MDSCR_MDE | MDSCR_KDE);
    for (unsigned lsc = 0; lsc < 4; lsc++) {
        for (unsigned pac = 1; pac < 4; pac++) {
            set_watch(0, DATA, CR_E | F(lsc, 3) | BAS_ALL | STATE(0, 0, pac));
            for (size_t a = 0; a < ARRAY_LEN(accesses); a++) {
                if (!lse && (a == 6 || a == 7)) {
                    continue;
                }
                for (unsigned el = 0; el < 2; el++) {
                    name_case("LSC=%u PAC=%u EL%u %s", lsc, pac, el, accesses[a].name);
                    CHECK(unmasked(modes[el]), accesses[a].code, DATA);
                }
            }
        }
    }
    points_off();
}

static void test_watch_masks(void)
{
    static const uint64_t at[] = { DATA - 8,      DATA,          DATA + 8,       DATA + 0xff8,
                                   DATA + 0x1000, DATA + 0xfff8, DATA + 0x10000, DATA + 0x3fffff8 };

    section("watchpoints: masks");
    WRITE(mdscr_el1, MDSCR_MDE);
    for (unsigned mask = 3; mask < 32; mask++) {
        uint64_t start = DATA & ~((1ull << mask) - 1);

        set_watch(0, start, CR_E | LOADS | BAS_ALL | MASK(mask) | STATE(0, 0, 2));
        for (size_t a = 0; a < ARRAY_LEN(at); a++) {
            name_case("mask %u at %lx", mask, at[a]);
            CHECK(EL0, load8, at[a]);
        }
    }
    points_off();
}

/* Context breakpoints, 4 and 5, and what is linked to them. */
static void test_links(void)
{
    uint64_t state = STATE(0, 0, 3), linked = CR_E | BAS_A64 | state | BT(1);

    section("links to context breakpoints");
    WRITE(mdscr_el1, MDSCR_MDE | MDSCR_KDE);
    for (unsigned n = 3; n < 6; n++) {
        set_break(n, 0x1234, CR_E | BAS_A64 | STATE(0, 0, 3) | BT(3));
        set_break(0, (uint64_t)three_nops, linked | LINK(n));
        set_watch(0, DATA, CR_E | LOADS | BAS_ALL | state | WT_LINKED | LINK(n));
        for (unsigned match = 0; match < 2; match++) {
            WRITE(contextidr_el1, match ? 0x1234 : 0x1235);
            name_case("break, link to %u, context %u", n, match);
            CHECK(EL0, three_nops);
            name_case("watch, link to %u, context %u", n, match);
            CHECK(EL0, load8, DATA);
            name_case("watch at EL1, link to %u, context %u", n, match);
            CHECK(unmasked(EL1), load8, DATA);
        }
        set_break(n, 0, 0);
        name_case("break, link to %u, disabled", n);
        CHECK(EL0, three_nops);
    }
    if (has_el(2)) {
        set_break(4, F(0x56, 32) | 0x1234, CR_E | BAS_A64 | state | BT(9));
        set_break(0, (uint64_t)three_nops, linked | LINK(4));
        for (unsigned match = 0; match < 4; match++) {
            WRITE(vttbr_el2, F(match & 1 ? 0x56 : 0x57, 48));
            WRITE(contextidr_el1, match & 2 ? 0x1234 : 0);
            set_break(4, F(0x56, 32) | 0x1234, CR_E | BAS_A64 | state | BT(9));
            name_case("break, link to VMID, match %u", match);
            CHECK(EL0, three_nops);
            set_break(4, F(0x56, 32) | 0x1234, CR_E | BAS_A64 | state | BT(11));
            name_case("break, link to VMID and context, match %u", match);
            CHECK(EL0, three_nops);
        }
        WRITE(vttbr_el2, 0);
    }
    WRITE(contextidr_el1, 0);
    points_off();
}

/* The registers hold what they should. */
static void test_registers(void)
{
    static const uint64_t values[] = { 0, 0xfffffffffffffff8, 0x0000456789abcdec };

    section("registers");
    print("points: %lx\n", READ(id_aa64dfr0_el1) & 0xf0f0f000);
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        uint64_t cr = (values[i] & 0x00ffe006) | BAS_A64;

        set_break(5, values[i], cr);
        set_watch(3, values[i], values[i] & 0x1f1ffffe);
        print("%lx: BVR=%lx BCR=%lx WVR=%lx WCR=%lx\n", values[i], READ(dbgbvr5_el1),
              READ(dbgbcr5_el1), READ(dbgwvr3_el1), READ(dbgwcr3_el1));
    }
    points_off();
}

static void test_traps(void)
{
    static const Access accesses[] = {
        { "read_mdscr", read_mdscr }, { "read_bvr", read_bvr },       { "write_wcr", write_wcr },
        { "read_oslsr", read_oslsr }, { "write_oslar", write_oslar }, { "read_osdlr", read_osdlr },
        { "read_mdrar", read_mdrar }, { "read_dcc", read_dcc },
    };
    static const uint64_t bits[] = { 0, TDE, TDA, TDOSA, TDRA };

    section("traps of debug registers");
    for (unsigned ctl = 1; ctl < 4; ctl++) {
        for (size_t b = 0; b < ARRAY_LEN(bits); b++) {
            if ((ctl == 2 && !exists(2)) || (ctl == 3 && (!exists(3) || b == 1 || b == 4)) ||
                (ctl == 1 && b > 1)) {
                continue;
            }
            for (unsigned el = 0; el < 3; el++) {
                if (!exists(el)) {
                    continue;
                }
                if (ctl == 1) {
                    WRITE(mdscr_el1, b ? MDSCR_TDCC : 0);
                } else if (ctl == 2) {
                    WRITE(mdcr_el2, bits[b]);
                } else {
                    WRITE(mdcr_el3, bits[b]);
                }
                for (size_t a = 0; a < ARRAY_LEN(accesses); a++) {
                    name_case("MDCR_EL%u=%lx EL%u %s", ctl, bits[b], el, accesses[a].name);
                    CHECK(modes[el], accesses[a].code);
                }
            }
        }
        WRITE(mdscr_el1, 0);
        if (exists(2)) {
            WRITE(mdcr_el2, 0);
        }
        if (exists(3)) {
            WRITE(mdcr_el3, 0);
        }
    }
}

/* ---- software step ---- */

static unsigned steps;

static void step_on(Frame *f, unsigned el)
{
    (void)el;
    if (++steps < 30) {
        f->spsr |= SS_BIT;
    } else {
        WRITE(mdscr_el1, 0);
    }
}

static void test_steps(void)
{
    static const Access codes[] = {
        { "alu", step_alu },       { "load", step_load },   { "exclusive", step_exclusive },
        { "fault", step_fault },   { "calls", step_calls }, { "hints", step_hints },
        { "sysreg", step_sysreg },
    };

    on_step = step_on;
    for (unsigned how = 0; how < 2 && route(how); how++) {
        for (unsigned el = 0; el < 3; el++) {
            if (!exists(el) || (el == 2 && !how)) {
                continue;
            }
            section("steps of EL%u, TDE=%u", el, how);
            for (unsigned ss = 0; ss < 2; ss++) {
                for (size_t c = 0; c < ARRAY_LEN(codes); c++) {
                    name_case("SS=%u %s", ss, codes[c].name);
                    steps = 0;
                    WRITE(mdscr_el1, MDSCR_SS | (el ? MDSCR_KDE : 0));
                    RUN(unmasked(modes[el]) | (ss ? SS_BIT : 0), codes[c].code, DATA, 0,
                        (uint64_t)three_nops, 1ull << 60);
                    WRITE(mdscr_el1, 0);
                }
            }
        }
    }
    route(0);
    on_step = NULL;
}

static void test_step_changes(void)
{
    static const Access codes[] = { { "mask", step_mask },
                                    { "off", step_off },
                                    { "eret", step_eret } };

    section("steps that change stepping");
    on_step = step_on;
    /* EL1 cannot step what writes ELR_EL1. */
    for (unsigned how = 0; how < 2 && route(how); how++) {
        for (size_t c = 0; c < (how ? 3 : 2); c++) {
            name_case("TDE=%u %s", how, codes[c].name);
            steps = 0;
            WRITE(mdscr_el1, MDSCR_SS | MDSCR_KDE);
            RUN(unmasked(EL1) | SS_BIT, codes[c].code);
            WRITE(mdscr_el1, 0);
        }
    }
    route(0);
    name_case("step at a breakpoint");
    steps = 0;
    set_break(0, (uint64_t)(three_nops + 1), CR_E | BAS_A64 | STATE(0, 0, 2));
    WRITE(mdscr_el1, MDSCR_SS | MDSCR_MDE);
    RUN(EL0 | SS_BIT, three_nops);
    points_off();
    on_step = NULL;
}

void main(void);

void main(void)
{
    WRITE(oslar_el1, 0);
    points_off();
    test_registers();
    test_enables();
    test_priority();
    test_routing();
    test_watch_bytes();
    test_watch_kinds();
    test_watch_masks();
    test_links();
    test_traps();
    test_steps();
    test_step_changes();
}
