/* SPDX-License-Identifier: MIT */
/*
 * Where physical and virtual interrupts are taken: each kind from each level, masked and not, under
 * each routing by SCR_EL3 and HCR_EL2; what ISR_EL1 says; virtual SErrors (D1.3.6).
 */
#include "trace.h"

#define GICD ((volatile uint32_t *)0x08000000)
#define GICC ((volatile uint32_t *)0x08010000)
#define SGI  5

CODE(three_nops, "mov x0, #1\n mov x0, #2\n mov x0, #3");
CODE(unmask, "mov x0, #1\n msr daifclr, #7\n isb\n mov x0, #3\n msr daifset, #7");
CODE(unmask_register, "mov x0, #1\n msr daif, x1\n isb\n mov x0, #3\n msr daifset, #7");
CODE(wait, "wfi\n mov x0, #3");
CODE(read_isr, "mrs x0, isr_el1");

static const uint64_t modes[] = { EL0, EL1, EL2, EL3 };
static bool fiq; /* the SGI is one */

/*
 * With two Security states the SGI is in group 0, FIQ, or in group 1, IRQ; else there is only one
 * group.
 */
static bool grouped(void)
{
    return top_el == 3;
}

static void gic_start(void)
{
    if (grouped()) {
        GICD[0x080 / 4] = fiq ? 0 : 0xffffffff; /* IGROUPR0 */
    }
    GICD[0x400 / 4 + SGI / 4] = 0; /* priority 0 */
    GICD[0x100 / 4] = 0xffff;      /* ISENABLER0 */
    GICD[0] = grouped() ? 3 : 1;
    GICC[1] = 0xff;                          /* PMR */
    GICC[0] = grouped() ? (fiq ? 9 : 3) : 1; /* FIQEn */
}

static void raise(void)
{
    GICD[0xf00 / 4] = F(2, 24) | (grouped() && !fiq ? F(1, 15) : 0) | SGI; /* to this CPU */
    ASM("dsb sy\n isb");
}

/* Acknowledges and ends it, if it is still pending. */
static void lower(void)
{
    bool first = !grouped() || fiq;
    uint32_t id = first ? GICC[3] : GICC[0x20 / 4]; /* IAR, AIAR */

    if ((id & 0x3ff) < 1020) {
        GICC[first ? 4 : 0x24 / 4] = id; /* EOIR, AEOIR */
    }
    ASM("dsb sy\n isb");
}

/* Back to main() at once: masking would not keep away what goes to a higher level. */
static void quieten(Frame *f, unsigned el)
{
    end_run(f, el);
}

static void one(uint64_t mode, const uint32_t *code, const char *name)
{
    uint64_t value;

    name_case("%s", name);
    value = RUN(mode, code, 0, 0);
    print("%s: %s, x0 %lx\n", name, taken ? "taken" : "not taken", value);
}

static void all_levels(const char *what, bool physical)
{
    for (unsigned el = 0; el <= top_el; el++) {
        for (unsigned masked = 0; masked < 2; masked++) {
            static char name[100];
            uint64_t mode = masked ? modes[el] : modes[el] & ~0x1c0ull;

            if (!has_el(el)) {
                continue;
            }
            if (physical) {
                raise();
            }
            format_name(name, sizeof(name), "%s EL%u%s", what, el, masked ? " masked" : "");
            one(mode, three_nops, name);
            if (el && masked && physical) {
                lower();
                raise();
                format_name(name, sizeof(name), "%s EL%u unmasks", what, el);
                one(mode, unmask, name);
                lower();
                raise();
                format_name(name, sizeof(name), "%s EL%u unmasks by DAIF", what, el);
                one(mode, unmask_register, name);
            }
            lower();
        }
    }
}

static void test_physical(void)
{
    static const uint64_t hcr[] = { 0, F(1, 4), F(1, 3), F(1, 5), F(1, 27), F(7, 3) };

    for (unsigned s = 0; s < (top_el == 3 ? 4 : 1); s++) {
        if (top_el == 3) {
            WRITE(scr_el3, (READ(scr_el3) & ~6ull) | s << 1);
        }
        for (size_t i = 0; i < (has_el(2) && top_el > 1 ? ARRAY_LEN(hcr) : 1); i++) {
            section("%s, SCR_EL3 routes %u, HCR_EL2 %lx", fiq ? "FIQ" : "IRQ", s, hcr[i]);
            if (top_el > 1 && has_el(2)) {
                WRITE(hcr_el2, HCR_RW | hcr[i]);
            }
            all_levels("physical", true);
        }
        if (top_el > 1 && has_el(2)) {
            WRITE(hcr_el2, HCR_RW);
        }
    }
    if (top_el == 3) {
        WRITE(scr_el3, READ(scr_el3) & ~6ull);
    }
}

/* HCR_EL2.VF, VI and VSE. */
static void test_virtual(void)
{
    for (unsigned bits = 0; bits < 64; bits++) {
        uint64_t hcr = HCR_RW | F(bits & 7, 3) | F(bits >> 3, 6);

        section("virtual: FMO IMO AMO %u, VF VI VSE %u", bits & 7, bits >> 3);
        for (unsigned el = 0; el < 3; el++) {
            static char name[60];

            for (unsigned masked = 0; masked < 2; masked++) {
                WRITE(hcr_el2, hcr);
                format_name(name, sizeof(name), "EL%u%s", el, masked ? " masked" : "");
                one(masked ? modes[el] : modes[el] & ~0x1c0ull, three_nops, name);
                print("%s: VSE %u after\n", name, (unsigned)(READ(hcr_el2) >> 8 & 1));
            }
        }
        WRITE(hcr_el2, hcr);
        for (unsigned el = 1; el < 3; el++) {
            print("ISR_EL1 at EL%u: %lx\n", el, RUN(modes[el], read_isr, 0));
        }
        WRITE(hcr_el2, HCR_RW);
    }
    section("virtual and TGE");
    WRITE(hcr_el2, HCR_RW | F(7, 3) | F(7, 6) | F(1, 27));
    one(EL0 & ~0x1c0ull, three_nops, "EL0 with TGE");
    WRITE(hcr_el2, HCR_RW);
}

static void test_isr(void)
{
    section("ISR_EL1 and WFI with a %s", fiq ? "FIQ" : "IRQ");
    for (unsigned routed = 0; routed < (top_el > 1 && has_el(2) ? 2 : 1); routed++) {
        raise();
        if (routed) {
            WRITE(hcr_el2, HCR_RW | F(3, 3));
        }
        for (unsigned el = 1; el <= top_el; el++) {
            if (has_el(el)) {
                print("routed %u, ISR_EL1 at EL%u: %lx\n", routed, el, RUN(modes[el], read_isr, 0));
                /* A pending interrupt wakes although it is masked. */
                print("routed %u, WFI at EL%u: %lx\n", routed, el, RUN(modes[el], wait, 0));
            }
        }
        lower();
    }
    if (top_el > 1 && has_el(2)) {
        WRITE(hcr_el2, HCR_RW);
    }
}

int main(void)
{
    on_interrupt = quieten;
    for (unsigned i = 0; i < (top_el == 3 ? 2 : 1); i++) {
        fiq = i;
        gic_start();
        test_physical();
        test_isr();
    }
    if (top_el > 1 && has_el(2)) {
        test_virtual();
    }
    return 0;
}
