/* SPDX-License-Identifier: MIT */
/* The accelerator's object, its options, and the vCPU threads. */
#include "qemu/osdep.h"
#include "internal.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/accel.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"
#include "qemu/stall-watch.h"
#include "system/address-spaces.h"
#include "system/cpus.h"
#include "system/ram_addr.h"
#include "system/runstate.h"
#include <sched.h>

TCGGlobalState tcg_state = { .tb_size_mib = 32, .max_insns = 64, .hot = 1000 };

void tcg_kick(CPUState *cs)
{
    if (tcg_cpu(cs)) {
        tcg_request_exit(tcg_cpu(cs));
    }
    if (tcg_state.single) {
        tcg_rr_kick(cs);
    }
}

void cpu_yield_turn(CPUState *cs)
{
    if (!first_cpu || !CPU_NEXT(first_cpu)) {
        return;
    }
    if (tcg_state.icount) {
        tcg_icount_yield();
    } else if (tcg_state.single) {
        cpu_exit(cs);
    } else {
        sched_yield();
    }
}

static void tcg_handle_interrupt(CPUState *cs, int mask)
{
    if (tcg_state.icount && qemu_in_vcpu_thread()) {
        tcg_icount_expire();
    }
    if (qemu_cpu_is_self(cs)) {
        tcg_kick(cs);
    } else {
        qemu_cpu_kick(cs);
    }
}

/* For the stall watch: the vCPU was asked to leave guest code, and has not been in the loop since.
 */
static uint64_t asked_to_leave(void *opaque)
{
    TCGCpu *t = opaque;
    uint64_t steps = 1;

    if (!qatomic_read(&t->cs->exit_request) || qatomic_read(&t->epoch) == EPOCH_NONE) {
        return 0;
    }
    for (int i = 0; i < TCG_N_EXITS; i++) {
        steps += qatomic_read(&t->stats.exits[i]);
    }
    return steps;
}

void tcg_cpu_init(CPUState *cs)
{
    CPUClass *cc = CPU_GET_CLASS(cs);
    TCGCpu *t = g_new0(TCGCpu, 1);

    assert(tcg_state.ops == cc->tcg_ops);
    t->cs = cs;
    t->ops = cc->tcg_ops;
    t->env = (TCGEnv *)cs->env_ptr;
    t->env->cpu = cs;
    t->cold = (TCGEnvCold *)((uint8_t *)cs->env_ptr + t->ops->cold_offset);
    if (!t->cold->mxcsr_guest) {
        t->cold->mxcsr_guest = 0x1f80;
    }
    tcg_context_init(t);
    t->epoch = EPOCH_NONE;
    t->tlb_quiet = true;
    cs->tcg = t;
    g_autofree char *what =
        g_strdup_printf("vCPU %d has not left guest code as asked", cs->cpu_index);
    stall_watch_add(what, asked_to_leave, t);
    stall_watch_start(STALL_MS);
}

static void flush_work(CPUState *cs, run_on_cpu_data data)
{
    tlb_flush(cs);
}

/*
 * Another vCPU may be filling an entry from the old view, so it flushes when it is between blocks.
 * The vCPU that caused the change sees it at once.
 */
static void tcg_commit(MemoryListener *listener)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        if (cs == current_cpu) {
            tlb_flush(cs);
        } else if (cs->created) {
            async_run_on_cpu(cs, flush_work, RUN_ON_CPU_NULL);
        }
    }
}

static MemoryListener tcg_listener = { .commit = tcg_commit,
                                       .name = "tcg",
                                       .priority = MEMORY_LISTENER_PRIORITY_ACCEL };

/* The code cache is made when the first CPU tells which target it is for. */
static bool tcg_start(const TCGTargetOps *ops, Error **errp)
{
    if (tcg_state.ops) {
        return true;
    }
    tcg_state.ops = ops;
    tcg_state.host = tcg_host();
    char *why = NULL;
    if (!tcg_state.interp && !tcg_state.host->probe(&why)) {
        warn_report("%s: guest code is interpreted, slowly", why);
        tcg_state.interp = true;
        g_free(why);
    }
    tb_table_init();
    if (!tcg_options_start(errp)) {
        return false;
    }
    if (!tcg_cache_init(tcg_state.tb_size_mib, errp)) {
        return false;
    }
    physical_memory_set_code_write_hook(tb_code_write_hook);
    memory_listener_register(&tcg_listener, &address_space_memory);
    return true;
}

static void leave_code(void *opaque)
{
    cpu_exit(opaque);
}

static void *vcpu_thread(void *arg)
{
    CPUState *cs = arg;

    rcu_register_thread();
    rcu_set_force_quiescent(leave_code, cs);
    bql_lock();
    current_cpu = cs;
    cpu_thread_signal_created(cs);
    do {
        if (cpu_can_run(cs)) {
            bql_unlock();
            rcu_read_lock(); /* soft TLB entries are host pointers */
            int r = tcg_cpu_exec(cs);
            rcu_read_unlock();
            if (tcg_cpu(cs)->wait_epoch) {
                tcg_wait_epoch(tcg_cpu(cs)->wait_epoch);
                tcg_cpu(cs)->wait_epoch = 0;
            }
            bql_lock();
            if (r == EXCP_DEBUG) {
                cpu_handle_guest_debug(cs);
            }
        }
        qemu_wait_io_event(cs);
    } while (!cs->unplug || cpu_can_run(cs));
    cpu_thread_signal_destroyed(cs);
    bql_unlock();
    rcu_unregister_thread();
    return NULL;
}

