/* SPDX-License-Identifier: MIT */
/*
 * What a GICv3's CPU interface has for EL3 (ARM IHI 0069, 12.2): ICC_*_EL3, which are other names
 * for bits that EL1 has in ICC_CTLR_EL1 and ICC_IGRPEN1_EL1 of the two Security states; and EL2's
 * registers where there is no EL2, which EL3 then reads as zero.
 *
 * ICC_SRE_EL3 is fixed: system registers are the only interface, and lower levels may use it.
 */
#include "qemu/osdep.h"

#include "gicv3_internal.h"

#define ICC_SRE_EL3_VALUE 15

enum { /* ICC_CTLR_EL3 (12.2.7), by the bit of Secure EL1; that of Non-secure EL1 is next to it */
       CTLR_EL3_CBPR = 0,
       CTLR_EL3_EOIMODE_EL3 = 2,
       CTLR_EL3_EOIMODE = 3,
       CTLR_EL3_NDS = 1 << 17, /* knows nothing of GICD_CTLR.DS */
};

static unsigned field(const GICv3CPUState *c, unsigned bank, uint32_t bit)
{
    return c->ctlr[bank] & bit ? 1 : 0;
}

static uint64_t ctlr_read(CPUARMState *env, const ARMSysReg *r)
{
    const GICv3CPUState *c = gicv3_cpuif(env);

    return ICC_CTLR_FIXED | CTLR_EL3_NDS | field(c, GICV3_G1S, ICC_CTLR_CBPR) << CTLR_EL3_CBPR |
           field(c, GICV3_G1NS, ICC_CTLR_CBPR) << (CTLR_EL3_CBPR + 1) |
           field(c, 0, ICC_CTLR_EOIMODE) << CTLR_EL3_EOIMODE_EL3 |
           field(c, GICV3_G1S, ICC_CTLR_EOIMODE) << CTLR_EL3_EOIMODE |
           field(c, GICV3_G1NS, ICC_CTLR_EOIMODE) << (CTLR_EL3_EOIMODE + 1);
}

static uint32_t el1_ctlr(uint64_t val, unsigned nonsecure)
{
    return (val >> (CTLR_EL3_CBPR + nonsecure) & 1 ? ICC_CTLR_CBPR : 0) |
           (val >> (CTLR_EL3_EOIMODE + nonsecure) & 1 ? ICC_CTLR_EOIMODE : 0);
}

static void ctlr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    c->ctlr[0] = val >> CTLR_EL3_EOIMODE_EL3 & 1 ? ICC_CTLR_EOIMODE : 0;
    c->ctlr[GICV3_G1S] = el1_ctlr(val, 0);
    c->ctlr[GICV3_G1NS] = el1_ctlr(val, 1);
    gicv3_update_cpu(c);
}

/* Bit 0 is Non-secure group 1's, bit 1 Secure group 1's */
static uint64_t igrpen1_read(CPUARMState *env, const ARMSysReg *r)
{
    const GICv3CPUState *c = gicv3_cpuif(env);

    return c->igrpen[GICV3_G1NS] | c->igrpen[GICV3_G1S] << 1;
}

static void igrpen1_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    GICv3CPUState *c = gicv3_cpuif(env);

    c->igrpen[GICV3_G1NS] = val & 1;
    c->igrpen[GICV3_G1S] = val >> 1 & 1;
    gicv3_update_cpu(c);
}

static bool has_el3(const ARMCPU *cpu)
{
    return arm_has_el(&cpu->env, 3);
}

static bool lacks_el2(const ARMCPU *cpu)
{
    return has_el3(cpu) && !arm_has_el(&cpu->env, 2);
}

#define EL2_ZERO(name_, m, o2, access_)                                                            \
    GICV3_FIXED_REG(name_ "_EL2", 4, 12, m, o2, access_, 0, lacks_el2)

const ARMSysReg gicv3_el3_rows[GICV3_EL3_ROWS] = {
    EL2_ZERO("ICH_AP0R0", 8, 0, SR_RW1),
    EL2_ZERO("ICH_AP1R0", 9, 0, SR_RW1),
    EL2_ZERO("ICC_SRE", 9, 5, SR_RW1),
    EL2_ZERO("ICH_HCR", 11, 0, SR_RW1),
    EL2_ZERO("ICH_VTR", 11, 1, SR_R1),
    EL2_ZERO("ICH_MISR", 11, 2, SR_R1),
    EL2_ZERO("ICH_EISR", 11, 3, SR_R1),
    EL2_ZERO("ICH_ELRSR", 11, 5, SR_R1),
    EL2_ZERO("ICH_VMCR", 11, 7, SR_RW1),
    EL2_ZERO("ICH_LR0", 12, 0, SR_RW1),
    EL2_ZERO("ICH_LR1", 12, 1, SR_RW1),
    EL2_ZERO("ICH_LR2", 12, 2, SR_RW1),
    EL2_ZERO("ICH_LR3", 12, 3, SR_RW1),
    GICV3_REG("ICC_CTLR_EL3", 6, 12, 12, 4, SR_RW1, ctlr_read, ctlr_write, has_el3),
    GICV3_FIXED_REG("ICC_SRE_EL3", 6, 12, 12, 5, SR_RW1, ICC_SRE_EL3_VALUE, has_el3),
    GICV3_REG("ICC_IGRPEN1_EL3", 6, 12, 12, 7, SR_RW1, igrpen1_read, igrpen1_write, has_el3),
};
