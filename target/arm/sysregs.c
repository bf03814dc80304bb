/* SPDX-License-Identifier: MIT */
/* System registers: the set that a CPU has, and reset. See sysregs.h. */
#include "qemu/osdep.h"

#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

const ARMSysRegTable *const arm_sysreg_tables[] = {
    &arm_id_table,    &arm_control_table, &arm_mmu_table,   &arm_debug_table,
    &arm_cache_table, &arm_tlb_table,     &arm_timer_table, &arm_impdef_table,
    &arm_el2_table,   &arm_ras_table,     &arm_pmu_table,   NULL,
};

/* Registers of EL2 are there for EL3 without EL2, mostly to read as zero. */
static bool is_level_there(const ARMCPU *cpu, uint16_t enc)
{
    unsigned el = arm_sysreg_min_el(enc);

    return arm_has_el(&cpu->env, el) || (el == 2 && cpu->has_el3 && SYSREG_OP0(enc) == 3);
}

void arm_define_sysregs(ARMCPU *cpu, const ARMSysReg *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const ARMSysReg *r = &rows[i];

        if ((r->present && !r->present(cpu)) || !is_level_there(cpu, r->enc)) {
            continue;
        }
        if (!g_hash_table_insert(cpu->sysregs, GUINT_TO_POINTER(r->enc), (gpointer)r)) {
            g_error("system register %s is defined twice", r->name);
        }
    }
}

const ARMSysReg *arm_find_sysreg(const ARMCPU *cpu, uint16_t enc)
{
    return g_hash_table_lookup(cpu->sysregs, GUINT_TO_POINTER(enc));
}

void arm_cpu_attach_gicv3(ARMCPU *cpu, void *gicv3, void (*reset)(void *gicv3),
                          void (*world_changed)(void *gicv3), const ARMSysReg *rows, size_t n)
{
    assert(!cpu->gicv3);
    cpu->gicv3 = gicv3;
    cpu->gicv3_reset = reset;
    cpu->gicv3_world_changed = cpu->has_el3 ? world_changed : NULL;
    cpu->env.isar.id_aa64pfr0 |= 1ull << ID_AA64PFR0_GIC;
    arm_define_sysregs(cpu, rows, n);
}

void arm_init_sysregs(ARMCPU *cpu)
{
    cpu->sysregs = g_hash_table_new(NULL, NULL);
    for (const ARMSysRegTable *const *t = arm_sysreg_tables; *t; t++) {
        arm_define_sysregs(cpu, (*t)->rows, (*t)->n);
    }
}

static void reset_one(gpointer key, gpointer value, gpointer opaque)
{
    const ARMSysReg *r = value;
    CPUARMState *env = opaque;

    if (r->offset && r->reset) {
        *(uint64_t *)((char *)env + r->offset) = r->reset;
    }
}

void arm_reset_sysregs(ARMCPU *cpu)
{
    g_hash_table_foreach(cpu->sysregs, reset_one, &cpu->env);
}
