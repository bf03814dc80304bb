/* SPDX-License-Identifier: MIT */
/*
 * Which interrupts are taken, and where to (D1.3.6).
 *
 * A physical interrupt goes to EL3 where SCR_EL3 routes it there, else to EL2 where HCR_EL2 does,
 * else to EL1. It is not taken at a level above that; taken at a level below it whatever PSTATE
 * says; and masked by PSTATE at the level itself. An EL0 under a host at EL2 counts as EL2 there.
 * Virtual interrupts go to EL1 from EL1 and EL0 while their physical kind is routed to EL2.
 */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "target/arm/internals.h"
#include "target/arm/syndrome.h"

/* One kind of interrupt: its request and mask bits, and the bits that route it. */
typedef struct Kind {
    uint32_t request, virtual_request;
    uint32_t pstate;
    uint64_t scr, hcr;
    int excp;
} Kind;

/* By priority. */
static const Kind kinds[] = {
    { CPU_INTERRUPT_SERROR, CPU_INTERRUPT_VSERR, PSTATE_A, SCR_EA, HCR_AMO, EXCP_SERROR },
    { CPU_INTERRUPT_FIQ, CPU_INTERRUPT_VFIQ, PSTATE_F, SCR_FIQ, HCR_FMO, EXCP_FIQ },
    { CPU_INTERRUPT_HARD, CPU_INTERRUPT_VIRQ, PSTATE_I, SCR_IRQ, HCR_IMO, EXCP_IRQ },
};

static unsigned target_of(const CPUARMState *env, const Kind *k)
{
    if (arm_has_el(env, 3) && (env->sys.scr & k->scr)) {
        return 3;
    }
    return arm_hcr(env) & (k->hcr | HCR_TGE) ? 2 : 1;
}

unsigned arm_interrupt_target(const CPUARMState *env, uint32_t request)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (kinds[i].request & request) {
            return target_of(env, &kinds[i]);
        }
    }
    return 1;
}

static bool physical_taken(const CPUARMState *env, const Kind *k)
{
    unsigned el = arm_current_el(env), target = target_of(env, k);
    bool masked = env->pstate & k->pstate;

    if (target < el) {
        return false;
    }
    /* EL1 masks for EL0 too, and so does a host at EL2. */
    if (target == el || target == 1 || (target == 2 && arm_in_host(env))) {
        return !masked;
    }
    return true;
}

static bool virtual_taken(const CPUARMState *env, const Kind *k)
{
    uint64_t hcr = arm_hcr(env);

    return arm_current_el(env) < 2 && (hcr & k->hcr) && !(hcr & HCR_TGE) &&
           !(env->pstate & k->pstate);
}

uint32_t arm_interrupts_unmasked(const CPUARMState *env, uint32_t request)
{
    uint32_t taken = 0;

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        const Kind *k = &kinds[i];

        if ((request & k->request) && physical_taken(env, k)) {
            taken |= k->request;
        }
        if ((request & k->virtual_request) && virtual_taken(env, k)) {
            taken |= k->virtual_request;
        }
    }
    return taken;
}

void arm_daif_changed(CPUARMState *env)
{
    if (arm_interrupts_unmasked(env, qatomic_read(&env_cpu(env)->interrupt_request))) {
        cpu_look_for_interrupts(env_cpu(env));
    }
}

static void set_request(CPUState *cs, uint32_t request, bool level)
{
    if (level) {
        cpu_interrupt(cs, request);
    } else {
        cpu_reset_interrupt(cs, request);
    }
}

void arm_update_virtual_interrupts(ARMCPU *cpu)
{
    CPUARMState *env = &cpu->env;
    uint64_t hcr = arm_hcr(env);

    set_request(CPU(cpu), CPU_INTERRUPT_VIRQ,
                (hcr & HCR_VI) || (env->irq_line >> ARM_CPU_VIRQ & 1));
    set_request(CPU(cpu), CPU_INTERRUPT_VFIQ,
                (hcr & HCR_VF) || (env->irq_line >> ARM_CPU_VFIQ & 1));
    set_request(CPU(cpu), CPU_INTERRUPT_VSERR, hcr & HCR_VSE);
}

/* SErrors are edges: taking one is the end of it. */
static void acknowledge(CPUState *cs, uint32_t request)
{
    if (request == CPU_INTERRUPT_VSERR) {
        cpu_env(cs)->sys.hcr &= ~HCR_VSE;
    }
    if (request & (CPU_INTERRUPT_SERROR | CPU_INTERRUPT_VSERR)) {
        cpu_reset_interrupt(cs, request);
    }
}

/* With FEAT_RAS the hypervisor says what a virtual SError is. */
static uint32_t virtual_syndrome(const CPUARMState *env)
{
    return isar_field(env->isar.id_aa64pfr0, ID_AA64PFR0_RAS) ? env->sys.vsesr & 0x01ffffff : 0;
}

bool arm_cpu_exec_interrupt(CPUState *cs, int request)
{
    CPUARMState *env = cpu_env(cs);
    uint32_t taken = arm_interrupts_unmasked(env, request);

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        const Kind *k = &kinds[i];
        bool physical = taken & k->request;

        if (physical || (taken & k->virtual_request)) {
            acknowledge(cs, physical ? k->request : k->virtual_request);
            cs->exception_index = k->excp;
            env->exception.syndrome = syn_make(EC_SERROR, physical ? 0 : virtual_syndrome(env));
            env->exception.target_el = physical ? target_of(env, k) : 1;
            env->exception.ipa = UINT64_MAX;
            arm_do_interrupt(cs);
            return true;
        }
    }
    return false;
}
