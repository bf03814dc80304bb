/* SPDX-License-Identifier: MIT */
/*
 * The distributor of a GICv3 (ARM IHI 0069, 12.8 and 12.9), with one Security state and affinity
 * routing.
 *
 * Accesses of all sizes come down to a 32-bit register and a mask of the bits written. What is for
 * SGIs and PPIs is in the redistributors: zero here. Registers of interrupts that are not there
 * read as zero and ignore writes.
 */
#include "qemu/osdep.h"

#include "gicv3_internal.h"
#include "qemu/bswap.h"
#include "qemu/log.h"

enum { /* Table 12-25 */
       GICD_CTLR = 0x0000,
       GICD_TYPER = 0x0004,
       GICD_IIDR = 0x0008,
       GICD_SETSPI_NSR = 0x0040,
       GICD_ITARGETSR = 0x0800,
       GICD_IGRPMODR = 0x0d00,
       GICD_SPENDSGIR_END = 0x0f30,
       GICD_IROUTER = 0x6000,
       GICD_IROUTER_END = 0x8000,
       GICD_ID = 0xffd0,
};

enum { /* GICD_CTLR, fixed: one Security state, affinity routing (12.9.4) */
       GICD_CTLR_ARE = 1 << 4,
       GICD_CTLR_DS = 1 << 6,
};

/* GICD_TYPER: no 1 of N, Aff3 is valid, 16 bits of INTID (12.9.38) */
#define GICD_TYPER_FIXED (1u << 25 | 1u << 24 | 15u << 19)
#define GICD_TYPER_LPIS  (1u << 17)
#define GICD_IIDR_ARM    0x43b

/* IRM (1 of N) is not there: Aff3 and Aff2.Aff1.Aff0 (12.9.22) */
#define GICD_IROUTER_MASK 0xff00ffffffull

static bool spi_word(const GICv3State *s, unsigned word)
{
    return word > 0 && word < s->num_irq / 32;
}

static uint32_t dist_read(GICv3State *s, uint32_t offset)
{
    unsigned intid;

    switch (offset) {
    case GICD_CTLR:
        return s->ctlr | GICD_CTLR_ARE | GICD_CTLR_DS;
    case GICD_TYPER:
        return GICD_TYPER_FIXED | (s->has_lpi ? GICD_TYPER_LPIS : 0) | (s->num_irq / 32 - 1);
    case GICD_IIDR:
        return GICD_IIDR_ARM;
    case GIC_IGROUPR ... GIC_IPRIORITYR - 1:
        intid = offset % 0x80 * 8;
        return spi_word(s, intid / 32) ? gicv3_read_bits(&s->spi[intid / 32], offset & ~0x7fu) : 0;
    case GIC_IPRIORITYR ... GICD_ITARGETSR - 1:
        intid = offset - GIC_IPRIORITYR;
        return spi_word(s, intid / 32) ? ldl_le_p(&s->priority[intid]) : 0;
    case GIC_ICFGR ... GICD_IGRPMODR - 1:
        intid = (offset - GIC_ICFGR) * 4;
        return spi_word(s, intid / 32) ? gicv3_read_config(&s->spi[intid / 32], intid / 16 % 2) : 0;
    case GICD_IROUTER ... GICD_IROUTER_END - 1:
        intid = (offset - GICD_IROUTER) / 8;
        return spi_word(s, intid / 32) ? s->router[intid] >> offset % 8 * 8 : 0;
    case GICD_ID ... 0xffff:
        return gicv3_id(offset, 0x92);
    case GICD_ITARGETSR ... GIC_ICFGR - 1: /* reserved with affinity routing */
    case GICD_IGRPMODR ... GICD_SPENDSGIR_END - 1:
    case GICD_IIDR + 4 ... GICD_SETSPI_NSR - 1: /* TYPER2, STATUSR: not implemented, zero */
        return 0;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: read of bad distributor offset 0x%x\n", offset);
        return 0;
    }
}

static void write_router(GICv3State *s, uint32_t offset, uint64_t value, uint64_t mask)
{
    unsigned intid = (offset - GICD_IROUTER) / 8, shift = offset % 8 * 8;

    if (spi_word(s, intid / 32)) {
        s->router[intid] =
            ((s->router[intid] & ~(mask << shift)) | value << shift) & GICD_IROUTER_MASK;
        gicv3_route_changed(s, intid);
    }
}

/* The registers with a fixed number of bits an interrupt. */
static void write_arrays(GICv3State *s, uint32_t offset, uint32_t value, uint32_t mask)
{
    unsigned intid = offset < GIC_IPRIORITYR ? offset % 0x80 * 8
                     : offset < GIC_ICFGR    ? offset - GIC_IPRIORITYR
                                             : (offset - GIC_ICFGR) * 4;
    GICv3Word *w = &s->spi[intid / 32];

    if (!spi_word(s, intid / 32)) {
        return;
    }
    if (offset < GIC_IPRIORITYR) {
        gicv3_write_bits(w, offset & ~0x7fu, value, mask);
    } else if (offset < GIC_ICFGR) {
        gicv3_write_priorities(&s->priority[intid], value, mask);
    } else {
        gicv3_write_config(w, intid / 16 % 2, value, mask);
    }
    gicv3_spi_changed(s, intid / 32);
}

static void dist_write(GICv3State *s, uint32_t offset, uint32_t value, uint32_t mask)
{
    switch (offset) {
    case GICD_CTLR:
        value = (s->ctlr & ~mask) | value;
        s->ctlr = value & (GICD_CTLR_EN_GRP0 | GICD_CTLR_EN_GRP1);
        gicv3_update(s);
        break;
    case GIC_IGROUPR ... GICD_ITARGETSR - 1:
    case GIC_ICFGR ... GICD_IGRPMODR - 1:
        write_arrays(s, offset, value, mask);
        break;
    case GICD_IROUTER ... GICD_IROUTER_END - 1:
        write_router(s, offset, value, mask);
        break;
    case GICD_ITARGETSR ... GIC_ICFGR - 1: /* reserved with affinity routing */
    case GICD_IGRPMODR ... GICD_SPENDSGIR_END - 1:
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: write to bad distributor offset 0x%x\n", offset);
        break;
    }
}

static uint64_t gicv3_dist_read(void *opaque, hwaddr offset, unsigned size)
{
    return dist_read(opaque, offset & ~3u) >> (offset & 3) * 8;
}

static void gicv3_dist_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    unsigned shift = (offset & 3) * 8;
    uint32_t mask = (size == 4 ? UINT32_MAX : (1u << size * 8) - 1) << shift;

    dist_write(opaque, offset & ~3u, (uint32_t)value << shift & mask, mask);
}

const MemoryRegionOps gicv3_dist_ops = {
    .read = gicv3_dist_read,
    .write = gicv3_dist_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};
