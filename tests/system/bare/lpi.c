/* SPDX-License-Identifier: MIT */
/*
 * LPIs of a GICv3 as a CPU takes them (ARM IHI 0069, chapter 5), without an operating system, on
 * two CPUs. Each line says what was tried and which INTIDs came, with the running priority of each;
 * lpi.expected is what qemu-system-aarch64 7.2 prints.
 */
#include "program.h"

#define GICD      0x08000000ul
#define GICR      0x080a0000ul
#define GICR_NEXT 0x20000ul
#define ITS       0x08080000ul
#define QUEUE     0x41000000ul
#define DEVICES   0x41010000ul
#define COLLECT   0x41020000ul
#define ITT       0x41030000ul
#define CONFIG    0x41040000ul
#define PENDING   0x41050000ul /* and the next 64 KiB for CPU 1 */

#define REG32(a) (*(volatile u32 *)(a))
#define REG64(a) (*(volatile u64 *)(a))
#define REG8(a)  (*(volatile u8 *)(a))

#define PMR     "s3_0_c4_c6_0"
#define IAR1    "s3_0_c12_c12_0"
#define EOIR1   "s3_0_c12_c12_1"
#define HPPIR1  "s3_0_c12_c12_2"
#define ICCTLR  "s3_0_c12_c12_4"
#define SRE     "s3_0_c12_c12_5"
#define IGRPEN1 "s3_0_c12_c12_7"
#define DIR     "s3_0_c12_c11_1"
#define RPR     "s3_0_c12_c11_3"
#define SGI1R   "s3_0_c12_c11_5"

u64 stacks[2][512] __attribute__((aligned(16)));
static volatile u32 taken[2], ready, tail;

asm(".section .text.start\n"
    "start: mrs x0, mpidr_el1\n"
    "    and x0, x0, #255\n"
    "    adrp x1, stacks\n"
    "    add x1, x1, :lo12:stacks\n"
    "    add x2, x0, #1\n"
    "    add x1, x1, x2, lsl #12\n"
    "    mov sp, x1\n"
    "    adr x1, vectors\n"
    "    msr vbar_el1, x1\n"
    "    isb\n"
    "    bl cmain\n"
    "    b .\n"
    "second: b start\n"
    "    .balign 2048\n"
    "vectors:\n"
    "    .rept 5\n"
    "    b .\n"
    "    .balign 128\n"
    "    .endr\n"
    "    stp x0, x1, [sp, #-192]!\n" /* IRQ of this level */
    "    stp x2, x3, [sp, #16]\n"
    "    stp x4, x5, [sp, #32]\n"
    "    stp x6, x7, [sp, #48]\n"
    "    stp x8, x9, [sp, #64]\n"
    "    stp x10, x11, [sp, #80]\n"
    "    stp x12, x13, [sp, #96]\n"
    "    stp x14, x15, [sp, #112]\n"
    "    stp x16, x17, [sp, #128]\n"
    "    stp x18, x30, [sp, #144]\n"
    "    bl irq\n"
    "    b restore\n"
    "    .balign 128\n"
    "    .rept 10\n"
    "    b .\n"
    "    .balign 128\n"
    "    .endr\n"
    "restore:\n"
    "    ldp x2, x3, [sp, #16]\n"
    "    ldp x4, x5, [sp, #32]\n"
    "    ldp x6, x7, [sp, #48]\n"
    "    ldp x8, x9, [sp, #64]\n"
    "    ldp x10, x11, [sp, #80]\n"
    "    ldp x12, x13, [sp, #96]\n"
    "    ldp x14, x15, [sp, #112]\n"
    "    ldp x16, x17, [sp, #128]\n"
    "    ldp x18, x30, [sp, #144]\n"
    "    ldp x0, x1, [sp], #192\n"
    "    eret\n"
    ".previous\n");

static void put_char(char c)
{
    semihost(3, &c);
}

static void number(u64 v)
{
    put_char(' ');
    hex(v, v >> 16 ? 8 : 4);
}

/* Commands ----------------------------------------------------------------------------------- */

static void command(u64 a, u64 b, u64 c, u64 d)
{
    u64 at = QUEUE + tail;

    REG64(at) = a;
    REG64(at + 8) = b;
    REG64(at + 16) = c;
    REG64(at + 24) = d;
    tail = (tail + 32) % 4096;
    asm volatile("dsb sy" ::: "memory");
    REG64(ITS + 0x88) = tail;
    while (REG64(ITS + 0x90) != tail) {
    }
}

