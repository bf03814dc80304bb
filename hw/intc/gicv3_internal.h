/* SPDX-License-Identifier: MIT */
/* What the parts of the emulated GICv3 share: state changes (arm_gicv3.c) and register files. */
#ifndef HW_INTC_GICV3_INTERNAL_H
#define HW_INTC_GICV3_INTERNAL_H

#include "hw/intc/arm_gicv3.h"
#include "target/arm/cpu.h"
#include "target/arm/sysregs.h"

#define GICV3_INTERNAL   32 /* SGIs and PPIs */
#define GICV3_NR_SGIS    16
#define GICV3_INTID_NONE 1023
#define GICV3_INTID_G1S  1020 /* to EL3, in place of what Secure EL1 is to handle (2.2.1) */
#define GICV3_INTID_G1NS 1021 /* the same of Non-secure state */
#define GICV3_PRIO_IDLE  0x100
#define GICV3_PRIO_MASK  0xf8 /* five bits of priority: what Arm's cores have */
#define GICV3_PRIO_SHIFT 3
#define GICV3_MIN_BPR    2 /* and of Non-secure group 1 one more */
#define GICV3_IDBITS     16
#define GICV3_LPI_FIRST  8192
#define GICV3_LPI_WORDS  ((1 << GICV3_IDBITS) / 64)

enum { /* IHI 0069, 12.9.4: the enables are bits 1 << group */
       GICD_CTLR_EN_GRP0 = 1 << GICV3_G0,
       GICD_CTLR_EN_GRP1 = 1 << GICV3_G1NS,
       GICD_CTLR_EN_GRP1S = 1 << GICV3_G1S,
       GICD_CTLR_DS = 1 << 6, /* one Security state */
};

enum { ICC_CTLR_CBPR = 1 << 0, ICC_CTLR_EOIMODE = 1 << 1 }; /* 12.2.6 */

/* ICC_CTLR_EL1 and EL3 (12.2.6): five priority bits, 16 bits of INTID, Aff3 is valid. */
#define ICC_CTLR_FIXED (4 << 8 | 1 << 15)

enum { GICR_CTLR_ENABLE_LPIS = 1 << 0, GICR_CTLR_CES = 1 << 1 }; /* 12.11.2 */

/* Fields of GICR_PROPBASER and GICR_PENDBASER (12.11.28 and 12.11.27) */
#define GICR_PROPBASER_IDBITS   0x1full
#define GICR_PROPBASER_ADDRESS  0x000ffffffffff000ull
#define GICR_PROPBASER_WRITABLE 0x070fffffffffff9full
#define GICR_PENDBASER_ADDRESS  0x000fffffffff0000ull
#define GICR_PENDBASER_WRITABLE 0x070fffffffff0f80ull

/* Registers that distributor and redistributors have alike, by their offset (12.8) */
enum {
    GIC_IGROUPR = 0x080,
    GIC_ISENABLER = 0x100,
    GIC_ICENABLER = 0x180,
    GIC_ISPENDR = 0x200,
    GIC_ICPENDR = 0x280,
    GIC_ISACTIVER = 0x300,
    GIC_ICACTIVER = 0x380,
    GIC_IPRIORITYR = 0x400,
    GIC_ICFGR = 0xc00,
    GIC_IGRPMODR = 0xd00,
    GIC_NSACR = 0xe00,
};

/* Where a CPU runs. Without EL3 it is always Non-secure state. */
typedef enum GICv3World { GICV3_NONSECURE, GICV3_SECURE, GICV3_MONITOR /* EL3 */ } GICv3World;

static inline GICv3World gicv3_world(const CPUARMState *env)
{
    return !arm_is_secure(env)        ? GICV3_NONSECURE
           : arm_current_el(env) == 3 ? GICV3_MONITOR
                                      : GICV3_SECURE;
}

/* The group 1 whose registers an access reaches: EL3's follow SCR_EL3.NS. */
static inline unsigned gicv3_bank(const CPUARMState *env)
{
    return arm_is_secure_below_el3(env) ? GICV3_G1S : GICV3_G1NS;
}

static inline bool gicv3_one_state(const GICv3State *s)
{
    return s->ctlr & GICD_CTLR_DS;
}

