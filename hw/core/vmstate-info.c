/* SPDX-License-Identifier: MIT */
/*
 * The encodings of saved state, and the list of states that do not belong to a device.
 *
 * Integers, booleans and buffers need no functions: an integer is written big-endian in the field's
 * `size` bytes, a boolean as one byte, a buffer as it is. They are known by their address.
 */
#include "qemu/osdep.h"

#include "migration/vmstate.h"
#include "qom/object.h"

const VMStateInfo vmstate_info_bool = { .name = "bool" };
const VMStateInfo vmstate_info_int8 = { .name = "int8" };
const VMStateInfo vmstate_info_int16 = { .name = "int16" };
const VMStateInfo vmstate_info_int32 = { .name = "int32" };
const VMStateInfo vmstate_info_int64 = { .name = "int64" };
const VMStateInfo vmstate_info_uint8 = { .name = "uint8" };
const VMStateInfo vmstate_info_uint16 = { .name = "uint16" };
const VMStateInfo vmstate_info_uint32 = { .name = "uint32" };
const VMStateInfo vmstate_info_uint64 = { .name = "uint64" };
const VMStateInfo vmstate_info_timer = { .name = "timer" };
const VMStateInfo vmstate_info_buffer = { .name = "buffer" };
const VMStateInfo vmstate_info_unused_buffer = { .name = "unused_buffer" };
const VMStateInfo vmstate_info_bitmap = { .name = "bitmap" };

const VMStateDescription vmstate_dummy = {
    .name = "dummy",
    .fields = (const VMStateField[]){ VMSTATE_END_OF_LIST() },
};

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
