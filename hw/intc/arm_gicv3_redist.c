/* SPDX-License-Identifier: MIT */
/*
 * The redistributors of a GICv3 (ARM IHI 0069, 12.10 and 12.11): for each CPU a frame for control
 * and one for its SGIs and PPIs. LPIs come from an ITS only (GICR_TYPER.DirectLPI is zero).
 */
#include "qemu/osdep.h"

#include "gicv3_internal.h"
#include "qemu/bswap.h"
#include "qemu/log.h"

#define SGI_FRAME 0x10000

enum { /* Table 12-27, and Table 12-29 for the second frame */
       GICR_CTLR = 0x0000,
       GICR_IIDR = 0x0004,
       GICR_TYPER = 0x0008,
       GICR_STATUSR = 0x0010,
       GICR_WAKER = 0x0014,
       GICR_PROPBASER = 0x0070,
       GICR_PENDBASER = 0x0078,
       GICR_ID = 0xffd0,
       GICR_SGI_NSACR = SGI_FRAME + GIC_NSACR,
};

enum { WAKER_PROCESSOR_SLEEP = 1 << 1, WAKER_CHILDREN_ASLEEP = 1 << 2 }; /* 12.11.33 */

#define GICR_IIDR_ARM 0x43b

enum { /* 12.11.31 */
       TYPER_PLPIS = 1 << 0,
       TYPER_LAST = 1 << 4, /* of its region */
       TYPER_PROCESSOR_NUMBER = 8,
       TYPER_COMMON_LPI_AFF3 = 1 << 24, /* CPUs of one Aff3 have one configuration table */
};

static uint64_t redist_typer(const GICv3CPUState *c)
{
    return (uint64_t)c->affinity << 32 | c->index << TYPER_PROCESSOR_NUMBER |
           (c->last_redist ? TYPER_LAST : 0) |
           (c->gic->has_lpi ? TYPER_PLPIS | TYPER_COMMON_LPI_AFF3 : 0);
}

/* The bank of a register with one bit an interrupt, of which this frame has the first word; 0 for
 * other offsets. */
static uint32_t bits_bank(uint32_t offset)
{
    uint32_t bank = offset - SGI_FRAME;

    if (bank == GIC_IGRPMODR) {
        return bank;
    }
    return bank >= GIC_IGROUPR && bank < GIC_IPRIORITYR && bank % 0x80 == 0 ? bank : 0;
}

/* The interrupts whose bits an access reaches. GICR_NSACR is about sending SGIs alone. */
static uint32_t allowed(const GICv3CPUState *c, uint32_t bank, bool ns)
{
    if (bank == GIC_IGRPMODR && gicv3_one_state(c->gic)) {
        return 0;
    }
    return !ns ? UINT32_MAX : bank == GIC_IGROUPR || bank == GIC_IGRPMODR ? 0 : c->local.group;
}

static uint32_t redist_read(const GICv3CPUState *c, uint32_t offset, bool ns)
{
    uint32_t bank = bits_bank(offset);

    if (bank) {
        return gicv3_read_bits(&c->local, bank, allowed(c, bank, ns));
    }
    switch (offset) {
    case GICR_STATUSR:
        return 0;
    case GICR_SGI_NSACR:
        return ns || gicv3_one_state(c->gic) ? 0 : c->local.nsacr[0];
    case GICR_CTLR:
        return c->gicr_ctlr | (c->gic->has_lpi ? GICR_CTLR_CES : 0);
    case GICR_PROPBASER:
    case GICR_PROPBASER + 4:
        return c->propbaser >> offset % 8 * 8;
    case GICR_PENDBASER:
    case GICR_PENDBASER + 4:
        return c->pendbaser >> offset % 8 * 8;
    case GICR_IIDR:
        return GICR_IIDR_ARM;
    case GICR_TYPER:
    case GICR_TYPER + 4:
        return redist_typer(c) >> offset % 8 * 8;
    case GICR_WAKER:
        return ns ? 0 : c->waker;
    case SGI_FRAME + GIC_IPRIORITYR... SGI_FRAME + GIC_IPRIORITYR + 31:
        return gicv3_read_priorities(&c->local, &c->priority[offset % 32], offset % 32, ns);
    case SGI_FRAME + GIC_ICFGR:
    case SGI_FRAME + GIC_ICFGR + 4:
        return gicv3_read_config(&c->local, offset / 4 % 2, allowed(c, GIC_ICFGR, ns));
    case GICR_ID ... SGI_FRAME - 1:
        return gicv3_id(offset, 0x93);
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: read of bad redistributor offset 0x%x\n",
                      offset);
        return 0;
    }
}

