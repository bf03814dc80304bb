/* SPDX-License-Identifier: MIT */
/* Registers of the MMU, address translation instructions and TLB maintenance (D8, C5.3, C5.5). */
#include "qemu/osdep.h"

#include "qemu/main-loop.h"

#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

/* Context slots are keyed by ASID, and software invalidates when it reuses one: nothing to flush.
 */
static void ttbr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    *(uint64_t *)((char *)env + r->offset) = val;
    arm_mode_changed(env);
}

/* TCR_EL1: what does not select the ASID changes how addresses translate. */
static void tcr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    uint64_t changed = env->sys.tcr[1] ^ val;

    env->sys.tcr[1] = val;
    if (changed & ~(1ull << 22)) {
        tlb_flush(env_cpu(env));
    }
    arm_mode_changed(env);
}

/* Device memory and what is not cacheable are outer shareable whatever the descriptor says. */
static uint64_t par_shareability(const ARMWalk *w)
{
    return !(w->attr & 0xf0) || w->attr == 0x44 || w->attr == 0x40 ? 2 : w->sh;
}

/* PAR_EL1 after a walk (D19.2.114). */
static uint64_t par_result(bool ok, const ARMWalk *w, const ARMFault *fault)
{
    if (!ok) {
        return 1 | (uint64_t)arm_fault_fsc(fault) << 1 | (uint64_t)fault->s1ptw << 8 |
               (uint64_t)fault->stage2 << 9 | 1ull << 11;
    }
    return (w->phys & 0x0000fffffffff000ull) | 1ull << 11 | (w->secure ? 0 : 1ull << 9) |
           par_shareability(w) << 7 | (uint64_t)w->attr << 56;
}

/*
 * AT S1E<y><R|W>[P], AT S12E<y><R|W> (C5.5): op1 is 0 for EL1 and EL0, 4 for EL2 and for both
 * stages (op2 from 4), 6 for EL3; op2 has bit 1 for EL0 and bit 0 for a write; CRm 9 obeys
 * PSTATE.PAN.
 */
static ARMWalkMode at_mode(const CPUARMState *env, const ARMSysReg *r)
{
    unsigned op1 = SYSREG_OP1(r->enc), op2 = SYSREG_OP2(r->enc);
    ARMWalkMode m = { .regime = 1,
                      .user = op2 & 2,
                      .pan = SYSREG_CRM(r->enc) == 9 && (env->pstate & PSTATE_PAN),
                      .debug = true, /* AT need not update (D8.5.2) */
                      .secure = arm_is_secure_below_el3(env) };

    if (op1 == 0) {
        m.regime = arm_in_host(env) ? 2 : 1;
        m.stage1_only = true;
    } else if (op1 == 6) {
        m.regime = 3;
        m.secure = true;
    } else if (op2 < 2) {
        m.regime = 2;
    }
    return m;
}

/*
 * Which faults of AT are exceptions: external aborts on the walk, and at EL1 what stage 2 has
 * against the walk (D8.17, AArch64.AT).
 */
static bool at_raises(const CPUARMState *env, const ARMFault *fault)
{
    return fault->type == FAULT_EXTERNAL_WALK || (fault->s1ptw && arm_current_el(env) == 1);
}

static void at_write(CPUARMState *env, const ARMSysReg *r, uint64_t addr)
{
    ARMWalkMode mode = at_mode(env, r);
    ARMAccess access = SYSREG_OP2(r->enc) & 1 ? ARM_WRITE : ARM_READ;
    ARMFault fault = { .type = FAULT_NONE };
    ARMWalk w;
    bool ok = arm_walk(env, addr, access, &mode, &w, &fault);

    if (!ok && at_raises(env, &fault)) {
        arm_raise_at_abort(env, addr, &fault);
    }
    env->sys.par = par_result(ok, &w, &fault);
}

static bool has_ats1e1(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64mmfr1, ID_AA64MMFR1_PAN) >= 2;
}

static bool has_lor(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64mmfr1, ID_AA64MMFR1_LO);
}