static void send(u32 event)
{
    command(0x03, event, 0, 0);
}

static void clear(u32 event)
{
    command(0x04, event, 0, 0);
}

static void invalidate(u32 event)
{
    command(0x0c, event, 0, 0);
}

/* Event n is LPI 8192 + n. */
static void map(u32 event, u32 collection)
{
    command(0x0a, (u64)(8192 + event) << 32 | event, collection, 0);
}

static void configure(u32 event, u32 config)
{
    REG8(CONFIG + event) = config;
    asm volatile("dsb sy" ::: "memory");
}

static void set_up_redistributor(u32 cpu)
{
    u64 base = GICR + cpu * GICR_NEXT;

    REG64(base + 0x70) = CONFIG | 15;
    REG64(base + 0x78) = PENDING + cpu * 0x10000;
    REG32(base) = 1;
    REG32(base + 0x14) = 0;
    REG32(base + 0x10080) = ~0u;
    REG32(base + 0x10100) = 0xffff;
}

static void set_up_interface(void)
{
    MSR(SRE, 7);
    MSR(PMR, 0xff);
    MSR(IGRPEN1, 1);
}

static void set_up(void)
{
    REG32(GICD) = 0x53;
    for (u32 event = 0; event < 32; event++) {
        configure(event, 0xa1);
    }
    set_up_redistributor(0);
    set_up_redistributor(1);
    REG64(ITS + 0x100) = 1ul << 63 | DEVICES | 2 << 8;
    REG64(ITS + 0x108) = 1ul << 63 | COLLECT | 2 << 8;
    REG64(ITS + 0x80) = 1ul << 63 | QUEUE;
    REG32(ITS) = 1;
    command(0x09, 0, 1ul << 63 | 0 << 16 | 0, 0); /* MAPC: collection n at CPU n */
    command(0x09, 0, 1ul << 63 | 1 << 16 | 1, 0);
    command(0x08, 4, 1ul << 63 | ITT, 0); /* MAPD: 32 events of device 0 */
    for (u32 event = 0; event < 32; event++) {
        map(event, 0);
    }
}

/* What comes --------------------------------------------------------------------------------- */

static int signalled(void)
{
    return MRS("isr_el1") >> 7 & 1;
}

/* Acknowledge and end all that is signalled. */
static void drain(void)
{
    while (signalled()) {
        u64 intid = MRS(IAR1);

        number(intid);
        number(MRS(RPR));
        MSR(EOIR1, intid);
    }
    text(" .");
    number(MRS(IAR1));
    text("\n");
}

void irq(void)
{
    u64 intid = MRS(IAR1);

    taken[MRS("mpidr_el1") & 1] = intid;
    MSR(EOIR1, intid);
}

static void test_one(void)
{
    text("one");
    send(0);
    number(signalled());
    number(MRS(HPPIR1));
    number(REG8(PENDING + 8192 / 8));
    number(MRS(IAR1));
    number(REG8(PENDING + 8192 / 8));
    number(MRS(HPPIR1));
    number(MRS(RPR));
    MSR(EOIR1, 8192);
    number(MRS(RPR));
    drain();
    text("message");
    REG32(ITS + 0x10040) = 5;
    drain();
    text("cleared");
    send(1);
    clear(1);
    drain();
}

static void test_order(void)
{
    static const u8 prio[] = { 0x81, 0x41, 0xa1, 0x41, 0x01, 0xf9, 0xc0 };

    text("order");
    for (u32 n = 0; n < sizeof(prio); n++) {
        configure(n, prio[n]);
        send(n);
    }
    drain();
    text("enabled late");
    configure(6, 0xc1);
    drain();
    text("inv");
    invalidate(6);
    drain();
    text("disabled");
    configure(0, 0x80);
    send(0);
    number(REG8(PENDING + 8192 / 8));
    drain();
    text("invall");
    configure(0, 0x81);
    command(0x0d, 0, 0, 0);
    drain();
    text("priority changed");
    configure(0, 0x81);
    configure(1, 0x91);
    invalidate(0);
    invalidate(1);
    send(0);
    send(1);
    configure(0, 0xb1);
    invalidate(0);
    drain();
}

