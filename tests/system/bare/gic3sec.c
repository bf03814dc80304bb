/* SPDX-License-Identifier: MIT */
/*
 * A GICv3 with two Security states (ARM IHI 0069, 4.6 to 4.9, chapter 12), as EL3 (m, and M with
 * SCR_EL3.NS set), Secure EL1 (s), Non-secure EL1 (n) and EL2 (h) see it. A line has what was
 * tried and, after a letter each, what came of it: the value, or T and the level that the access
 * trapped to. With EL2 there is more: gic3sec-el2.expected. Both are what qemu-system-aarch64 7.2
 * prints, but for this: 7.2 lets Non-secure state read and write GICR_WAKER (12.11.33), writes
 * nothing to ICC_AP1R0_EL1 of Non-secure state, shows its bits of ICC_CTLR_EL3 in place of Secure
 * state's, and with GICD_CTLR.DS set ICC_SGI1R_EL1 does not reach group 0 and ICC_ASGI1R_EL1 does
 * reach group 1. And there EL2's list registers deactivate Secure interrupts, too.
 */
#include "levels.h"

enum {
    GICD = 0x08000000,
    GICR = 0x080a0000,
    SGI = GICR + 0x10000,
    IGROUPR = 0x80,
    ISENABLER = 0x100,
    ICENABLER = 0x180,
    ISPENDR = 0x200,
    ICPENDR = 0x280,
    ISACTIVER = 0x300,
    ICACTIVER = 0x380,
    IPRIORITYR = 0x400,
    ICFGR = 0xc00,
    IGRPMODR = 0xd00,
    NSACR = 0xe00,
    IROUTER = 0x6000,
    SECURITY_EXTN = 1 << 10,
};

#define REG(o1, n, m, o2) (3 << 14 | (o1) << 11 | (n) << 7 | (m) << 3 | (o2))

enum {
    PMR = REG(0, 4, 6, 0),
    IAR0 = REG(0, 12, 8, 0),
    EOIR0 = REG(0, 12, 8, 1),
    HPPIR0 = REG(0, 12, 8, 2),
    BPR0 = REG(0, 12, 8, 3),
    AP0R0 = REG(0, 12, 8, 4),
    AP1R0 = REG(0, 12, 9, 0),
    DIR = REG(0, 12, 11, 1),
    RPR = REG(0, 12, 11, 3),
    SGI1R = REG(0, 12, 11, 5),
    ASGI1R = REG(0, 12, 11, 6),
    SGI0R = REG(0, 12, 11, 7),
    IAR1 = REG(0, 12, 12, 0),
    EOIR1 = REG(0, 12, 12, 1),
    HPPIR1 = REG(0, 12, 12, 2),
    BPR1 = REG(0, 12, 12, 3),
    CTLR = REG(0, 12, 12, 4),
    SRE = REG(0, 12, 12, 5),
    IGRPEN0 = REG(0, 12, 12, 6),
    IGRPEN1 = REG(0, 12, 12, 7),
    SRE_EL2 = REG(4, 12, 9, 5),
    CTLR_EL3 = REG(6, 12, 12, 4),
    SRE_EL3 = REG(6, 12, 12, 5),
    IGRPEN1_EL3 = REG(6, 12, 12, 7),
    ISR = REG(0, 12, 1, 0),
    ICH_HCR = REG(4, 12, 11, 0),
    ICH_VMCR = REG(4, 12, 11, 7),
    ICH_LR0 = REG(4, 12, 12, 0),
};

/* Lines are broken at blanks. */
static void put_char(char c)
{
    static u32 column;

    c = c == ' ' && column > 84 ? '\n' : c;
    column = c == '\n' ? 0 : column + 1;
    semihost(3, &c);
}

static void number(u64 v)
{
    hex(v, v >> 32 ? 16 : v >> 16 ? 8 : v >> 8 ? 4 : 2);
}

/* IDbits, which may be 16 or 24, are left out. */
static u64 masked(u32 reg, u64 v)
{
    return reg == CTLR || reg == CTLR_EL3 ? v & ~0x800ul : v;
}

static void show_value(char level, u64 v)
{
    put_char(' ');
    put_char(level);
    if (v + 4 < 4) {
        put_char('T');
        put_char('0' + ~v);
    } else {
        number(v);
    }
}

static void show(const char *name, u32 reg)
{
    put_char(' ');
    text(name);
    for (const char *l = levels(); *l; l++) {
        show_value(*l, masked(reg, read_at(*l, reg)));
    }
}

