/* SPDX-License-Identifier: MIT */
/*
 * PSCI as the machine provides it (DEN0022): by HVC below EL2, by SMC from EL2. Results of each
 * function with good and bad arguments, a second CPU switched on and off, its state at entry, reset
 * and off.
 */
#include "trace.h"

#define REBOOTED    ((volatile uint64_t *)0x90000000)
#define MAGIC       0x600dcafe
#define STATE       ((volatile uint64_t *)0x90001000)
#define REG32(addr) (*(volatile uint32_t *)(addr))
#define GICD        0x08000000ul
#define GICC        0x08010000ul
#define PSCI64(n)   (0xc4000000 | (n))
#define PSCI32(n)   (0x84000000 | (n))

static int64_t psci(uint32_t fn, uint64_t a, uint64_t b, uint64_t c)
{
    register uint64_t x0 __asm__("x0") = fn;
    register uint64_t x1 __asm__("x1") = a;
    register uint64_t x2 __asm__("x2") = b;
    register uint64_t x3 __asm__("x3") = c;

    if (top_el == 1) {
        __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory");
    } else {
        __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory");
    }
    return x0;
}

/* What the second CPU does: notes its state, waits for a word, and switches itself off. */
extern const uint32_t second_cpu[];
__asm__(".pushsection .text\n.balign 64\nsecond_cpu:\n"
        "ldr x9, =0x90001000\n"
        "str x0, [x9, #8]\n"
        "mrs x1, CurrentEL\n str x1, [x9, #16]\n"
        "mrs x1, spsel\n str x1, [x9, #24]\n"
        "mrs x1, daif\n str x1, [x9, #32]\n"
        "mrs x1, mpidr_el1\n str x1, [x9, #40]\n"
        "adr x1, second_cpu\n str x1, [x9, #48]\n"
        "mrs x2, CurrentEL\n cmp x2, #8\n b.eq 2f\n"
        "mrs x1, sctlr_el1\n b 3f\n 2: mrs x1, sctlr_el2\n 3: str x1, [x9, #56]\n"
        "mov x1, #1\n dmb sy\n str x1, [x9]\n"
        "1: ldr x1, [x9, #64]\n cbz x1, 1b\n"
        "mov w0, #2\n movk w0, #0x8400, lsl #16\n"
        "cmp x2, #8\n b.eq 4f\n hvc #0\n 4: smc #0\n b .\n.ltorg\n.popsection\n");

static void show(const char *what, int64_t result)
{
    print("%s: %s%lu\n", what, result < 0 ? "-" : "", result < 0 ? -result : result);
}

static void test_functions(void)
{
    section("PSCI_FEATURES");
    for (unsigned i = 0; i < 0x20; i++) {
        print("function %x: %s\n", PSCI32(i),
              (int32_t)psci(PSCI32(10), PSCI32(i), 0, 0) >= 0 ? "yes" : "no");
        print("function %x: %s\n", PSCI64(i),
              (int32_t)psci(PSCI32(10), PSCI64(i), 0, 0) >= 0 ? "yes" : "no");
    }
    section("errors");
    show("version", psci(PSCI32(0), 0, 0, 0));
    show("migrate info type", psci(PSCI32(6), 0, 0, 0));
    show("migrate", (int32_t)psci(PSCI32(5), 0, 0, 0));
    show("unknown 32", (int32_t)psci(PSCI32(0x1f), 0, 0, 0));
    show("unknown 64", psci(PSCI64(0x1f), 0, 0, 0));
    show("version as 64", psci(PSCI64(0), 0, 0, 0));
    show("features as 64", psci(PSCI64(10), PSCI32(0), 0, 0));
    show("info, this CPU", (int32_t)psci(PSCI64(4), 0, 0, 0));
    show("info, other CPU", (int32_t)psci(PSCI64(4), 1, 0, 0));
    show("info, no CPU", (int32_t)psci(PSCI64(4), 7, 0, 0));
    show("info, no cluster", (int32_t)psci(PSCI64(4), 0x10000, 0, 0));
    show("info, level 1", (int32_t)psci(PSCI64(4), 0, 1, 0));
    show("info, level 3", (int32_t)psci(PSCI64(4), 0, 3, 0));
    show("info, level 4", (int32_t)psci(PSCI64(4), 0, 4, 0));
    show("info, 32 bits", (int32_t)psci(PSCI32(4), F(1, 32), F(1, 32), 0));
    show("on, misaligned", psci(PSCI64(3), 1, (uint64_t)second_cpu + 2, 0));
    show("reset, bad type", (int32_t)psci(PSCI32(0x12), 1, 0, 0));
    show("reset, vendor's type", (int32_t)psci(PSCI64(0x12), F(1, 31), 0, 0));
    show("on, no CPU", psci(PSCI64(3), 9, (uint64_t)second_cpu, 0));
    show("on, this CPU", psci(PSCI64(3), 0, (uint64_t)second_cpu, 0));
}

