/* SPDX-License-Identifier: MIT */
/* The abstract CPU device: what all CPU models share. Threads are in system/cpus.c. */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "exec/gdbstub.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/module.h"
#include "system/address-spaces.h"
#include "system/cpus.h"

ObjectClass *cpu_class_by_name(const char *typename, const char *cpu_model)
{
    ObjectClass *oc = object_class_by_name(typename);
    CPUClass *cc = oc ? CPU_CLASS(oc) : NULL;

    if (!cc || !cc->class_by_name) {
        return NULL;
    }
    oc = cc->class_by_name(cpu_model);
    return oc && !object_class_is_abstract(oc) ? oc : NULL;
}

void cpu_reset(CPUState *cs)
{
    device_cold_reset(DEVICE(cs));
}

bool cpu_has_work(CPUState *cs)
{
    return CPU_GET_CLASS(cs)->has_work(cs);
}

void cpu_set_pc(CPUState *cs, uint64_t pc)
{
    CPU_GET_CLASS(cs)->set_pc(cs, pc);
}

void cpu_exit(CPUState *cs)
{
    qatomic_set(&cs->exit_request, true);
    if (cs->env_ptr) {
        qatomic_set(&((TCGEnv *)cs->env_ptr)->limit, UINT64_MAX);
    }
}

bool cpu_exec_realizefn(CPUState *cs, Error **errp)
{
    if (cs->memory) {
        cs->as = g_new0(AddressSpace, 1);
        address_space_init(cs->as, cs->memory, "cpu-memory");
    } else {
        cs->as = &address_space_memory;
    }
    cpu_list_add(cs);
    return true;
}

void cpu_exec_unrealizefn(CPUState *cs)
{
    cpu_list_remove(cs);
}

/* Requests of the emulator itself are not the guest's state; the levels of its lines are. */
static int cpu_common_post_load(void *opaque, int version_id)
{
    CPUState *cs = opaque;

    cs->interrupt_request &= CPU_INTERRUPT_HARD | CPU_INTERRUPT_FIQ | CPU_INTERRUPT_VIRQ |
                             CPU_INTERRUPT_VFIQ | CPU_INTERRUPT_SERROR | CPU_INTERRUPT_VSERR;
    cs->halted = cs->halted != 0;
    return 0;
}

const VMStateDescription vmstate_cpu_common = {
    .name = "cpu_common",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = cpu_common_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(halted, CPUState),
            VMSTATE_UINT32(interrupt_request, CPUState),
            VMSTATE_INT32(exception_index, CPUState),
            VMSTATE_BOOL(crash_occurred, CPUState),
            VMSTATE_END_OF_LIST(),
        },
};

static void cpu_reset_hold(Object *obj, ResetType type)
{
    CPUState *cs = CPU(obj);

    cs->interrupt_request = 0;
    cs->halted = cs->start_powered_off;
    cs->exception_index = EXCP_NONE;
    cs->crash_occurred = false;
}

static void cpu_realize(DeviceState *dev, Error **errp)
{
    CPUState *cs = CPU(dev);

    qemu_init_vcpu(cs);
}

static void cpu_instance_init(Object *obj)
{
    CPUState *cs = CPU(obj);

    cs->cpu_index = -1;
    cs->nr_threads = 1;
    cs->exception_index = EXCP_NONE;
    cs->env_ptr = (CPUArchState *)((uint8_t *)cs + CPU_GET_CLASS(cs)->env_offset);
    ((TCGEnv *)cs->env_ptr)->cpu = cs;
    qemu_mutex_init(&cs->work_mutex);
    QTAILQ_INIT(&cs->work_list);
}

static void cpu_finalize(Object *obj)
{
    CPUState *cs = CPU(obj);

    gdb_unregister_coprocessors(cs);
    g_clear_pointer(&cs->breakpoints, g_array_unref);
    g_clear_pointer(&cs->watchpoints, g_array_unref);
    qemu_mutex_destroy(&cs->work_mutex);
}

static const Property cpu_properties[] = {
    DEFINE_PROP_BOOL("start-powered-off", CPUState, start_powered_off, false),
    DEFINE_PROP_LINK("memory", CPUState, memory, TYPE_MEMORY_REGION, MemoryRegion *),
};

static void cpu_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    set_bit(DEVICE_CATEGORY_CPU, dc->categories);
    dc->realize = cpu_realize;
    dc->user_creatable = false; /* CPUs belong to their machine */
    rc->phases.hold = cpu_reset_hold;
    device_class_set_props(dc, cpu_properties);
}

static const TypeInfo cpu_types[] = {
    {
        .name = TYPE_CPU,
        .parent = TYPE_DEVICE,
        .abstract = true,
        .instance_size = sizeof(CPUState),
        .instance_init = cpu_instance_init,
        .instance_finalize = cpu_finalize,
        .class_size = sizeof(CPUClass),
        .class_init = cpu_class_init,
    },
};
DEFINE_TYPES(cpu_types)
