/* SPDX-License-Identifier: MIT */
/*
 * Which register an access reaches, and which accesses EL2 and EL3 trap.
 *
 * A trap is a row: encodings under a mask, the bit that enables it, and whether reads or writes are
 * meant. The rows are searched on each access to an encoding that some row covers while EL2 or EL3
 * exist above the current level.
 */
#include "qemu/osdep.h"

#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

/* EL1 registers with a counterpart at the same place of EL2's encodings (op1 0 -> 4). */
static const uint16_t host_names[] = {
    SYSREG(3, 0, 1, 0, 0),  /* SCTLR_EL1 */
    SYSREG(3, 0, 2, 0, 0),  /* TTBR0_EL1 */
    SYSREG(3, 0, 2, 0, 1),  /* TTBR1_EL1 */
    SYSREG(3, 0, 2, 0, 2),  /* TCR_EL1 */
    SYSREG(3, 0, 4, 0, 0),  /* SPSR_EL1 */
    SYSREG(3, 0, 4, 0, 1),  /* ELR_EL1 */
    SYSREG(3, 0, 5, 1, 0),  /* AFSR0_EL1 */
    SYSREG(3, 0, 5, 1, 1),  /* AFSR1_EL1 */
    SYSREG(3, 0, 5, 2, 0),  /* ESR_EL1 */
    SYSREG(3, 0, 6, 0, 0),  /* FAR_EL1 */
    SYSREG(3, 0, 10, 2, 0), /* MAIR_EL1 */
    SYSREG(3, 0, 10, 3, 0), /* AMAIR_EL1 */
    SYSREG(3, 0, 12, 0, 0), /* VBAR_EL1 */
    SYSREG(3, 0, 13, 0, 1), /* CONTEXTIDR_EL1 */
    SYSREG(3, 0, 14, 1, 0), /* CNTKCTL_EL1 */
};

#define ENC_CPACR_EL1  SYSREG(3, 0, 1, 0, 2)
#define ENC_CPTR_EL2   SYSREG(3, 4, 1, 1, 2)
#define ENC_CPACR_EL12 SYSREG(3, 5, 1, 0, 2)

static uint16_t with_op1(uint16_t enc, unsigned op1)
{
    return (enc & ~SYSREG(0, 7, 0, 0, 0)) | SYSREG(0, op1, 0, 0, 0);
}

/* CNTP_* and CNTV_*, whose op1 is 3: CRn 14, CRm 2 and 3. */
static bool is_timer(uint16_t enc)
{
    return SYSREG_CRN(enc) == 14 && (SYSREG_CRM(enc) == 2 || SYSREG_CRM(enc) == 3);
}

static bool is_host_name(uint16_t enc)
{
    for (size_t i = 0; i < ARRAY_SIZE(host_names); i++) {
        if (host_names[i] == enc) {
            return true;
        }
    }
    return false;
}

/* What _EL12 and _EL02 names stand for; @enc itself where there is no such name. */
static uint16_t guest_register(uint16_t enc)
{
    uint16_t el1 = with_op1(enc, 0);

    if (is_timer(enc)) {
        return with_op1(enc, 3);
    }
    return enc == ENC_CPACR_EL12 || is_host_name(el1) ? el1 : enc;
}

uint16_t arm_sysreg_redirect(uint16_t enc, uint32_t mode)
{
    if (!(mode & MODE_HOST)) {
        return enc;
    }
    if (SYSREG_OP0(enc) == 3 && SYSREG_OP1(enc) == 3 && is_timer(enc)) {
        return with_op1(enc, 4);
    }
    if (mode_el(mode) != 2) {
        return enc;
    }
    if (SYSREG_OP0(enc) == 3 && SYSREG_OP1(enc) == 5) {
        return guest_register(enc);
    }
    if (enc == ENC_CPACR_EL1) {
        return ENC_CPTR_EL2;
    }
    return is_host_name(enc) ? with_op1(enc, 4) : enc;
}

/* Which register holds the enabling bit. */
typedef enum TrapControl {
    TRAP_HCR,
    TRAP_HCR_CLEAR, /* the bit allows */
    TRAP_SCR,
    TRAP_SCR_CLEAR,
    TRAP_CPTR2,
    TRAP_MDCR2,
    TRAP_CPTR3,
    TRAP_MDCR3,
    TRAP_ICH,
    TRAP_GICV3, /* SCR_EL3.IRQ, FIQ or both */
} TrapControl;

