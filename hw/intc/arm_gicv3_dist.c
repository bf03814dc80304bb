/* SPDX-License-Identifier: MIT */
/*
 * The distributor of a GICv3 (ARM IHI 0069, 12.8 and 12.9), with affinity routing, and one or two
 * Security states.
 *
 * Accesses of all sizes come down to a 32-bit register and a mask of the bits written. What is for
 * SGIs and PPIs is in the redistributors: zero here. Registers of interrupts that are not there
 * read as zero and ignore writes. So do, to Non-secure accesses, those of Secure interrupts, but
 * for what GICD_NSACR allows.
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
       GICD_NSACR_END = 0x0f00,
       GICD_SPENDSGIR_END = 0x0f30,
       GICD_IROUTER = 0x6000,
       GICD_IROUTER_END = 0x8000,
       GICD_ID = 0xffd0,
};

/* GICD_CTLR, fixed: affinity routing, of Secure state and with two of them of Non-secure state. */
enum { GICD_CTLR_ARE = 1 << 4, GICD_CTLR_ARE_NS = 1 << 5 };

/* GICD_TYPER: no 1 of N, Aff3 is valid, 16 bits of INTID (12.9.38) */
#define GICD_TYPER_FIXED         (1u << 25 | 1u << 24 | 15u << 19)
#define GICD_TYPER_LPIS          (1u << 17)
#define GICD_TYPER_SECURITY_EXTN (1u << 10)
#define GICD_IIDR_ARM            0x43b

/* IRM (1 of N) is not there: Aff3 and Aff2.Aff1.Aff0 (12.9.22) */
#define GICD_IROUTER_MASK 0xff00ffffffull

static bool spi_word(const GICv3State *s, unsigned word)
{
    return word > 0 && word < s->num_irq / 32;
}

/* The interrupts of a word for which GICD_NSACR has @level or more. */
static uint32_t nsacr_at_least(const GICv3Word *w, unsigned level)
{
    uint32_t bits = 0;

    for (unsigned i = 0; i < 32; i++) {
        bits |= (uint32_t)((w->nsacr[i / 16] >> i % 16 * 2 & 3) >= level) << i;
    }
    return bits;
}

/* The interrupts of a word whose registers of kind @bank an access reaches: from 1 on
 * NSACR allows to set pending state, from 2 on to clear it and to read active state, at 3 to change
 * the route. */
static uint32_t allowed(const GICv3Word *w, uint32_t bank, bool ns, bool is_write)
{
    if (!ns) {
        return UINT32_MAX;
    }
    switch (bank) {
    case GIC_IGROUPR:
    case GIC_IGRPMODR:
        return 0;
    case GIC_ISPENDR:
        return w->group | nsacr_at_least(w, 1);
    case GIC_ICPENDR:
        return w->group | nsacr_at_least(w, 2);
    case GIC_ISACTIVER:
    case GIC_ICACTIVER:
        return w->group | (is_write ? 0 : nsacr_at_least(w, 2));
    case GICD_IROUTER:
        return w->group | nsacr_at_least(w, 3);
    default:
        return w->group;
    }
}

static bool may_route(const GICv3State *s, unsigned intid, bool ns)
{
    unsigned word = intid / 32;

    return spi_word(s, word) && allowed(&s->spi[word], GICD_IROUTER, ns, true) >> intid % 32 & 1;
}

/* Registers of a fixed number of bits an interrupt: which interrupt is the first in @offset; 0 if
 * it is not one of those. */
static unsigned first_intid(uint32_t offset)
{
    switch (offset) {
    case GIC_IGROUPR ... GIC_IPRIORITYR - 1:
    case GIC_IGRPMODR ... GIC_IGRPMODR + 0x7f:
        return offset % 0x80 * 8;
    case GIC_IPRIORITYR ... GICD_ITARGETSR - 1:
        return offset - GIC_IPRIORITYR;
    case GIC_ICFGR ... GIC_IGRPMODR - 1:
        return (offset - GIC_ICFGR) * 4;
    case GIC_NSACR ... GICD_NSACR_END - 1:
        return (offset - GIC_NSACR) * 4;
    default:
        return 0;
    }
}

