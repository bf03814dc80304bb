/* SPDX-License-Identifier: MIT */
/*
 * The CPU interface registers of a GICv1/v2 (ARM IHI 0048B, 4.4).
 *
 * With the Security Extensions, Non-secure accesses see a view of their own (3.4, 4.1.3): group 1
 * alone, under the names that group 0's registers have, and the lower half of the priorities
 * stretched to all of them.
 */
#include "qemu/osdep.h"

#include "gic_internal.h"
#include "qemu/log.h"

enum { /* Table 4-2 */
       GICC_CTLR = 0x00,
       GICC_PMR = 0x04,
       GICC_BPR = 0x08,
       GICC_IAR = 0x0c,
       GICC_EOIR = 0x10,
       GICC_RPR = 0x14,
       GICC_HPPIR = 0x18,
       GICC_ABPR = 0x1c,
       GICC_AIAR = 0x20,
       GICC_AEOIR = 0x24,
       GICC_AHPPIR = 0x28,
       GICC_APR = 0xd0,
       GICC_NSAPR = 0xe0,
       GICC_IIDR = 0xfc,
       GICC_DIR = 0x1000,
};

/* The bypass signals do not exist. */
enum { GICC_CTLR_V2_MASK = 0x21f, GICC_CTLR_V1_MASK = 0x1, GICC_CTLR_SECURE_MASK = 0x61f };

/* Implementer ARM; the architecture version in bits 19:16 (4.4.15) */
#define GICC_IIDR_ARM 0x43b

static int gic_window_cpu(const GICCpuWindow *window)
{
    return window->cpu < 0 ? gic_current_cpu(window->gic) : window->cpu;
}

/* Non-secure view ----------------------------------------------------------------------------- */

/* EnableGrp1 and EOImodeNS, where Secure accesses have EnableGrp0 and EOImodeS (4.4.1) */
static uint32_t ctlr_ns(const GICState *s, int cpu)
{
    return (s->cpu_ctlr[cpu] & GICC_CTLR_EN_GRP1 ? GICC_CTLR_EN_GRP0 : 0) |
           (s->cpu_ctlr[cpu] & GICC_CTLR_EOIMODE_NS ? GICC_CTLR_EOIMODE : 0);
}

static void set_ctlr_ns(GICState *s, int cpu, uint32_t value)
{
    uint32_t *ctlr = &s->cpu_ctlr[cpu];

    *ctlr &= ~(uint32_t)(GICC_CTLR_EN_GRP1 | GICC_CTLR_EOIMODE_NS);
    *ctlr |= (value & GICC_CTLR_EN_GRP0 ? GICC_CTLR_EN_GRP1 : 0) |
             (value & GICC_CTLR_EOIMODE ? GICC_CTLR_EOIMODE_NS : 0);
}

/* GICC_BPR is the binary point of group 1 (4.4.3). */
static uint32_t bpr_ns(const GICState *s, int cpu)
{
    return s->cpu_ctlr[cpu] & GICC_CTLR_CBPR ? MIN(s->bpr[cpu] + 1, 7) : s->abpr[cpu];
}

static uint32_t rpr_ns(uint32_t prio)
{
    return prio == GIC_PRIO_IDLE ? 0xff : gic_priority_to_ns(prio);
}

/* Active priorities: the lower half of the levels (4.4.13) */
static uint32_t apr_ns(const GICState *s, int cpu, unsigned n)
{
    return n < GIC_NR_APRS / 2 ? s->nsapr[cpu * GIC_NR_APRS + GIC_NR_APRS / 2 + n] : 0;
}

static uint32_t cpuif_read_ns(GICState *s, int cpu, hwaddr offset)
{
    switch (offset) {
    case GICC_CTLR:
        return ctlr_ns(s, cpu);
    case GICC_PMR:
        return gic_priority_to_ns(s->pmr[cpu]);
    case GICC_BPR:
        return bpr_ns(s, cpu);
    case GICC_IAR:
        return gic_acknowledge(s, cpu, true);
    case GICC_RPR:
        return rpr_ns(gic_running_priority(s, cpu));
    case GICC_HPPIR:
        return gic_highest_pending(s, cpu, true);
    case GICC_APR ... GICC_APR + 0xf:
        return apr_ns(s, cpu, (offset - GICC_APR) / 4);
    case GICC_IIDR:
        return s->revision << 16 | GICC_IIDR_ARM;
    case GICC_ABPR ... GICC_AHPPIR: /* Secure state's ways to group 1 */
    case GICC_NSAPR ... GICC_NSAPR + 0xf:
        return 0;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gic: read of bad CPU interface offset 0x%" HWADDR_PRIx "\n", offset);
        return 0;
    }
}

