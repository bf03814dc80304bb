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
    uint64_t changed = env->sys.tcr ^ val;

    env->sys.tcr = val;
    if (changed & ~(1ull << 22)) {
        tlb_flush(env_cpu(env));
    }
    arm_mode_changed(env);
}

/* PAR_EL1 after a walk (D19.2.114). */
static uint64_t par_result(bool ok, const ARMWalk *w, const ARMFault *fault)
{
    if (!ok) {
        return 1 | (uint64_t)arm_fault_fsc(fault) << 1 | 1ull << 11;
    }
    return (w->phys & 0x0000fffffffff000ull) | 1ull << 11 | 1ull << 9 | (uint64_t)w->sh << 7 |
           (uint64_t)w->attr << 56;
}

/*
 * AT S1E<0|1><R|W>[P] (C5.5): op2 has bit 1 for EL0 and bit 0 for a write; CRm 9 obeys PSTATE.PAN.
 */
static void at_write(CPUARMState *env, const ARMSysReg *r, uint64_t addr)
{
    bool user = SYSREG_OP2(r->enc) & 2;
    bool pan = SYSREG_CRM(r->enc) == 9 && (env->pstate & PSTATE_PAN);
    ARMAccess access = SYSREG_OP2(r->enc) & 1 ? ARM_WRITE : ARM_READ;
    ARMFault fault = { FAULT_NONE, 0 };
    ARMWalk w;
    bool ok = arm_walk(env, addr, access, user, pan, &w, &fault);

    env->sys.par = par_result(ok, &w, &fault);
}

static bool has_ats1e1(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64mmfr1, ID_AA64MMFR1_PAN) >= 2;
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
#define AT(name_, m, o2, p)                                                                        \
    {                                                                                              \
        .name = name_, SR_ENC(1, 0, 7, m, o2), .access = SR_W1, .flags = SR_LAZY,                  \
        .write = at_write, .present = p                                                            \
    }

static const ARMSysReg mmu_rows[] = {
    AT("AT S1E1R", 8, 0, NULL),
    AT("AT S1E1W", 8, 1, NULL),
    AT("AT S1E0R", 8, 2, NULL),
    AT("AT S1E0W", 8, 3, NULL),
    AT("AT S1E1RP", 9, 0, has_ats1e1),
    AT("AT S1E1WP", 9, 1, has_ats1e1),
    CONTEXTUAL("TTBR0_EL1", 2, 0, 0, sys.ttbr0, ttbr_write),
    CONTEXTUAL("TTBR1_EL1", 2, 0, 1, sys.ttbr1, ttbr_write),
    CONTEXTUAL("TCR_EL1", 2, 0, 2, sys.tcr, tcr_write),
    PLAIN("PAR_EL1", 7, 4, 0, sys.par),
    PLAIN("MAIR_EL1", 10, 2, 0, sys.mair),
    PLAIN("AMAIR_EL1", 10, 3, 0, sys.amair),
};

const ARMSysRegTable arm_mmu_table = SR_TABLE(mmu_rows);

/*
 * TLB maintenance. Global entries are in every context slot, so operations by address probe all
 * slots whatever the ASID; only ASIDE1 selects slots.
 */
typedef void TLBOp(CPUState *cs, uint64_t arg);

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
static TLBOp *const tlb_ops[8] = { op_all, op_va, op_asid, op_va, NULL, op_va, NULL, op_va };

static void tlbi_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    tlb_ops[SYSREG_OP2(r->enc)](env_cpu(env), val);
}

typedef struct TLBIWork {
    TLBOp *op;
    uint64_t arg;
} TLBIWork;

static void tlbi_work(CPUState *cs, run_on_cpu_data data)
{
    TLBIWork *w = data.host_ptr;

    w->op(cs, w->arg);
    g_free(w);
}

/* Inner Shareable: every CPU. The others do it before their next instruction. */
static void tlbi_is_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    TLBOp *op = tlb_ops[SYSREG_OP2(r->enc)];
    CPUState *self = env_cpu(env), *cs;

    op(self, val);
    BQL_LOCK_GUARD(); /* for the queues of work */
    CPU_FOREACH (cs) {
        if (cs != self) {
            TLBIWork *w = g_new(TLBIWork, 1);

            *w = (TLBIWork){ op, val };
            async_run_on_cpu(cs, tlbi_work, RUN_ON_CPU_HOST_PTR(w));
        }
    }
}

#define TLBI(name_, m, o2, hook)                                                                   \
    {                                                                                              \
        .name = name_, SR_ENC(1, 0, 8, m, o2), .access = SR_W1, .write = hook                      \
    }

static const ARMSysReg tlb_rows[] = {
    TLBI("TLBI VMALLE1IS", 3, 0, tlbi_is_write), TLBI("TLBI VAE1IS", 3, 1, tlbi_is_write),
    TLBI("TLBI ASIDE1IS", 3, 2, tlbi_is_write),  TLBI("TLBI VAAE1IS", 3, 3, tlbi_is_write),
    TLBI("TLBI VALE1IS", 3, 5, tlbi_is_write),   TLBI("TLBI VAALE1IS", 3, 7, tlbi_is_write),
    TLBI("TLBI VMALLE1", 7, 0, tlbi_write),      TLBI("TLBI VAE1", 7, 1, tlbi_write),
    TLBI("TLBI ASIDE1", 7, 2, tlbi_write),       TLBI("TLBI VAAE1", 7, 3, tlbi_write),
    TLBI("TLBI VALE1", 7, 5, tlbi_write),        TLBI("TLBI VAALE1", 7, 7, tlbi_write),
};

const ARMSysRegTable arm_tlb_table = SR_TABLE(tlb_rows);
