/* SPDX-License-Identifier: MIT */
/*
 * System registers and instructions: which encodings are there at each Exception level, and which
 * of them each trap control of EL2 and EL3 takes, with the syndrome (D1.3.2.3, C5.2). Registers are
 * written with the value that they have. Values are not traced.
 */
#include "trace.h"

#define MAX_ENCODINGS 1024

/* op0 op1 CRn CRm op2, as in bits 20..5 of the instruction. */
static uint16_t registers[MAX_ENCODINGS], operations[MAX_ENCODINGS];
static unsigned num_registers, num_operations;

static uint16_t encoding(unsigned op0, unsigned op1, unsigned crn, unsigned crm, unsigned op2)
{
    return op0 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2;
}

static unsigned crn_of(uint16_t enc)
{
    return enc >> 7 & 15;
}

static uint32_t mrs(uint16_t enc)
{
    return 0xd5200000 | (uint32_t)enc << 5;
}

static uint32_t msr(uint16_t enc)
{
    return 0xd5000000 | (uint32_t)enc << 5;
}

static void print_name(uint16_t enc)
{
    print("S%u_%u_C%u_C%u_%u", enc >> 14, enc >> 11 & 7, crn_of(enc), enc >> 3 & 15, enc & 7);
}

typedef struct Outcome {
    unsigned el;
    uint64_t esr;
} Outcome;

static Outcome try_word(uint64_t mode, uint32_t word, uint64_t value)
{
    RUN(mode, word_code(word), value);
    return taken ? (Outcome){ last_el, last.esr } : (Outcome){ 0, 0 };
}

static bool is_undefined(Outcome o)
{
    return o.el && o.esr >> 26 == 0;
}

/* IMPLEMENTATION DEFINED ones are another matter. */
static bool is_impdef(uint16_t enc)
{
    return crn_of(enc) == 11 || crn_of(enc) == 15;
}

static const uint64_t modes[] = { EL0, EL1, EL2, EL3 };

static unsigned top_mode(void)
{
    return top_el;
}

static void print_outcome(Outcome o)
{
    if (o.el) {
        print(" EL%u:%lx", o.el, o.esr);
    } else {
        print(" ok");
    }
}

/* All levels; @word accesses @enc. Notes it in @list if any level may. */
static void scan_one(uint16_t enc, uint32_t word, uint64_t value, uint16_t *list, unsigned *count)
{
    Outcome o[4];
    bool any = false;

    for (unsigned el = 0; el <= top_mode(); el++) {
        o[el] = try_word(modes[el], word, value);
        any |= !is_undefined(o[el]);
    }
    if (!any || *count == MAX_ENCODINGS) {
        return;
    }
    list[(*count)++] = enc;
    print_name(enc);
    print(":");
    for (unsigned el = 0; el <= top_mode(); el++) {
        print_outcome(o[el]);
    }
    print("\n");
}

static void scan_registers(unsigned op0)
{
    section("registers that can be read, op0 %u", op0);
    for (unsigned i = 0; i < 1 << 14; i++) {
        uint16_t enc = op0 << 14 | i;

        if (!is_impdef(enc)) {
            scan_one(enc, mrs(enc), 0, registers, &num_registers);
        }
    }
}

static void scan_operations(void)
{
    section("system instructions");
    for (unsigned op1 = 0; op1 < 8; op1++) {
        for (unsigned i = 0; i < 256; i++) {
            uint16_t enc = encoding(1, op1, 7 + (i >> 7), i >> 3 & 15, i & 7);

            scan_one(enc, msr(enc), TARGET, operations, &num_operations);
        }
    }
}

/* RMR_ELx resets, SPSel changes the stack. */
static bool may_write(uint16_t enc)
{
    return (enc & ~(7u << 11)) != encoding(3, 0, 12, 0, 2) && enc != encoding(3, 0, 4, 2, 0);
}

static uint64_t value_of(uint16_t enc)
{
    return RUN(modes[top_mode()], word_code(mrs(enc)), 0);
}

static void scan_writes(void)
{
    section("registers that can be written");
    for (unsigned i = 0; i < num_registers; i++) {
        uint16_t enc = registers[i];
        uint64_t value = value_of(enc);

        if (!may_write(enc)) {
            continue;
        }
        print_name(enc);
        print(":");
        for (unsigned el = 0; el <= top_mode(); el++) {
            print_outcome(try_word(modes[el], msr(enc), value));
        }
        print("\n");
    }
}

/* ---- traps ---- */

static Outcome reads_before[4][MAX_ENCODINGS], writes_before[4][MAX_ENCODINGS];
static Outcome operations_before[4][MAX_ENCODINGS];

static bool same(Outcome a, Outcome b)
{
    return a.el == b.el && a.esr == b.esr;
}

static void note_or_compare(Outcome *before, Outcome now, bool note, uint16_t enc, const char *how,
                            unsigned el)
{
    if (note) {
        *before = now;
    } else if (!same(*before, now)) {
        print_name(enc);
        print(" %s at EL%u:", how, el);
        print_outcome(now);
        print("\n");
    }
}

/* What is UNDEFINED stays that. */
static bool skip(bool note, const Outcome *before)
{
    return !note && is_undefined(*before);
}

/* At levels from @first to below @end. */
static void try_everything(bool note, unsigned first, unsigned end)
{
    for (unsigned el = first; el < end; el++) {
        for (unsigned i = 0; i < num_registers; i++) {
            uint16_t enc = registers[i];

            if (!skip(note, &reads_before[el][i])) {
                note_or_compare(&reads_before[el][i], try_word(modes[el], mrs(enc), 0), note, enc,
                                "read", el);
            }
            if (may_write(enc) && !skip(note, &writes_before[el][i])) {
                uint64_t value = value_of(enc);

                note_or_compare(&writes_before[el][i], try_word(modes[el], msr(enc), value), note,
                                enc, "write", el);
            }
        }
        for (unsigned i = 0; i < num_operations; i++) {
            uint16_t enc = operations[i];

            if (skip(note, &operations_before[el][i])) {
                continue;
            }
            note_or_compare(&operations_before[el][i], try_word(modes[el], msr(enc), TARGET), note,
                            enc, "run", el);
        }
    }
}