enum { READS = 1, WRITES = 2, BOTH = 3 };

typedef struct Trap {
    uint16_t enc, mask;
    uint8_t control, access;
    uint64_t bit;
} Trap;

#define ANY_OP2     ((uint16_t)~SYSREG(0, 0, 0, 0, 7))
#define ANY_CRM_OP2 ((uint16_t)~SYSREG(0, 0, 0, 15, 7))
#define EXACT       0xffff

#define VM_REG(n, m, o2)                                                                           \
    { SYSREG(3, 0, n, m, o2), EXACT, TRAP_HCR, WRITES, HCR_TVM },                                  \
    {                                                                                              \
        SYSREG(3, 0, n, m, o2), EXACT, TRAP_HCR, READS, HCR_TRVM                                   \
    }

/* Keys of pointer authentication. */
#define KEY_REGS(m)                                                                                \
    { SYSREG(3, 0, 2, m, 0), ANY_OP2, TRAP_HCR_CLEAR, BOTH, HCR_APK },                             \
    {                                                                                              \
        SYSREG(3, 0, 2, m, 0), ANY_OP2, TRAP_SCR_CLEAR, BOTH, SCR_APK                              \
    }

/* All of the performance monitors: EL1's two, CRn 9 with CRm 12 to 14, CRn 14 with CRm 8 to 15. */
#define PMU_REGS(control)                                                                          \
    { SYSREG(3, 0, 9, 14, 0), ANY_OP2, control, BOTH, MDCR_TPM },                                  \
        { SYSREG(3, 3, 9, 12, 0), ANY_OP2 & ~SYSREG(0, 0, 0, 3, 0), control, BOTH, MDCR_TPM },     \
    {                                                                                              \
        SYSREG(3, 3, 14, 8, 0), ANY_OP2 & ~SYSREG(0, 0, 0, 7, 0), control, BOTH, MDCR_TPM          \
    }