static uint32_t read_array(GICv3State *s, uint32_t offset, unsigned intid, bool ns)
{
    const GICv3Word *w = &s->spi[intid / 32];
    uint32_t bank = offset & ~0x7fu;

    switch (offset) {
    case GIC_IPRIORITYR ... GICD_ITARGETSR - 1:
        return gicv3_read_priorities(w, &s->priority[intid], intid, ns);
    case GIC_ICFGR ... GIC_IGRPMODR - 1:
        return gicv3_read_config(w, intid / 16 % 2, allowed(w, GIC_ICFGR, ns, false));
    case GIC_NSACR ... GICD_NSACR_END - 1:
        return ns || gicv3_one_state(s) ? 0 : w->nsacr[intid / 16 % 2];
    default:
        return bank == GIC_IGRPMODR && gicv3_one_state(s)
                   ? 0
                   : gicv3_read_bits(w, bank, allowed(w, bank, ns, false));
    }
}

/* Non-secure state has its group's enable alone, at the place it has for Secure state. */
static uint32_t read_ctlr(const GICv3State *s, bool ns)
{
    uint32_t are = ns || gicv3_one_state(s) ? GICD_CTLR_ARE : GICD_CTLR_ARE | GICD_CTLR_ARE_NS;

    return (ns ? s->ctlr & GICD_CTLR_EN_GRP1 : s->ctlr) | are;
}

static uint32_t dist_read(GICv3State *s, uint32_t offset, bool ns)
{
    unsigned intid = first_intid(offset);

    if (intid) {
        return spi_word(s, intid / 32) ? read_array(s, offset, intid, ns) : 0;
    }
    switch (offset) {
    case GICD_CTLR:
        return read_ctlr(s, ns);
    case GICD_TYPER:
        return GICD_TYPER_FIXED | (s->has_lpi ? GICD_TYPER_LPIS : 0) |
               (gicv3_one_state(s) ? 0 : GICD_TYPER_SECURITY_EXTN) | (s->num_irq / 32 - 1);
    case GICD_IIDR:
        return GICD_IIDR_ARM;
    case GICD_IROUTER ... GICD_IROUTER_END - 1:
        intid = (offset - GICD_IROUTER) / 8;
        return may_route(s, intid, ns) ? s->router[intid] >> offset % 8 * 8 : 0;
    case GICD_ID ... 0xffff:
        return gicv3_id(offset, 0x92);
    case GIC_IGROUPR ... GIC_IPRIORITYR + GICV3_INTERNAL - 1: /* of SGIs and PPIs */
    case GICD_ITARGETSR ... GICD_SPENDSGIR_END - 1: /* these, too; reserved with affinity routing */
    case GICD_IIDR + 4 ... GICD_SETSPI_NSR - 1:     /* TYPER2, STATUSR: not implemented, zero */
        return 0;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: read of bad distributor offset 0x%x\n", offset);
        return 0;
    }
}

static void write_router(GICv3State *s, uint32_t offset, uint64_t value, uint64_t mask, bool ns)
{
    unsigned intid = (offset - GICD_IROUTER) / 8, shift = offset % 8 * 8;

    if (may_route(s, intid, ns)) {
        s->router[intid] =
            ((s->router[intid] & ~(mask << shift)) | value << shift) & GICD_IROUTER_MASK;
        gicv3_route_changed(s, intid);
    }
}