CODE(wfe_, "wfe");
CODE(wfi_, "wfi");

#define WITH(reg, set, clear, first, end, ...)                                                     \
    do {                                                                                           \
        uint64_t old_ = READ(reg);                                                                 \
        section(__VA_ARGS__);                                                                      \
        WRITE(reg, (old_ | (set)) & ~(uint64_t)(clear));                                           \
        try_everything(false, first, end);                                                         \
        WRITE(reg, old_);                                                                          \
    } while (0)

static void test_hcr(void)
{
    /* Those that trap, and those that the CPU may not have; not the ones that reroute. */
    for (unsigned bit = 9; bit < 64; bit++) {
        if (bit == 12 || bit == 19 || bit == 27 || bit == 29 || bit == 31 || bit == 34 ||
            (bit >= 42 && bit <= 45)) {
            continue;
        }
        /* TRVM would have the handler at EL1, for SVC, trapped. */
        WITH(hcr_el2, F(1, bit), 0, bit == 30, 2, "HCR_EL2 bit %u", bit);
    }
}

static void test_others(void)
{
    static const uint8_t cptr[] = { 10, 20, 31 };

    for (size_t i = 0; i < ARRAY_LEN(cptr); i++) {
        WITH(cptr_el2, F(1, cptr[i]), 0, 0, 2, "CPTR_EL2 bit %u", cptr[i]);
    }
    for (unsigned bit = 5; bit < 15; bit++) {
        WITH(mdcr_el2, F(1, bit), 0, 0, 2, "MDCR_EL2 bit %u", bit);
    }
    WITH(hstr_el2, 0xffff, 0, 0, 2, "HSTR_EL2");
    WITH(cnthctl_el2, 0, 1, 0, 2, "CNTHCTL_EL2 without EL1PCTEN");
    WITH(cnthctl_el2, 0, 2, 0, 2, "CNTHCTL_EL2 without EL1PCEN");
    WITH(cptr_el2, F(1, 31), 0, 0, 2, "CPTR_EL2.TCPAC");
    WITH(cpacr_el1, F(1, 28), 0, 0, 2, "CPACR_EL1.TTA");
    WITH(cntkctl_el1, F(3, 0), 0, 0, 1, "CNTKCTL_EL1: counters");
    WITH(cntkctl_el1, F(3, 8), 0, 0, 1, "CNTKCTL_EL1: timers");
    WITH(mdscr_el1, F(1, 12), 0, 0, 2, "MDSCR_EL1.TDCC");
    WITH(sctlr_el1, F(1, 15) | F(1, 26) | F(1, 14) | F(1, 9), 0, 0, 1,
         "SCTLR_EL1: UCT UCI DZE UMA");
}

static void test_el3(void)
{
    static const uint8_t cptr[] = { 10, 20, 31 }, mdcr[] = { 6, 9, 10 };

    for (size_t i = 0; i < ARRAY_LEN(cptr); i++) {
        WITH(cptr_el3, F(1, cptr[i]), 0, 0, 4, "CPTR_EL3 bit %u", cptr[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(mdcr); i++) {
        WITH(mdcr_el3, F(1, mdcr[i]), 0, 0, 4, "MDCR_EL3 bit %u", mdcr[i]);
    }
    for (unsigned bit = 11; bit < 18; bit++) {
        WITH(scr_el3, F(1, bit), 0, 0, 3, "SCR_EL3 bit %u", bit);
    }
    section("NS and the registers of EL2");
    WRITE(scr_el3, READ(scr_el3) & ~1ull);
    try_everything(false, 0, 2);
    WRITE(scr_el3, READ(scr_el3) | 1);
}

static void test_wfx(void)
{
    section("WFI and WFE");
    show_exceptions = true;
    WRITE(sctlr_el1, READ(sctlr_el1) | F(1, 16) | F(1, 18));
    for (unsigned el = 0; el < 2; el++) {
        WRITE(hcr_el2, HCR_RW | F(1, 13));
        name_case("EL%u, HCR_EL2.TWI, wfi", el);
        CHECK(modes[el], wfi_);
        WRITE(hcr_el2, HCR_RW | F(1, 14));
        name_case("EL%u, HCR_EL2.TWE, wfe", el);
        CHECK(modes[el], wfe_);
        WRITE(hcr_el2, HCR_RW);
    }
    for (unsigned el = 0; top_el == 3 && el < 3; el++) {
        WRITE(scr_el3, READ(scr_el3) | F(1, 12));
        name_case("EL%u, SCR_EL3.TWI, wfi", el);
        CHECK(modes[el], wfi_);
        WRITE(scr_el3, READ(scr_el3) | F(1, 13));
        name_case("EL%u, SCR_EL3.TWE, wfe", el);
        CHECK(modes[el], wfe_);
        WRITE(scr_el3, READ(scr_el3) & ~F(3, 12));
    }
    show_exceptions = false;
}

int main(void)
{
    show_exceptions = false;
    WRITE(cpacr_el1, F(3, 20));
    scan_registers(2);
    scan_registers(3);
    scan_operations();
    scan_writes();
    if (top_el < 2 || !has_el(2)) {
        return 0;
    }
    test_wfx();
    try_everything(true, 0, top_el + 1);
    test_hcr();
    test_others();
    if (top_el == 3) {
        test_el3();
    }
    return 0;
}
