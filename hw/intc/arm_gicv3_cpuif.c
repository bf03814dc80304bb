/* SPDX-License-Identifier: MIT */
/*
 * The CPU interfaces of a GICv3: the system registers ICC_*_EL1 (ARM IHI 0069, 12.2), priorities,
 * acknowledge and end of interrupt. Those that send SGIs are in arm_gicv3_sgi.c.
 *
 * There are five bits of priority and as many of preemption, so that one register of active
 * priorities for each group is enough. Hooks run on the CPU's own thread, under the big lock.
 *
 * With EL3 there are registers of group 1 for each Security state: an access reaches those that
 * SCR_EL3.NS tells, from EL3, too. EL3's own registers are in arm_gicv3_el3.c, traps are the CPU's
 * business.
 */
#include "qemu/osdep.h"

#include "gicv3_internal.h"
#include "qemu/atomic.h"
#include "qemu/bql.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "target/arm/cpu.h"
#include "target/arm/sysregs.h"

/* ICC_SRE_EL1: memory-mapped access and the bypass signals are not there (12.2.22) */
#define ICC_SRE_FIXED 7

/* Priorities --------------------------------------------------------------------------------- */

/* The part of a priority that counts for preemption (4.8.3, table 4-8): of an interrupt of @group,
 * and of what runs while one of that group is compared with it. */
static unsigned group_priority(const GICv3CPUState *c, unsigned prio, unsigned group)
{
    unsigned bpr = c->bpr[0];

    if (group != GICV3_G0 && !(c->ctlr[group] & ICC_CTLR_CBPR)) {
        bpr = group == GICV3_G1NS ? c->bpr[group] - 1 : c->bpr[group];
    }
    return prio & (0xfe << bpr) & 0xff;
}

static unsigned running_priority(const GICv3CPUState *c)
{
    uint32_t active = c->apr[GICV3_G0] | c->apr[GICV3_G1NS] | c->apr[GICV3_G1S];

    return active ? ctz32(active) << GICV3_PRIO_SHIFT : GICV3_PRIO_IDLE;
}

bool gicv3_can_signal(const GICv3CPUState *c)
{
    return c->best.prio < c->pmr && (running_priority(c) == GICV3_PRIO_IDLE ||
                                     group_priority(c, c->best.prio, c->best.group) <
                                         group_priority(c, running_priority(c), c->best.group));
}

/* Acknowledge and end ------------------------------------------------------------------------ */

/* The encoding of a register of group 1 has CRm 9 or 12, of group 0 CRm 8. */
static unsigned reg_group(const ARMSysReg *r)
{
    return SYSREG_CRM(r->enc) == 8 ? 0 : 1;
}

/* Whether code that runs in @world may know of interrupts of @group (4.6.1). EL3 may of all. */
static bool is_observable(const GICv3CPUState *c, unsigned group, GICv3World world)
{
    switch (world) {
    case GICV3_NONSECURE:
        return group == GICV3_G1NS || gicv3_one_state(c->gic);
    case GICV3_SECURE:
        return group != GICV3_G1NS;
    default:
        return true;
    }
}

/* What a read of IAR or HPPIR says. Group 0's registers tell EL3 whom a group 1 interrupt is for
 * (2.2.1). */
static unsigned visible_intid(CPUARMState *env, unsigned reg)
{
    const GICv3CPUState *c = gicv3_cpuif(env);
    const GICv3Best *best = &c->best;
    GICv3World world = gicv3_world(env);

    if (best->intid == GICV3_INTID_NONE || !is_observable(c, best->group, world)) {
        return GICV3_INTID_NONE;
    }
    if ((best->group != GICV3_G0) == reg) {
        return best->intid;
    }
    if (reg == 0 && world == GICV3_MONITOR) {
        return best->group == GICV3_G1S ? GICV3_INTID_G1S : GICV3_INTID_G1NS;
    }
    return GICV3_INTID_NONE;
}

