/* SPDX-License-Identifier: MIT */
/*
 * A secure monitor for -M virt,secure=on: started by reset at EL3 from flash, it takes kernel and
 * initrd out of fw_cfg, completes the device tree, hands over to the kernel at Non-secure EL1, and
 * answers its PSCI calls, which come as SMC. It talks on the Secure UART (the second -serial).
 * With a GICv3 it also has a timer of its own, whose interrupts come as FIQ.
 */
#include <stdint.h>

#define SECURE_UART 0x09040000ul
#define FW_CFG_DMA  0x09020010ul
#define GICD        0x08000000ul
#define GICC        0x08010000ul
#define GICR        0x080a0000ul
#define DTB         0x40000000ul
#define DMA         0x40100000ul
#define KERNEL      0x40400000ul /* kernel_entry of link.ld */
#define NEW_DTB     0x4f000000ul
#define INITRD      0x50000000ul

void monitor_exit(uint64_t status) __attribute__((noreturn));
uint64_t monitor_main(void);
void monitor_secondary(void);
uint64_t monitor_smc(uint64_t function, uint64_t a, uint64_t b, uint64_t c);
void monitor_tick(void);
void monitor_unexpected(uint64_t esr, uint64_t elr);

enum { MAX_CPUS = 4 };

static unsigned calls, ticks; /* PSCI calls and timer interrupts so far */
uint64_t monitor_scr;         /* for SCR_EL3 while the kernel runs */

/* Entry point and X0 for the CPU with that Aff0; it starts when the former is not 0. */
typedef struct Mailbox {
    uint64_t entry, context;
} Mailbox;

volatile Mailbox mailboxes[MAX_CPUS];

static uint32_t be32(uint32_t v)
{
    return __builtin_bswap32(v);
}

static void poke(uint64_t addr, uint32_t val)
{
    *(volatile uint32_t *)addr = val;
}

/* ---- output ---- */

static void put(const char *text)
{
    for (; *text; text++) {
        poke(SECURE_UART, (uint8_t)*text);
    }
}

static void put_hex(uint64_t val)
{
    for (int shift = 60; shift >= 0; shift -= 4) {
        poke(SECURE_UART, "0123456789abcdef"[val >> shift & 15]);
    }
}

/* ---- memory, as the compiler wants it too ---- */

void *memmove(void *to, const void *from, uint64_t n)
{
    uint8_t *t = to;
    const uint8_t *f = from;

    if (t < f) {
        while (n--) {
            *t++ = *f++;
        }
    } else {
        while (n--) {
            t[n] = f[n];
        }
    }
    return to;
}

void *memcpy(void *to, const void *from, uint64_t n)
{
    return memmove(to, from, n);
}

static uint64_t length(const char *text)
{
    uint64_t n = 0;

    while (text[n]) {
        n++;
    }
    return n;
}

static int same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* ---- fw_cfg (docs/specs/fw_cfg.rst), by DMA, which sees Non-secure memory only ---- */

enum { KERNEL_SIZE = 0x08, KERNEL_DATA = 0x11, INITRD_SIZE = 0x0b, INITRD_DATA = 0x12 };

static void fw_cfg_read(unsigned key, uint64_t to, uint32_t size)
{
    volatile uint32_t *dma = (volatile uint32_t *)DMA;

    dma[0] = be32(key << 16 | 1 << 3 | 1 << 1); /* select, read */
    dma[1] = be32(size);
    dma[2] = be32(to >> 32);
    dma[3] = be32((uint32_t)to);
    __asm__ volatile("dsb sy" ::: "memory");
    poke(FW_CFG_DMA, be32(DMA >> 32));
    poke(FW_CFG_DMA + 4, be32((uint32_t)DMA));
    while (dma[0] & ~be32(1)) {
    }
    if (dma[0]) {
        put("monitor: fw_cfg fails\n");
        monitor_exit(1);
    }
}

static uint32_t load(unsigned size_key, unsigned data_key, uint64_t to)
{
    volatile uint32_t *size = (volatile uint32_t *)(DMA + 64);

    fw_cfg_read(size_key, DMA + 64, 4);
    fw_cfg_read(data_key, to, *size);
    return *size;
}

/* ---- the flattened device tree (Devicetree Specification, 5) ---- */

enum { BEGIN_NODE = 1, END_NODE = 2, PROP = 3, NOP = 4, END = 9 };

typedef struct Fdt {
    uint32_t magic, totalsize, off_struct, off_strings, off_rsvmap;
    uint32_t version, last_comp, boot_cpu, size_strings, size_struct;
} Fdt;

static uint8_t *at(Fdt *fdt, uint32_t off)
{
    return (uint8_t *)fdt + off;
}

static uint32_t aligned(uint32_t n)
{
    return (n + 3) & ~3u;
}