#define CONTEXTUAL(name_, n, m, o2, f, hook)                                                       \
    {                                                                                              \
        .name = name_, SR_ENC(3, 0, n, m, o2), .access = SR_RW1, .flags = SR_END, SR_FIELD(f),     \
        .write = hook                                                                              \
    }
#define PLAIN(name_, n, m, o2, f)                                                                  \
    {                                                                                              \
        .name = name_, SR_ENC(3, 0, n, m, o2), .access = SR_RW1, SR_FIELD(f)                       \
    }
#define AT(name_, o1, m, o2, p)                                                                    \
    {                                                                                              \
        .name = name_, SR_ENC(1, o1, 7, m, o2), .access = SR_W1, .write = at_write, .present = p   \
    }

/* Limited ordering regions: there are none (LORID_EL1 is 0), so the registers are RES0. They are
 * Non-secure state's, SCR_EL3.NS at EL3. */
#define LOR(name_, o2, rights)                                                                     \
    {                                                                                              \
        .name = name_, SR_ENC(3, 0, 10, 4, o2), .access = rights, .flags = SR_CONST,               \
        .present = has_lor, .undefined = arm_is_secure_below_el3                                   \
    }

static const ARMSysReg mmu_rows[] = {
    AT("AT S1E1R", 0, 8, 0, NULL),
    AT("AT S1E1W", 0, 8, 1, NULL),
    AT("AT S1E0R", 0, 8, 2, NULL),
    AT("AT S1E0W", 0, 8, 3, NULL),
    AT("AT S1E1RP", 0, 9, 0, has_ats1e1),
    AT("AT S1E1WP", 0, 9, 1, has_ats1e1),
    AT("AT S1E2R", 4, 8, 0, NULL),
    AT("AT S1E2W", 4, 8, 1, NULL),
    AT("AT S12E1R", 4, 8, 4, NULL),
    AT("AT S12E1W", 4, 8, 5, NULL),
    AT("AT S12E0R", 4, 8, 6, NULL),
    AT("AT S12E0W", 4, 8, 7, NULL),
    AT("AT S1E3R", 6, 8, 0, NULL),
    AT("AT S1E3W", 6, 8, 1, NULL),
    CONTEXTUAL("TTBR0_EL1", 2, 0, 0, sys.ttbr0[1], ttbr_write),
    CONTEXTUAL("TTBR1_EL1", 2, 0, 1, sys.ttbr1[1], ttbr_write),
    CONTEXTUAL("TCR_EL1", 2, 0, 2, sys.tcr[1], tcr_write),
    PLAIN("PAR_EL1", 7, 4, 0, sys.par),
    PLAIN("MAIR_EL1", 10, 2, 0, sys.mair[1]),
    PLAIN("AMAIR_EL1", 10, 3, 0, sys.amair[1]),
    LOR("LORSA_EL1", 0, SR_RW1),
    LOR("LOREA_EL1", 1, SR_RW1),
    LOR("LORN_EL1", 2, SR_RW1),
    LOR("LORC_EL1", 3, SR_RW1),
    { .name = "LORID_EL1",
      SR_ENC(3, 0, 10, 4, 7),
      .access = SR_R1,
      .flags = SR_CONST,
      .present = has_lor },
};

const ARMSysRegTable arm_mmu_table = SR_TABLE(mmu_rows);

/*
 * TLB maintenance. Global entries are in every context slot, so operations by address probe all
 * slots whatever the ASID; only ASIDE1 selects slots.
 */
typedef TLBRemoteFn TLBOp;

static void op_all(CPUState *cs, uint64_t arg)
{
    tlb_flush(cs);
}

static void op_va(CPUState *cs, uint64_t arg)
{
    tlb_flush_page(cs, (uint64_t)((int64_t)(arg << 20) >> 8), 0, 0);
}

static void op_asid(CPUState *cs, uint64_t arg)
{
    tlb_flush_asid(cs, arg >> 48, CONTEXT_ASID);
}

/* By op2: VMALLE1 VAE1 ASIDE1 VAAE1 - VALE1 - VAALE1. */
static TLBOp *const el1_ops[8] = { op_all, op_va, op_asid, op_va, NULL, op_va, NULL, op_va };
/* ALLE2 VAE2 - - ALLE1 VALE2 VMALLS12E1 -; the same for EL3. */
static TLBOp *const el2_ops[8] = { op_all, op_va, NULL, NULL, op_all, op_va, op_all, NULL };

