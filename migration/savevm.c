/* SPDX-License-Identifier: MIT */
/*
 * Saved state of the machine: a sequence of sections, one for RAM and one for each SaveItem.
 *
 *     be32 magic "QEVM", be32 version 3
 *     byte 4 (a whole section), be32 number, byte length, name, be32 instance, be32 version,
 *         the fields, byte 0x7e (footer), be32 number
 *     ...
 *     byte 0 (end)
 *
 * The virtual clock comes first, since timers are set relative to it.
 */
#include "qemu/osdep.h"

#include "hw/qdev-core.h"
#include "internal.h"
#include "system/cpu-timers.h"

enum {
    VM_FILE_MAGIC = 0x5145564d,
    VM_FILE_VERSION = 3,
    VM_EOF = 0,
    VM_SECTION_FULL = 4,
    VM_SECTION_FOOTER = 0x7e,
};

#define RAM_SECTION "ram"

/* ---- The virtual clock ---- */

typedef struct ClockState {
    int64_t virtual_ns;
} ClockState;

static int clock_pre_save(void *opaque)
{
    ((ClockState *)opaque)->virtual_ns = cpu_get_clock();
    return 0;
}

static int clock_post_load(void *opaque, int version_id)
{
    ClockState *s = opaque;

    if (s->virtual_ns < 0) {
        return -EINVAL;
    }
    cpu_set_clock(s->virtual_ns);
    return 0;
}

static const VMStateDescription vmstate_clock_state = {
    .name = "timer",
    .version_id = 1,
    .minimum_version_id = 1,
    .priority = MIG_PRI_MAX,
    .pre_save = clock_pre_save,
    .post_load = clock_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_INT64(virtual_ns, ClockState),
            VMSTATE_END_OF_LIST(),
        },
};

/* ---- What there is ---- */

static void free_item(void *data)
{
    SaveItem *item = data;

    g_free(item->name);
    g_free(item);
}

static void add_item(GPtrArray *items, const char *path, int instance_id,
                     const VMStateDescription *vmsd, void *opaque)
{
    SaveItem *item = g_new0(SaveItem, 1);

    item->name = path ? g_strdup_printf("%s/%s", path, vmsd->name) : g_strdup(vmsd->name);
    item->instance_id = instance_id;
    item->vmsd = vmsd;
    item->opaque = opaque;
    if (instance_id < 0) {
        item->instance_id = 0;
        for (unsigned i = 0; i < items->len; i++) {
            SaveItem *other = items->pdata[i];
            item->instance_id += !strcmp(other->name, item->name);
        }
    }
    g_ptr_array_add(items, item);
}

static int collect_device(Object *obj, void *opaque)
{
    DeviceState *dev = (DeviceState *)object_dynamic_cast(obj, TYPE_DEVICE);
    const VMStateDescription *vmsd = dev && dev->realized ? qdev_get_vmsd(dev) : NULL;

    if (vmsd) {
        g_autofree char *path = qdev_get_dev_path(dev);
        add_item(opaque, path, -1, vmsd, dev);
    }
    return 0;
}

static int by_priority(const void *a, const void *b)
{
    const SaveItem *x = *(SaveItem *const *)a, *y = *(SaveItem *const *)b;

    return (int)y->vmsd->priority - (int)x->vmsd->priority;
}

/* Stable, and equal on both sides: the composition tree is in the order of creation. */
GPtrArray *savevm_collect(void)
{
    static ClockState clock_state; /* under the big lock */
    GPtrArray *items = g_ptr_array_new_with_free_func(free_item);
    const GPtrArray *entries = vmstate_entries();

    add_item(items, NULL, 0, &vmstate_clock_state, &clock_state);
    object_child_foreach_recursive(object_get_root(), collect_device, items);
    for (unsigned i = 0; i < entries->len; i++) {
        const VMStateEntry *e = entries->pdata[i];
        g_autofree char *path = e->obj ? object_get_canonical_path(e->obj) : NULL;

        add_item(items, path, e->instance_id, e->vmsd, e->opaque);
    }
    g_ptr_array_sort(items, by_priority);
    return items;
}

/* ---- Saving ---- */

static void put_header(QEMUFile *f, unsigned number, const char *name, int instance, int version)
{
    size_t len = MIN(strlen(name), 255);

    qemu_put_byte(f, VM_SECTION_FULL);
    qemu_put_be32(f, number);
    qemu_put_byte(f, len);
    qemu_put_buffer(f, (const uint8_t *)name, len);
    qemu_put_be32(f, instance);
    qemu_put_be32(f, version);
}