static void both(u64 reg)
{
    show_value('s', get(reg));
    show_value('n', nget(reg));
}

/* Distributor and redistributor ---------------------------------------------------------------- */

static void test_control(void)
{
    text("typer");
    show_value('s', get(GICD + 4) & SECURITY_EXTN);
    show_value('n', nget(GICD + 4) & SECURITY_EXTN);
    text("\nctlr");
    both(GICD);
    for (u32 value = 0; value < 8; value++) {
        put(GICD, value | 0x30);
        both(GICD);
    }
    for (u32 value = 0; value < 4; value++) {
        nput(GICD, value | 0x10);
        both(GICD);
    }
    put(GICD, 0x35);
    nput(GICD, 0);
    both(GICD);
    text("\nredistributor");
    both(GICR);
    both(GICR + 8);
    both(GICR + 0x14);
    nput(GICR + 0x14, 0);
    both(GICR + 0x14);
    put(GICR + 0x14, 0);
    both(GICR + 0x14);
    text("\n");
}

/* @base: of the frame; @n: which word. */
static void test_groups(u64 base, u32 n)
{
    text("group");
    put(base + IGROUPR + n * 4, 0xf0f0f0f0);
    put(base + IGRPMODR + n * 4, 0xffff0000);
    both(base + IGROUPR + n * 4);
    both(base + IGRPMODR + n * 4);
    nput(base + IGROUPR + n * 4, 0xffffffff);
    nput(base + IGRPMODR + n * 4, 0xffffffff);
    both(base + IGROUPR + n * 4);
    both(base + IGRPMODR + n * 4);
    text("\nnsacr");
    for (u32 i = 0; i < 2; i++) {
        put(base + NSACR + n * 8 + i * 4, 0xe4e4e4e4);
        both(base + NSACR + n * 8 + i * 4);
        nput(base + NSACR + n * 8 + i * 4, 0);
        both(base + NSACR + n * 8 + i * 4);
        put(base + NSACR + n * 8 + i * 4, 0);
    }
    text("\n");
}

/* With an NSACR of @nsacr for all. */
static void test_bits(const char *name, u64 base, u32 n, u32 set, u32 clear, u32 nsacr)
{
    put(base + NSACR + n * 8, nsacr * 0x55555555);
    put(base + NSACR + n * 8 + 4, nsacr * 0x55555555);
    text(name);
    set += n * 4;
    clear += n * 4;
    put(base + set, 0xffffffff);
    both(base + set);
    nput(base + clear, 0xff00ff00);
    both(base + clear);
    put(base + clear, 0xffffffff);
    nput(base + set, 0x12345678);
    both(base + set);
    put(base + clear, 0xffffffff);
    both(base + set);
    put(base + NSACR + n * 8, 0);
    put(base + NSACR + n * 8 + 4, 0);
    text("\n");
}

static void test_all_bits(u64 base, u32 n)
{
    test_groups(base, n);
    for (u32 nsacr = 0; nsacr < 4; nsacr++) {
        test_bits("enable", base, n, ISENABLER, ICENABLER, nsacr);
        test_bits("pending", base, n, ISPENDR, ICPENDR, nsacr);
        test_bits("active", base, n, ISACTIVER, ICACTIVER, nsacr);
    }
}

/* Of the first 4 interrupts of a word, of group 0, and the next 4, of Non-secure group 1. */
static void test_priorities(u64 base, u32 n)
{
    u64 reg = base + IPRIORITYR + n * 32;

    text("priority");
    put(reg, 0x80f84020);
    put(reg + 4, 0x80f84020);
    both(reg);
    both(reg + 4);
    nput(reg, 0xf0f0f0f0);
    nput(reg + 4, 0x00f08040);
    both(reg);
    both(reg + 4);
    nput_byte(reg + 5, 0x10);
    nput_byte(reg + 1, 0x10);
    both(reg);
    both(reg + 4);
    text("\n");
}