static uint64_t iar_read(CPUARMState *env, const ARMSysReg *r)
{
    GICv3CPUState *c = gicv3_cpuif(env);
    GICv3Best best = c->best;
    GICv3Word *w;

    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        return gicv3_v_acknowledge(gicv3_cpuif(env), reg_group(r));
    }
    if (!gicv3_can_signal(c)) {
        return GICV3_INTID_NONE;
    }
    if (visible_intid(env, reg_group(r)) != best.intid) {
        return visible_intid(env, reg_group(r));
    }
    c->apr[best.group] |= 1u << (group_priority(c, best.prio, best.group) >> GICV3_PRIO_SHIFT);
    if (best.intid >= GICV3_LPI_FIRST) { /* no active state (5.1) */
        gicv3_lpi_set(c, best.intid, false);
        gicv3_lpi_flush(c);
        return best.intid;
    }
    w = gicv3_word(c, best.intid);
    w->active |= 1u << best.intid % 32;
    w->pending &= ~(1u << best.intid % 32);
    gicv3_irq_changed(c, best.intid);
    gicv3_update_cpu(c); /* the running priority has changed, too */
    return best.intid;
}

static uint64_t hppir_read(CPUARMState *env, const ARMSysReg *r)
{
    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        return gicv3_v_hppi(gicv3_cpuif(env), reg_group(r));
    }
    return visible_intid(env, reg_group(r));
}

void gicv3_deactivate(GICv3CPUState *c, unsigned intid, GICv3World world)
{
    GICv3Word *w = gicv3_word(c, intid);

    if (world == GICV3_NONSECURE && !is_observable(c, gicv3_group(c->gic, w, intid), world)) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gicv3: Non-secure state deactivates interrupt %u of Secure state\n",
                      intid);
        return;
    }
    if (!(w->active & 1u << intid % 32)) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: interrupt %u is not active on CPU %u\n", intid,
                      c->index);
    }
    w->active &= ~(1u << intid % 32);
    gicv3_irq_changed(c, intid);
}

/* EL3 has an EOImode of its own. */
static bool splits_end(CPUARMState *env)
{
    unsigned bank = gicv3_world(env) == GICV3_MONITOR ? 0 : gicv3_bank(env);

    return gicv3_cpuif(env)->ctlr[bank] & ICC_CTLR_EOIMODE;
}

/* The group of what runs, of those that the register ends; group 0 comes before Secure group 1,
 * that before Non-secure group 1. -1: something else runs, or nothing. */
static int running_group(const GICv3CPUState *c, unsigned reg)
{
    unsigned prio = running_priority(c);
    uint32_t bit = 1u << (prio >> GICV3_PRIO_SHIFT) % 32;

    if (prio == GICV3_PRIO_IDLE) {
        return -1;
    }
    if (reg == 0) {
        return c->apr[GICV3_G0] & bit ? GICV3_G0 : -1;
    }
    return c->apr[GICV3_G1S] & bit ? GICV3_G1S : c->apr[GICV3_G1NS] & bit ? GICV3_G1NS : -1;
}

/* Priority drop, and deactivation unless EOImode separates them (4.6.3). */
static void eoir_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);
    unsigned intid = val & 0xffffff, reg = reg_group(r);
    bool is_lpi = c->gic->has_lpi && intid >= GICV3_LPI_FIRST && intid < 1u << GICV3_IDBITS;
    int group;

    if (gicv3_is_virtual(env, 1u << reg)) {
        gicv3_v_end(c, reg, intid);
        return;
    }
    if (!is_lpi && intid >= c->gic->num_irq) {
        return; /* a spurious interrupt ends without effect */
    }
    group = running_group(c, reg);
    if (group < 0 || !is_observable(c, group, gicv3_world(env))) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gicv3: end of interrupt %u, but what runs on CPU %u is not of group "
                      "%u\n",
                      intid, c->index, reg);
        return;
    }
    c->apr[group] &= c->apr[group] - 1;
    if (!is_lpi && !splits_end(env)) {
        gicv3_deactivate(c, intid, gicv3_world(env));
    }
    gicv3_update_cpu(c);
}

