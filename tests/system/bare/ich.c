/* SPDX-License-Identifier: MIT */
/*
 * The virtual CPU interface of a GICv3 (ARM IHI 0069, chapter 6) from EL2: which accesses of EL1
 * each bit of ICH_HCR_EL2 traps, what can be written, and what EL1 sees of list registers.
 * ich.expected is what qemu-system-aarch64 7.2 prints, but for the line of the acknowledged
 * LPI: 7.2 gives it an active state, which LPIs do not have.
 */
#include "program.h"

#define ICH_HCR   "s3_4_c12_c11_0"
#define ICH_VTR   "s3_4_c12_c11_1"
#define ICH_MISR  "s3_4_c12_c11_2"
#define ICH_EISR  "s3_4_c12_c11_3"
#define ICH_ELRSR "s3_4_c12_c11_5"
#define ICH_VMCR  "s3_4_c12_c11_7"
#define ICH_AP1R0 "s3_4_c12_c9_0"
#define LR0       "s3_4_c12_c12_0"
#define LR1       "s3_4_c12_c12_1"

enum { HCR_FMO = 1 << 3, HCR_IMO = 1 << 4 };

/* Accesses by EL1, each followed by an HVC; x0 is what is written or was read. */
#define ACCESSES(R, W)                                                                             \
    R(PMR, "s3_0_c4_c6_0")                                                                         \
    W(PMR, "s3_0_c4_c6_0")                                                                         \
    R(IAR0, "s3_0_c12_c8_0")                                                                       \
    W(EOIR0, "s3_0_c12_c8_1")                                                                      \
    R(HPPIR0, "s3_0_c12_c8_2")                                                                     \
    R(BPR0, "s3_0_c12_c8_3")                                                                       \
    W(BPR0, "s3_0_c12_c8_3")                                                                       \
    R(AP0R0, "s3_0_c12_c8_4")                                                                      \
    R(AP1R0, "s3_0_c12_c9_0")                                                                      \
    W(AP1R0, "s3_0_c12_c9_0")                                                                      \
    W(DIR, "s3_0_c12_c11_1")                                                                       \
    R(RPR, "s3_0_c12_c11_3")                                                                       \
    W(SGI1R, "s3_0_c12_c11_5")                                                                     \
    W(ASGI1R, "s3_0_c12_c11_6")                                                                    \
    W(SGI0R, "s3_0_c12_c11_7")                                                                     \
    R(IAR1, "s3_0_c12_c12_0")                                                                      \
    W(EOIR1, "s3_0_c12_c12_1")                                                                     \
    R(HPPIR1, "s3_0_c12_c12_2")                                                                    \
    R(BPR1, "s3_0_c12_c12_3")                                                                      \
    R(CTLR, "s3_0_c12_c12_4")                                                                      \
    W(CTLR, "s3_0_c12_c12_4")                                                                      \
    R(SRE, "s3_0_c12_c12_5")                                                                       \
    R(IGRPEN0, "s3_0_c12_c12_6")                                                                   \
    R(IGRPEN1, "s3_0_c12_c12_7")                                                                   \
    W(IGRPEN1, "s3_0_c12_c12_7")

#define READ_INSN(name, reg)  "    mrs x0, " reg "\n    hvc #0\n"
#define WRITE_INSN(name, reg) "    msr " reg ", x0\n    hvc #0\n"
#define READ_ENUM(name, reg)  READ_##name,
#define WRITE_ENUM(name, reg) WRITE_##name,

enum { ACCESSES(READ_ENUM, WRITE_ENUM) NACCESSES };

extern char stubs[];
u64 probe(void *insn, u64 x0);
u64 result, stack[1024] __attribute__((aligned(16)));

asm(".section .text.start\n"
    "start: adrp x1, stack\n"
    "    add x1, x1, :lo12:stack\n"
    "    add x1, x1, #0x2000\n"
    "    mov sp, x1\n"
    "    adr x1, vectors\n"
    "    msr vbar_el2, x1\n"
    "    isb\n"
    "    bl cmain\n"
    "    b .\n"
    "probe:\n" PUSH_CALLEE_SAVED "    msr elr_el2, x0\n"
    "    mov x0, x1\n"
    "    mov x2, #0x3c5\n"
    "    msr spsr_el2, x2\n"
    "    eret\n"
    "from_el1:\n"
    "    adrp x1, result\n"
    "    str x0, [x1, :lo12:result]\n"
    "    mrs x0, esr_el2\n" POP_CALLEE_SAVED "    ret\n"
    ".previous\n");