static void test_shared(void)
{
    text("config");
    put(GICD + ICFGR + 8, 0xaaaaaaaa);
    both(GICD + ICFGR + 8);
    nput(GICD + ICFGR + 8, 0);
    both(GICD + ICFGR + 8);
    put(GICD + ICFGR + 8, 0);
    nput(GICD + ICFGR + 8, 0xaaaaaaaa);
    both(GICD + ICFGR + 8);
    put(GICD + ICFGR + 8, 0);
    for (u32 nsacr = 0; nsacr < 4; nsacr++) {
        text("\nroute");
        put(GICD + NSACR + 8, nsacr);
        for (u32 intid = 32; intid < 40; intid += 4) {
            nput(GICD + IROUTER + intid * 8, 0x0203);
            both(GICD + IROUTER + intid * 8);
            put(GICD + IROUTER + intid * 8, 0x0102);
            both(GICD + IROUTER + intid * 8);
            put(GICD + IROUTER + intid * 8, 0);
        }
    }
    put(GICD + NSACR + 8, 0);
    text("\n");
}

/* CPU interface ------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    u32 reg;
    u8 access;
} regs[] = {
    { "pmr", PMR, 3 },           { "bpr0", BPR0, 3 },       { "bpr1", BPR1, 3 },
    { "ap0r0", AP0R0, 3 },       { "ap1r0", AP1R0, 3 },     { "rpr", RPR, 1 },
    { "ctlr", CTLR, 3 },         { "sre", SRE, 3 },         { "igrpen0", IGRPEN0, 3 },
    { "igrpen1", IGRPEN1, 3 },   { "iar0", IAR0, 1 },       { "iar1", IAR1, 1 },
    { "hppir0", HPPIR0, 1 },     { "hppir1", HPPIR1, 1 },   { "eoir0", EOIR0, 2 },
    { "eoir1", EOIR1, 2 },       { "dir", DIR, 2 },         { "sgi0r", SGI0R, 2 },
    { "sgi1r", SGI1R, 2 },       { "asgi1r", ASGI1R, 2 },   { "sre_el2", SRE_EL2, 3 },
    { "ctlr_el3", CTLR_EL3, 3 }, { "sre_el3", SRE_EL3, 3 }, { "igrpen1_el3", IGRPEN1_EL3, 3 },
};

/* For each level its traps with SCR_EL3.{IRQ,FIQ} 0 to 3: where to. */
static void test_traps(void)
{
    for (u32 i = 0; i < sizeof(regs) / sizeof(*regs); i++) {
        text(regs[i].name);
        for (const char *l = levels(); *l; l++) {
            put_char(' ');
            put_char(*l);
            for (route = 0; route < 8; route += 2) {
                if (regs[i].access & 1) {
                    put_char('0' + execute(*l, 0xd5300000 | regs[i].reg << 5, 0, 0));
                }
                if (regs[i].access & 2) {
                    put_char('0' + execute(*l, 0xd5100000 | regs[i].reg << 5, 0, 0x3ff));
                }
            }
        }
        route = 0;
        text("\n");
    }
}

/* Nothing runs: interrupt 64, which is not there to be active, ends until that is so. */
static void end_all(void)
{
    write_at('m', AP0R0, 0);
    write_at('m', AP1R0, 0);
    while (read_at('m', RPR) != 0xff) {
        write_at('m', EOIR0, 64);
        write_at('m', EOIR1, 64);
    }
}

static void reset_interface(void)
{
    route = 0;
    end_all();
    write_at('m', CTLR_EL3, 0);
    write_at('m', PMR, 0xff);
    write_at('m', IGRPEN0, 1);
    write_at('m', IGRPEN1, 1);
    write_at('M', IGRPEN1, 1);
    write_at('m', BPR0, 0);
    write_at('m', BPR1, 0);
    write_at('M', BPR1, 0);
}

/* What each level's write changes at each level. */
static void test_write(const char *name, u32 reg, u64 value, u64 before)
{
    text(name);
    for (const char *l = levels(); *l; l++) {
        write_at('m', reg, before);
        write_at('M', reg, before);
        text(" |");
        write_at(*l, reg, value);
        for (const char *k = levels(); *k; k++) {
            show_value(*k, read_at(*k, reg));
        }
    }
    text("\n");
}