/* Who handles an interrupt's group may deactivate it: not a level from which EL3 takes it. */
static bool is_routed_away(CPUARMState *env, unsigned intid)
{
    GICv3CPUState *c = gicv3_cpuif(env);
    unsigned group = gicv3_group(c->gic, gicv3_word(c, intid), intid);

    return arm_has_el(env, 3) && gicv3_world(env) != GICV3_MONITOR &&
           (env->sys.scr & (group == GICV3_G0 ? SCR_FIQ : SCR_IRQ));
}

static void dir_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);
    unsigned intid = val & 0xffffff;

    if (gicv3_is_virtual(env, 3)) {
        gicv3_v_dir(c, intid);
        return;
    }
    if (intid >= c->gic->num_irq) {
        return;
    }
    if (!splits_end(env)) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: ICC_DIR_EL1 written with EOImode clear\n");
        return;
    }
    if (!is_routed_away(env, intid)) {
        gicv3_deactivate(c, intid, gicv3_world(env));
    }
}

/* Plain registers ---------------------------------------------------------------------------- */

/* Non-secure state sees its half of the priorities alone, if group 0 is not its business: then
 * FIQs go to EL3 (4.8.1). */
static bool has_ns_view(CPUARMState *env)
{
    return arm_has_el(env, 3) && gicv3_world(env) == GICV3_NONSECURE && (env->sys.scr & SCR_FIQ);
}

static unsigned ns_view(unsigned prio)
{
    return prio & GICV3_PRIO_NS ? prio << 1 & 0xff : 0;
}

static uint64_t pmr_read(CPUARMState *env, const ARMSysReg *r)
{
    unsigned pmr = gicv3_cpuif(env)->pmr;

    if (gicv3_is_virtual(env, 3)) {
        return gicv3_v_get(gicv3_cpuif(env), ICV_PMR);
    }
    return has_ns_view(env) ? ns_view(pmr) : pmr;
}

static void pmr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    if (gicv3_is_virtual(env, 3)) {
        gicv3_v_set(c, ICV_PMR, val);
        return;
    }
    if (!has_ns_view(env)) {
        c->pmr = val & GICV3_PRIO_MASK;
    } else if (c->pmr & GICV3_PRIO_NS) { /* else the mask is Secure state's */
        c->pmr = gicv3_priority_from_ns(val);
    }
    gicv3_update_cpu(c);
}

static uint64_t rpr_read(CPUARMState *env, const ARMSysReg *r)
{
    unsigned prio = running_priority(gicv3_cpuif(env));

    if (gicv3_is_virtual(env, 3)) {
        return gicv3_v_get(gicv3_cpuif(env), ICV_RPR);
    }
    return prio == GICV3_PRIO_IDLE ? 0xff : has_ns_view(env) ? ns_view(prio) : prio;
}

static unsigned accessed_group(CPUARMState *env, const ARMSysReg *r)
{
    return reg_group(r) ? gicv3_bank(env) : GICV3_G0;
}

/* Whether group 1's binary point stands for group 0's: with CBPR, but not to EL3 (12.2.5). */
static bool is_common_bpr(CPUARMState *env, unsigned group)
{
    return group != GICV3_G0 && gicv3_world(env) != GICV3_MONITOR &&
           (gicv3_cpuif(env)->ctlr[group] & ICC_CTLR_CBPR);
}

/* With CBPR, Non-secure state reads group 0's plus one, and can not write it. */
static uint64_t bpr_read(CPUARMState *env, const ARMSysReg *r)
{
    const GICv3CPUState *c = gicv3_cpuif(env);
    unsigned group = accessed_group(env, r);

    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        return gicv3_v_get(gicv3_cpuif(env), (GICv3VirtualField)(ICV_BPR0 + reg_group(r)));
    }
    if (is_common_bpr(env, group)) {
        return group == GICV3_G1NS ? MIN(c->bpr[0] + 1, 7) : c->bpr[0];
    }
    return c->bpr[group];
}