static void write_array(GICv3State *s, uint32_t offset, unsigned intid, uint32_t value,
                        uint32_t mask, bool ns)
{
    GICv3Word *w = &s->spi[intid / 32];
    uint32_t bank = offset & ~0x7fu, *nsacr = &w->nsacr[intid / 16 % 2];

    switch (offset) {
    case GIC_IPRIORITYR ... GICD_ITARGETSR - 1:
        gicv3_write_priorities(w, &s->priority[intid], intid, value, mask, ns);
        break;
    case GIC_ICFGR ... GIC_IGRPMODR - 1:
        gicv3_write_config(w, intid / 16 % 2, value, mask, allowed(w, GIC_ICFGR, ns, true));
        break;
    case GIC_NSACR ... GICD_NSACR_END - 1:
        *nsacr = ns || gicv3_one_state(s) ? *nsacr : (*nsacr & ~mask) | value;
        break;
    default:
        if (bank != GIC_IGRPMODR || !gicv3_one_state(s)) {
            gicv3_write_bits(w, bank, value, mask, allowed(w, bank, ns, true));
        }
        break;
    }
    gicv3_spi_changed(s, intid / 32);
}

/* One Security state is for good, until a reset; then there is no Secure group 1, and LPIs have all
 * priorities. */
static void write_ctlr(GICv3State *s, uint32_t value, uint32_t mask, bool ns)
{
    bool was_one = gicv3_one_state(s);

    mask &= ns        ? GICD_CTLR_EN_GRP1
            : was_one ? GICD_CTLR_EN_GRP0 | GICD_CTLR_EN_GRP1
                      : GICD_CTLR_EN_GRP0 | GICD_CTLR_EN_GRP1 | GICD_CTLR_EN_GRP1S | GICD_CTLR_DS;
    s->ctlr = (s->ctlr & ~mask) | (value & mask);
    if (gicv3_one_state(s) && !was_one) {
        s->ctlr &= ~(uint32_t)GICD_CTLR_EN_GRP1S;
        for (unsigned n = 0; s->has_lpi && n < s->num_cpu; n++) {
            gicv3_lpi_all_config_changed(&s->cpu[n]);
            gicv3_lpi_flush(&s->cpu[n]);
        }
    }
    gicv3_update(s);
}

static void dist_write(GICv3State *s, uint32_t offset, uint32_t value, uint32_t mask, bool ns)
{
    unsigned intid = first_intid(offset);

    if (intid) {
        if (spi_word(s, intid / 32)) {
            write_array(s, offset, intid, value, mask, ns);
        }
        return;
    }
    switch (offset) {
    case GICD_CTLR:
        write_ctlr(s, value, mask, ns);
        break;
    case GICD_IROUTER ... GICD_IROUTER_END - 1:
        write_router(s, offset, value, mask, ns);
        break;
    case GIC_IGROUPR ... GIC_IPRIORITYR + GICV3_INTERNAL - 1: /* of SGIs and PPIs */
    case GICD_ITARGETSR ... GICD_SPENDSGIR_END - 1: /* these, too; reserved with affinity routing */
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: write to bad distributor offset 0x%x\n", offset);
        break;
    }
}

static MemTxResult gicv3_dist_read(void *opaque, hwaddr offset, uint64_t *value, unsigned size,
                                   MemTxAttrs attrs)
{
    GICv3State *s = opaque;

    *value = dist_read(s, offset & ~3u, gicv3_is_ns(s, attrs)) >> (offset & 3) * 8;
    return MEMTX_OK;
}

static MemTxResult gicv3_dist_write(void *opaque, hwaddr offset, uint64_t value, unsigned size,
                                    MemTxAttrs attrs)
{
    GICv3State *s = opaque;
    unsigned shift = (offset & 3) * 8;
    uint32_t mask = (size == 4 ? UINT32_MAX : (1u << size * 8) - 1) << shift;

    dist_write(s, offset & ~3u, (uint32_t)value << shift & mask, mask, gicv3_is_ns(s, attrs));
    return MEMTX_OK;
}

const MemoryRegionOps gicv3_dist_ops = {
    .read_with_attrs = gicv3_dist_read,
    .write_with_attrs = gicv3_dist_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};