static void test_plain(void)
{
    reset_interface();
    test_write("igrpen0", IGRPEN0, ~0ul, 0);
    test_write("igrpen1", IGRPEN1, ~0ul, 0);
    test_write("bpr0", BPR0, 5, 0);
    test_write("bpr1", BPR1, 5, 0);
    test_write("bpr1", BPR1, 0, 7);
    test_write("ctlr", CTLR, ~0ul, 0);
    test_write("ctlr", CTLR, 0, ~0ul);
    test_write("ap0r0", AP0R0, 0x12345678, 0);
    test_write("ap1r0", AP1R0, 0x12345678, 0);
    test_write("sre", SRE, 0, ~0ul);
    reset_interface();
    for (u32 i = 0; i < 6; i++) {
        text("ctlr_el3 ");
        number(masked(CTLR_EL3, read_at('m', CTLR_EL3)));
        write_at('m', CTLR_EL3, i == 5 ? ~0ul : 1 << i);
        text(" ");
        number(masked(CTLR_EL3, read_at('m', CTLR_EL3)));
        show("ctlr", CTLR);
        show("bpr1", BPR1);
        text("\n");
    }
    write_at('m', BPR0, 4);
    show("bpr1", BPR1);
    write_at('m', BPR1, 6);
    write_at('n', BPR1, 6);
    show("bpr1", BPR1);
    show("bpr0", BPR0);
    write_at('s', BPR1, 5);
    show("bpr1", BPR1);
    show("bpr0", BPR0);
    write_at('m', CTLR_EL3, 0);
    show("bpr1", BPR1);
    text("\nigrpen1_el3");
    for (u64 v = 0; v < 4; v++) {
        write_at('m', IGRPEN1_EL3, v);
        show_value('m', read_at('m', IGRPEN1_EL3));
        show("igrpen1", IGRPEN1);
    }
    write_at('s', IGRPEN1, 0);
    show_value('m', read_at('m', IGRPEN1_EL3));
    write_at('n', IGRPEN1, 0);
    show_value('m', read_at('m', IGRPEN1_EL3));
    text("\nsre");
    show_value('m', read_at('m', SRE_EL3));
    write_at('m', SRE_EL3, 0);
    show_value('m', read_at('m', SRE_EL3));
    show("sre", SRE);
    show("sre_el2", SRE_EL2);
    text("\n");
}

/* Values that EL3 writes, and how they look; then what levels write. @routed: SCR_EL3.FIQ. */
static void test_mask(u32 routed)
{
    static const u8 masks[] = { 0, 0x40, 0x78, 0x80, 0x88, 0xc0, 0xff };

    reset_interface();
    for (u32 i = 0; i < 7; i++) {
        text("pmr ");
        number(masks[i]);
        write_at('m', PMR, masks[i]);
        route = routed;
        show("", PMR);
        for (const char *l = levels() + 2; *l; l++) {
            write_at('m', PMR, masks[i]);
            write_at(*l, PMR, 0x48);
            show_value(*l, read_at('m', PMR));
            write_at(*l, PMR, 0xf0);
            show_value(*l, read_at('m', PMR));
        }
        route = 0;
        text("\n");
    }
    for (u32 i = 0; i < 3; i++) {
        static const u32 aprs[] = { 1 << 4, 1 << 20, 1u << 31 };

        text("rpr");
        reset_interface();
        route = routed;
        write_at('m', AP1R0, aprs[i]);
        show("", RPR);
        text("\n");
    }
    reset_interface();
}

/* Acknowledge and end ------------------------------------------------------------------------- */

/* Interrupts 32 to 35 are of group 0, 36 to 39 of Non-secure group 1, 40 to 43 of Secure group 1.
 * Their priorities are 0x40, 0xa0 and 0x60. */
static void reset_all(void)
{
    reset_interface();
    put(GICD + ICENABLER + 4, 0xffffffff);
    put(GICD + ICPENDR + 4, 0xffffffff);
    put(GICD + ICACTIVER + 4, 0xffffffff);
    put(GICD + IGROUPR + 4, 0x00f0);
    put(GICD + IGRPMODR + 4, 0x0f00);
    put(GICD + IPRIORITYR + 32, 0x40404040);
    put(GICD + IPRIORITYR + 36, 0xa0a0a0a0);
    put(GICD + IPRIORITYR + 40, 0x60606060);
    put(GICD + ISENABLER + 4, 0x0fff);
    put(GICD, 0x37);
}

static void raise(u32 intid)
{
    put(GICD + ISPENDR + 4, 1u << intid % 32);
}

/* IRQ and FIQ as they reach the CPU at each level. */
static void lines(void)
{
    for (const char *l = levels(); *l; l++) {
        u64 isr = read_at(*l, ISR);

        put_char(l == levels() ? ' ' : ':');
        put_char(isr >> 7 & 1 ? 'I' : '.');
        put_char(isr >> 6 & 1 ? 'F' : '.');
    }
}