asm(".section .text.start\n"
    "stubs:\n" ACCESSES(READ_INSN, WRITE_INSN) ".previous\n");

asm(".section .text.start\n" VECTORS_FROM_EL1 ".previous\n");

static void put_char(char c)
{
    semihost(3, &c);
}

static void number(u64 v)
{
    put_char(' ');
    hex(v, v >> 32 ? 16 : v >> 16 ? 8 : 4);
}

/* The syndrome of the access by EL1, or that of the HVC behind it. */
static u64 access(int n, u64 x0)
{
    return probe(stubs + 8 * n, x0);
}

static u64 read1(int n)
{
    access(n, 0);
    return result;
}

/* A letter an access: is it trapped? Then the syndromes of all that are, added. */
static void traps(const char *name, u64 hcr, u64 ich)
{
    u64 sum = 0;

    MSR("hcr_el2", 1ul << 31 | hcr);
    MSR(ICH_HCR, ich);
    text(name);
    put_char(' ');
    for (int n = 0; n < NACCESSES; n++) {
        u64 esr = access(n, 0);

        put_char(esr >> 26 == 0x16 ? '.' : esr >> 26 == 0x18 ? 'T' : '?');
        sum += esr >> 26 == 0x18 ? esr : 0;
    }
    number(sum);
    text("\n");
}

static void test_traps(void)
{
    static const struct {
        const char *name;
        u64 bit;
    } rows[] = { { "none", 0 },        { "TC", 1 << 10 },   { "TALL0", 1 << 11 },
                 { "TALL1", 1 << 12 }, { "TDIR", 1 << 14 }, { "all", 7 << 10 | 1 << 14 } };

    for (u32 n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        traps(rows[n].name, 0, rows[n].bit);
        traps(rows[n].name, HCR_IMO | HCR_FMO, rows[n].bit);
    }
}

static void test_masks(void)
{
    text("vtr");
    number(MRS(ICH_VTR) & ~(7ul << 23)); /* how many bits INTIDs have is free */
    text("\nhcr");
    MSR(ICH_HCR, ~0ul);
    number(MRS(ICH_HCR) & ~(1ul << 13)); /* TSEI */
    MSR(ICH_HCR, 1);
    number(MRS(ICH_HCR));
    text("\nlr");
    MSR(LR0, ~0ul);
    number(MRS(LR0) >> 32 & 0x10ff0000);
    MSR(LR0, 0);
    number(MRS(LR0));
    text("\n");
}

static void state(const char *what)
{
    text(what);
    number(MRS(LR0) >> 62);
    number(MRS(LR1) >> 62);
    number(MRS(ICH_AP1R0));
    number(MRS(ICH_MISR));
    number(MRS(ICH_EISR));
    number(MRS(ICH_ELRSR));
    number(MRS(ICH_HCR) >> 27);
    number(read1(READ_RPR));
    number(read1(READ_HPPIR1));
    text("\n");
}

static u64 pending(u64 intid, u64 prio)
{
    return 1ul << 62 | 1ul << 60 | prio << 48 | intid;
}

static void test_interrupts(void)
{
    MSR("hcr_el2", 1ul << 31 | HCR_IMO | HCR_FMO);
    MSR(ICH_HCR, 1);
    MSR(ICH_VMCR, 0xff000002);
    MSR(LR0, pending(40, 0x80));
    MSR(LR1, pending(41, 0x40) | 1ul << 41);
    state("pending");
    number(read1(READ_IAR1));
    state(" acknowledged");
    access(WRITE_EOIR1, 41);
    state("ended");
    MSR(LR1, pending(8200, 0x20));
    number(read1(READ_IAR1));
    state(" lpi");
    access(WRITE_EOIR1, 8200);
    state("lpi ended");
    number(read1(READ_IAR1));
    MSR(LR0, 0);
    access(WRITE_EOIR1, 40);
    state(" without list register");
    number(read1(READ_IAR1));
    text("\n");
}

void cmain(void)
{
    static const u64 status[2] = { 0x20026, 6 };

    test_masks();
    test_traps();
    test_interrupts();
    semihost(0x18, status);
}
