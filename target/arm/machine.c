/* SPDX-License-Identifier: MIT */
/*
 * Saved state of a CPU: what the architecture has, in one form. Where the running CPU keeps a
 * register in a form of its own (NZCV as {kind, operands}, FPSR partly in the host's MXCSR) saving
 * brings it into that form first, which changes nothing for the guest. What follows from the state
 * (the TLB, the current context) is made anew after loading. The interrupt lines are restored as
 * levels, without telling anybody: both ends of each have been saved at one moment.
 */
#include "qemu/osdep.h"

#include "migration/vmstate.h"
#include "target/arm/internals.h"
#include "target/arm/pmu.h"
#include "tcg/flags.h"

/* PSTATE bits that a CPU in AArch64 state can have; NZCV and BTYPE are kept apart. */
#define PSTATE_VALID                                                                               \
    (PSTATE_SP | PSTATE_EL | PSTATE_DAIF | PSTATE_SSBS | PSTATE_IL | PSTATE_SS | PSTATE_PAN |      \
     PSTATE_UAO | PSTATE_DIT)

static const VMStateDescription vmstate_vreg = {
    .name = "cpu/vreg",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT64_ARRAY(d, TCGVec, 2),
            VMSTATE_END_OF_LIST(),
        },
};

static const VMStateDescription vmstate_gt = {
    .name = "cpu/generic-timer",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT64(cval, ARMGenericTimer),
            VMSTATE_UINT64(ctl, ARMGenericTimer),
            VMSTATE_END_OF_LIST(),
        },
};

static const VMStateDescription vmstate_key = {
    .name = "cpu/key",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT64(lo, ARMKey),
            VMSTATE_UINT64(hi, ARMKey),
            VMSTATE_END_OF_LIST(),
        },
};

static const VMStateDescription vmstate_pmu = {
    .name = "cpu/pmu",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT64(cr, ARMPMUState),
            VMSTATE_UINT64(cnten, ARMPMUState),
            VMSTATE_UINT64(inten, ARMPMUState),
            VMSTATE_UINT64(ovs, ARMPMUState),
            VMSTATE_UINT64(userenr, ARMPMUState),
            VMSTATE_UINT64(selr, ARMPMUState),
            VMSTATE_UINT64_ARRAY(type, ARMPMUState, ARM_PMU_COUNTERS + 1),
            VMSTATE_UINT64_ARRAY(count, ARMPMUState, ARM_PMU_COUNTERS + 1),
            VMSTATE_UINT64(since, ARMPMUState),
            VMSTATE_UINT64(remainder, ARMPMUState),
            VMSTATE_END_OF_LIST(),
        },
};