static const Trap traps[] = {
    VM_REG(1, 0, 0),
    VM_REG(2, 0, 0),
    VM_REG(2, 0, 1),
    VM_REG(2, 0, 2),
    VM_REG(5, 1, 0),
    VM_REG(5, 1, 1),
    VM_REG(5, 2, 0),
    VM_REG(6, 0, 0),
    VM_REG(10, 2, 0),
    VM_REG(10, 3, 0),
    VM_REG(13, 0, 1),
    KEY_REGS(1),
    KEY_REGS(2),
    KEY_REGS(3),
    { SYSREG(3, 0, 0, 0, 6), EXACT, TRAP_HCR, READS, HCR_TID1 }, /* REVIDR */
    { SYSREG(3, 1, 0, 0, 7), EXACT, TRAP_HCR, READS, HCR_TID1 }, /* AIDR */
    { SYSREG(3, 3, 0, 0, 1), EXACT, TRAP_HCR, READS, HCR_TID2 }, /* CTR */
    { SYSREG(3, 1, 0, 0, 0), EXACT, TRAP_HCR, READS, HCR_TID2 }, /* CCSIDR */
    { SYSREG(3, 1, 0, 0, 1), EXACT, TRAP_HCR, READS, HCR_TID2 }, /* CLIDR */
    { SYSREG(3, 2, 0, 0, 0), EXACT, TRAP_HCR, BOTH, HCR_TID2 },  /* CSSELR */
    /* ID registers: CRm 1 to 7 of op1 0, CRn 0. */
    { SYSREG(3, 0, 0, 1, 0), ANY_OP2, TRAP_HCR, READS, HCR_TID3 },
    { SYSREG(3, 0, 0, 2, 0), ANY_OP2 & ~SYSREG(0, 0, 0, 1, 0), TRAP_HCR, READS, HCR_TID3 },
    { SYSREG(3, 0, 0, 4, 0), ANY_OP2 & ~SYSREG(0, 0, 0, 3, 0), TRAP_HCR, READS, HCR_TID3 },
    { SYSREG(3, 0, 1, 0, 1), EXACT, TRAP_HCR, BOTH, HCR_TACR },
    { SYSREG(1, 0, 7, 6, 2), EXACT, TRAP_HCR, WRITES, HCR_TSW },
    { SYSREG(1, 0, 7, 10, 2), EXACT, TRAP_HCR, WRITES, HCR_TSW },
    { SYSREG(1, 0, 7, 14, 2), EXACT, TRAP_HCR, WRITES, HCR_TSW },
    { SYSREG(1, 0, 7, 6, 1), EXACT, TRAP_HCR, WRITES, HCR_TPCP },
    { SYSREG(1, 3, 7, 10, 1), EXACT, TRAP_HCR, WRITES, HCR_TPCP },
    { SYSREG(1, 3, 7, 12, 1), EXACT, TRAP_HCR, WRITES, HCR_TPCP },
    { SYSREG(1, 3, 7, 14, 1), EXACT, TRAP_HCR, WRITES, HCR_TPCP },
    { SYSREG(1, 3, 7, 11, 1), EXACT, TRAP_HCR, WRITES, HCR_TPU },
    { SYSREG(1, 3, 7, 5, 1), EXACT, TRAP_HCR, WRITES, HCR_TPU },
    { SYSREG(1, 0, 7, 1, 0), EXACT, TRAP_HCR, WRITES, HCR_TPU },
    { SYSREG(1, 0, 7, 5, 0), EXACT, TRAP_HCR, WRITES, HCR_TPU },
    { SYSREG(1, 0, 8, 0, 0), ANY_CRM_OP2, TRAP_HCR, WRITES, HCR_TTLB },
    { SYSREG(1, 0, 9, 0, 0), ANY_CRM_OP2, TRAP_HCR, WRITES, HCR_TTLB }, /* nXS */
    { SYSREG(3, 4, 1, 2, 2), EXACT, TRAP_SCR_CLEAR, BOTH, SCR_HXEn },   /* HCRX_EL2 */
    { SYSREG(3, 0, 13, 0, 5), EXACT, TRAP_SCR_CLEAR, BOTH, SCR_ADEn },  /* ACCDATA_EL1 */
    { SYSREG(1, 3, 7, 4, 1), EXACT, TRAP_HCR, WRITES, HCR_TDZ },
    /* ICC_SGI1R, ICC_ASGI1R and ICC_SGI0R (IHI 0069 12.2.18): a virtual machine's are EL2's. */
    { SYSREG(3, 0, 12, 11, 5), EXACT, TRAP_HCR, WRITES, HCR_IMO | HCR_FMO },
    { SYSREG(3, 0, 12, 11, 6), EXACT, TRAP_HCR, WRITES, HCR_IMO | HCR_FMO },
    { SYSREG(3, 0, 12, 11, 7), EXACT, TRAP_HCR, WRITES, HCR_IMO | HCR_FMO },
    /* The GICv3's registers of groups 0 and 1, of both, DIR */
    { SYSREG(3, 0, 12, 8, 0), ANY_OP2, TRAP_ICH, BOTH, ICH_HCR_TALL0 },
    { SYSREG(3, 0, 12, 12, 6), EXACT, TRAP_ICH, BOTH, ICH_HCR_TALL0 },
    { SYSREG(3, 0, 12, 9, 0), ANY_OP2, TRAP_ICH, BOTH, ICH_HCR_TALL1 },
    { SYSREG(3, 0, 12, 12, 0), ANY_OP2 | 4, TRAP_ICH, BOTH, ICH_HCR_TALL1 },
    { SYSREG(3, 0, 12, 12, 7), EXACT, TRAP_ICH, BOTH, ICH_HCR_TALL1 },
    { SYSREG(3, 0, 4, 6, 0), EXACT, TRAP_ICH, BOTH, ICH_HCR_TC },
    { SYSREG(3, 0, 12, 11, 0), ANY_OP2, TRAP_ICH, BOTH, ICH_HCR_TC },
    { SYSREG(3, 0, 12, 12, 4), EXACT, TRAP_ICH, BOTH, ICH_HCR_TC },
    { SYSREG(3, 0, 12, 11, 1), EXACT, TRAP_ICH, WRITES, ICH_HCR_TDIR },
    /* The same to EL3, of which those of both groups where it takes both kinds of interrupts */
    { SYSREG(3, 0, 12, 8, 0), ANY_OP2, TRAP_GICV3, BOTH, SCR_FIQ },
    { SYSREG(3, 0, 12, 12, 6), EXACT, TRAP_GICV3, BOTH, SCR_FIQ },
    { SYSREG(3, 0, 12, 9, 0), ANY_OP2, TRAP_GICV3, BOTH, SCR_IRQ },
    { SYSREG(3, 0, 12, 12, 0), ANY_OP2 | 4, TRAP_GICV3, BOTH, SCR_IRQ },
    { SYSREG(3, 0, 12, 12, 7), EXACT, TRAP_GICV3, BOTH, SCR_IRQ },
    { SYSREG(3, 0, 4, 6, 0), EXACT, TRAP_GICV3, BOTH, SCR_IRQ | SCR_FIQ },
    { SYSREG(3, 0, 12, 11, 0), ANY_OP2, TRAP_GICV3, BOTH, SCR_IRQ | SCR_FIQ },
    { SYSREG(3, 0, 12, 12, 4), EXACT, TRAP_GICV3, BOTH, SCR_IRQ | SCR_FIQ },
    /* Error records, limited ordering regions. */
    { SYSREG(3, 0, 5, 3, 0), ANY_OP2, TRAP_HCR, BOTH, HCR_TERR },
    { SYSREG(3, 0, 5, 4, 0), ANY_OP2 & ~SYSREG(0, 0, 0, 1, 0), TRAP_HCR, BOTH, HCR_TERR },
    { SYSREG(3, 0, 5, 3, 0), ANY_OP2, TRAP_SCR, BOTH, SCR_TERR },
    { SYSREG(3, 0, 5, 4, 0), ANY_OP2 & ~SYSREG(0, 0, 0, 1, 0), TRAP_SCR, BOTH, SCR_TERR },
    { SYSREG(3, 0, 10, 4, 0), ANY_OP2, TRAP_HCR, BOTH, HCR_TLOR },
    { SYSREG(3, 0, 10, 4, 0), ANY_OP2, TRAP_SCR, BOTH, SCR_TLOR },
    { SYSREG(3, 0, 1, 0, 2), EXACT, TRAP_CPTR2, BOTH, CPTR_TCPAC },
    { SYSREG(3, 0, 1, 0, 2), EXACT, TRAP_CPTR3, BOTH, CPTR_TCPAC },
    { SYSREG(3, 4, 1, 1, 2), EXACT, TRAP_CPTR3, BOTH, CPTR_TCPAC },
    { SYSREG(3, 3, 9, 12, 0), EXACT, TRAP_MDCR2, BOTH, MDCR_TPMCR | MDCR_TPM },
    PMU_REGS(TRAP_MDCR2),
    PMU_REGS(TRAP_MDCR3),
};

