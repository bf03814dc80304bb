/* SPDX-License-Identifier: MIT */
/*
 * Software step (D2.11): what each stepped instruction leaves, and what comes between: calls,
 * faults, exception returns, exclusives, branches, changes of PSTATE.D; at EL0, at EL1 with
 * MDSCR_EL1.KDE, and with debug exceptions routed to EL2.
 */
#include "trace.h"

extern const uint32_t leave[], leave_by_hvc[], leave_by_smc[];

CODE(plain, "mov x0, #1\n add x0, x0, #1\n nop\n add x0, x0, #1");
CODE(branches,
     "mov x0, #0\n b 1f\n nop\n 1: cbz x0, 2f\n nop\n 2: cbnz x0, 3f\n adr x1, 3f\n br x1\n"
     "nop\n 3: mov x9, x30\n bl 4f\n mov x30, x9\n ret\n 4: add x0, x0, #1");
CODE(calls, "mov x0, #1\n svc #5\n mov x0, #2\n svc #6\n nop");
CODE(hypervisor, "mov x0, #0\n hvc #5\n mov x0, #2\n nop");
CODE(faults, "ldr x1, [x0]\n mov x1, #2\n str x1, [x0]\n mov x0, #3");
CODE(undefined, "udf #1\n mov x0, #1\n .inst 0x02000000\n mov x0, #2");
CODE(breaks, "brk #1\n mov x0, #1\n brk #2\n mov x0, #2");
CODE(misaligned, "mov x9, x30\n adr x30, 1f\n adr x1, 2f\n add x1, x1, #2\n br x1\n"
                 "1: mov x0, #1\n mov x30, x9\n ret\n 2: nop");
CODE(exclusive, "ldxr x1, [x0]\n add x1, x1, #1\n stxr w2, x1, [x0]\n ldaxr x1, [x0]\n"
                "ldr x0, [x0]\n and x0, x0, #1");
CODE(memory, "ldp x1, x2, [x0]\n stp x2, x1, [x0]\n ldr x1, [x0], #8\n str x1, [x0, #8]!\n"
             "mov x0, #0");
CODE(system, "mrs x0, nzcv\n msr nzcv, x0\n isb\n dsb sy\n yield\n mov x0, #0");
CODE(masks, "msr daifset, #8\n nop\n nop\n msr daifclr, #8\n nop\n nop\n mov x0, #0");
CODE(masks_register, "mrs x1, daif\n orr x2, x1, #0x200\n msr daif, x2\n nop\n msr daif, x1\n nop\n"
                     "mov x0, #0");
CODE(traps, "mrs x0, vbar_el1\n mov x0, #0\n nop");
CODE(returns, "adr x1, 1f\n msr elr_el1, x1\n mov x2, #0x1c5\n movk x2, #0x20, lsl #16\n"
              "msr spsr_el1, x2\n eret\n nop\n 1: mov x0, #1\n nop");
CODE(returns_inactive, "adr x1, 1f\n msr elr_el1, x1\n mov x2, #0x1c5\n msr spsr_el1, x2\n eret\n"
                       "nop\n 1: mov x0, #1\n nop");
CODE(returns_masked, "adr x1, 1f\n msr elr_el1, x1\n mov x2, #0x3c5\n movk x2, #0x20, lsl #16\n"
                     "msr spsr_el1, x2\n eret\n nop\n 1: mov x0, #1\n nop");
CODE(disables, "mrs x1, mdscr_el1\n bic x1, x1, #1\n msr mdscr_el1, x1\n isb\n nop\n mov x0, #1");
CODE(locks, "mov x1, #1\n msr oslar_el1, x1\n isb\n nop\n msr oslar_el1, xzr\n isb\n nop\n"
            "mov x0, #1");

typedef struct Case {
    const char *name;
    const uint32_t *code;
    unsigned from; /* 1: at EL1 only; 2: with the exceptions going to EL2 */
} Case;

#define C(name, from)                                                                              \
    {                                                                                              \
#name, name, from                                                                          \
    }

static const Case cases[] = {
    C(plain, 0),          C(branches, 0),  C(calls, 0),   C(hypervisor, 1),
    C(faults, 0),         C(undefined, 0), C(breaks, 0),  C(misaligned, 0),
    C(exclusive, 0),      C(memory, 0),    C(system, 0),  C(masks, 1),
    C(masks_register, 1), C(traps, 0),     C(returns, 2), C(returns_inactive, 2),
    C(returns_masked, 2), C(disables, 1),  C(locks, 1),
};

#define SS F(1, 21)

static unsigned steps, limit;
static bool active, to_el2;

/* Goes on to step, in the active-not-pending state or the active-pending one. */
static void stepped(Frame *f, unsigned el)
{
    bool end = f->elr - (uint64_t)leave < 24;

    (void)el;
    f->spsr |= active || (f->spsr & SS) ? SS : 0;
    if (!active) {
        f->spsr |= steps & 1 ? SS : 0; /* every other one steps nothing */
    }
    if (end || ++steps >= limit) {
        f->spsr &= ~SS;
        WRITE(mdscr_el1, READ(mdscr_el1) & ~1ull);
    }
}

static uint64_t *scratch(void)
{
    return (uint64_t *)TARGET;
}

static void run_case(const Case *c, const char *how, uint64_t mode, uint64_t mdscr)
{
    uint64_t arg = (uint64_t)scratch();

    if (c->code == faults) {
        arg = NOWHERE;
    }
    steps = 0;
    limit = 30;
    name_case("%s, %s", how, c->name);
    WRITE(mdscr_el1, mdscr);
    RUN(mode, c->code, arg);
    WRITE(mdscr_el1, 0);
    ASM("msr oslar_el1, xzr\n isb");
}

static void run_all(const char *how, uint64_t mode, uint64_t mdscr)
{
    section("%s", how);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (cases[i].from <= (mode >> 2 & 3) + to_el2) {
            run_case(&cases[i], how, mode, mdscr);
        }
    }
}

/* PSTATE with D clear, and A, I, F set. */
#define UNMASKED(mode) ((mode) & ~0x200ull)

int main(void)
{
    on_step = stepped;
    fill_target();
    ASM("msr oslar_el1, xzr\n isb");
    for (unsigned i = 0; i < 2; i++) {
        active = !i;
        run_all(i ? "EL0, pending at times" : "EL0", EL0 | SS, 1);
        if (top_el > 1) {
            run_all(i ? "EL1, KDE, pending at times" : "EL1, KDE", UNMASKED(EL1) | SS,
                    1 | F(1, 13));
        }
    }
    active = true;
    run_all("EL0 without SS", EL0, 1);
    run_all("EL0 unmasked", UNMASKED(EL0) | SS, 1);
    if (top_el == 1) {
        return 0;
    }
    run_all("EL1 without KDE", UNMASKED(EL1) | SS, 1);
    run_all("EL1, KDE, masked", EL1 | SS, 1 | F(1, 13));
    run_all("EL1 with SP_EL0, KDE", UNMASKED(EL1T) | SS, 1 | F(1, 13));
    if (!has_el(2)) {
        return 0;
    }
    WRITE(mdcr_el2, READ(mdcr_el2) | F(1, 8));
    run_all("EL0, TDE", EL0 | SS, 1);
    to_el2 = true;
    run_all("EL1, TDE", EL1 | SS, 1);
    WRITE(mdcr_el2, READ(mdcr_el2) & ~F(1, 8));
    to_el2 = false;
    WRITE(hcr_el2, HCR_RW | F(1, 27));
    run_all("EL0, TGE", EL0 | SS, 1);
    WRITE(hcr_el2, HCR_RW);
    return 0;
}