/* Whether an access to memory-mapped registers has the Non-secure view of two. */
static inline bool gicv3_is_ns(const GICv3State *s, MemTxAttrs attrs)
{
    return !attrs.secure && !gicv3_one_state(s);
}

/* The interrupts of a word that belong to a group (4.6.1). */
static inline uint32_t gicv3_of_group(const GICv3State *s, const GICv3Word *w, unsigned group)
{
    uint32_t g1s = gicv3_one_state(s) ? 0 : w->modifier & ~w->group;

    return group == GICV3_G1NS ? w->group : group == GICV3_G1S ? g1s : ~(w->group | g1s);
}

static inline unsigned gicv3_group(const GICv3State *s, const GICv3Word *w, unsigned intid)
{
    uint32_t bit = 1u << intid % 32;

    return w->group & bit                          ? GICV3_G1NS
           : gicv3_of_group(s, w, GICV3_G1S) & bit ? GICV3_G1S
                                                   : GICV3_G0;
}

/* Non-secure state has the lower half of the priorities, as if it were all (4.8.1). */
#define GICV3_PRIO_NS 0x80

static inline uint8_t gicv3_priority_from_ns(uint8_t prio)
{
    return (GICV3_PRIO_NS | prio >> 1) & GICV3_PRIO_MASK;
}

static inline unsigned gicv3_min_bpr(unsigned group)
{
    return group == GICV3_G1NS ? GICV3_MIN_BPR + 1 : GICV3_MIN_BPR;
}

static inline uint32_t gicv3_pending_word(const GICv3Word *w)
{
    return w->pending | (w->level & ~w->edge);
}

/* @bank: GIC_IGROUPR to GIC_ICACTIVER, GIC_IGRPMODR; @allowed: the interrupts that the access
 * reaches. The caller calls gicv3_*_changed() after a write. */
uint32_t gicv3_read_bits(const GICv3Word *w, uint32_t bank, uint32_t allowed);
void gicv3_write_bits(GICv3Word *w, uint32_t bank, uint32_t value, uint32_t mask, uint32_t allowed);
/* ICFGR: two bits an interrupt; @half: the lower or upper 16 interrupts. */
uint32_t gicv3_read_config(const GICv3Word *w, unsigned half, uint32_t allowed);
void gicv3_write_config(GICv3Word *w, unsigned half, uint32_t value, uint32_t mask,
                        uint32_t allowed);
/* Four priorities from @prio on, which is that of interrupt @intid of @w. @ns: as Non-secure state
 * has them. */
uint32_t gicv3_read_priorities(const GICv3Word *w, const uint8_t *prio, unsigned intid, bool ns);
void gicv3_write_priorities(const GICv3Word *w, uint8_t *prio, unsigned intid, uint32_t value,
                            uint32_t mask, bool ns);
/* An identification register, @offset from 0xffd0 on; @part: of PIDR0. */
uint32_t gicv3_id(uint32_t offset, uint8_t part);

/* After a change of any bit or priority: of the CPU's own interrupts, or of a shared word. */
void gicv3_local_changed(GICv3CPUState *c);
void gicv3_spi_changed(GICv3State *s, unsigned word);
/* After a write of IROUTER of shared interrupt @intid. */
void gicv3_route_changed(GICv3State *s, unsigned intid);
/* Choose anew and drive the lines: of one CPU, of all. */
void gicv3_update_cpu(GICv3CPUState *c);
void gicv3_update(GICv3State *s);
/* Recompute everything that is derived, after reset or load. */
void gicv3_rebuild(GICv3State *s);

/* Interrupt @intid as CPU @c sees it. */
GICv3Word *gicv3_word(GICv3CPUState *c, unsigned intid);
/* After a change of it alone. */
void gicv3_irq_changed(GICv3CPUState *c, unsigned intid);

/* CPU interface (arm_gicv3_cpuif.c) */
void gicv3_cpuif_init(GICv3CPUState *c);
void gicv3_cpuif_reset(GICv3CPUState *c);
/* The CPU may run in another Security state now, or EL3: called by its own thread, with or without
 * the big lock, or by another while it does not run. */
void gicv3_world_changed(void *gicv3);
/* Whether the CPU's best interrupt is to be signalled now. */
bool gicv3_can_signal(const GICv3CPUState *c);