static bool covers(const Trap *t, uint16_t enc)
{
    return (enc & t->mask) == t->enc;
}

/* IMPLEMENTATION DEFINED: CRn 11 and 15. */
static bool is_impdef(uint16_t enc)
{
    return (SYSREG_OP0(enc) & 1) && (SYSREG_CRN(enc) == 11 || SYSREG_CRN(enc) == 15);
}

/* Debug registers (op0 2): OS lock and debug ROM have traps of their own. */
static uint64_t debug_bits(uint16_t enc)
{
    if (SYSREG_OP1(enc) == 0 && SYSREG_CRN(enc) == 1) {
        return SYSREG_CRM(enc) == 0 && SYSREG_OP2(enc) == 0 ? MDCR_TDRA : MDCR_TDOSA;
    }
    return MDCR_TDA;
}

/* The physical counter and timer of EL1: CNTHCTL_EL2 lets EL1 and EL0 use them (D11.2.4). */
static bool is_physical_time(uint16_t enc)
{
    return (enc & ANY_OP2) == SYSREG(3, 3, 14, 2, 0) || enc == SYSREG(3, 3, 14, 0, 1);
}

/* Secure EL1's timer, which SCR_EL3.ST gives to it. */
static bool is_secure_time(uint16_t enc)
{
    return (enc & ANY_OP2) == SYSREG(3, 7, 14, 2, 0);
}

static bool time_is_trapped(const CPUARMState *env, uint16_t enc)
{
    unsigned bit = SYSREG_CRM(enc) == 0 ? 0 : 1; /* EL1PCTEN, EL1PCEN */

    if (!arm_el2_enabled(env) || arm_in_host(env)) {
        return false;
    }
    return !(env->sys.cnthctl >> (env->sys.hcr & HCR_E2H ? bit + 10 : bit) & 1);
}

static bool is_of_el3(const Trap *t)
{
    return t->control == TRAP_CPTR3 || t->control == TRAP_MDCR3 || t->control == TRAP_SCR ||
           t->control == TRAP_SCR_CLEAR || t->control == TRAP_GICV3;
}