static void test_masks(void)
{
    configure(0, 0x81);
    invalidate(0);
    text("pmr");
    MSR(PMR, 0x80);
    send(0);
    number(signalled());
    number(MRS(HPPIR1));
    drain();
    text("pmr lower");
    MSR(PMR, 0x88);
    drain();
    MSR(PMR, 0xff);
    text("group off");
    MSR(IGRPEN1, 0);
    send(0);
    number(MRS(HPPIR1));
    drain();
    MSR(IGRPEN1, 1);
    drain();
    text("distributor off");
    REG32(GICD) = 0x50;
    send(0);
    drain();
    REG32(GICD) = 0x53;
    drain();
    text("lpis off");
    REG32(GICR) = 0;
    send(0);
    drain();
    REG32(GICR) = 1;
    drain();
}

/* No active state: it can be pending again while its handler runs; preemption is by priority. */
static void test_nesting(void)
{
    configure(0, 0x81);
    configure(1, 0x41);
    configure(2, 0x81);
    command(0x0d, 0, 0, 0);
    text("again");
    send(0);
    number(MRS(IAR1));
    send(0);
    send(2);
    number(signalled());
    number(MRS(HPPIR1));
    send(1);
    number(signalled());
    number(MRS(IAR1));
    number(MRS(RPR));
    MSR(EOIR1, 8193);
    number(MRS(RPR));
    MSR(EOIR1, 8192);
    number(MRS(RPR));
    drain();
    text("eoi mode");
    MSR(ICCTLR, 2);
    send(0);
    number(MRS(IAR1));
    MSR(EOIR1, 8192);
    number(MRS(RPR));
    MSR(DIR, 8192);
    send(0);
    drain();
    MSR(ICCTLR, 0);
}

static void test_among_others(void)
{
    text("sgi first");
    REG8(GICR + 0x10400 + 3) = 0x40;
    REG8(GICR + 0x10400 + 4) = 0x80;
    configure(0, 0x61);
    invalidate(0);
    send(0);
    MSR(SGI1R, 3ul << 24 | 1);
    MSR(SGI1R, 4ul << 24 | 1);
    drain();
    text("equal");
    REG8(GICR + 0x10400 + 3) = 0x60;
    send(0);
    MSR(SGI1R, 3ul << 24 | 1);
    drain();
}

static void wait_for(u32 cpu, u32 intid)
{
    for (u32 i = 0; taken[cpu] != intid && i < 100000000; i++) {
    }
    number(taken[cpu]);
    taken[cpu] = 0;
}

static void start_second(void)
{
    extern char second[];
    register u64 x0 asm("x0") = 0xc4000003; /* PSCI CPU_ON */
    register u64 x1 asm("x1") = 1;
    register u64 x2 asm("x2");
    register u64 x3 asm("x3") = 0;

    asm volatile("adrp x2, second\n\tadd x2, x2, :lo12:second\n\thvc #0"
                 : "+r"(x0), "+r"(x1), "=r"(x2), "+r"(x3)::"memory");
    while (!ready) {
    }
}

static void test_two(void)
{
    text("second");
    map(7, 1);
    send(7);
    wait_for(1, 8199);
    command(0x01, 8, 1, 0); /* MOVI */
    send(8);
    wait_for(1, 8200);
    send(9);
    number(signalled());
    command(0x01, 9, 1, 0);
    wait_for(1, 8201);
    number(signalled());
    send(10);
    command(0x0e, 0, 0 << 16, 1 << 16); /* MOVALL */
    wait_for(1, 8202);
    command(0x09, 0, 1ul << 63 | 0 << 16 | 1, 0); /* collection 1 to CPU 0 */
    send(7);
    drain();
    text("irq");
    asm volatile("msr daifclr, #2\n\tisb");
    send(11);
    wait_for(0, 8203);
    REG32(ITS + 0x10040) = 12;
    wait_for(0, 8204);
    text("\n");
}

void cmain(u64 cpu)
{
    static const u64 status[2] = { 0x20026, 5 };

    set_up_interface();
    if (cpu) {
        ready = 1;
        asm volatile("msr daifclr, #2\n\tisb");
        for (;;) {
        }
    }
    set_up();
    test_one();
    test_order();
    test_masks();
    test_nesting();
    test_among_others();
    start_second();
    test_two();
    semihost(0x18, status);
}