static void bpr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);
    unsigned group = accessed_group(env, r);

    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        gicv3_v_set(c, (GICv3VirtualField)(ICV_BPR0 + reg_group(r)), val);
        return;
    }
    if (is_common_bpr(env, group)) {
        if (group == GICV3_G1NS) {
            return;
        }
        group = GICV3_G0;
    }
    c->bpr[group] = MAX(val & 7, gicv3_min_bpr(group));
    gicv3_update_cpu(c);
}

static uint64_t apr_read(CPUARMState *env, const ARMSysReg *r)
{
    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        return gicv3_cpuif(env)->vcpu.apr[reg_group(r)];
    }
    return gicv3_cpuif(env)->apr[accessed_group(env, r)];
}

/* Non-secure state can not say that something of Secure state's priorities runs, which would keep
 * Secure interrupts from being signalled. */
static void apr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        c->vcpu.apr[reg_group(r)] = val;
        gicv3_update_virtual(c);
        return;
    }
    if (reg_group(r) && gicv3_world(env) == GICV3_NONSECURE && !gicv3_one_state(c->gic)) {
        val &= ~0u << (GICV3_PRIO_NS >> GICV3_PRIO_SHIFT);
    }
    c->apr[accessed_group(env, r)] = val;
    gicv3_update_cpu(c);
}

static uint64_t ctlr_read(CPUARMState *env, const ARMSysReg *r)
{
    if (gicv3_is_virtual(env, 3)) {
        return gicv3_v_get(gicv3_cpuif(env), ICV_CTLR) | ICC_CTLR_FIXED;
    }
    return gicv3_cpuif(env)->ctlr[gicv3_bank(env)] | ICC_CTLR_FIXED;
}

/* CBPR is EL3's to write where there are two Security states. */
static void ctlr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);
    uint32_t *ctlr = &c->ctlr[gicv3_bank(env)], mask = ICC_CTLR_EOIMODE;

    if (gicv3_is_virtual(env, 3)) {
        gicv3_v_set(c, ICV_CTLR, val);
        return;
    }
    mask |= arm_has_el(env, 3) && !gicv3_one_state(c->gic) ? 0 : ICC_CTLR_CBPR;
    *ctlr = (*ctlr & ~mask) | (val & mask);
    gicv3_update_cpu(c);
}

/* IGRPEN0 and IGRPEN1 differ in op2. */
static uint32_t *igrpen(CPUARMState *env, const ARMSysReg *r)
{
    return &gicv3_cpuif(env)->igrpen[SYSREG_OP2(r->enc) & 1 ? gicv3_bank(env) : GICV3_G0];
}

static uint64_t igrpen_read(CPUARMState *env, const ARMSysReg *r)
{
    if (gicv3_is_virtual(env, 1u << (SYSREG_OP2(r->enc) & 1))) {
        return gicv3_v_get(gicv3_cpuif(env),
                           (GICv3VirtualField)(ICV_IGRPEN0 + (SYSREG_OP2(r->enc) & 1)));
    }
    return *igrpen(env, r);
}

static void igrpen_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    if (gicv3_is_virtual(env, 1u << (SYSREG_OP2(r->enc) & 1))) {
        gicv3_v_set(c, (GICv3VirtualField)(ICV_IGRPEN0 + (SYSREG_OP2(r->enc) & 1)), val);
        return;
    }
    *igrpen(env, r) = val & 1;
    gicv3_update_cpu(c);
}

/* Registers ---------------------------------------------------------------------------------- */

#define ICC(name_, m, o2, access_, read_, write_)                                                  \
    GICV3_REG("ICC_" name_ "_EL1", 0, (m) == 6 ? 4 : 12, m, o2, access_, read_, write_, NULL)

