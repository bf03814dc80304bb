/* SPDX-License-Identifier: MIT */
/*
 * The Security Extensions of a GICv2 (ARM IHI 0048B, 3.4 to 3.9, 4.1.3): the same registers by
 * Secure accesses, of EL3, and by Non-secure ones, of EL1. A line has what was tried and the values
 * read, Secure ones as they are and Non-secure ones after an 'n'. gicsec.expected is what
 * qemu-system-aarch64 7.2 prints, but for this: 7.2 sends SGIs without regard to their group
 * (4.3.15, NSATT), considers interrupts of groups that are off (3.8), and lacks AIAR, AEOIR, AHPPIR
 * and NSACR.
 */
#include "program.h"

enum {
    GICD = 0x08000000,
    GICC = 0x08010000,
    TYPER = GICD + 4,
    IGROUPR = GICD + 0x80,
    ISENABLER = GICD + 0x100,
    ICENABLER = GICD + 0x180,
    ISPENDR = GICD + 0x200,
    ICPENDR = GICD + 0x280,
    ISACTIVER = GICD + 0x300,
    ICACTIVER = GICD + 0x380,
    IPRIORITYR = GICD + 0x400,
    ICFGR = GICD + 0xc00,
    NSACR = GICD + 0xe00,
    SGIR = GICD + 0xf00,
    CPENDSGIR = GICD + 0xf10,
    SPENDSGIR = GICD + 0xf20,
    PMR = GICC + 4,
    BPR = GICC + 8,
    IAR = GICC + 0xc,
    EOIR = GICC + 0x10,
    RPR = GICC + 0x14,
    HPPIR = GICC + 0x18,
    ABPR = GICC + 0x1c,
    AIAR = GICC + 0x20,
    AEOIR = GICC + 0x24,
    AHPPIR = GICC + 0x28,
    APR = GICC + 0xd0,
    NSAPR = GICC + 0xe0,
    DIR = GICC + 0x1000,
};

u64 probe(void *insn, u64 address, u64 value);
extern char ns_read[], ns_write[], ns_write_byte[];
u64 stack[1024] __attribute__((aligned(16)));

asm(".section .text.start\n"
    "start: adrp x1, stack\n"
    "    add x1, x1, :lo12:stack\n"
    "    add x1, x1, #0x2000\n"
    "    mov sp, x1\n"
    "    adr x1, vectors\n"
    "    msr vbar_el3, x1\n"
    "    isb\n"
    "    bl cmain\n"
    "    b .\n"
    "probe:\n" PUSH_CALLEE_SAVED "    msr elr_el3, x0\n"
    "    mov x0, #0x3c5\n"
    "    msr spsr_el3, x0\n"
    "    mov x0, #0x431\n" /* SCR_EL3: RW, NS */
    "    msr scr_el3, x0\n"
    "    mov x0, x2\n"
    "    eret\n"
    "from_el1:\n"
    "    mov x1, #0x430\n"
    "    msr scr_el3, x1\n"
    "    isb\n" POP_CALLEE_SAVED "    ret\n"
    "ns_read: ldr w0, [x1]\n"
    "    smc #0\n"
    "ns_write: str w0, [x1]\n"
    "    smc #0\n"
    "ns_write_byte: strb w0, [x1]\n"
    "    smc #0\n" VECTORS_FROM_EL1 ".previous\n");

/* Lines are broken at blanks. */
static void put_char(char c)
{
    static u32 column;

    c = c == ' ' && column > 84 ? '\n' : c;
    column = c == '\n' ? 0 : column + 1;
    semihost(3, &c);
}

static void number(u32 v)
{
    hex(v, v >> 16 ? 8 : 4);
}

/* Accesses ----------------------------------------------------------------------------------- */

static u32 get(u32 reg)
{
    return *(volatile u32 *)(u64)reg;
}

static void put(u32 reg, u32 value)
{
    *(volatile u32 *)(u64)reg = value;
}

static void put_byte(u32 reg, u8 value)
{
    *(volatile u8 *)(u64)reg = value;
}

static u32 nget(u32 reg)
{
    return probe(ns_read, reg, 0);
}

static void nput(u32 reg, u32 value)
{
    probe(ns_write, reg, value);
}

static void nput_byte(u32 reg, u8 value)
{
    probe(ns_write_byte, reg, value);
}

static void show(u32 reg)
{
    put_char(' ');
    number(get(reg));
}

static void nshow(u32 reg)
{
    text(" n");
    number(nget(reg));
}

static void both(u32 reg)
{
    show(reg);
    nshow(reg);
}

/* IRQ and FIQ as they reach the CPU. */
static void lines(void)
{
    u64 isr;

    asm volatile("mrs %0, isr_el1" : "=r"(isr));
    put_char(' ');
    put_char(isr >> 7 & 1 ? 'I' : '.');
    put_char(isr >> 6 & 1 ? 'F' : '.');
}

/* Distributor --------------------------------------------------------------------------------- */

