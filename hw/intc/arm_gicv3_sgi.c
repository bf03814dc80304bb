/* SPDX-License-Identifier: MIT */
/*
 * Software-generated interrupts of a GICv3 (ARM IHI 0069, "Use of control registers for SGI
 * forwarding"): ICC_SGI0R_EL1, ICC_SGI1R_EL1 and ICC_ASGI1R_EL1 name the CPUs to send to and the
 * group that is meant; each receiver compares that with the group it has the interrupt in.
 */
#include "qemu/osdep.h"

#include "gicv3_internal.h"

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

/* ICC_SGI0R_EL1, ICC_SGI1R_EL1 (group 1 of this Security state) and ICC_ASGI1R_EL1 (of the other).
 */
typedef enum SGIRegister { SGI0R, SGI1R, ASGI1R } SGIRegister;

/* Whether the receiver takes it, by the group that it has the SGI in. A write for Secure
 * group 1 reaches group 0, too; GICR_NSACR lets Non-secure state send Secure SGIs. */
static bool takes_sgi(const GICv3CPUState *to, unsigned sgi, SGIRegister reg, bool secure)
{
    unsigned group = gicv3_group(to->gic, &to->local, sgi);
    unsigned nsacr = to->local.nsacr[0] >> sgi * 2 & 3;

    if (gicv3_one_state(to->gic)) {
        return group == GICV3_G0 || reg == SGI1R;
    }
    if (reg == SGI0R) {
        return group == GICV3_G0 && (secure || nsacr >= 1);
    }
    if ((reg == SGI1R) == secure) { /* Secure group 1 is meant */
        return (group == GICV3_G0 && (secure || nsacr >= 1)) ||
               (group == GICV3_G1S && (secure || nsacr >= 2));
    }
    return group == GICV3_G1NS;
}

static void send_sgi(CPUARMState *env, uint64_t val, SGIRegister reg)
{
    GICv3CPUState *from = gicv3_cpuif(env);
    GICv3State *s = from->gic;
    unsigned sgi = val >> 24 & 15;

    for (unsigned n = 0; n < s->num_cpu; n++) {
        GICv3CPUState *to = &s->cpu[n];

        if (sgi_targets(from, to, val) &&
            takes_sgi(to, sgi, reg, gicv3_world(env) != GICV3_NONSECURE)) {
            to->local.pending |= 1u << sgi;
            gicv3_local_changed(to);
        }
    }
}

void gicv3_sgi0r_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    send_sgi(env, val, SGI0R);
}

void gicv3_sgi1r_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    send_sgi(env, val, SGI1R);
}

void gicv3_asgi1r_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    send_sgi(env, val, ASGI1R);
}
