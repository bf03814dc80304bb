/* SPDX-License-Identifier: MIT */
/* Arm CPUs as QOM types and devices: life cycle, reset, interrupt inputs, register dump. */
#include "qemu/osdep.h"

#include "exec/memory.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "target/arm/cpu-models.h"
#include "target/arm/internals.h"
#include "target/arm/pmu.h"
#include "target/arm/qarma.h"
#include "target/arm/sysregs.h"
#include "tcg/flags.h"

/* nTWE, nTWI, SA0 and SA are set on the modelled cores (A57 TRM 4.3.30). */
#define SCTLR_RESET_EL23 0x30c50830ull
/* RES1 bits without VHE: no traps (D19.2.32). */
#define CPTR_EL2_RESET   0x33ffull

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
    uint32_t request = qatomic_read(&cs->interrupt_request);

    if (!cpu->power_off && qatomic_read(&cpu->env.wfe_wakes)) {
        return arm_event_has_work(&cpu->env, request);
    }
    return !cpu->power_off && (request & ARM_WFI_WAKES) != 0;
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
    env->tcg.entry = 0;
    env->exclusive_addr = UINT64_MAX;
    env->exclusive_val = env->exclusive_high = 0;
    qatomic_set(&env->event, 0);
    qatomic_set(&env->wfe_wakes, 0);
    env->event_at = 0;
    env->stepped = 0;
}

static unsigned highest_el(const ARMCPU *cpu)
{
    return cpu->has_el3 ? 3 : cpu->has_el2 ? 2 : 1;
}

static void reset_env(ARMCPU *cpu)
{
    CPUARMState *env = &cpu->env;

    clear_state(env);
    env->pstate = PSTATE_ELh(highest_el(cpu)) | PSTATE_DAIF;
    env->pc = cpu->rvbar;
    env->sys.sctlr[1] = SCTLR_RESET;
    env->sys.sctlr[2] = env->sys.sctlr[3] = SCTLR_RESET_EL23;
    for (unsigned el = 1; el < 4 && cpu->cfgend; el++) {
        env->sys.sctlr[el] |= SCTLR_EE;
    }
    env->sys.hcr = HCR_RW;
    env->sys.scr = SCR_RW | 0x30;
    env->sys.cptr[2] = CPTR_EL2_RESET;
    env->sys.vpidr = env->midr;
    env->sys.oslock = 1;
    env->mpidr = (1ull << 31) | cpu->mp_affinity;
    env->sys.vmpidr = env->mpidr;
    vfp_set_fpcr(env, 0);
    vfp_set_fpsr(env, 0);
    arm_reset_sysregs(cpu);
    arm_debug_update(env);
    arm_pmu_reset(cpu);
    arm_timers_reset(cpu);
}

/* What an input's level asks for; the virtual ones are joined with bits of HCR_EL2. */
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
    arm_update_virtual_interrupts(cpu);
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
    cpu->on_pending = false;
    cs->halted = cs->start_powered_off;
    cs->exception_index = EXCP_NONE;
    request_by_lines(cpu);
    if (cs->tcg) {
        tlb_flush(cs);
        tlb_context_changed(cs);
    }
}

/* What firmware at EL3 would have set up for what runs below it. */
static void leave_el3(CPUARMState *env, bool has_el2)
{
    env->sys.scr |= SCR_NS | (has_el2 ? SCR_HCE : 0);
    env->sys.scr |= arm_has_pauth(env) ? SCR_API | SCR_APK : 0;
    env->sys.scr |= arm_has_hcx(env) ? SCR_HXEn : 0;
    env->sys.scr |= arm_has_accdata(env) ? SCR_ADEn | SCR_EnAS0 : 0;
    env->sys.cptr[3] = 0;
}

void arm_cpu_set_boot_state(ARMCPU *cpu, uint64_t entry, uint64_t x0, bool firmware)
{
    CPUARMState *env = &cpu->env;

    if (!firmware && cpu->has_el3) {
        leave_el3(env, cpu->has_el2);
        pstate_write(env, PSTATE_ELh(cpu->has_el2 ? 2 : 1) | PSTATE_DAIF);
    }
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
        arm_update_virtual_interrupts(cpu);
    } else if (level) {
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
    cpu->pmu_id = m->pmu_id;
    cpu->dtb_compatible = m->compatible;
    qdev_init_gpio_in(DEVICE(obj), arm_cpu_set_irq, ARM_CPU_NIRQS);
    qdev_init_gpio_out(DEVICE(obj), cpu->gt_timer_outputs, NUM_GTIMERS);
    qdev_init_gpio_out_named(DEVICE(obj), &cpu->pmu_interrupt, "pmu-interrupt", 1);
}

static void arm_cpu_finalizefn(Object *obj)
{
    ARMCPU *cpu = ARM_CPU(obj);

    arm_timers_finalize(cpu);
    arm_pmu_finalize(cpu);
    if (cpu->sysregs) {
        g_hash_table_destroy(cpu->sysregs);
    }
    g_clear_pointer(&cpu->gdb_sysregs, g_ptr_array_unref);
}

/* The ID registers tell which Exception levels there are. Virtualization host extensions need EL2.
 */