void tcg_create_vcpu_thread(CPUState *cs)
{
    CPUClass *cc = CPU_GET_CLASS(cs);

    if (!cc->tcg_ops) {
        error_report("this CPU model can not be run by the tcg accelerator");
        exit(1);
    }
    tcg_start(cc->tcg_ops, &error_fatal);
    tcg_cpu_init(cs);
    if (tcg_state.single) {
        tcg_rr_create_vcpu(cs);
        return;
    }
    char name[16];
    snprintf(name, sizeof(name), "CPU %d/TCG", cs->cpu_index);
    qemu_thread_create(cs->thread, name, vcpu_thread, cs, QEMU_THREAD_JOINABLE);
}

/* ---- the accelerator object ---- */

#define TYPE_TCG_STATE ACCEL_CLASS_NAME("tcg")
OBJECT_DECLARE_SIMPLE_TYPE(TCGState, TCG_STATE)

struct TCGState {
    AccelState parent_obj;
};

static void get_tb_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint32_t value = tcg_state.tb_size_mib;

    visit_type_uint32(v, name, &value, errp);
}

static void set_tb_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint32_t value;

    if (!visit_type_uint32(v, name, &value, errp)) {
        return;
    }
    if (value > 2047) {
        error_setg(errp, "tb-size=%u: the code cache can have 1 to 2047 MiB", value);
        return;
    }
    tcg_state.tb_size_mib = value ? value : 32;
}

static void get_tb_insns(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint32_t value = tcg_state.max_insns;

    visit_type_uint32(v, name, &value, errp);
}

static void set_tb_insns(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint32_t value;

    if (!visit_type_uint32(v, name, &value, errp)) {
        return;
    }
    if (value < 1 || value > 512) {
        error_setg(errp, "tb-insns=%u: a block can have 1 to 512 guest instructions", value);
        return;
    }
    tcg_state.max_insns = value;
}

static bool get_interp(Object *obj, Error **errp)
{
    return tcg_state.interp;
}

static void set_interp(Object *obj, bool value, Error **errp)
{
    tcg_state.interp = value;
}

static bool get_barriers(Object *obj, Error **errp)
{
    return !tcg_state.no_barriers;
}

static void set_barriers(Object *obj, bool value, Error **errp)
{
    tcg_state.no_barriers = !value;
}

static bool get_count(Object *obj, Error **errp)
{
    return tcg_state.count;
}

static void set_count(Object *obj, bool value, Error **errp)
{
    tcg_state.count = value;
}

static void get_thread(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    char *value = (char *)(tcg_state.single ? "single" : "multi");

    visit_type_str(v, name, &value, errp);
}

static void set_thread(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    g_autofree char *value = NULL;

    if (!visit_type_str(v, name, &value, errp)) {
        return;
    }
    if (strcmp(value, "multi") && strcmp(value, "single")) {
        error_setg(errp, "thread=%s: must be single or multi", value);
        return;
    }
    tcg_state.single = !strcmp(value, "single");
    tcg_state.multi_asked = !tcg_state.single;
}

/* The environment's size of the code cache; the option tb-size has precedence. */
static void tcg_state_init(Object *obj)
{
    const char *env = getenv("TB_JIT_CACHE_SIZE");
    uint64_t mib;

    if (env && (qemu_strtou64(env, NULL, 10, &mib) < 0 || mib < 1 || mib > 2047)) {
        warn_report("TB_JIT_CACHE_SIZE=%s: must be 1 to 2047 (MiB); using %u", env,
                    tcg_state.tb_size_mib);
    } else if (env) {
        tcg_state.tb_size_mib = mib;
    }
}

static bool tcg_init_machine(AccelState *accel, MachineState *machine, Error **errp)
{
    qemu_mutex_init(&tcg_state.tb_lock);
    tcg_icount_init();
    return true;
}

static void tcg_class_init(ObjectClass *oc, const void *data)
{
    AccelClass *ac = ACCEL_CLASS(oc);

    ac->name = "tcg";
    ac->init_machine = tcg_init_machine;
    ac->create_vcpu_thread = tcg_create_vcpu_thread;
    ac->kick_vcpu_thread = tcg_kick;
    ac->info_jit = tcg_info_jit;
    ac->info_replay_hash = tcg_info_replay_hash;
    ac->handle_interrupt = tcg_handle_interrupt;
    object_class_property_add(oc, "tb-size", "int", get_tb_size, set_tb_size, NULL, NULL);
    object_class_property_set_description(oc, "tb-size", "size of the code cache in MiB");
    object_class_property_add(oc, "tb-insns", "int", get_tb_insns, set_tb_insns, NULL, NULL);
    object_class_property_set_description(oc, "tb-insns", "guest instructions in a block at most");
    object_class_property_add_bool(oc, "interp", get_interp, set_interp);
    object_class_property_set_description(oc, "interp", "interpret the IR, for testing");
    object_class_property_add_bool(oc, "count", get_count, set_count);
    object_class_property_set_description(oc, "count", "count executed blocks, for info jit");
    object_class_property_add_bool(oc, "barriers", get_barriers, set_barriers);
    object_class_property_set_description(
        oc, "barriers", "off: translate no memory barriers, to see what breaks (debugging)");
    object_class_property_add(oc, "thread", "string", get_thread, set_thread, NULL, NULL);
    object_class_property_set_description(oc, "thread", "multi or single");
    tcg_options_register(oc);
}

static const TypeInfo tcg_types[] = {
    {
        .name = TYPE_TCG_STATE,
        .parent = TYPE_ACCEL,
        .instance_size = sizeof(TCGState),
        .instance_init = tcg_state_init,
        .class_init = tcg_class_init,
    },
};
DEFINE_TYPES(tcg_types)
