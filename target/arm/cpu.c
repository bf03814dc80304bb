/* SPDX-License-Identifier: MIT */
/* Arm CPUs as QOM types and devices: life cycle, reset, interrupt inputs, register dump. */
#include "qemu/osdep.h"

#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "target/arm/cpu-models.h"
#include "target/arm/internals.h"
#include "target/arm/sysregs.h"
#include "tcg/flags.h"

/* nTWE, nTWI, SA0 and SA are set on the modelled cores (A57 TRM 4.3.30). */
#define SCTLR_RESET (SCTLR_RES1 | SCTLR_nTWE | SCTLR_nTWI | SCTLR_SA0 | SCTLR_SA | 0x20)

const char *arm_cpu_dtb_compatible(const ARMCPU *cpu)
{
    return cpu->dtb_compatible;
}

static ObjectClass *arm_cpu_class_by_name(const char *cpu_model)
{
    g_autofree char *name = g_strconcat(cpu_model, ARM_CPU_TYPE_SUFFIX, NULL);

    return object_class_by_name(name);
}

static bool arm_cpu_has_work(CPUState *cs)
{
    ARMCPU *cpu = ARM_CPU(cs);

    return !cpu->power_off && (qatomic_read(&cs->interrupt_request) &
                               (CPU_INTERRUPT_HARD | CPU_INTERRUPT_FIQ | CPU_INTERRUPT_SERROR |
                                CPU_INTERRUPT_EXITTB)) != 0;
}

static void arm_cpu_set_pc(CPUState *cs, uint64_t pc)
{
    cpu_env(cs)->pc = pc;
}

static uint64_t arm_cpu_get_pc(CPUState *cs)
{
    return cpu_env(cs)->pc;
}

static void dump_vectors(const CPUARMState *env, GString *out)
{
    for (int i = 0; i < 32; i++) {
        g_string_append_printf(out, "Q%02d=%016" PRIx64 ":%016" PRIx64 "%c", i, env->vregs[i].d[1],
                               env->vregs[i].d[0], i % 2 ? '\n' : ' ');
    }
}

static void arm_cpu_dump_state(CPUState *cs, GString *out, int flags)
{
    CPUARMState *env = cpu_env(cs);
    uint64_t psr = pstate_read(env);

    g_string_append_printf(out, " PC=%016" PRIx64 " ", env->pc);
    for (int i = 0; i < 32; i++) {
        if (i == 31) {
            g_string_append_printf(out, " SP=%016" PRIx64 "\n", env->xregs[i]);
        } else {
            g_string_append_printf(out, "X%02d=%016" PRIx64 "%c", i, env->xregs[i],
                                   i % 3 == 1 ? '\n' : ' ');
        }
    }
    g_string_append_printf(out, "PSTATE=%08" PRIx64 " %c%c%c%c EL%u%c\n", psr,
                           psr >> 31 & 1 ? 'N' : '-', psr >> 30 & 1 ? 'Z' : '-',
                           psr >> 29 & 1 ? 'C' : '-', psr >> 28 & 1 ? 'V' : '-',
                           arm_current_el(env), psr & PSTATE_SP ? 'h' : 't');
    g_string_append_printf(out, "FPCR=%08" PRIx32 " FPSR=%08" PRIx32 "\n", vfp_get_fpcr(env),
                           vfp_get_fpsr(env));
    dump_vectors(env, out);
}

/* ---- reset ---- */

/* What TCG keeps in env (limits, stacks, host state) is not the guest's: it stays. */
static void clear_state(CPUARMState *env)
{
    memset(env->xregs, 0, sizeof(env->xregs));
    memset(env->vregs, 0, sizeof(env->vregs));
    memset(&env->sys, 0, sizeof(env->sys));
    memset(&env->exception, 0, sizeof(env->exception));
    env->tcg.flag_kind = FLAGS_NZCV;
    env->tcg.flag_a = env->tcg.flag_b = 0;
    env->exclusive_addr = UINT64_MAX;
    env->exclusive_val = env->exclusive_high = 0;
}