/* Take interrupt @intid out of the active state, on behalf of who runs in @world: Secure interrupts
 * are none of Non-secure state's business. */
void gicv3_deactivate(GICv3CPUState *c, unsigned intid, GICv3World world);

/* Writes of ICC_SGI0R_EL1, ICC_SGI1R_EL1 and ICC_ASGI1R_EL1 (arm_gicv3_sgi.c) */
ARMSysWrite gicv3_sgi0r_write, gicv3_sgi1r_write, gicv3_asgi1r_write;

/* LPIs (arm_gicv3_lpi.c); without has-lpi, only the first three may be called. */
void gicv3_lpi_init(GICv3State *s);
void gicv3_lpi_finalize(GICv3State *s);
bool gicv3_lpi_is_pending(const GICv3CPUState *c, unsigned intid);
/* After a change of EnableLPIs, after load: take the pending table from guest memory. */
void gicv3_lpi_load(GICv3CPUState *c);
/* The next four leave the lines as they are until gicv3_lpi_flush() or gicv3_lpi_flush_all(). An
 * LPI that the CPU's tables have no room for is ignored. */
void gicv3_lpi_set(GICv3CPUState *c, unsigned intid, bool pending);
void gicv3_lpi_move_all(GICv3CPUState *from, GICv3CPUState *to);
void gicv3_lpi_config_changed(GICv3CPUState *c, unsigned intid);
void gicv3_lpi_all_config_changed(GICv3CPUState *c);
void gicv3_lpi_flush(GICv3CPUState *c);
void gicv3_lpi_flush_all(GICv3State *s);

/* The virtual CPU interface (arm_gicv3_virt.c) */
typedef enum GICv3VirtualField {
    ICV_IGRPEN0, /* the numbers of groups follow each other */
    ICV_IGRPEN1,
    ICV_BPR0,
    ICV_BPR1,
    ICV_PMR,
    ICV_RPR,
    ICV_CTLR,
} GICv3VirtualField;

/* Whether an access to an ICC register of @groups (bit 0: group 0, bit 1: group 1) is to the
 * virtual interface. */
bool gicv3_is_virtual(CPUARMState *env, unsigned groups);
/* What the accesses do then; as the physical ones. */
uint64_t gicv3_v_hppi(GICv3CPUState *c, unsigned group);
uint64_t gicv3_v_acknowledge(GICv3CPUState *c, unsigned group);
void gicv3_v_end(GICv3CPUState *c, unsigned group, unsigned intid);
void gicv3_v_dir(GICv3CPUState *c, unsigned intid);
uint64_t gicv3_v_get(GICv3CPUState *c, GICv3VirtualField field);
void gicv3_v_set(GICv3CPUState *c, GICv3VirtualField field, uint32_t value);
void gicv3_update_virtual(GICv3CPUState *c);
void gicv3_virt_reset(GICv3CPUState *c);

/* Rows of system registers: with hooks, or with a fixed value. */
#define GICV3_REG(name_, o1, n, m, o2, access_, read_, write_, present_)                           \
    {                                                                                              \
        .name = name_, SR_ENC(3, o1, n, m, o2), .access = access_, .flags = SR_LAZY | SR_BQL,      \
        .read = read_, .write = write_, .present = present_                                        \
    }
#define GICV3_FIXED_REG(name_, o1, n, m, o2, access_, value_, present_)                            \
    {                                                                                              \
        .name = name_, SR_ENC(3, o1, n, m, o2), .access = access_, .flags = SR_CONST,              \
        .value = value_, .present = present_                                                       \
    }

/* The CPU interface of the CPU that makes an access. */
static inline GICv3CPUState *gicv3_cpuif(CPUARMState *env)
{
    return ARM_CPU(env_cpu(env))->gicv3;
}

enum { GICV3_ICH_ROWS = 13, GICV3_EL3_ROWS = 16 };
extern const ARMSysReg gicv3_ich_rows[GICV3_ICH_ROWS], gicv3_el3_rows[GICV3_EL3_ROWS];

extern const MemoryRegionOps gicv3_dist_ops, gicv3_redist_ops;
extern const VMStateDescription vmstate_gicv3;

#endif
