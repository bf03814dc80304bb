/* SPDX-License-Identifier: MIT */
/* The soft TLB's view of the MMU: refill, and faults as exceptions. */
#include "qemu/osdep.h"

#include "qemu/log.h"
#include "target/arm/internals.h"
#include "target/arm/syndrome.h"

/* Where an external abort goes; other faults of stage 1 go to the level of the regime. */
static unsigned external_target(const CPUARMState *env)
{
    if (arm_has_el(env, 3) && (env->sys.scr & SCR_EA)) {
        return 3;
    }
    return arm_hcr(env) & HCR_TEA ? 2 : 0;
}

/* What is the same for fetches and data. */
static void prepare_abort(CPUARMState *env, uint64_t addr, const ARMFault *fault, bool external)
{
    env->exception = (typeof(env->exception)){ .vaddress = addr, .ipa = UINT64_MAX };
    if (fault && fault->stage2) {
        env->exception.target_el = 2;
        env->exception.ipa = fault->ipa;
    }
    if (external) {
        env->exception.target_el = MAX(env->exception.target_el, external_target(env));
    }
}

/*
 * WnR: what a store-exclusive gets is a write's, whatever was tried first; of an atomic operation
 * what a read would have got is a read's.
 */
static bool is_write(uint32_t insn, MMUAccessType type, bool for_any)
{
    if (arm_insn_is_store_exclusive(insn)) {
        return true;
    }
    return type == MMU_DATA_STORE && !(for_any && arm_insn_is_atomic(insn));
}

/* The syndrome is that of a lower level; taking the exception changes it where needed. */
static uint32_t data_syndrome(CPUARMState *env, MMUAccessType type, bool cm, bool ea,
                              const ARMFault *fault, unsigned fsc)
{
    bool s1ptw = fault && fault->s1ptw, write = cm || type == MMU_DATA_STORE;
    uint32_t iss = 0, insn;

    if (!cm && arm_read_insn(env, &insn)) {
        write = is_write(insn, type, fsc == FSC_ALIGNMENT || fsc == FSC_EXTERNAL);
        iss = fault && fault->stage2 && !s1ptw ? arm_abort_iss(insn) : 0;
    }
    return syn_data_abort(false, ea, cm, write, fsc) | (s1ptw ? 1u << 7 : 0) | iss;
}

static G_NORETURN void raise_abort(CPUARMState *env, uint64_t addr, MMUAccessType type, bool ea,
                                   const ARMFault *fault, unsigned fsc)
{
    bool cm = env->exception.cache_op;
    bool external = fsc == FSC_EXTERNAL || (fault && fault->type == FAULT_EXTERNAL_WALK);
    CPUState *cs = env_cpu(env);

    cpu_restore_pc(cs);
    prepare_abort(env, addr, fault, external);
    qemu_log_mask(CPU_LOG_MMU, "%s abort at 0x%" PRIx64 ", FSC 0x%02x\n",
                  type == MMU_INST_FETCH ? "Prefetch" : "Data", addr, fsc);
    if (type == MMU_INST_FETCH) {
        cs->exception_index = EXCP_PREFETCH_ABORT;
        env->exception.syndrome = syn_insn_abort(false, ea, fault && fault->s1ptw, fsc);
    } else {
        cs->exception_index = EXCP_DATA_ABORT;
        env->exception.syndrome = data_syndrome(env, type, cm, ea, fault, fsc);
    }
    cpu_loop_exit(cs);
}

void arm_raise_at_abort(CPUARMState *env, uint64_t addr, const ARMFault *fault)
{
    env->exception.cache_op = true;
    raise_abort(env, addr, MMU_DATA_LOAD, false, fault, arm_fault_fsc(fault));
}

void arm_raise_no_64_bytes(CPUARMState *env, uint64_t addr, bool write, unsigned lst)
{
    CPUState *cs = env_cpu(env);

    cpu_restore_pc(cs);
    prepare_abort(env, addr, NULL, false);
    cs->exception_index = EXCP_DATA_ABORT;
    env->exception.syndrome =
        syn_data_abort(false, false, false, write, FSC_UNSUPPORTED_ATOMIC) | lst << 11;
    cpu_loop_exit(cs);
}

static ARMAccess to_access(MMUAccessType type)
{
    switch (type) {
    case MMU_DATA_STORE:
        return ARM_WRITE;
    case MMU_INST_FETCH:
        return ARM_FETCH;
    default:
        return ARM_READ;
    }
}

/*
 * What comes before the translation of a fetch: from a pc that an indirect branch left with a tag
 * it goes on without it (AArch64.BranchAddr), as if the branch had removed it.
 */
static void check_fetch(CPUState *cs, uint64_t addr)
{
    CPUARMState *env = cpu_env(cs);
    uint64_t target = arm_branch_address(env, addr);

    if (target != addr) {
        env->pc = target;
        cs->exception_index = EXCP_NONE;
        cpu_loop_exit(cs);
    }
}

bool arm_tlb_fill(CPUState *cs, uint64_t addr, unsigned size, MMUAccessType type, bool unpriv,
                  TLBFill *fill, bool probe)
{
    CPUARMState *env = cpu_env(cs);
    ARMWalkMode mode = arm_walk_mode(env, unpriv);
    ARMFault fault = { .type = FAULT_NONE };
    ARMWalk w;

    if (type == MMU_INST_FETCH && !probe) {
        check_fetch(cs, addr);
    }
    mode.debug = probe;
    if (!arm_walk(env, addr, to_access(type), &mode, &w, &fault)) {
        if (probe) {
            return false;
        }
        raise_abort(env, addr, type, false, &fault, arm_fault_fsc(&fault));
    }
    /* Fetches go on without the tag, or fault: an access to data must not let them through. */
    if (type != MMU_INST_FETCH && (uint64_t)((int64_t)(addr << 8) >> 8) != addr) {
        w.prot &= ~PAGE_EXEC;
    }
    *fill = (TLBFill){
        .phys = w.phys & ~(hwaddr)4095,
        .page_size = w.page_size,
        .prot = w.prot,
        .global = w.global,
        .code_mode = w.guarded ? MODE_GUARDED : 0,
        .attrs = { .user = mode.user, .secure = w.secure },
    };
    return true;
}

void arm_unaligned_access(CPUState *cs, uint64_t addr, MMUAccessType type)
{
    raise_abort(cpu_env(cs), addr, type, false, NULL, FSC_ALIGNMENT);
}

/*
 * A synchronous external abort. The walk itself never comes here: its reads are those of
 * find_descriptor(), which reports FSC_EXTERNAL_WALK.
 */
void arm_transaction_failed(CPUState *cs, hwaddr phys, uint64_t addr, unsigned size,
                            MMUAccessType type, MemTxAttrs attrs, MemTxResult r)
{
    /* EA (bit 9) tells a decode error from a slave's, as AXI's DECERR and SLVERR. */
    raise_abort(cpu_env(cs), addr, type, r != MEMTX_DECODE_ERROR, NULL, FSC_EXTERNAL);
}