static const ARMSysReg icc_rows[] = {
    ICC("PMR", 6, 0, SR_RW1, pmr_read, pmr_write),
    ICC("IAR0", 8, 0, SR_R1, iar_read, NULL),
    ICC("EOIR0", 8, 1, SR_W1, NULL, eoir_write),
    ICC("HPPIR0", 8, 2, SR_R1, hppir_read, NULL),
    ICC("BPR0", 8, 3, SR_RW1, bpr_read, bpr_write),
    ICC("AP0R0", 8, 4, SR_RW1, apr_read, apr_write),
    ICC("AP1R0", 9, 0, SR_RW1, apr_read, apr_write),
    ICC("DIR", 11, 1, SR_W1, NULL, dir_write),
    ICC("RPR", 11, 3, SR_R1, rpr_read, NULL),
    ICC("SGI1R", 11, 5, SR_W1, NULL, gicv3_sgi1r_write),
    ICC("ASGI1R", 11, 6, SR_W1, NULL, gicv3_asgi1r_write),
    ICC("SGI0R", 11, 7, SR_W1, NULL, gicv3_sgi0r_write),
    ICC("IAR1", 12, 0, SR_R1, iar_read, NULL),
    ICC("EOIR1", 12, 1, SR_W1, NULL, eoir_write),
    ICC("HPPIR1", 12, 2, SR_R1, hppir_read, NULL),
    ICC("BPR1", 12, 3, SR_RW1, bpr_read, bpr_write),
    ICC("CTLR", 12, 4, SR_RW1, ctlr_read, ctlr_write),
    GICV3_FIXED_REG("ICC_SRE_EL1", 0, 12, 12, 5, SR_RW1, ICC_SRE_FIXED, NULL),
    ICC("IGRPEN0", 12, 6, SR_RW1, igrpen_read, igrpen_write),
    ICC("IGRPEN1", 12, 7, SR_RW1, igrpen_read, igrpen_write),
};

void gicv3_cpuif_reset(GICv3CPUState *c)
{
    c->pmr = 0;
    for (unsigned group = 0; group < GICV3_NGROUPS; group++) {
        c->bpr[group] = gicv3_min_bpr(group);
    }
    memset(c->ctlr, 0, sizeof(c->ctlr));
    memset(c->apr, 0, sizeof(c->apr));
    memset(c->igrpen, 0, sizeof(c->igrpen));
    gicv3_virt_reset(c);
}

/* The CPU alone is reset, as PSCI CPU_ON does: its interface goes with it (BQL). */
static void cpu_was_reset(void *opaque)
{
    GICv3CPUState *c = opaque;

    gicv3_cpuif_reset(c);
    qatomic_set(&c->world, gicv3_world(&c->cpu->env));
    gicv3_update_cpu(c);
}

void gicv3_world_changed(void *gicv3)
{
    GICv3CPUState *c = gicv3;
    GICv3World world = gicv3_world(&c->cpu->env);

    if (c->world == world) {
        return;
    }
    qatomic_set(&c->world, world);
    smp_mb(); /* pairs with drive_lines() */
    if (qatomic_read(&c->world_matters)) {
        BQL_LOCK_GUARD();
        gicv3_update_cpu(c);
    }
}

void gicv3_cpuif_init(GICv3CPUState *c)
{
    ARMCPU *cpu = ARM_CPU(qemu_get_cpu(c->index));

    c->cpu = cpu;
    arm_cpu_attach_gicv3(cpu, c, cpu_was_reset, gicv3_world_changed, icc_rows,
                         ARRAY_SIZE(icc_rows));
    arm_define_sysregs(cpu, gicv3_ich_rows, GICV3_ICH_ROWS);
    arm_define_sysregs(cpu, gicv3_el3_rows, GICV3_EL3_ROWS);
}
