/* SPDX-License-Identifier: MIT */
/* The soft TLB's view of the MMU: refill, and faults as exceptions. */
#include "qemu/osdep.h"

#include "qemu/log.h"
#include "target/arm/internals.h"
#include "target/arm/syndrome.h"

static void raise_abort(CPUARMState *env, uint64_t addr, MMUAccessType type, bool ea,
                        unsigned fsc) G_GNUC_NORETURN;

static void raise_abort(CPUARMState *env, uint64_t addr, MMUAccessType type, bool ea, unsigned fsc)
{
    bool same_el = arm_current_el(env) == 1;
    bool cm = env->exception.cache_op;
    bool write = type == MMU_DATA_STORE || cm;

    env->exception.cache_op = false;
    env->exception.vaddress = addr;
    qemu_log_mask(CPU_LOG_MMU, "%s abort at 0x%" PRIx64 ", FSC 0x%02x\n",
                  type == MMU_INST_FETCH ? "Prefetch" : "Data", addr, fsc);
    if (type == MMU_INST_FETCH) {
        arm_raise(env, EXCP_PREFETCH_ABORT, syn_insn_abort(same_el, ea, false, fsc));
    }
    arm_raise(env, EXCP_DATA_ABORT, syn_data_abort(same_el, ea, cm, write, fsc));
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
    bool user = arm_current_el(env) == 0 || (unpriv && !(env->pstate & PSTATE_UAO));
    bool pan = !user && (env->pstate & PSTATE_PAN);
    ARMFault fault = { FAULT_NONE, 0 };
    ARMWalk w;

    if (type == MMU_INST_FETCH && !probe) {
        check_fetch(cs, addr);
    }
    if (!arm_walk(env, addr, to_access(type), user, pan, &w, &fault)) {
        if (probe) {
            return false;
        }
        raise_abort(env, addr, type, false, arm_fault_fsc(&fault));
    }
    *fill = (TLBFill){
        .phys = w.phys & ~(hwaddr)4095,
        .page_size = w.page_size,
        .prot = w.prot,
        .global = w.global,
        .attrs = { .user = user },
    };
    return true;
}

void arm_unaligned_access(CPUState *cs, uint64_t addr, MMUAccessType type)
{
    raise_abort(cpu_env(cs), addr, type, false, FSC_ALIGNMENT);
}

/*
 * A synchronous external abort. The walk itself never comes here: its reads are those of
 * find_descriptor(), which reports FSC_EXTERNAL_WALK.
 */
void arm_transaction_failed(CPUState *cs, hwaddr phys, uint64_t addr, unsigned size,
                            MMUAccessType type, MemTxAttrs attrs, MemTxResult r)
{
    /* EA (bit 9) tells a decode error from a slave's, as AXI's DECERR and SLVERR. */
    raise_abort(cpu_env(cs), addr, type, r != MEMTX_DECODE_ERROR, FSC_EXTERNAL);
}
