/* SPDX-License-Identifier: MIT */
/*
 * The CPU interfaces of a GICv3: the system registers ICC_*_EL1 (ARM IHI 0069, 12.2), priorities,
 * acknowledge and end of interrupt, and SGIs.
 *
 * There are five bits of priority and as many of preemption, so that one register of active
 * priorities for each group is enough. Hooks run on the CPU's own thread, under the big lock.
 */
#include "qemu/osdep.h"

#include "gicv3_internal.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "target/arm/cpu.h"
#include "target/arm/sysregs.h"

enum { /* ICC_CTLR_EL1 (12.2.6): five priority bits, 16 bits of INTID, Aff3 is valid */
       ICC_CTLR_FIXED = 4 << 8 | 1 << 15,
       ICC_CTLR_WRITABLE = ICC_CTLR_CBPR | ICC_CTLR_EOIMODE,
};

/* ICC_SRE_EL1: memory-mapped access and the bypass signals are not there (12.2.22) */
#define ICC_SRE_FIXED 7

/* Priorities --------------------------------------------------------------------------------- */

/* The part of a priority that counts for preemption (4.8.3, table 4-8). */
static unsigned group_priority(const GICv3CPUState *c, unsigned prio, unsigned group)
{
    unsigned bpr = group == 1 && !(c->ctlr & ICC_CTLR_CBPR) ? c->bpr[1] - 1 : c->bpr[0];

    return prio & (0xfe << bpr) & 0xff;
}

static unsigned running_priority(const GICv3CPUState *c)
{
    uint32_t active = c->apr[0] | c->apr[1];

    return active ? ctz32(active) << GICV3_PRIO_SHIFT : GICV3_PRIO_IDLE;
}

bool gicv3_can_signal(const GICv3CPUState *c)
{
    return c->best.prio < c->pmr &&
           group_priority(c, c->best.prio, c->best.group) < running_priority(c);
}

/* Acknowledge and end ------------------------------------------------------------------------ */

/* The encoding of a register of group 1 has CRm 9 or 12, of group 0 CRm 8. */
static unsigned reg_group(const ARMSysReg *r)
{
    return SYSREG_CRM(r->enc) == 8 ? 0 : 1;
}

static uint64_t iar_read(CPUARMState *env, const ARMSysReg *r)
{
    GICv3CPUState *c = gicv3_cpuif(env);
    GICv3Best best = c->best;
    GICv3Word *w;

    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        return gicv3_v_acknowledge(gicv3_cpuif(env), reg_group(r));
    }
    if (best.intid == GICV3_INTID_NONE || best.group != reg_group(r) || !gicv3_can_signal(c)) {
        return GICV3_INTID_NONE;
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
    const GICv3Best *best = &gicv3_cpuif(env)->best;

    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        return gicv3_v_hppi(gicv3_cpuif(env), reg_group(r));
    }
    return best->group == reg_group(r) ? best->intid : GICV3_INTID_NONE;
}

void gicv3_deactivate(GICv3CPUState *c, unsigned intid)
{
    GICv3Word *w = gicv3_word(c, intid);

    if (!(w->active & 1u << intid % 32)) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: interrupt %u is not active on CPU %u\n", intid,
                      c->index);
    }
    w->active &= ~(1u << intid % 32);
    gicv3_irq_changed(c, intid);
}

/* Priority drop, and deactivation unless EOImode separates them (4.6.3). */
static void eoir_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);
    unsigned intid = val & 0xffffff, group = reg_group(r);
    bool is_lpi = c->gic->has_lpi && intid >= GICV3_LPI_FIRST && intid < 1u << GICV3_IDBITS;
    uint32_t *apr = &c->apr[group];

    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        gicv3_v_end(c, group, intid);
        return;
    }
    if (!is_lpi && intid >= c->gic->num_irq) {
        return; /* a spurious interrupt ends without effect */
    }
    if (!*apr || (c->apr[!group] && ctz32(c->apr[!group]) < ctz32(*apr))) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gicv3: end of interrupt %u, but what runs on CPU %u is not of group "
                      "%u\n",
                      intid, c->index, group);
        return;
    }
    *apr &= *apr - 1;
    if (!is_lpi && !(c->ctlr & ICC_CTLR_EOIMODE)) {
        gicv3_deactivate(c, intid);
    }
    gicv3_update_cpu(c);
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
    if (!(c->ctlr & ICC_CTLR_EOIMODE)) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3: ICC_DIR_EL1 written with EOImode clear\n");
        return;
    }
    gicv3_deactivate(c, intid);
}

/* Plain registers ---------------------------------------------------------------------------- */

static uint64_t pmr_read(CPUARMState *env, const ARMSysReg *r)
{
    if (gicv3_is_virtual(env, 3)) {
        return gicv3_v_get(gicv3_cpuif(env), ICV_PMR);
    }
    return gicv3_cpuif(env)->pmr;
}

static void pmr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    if (gicv3_is_virtual(env, 3)) {
        gicv3_v_set(c, ICV_PMR, val);
        return;
    }
    c->pmr = val & GICV3_PRIO_MASK;
    gicv3_update_cpu(c);
}

static uint64_t rpr_read(CPUARMState *env, const ARMSysReg *r)
{
    if (gicv3_is_virtual(env, 3)) {
        return gicv3_v_get(gicv3_cpuif(env), ICV_RPR);
    }
    return MIN(running_priority(gicv3_cpuif(env)), 0xff);
}

/* With CBPR, group 1's reads as group 0's plus one and ignores writes (12.2.5). */
static uint64_t bpr_read(CPUARMState *env, const ARMSysReg *r)
{
    const GICv3CPUState *c = gicv3_cpuif(env);
    unsigned group = reg_group(r);

    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        return gicv3_v_get(gicv3_cpuif(env), (GICv3VirtualField)(ICV_BPR0 + group));
    }
    return group == 1 && c->ctlr & ICC_CTLR_CBPR ? MIN(c->bpr[0] + 1, 7) : c->bpr[group];
}

