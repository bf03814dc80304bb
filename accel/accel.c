/* SPDX-License-Identifier: MIT */
/* The base of accelerators and the one in use; see qemu/accel.h. */
#include "qemu/osdep.h"

#include "qemu/accel.h"
#include "qemu/module.h"

/* Set once, before there is a second thread. */
static AccelState *accel_in_use;

bool accel_init_machine(AccelState *accel, MachineState *machine, Error **errp)
{
    AccelClass *ac = ACCEL_GET_CLASS(accel);

    if (ac->init_machine && !ac->init_machine(accel, machine, errp)) {
        return false;
    }
    accel_in_use = accel;
    object_property_add_child(object_get_root(), "accel", OBJECT(accel));
    object_unref(OBJECT(accel));
    return true;
}

AccelState *current_accel(void)
{
    return accel_in_use;
}

const char *current_accel_name(void)
{
    return accel_in_use ? ACCEL_GET_CLASS(accel_in_use)->name : "none";
}

void accel_setup_post(MachineState *machine)
{
    AccelClass *ac = accel_in_use ? ACCEL_GET_CLASS(accel_in_use) : NULL;
    if (ac && ac->setup_post) {
        ac->setup_post(accel_in_use);
    }
}

static const TypeInfo accel_type = {
    .name = TYPE_ACCEL,
    .parent = TYPE_OBJECT,
    .abstract = true,
    .instance_size = sizeof(AccelState),
    .class_size = sizeof(AccelClass),
};

static void accel_register_types(void)
{
    type_register_static(&accel_type);
}

type_init(accel_register_types)