static void test_control(void)
{
    text("typer");
    text(get(TYPER) >> 10 & 1 ? " secure" : " ?");
    text(nget(TYPER) >> 10 & 1 ? " secure" : " ?");
    text("\nctlr");
    for (u32 value = 0; value < 4; value++) {
        put(GICD, value);
        both(GICD);
    }
    nput(GICD, 0);
    both(GICD);
    nput(GICD, 3);
    both(GICD);
    put(GICD, 0);
    nput(GICD, 1);
    both(GICD);
    text("\n");
}

static void test_groups(void)
{
    text("group");
    put(IGROUPR + 4, 0xf0f0f0f0);
    put(IGROUPR, 0xffff00ff);
    both(IGROUPR);
    both(IGROUPR + 4);
    nput(IGROUPR + 4, 0xffffffff);
    both(IGROUPR + 4);
    text("\n");
}

static void test_bits(const char *name, u32 set, u32 clear)
{
    text(name);
    put(set + 4, 0xffffffff);
    both(set + 4);
    nput(clear + 4, 0xff00ff00);
    both(clear + 4);
    put(clear + 4, 0xffffffff);
    nput(set + 4, 0x12345678);
    both(set + 4);
    put(clear + 4, 0xffffffff);
    nput_byte(set + 4, 0xff);
    both(set + 4);
    put(clear + 4, 0xffffffff);
    both(set + 4);
    text("\n");
}

/* Interrupts 32 to 35 are of group 0, 36 to 39 of group 1. */
static void test_priorities(void)
{
    text("priority");
    put(IPRIORITYR + 32, 0x80ff4020);
    put(IPRIORITYR + 36, 0x80ff4020);
    both(IPRIORITYR + 32);
    both(IPRIORITYR + 36);
    nput(IPRIORITYR + 32, 0xffffffff);
    nput(IPRIORITYR + 36, 0x00ff8041);
    both(IPRIORITYR + 32);
    both(IPRIORITYR + 36);
    nput_byte(IPRIORITYR + 37, 0x10);
    put_byte(IPRIORITYR + 38, 0x10);
    both(IPRIORITYR + 36);
    text("\nconfig");
    put(ICFGR + 8, 0xaaaaaaaa);
    both(ICFGR + 8);
    nput(ICFGR + 8, 0);
    both(ICFGR + 8);
    put(ICFGR + 8, 0);
    nput(ICFGR + 8, 0xaaaaaaaa);
    both(ICFGR + 8);
    put(ICFGR + 8, 0);
    text("\n");
}

/* SGIs 0 to 7 are of group 1, 8 to 15 of group 0. */
static void test_sgis(void)
{
    static const u32 values[] = { 2 << 24 | 1, 2 << 24 | 9, 2 << 24 | 1 << 15 | 2,
                                  2 << 24 | 1 << 15 | 10 };

    for (u32 n = 0; n < 4; n++) {
        text("sgi");
        put(SGIR, values[n]);
        show(ISPENDR);
        for (u32 i = 0; i < 4; i++) {
            put(CPENDSGIR + 4 * i, 0xffffffff);
        }
        nput(SGIR, values[n]);
        both(ISPENDR);
        both(CPENDSGIR + values[n] % 16 / 4 * 4);
        nput(CPENDSGIR + values[n] % 16 / 4 * 4, 0xffffffff);
        show(ISPENDR);
        for (u32 i = 0; i < 4; i++) {
            put(CPENDSGIR + 4 * i, 0xffffffff);
        }
        text("\n");
    }
    text("sgi pending");
    nput(SPENDSGIR, 0x01010101);
    nput(SPENDSGIR + 8, 0x01010101);
    both(ISPENDR);
    both(SPENDSGIR);
    both(SPENDSGIR + 8);
    put(CPENDSGIR, 0xffffffff);
    put(CPENDSGIR + 8, 0xffffffff);
    text("\n");
}

/* CPU interface ------------------------------------------------------------------------------- */

static void test_interface(void)
{
    static const u32 masks[] = { 0, 0x40, 0x7f, 0x80, 0x81, 0xc0, 0xff };

    text("interface");
    put(GICC, 0x61f);
    both(GICC);
    nput(GICC, 0);
    both(GICC);
    nput(GICC, 0xffffffff & ~0x1e0u);
    both(GICC);
    put(GICC, 0);
    both(GICC);
    text("\npmr");
    for (u32 n = 0; n < 7; n++) {
        put(PMR, masks[n]);
        both(PMR);
        nput(PMR, 0x42);
        both(PMR);
    }
    text("\nbpr");
    put(BPR, 2);
    put(ABPR, 5);
    both(BPR);
    both(ABPR);
    nput(BPR, 6);
    nput(ABPR, 1);
    both(BPR);
    both(ABPR);
    put(GICC, 0x10);
    both(BPR);
    nput(BPR, 3);
    both(BPR);
    put(GICC, 0);
    both(BPR);
    put(BPR, 0);
    put(ABPR, 0);
    both(ABPR);
    text("\n");
}

