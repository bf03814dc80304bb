/* SPDX-License-Identifier: MIT */
/*
 * What a system reset resets: the children of one resettable root. A registered function is wrapped
 * in an object whose hold phase calls it.
 */
#include "qemu/osdep.h"

#include "system/reset.h"

#define TYPE_RESET_ROOT    "system-reset-root"
#define TYPE_RESET_HANDLER "system-reset-handler"

OBJECT_DECLARE_SIMPLE_TYPE(ResetRoot, RESET_ROOT)
OBJECT_DECLARE_SIMPLE_TYPE(ResetHandler, RESET_HANDLER)

struct ResetRoot {
    Object parent_obj;
    ResettableState state;
    GPtrArray *children; /* of Object *, each referenced */
};

struct ResetHandler {
    Object parent_obj;
    ResettableState state;
    QEMUResetHandler *func;
    void *opaque;
    bool skip_on_snapshot_load;
};

static ResetRoot *reset_root(void)
{
    static ResetRoot *root; /* under the big lock */

    if (!root) {
        root = RESET_ROOT(object_new(TYPE_RESET_ROOT));
        root->children = g_ptr_array_new();
    }
    return root;
}

void qemu_register_resettable(Object *obj)
{
    object_ref(obj);
    g_ptr_array_add(reset_root()->children, obj);
}

void qemu_unregister_resettable(Object *obj)
{
    if (g_ptr_array_remove(reset_root()->children, obj)) {
        object_unref(obj);
    }
}

static void register_handler(QEMUResetHandler *func, void *opaque, bool skip_on_snapshot_load)
{
    ResetHandler *h = RESET_HANDLER(object_new(TYPE_RESET_HANDLER));

    h->func = func;
    h->opaque = opaque;
    h->skip_on_snapshot_load = skip_on_snapshot_load;
    qemu_register_resettable(OBJECT(h));
    object_unref(h);
}

void qemu_register_reset(QEMUResetHandler *func, void *opaque)
{
    register_handler(func, opaque, false);
}

void qemu_register_reset_nosnapshotload(QEMUResetHandler *func, void *opaque)
{
    register_handler(func, opaque, true);
}

void qemu_unregister_reset(QEMUResetHandler *func, void *opaque)
{
    GPtrArray *children = reset_root()->children;

    for (unsigned i = 0; i < children->len; i++) {
        ResetHandler *h =
            (ResetHandler *)object_dynamic_cast(children->pdata[i], TYPE_RESET_HANDLER);

        if (h && h->func == func && h->opaque == opaque) {
            qemu_unregister_resettable(OBJECT(h));
            return;
        }
    }
}

void qemu_devices_reset(ResetType type)
{
    resettable_reset(OBJECT(reset_root()), type);
}

static ResettableState *reset_root_state(Object *obj)
{
    return &RESET_ROOT(obj)->state;
}

static void reset_root_foreach(Object *obj, ResettableChildCallback cb, void *opaque,
                               ResetType type)
{
    GPtrArray *children = RESET_ROOT(obj)->children;

    for (unsigned i = 0; i < children->len; i++) {
        cb(children->pdata[i], opaque, type);
    }
}

static void reset_root_class_init(ObjectClass *oc, const void *data)
{
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    rc->get_state = reset_root_state;
    rc->child_foreach = reset_root_foreach;
}

static ResettableState *reset_handler_state(Object *obj)
{
    return &RESET_HANDLER(obj)->state;
}

static void reset_handler_hold(Object *obj, ResetType type)
{
    ResetHandler *h = RESET_HANDLER(obj);

    if (type != RESET_TYPE_SNAPSHOT_LOAD || !h->skip_on_snapshot_load) {
        h->func(h->opaque);
    }
}

static void reset_handler_class_init(ObjectClass *oc, const void *data)
{
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    rc->get_state = reset_handler_state;
    rc->phases.hold = reset_handler_hold;
}

static const TypeInfo reset_types[] = {
    { .name = TYPE_RESET_ROOT,
      .parent = TYPE_OBJECT,
      .instance_size = sizeof(ResetRoot),
      .class_init = reset_root_class_init,
      .interfaces = (const InterfaceInfo[]){ { TYPE_RESETTABLE_INTERFACE }, {} } },
    { .name = TYPE_RESET_HANDLER,
      .parent = TYPE_OBJECT,
      .instance_size = sizeof(ResetHandler),
      .class_init = reset_handler_class_init,
      .interfaces = (const InterfaceInfo[]){ { TYPE_RESETTABLE_INTERFACE }, {} } },
};

DEFINE_TYPES(reset_types)