/* Every member: the size below reminds of a row for a new one. */
static const VMStateDescription vmstate_sys = {
    .name = "cpu/system-registers",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT64_ARRAY(sctlr, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(ttbr0, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(ttbr1, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(tcr, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(mair, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(amair, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(contextidr, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(vbar, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(esr, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(far, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(afsr0, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(afsr1, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(elr, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(spsr, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(tpidr, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(sp_el, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(cptr, ARMSysState, 4),
            VMSTATE_UINT64_ARRAY(mdcr, ARMSysState, 4),
            VMSTATE_UINT64(par, ARMSysState),
            VMSTATE_UINT64(tpidrro_el0, ARMSysState),
            VMSTATE_UINT64(csselr, ARMSysState),
            VMSTATE_UINT64(accdata, ARMSysState),
            VMSTATE_UINT64(hcr, ARMSysState),
            VMSTATE_UINT64(hcrx, ARMSysState),
            VMSTATE_UINT64(vtcr, ARMSysState),
            VMSTATE_UINT64(vttbr, ARMSysState),
            VMSTATE_UINT64(hpfar, ARMSysState),
            VMSTATE_UINT64(hstr, ARMSysState),
            VMSTATE_UINT64(vpidr, ARMSysState),
            VMSTATE_UINT64(vmpidr, ARMSysState),
            VMSTATE_UINT64(scr, ARMSysState),
            VMSTATE_UINT64(disr, ARMSysState),
            VMSTATE_UINT64(vdisr, ARMSysState),
            VMSTATE_UINT64(vsesr, ARMSysState),
            VMSTATE_UINT64(mdscr, ARMSysState),
            VMSTATE_UINT64(oslock, ARMSysState),
            VMSTATE_UINT64(osdlr, ARMSysState),
            VMSTATE_UINT64(mdccint, ARMSysState),
            VMSTATE_UINT64(dbgclaim, ARMSysState),
            VMSTATE_UINT64(osdtrrx, ARMSysState),
            VMSTATE_UINT64(osdtrtx, ARMSysState),
            VMSTATE_UINT64(oseccr, ARMSysState),
            VMSTATE_UINT64_ARRAY(dbgbvr, ARMSysState, ARM_NUM_BRP),
            VMSTATE_UINT64_ARRAY(dbgbcr, ARMSysState, ARM_NUM_BRP),
            VMSTATE_UINT64_ARRAY(dbgwvr, ARMSysState, ARM_NUM_WRP),
            VMSTATE_UINT64_ARRAY(dbgwcr, ARMSysState, ARM_NUM_WRP),
            VMSTATE_UINT64(cntkctl, ARMSysState),
            VMSTATE_UINT64(cntfrq, ARMSysState),
            VMSTATE_UINT64(cnthctl, ARMSysState),
            VMSTATE_UINT64(cntvoff, ARMSysState),
            VMSTATE_STRUCT_ARRAY(key, ARMSysState, ARM_NUM_KEYS, 1, vmstate_key, ARMKey),
            VMSTATE_UINT64_ARRAY(scratch, ARMSysState, 8),
            VMSTATE_END_OF_LIST(),
        },
};
QEMU_BUILD_BUG_ON(sizeof(ARMSysState) !=
                  8 * (18 * 4 + 28 + 2 * ARM_NUM_BRP + 2 * ARM_NUM_WRP + 8 + 2 * ARM_NUM_KEYS));

static int cpu_pre_save(void *opaque)
{
    ARMCPU *cpu = opaque;
    CPUARMState *env = &cpu->env;

    env->tcg.flag_a = tcg_flags_nzcv(env->tcg.flag_kind, env->tcg.flag_a, env->tcg.flag_b);
    env->tcg.flag_b = 0;
    env->tcg.flag_kind = FLAGS_NZCV;
    env->fpsr = vfp_get_fpsr(env);
    return 0;
}

/* Only levels that exist; AArch32 does not; EL0 has only its own stack pointer. */
static bool pstate_valid(const CPUARMState *env)
{
    uint64_t pstate = env->pstate;
    unsigned el = (pstate & PSTATE_EL) >> 2;

    return !(pstate & ~(uint64_t)PSTATE_VALID) && arm_has_el(env, el) &&
           (el != 0 || !(pstate & PSTATE_SP));
}

static int cpu_post_load(void *opaque, int version_id)
{
    ARMCPU *cpu = opaque;
    CPUARMState *env = &cpu->env;
    CPUState *cs = CPU(cpu);

    if (!pstate_valid(env) || cs->exception_index < EXCP_NONE || cs->exception_index == 0 ||
        cs->exception_index > EXCP_LAST || env->exception.target_el > 3 ||
        env->tcg.entry > (arm_has_bti(env) ? 3 : 0)) {
        return -EINVAL;
    }
    env->tcg.flag_kind = FLAGS_NZCV;
    env->tcg.flag_a &= PSTATE_NZCV;
    env->tcg.flag_b = 0;
    vfp_set_fpcr(env, env->fpcr);
    vfp_set_fpsr(env, env->fpsr);
    env->irq_line &= (1u << ARM_CPU_NIRQS) - 1;
    env->stepped &= STEPPED_INSN | STEPPED_EXCLUSIVE;
    env->wfe_wakes = cs->halted ? env->wfe_wakes : 0;
    arm_debug_update(env);
    arm_pmu_loaded(env);
    if (cs->tcg) {
        tlb_flush(cs);
    }
    arm_mode_changed(env);
    cpu->on_pending = version_id >= 2 && cpu->on_pending && cpu->power_off;
    arm_psci_switch_on(cpu);
    return 0;
}

const VMStateDescription vmstate_arm_cpu = {
    .name = "cpu",
    .version_id = 2,
    .minimum_version_id = 1,
    .pre_save = cpu_pre_save,
    .post_load = cpu_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT64_EQUAL(env.midr, ARMCPU, "use the same -cpu"),
            VMSTATE_UINT64_EQUAL(mp_affinity, ARMCPU, "use the same -smp"),
            VMSTATE_STRUCT(parent_obj, ARMCPU, 1, vmstate_cpu_common, CPUState),
            VMSTATE_UINT64_ARRAY(env.xregs, ARMCPU, 32),
            VMSTATE_UINT64(env.pc, ARMCPU),
            VMSTATE_UINT64(env.pstate, ARMCPU),
            VMSTATE_UINT64(env.tcg.flag_a, ARMCPU),
            VMSTATE_UINT32(env.tcg.entry, ARMCPU),
            VMSTATE_STRUCT_ARRAY(env.vregs, ARMCPU, 32, 1, vmstate_vreg, TCGVec),
            VMSTATE_UINT32(env.fpcr, ARMCPU),
            VMSTATE_UINT32(env.fpsr, ARMCPU),
            VMSTATE_STRUCT(env.sys, ARMCPU, 1, vmstate_sys, ARMSysState),
            VMSTATE_STRUCT_ARRAY(env.timer, ARMCPU, NUM_GTIMERS, 1, vmstate_gt, ARMGenericTimer),
            VMSTATE_TIMER_PTR_ARRAY(gt_timer, ARMCPU, NUM_GTIMERS),
            VMSTATE_STRUCT(env.pmu, ARMCPU, 1, vmstate_pmu, ARMPMUState),
            VMSTATE_TIMER_PTR(pmu_timer, ARMCPU),
            VMSTATE_UINT64(env.exclusive_addr, ARMCPU),
            VMSTATE_UINT64(env.exclusive_val, ARMCPU),
            VMSTATE_UINT64(env.exclusive_high, ARMCPU),
            VMSTATE_UINT32(env.event, ARMCPU),
            VMSTATE_UINT32(env.wfe_wakes, ARMCPU),
            VMSTATE_UINT64(env.event_at, ARMCPU),
            VMSTATE_TIMER_PTR(event_timer, ARMCPU),
            VMSTATE_UINT32(env.exception.syndrome, ARMCPU),
            VMSTATE_UINT32(env.exception.target_el, ARMCPU),
            VMSTATE_UINT64(env.exception.vaddress, ARMCPU),
            VMSTATE_UINT64(env.exception.ipa, ARMCPU),
            VMSTATE_BOOL(env.exception.cache_op, ARMCPU),
            VMSTATE_UINT32(env.stepped, ARMCPU),
            VMSTATE_UINT32(env.irq_line, ARMCPU),
            VMSTATE_BOOL(power_off, ARMCPU),
            VMSTATE_BOOL_V(on_pending, ARMCPU, 2),
            VMSTATE_UINT64_V(on_entry, ARMCPU, 2),
            VMSTATE_UINT64_V(on_context, ARMCPU, 2),
            VMSTATE_END_OF_LIST(),
        },
};
