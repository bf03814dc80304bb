/* SPDX-License-Identifier: MIT */
/*
 * ARM Generic Interrupt Controller, version 3 (ARM IHI 0069), emulated.
 *
 * SysBus interface. Memory: 0 the distributor, 1 + i redistributor region i, with a redistributor
 * (two frames of 64 KiB) for each of the CPUs that the property redist-region-count gives it.
 * Interrupts out: num-cpu IRQ lines, then as many FIQ, virtual IRQ, virtual FIQ and maintenance
 * lines. GPIO in: num-irq - 32 shared interrupts, then 32 per CPU. The CPU interfaces are system
 * registers of the CPUs with the indices 0 to num-cpu - 1, which must be there before the device is
 * realized. With has-lpi there are LPIs, whose tables are in the memory that the link `sysmem`
 * names. With has-security-extensions there are two Security states, which CPUs with EL3 can use.
 */
#ifndef HW_INTC_ARM_GICV3_H
#define HW_INTC_ARM_GICV3_H

#include "hw/boards.h"
#include "hw/intc/gic_vcpu.h"
#include "hw/sysbus.h"
#include "qom/object.h"
#include "system/memory.h"

#define TYPE_ARM_GICV3 "arm-gicv3"
OBJECT_DECLARE_SIMPLE_TYPE(GICv3State, ARM_GICV3)

#define GICV3_REDIST_SIZE 0x20000
#define GICV3_MAXIRQ      1020
#define GICV3_WORDS       32
#define GICV3_MAXCPU      512
#define GICV3_MAXREGIONS  8

/* Groups: with one Security state there are the first two. */
enum { GICV3_G0, GICV3_G1NS, GICV3_G1S, GICV3_NGROUPS };

/* 32 interrupts, as the registers with one bit an interrupt have them. */
typedef struct GICv3Word {
    uint32_t group;    /* 1: group 1, with two Security states Non-secure group 1 */
    uint32_t modifier; /* where that is 0 and there are two states, 1: Secure group 1 */
    uint32_t nsacr[2]; /* two bits an interrupt: what Non-secure state may do with Secure ones */
    uint32_t enabled;
    uint32_t pending; /* the latch: edges, ISPENDR writes, SGIs */
    uint32_t level;   /* the input lines */
    uint32_t edge;    /* edge-triggered by ICFGR */
    uint32_t active;
    uint32_t ready; /* derived: enabled, pending and not active */
} GICv3Word;

/* What a CPU should take next; intid is 1023 if there is nothing. */
typedef struct GICv3Best {
    uint16_t intid, prio;
    uint8_t group;
} GICv3Best;

/* One CPU's redistributor and CPU interface. */
typedef struct GICv3CPUState {
    GICv3State *gic;
    struct ARMCPU *cpu;
    unsigned index;
    uint32_t affinity; /* Aff3.Aff2.Aff1.Aff0, a byte each */
    bool last_redist;  /* of its region */
    qemu_irq irq, fiq, virq, vfiq, maintenance;

    uint32_t waker;
    uint32_t gicr_ctlr;
    uint64_t propbaser, pendbaser;
    GICv3Word local; /* SGIs and PPIs */
    uint8_t priority[32];

    /* ICC_*_EL1. Arrays are by group, and that of group 1 is that of a Security state; ctlr[0] is
     * EL3's: EOImode. */
    uint32_t pmr;
    uint32_t ctlr[GICV3_NGROUPS], bpr[GICV3_NGROUPS], apr[GICV3_NGROUPS], igrpen[GICV3_NGROUPS];

    GICVCPU vcpu; /* ICH_*_EL2: the virtual interface */

    /* Derived */
    uint32_t routed[GICV3_WORDS]; /* shared interrupts whose target this is */
    GICv3Best best;
    uint64_t *lpi_pending;  /* by INTID, with those below the first LPI; see arm_gicv3_lpi.c */
    uint64_t lpi_words[16]; /* which words of it are not 0 */
    unsigned lpi_limit;     /* LPIs are below; 0: there are none */
    GICv3Best lpi_best;
    /* Atomic: where the CPU runs (GICv3World), written by itself; and whether which of its lines is
     * high depends on that. */
    int world;
    bool world_matters;
    bool lpi_changed; /* something since the last gicv3_lpi_flush() */
    bool lpi_stale;   /* lpi_best is to be searched anew */
} GICv3CPUState;

typedef struct GICv3RedistRegion {
    GICv3State *gic;
    unsigned first; /* index of the first CPU */
    MemoryRegion iomem;
} GICv3RedistRegion;

/* Everything that changes while the guest runs is protected by the BQL. */
struct GICv3State {
    SysBusDevice parent_obj;

    MemoryRegion dist_iomem;
    GICv3RedistRegion region[GICV3_MAXREGIONS];

    /* Properties */
    uint32_t num_cpu;
    uint32_t num_irq; /* SGIs and PPIs included; a multiple of 32 */
    uint32_t revision;
    uint32_t nregions;
    uint32_t *region_count; /* CPUs in each region */
    bool has_lpi, security_extn;
    bool reset_nonsecure; /* see arm_gicv3_give_to_nonsecure() */
    MemoryRegion *dma;    /* where tables of LPIs are: "sysmem" */

    /* Distributor; index 0 of arrays of words, 0 to 31 of the others are not used */
    uint32_t ctlr; /* group enables, DS */
    GICv3Word spi[GICV3_WORDS];
    uint8_t priority[GICV3_WORDS * 32];
    uint64_t router[GICV3_WORDS * 32];

    /* Derived */
    uint32_t ready_words;             /* which words of spi have a ready interrupt */
    int16_t target[GICV3_WORDS * 32]; /* index of the CPU that router names, -1: none */

    GICv3CPUState *cpu;   /* num_cpu of them */
    uint64_t *lpi_bits;   /* their lpi_pending; NULL without LPIs */
    AddressSpace *dma_as; /* of `dma`; it stays for as long as the machine */
};

/* From the next reset on, with two Security states, all interrupts are Non-secure state's: for a
 * kernel that is started without firmware which would do that. */
void arm_gicv3_give_to_nonsecure(DeviceState *dev);

/* Describe a GICv3 in a device tree as /intc@...; its phandle. @redist: the regions, @n of them;
 * @maintenance: INTID of the PPI that the maintenance lines are connected to, 0: none. */
uint32_t arm_gicv3_fdt_add_node(void *fdt, const MemMapEntry *dist, const MemMapEntry *redist,
                                unsigned n, unsigned maintenance);

#endif