/* Those by IPA (CRm 0 and 4) drop everything: the TLB has no intermediate addresses. */
static TLBOp *tlb_op(const ARMSysReg *r)
{
    unsigned op2 = SYSREG_OP2(r->enc), crm = SYSREG_CRM(r->enc);

    if (crm == 0 || crm == 4) {
        return op_all;
    }
    return SYSREG_OP1(r->enc) ? el2_ops[op2] : el1_ops[op2];
}

static void tlbi_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    tlb_op(r)(env_cpu(env), val);
}

/* Inner Shareable: every CPU. The others have done it when the DSB that follows is complete. */
static void tlbi_is_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    TLBOp *op = tlb_op(r);
    CPUState *self = env_cpu(env);

    op(self, val);
    tlb_broadcast(self, op, val);
}

static bool has_xs(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64isar1, ID_AA64ISAR1_XS);
}

#define TLBI(name_, o1, n, m, o2, hook, p)                                                         \
    {                                                                                              \
        .name = name_, SR_ENC(1, o1, n, m, o2), .access = SR_W1, .write = hook, .present = p       \
    }
#define TLBI_IS(name_, o1, m, o2)   TLBI("TLBI " name_ "IS", o1, 8, m, o2, tlbi_is_write, NULL)
#define TLBI_HERE(name_, o1, m, o2) TLBI("TLBI " name_, o1, 8, m, o2, tlbi_write, NULL)
/* Those that need not wait for accesses with the XS attribute, which none has: the same. */
#define TLBI_IS_NXS(name_, o1, m, o2)                                                              \
    TLBI("TLBI " name_ "ISNXS", o1, 9, m, o2, tlbi_is_write, has_xs)
#define TLBI_HERE_NXS(name_, o1, m, o2) TLBI("TLBI " name_ "NXS", o1, 9, m, o2, tlbi_write, has_xs)
/* All of EL1's, EL2's or EL3's, in one of the two forms. */
#define TLBI_EL1(FORM, m)                                                                          \
    FORM("VMALLE1", 0, m, 0), FORM("VAE1", 0, m, 1), FORM("ASIDE1", 0, m, 2),                      \
        FORM("VAAE1", 0, m, 3), FORM("VALE1", 0, m, 5), FORM("VAALE1", 0, m, 7)
#define TLBI_EL2(FORM, m)                                                                          \
    FORM("ALLE2", 4, m, 0), FORM("VAE2", 4, m, 1), FORM("ALLE1", 4, m, 4), FORM("VALE2", 4, m, 5), \
        FORM("VMALLS12E1", 4, m, 6)
#define TLBI_IPA(FORM, m) FORM("IPAS2E1", 4, m, 1), FORM("IPAS2LE1", 4, m, 5)
#define TLBI_EL3(FORM, m) FORM("ALLE3", 6, m, 0), FORM("VAE3", 6, m, 1), FORM("VALE3", 6, m, 5)

static const ARMSysReg tlb_rows[] = {
    TLBI_EL1(TLBI_IS, 3),       TLBI_EL1(TLBI_HERE, 7),     TLBI_EL1(TLBI_IS_NXS, 3),
    TLBI_EL1(TLBI_HERE_NXS, 7), TLBI_IPA(TLBI_IS, 0),       TLBI_EL2(TLBI_IS, 3),
    TLBI_IPA(TLBI_HERE, 4),     TLBI_EL2(TLBI_HERE, 7),     TLBI_IPA(TLBI_IS_NXS, 0),
    TLBI_EL2(TLBI_IS_NXS, 3),   TLBI_IPA(TLBI_HERE_NXS, 4), TLBI_EL2(TLBI_HERE_NXS, 7),
    TLBI_EL3(TLBI_IS, 3),       TLBI_EL3(TLBI_HERE, 7),     TLBI_EL3(TLBI_IS_NXS, 3),
    TLBI_EL3(TLBI_HERE_NXS, 7),
};

const ARMSysRegTable arm_tlb_table = SR_TABLE(tlb_rows);