static void cpuif_write_ns(GICState *s, int cpu, hwaddr offset, uint32_t value)
{
    switch (offset) {
    case GICC_CTLR:
        set_ctlr_ns(s, cpu, value);
        break;
    case GICC_PMR: /* a mask in Secure state's half is not changed (4.4.2) */
        if (s->pmr[cpu] & GIC_PRIO_NS) {
            s->pmr[cpu] = gic_priority_from_ns(value);
        }
        break;
    case GICC_BPR:
        if (!(s->cpu_ctlr[cpu] & GICC_CTLR_CBPR)) {
            s->abpr[cpu] = MAX(value & 7, GIC_MIN_ABPR);
        }
        break;
    case GICC_EOIR:
        gic_end_of_interrupt(s, cpu, value, true, true);
        return;
    case GICC_DIR:
        gic_deactivate(s, cpu, value, true);
        return;
    case GICC_APR ... GICC_APR + 0xf:
        if ((offset - GICC_APR) / 4 < GIC_NR_APRS / 2) {
            s->nsapr[cpu * GIC_NR_APRS + GIC_NR_APRS / 2 + (offset - GICC_APR) / 4] = value;
        }
        break;
    case GICC_ABPR ... GICC_AHPPIR:
    case GICC_NSAPR ... GICC_NSAPR + 0xf:
        return;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gic: write to bad CPU interface offset 0x%" HWADDR_PRIx "\n", offset);
        return;
    }
    gic_update(s);
}

/* Secure view, and that without the Security Extensions ---------------------------------------- */

static uint32_t cpuif_read_v2(GICState *s, int cpu, hwaddr offset)
{
    switch (offset) {
    case GICC_ABPR:
        return s->abpr[cpu];
    case GICC_AIAR:
        return gic_acknowledge(s, cpu, true);
    case GICC_AHPPIR:
        return gic_highest_pending(s, cpu, true);
    case GICC_APR ... GICC_APR + 0xf:
        return s->apr[cpu * GIC_NR_APRS + (offset - GICC_APR) / 4];
    case GICC_NSAPR ... GICC_NSAPR + 0xf:
        return s->nsapr[cpu * GIC_NR_APRS + (offset - GICC_NSAPR) / 4];
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gic: read of bad CPU interface offset 0x%" HWADDR_PRIx "\n", offset);
        return 0;
    }
}

static uint32_t cpuif_read(GICState *s, int cpu, hwaddr offset)
{
    switch (offset) {
    case GICC_CTLR:
        return s->cpu_ctlr[cpu];
    case GICC_PMR:
        return s->pmr[cpu];
    case GICC_BPR:
        return s->bpr[cpu];
    case GICC_IAR:
        return gic_acknowledge(s, cpu, false);
    case GICC_RPR:
        return MIN(gic_running_priority(s, cpu), 0xff);
    case GICC_HPPIR:
        return gic_highest_pending(s, cpu, false);
    case GICC_IIDR:
        return s->revision << 16 | GICC_IIDR_ARM;
    default:
        return cpuif_read_v2(s, cpu, s->revision >= 2 ? offset : HWADDR_MAX);
    }
}

static void cpuif_write_v2(GICState *s, int cpu, hwaddr offset, uint32_t value)
{
    switch (offset) {
    case GICC_ABPR:
        s->abpr[cpu] = MAX(value & 7, GIC_MIN_ABPR);
        break;
    case GICC_AEOIR:
        gic_end_of_interrupt(s, cpu, value, true, false);
        break;
    case GICC_APR ... GICC_APR + 0xf:
        s->apr[cpu * GIC_NR_APRS + (offset - GICC_APR) / 4] = value;
        break;
    case GICC_NSAPR ... GICC_NSAPR + 0xf:
        s->nsapr[cpu * GIC_NR_APRS + (offset - GICC_NSAPR) / 4] = value;
        break;
    case GICC_DIR:
        gic_deactivate(s, cpu, value, false);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gic: write to bad CPU interface offset 0x%" HWADDR_PRIx "\n", offset);
        break;
    }
}

static void cpuif_write(GICState *s, int cpu, hwaddr offset, uint32_t value)
{
    switch (offset) {
    case GICC_CTLR:
        s->cpu_ctlr[cpu] = value & (s->security_extn   ? GICC_CTLR_SECURE_MASK
                                    : s->revision >= 2 ? GICC_CTLR_V2_MASK
                                                       : GICC_CTLR_V1_MASK);
        break;
    case GICC_PMR:
        s->pmr[cpu] = value & 0xff;
        break;
    case GICC_BPR:
        s->bpr[cpu] = MAX(value & 7, GIC_MIN_BPR);
        break;
    case GICC_EOIR:
        gic_end_of_interrupt(s, cpu, value, false, false);
        return;
    default:
        cpuif_write_v2(s, cpu, s->revision >= 2 ? offset : HWADDR_MAX, value);
        break;
    }
    gic_update(s);
}

/* Dispatch ------------------------------------------------------------------------------------- */

static MemTxResult gic_cpu_read(void *opaque, hwaddr offset, uint64_t *value, unsigned size,
                                MemTxAttrs attrs)
{
    GICCpuWindow *window = opaque;
    GICState *s = window->gic;
    int cpu = gic_window_cpu(window);

    *value = gic_is_ns(s, attrs) ? cpuif_read_ns(s, cpu, offset) : cpuif_read(s, cpu, offset);
    return MEMTX_OK;
}

static MemTxResult gic_cpu_write(void *opaque, hwaddr offset, uint64_t value, unsigned size,
                                 MemTxAttrs attrs)
{
    GICCpuWindow *window = opaque;
    GICState *s = window->gic;

    if (gic_is_ns(s, attrs)) {
        cpuif_write_ns(s, gic_window_cpu(window), offset, value);
    } else {
        cpuif_write(s, gic_window_cpu(window), offset, value);
    }
    return MEMTX_OK;
}

const MemoryRegionOps gic_cpu_ops = {
    .read_with_attrs = gic_cpu_read,
    .write_with_attrs = gic_cpu_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};