static void acknowledge(u32 intid, u32 reg)
{
    for (const char *l = levels(); *l; l++) {
        raise(intid);
        show_value(*l, read_at(*l, reg));
        put(GICD + ICPENDR + 4, 0xffffffff);
        put(GICD + ICACTIVER + 4, 0xffffffff);
        text("/");
        number(read_at('m', AP0R0));
        text("/");
        number(read_at('m', AP1R0));
        text("/");
        number(read_at('M', AP1R0));
        end_all();
    }
}

static void test_acknowledge(u32 intid)
{
    reset_all();
    text("pending ");
    number(intid);
    raise(intid);
    lines();
    show("hppir0", HPPIR0);
    show("hppir1", HPPIR1);
    text("\n iar0");
    acknowledge(intid, IAR0);
    text("\n iar1");
    acknowledge(intid, IAR1);
    text("\n");
}

/* Which of three pending interrupts is the best while groups are off. */
static void test_enables(void)
{
    for (u32 which = 0; which < 3; which++) {
        text("distributor");
        for (u32 groups = 0; groups < 8; groups++) {
            reset_all();
            put(GICD, groups | 0x30);
            raise(32 + 4 * which);
            lines();
        }
        text("\ninterface");
        for (u32 groups = 0; groups < 8; groups++) {
            reset_all();
            write_at('m', IGRPEN0, groups & 1);
            write_at('M', IGRPEN1, groups >> 1 & 1);
            write_at('m', IGRPEN1, groups >> 2 & 1);
            raise(32 + 4 * which);
            lines();
        }
        text("\n");
    }
    reset_all();
    text("order");
    for (u32 i = 0; i < 3; i++) {
        raise(32 + 4 * i);
    }
    for (u32 i = 0; i < 4; i++) {
        show("hppir0", HPPIR0);
        show("hppir1", HPPIR1);
        put(GICD + ICPENDR + 4, i == 0 ? 1 : i == 1 ? 1 << 8 : 1 << 4);
    }
    text("\n");
}

/* Each level ends (or deactivates) an interrupt of each group that EL3 has acknowledged. */
static void test_end(u32 intid, u32 reg, u32 ctlr)
{
    text(reg == EOIR0 ? "eoir0 " : reg == EOIR1 ? "eoir1 " : "dir ");
    number(intid);
    put_char(' ');
    number(ctlr);
    for (route = 0; route < 8; route += 2) {
        u32 old = route;

        for (const char *l = levels(); *l; l++) {
            reset_all();
            write_at('m', CTLR_EL3, ctlr);
            raise(intid);
            read_at('m', intid < 36 ? IAR0 : IAR1);
            route = old;
            write_at(*l, reg, intid);
            route = 0;
            put_char(' ');
            put_char(*l);
            number(get(GICD + ISACTIVER + 4));
            put_char('/');
            number(read_at('m', RPR));
        }
        route = old;
    }
    route = 0;
    text("\n");
}

/* What preempts a running Non-secure interrupt of priority 0xa0, with binary points. */
static void test_preemption(void)
{
    for (u32 cbpr = 0; cbpr < 4; cbpr++) {
        text("preempt");
        for (u32 bpr = 2; bpr < 8; bpr++) {
            reset_all();
            write_at('m', CTLR_EL3, cbpr);
            write_at('m', BPR0, bpr == 2 ? 6 : 2);
            write_at('m', BPR1, bpr);
            write_at('M', BPR1, bpr);
            raise(36);
            read_at('m', IAR1);
            put(GICD + IPRIORITYR + 36, 0x98a0a0a0);
            put(GICD + IPRIORITYR + 40, 0x98989898);
            put(GICD + IPRIORITYR + 32, 0x98989898);
            for (u32 i = 0; i < 3; i++) {
                u32 intid = i == 0 ? 32 : i == 1 ? 39 : 40;

                raise(intid);
                put_char(' ');
                put_char(read_at('m', ISR) & 0xc0 ? 'y' : 'n');
                number(read_at('m', intid == 32 ? IAR0 : IAR1));
                put_char('/');
                number(read_at('m', RPR));
                write_at('m', intid == 32 ? EOIR0 : EOIR1, intid);
                put(GICD + ICPENDR + 4, 0xffffffff);
            }
        }
        text("\n");
    }
}

/* Software-generated interrupts ---------------------------------------------------------------- */