static void reset_all(u32 ctlr)
{
    put(GICC, 0);
    for (u32 i = 0; i < 4; i++) {
        put(APR + 4 * i, 0);
        put(NSAPR + 4 * i, 0);
        put(CPENDSGIR + 4 * i, 0xffffffff);
    }
    put(ICPENDR + 4, 0xffffffff);
    put(ICACTIVER + 4, 0xffffffff);
    put(ICACTIVER, 0xffffffff);
    put(ISENABLER + 4, 0xffffffff);
    put(GICD, 3);
    put(PMR, 0xff);
    put(BPR, 0);
    put(ABPR, 0);
    put(GICC, ctlr);
    for (u32 n = 32; n < 48; n += 4) {
        put(IPRIORITYR + n, n & 4 ? 0xa0a0a0a0 : 0x40404040);
    }
}

/* 32: Secure, priority 0x40; 36: Non-secure, 0xa0. */
static void raise(u32 intid)
{
    put(ISPENDR + 4, 1u << intid % 32);
}

static void test_acknowledge(void)
{
    static const u32 ctlrs[] = { 0, 1, 2, 3, 0xb, 0xf };

    for (u32 n = 0; n < 6; n++) {
        text("acknowledge");
        reset_all(ctlrs[n]);
        raise(36);
        lines();
        both(HPPIR);
        show(IAR);
        raise(32);
        lines();
        both(HPPIR);
        nshow(IAR);
        show(IAR);
        both(RPR);
        both(APR);
        both(NSAPR + 8);
        both(APR + 4);
        text("\n");
    }
}

static void test_end(u32 ctlr)
{
    text("end");
    reset_all(ctlr);
    raise(36);
    nshow(IAR);
    both(RPR);
    nshow(APR + 4);
    show(NSAPR + 12);
    nput(EOIR, 36);
    both(RPR);
    both(ISACTIVER + 4);
    nput(DIR, 36);
    show(ISACTIVER + 4);
    raise(32);
    show(IAR);
    both(RPR);
    nput(EOIR, 32);
    both(RPR);
    show(ISACTIVER + 4);
    put(EOIR, 32);
    both(RPR);
    show(ISACTIVER + 4);
    nput(DIR, 32);
    show(ISACTIVER + 4);
    put(DIR, 32);
    show(ISACTIVER + 4);
    text("\n");
}

static void test_aliases(void)
{
    text("aliases");
    reset_all(3);
    raise(36);
    both(AHPPIR);
    nshow(AIAR);
    show(AIAR);
    show(ISACTIVER + 4);
    nput(AEOIR, 36);
    show(ISACTIVER + 4);
    put(AEOIR, 36);
    show(ISACTIVER + 4);
    text("\n");
}

/* What Non-secure state may do with a Secure interrupt: NSACR of 32 to 35 is 0 to 3, and so is that
 * of SGIs 8 to 11. */
static void test_lent(void)
{
    reset_all(0);
    put(ICENABLER + 4, 0xffffffff);
    put(IGROUPR, 0xffff00ff);
    put(IGROUPR + 4, 0xfffffff0);
    text("lent");
    put(NSACR, 0xe40000);
    put(NSACR + 4, 0xffffffff);
    put(NSACR + 8, 0xe4);
    both(NSACR);
    both(NSACR + 4);
    both(NSACR + 8);
    nput(NSACR + 8, 0);
    both(NSACR + 8);
    nput(ISPENDR + 4, 0xf);
    both(ISPENDR + 4);
    put(ISPENDR + 4, 0xf);
    both(ICPENDR + 4);
    nput(ICPENDR + 4, 0xf);
    both(ISPENDR + 4);
    put(ISACTIVER + 4, 0xf);
    both(ISACTIVER + 4);
    nput(ICACTIVER + 4, 0xf);
    both(ISACTIVER + 4);
    nput(ISENABLER + 4, 0xf);
    both(ISENABLER + 4);
    nput(SGIR, 2 << 24 | 8);
    nput(SGIR, 2 << 24 | 9);
    nput(SGIR, 2 << 24 | 11);
    both(ISPENDR);
    put(NSACR, 0);
    put(NSACR + 8, 0);
    text("\n");
}

void cmain(void)
{
    static const u64 status[2] = { 0x20026, 7 };

    asm volatile("msr scr_el3, %0\n\tisb" : : "r"(0x430ul));
    test_control();
    test_groups();
    test_bits("enable", ISENABLER, ICENABLER);
    test_bits("pending", ISPENDR, ICPENDR);
    test_bits("active", ISACTIVER, ICACTIVER);
    test_priorities();
    test_sgis();
    test_interface();
    test_acknowledge();
    test_end(3);
    test_end(0x203);
    test_end(0x403);
    test_end(0x603);
    test_aliases();
    test_lent();
    semihost(0x18, status);
}
