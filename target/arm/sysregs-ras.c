/* SPDX-License-Identifier: MIT */
/*
 * Reliability, availability, serviceability (FEAT_RAS, FEAT_IESB; D13): the registers, and the
 * error synchronization barrier.
 *
 * There are no error records: ERRIDR_EL1 says so, and the windows to them read as zero. An SError
 * that is pending and masked is deferred by ESB: its syndrome moves to DISR_EL1 (a virtual one's to
 * VDISR_EL2, which EL1 sees under that name) and it is pending no more. SErrors are synchronized at
 * each instruction anyway, so the implicit barriers of SCTLR_ELx.IESB have nothing to do.
 */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

#define DISR_A    (1ull << 31)
#define DISR_MASK (DISR_A | 0x01ffffff) /* IDS and ISS */

static bool has_ras(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64pfr0, ID_AA64PFR0_RAS);
}

/* What the name DISR_EL1 reaches; NULL: nothing, as firmware at EL3 handles SErrors. */
static uint64_t *disr_of(CPUARMState *env)
{
    unsigned el = arm_current_el(env);

    if (el == 1 && (arm_hcr(env) & HCR_AMO)) {
        return &env->sys.vdisr;
    }
    return el < 3 && arm_has_el(env, 3) && (env->sys.scr & SCR_EA) ? NULL : &env->sys.disr;
}

static uint64_t disr_read(CPUARMState *env, const ARMSysReg *r)
{
    const uint64_t *disr = disr_of(env);

    return disr ? *disr : 0;
}

static void disr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    uint64_t *disr = disr_of(env);

    if (disr) {
        *disr = val & DISR_MASK;
    }
}

static bool is_masked(const CPUARMState *env, uint32_t request)
{
    return !arm_interrupts_unmasked(env, request);
}

/* A virtual one exists at EL1 and EL0 alone, where HCR_EL2 gives it to them. */
static bool has_virtual(const CPUARMState *env)
{
    uint64_t hcr = arm_hcr(env);

    return arm_current_el(env) < 2 && (hcr & HCR_AMO) && !(hcr & HCR_TGE);
}

void arm_error_barrier(CPUARMState *env)
{
    CPUState *cs = env_cpu(env);
    uint32_t pending = qatomic_read(&cs->interrupt_request);

    if (!(pending & (CPU_INTERRUPT_SERROR | CPU_INTERRUPT_VSERR))) {
        return;
    }
    BQL_LOCK_GUARD();
    if ((pending & CPU_INTERRUPT_SERROR) && is_masked(env, CPU_INTERRUPT_SERROR)) {
        env->sys.disr = DISR_A; /* an uncategorized error */
        cpu_reset_interrupt(cs, CPU_INTERRUPT_SERROR);
    }
    if ((pending & CPU_INTERRUPT_VSERR) && has_virtual(env) &&
        is_masked(env, CPU_INTERRUPT_VSERR)) {
        env->sys.vdisr = DISR_A | (env->sys.vsesr & DISR_MASK);
        env->sys.hcr &= ~HCR_VSE;
        cpu_reset_interrupt(cs, CPU_INTERRUPT_VSERR);
    }
}

#define RES0(name_, m, o2)                                                                         \
    {                                                                                              \
        .name = name_, SR_ENC(3, 0, 5, m, o2), .access = SR_RW1, .flags = SR_CONST,                \
        .present = has_ras                                                                         \
    }
#define RAZ(name_, m, o2)                                                                          \
    {                                                                                              \
        .name = name_, SR_ENC(3, 0, 5, m, o2), .access = SR_R1, .flags = SR_CONST,                 \
        .present = has_ras                                                                         \
    }

static const ARMSysReg ras_rows[] = {
    RAZ("ERRIDR_EL1", 3, 0),
    RES0("ERRSELR_EL1", 3, 1),
    RAZ("ERXFR_EL1", 4, 0),
    RES0("ERXCTLR_EL1", 4, 1),
    RES0("ERXSTATUS_EL1", 4, 2),
    RES0("ERXADDR_EL1", 4, 3),
    RES0("ERXMISC0_EL1", 5, 0),
    RES0("ERXMISC1_EL1", 5, 1),
    { .name = "DISR_EL1",
      SR_ENC(3, 0, 12, 1, 1),
      .access = SR_RW1,
      .flags = SR_LAZY,
      .read = disr_read,
      .write = disr_write,
      .present = has_ras },
    { .name = "VSESR_EL2",
      SR_ENC(3, 4, 5, 2, 3),
      .access = SR_RW1,
      SR_FIELD(sys.vsesr),
      .value = 0x01ffffff,
      .present = has_ras },
    { .name = "VDISR_EL2",
      SR_ENC(3, 4, 12, 1, 1),
      .access = SR_RW1,
      SR_FIELD(sys.vdisr),
      .value = DISR_MASK,
      .present = has_ras },
};

const ARMSysRegTable arm_ras_table = SR_TABLE(ras_rows);