/* SGIs 0 to 3 are of group 0, 4 to 7 of Non-secure group 1, 8 to 11 of Secure group 1. NSACR of
 * SGI n is n % 4. Which of these come, for each level. */
static void test_sgis(const char *name, u32 reg)
{
    text(name);
    put(SGI + IGROUPR, 0xf0);
    put(SGI + IGRPMODR, 0xf00);
    put(SGI + NSACR, 0xe4e4e4);
    for (const char *l = levels(); *l; l++) {
        put(SGI + ICPENDR, 0xffff);
        for (u64 n = 0; n < 12; n++) {
            write_at(*l, reg, n << 24 | 1);
        }
        show_value(*l, get(SGI + ISPENDR) & 0xffff);
    }
    put(SGI + ICPENDR, 0xffff);
    put(SGI + NSACR, 0);
    text("\n");
}

/* Virtual interrupts that end a physical one -------------------------------------------------- */

enum { HCR_IMO = 1 << 4, VMCR_VEOIM = 1 << 9 };

static void test_virtual(void)
{
    reset_all();
    text("virtual");
    write_at('h', ICH_HCR, 1);
    write_at('h', ICH_VMCR, 0xf8000002 | VMCR_VEOIM);
    for (u64 intid = 32; intid < 44; intid += 4) {
        put(GICD + ISACTIVER + 4, 1u << intid % 32);
        write_at('h', ICH_LR0, 2ul << 62 | 1ul << 61 | 1ul << 60 | intid << 32 | 27);
        MSR("hcr_el2", 1ul << 31 | HCR_IMO);
        write_at('n', DIR, 27);
        MSR("hcr_el2", 1ul << 31);
        put_char(' ');
        number(get(GICD + ISACTIVER + 4));
        show_value('h', read_at('h', ICH_LR0));
    }
    write_at('h', ICH_HCR, 0);
    text("\n");
}

/* One Security state --------------------------------------------------------------------------- */

static void test_disabled(void)
{
    reset_all();
    put(GICD, 0x77);
    text("ds");
    both(GICD);
    show_value('s', get(GICD + 4) & SECURITY_EXTN);
    both(GICD + IGROUPR + 4);
    both(GICD + IGRPMODR + 4);
    nput(GICD + IGROUPR + 4, 0xf0);
    both(GICD + IGROUPR + 4);
    both(GICD + IPRIORITYR + 36);
    nput(GICD, 0);
    both(GICD);
    put(GICD, 7);
    both(GICD);
    show("ctlr", CTLR);
    text("\n");
    for (u32 intid = 32; intid < 40; intid += 4) {
        text("pending ");
        number(intid);
        raise(intid);
        lines();
        show("hppir0", HPPIR0);
        show("hppir1", HPPIR1);
        put(GICD + ICPENDR + 4, 0xffffffff);
        text("\n");
    }
    test_sgis("sgi0r", SGI0R);
    test_sgis("sgi1r", SGI1R);
    test_sgis("asgi1r", ASGI1R);
}

void cmain(void)
{
    static const u64 status[2] = { 0x20026, 9 };

    has_el2 = MRS("id_aa64pfr0_el1") >> 8 & 15;
    if (has_el2) {
        MSR("hcr_el2", 1ul << 31);
    }
    test_control();
    text("-- shared\n");
    test_all_bits(GICD, 1);
    test_priorities(GICD, 1);
    test_shared();
    text("-- private\n");
    test_all_bits(SGI, 0);
    test_priorities(SGI, 0);
    text("-- traps\n");
    test_traps();
    test_plain();
    for (u32 i = 0; i < 8; i += 2) {
        test_mask(i);
    }
    text("-- interrupts\n");
    for (u32 intid = 32; intid < 44; intid += 4) {
        test_acknowledge(intid);
    }
    test_enables();
    for (u32 intid = 32; intid < 44; intid += 4) {
        test_end(intid, EOIR0, 0);
        test_end(intid, EOIR1, 0);
        for (u32 ctlr = 4; ctlr < 0x20; ctlr += ctlr) {
            test_end(intid, intid < 36 ? EOIR0 : EOIR1, ctlr);
        }
        test_end(intid, DIR, 0x1c);
    }
    test_preemption();
    test_sgis("sgi0r", SGI0R);
    test_sgis("sgi1r", SGI1R);
    test_sgis("asgi1r", ASGI1R);
    if (has_el2) {
        test_virtual();
    }
    test_disabled();
    semihost(0x18, status);
}
