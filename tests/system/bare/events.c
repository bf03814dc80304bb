/* SPDX-License-Identifier: MIT */
/*
 * WFE and what ends it, on two CPUs without an operating system. A line on the UART for each test,
 * "sevl ok"; what fails prints a number (digits reversed) instead, or hangs. At "asleep" both CPUs
 * wait for three seconds, the second one for the first.
 */
#include "program.h"

#define ROUNDS 3000
#define GICD   0x08000000ul
#define GICC   0x08010000ul
#define TIMER  27 /* interrupt of the virtual timer */

static volatile u32 ball, irqs, second_woken;
u64 stacks[2][256] __attribute__((aligned(16)));
extern char vectors[];

#define REG(addr) (*(volatile u32 *)(addr))
#define ASM(text) asm volatile(text ::: "memory")
#define READ(reg)                                                                                  \
    ({                                                                                             \
        u64 v_;                                                                                    \
        asm volatile("isb\n mrs %0, " #reg : "=r"(v_)::"memory");                                  \
        v_;                                                                                        \
    })
#define WRITE(reg, val) asm volatile("msr " #reg ", %0\n isb" ::"r"((u64)(val)) : "memory")

static u64 psci(u64 fn, u64 a, u64 b, u64 c)
{
    register u64 x0 asm("x0") = fn;
    register u64 x1 asm("x1") = a;
    register u64 x2 asm("x2") = b;
    register u64 x3 asm("x3") = c;

    asm volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory");
    return x0;
}

void irq(void)
{
    u32 id = REG(GICC + 12);

    irqs = irqs + 1;
    WRITE(cntv_ctl_el0, 0);
    REG(GICC + 16) = id;
}

static void start_timer(u64 ticks)
{
    WRITE(cntv_tval_el0, ticks);
    WRITE(cntv_ctl_el0, 1);
}

/* Waits until the ball is @value: for SEV. */
static void wait_event(u32 value)
{
    while (ball != value) {
        ASM("wfe");
    }
    ASM("dmb sy");
}

/* The same as spin locks do: for the store alone. */
static void wait_store(u32 value)
{
    u32 seen;

    ASM("sevl");
    do {
        ASM("wfe");
        asm volatile("ldaxr %w0, [%1]" : "=r"(seen) : "r"(&ball) : "memory");
    } while (seen != value);
    ASM("clrex");
}

static void play(u32 me)
{
    for (u32 n = me; n < ROUNDS; n += 2) {
        wait_event(n);
        ball = n + 1;
        ASM("dsb sy\n sev");
    }
    for (u32 n = ROUNDS + me; n < 2 * ROUNDS; n += 2) {
        wait_store(n);
        asm volatile("stlr %w0, [%1]" ::"r"(n + 1), "r"(&ball) : "memory");
    }
}

void second(void)
{
    play(1);
    while (!second_woken) {
        ASM("wfe");
    }
    second_woken = 2;
    ASM("dsb sy\n sev");
    for (;;) {
        ASM("wfe");
    }
}

/* Streams of rising and falling edges of bit 14: a period is 2^15 ticks, about half a millisecond.
 * Late is allowed, early is not. */
static void test_stream(const char *name, u64 control, u64 phase)
{
    u64 in_phase = 0, begin;

    WRITE(cntkctl_el1, control);
    ASM("sevl\n wfe\n wfe");
    begin = READ(cntvct_el0);
    for (int n = 0; n < 20; n++) {
        ASM("wfe");
        in_phase += ((READ(cntvct_el0) - phase) & 0x7fff) < 0x4000;
    }
    WRITE(cntkctl_el1, 0);
    uart_result(name, READ(cntvct_el0) - begin < 19 << 15 || !in_phase);
}

static void test_interrupts(void)
{
    u64 begin;

    REG(GICD) = 1;
    REG(GICD + 0x100) = 1u << TIMER;
    REG(GICC + 4) = 0xff;
    REG(GICC) = 1;
    ASM("sevl\n wfe");
    start_timer(10000);
    ASM("msr daifclr, #2\n wfe\n msr daifset, #2");
    uart_result("interrupt", irqs != 1);

    /* One that is masked does not end WFE; the stream does. */
    WRITE(cntkctl_el1, 15 << 4 | 4);
    ASM("sevl\n wfe\n wfe");
    begin = READ(cntvct_el0);
    u64 rises = ((begin - 0x8000) | 0xffff) + 0x8001; /* bit 15, next; a busy host may be late */
    start_timer(100);
    ASM("wfe");
    uart_result("masked", READ(cntvct_el0) < rises);
    WRITE(cntkctl_el1, 0);
    ASM("msr daifclr, #2\n isb\n msr daifset, #2");
    uart_result("unmasked", irqs != 2);
    ASM("wfe"); /* the return has set the register */
    uart_result("return", 0);
}

void first(void)
{
    extern char second_start[];

    WRITE(vbar_el1, vectors);
    ASM("sevl\n wfe\n sev\n wfe");
    uart_result("sevl", 0);
    test_stream("rising", 14 << 4 | 4, 0x4000);
    test_stream("falling", 14 << 4 | 12, 0);
    test_interrupts();
    psci(0xc4000003, 1, (u64)second_start, 0);
    play(0);
    wait_store(2 * ROUNDS);
    uart_result("second CPU", 0);
    uart_text("asleep\n");
    ASM("sevl\n wfe");
    start_timer(3 * READ(cntfrq_el0));
    ASM("msr daifclr, #2");
    while (irqs != 3) {
        ASM("wfe");
    }
    second_woken = 1;
    ASM("dsb sy\n sev");
    while (second_woken != 2) {
        ASM("wfe");
    }
    uart_text("awake\n");
    psci(0x84000008, 0, 0, 0);
}

asm(".section .text.start, \"ax\"\n"
    ".global _start, second_start\n"
    "_start:\n"
    "adrp x1, stacks + 2048\n"
    "add x1, x1, :lo12:stacks + 2048\n"
    "mov sp, x1\n"
    "b first\n"
    "second_start:\n"
    "adrp x1, stacks + 4096\n"
    "add x1, x1, :lo12:stacks + 4096\n"
    "mov sp, x1\n"
    "b second\n"
    ".balign 2048\n"
    "vectors:\n"
    ".skip 0x280\n" /* IRQ, on this stack */
    "stp x0, x1, [sp, #-160]!\n"
    "stp x2, x3, [sp, #16]\n stp x4, x5, [sp, #32]\n stp x6, x7, [sp, #48]\n"
    "stp x8, x9, [sp, #64]\n stp x10, x11, [sp, #80]\n stp x12, x13, [sp, #96]\n"
    "stp x14, x15, [sp, #112]\n stp x16, x17, [sp, #128]\n stp x18, x30, [sp, #144]\n"
    "bl irq\n"
    "ldp x2, x3, [sp, #16]\n ldp x4, x5, [sp, #32]\n ldp x6, x7, [sp, #48]\n"
    "ldp x8, x9, [sp, #64]\n ldp x10, x11, [sp, #80]\n ldp x12, x13, [sp, #96]\n"
    "ldp x14, x15, [sp, #112]\n ldp x16, x17, [sp, #128]\n ldp x18, x30, [sp, #144]\n"
    "ldp x0, x1, [sp], #160\n"
    "eret\n");