static void reset_env(ARMCPU *cpu)
{
    CPUARMState *env = &cpu->env;

    clear_state(env);
    env->pstate = PSTATE_EL1h | PSTATE_DAIF;
    env->pc = cpu->rvbar;
    env->sys.sctlr = SCTLR_RESET;
    env->sys.oslock = 1;
    env->mpidr = (1ull << 31) | cpu->mp_affinity;
    vfp_set_fpcr(env, 0);
    vfp_set_fpsr(env, 0);
    arm_reset_sysregs(cpu);
    arm_timers_reset(cpu);
}

/* What an input's level asks for; virtual interrupts need EL2: their lines do nothing yet. */
static const int line_request[ARM_CPU_NIRQS] = {
    [ARM_CPU_IRQ] = CPU_INTERRUPT_HARD,
    [ARM_CPU_FIQ] = CPU_INTERRUPT_FIQ,
};

/* Requests are cleared with the CPU's state; but who drives a line high goes on doing so. */
static void request_by_lines(ARMCPU *cpu)
{
    for (int line = 0; line < ARM_CPU_NIRQS; line++) {
        if (line_request[line] && cpu->env.irq_line >> line & 1) {
            cpu_interrupt(CPU(cpu), line_request[line]);
        }
    }
}

static void arm_cpu_reset_hold(Object *obj, ResetType type)
{
    ARMCPUClass *acc = ARM_CPU_GET_CLASS(obj);
    ARMCPU *cpu = ARM_CPU(obj);
    CPUState *cs = CPU(obj);

    if (acc->parent_phases.hold) {
        acc->parent_phases.hold(obj, type);
    }
    reset_env(cpu);
    if (cpu->gicv3) {
        cpu->gicv3_reset(cpu->gicv3);
    }
    cpu->power_off = cs->start_powered_off;
    cs->halted = cs->start_powered_off;
    cs->exception_index = EXCP_NONE;
    request_by_lines(cpu);
    if (cs->tcg) {
        tlb_flush(cs);
        tlb_context_changed(cs);
    }
}

void arm_cpu_set_boot_state(ARMCPU *cpu, uint64_t entry, uint64_t x0)
{
    CPUARMState *env = &cpu->env;

    env->xregs[0] = x0;
    env->pc = entry;
}

/* ---- interrupt inputs ---- */

static void arm_cpu_set_irq(void *opaque, int line, int level)
{
    ARMCPU *cpu = opaque;
    CPUState *cs = CPU(cpu);

    cpu->env.irq_line = deposit32(cpu->env.irq_line, line, 1, level != 0);
    if (!line_request[line]) {
        return;
    }
    if (level) {
        cpu_interrupt(cs, line_request[line]);
    } else {
        cpu_reset_interrupt(cs, line_request[line]);
    }
}

/* ---- life cycle ---- */

static void arm_cpu_initfn(Object *obj)
{
    ARMCPU *cpu = ARM_CPU(obj);
    const ARMCPUModel *m = ARM_CPU_GET_CLASS(obj)->model;
    CPUARMState *env = &cpu->env;

    CPU(obj)->env_ptr = env;
    env->tcg.cpu = CPU(obj);
    env->midr = m->midr;
    env->ctr = m->ctr;
    env->clidr = m->clidr;
    env->dczid = m->dczid;
    env->ccsidr[0] = m->ccsidr[0];
    env->ccsidr[1] = m->ccsidr[1];
    env->ccsidr[2] = m->ccsidr[2];
    env->isar = m->isar;
    cpu->dtb_compatible = m->compatible;
    qdev_init_gpio_in(DEVICE(obj), arm_cpu_set_irq, ARM_CPU_NIRQS);
    qdev_init_gpio_out(DEVICE(obj), cpu->gt_timer_outputs, NUM_GTIMERS);
}

static void arm_cpu_finalizefn(Object *obj)
{
    ARMCPU *cpu = ARM_CPU(obj);

    arm_timers_finalize(cpu);
    if (cpu->sysregs) {
        g_hash_table_destroy(cpu->sysregs);
    }
    g_clear_pointer(&cpu->gdb_sysregs, g_ptr_array_unref);
}

