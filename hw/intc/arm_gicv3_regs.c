/* SPDX-License-Identifier: MIT */
/* GICv3: registers that distributor and redistributors have alike (ARM IHI 0069), saved state. */
#include "qemu/osdep.h"

#include "gicv3_internal.h"
#include "migration/vmstate.h"
#include "qemu/bswap.h"

uint32_t gicv3_read_bits(const GICv3Word *w, uint32_t bank, uint32_t allowed)
{
    switch (bank) {
    case GIC_IGROUPR:
        return w->group & allowed;
    case GIC_IGRPMODR:
        return w->modifier & allowed;
    case GIC_ISENABLER:
    case GIC_ICENABLER:
        return w->enabled & allowed;
    case GIC_ISPENDR:
    case GIC_ICPENDR:
        return gicv3_pending_word(w) & allowed;
    default: /* GIC_ISACTIVER and GIC_ICACTIVER */
        return w->active & allowed;
    }
}

void gicv3_write_bits(GICv3Word *w, uint32_t bank, uint32_t value, uint32_t mask, uint32_t allowed)
{
    mask &= allowed;
    value &= mask;
    switch (bank) {
    case GIC_IGROUPR:
        w->group = (w->group & ~mask) | value;
        break;
    case GIC_IGRPMODR:
        w->modifier = (w->modifier & ~mask) | value;
        break;
    case GIC_ISENABLER:
        w->enabled |= value;
        break;
    case GIC_ICENABLER:
        w->enabled &= ~value;
        break;
    case GIC_ISPENDR:
        w->pending |= value;
        break;
    case GIC_ICPENDR:
        w->pending &= ~value;
        break;
    case GIC_ISACTIVER:
        w->active |= value;
        break;
    default:
        w->active &= ~value;
        break;
    }
}

/* The upper bit of each pair says edge-triggered (12.9.9). */
uint32_t gicv3_read_config(const GICv3Word *w, unsigned half, uint32_t allowed)
{
    uint32_t edge = w->edge & allowed, value = 0;

    for (unsigned i = 0; i < 16; i++) {
        value |= (edge >> (half * 16 + i) & 1) << (i * 2 + 1);
    }
    return value;
}

void gicv3_write_config(GICv3Word *w, unsigned half, uint32_t value, uint32_t mask,
                        uint32_t allowed)
{
    for (unsigned i = 0; i < 16; i++) {
        uint32_t bit = 1u << (half * 16 + i), upper = 2u << i * 2;

        if (mask & upper && allowed & bit) {
            w->edge = value & upper ? w->edge | bit : w->edge & ~bit;
        }
    }
}

/* What Non-secure state reads lacks the top bit, whatever that is (4.8.1). */
uint32_t gicv3_read_priorities(const GICv3Word *w, const uint8_t *prio, unsigned intid, bool ns)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < 4; i++) {
        uint8_t seen = !ns ? prio[i] : w->group >> (intid + i) % 32 & 1 ? prio[i] << 1 : 0;

        value |= (uint32_t)seen << i * 8;
    }
    return value;
}

void gicv3_write_priorities(const GICv3Word *w, uint8_t *prio, unsigned intid, uint32_t value,
                            uint32_t mask, bool ns)
{
    for (unsigned i = 0; i < 4; i++) {
        uint8_t new = value >> i * 8;

        if (mask >> i * 8 & 0xff && (!ns || w->group >> (intid + i) % 32 & 1)) {
            prio[i] = ns ? gicv3_priority_from_ns(new) : new &GICV3_PRIO_MASK;
        }
    }
}

/* PIDR4-7, PIDR0-3, CIDR0-3 (12.8, "identification registers"): architecture version 3. */
uint32_t gicv3_id(uint32_t offset, uint8_t part)
{
    static const uint8_t id[12] = { 0x44, 0, 0, 0, 0, 0xb4, 0x3b, 0, 0x0d, 0xf0, 0x05, 0xb1 };
    unsigned n = (offset - 0xffd0) / 4;

    return n == 4 ? part : id[n];
}

/* Saved state -------------------------------------------------------------------------------- */

