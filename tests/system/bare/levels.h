/* SPDX-License-Identifier: MIT */
/*
 * For bare programs that start at EL3: one instruction at a level of choice. Levels are letters:
 * EL3 (m, and M with SCR_EL3.NS set), Secure EL1 (s), Non-secure EL1 (n) and EL2 (h).
 */
#ifndef BARE_LEVELS_H
#define BARE_LEVELS_H

#include "program.h"

u64 probe(u64 scr, u64 spsr, u64 address, u64 value);
u64 result, stack[1024] __attribute__((aligned(16)));
u32 code[2] __attribute__((aligned(64)));
static u32 has_el2, route; /* the latter: bits for SCR_EL3 below EL3 */

/* The level's one instruction is in `code`; behind it, and where EL1 and EL2 take exceptions, is
 * an SMC. */
asm(".section .text.start\n"
    "start: adrp x1, stack\n"
    "    add x1, x1, :lo12:stack\n"
    "    add x1, x1, #0x2000\n"
    "    mov sp, x1\n"
    "    adr x1, vectors\n"
    "    msr vbar_el3, x1\n"
    "    adr x1, traps\n"
    "    msr vbar_el1, x1\n"
    "    msr vbar_el2, x1\n"
    "    isb\n"
    "    bl cmain\n"
    "    b .\n"
    "probe:\n" PUSH_CALLEE_SAVED "    msr scr_el3, x0\n"
    "    msr spsr_el3, x1\n"
    "    adrp x0, code\n"
    "    add x0, x0, :lo12:code\n"
    "    msr elr_el3, x0\n"
    "    mov x0, x3\n"
    "    mov x1, x2\n"
    "    eret\n"
    "done:\n"
    "    mov x1, #0x430\n"
    "    msr scr_el3, x1\n"
    "    isb\n"
    "    adrp x1, result\n"
    "    str x0, [x1, :lo12:result]\n"
    "    mrs x0, esr_el3\n" POP_CALLEE_SAVED "    ret\n"
    "    .balign 2048\n"
    "vectors:\n"
    "    .rept 16\n"
    "    b done\n"
    "    .balign 128\n"
    "    .endr\n"
    "traps:\n"
    "    .rept 16\n"
    "    mrs x1, currentel\n"
    "    smc #1\n"
    "    .balign 128\n"
    "    .endr\n"
    ".previous\n");

/* With @address in x1 and @value in x0, which is `result` then. 0, or the level that trapped it: 1
 * stands for EL1 and EL2. */
static u64 execute(char level, u32 insn, u64 address, u64 value)
{
    u64 scr = 0x430 | route | (level == 's' || level == 'm' ? 0 : 0x101);
    u64 spsr = level == 'm' || level == 'M' ? 0x3cd : level == 'h' ? 0x3c9 : 0x3c5, esr;

    code[0] = insn;
    code[1] = 0xd4000003; /* smc #0 */
    asm volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb"
                 :
                 : "r"(code)
                 : "memory");
    esr = probe(scr, spsr, address, value);
    return esr == 0x5e000000 ? 0 : esr == 0x5e000001 ? 1 : 3;
}

/* A system register by its encoding without op0's upper bit; the value, or ~ the level that
 * trapped. */
static u64 read_at(char level, u32 reg)
{
    u64 trap = execute(level, 0xd5300000 | reg << 5, 0, 0);

    return trap ? ~trap : result;
}

static u64 write_at(char level, u32 reg, u64 value)
{
    return execute(level, 0xd5000000 | reg << 5, 0, value);
}

/* The levels there are. */
static const char *levels(void)
{
    return has_el2 ? "mMsnh" : "mMsn";
}

/* Memory at EL3 and at Non-secure EL1. */
static u32 get(u64 reg)
{
    return *(volatile u32 *)reg;
}

static void put(u64 reg, u32 value)
{
    *(volatile u32 *)reg = value;
}

static u32 nget(u64 reg)
{
    execute('n', 0xb9400020, reg, 0);
    return result;
}

static void nput(u64 reg, u32 value)
{
    execute('n', 0xb9000020, reg, value);
}

static void nput_byte(u64 reg, u8 value)
{
    execute('n', 0x39000020, reg, value);
}

#endif