static void write_waker(GICv3CPUState *c, uint32_t value)
{
    c->waker = value & WAKER_PROCESSOR_SLEEP ? WAKER_PROCESSOR_SLEEP | WAKER_CHILDREN_ASLEEP : 0;
}

/* EnableLPIs may be cleared again (CES): then the pending table is as it was left in memory. */
static void write_ctlr(GICv3CPUState *c, uint32_t value)
{
    uint32_t enable = value & GICR_CTLR_ENABLE_LPIS;

    if (c->gic->has_lpi && enable != c->gicr_ctlr) {
        c->gicr_ctlr = enable;
        gicv3_lpi_load(c);
        gicv3_update_cpu(c);
    }
}

/* Where tables are is fixed while LPIs are enabled. */
static void write_base(GICv3CPUState *c, uint32_t offset, uint32_t value, uint32_t mask)
{
    bool prop = (offset & ~7u) == GICR_PROPBASER;
    uint64_t *base = prop ? &c->propbaser : &c->pendbaser;
    unsigned shift = offset % 8 * 8;

    if (!c->gic->has_lpi) {
        return;
    }
    if (c->gicr_ctlr & GICR_CTLR_ENABLE_LPIS) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: %s written while LPIs are enabled\n",
                      prop ? "GICR_PROPBASER" : "GICR_PENDBASER");
        return;
    }
    *base = (*base & ~((uint64_t)mask << shift)) | (uint64_t)value << shift;
    *base &= prop ? GICR_PROPBASER_WRITABLE : GICR_PENDBASER_WRITABLE;
}

static void redist_write(GICv3CPUState *c, uint32_t offset, uint32_t value, uint32_t mask, bool ns)
{
    uint32_t bank = bits_bank(offset), *nsacr = &c->local.nsacr[0];

    if (bank) {
        gicv3_write_bits(&c->local, bank, value, mask, allowed(c, bank, ns));
        gicv3_local_changed(c);
        return;
    }
    switch (offset) {
    case GICR_WAKER:
        write_waker(c, ns ? c->waker : (c->waker & ~mask) | value);
        break;
    case GICR_SGI_NSACR:
        *nsacr = ns || gicv3_one_state(c->gic) ? *nsacr : (*nsacr & ~mask) | value;
        break;
    case SGI_FRAME + GIC_IPRIORITYR... SGI_FRAME + GIC_IPRIORITYR + 31:
        gicv3_write_priorities(&c->local, &c->priority[offset % 32], offset % 32, value, mask, ns);
        gicv3_local_changed(c);
        break;
    case SGI_FRAME + GIC_ICFGR + 4: /* that of SGIs, which are edge-triggered, is read only */
        gicv3_write_config(&c->local, 1, value, mask, allowed(c, GIC_ICFGR, ns));
        gicv3_local_changed(c);
        break;
    case GICR_CTLR:
        write_ctlr(c, (c->gicr_ctlr & ~mask) | value);
        break;
    case GICR_PROPBASER:
    case GICR_PROPBASER + 4:
    case GICR_PENDBASER:
    case GICR_PENDBASER + 4:
        write_base(c, offset, value, mask);
        break;
    case GICR_STATUSR:
    case SGI_FRAME + GIC_ICFGR:
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: write to bad redistributor offset 0x%x\n",
                      offset);
        break;
    }
}

static GICv3CPUState *redist_cpu(const GICv3RedistRegion *region, hwaddr offset)
{
    return &region->gic->cpu[region->first + offset / GICV3_REDIST_SIZE];
}

static MemTxResult gicv3_redist_read(void *opaque, hwaddr offset, uint64_t *value, unsigned size,
                                     MemTxAttrs attrs)
{
    GICv3CPUState *c = redist_cpu(opaque, offset);
    uint32_t word = redist_read(c, offset % GICV3_REDIST_SIZE & ~3u, gicv3_is_ns(c->gic, attrs));

    *value = word >> (offset & 3) * 8;
    return MEMTX_OK;
}

static MemTxResult gicv3_redist_write(void *opaque, hwaddr offset, uint64_t value, unsigned size,
                                      MemTxAttrs attrs)
{
    GICv3CPUState *c = redist_cpu(opaque, offset);
    unsigned shift = (offset & 3) * 8;
    uint32_t mask = (size == 4 ? UINT32_MAX : (1u << size * 8) - 1) << shift;

    redist_write(c, offset % GICV3_REDIST_SIZE & ~3u, (uint32_t)value << shift & mask, mask,
                 gicv3_is_ns(c->gic, attrs));
    return MEMTX_OK;
}

const MemoryRegionOps gicv3_redist_ops = {
    .read_with_attrs = gicv3_redist_read,
    .write_with_attrs = gicv3_redist_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};