/* Room for @n bytes at @off, which is in or at the end of the structure block. */
static uint8_t *insert(Fdt *fdt, uint32_t off, uint32_t n)
{
    memmove(at(fdt, off + n), at(fdt, off), be32(fdt->totalsize) - off);
    fdt->totalsize = be32(be32(fdt->totalsize) + n);
    fdt->off_strings = be32(be32(fdt->off_strings) + n);
    fdt->size_struct = be32(be32(fdt->size_struct) + n);
    return at(fdt, off);
}

/* A name at the end of the strings block, which is the last one: its offset there. */
static uint32_t add_string(Fdt *fdt, const char *name)
{
    uint32_t off = be32(fdt->size_strings), n = length(name) + 1;

    memcpy(at(fdt, be32(fdt->off_strings) + off), name, n);
    fdt->size_strings = be32(off + n);
    fdt->totalsize = be32(be32(fdt->off_strings) + off + n);
    return off;
}

/* The offset behind the name of node @name below the root; 0: of the root's end. */
static uint32_t find_node(Fdt *fdt, const char *name)
{
    uint32_t off = be32(fdt->off_struct), depth = 0;

    for (;;) {
        uint32_t token = be32(*(uint32_t *)at(fdt, off));
        uint32_t this = off;

        off += 4;
        if (token == BEGIN_NODE) {
            const char *node = (const char *)at(fdt, off);

            off += aligned(length(node) + 1);
            if (name && depth == 1 && same(node, name)) {
                return off;
            }
            depth++;
        } else if (token == PROP) {
            off += 8 + aligned(be32(*(uint32_t *)at(fdt, off)));
        } else if (token == END_NODE && --depth == 0) {
            if (!name) {
                return this;
            }
            put("monitor: the device tree has no such node\n");
            monitor_exit(1);
        }
    }
}

static uint32_t add_property(Fdt *fdt, uint32_t off, const char *name, const void *val, uint32_t n)
{
    uint32_t *p = (uint32_t *)insert(fdt, off, 12 + aligned(n));

    p[0] = be32(PROP);
    p[1] = be32(n);
    p[2] = be32(add_string(fdt, name));
    p[2 + aligned(n) / 4] = 0;
    memcpy(p + 3, val, n);
    return off + 12 + aligned(n);
}

static void add_address(Fdt *fdt, const char *name, uint64_t addr)
{
    uint64_t cells = __builtin_bswap64(addr);

    add_property(fdt, find_node(fdt, "chosen"), name, &cells, 8);
}

static void add_psci(Fdt *fdt)
{
    uint32_t off = find_node(fdt, 0), *p = (uint32_t *)insert(fdt, off, 16);

    p[0] = be32(BEGIN_NODE);
    memcpy(p + 1, "psci\0\0\0", 8);
    p[3] = be32(END_NODE);
    off = add_property(fdt, off + 12, "compatible", "arm,psci-1.0", 13);
    add_property(fdt, off, "method", "smc", 4);
}

static uint64_t make_tree(uint32_t initrd)
{
    Fdt *fdt = (Fdt *)NEW_DTB;

    memcpy(fdt, (void *)DTB, be32(((Fdt *)DTB)->totalsize));
    add_psci(fdt);
    if (initrd) {
        add_address(fdt, "linux,initrd-end", INITRD + initrd);
        add_address(fdt, "linux,initrd-start", INITRD);
    }
    return NEW_DTB;
}

/* ---- start ---- */

/* All interrupts are Non-secure's: group 1; and so are all priorities. Without the Security
 * Extensions (IHI 0048, GICD_TYPER.SecurityExtn) there is nothing to give away. */
static void give_gicv2_interrupts(void)
{
    if (!(*(volatile uint32_t *)(GICD + 4) >> 10 & 1)) {
        return;
    }
    for (unsigned i = 0; i < 16; i++) {
        poke(GICD + 0x80 + 4 * i, ~0u);
    }
    poke(GICC + 4, 0xff);
}

#define MSR(reg, val) __asm__ volatile("msr " reg ", %0\n isb" : : "r"((uint64_t)(val)))
#define MRS(reg)                                                                                   \
    ({                                                                                             \
        uint64_t v_;                                                                               \
        __asm__ volatile("mrs %0, " reg : "=r"(v_));                                               \
        v_;                                                                                        \
    })
#define ICC_PMR_EL1     "s3_0_c4_c6_0"
#define ICC_IAR0_EL1    "s3_0_c12_c8_0"
#define ICC_EOIR0_EL1   "s3_0_c12_c8_1"
#define ICC_IGRPEN0_EL1 "s3_0_c12_c12_6"
#define ICC_SRE_EL3     "s3_6_c12_c12_5"

enum { TIMER_PPI = 29, TICKS_PER_SECOND = 100 };

