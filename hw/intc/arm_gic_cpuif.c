/* SPDX-License-Identifier: MIT */
/* The CPU interface registers of a GICv1/v2 (ARM IHI 0048B, 4.4). */
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

/* GICv2 without the Security Extensions; the bypass signals do not exist. */
enum { GICC_CTLR_V2_MASK = 0x21f, GICC_CTLR_V1_MASK = 0x1 };

/* Implementer ARM; the architecture version in bits 19:16 (4.4.15) */
#define GICC_IIDR_ARM 0x43b

static int gic_window_cpu(const GICCpuWindow *window)
{
    return window->cpu < 0 ? gic_current_cpu(window->gic) : window->cpu;
}

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

static uint64_t gic_cpu_read(void *opaque, hwaddr offset, unsigned size)
{
    GICCpuWindow *window = opaque;
    GICState *s = window->gic;
    int cpu = gic_window_cpu(window);

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
        gic_end_of_interrupt(s, cpu, value, true);
        break;
    case GICC_APR ... GICC_APR + 0xf:
        s->apr[cpu * GIC_NR_APRS + (offset - GICC_APR) / 4] = value;
        break;
    case GICC_NSAPR ... GICC_NSAPR + 0xf:
        s->nsapr[cpu * GIC_NR_APRS + (offset - GICC_NSAPR) / 4] = value;
        break;
    case GICC_DIR:
        gic_deactivate(s, cpu, value);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gic: write to bad CPU interface offset 0x%" HWADDR_PRIx "\n", offset);
        break;
    }
}

static void gic_cpu_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    GICCpuWindow *window = opaque;
    GICState *s = window->gic;
    int cpu = gic_window_cpu(window);

    switch (offset) {
    case GICC_CTLR:
        s->cpu_ctlr[cpu] = value & (s->revision >= 2 ? GICC_CTLR_V2_MASK : GICC_CTLR_V1_MASK);
        break;
    case GICC_PMR:
        s->pmr[cpu] = value & 0xff;
        break;
    case GICC_BPR:
        s->bpr[cpu] = MAX(value & 7, GIC_MIN_BPR);
        break;
    case GICC_EOIR:
        gic_end_of_interrupt(s, cpu, value, false);
        return;
    default:
        cpuif_write_v2(s, cpu, s->revision >= 2 ? offset : HWADDR_MAX, value);
        break;
    }
    gic_update(s);
}

const MemoryRegionOps gic_cpu_ops = {
    .read = gic_cpu_read,
    .write = gic_cpu_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};