static void put_footer(QEMUFile *f, unsigned number)
{
    qemu_put_byte(f, VM_SECTION_FOOTER);
    qemu_put_be32(f, number);
}

bool savevm_to_stream(QEMUFile *f, Error **errp)
{
    g_autoptr(GPtrArray) items = savevm_collect();

    qemu_put_be32(f, VM_FILE_MAGIC);
    qemu_put_be32(f, VM_FILE_VERSION);
    put_header(f, 0, RAM_SECTION, 0, 1);
    if (!ram_save(f, errp)) {
        return false;
    }
    put_footer(f, 0);
    for (unsigned i = 0; i < items->len; i++) {
        const SaveItem *item = items->pdata[i];

        put_header(f, i + 1, item->name, item->instance_id, item->vmsd->version_id);
        if (vmstate_save_state(f, item->vmsd, item->opaque, NULL, errp)) {
            return false;
        }
        put_footer(f, i + 1);
    }
    qemu_put_byte(f, VM_EOF);
    if (qemu_file_get_error(f) && !qemu_file_take_error(f, errp)) {
        error_setg(errp, "the state can not be saved");
    }
    return !qemu_file_get_error(f);
}

/* ---- Loading ---- */

static SaveItem *find_item(GPtrArray *items, const char *name, int instance)
{
    for (unsigned i = 0; i < items->len; i++) {
        SaveItem *item = items->pdata[i];

        if (!strcmp(item->name, name) && item->instance_id == instance) {
            return item;
        }
    }
    return NULL;
}

static bool load_contents(QEMUFile *f, GPtrArray *items, const char *name, int instance,
                          int version, Error **errp)
{
    SaveItem *item;

    if (!strcmp(name, RAM_SECTION)) {
        return ram_load(f, errp);
    }
    item = find_item(items, name, instance);
    if (!item) {
        error_setg(errp, "there is saved state of '%s' (instance %d), which this machine has not",
                   name, instance);
        return false;
    }
    if (item->loaded) {
        error_setg(errp, "the state of '%s' (instance %d) is there twice", name, instance);
        return false;
    }
    item->loaded = true;
    return vmstate_load_state(f, item->vmsd, item->opaque, version, errp) == 0;
}

static bool load_section(QEMUFile *f, GPtrArray *items, Error **errp)
{
    unsigned number = qemu_get_be32(f);
    size_t len = qemu_get_byte(f);
    char name[256];
    int instance, version;

    qemu_get_buffer(f, (uint8_t *)name, len);
    name[len] = '\0';
    instance = (int)qemu_get_be32(f);
    version = (int)qemu_get_be32(f);
    if (qemu_file_get_error(f)) {
        error_setg(errp, "the saved state ends within a section's head");
        return false;
    }
    if (!load_contents(f, items, name, instance, version, errp)) {
        return false;
    }
    if (qemu_get_byte(f) != VM_SECTION_FOOTER || qemu_get_be32(f) != number) {
        error_setg(errp, "the saved state of '%s' is longer or shorter than this machine's", name);
        return false;
    }
    return true;
}

static bool check_complete(GPtrArray *items, Error **errp)
{
    for (unsigned i = 0; i < items->len; i++) {
        const SaveItem *item = items->pdata[i];

        if (!item->loaded) {
            error_setg(errp, "the saved state lacks '%s' (instance %d)", item->name,
                       item->instance_id);
            return false;
        }
    }
    return true;
}

bool loadvm_from_stream(QEMUFile *f, Error **errp)
{
    g_autoptr(GPtrArray) items = savevm_collect();

    if (qemu_get_be32(f) != VM_FILE_MAGIC || qemu_get_be32(f) != VM_FILE_VERSION) {
        error_setg(errp, "this is not saved state of a machine, or of another format's version");
        return false;
    }
    for (;;) {
        int mark = qemu_get_byte(f);

        if (qemu_file_get_error(f)) {
            error_setg(errp, "the saved state ends before its end mark");
            return false;
        }
        if (mark == VM_EOF) {
            return check_complete(items, errp);
        }
        if (mark != VM_SECTION_FULL) {
            error_setg(errp, "saved state: 0x%02x is no kind of section", mark);
            return false;
        }
        if (!load_section(f, items, errp)) {
            return false;
        }
    }
}