static const VMStateDescription vmstate_word = {
    .name = "arm_gicv3/word",
    .version_id = 2,
    .minimum_version_id = 2,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(group, GICv3Word),
            VMSTATE_UINT32(modifier, GICv3Word),
            VMSTATE_UINT32_ARRAY(nsacr, GICv3Word, 2),
            VMSTATE_UINT32(enabled, GICv3Word),
            VMSTATE_UINT32(pending, GICv3Word),
            VMSTATE_UINT32(level, GICv3Word),
            VMSTATE_UINT32(edge, GICv3Word),
            VMSTATE_UINT32(active, GICv3Word),
            VMSTATE_END_OF_LIST(),
        },
};

static const VMStateDescription vmstate_cpu = {
    .name = "arm_gicv3/cpu",
    .version_id = 2,
    .minimum_version_id = 2,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(waker, GICv3CPUState),
            VMSTATE_UINT32(gicr_ctlr, GICv3CPUState),
            VMSTATE_UINT64(propbaser, GICv3CPUState),
            VMSTATE_UINT64(pendbaser, GICv3CPUState),
            VMSTATE_STRUCT(local, GICv3CPUState, 2, vmstate_word, GICv3Word),
            VMSTATE_UINT8_ARRAY(priority, GICv3CPUState, 32),
            VMSTATE_UINT32_ARRAY(ctlr, GICv3CPUState, GICV3_NGROUPS),
            VMSTATE_UINT32(pmr, GICv3CPUState),
            VMSTATE_UINT32_ARRAY(bpr, GICv3CPUState, GICV3_NGROUPS),
            VMSTATE_UINT32_ARRAY(apr, GICv3CPUState, GICV3_NGROUPS),
            VMSTATE_UINT32_ARRAY(igrpen, GICv3CPUState, GICV3_NGROUPS),
            VMSTATE_STRUCT(vcpu, GICv3CPUState, 1, vmstate_gic_vcpu, GICVCPU),
            VMSTATE_END_OF_LIST(),
        },
};

/* A stream may hold anything: keep what the code relies on. */
static int post_load(void *opaque, int version_id)
{
    GICv3State *s = opaque;

    s->ctlr &= GICD_CTLR_EN_GRP0 | GICD_CTLR_EN_GRP1 | GICD_CTLR_EN_GRP1S | GICD_CTLR_DS;
    s->ctlr |= s->security_extn ? 0 : GICD_CTLR_DS;
    for (unsigned n = 0; n < s->num_cpu; n++) {
        GICv3CPUState *c = &s->cpu[n];

        for (unsigned group = 0; group < GICV3_NGROUPS; group++) {
            if (c->bpr[group] > 7 || c->bpr[group] < gicv3_min_bpr(group)) {
                return -EINVAL;
            }
        }
        c->gicr_ctlr &= s->has_lpi ? GICR_CTLR_ENABLE_LPIS : 0;
        c->propbaser &= GICR_PROPBASER_WRITABLE;
        c->pendbaser &= GICR_PENDBASER_WRITABLE;
    }
    gicv3_rebuild(s);
    for (unsigned n = 0; n < s->num_cpu; n++) {
        gicv3_world_changed(&s->cpu[n]);
        gicv3_update_virtual(&s->cpu[n]);
    }
    return 0;
}

const VMStateDescription vmstate_gicv3 = {
    .name = "arm_gicv3",
    .version_id = 2,
    .minimum_version_id = 2,
    .post_load = post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(ctlr, GICv3State),
            VMSTATE_STRUCT_ARRAY(spi, GICv3State, GICV3_WORDS, 2, vmstate_word, GICv3Word),
            VMSTATE_UINT8_ARRAY(priority, GICv3State, GICV3_WORDS * 32),
            VMSTATE_UINT64_ARRAY(router, GICv3State, GICV3_WORDS * 32),
            VMSTATE_STRUCT_VARRAY_POINTER_UINT32(cpu, GICv3State, num_cpu, vmstate_cpu,
                                                 GICv3CPUState),
            VMSTATE_END_OF_LIST(),
        },
};
