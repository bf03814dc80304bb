/* SPDX-License-Identifier: MIT */
/* The list of states that do not belong to a device. */
#include "qemu/osdep.h"

#include "migration/vmstate.h"
#include "qom/object.h"

static GPtrArray *entries; /* of VMStateEntry; under the big lock */

const GPtrArray *vmstate_entries(void)
{
    if (!entries) {
        entries = g_ptr_array_new_with_free_func(g_free);
    }
    return entries;
}

int vmstate_register(Object *obj, int instance_id, const VMStateDescription *vmsd, void *opaque)
{
    VMStateEntry *e = g_new(VMStateEntry, 1);
    int next = 0;

    for (unsigned i = 0; i < vmstate_entries()->len; i++) {
        const VMStateEntry *other = entries->pdata[i];

        if (strcmp(other->vmsd->name, vmsd->name) == 0) {
            assert(other->instance_id != instance_id || other->obj != obj);
            next = MAX(next, other->instance_id + 1);
        }
    }
    *e = (VMStateEntry){
        .obj = obj,
        .instance_id = instance_id == VMSTATE_INSTANCE_ID_ANY ? next : instance_id,
        .vmsd = vmsd,
        .opaque = opaque,
    };
    g_ptr_array_add(entries, e);
    return 0;
}

int vmstate_register_any(Object *obj, const VMStateDescription *vmsd, void *opaque)
{
    return vmstate_register(obj, VMSTATE_INSTANCE_ID_ANY, vmsd, opaque);
}

void vmstate_unregister(Object *obj, const VMStateDescription *vmsd, void *opaque)
{
    for (unsigned i = 0; i < vmstate_entries()->len; i++) {
        const VMStateEntry *e = entries->pdata[i];

        if (e->vmsd == vmsd && e->opaque == opaque) {
            g_ptr_array_remove_index(entries, i);
            return;
        }
    }
}