static void arm_cpu_realizefn(DeviceState *dev, Error **errp)
{
    ARMCPU *cpu = ARM_CPU(dev);
    ARMCPUClass *acc = ARM_CPU_GET_CLASS(dev);

    if (cpu->psci_conduit > QEMU_PSCI_CONDUIT_HVC) {
        error_setg(errp, "psci-conduit is %" PRIu32 "; it can be 0 (none), 1 (SMC) or 2 (HVC)",
                   cpu->psci_conduit);
        return;
    }
    arm_init_sysregs(cpu);
    if (!arm_timers_realize(cpu, errp)) {
        return;
    }
    reset_env(cpu);
    cpu->power_off = CPU(dev)->start_powered_off;
    CPU(dev)->halted = cpu->power_off;
    if (!cpu_exec_realizefn(CPU(dev), errp)) {
        return;
    }
    arm_register_gdb_regs(cpu);
    acc->parent_realize(dev, errp);
}

/* Permissions do not bind the monitor and the debugger: a page that is mapped is found. */
static uint64_t arm_cpu_get_phys_page_debug(CPUState *cs, uint64_t addr)
{
    ARMWalk walk;
    ARMFault fault = { FAULT_NONE };

    if (!arm_walk(cpu_env(cs), addr, ARM_READ, false, false, &walk, &fault) &&
        fault.type != FAULT_PERMISSION) {
        return UINT64_MAX;
    }
    return walk.phys;
}

static const Property arm_cpu_properties[] = {
    DEFINE_PROP_UINT64("rvbar", ARMCPU, rvbar, 0),
    DEFINE_PROP_UINT64("mp-affinity", ARMCPU, mp_affinity, 0),
    DEFINE_PROP_UINT32("psci-conduit", ARMCPU, psci_conduit, QEMU_PSCI_CONDUIT_DISABLED),
};

static void arm_cpu_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    CPUClass *cc = CPU_CLASS(oc);
    ARMCPUClass *acc = ARM_CPU_CLASS(oc);

    acc->parent_realize = dc->realize;
    dc->realize = arm_cpu_realizefn;
    dc->desc = "Arm processor";
    dc->vmsd = &vmstate_arm_cpu;
    device_class_set_props(dc, arm_cpu_properties);
    resettable_class_set_parent_phases(RESETTABLE_CLASS(oc), NULL, arm_cpu_reset_hold, NULL,
                                       &acc->parent_phases);
    cc->class_by_name = arm_cpu_class_by_name;
    cc->has_work = arm_cpu_has_work;
    cc->set_pc = arm_cpu_set_pc;
    cc->get_pc = arm_cpu_get_pc;
    cc->dump_state = arm_cpu_dump_state;
    cc->get_phys_page_debug = arm_cpu_get_phys_page_debug;
    cc->gdb_arch_name = "aarch64";
    cc->tcg_ops = &arm_tcg_ops;
    cc->env_offset = offsetof(ARMCPU, env);
}

static void arm_model_class_init(ObjectClass *oc, const void *data)
{
    ARM_CPU_CLASS(oc)->model = data;
}

static const TypeInfo arm_cpu_type = {
    .name = TYPE_ARM_CPU,
    .parent = TYPE_CPU,
    .instance_size = sizeof(ARMCPU),
    .instance_align = __alignof__(ARMCPU),
    .instance_finalize = arm_cpu_finalizefn,
    .abstract = true,
    .class_size = sizeof(ARMCPUClass),
    .class_init = arm_cpu_class_init,
};

static void arm_cpu_register_types(void)
{
    type_register_static(&arm_cpu_type);
    for (size_t i = 0; i < arm_n_cpu_models; i++) {
        g_autofree char *name = g_strconcat(arm_cpu_models[i].name, ARM_CPU_TYPE_SUFFIX, NULL);
        TypeInfo info = {
            .name = name,
            .parent = TYPE_ARM_CPU,
            .instance_init = arm_cpu_initfn,
            .class_init = arm_model_class_init,
            .class_data = &arm_cpu_models[i],
        };

        type_register(&info);
    }
}

type_init(arm_cpu_register_types)