/* IHI 0069: of this CPU all but its Secure timer, which is of group 0. */
static void give_gicv3_interrupts(void)
{
    uint64_t redist = GICR + (MRS("mpidr_el1") & 0xff) * 0x20000;

    poke(GICD, 0x35); /* groups 0 and Secure 1, affinity routing */
    for (unsigned i = 1; i < 16; i++) {
        poke(GICD + 0x80 + 4 * i, ~0u);
    }
    poke(redist + 0x14, 0); /* GICR_WAKER */
    poke(redist + 0x10080, ~(1u << TIMER_PPI));
    poke(redist + 0x10100, 1u << TIMER_PPI);
    MSR(ICC_SRE_EL3, 0xf);
    MSR(ICC_PMR_EL1, 0xff);
    MSR(ICC_IGRPEN0_EL1, 1);
    MSR("cntps_tval_el1", MRS("cntfrq_el0") / TICKS_PER_SECOND);
    MSR("cntps_ctl_el1", 1);
}

static void give_interrupts(void)
{
    monitor_scr = 0x531; /* NS, HCE, AArch64 below */
    if (MRS("id_aa64pfr0_el1") >> 24 & 15) {
        give_gicv3_interrupts();
        monitor_scr |= 1 << 2; /* FIQ */
    } else {
        give_gicv2_interrupts();
    }
}

/* A FIQ. */
void monitor_tick(void)
{
    uint64_t intid = MRS(ICC_IAR0_EL1);

    if (intid != TIMER_PPI) {
        put("monitor: unexpected interrupt ");
        put_hex(intid);
        put("\n");
        monitor_exit(1);
    }
    ticks++;
    MSR("cntps_tval_el1", MRS("cntfrq_el0") / TICKS_PER_SECOND);
    MSR(ICC_EOIR0_EL1, intid);
}

void monitor_secondary(void)
{
    give_interrupts();
}

/* What the kernel gets in x0. */
uint64_t monitor_main(void)
{
    uint64_t el, initrd;

    calls = ticks = 0;
    for (unsigned i = 0; i < MAX_CPUS; i++) {
        mailboxes[i].entry = 0;
    }
    poke(SECURE_UART + 0x30, 0x101); /* UARTCR: transmit */
    __asm__("mrs %0, currentel" : "=r"(el));
    put("monitor: at EL");
    poke(SECURE_UART, '0' + (el >> 2));
    load(KERNEL_SIZE, KERNEL_DATA, KERNEL);
    initrd = load(INITRD_SIZE, INITRD_DATA, INITRD);
    give_interrupts();
    put(", starting the kernel\n");
    return make_tree(initrd);
}

/* ---- calls (DEN0022, DEN0028) ---- */

enum {
    PSCI_VERSION = 0x84000000,
    PSCI_CPU_ON_64 = 0xc4000003,
    PSCI_MIGRATE_INFO_TYPE = 0x84000006,
    PSCI_SYSTEM_OFF = 0x84000008,
    PSCI_FEATURES = 0x8400000a,
};

static uint64_t cpu_on(uint64_t cpu, uint64_t entry, uint64_t context)
{
    if (cpu == 0 || cpu >= MAX_CPUS) {
        return -2; /* INVALID_PARAMETERS */
    }
    if (mailboxes[cpu].entry) {
        return -4; /* ALREADY_ON */
    }
    mailboxes[cpu].context = context;
    __asm__ volatile("dmb sy" ::: "memory");
    mailboxes[cpu].entry = entry;
    __asm__ volatile("dsb sy\n sev" ::: "memory");
    return 0;
}

uint64_t monitor_smc(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t esr;

    __asm__("mrs %0, esr_el3" : "=r"(esr));
    if (esr >> 26 != 0x17) {
        __asm__("mrs %0, elr_el3" : "=r"(a));
        monitor_unexpected(esr, a);
    }
    calls++;
    switch ((uint32_t)function) {
    case PSCI_VERSION:
        return 0x10000;
    case PSCI_CPU_ON_64:
        return cpu_on(a, b, c);
    case PSCI_MIGRATE_INFO_TYPE:
        return 2; /* nothing to migrate */
    case PSCI_FEATURES:
        return a == PSCI_SYSTEM_OFF || a == PSCI_VERSION || a == PSCI_CPU_ON_64 ? 0 : -1;
    case PSCI_SYSTEM_OFF:
        put("monitor: power off after ");
        put_hex(calls);
        put(ticks ? " calls, and ticks\n" : " calls\n");
        monitor_exit(0);
    default:
        return -1;
    }
}

void monitor_unexpected(uint64_t esr, uint64_t elr)
{
    put("monitor: unexpected exception, ESR ");
    put_hex(esr);
    put(" ELR ");
    put_hex(elr);
    put("\n");
    monitor_exit(1);
}