static void set_level_fields(ARMCPU *cpu)
{
    ARMISARegisters *id = &cpu->env.isar;

    id->id_aa64pfr0 = deposit64(id->id_aa64pfr0, ID_AA64PFR0_EL2, 4, cpu->has_el2);
    id->id_aa64pfr0 = deposit64(id->id_aa64pfr0, ID_AA64PFR0_EL3, 4, cpu->has_el3);
    if (!cpu->has_el2) {
        id->id_aa64mmfr1 = deposit64(id->id_aa64mmfr1, ID_AA64MMFR1_VH, 4, 0);
    }
}

/* The models have the fast algorithm; properties take it away, or replace it by QARMA5. */
static void set_pauth_fields(ARMCPU *cpu)
{
    uint64_t *id = &cpu->env.isar.id_aa64isar1;
    uint64_t api = isar_field(*id, ID_AA64ISAR1_API), gpi = isar_field(*id, ID_AA64ISAR1_GPI);

    if (!api || (cpu->pauth && cpu->pauth_impdef && !cpu->pauth_qarma5)) {
        return;
    }
    *id &= ~(UINT64_C(15) << ID_AA64ISAR1_API | UINT64_C(15) << ID_AA64ISAR1_GPI);
    if (cpu->pauth) { /* with FEAT_FPACCOMBINE: it is slow anyhow */
        *id |= UINT64_C(5) << ID_AA64ISAR1_APA | gpi << ID_AA64ISAR1_GPA;
    }
}

static void make_secure_space(ARMCPU *cpu)
{
    CPUState *cs = CPU(cpu);

    if (cpu->has_el3 && cpu->secure_memory) {
        cs->as_secure = g_new0(AddressSpace, 1);
        address_space_init(cs->as_secure, cpu->secure_memory, "cpu-secure-memory");
    }
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
    cpu->env.midr = cpu->midr_override ? cpu->midr_override : cpu->env.midr;
    set_level_fields(cpu);
    set_pauth_fields(cpu);
    if (!cpu->has_pmu) {
        cpu->env.isar.id_aa64dfr0 = deposit64(cpu->env.isar.id_aa64dfr0, ID_AA64DFR0_PMUVER, 4, 0);
    }
    arm_pmu_realize(cpu);
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
    make_secure_space(cpu);
    arm_register_gdb_regs(cpu);
    acc->parent_realize(dev, errp);
}

/* Permissions do not bind the monitor and the debugger: a page that is mapped is found. */
static uint64_t arm_cpu_get_phys_page_debug(CPUState *cs, uint64_t addr)
{
    ARMWalkMode mode = arm_walk_mode(cpu_env(cs), false);
    ARMFault fault = { .type = FAULT_NONE };
    ARMWalk walk;

    mode.user = mode.pan = false;
    mode.debug = true;
    if (!arm_walk(cpu_env(cs), addr, ARM_READ, &mode, &walk, &fault) &&
        fault.type != FAULT_PERMISSION) {
        return UINT64_MAX;
    }
    return walk.phys;
}

static const Property arm_cpu_properties[] = {
    DEFINE_PROP_UINT64("rvbar", ARMCPU, rvbar, 0),
    DEFINE_PROP_UINT64("midr", ARMCPU, midr_override, 0),
    DEFINE_PROP_BOOL("cfgend", ARMCPU, cfgend, false),
    DEFINE_PROP_UINT64("reset-cbar", ARMCPU, cbar, 0),
    DEFINE_PROP_UINT64("cntfrq", ARMCPU, cntfrq, GTIMER_FREQ),
    DEFINE_PROP_UINT64("mp-affinity", ARMCPU, mp_affinity, 0),
    DEFINE_PROP_UINT32("psci-conduit", ARMCPU, psci_conduit, QEMU_PSCI_CONDUIT_DISABLED),
    DEFINE_PROP_BOOL("has_el2", ARMCPU, has_el2, false),
    DEFINE_PROP_BOOL("has_el3", ARMCPU, has_el3, false),
    DEFINE_PROP_BOOL("pmu", ARMCPU, has_pmu, true),
    DEFINE_PROP_LINK("secure-memory", ARMCPU, secure_memory, TYPE_MEMORY_REGION, MemoryRegion *),
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
    arm_add_cpu_properties(oc);
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

/* Of models that have pointer authentication. */
static const Property arm_pauth_properties[] = {
    DEFINE_PROP_BOOL("pauth", ARMCPU, pauth, true),
    DEFINE_PROP_BOOL("pauth-impdef", ARMCPU, pauth_impdef, true),
    DEFINE_PROP_BOOL("pauth-qarma5", ARMCPU, pauth_qarma5, false),
};

static void arm_model_class_init(ObjectClass *oc, const void *data)
{
    const ARMCPUModel *model = data;

    ARM_CPU_CLASS(oc)->model = model;
    if (!strcmp(model->name, "max")) {
        arm_add_max_properties(oc);
    }
    if (isar_field(model->isar.id_aa64isar1, ID_AA64ISAR1_API)) {
        device_class_set_props(DEVICE_CLASS(oc), arm_pauth_properties);
    }
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
    arm_qarma_init();
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