/* Accesses of a virtual machine reach virtual registers if EL2 takes either kind of interrupt that
 * the register is about (IHI 0069 12.2). */
static bool gicv3_traps_to_el3(const CPUARMState *env, uint64_t bits, unsigned el)
{
    uint64_t hcr = (bits & SCR_IRQ ? HCR_IMO : 0) | (bits & SCR_FIQ ? HCR_FMO : 0);

    return el < 3 && arm_has_el(env, 3) && (env->sys.scr & bits) == bits &&
           !(el == 1 && (arm_hcr(env) & hcr));
}

bool arm_sysreg_may_trap(uint16_t enc, unsigned el)
{
    if (SYSREG_OP0(enc) == 2 || is_impdef(enc) || is_physical_time(enc) || is_secure_time(enc)) {
        return true;
    }
    for (size_t i = 0; i < ARRAY_SIZE(traps); i++) {
        if (covers(&traps[i], enc) && (el < 2 || is_of_el3(&traps[i]))) {
            return true;
        }
    }
    return false;
}

static unsigned trap_target(const CPUARMState *env, const Trap *t, unsigned el)
{
    uint64_t hcr = arm_hcr(env);

    switch ((TrapControl)t->control) {
    case TRAP_HCR:
        return el < 2 && !arm_in_host(env) && (hcr & t->bit) ? 2 : 0;
    case TRAP_HCR_CLEAR:
        return el < 2 && arm_el2_enabled(env) && !(hcr & t->bit) ? 2 : 0;
    case TRAP_SCR_CLEAR:
        return el < 3 && arm_has_el(env, 3) && !(env->sys.scr & t->bit) ? 3 : 0;
    case TRAP_CPTR2:
        return el < 2 && arm_el2_enabled(env) && (env->sys.cptr[2] & t->bit) ? 2 : 0;
    case TRAP_SCR:
        return el < 3 && arm_has_el(env, 3) && (env->sys.scr & t->bit) ? 3 : 0;
    case TRAP_MDCR2:
        return el < 2 && arm_el2_enabled(env) && (env->sys.mdcr[2] & t->bit) ? 2 : 0;
    case TRAP_ICH:
        return el < 2 && arm_el2_enabled(env) &&
                       (container_of(env, ARMCPU, env)->gicv3_traps & t->bit)
                   ? 2
                   : 0;
    case TRAP_GICV3:
        return gicv3_traps_to_el3(env, t->bit, el) ? 3 : 0;
    case TRAP_MDCR3:
        return el < 3 && arm_has_el(env, 3) && (env->sys.mdcr[3] & t->bit) ? 3 : 0;
    default:
        return el < 3 && arm_has_el(env, 3) && (env->sys.cptr[3] & t->bit) ? 3 : 0;
    }
}

static unsigned debug_target(const CPUARMState *env, uint16_t enc, unsigned el)
{
    uint64_t bits = debug_bits(enc);

    /* MDCR_EL2.TDE stands for all of them. */
    if (el < 2 && arm_el2_enabled(env) &&
        ((env->sys.mdcr[2] & (bits | MDCR_TDE)) || (env->sys.hcr & HCR_TGE))) {
        return 2;
    }
    bits = bits & MDCR_TDRA ? MDCR_TDA : bits; /* EL3 has one bit for both */
    return el < 3 && arm_has_el(env, 3) && (env->sys.mdcr[3] & bits) ? 3 : 0;
}

unsigned arm_sysreg_trap_el(const CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    unsigned el = arm_current_el(env);

    if (SYSREG_OP0(r->enc) == 2) {
        return debug_target(env, r->enc, el);
    }
    if (is_physical_time(r->enc) && el < 2 && time_is_trapped(env, r->enc)) {
        return 2;
    }
    if (is_secure_time(r->enc) && el == 1 && !(env->sys.scr & SCR_ST)) {
        return 3;
    }
    if (is_impdef(r->enc) && el < 2 && (arm_hcr(env) & HCR_TIDCP)) {
        return 2;
    }
    for (size_t i = 0; i < ARRAY_SIZE(traps); i++) {
        const Trap *t = &traps[i];
        unsigned target;

        if (!covers(t, r->enc) || !(t->access & (is_read ? READS : WRITES))) {
            continue;
        }
        target = trap_target(env, t, el);
        if (target) {
            return target;
        }
    }
    return 0;
}
