/* SPDX-License-Identifier: MIT */
/*
 * The accelerator for device tests: no vCPU runs, and time stands unless the test moves it. The
 * test itself speaks the protocol of system/qtest.c.
 */
#include "qemu/osdep.h"

#include "qemu/accel.h"
#include "qemu/module.h"
#include "system/cpu-timers.h"
#include "system/cpus.h"

static bool qtest_init_machine(AccelState *accel, MachineState *machine, Error **errp)
{
    cpu_clock_set_manual();
    return true;
}

static void qtest_accel_class_init(ObjectClass *oc, const void *data)
{
    AccelClass *ac = ACCEL_CLASS(oc);

    ac->name = "qtest";
    ac->init_machine = qtest_init_machine;
    ac->create_vcpu_thread = dummy_start_vcpu_thread;
}

static const TypeInfo qtest_accel_types[] = {
    {
        .name = ACCEL_CLASS_NAME("qtest"),
        .parent = TYPE_ACCEL,
        .instance_size = sizeof(AccelState),
        .class_init = qtest_accel_class_init,
    },
};

DEFINE_TYPES(qtest_accel_types)