/* Interrupts stay masked: the timer's is enough to come back. */
static void test_suspend(void)
{
    char name[40];
    static const uint32_t states[] = { 0, 1, 0xffff, 0x10000, 0x1ffff, 0x20000, 1 << 24, 1u << 31 };

    section("CPU_SUSPEND");
    REG32(GICD) = 1;
    REG32(GICD + 0x100) = 1 << 30;
    REG32(GICC + 4) = 0xff;
    REG32(GICC) = 1;
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        WRITE(cntp_tval_el0, 60000);
        WRITE(cntp_ctl_el0, 1);
        format_name(name, sizeof(name), "state %x", states[i]);
        int32_t result = psci(PSCI64(1), states[i], (uint64_t)second_cpu, 5);
        show(name, result);
        /* Of what is refused at once, the host's pace would decide. */
        print("%s, expired: %lx\n", name, result ? 0 : READ(cntp_ctl_el0) >> 2);
        WRITE(cntp_ctl_el0, 0);
    }
    WRITE(cntp_tval_el0, 0);
    WRITE(cntp_ctl_el0, 1);
    show("with an interrupt pending", (int32_t)psci(PSCI32(1), 0, 0, 0));
    WRITE(cntp_ctl_el0, 0);
}

static void second_on(uint32_t fn, uint64_t context)
{
    static const char *const names[] = { "x0", "CurrentEL", "SPSel", "DAIF", "MPIDR" };

    STATE[0] = 0;
    STATE[8] = 0;
    show("on", psci(fn, 1, (uint64_t)second_cpu, context));
    while (!STATE[0]) {
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        print("%s: %lx\n", names[i], STATE[1 + i]);
    }
    print("pc: %u\n", STATE[6] == (uint64_t)second_cpu);
    print("MMU: %lu\n", STATE[7] & 1);
    show("info while on", (int32_t)psci(PSCI64(4), 1, 0, 0));
    show("on again", (int32_t)psci(PSCI64(3), 1, (uint64_t)second_cpu, 0));
    STATE[8] = 1;
    while ((int32_t)psci(PSCI64(4), 1, 0, 0) != 1) {
    }
    show("info after off", (int32_t)psci(PSCI64(4), 1, 0, 0));
}

int main(void)
{
    if (*REBOOTED == MAGIC || *REBOOTED == MAGIC + 1) {
        section(*REBOOTED == MAGIC ? "after SYSTEM_RESET" : "after SYSTEM_RESET2");
        show("info, other CPU", (int32_t)psci(PSCI64(4), 1, 0, 0));
        second_on(PSCI64(3), 3);
        if (*REBOOTED == MAGIC) {
            *REBOOTED = MAGIC + 1;
            show("reset", psci(PSCI32(0x12), 0, 0, 0));
            *REBOOTED = MAGIC;
        }
        *REBOOTED = 0;
        psci(PSCI32(8), 0, 0, 0);
        fail("SYSTEM_OFF came back");
    }
    test_functions();
    test_suspend();
    section("CPU_ON");
    second_on(PSCI64(3), 0x123456789abcdef0);
    second_on(PSCI64(3), 0x55);
    second_on(PSCI32(3), 0x77);
    *REBOOTED = MAGIC;
    psci(PSCI32(9), 0, 0, 0);
    fail("SYSTEM_RESET came back");
}