static void bpr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);
    unsigned group = reg_group(r);

    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        gicv3_v_set(c, (GICv3VirtualField)(ICV_BPR0 + group), val);
        return;
    }
    if (group == 0 || !(c->ctlr & ICC_CTLR_CBPR)) {
        c->bpr[group] = MAX(val & 7, GICV3_MIN_BPR + group);
        gicv3_update_cpu(c);
    }
}

static uint64_t apr_read(CPUARMState *env, const ARMSysReg *r)
{
    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        return gicv3_cpuif(env)->vcpu.apr[reg_group(r)];
    }
    return gicv3_cpuif(env)->apr[reg_group(r)];
}

static void apr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    if (gicv3_is_virtual(env, 1u << reg_group(r))) {
        c->vcpu.apr[reg_group(r)] = val;
        gicv3_update_virtual(c);
        return;
    }
    c->apr[reg_group(r)] = val;
    gicv3_update_cpu(c);
}

static uint64_t ctlr_read(CPUARMState *env, const ARMSysReg *r)
{
    if (gicv3_is_virtual(env, 3)) {
        return gicv3_v_get(gicv3_cpuif(env), ICV_CTLR) | ICC_CTLR_FIXED;
    }
    return gicv3_cpuif(env)->ctlr | ICC_CTLR_FIXED;
}

static void ctlr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    if (gicv3_is_virtual(env, 3)) {
        gicv3_v_set(c, ICV_CTLR, val);
        return;
    }
    c->ctlr = val & ICC_CTLR_WRITABLE;
    gicv3_update_cpu(c);
}

/* IGRPEN0 and IGRPEN1 differ in op2. */
static uint64_t igrpen_read(CPUARMState *env, const ARMSysReg *r)
{
    if (gicv3_is_virtual(env, 1u << (SYSREG_OP2(r->enc) & 1))) {
        return gicv3_v_get(gicv3_cpuif(env),
                           (GICv3VirtualField)(ICV_IGRPEN0 + (SYSREG_OP2(r->enc) & 1)));
    }
    return gicv3_cpuif(env)->igrpen[SYSREG_OP2(r->enc) & 1];
}

static void igrpen_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    if (gicv3_is_virtual(env, 1u << (SYSREG_OP2(r->enc) & 1))) {
        gicv3_v_set(c, (GICv3VirtualField)(ICV_IGRPEN0 + (SYSREG_OP2(r->enc) & 1)), val);
        return;
    }
    c->igrpen[SYSREG_OP2(r->enc) & 1] = val & 1;
    gicv3_update_cpu(c);
}

/* Software-generated interrupts -------------------------------------------------------------- */

enum { SGI_IRM = 40, SGI_RS = 44 }; /* fields of ICC_SGI*R_EL1, by their lowest bit (12.2.18) */

static bool sgi_targets(const GICv3CPUState *from, const GICv3CPUState *to, uint64_t val)
{
    uint32_t cluster = (val >> 48 & 0xff) << 16 | (val >> 32 & 0xff) << 8 | (val >> 16 & 0xff);
    unsigned first = (val >> SGI_RS & 15) * 16, aff0 = to->affinity & 0xff;

    if (val >> SGI_IRM & 1) {
        return to != from;
    }
    return to->affinity >> 8 == cluster && aff0 >= first && aff0 < first + 16 &&
           val >> (aff0 - first) & 1;
}

/* Only an SGI that the receiver has in the register's group is sent (12.2.18, DS == 1). */
static void send_sgi(GICv3CPUState *from, uint64_t val, unsigned group)
{
    GICv3State *s = from->gic;
    uint32_t bit = 1u << (val >> 24 & 15);

    for (unsigned n = 0; n < s->num_cpu; n++) {
        GICv3CPUState *to = &s->cpu[n];

        if (sgi_targets(from, to, val) && !!(to->local.group & bit) == group) {
            to->local.pending |= bit;
            gicv3_local_changed(to);
        }
    }
}

static void sgi0r_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    send_sgi(gicv3_cpuif(env), val, 0);
}

/* With one Security state ASGI1R does the same. */
static void sgi1r_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    send_sgi(gicv3_cpuif(env), val, 1);
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
    ICC("SGI1R", 11, 5, SR_W1, NULL, sgi1r_write),
    ICC("ASGI1R", 11, 6, SR_W1, NULL, sgi1r_write),
    ICC("SGI0R", 11, 7, SR_W1, NULL, sgi0r_write),
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
    c->ctlr = 0;
    c->pmr = 0;
    c->bpr[0] = GICV3_MIN_BPR;
    c->bpr[1] = GICV3_MIN_BPR + 1;
    memset(c->apr, 0, sizeof(c->apr));
    memset(c->igrpen, 0, sizeof(c->igrpen));
    gicv3_virt_reset(c);
}

/* The CPU alone is reset, as PSCI CPU_ON does: its interface goes with it (BQL). */
static void cpu_was_reset(void *opaque)
{
    GICv3CPUState *c = opaque;

    gicv3_cpuif_reset(c);
    gicv3_update_cpu(c);
}

void gicv3_cpuif_init(GICv3CPUState *c)
{
    ARMCPU *cpu = ARM_CPU(qemu_get_cpu(c->index));

    c->cpu = cpu;
    arm_cpu_attach_gicv3(cpu, c, cpu_was_reset, icc_rows, ARRAY_SIZE(icc_rows));
    arm_define_sysregs(cpu, gicv3_ich_rows, GICV3_ICH_ROWS);
}
