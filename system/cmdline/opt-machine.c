/* SPDX-License-Identifier: MIT */
/* Options that say what machine to build: -machine, the boot files, -m; and its creation. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/cutils.h"
#include "system/address-spaces.h"

#include "launch.h"

/* --- -machine --- */

static int compare_machines(gconstpointer a, gconstpointer b)
{
    return strcmp(MACHINE_CLASS(a)->name, MACHINE_CLASS(b)->name);
}

/* Sorted by name; the caller frees the list. */
static GSList *machine_classes(void)
{
    return g_slist_sort(object_class_get_list(TYPE_MACHINE, false), compare_machines);
}

static void print_machines(void)
{
    g_autoptr(GSList) list = machine_classes();

    printf("Supported machines are:\n");
    for (GSList *el = list; el; el = el->next) {
        MachineClass *mc = MACHINE_CLASS(el->data);
        const char *desc = mc->desc ? mc->desc : "";
        if (mc->alias) {
            printf("%-20s %s (alias of %s)\n", mc->alias, desc, mc->name);
        }
        printf("%-20s %s%s\n", mc->name, desc, mc->is_default ? " (default)" : "");
    }
}

MachineClass *launch_find_machine(const char *name, Error **errp)
{
    g_autoptr(GSList) list = machine_classes();
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (GSList *el = list; el; el = el->next) {
        MachineClass *mc = MACHINE_CLASS(el->data);
        if (!strcmp(name, mc->name) || (mc->alias && !strcmp(name, mc->alias))) {
            return mc;
        }
        g_ptr_array_add(names, (char *)mc->name);
        if (mc->alias) {
            g_ptr_array_add(names, (char *)mc->alias);
        }
    }
    g_ptr_array_add(names, NULL);
    const char *near = nearest_name(name, (const char *const *)names->pdata);
    if (near) {
        error_setg(errp, "unknown machine '%s'; did you mean '%s'?", name, near);
    } else {
        error_setg(errp, "unknown machine '%s'; '-machine help' lists them", name);
    }
    return NULL;
}

/* Properties that can be set, as `-machine NAME,help` and its like show them. */
void print_class_properties(const char *title, ObjectClass *oc)
{
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    printf("%s options:\n", title);
    object_class_property_iter_init(&iter, oc);
    while ((prop = object_property_iter_next(&iter))) {
        bool ours = !strcmp(prop->name, "realized") || g_str_has_prefix(prop->type, "link<");
        if (prop->set && !ours) {
            printf("  %s=<%s>%s%s\n", prop->name, prop->type, prop->description ? " - " : "",
                   prop->description ? prop->description : "");
        }
    }
}

static bool print_machine_properties(const char *name, Error **errp)
{
    MachineClass *mc = launch_find_machine(name, errp);
    if (mc) {
        print_class_properties(object_class_get_name(OBJECT_CLASS(mc)), OBJECT_CLASS(mc));
    }
    return mc != NULL;
}

bool opt_machine(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_parse(arg, "type", errp);

    if (!kv) {
        return false;
    }
    if (keyval_wants_help(kv)) {
        const char *type = keyval_get(kv, "type");
        l->done = true;
        if (type) {
            return print_machine_properties(type, errp);
        }
        print_machines();
        return true;
    }
    if (keyval_get(kv, "type") && !launch_find_machine(keyval_get(kv, "type"), errp)) {
        return false;
    }
    keyval_append(l->machine, kv);
    return true;
}

bool opt_kernel(Launch *l, const char *arg, Error **errp)
{
    keyval_set(l->machine, "kernel", arg);
    return true;
}

bool opt_initrd(Launch *l, const char *arg, Error **errp)
{
    keyval_set(l->machine, "initrd", arg);
    return true;
}

bool opt_append(Launch *l, const char *arg, Error **errp)
{
    keyval_set(l->machine, "append", arg);
    return true;
}

bool opt_dtb(Launch *l, const char *arg, Error **errp)
{
    keyval_set(l->machine, "dtb", arg);
    return true;
}

bool opt_firmware(Launch *l, const char *arg, Error **errp)
{
    keyval_set(l->machine, "firmware", arg);
    return true;
}

/* --- -m --- */

bool opt_memory(Launch *l, const char *arg, Error **errp)
{
    static const char *const known[] = { "size", "slots", "maxmem", NULL };
    g_autoptr(KeyVal) kv = keyval_parse(arg, "size", errp);
    uint64_t size = 0;

    if (!kv || !keyval_check_keys(kv, known, "-m", errp) ||
        !keyval_get_size(kv, "size", true, &size, errp)) {
        return false;
    }
    if (keyval_count(kv) == 0) {
        error_setg(errp, "a size is missing, as in -m 512M");
        return false;
    }
    if (keyval_get(kv, "slots") || keyval_get(kv, "maxmem")) {
        error_setg(errp, "memory hotplug (slots, maxmem) is not supported yet");
        return false;
    }
    if (keyval_get(kv, "size") && size == 0) {
        error_setg(errp, "a machine needs memory; give a size such as 512M");
        return false;
    }
    keyval_append(l->memory, kv);
    return true;
}

static bool configure_memory(Launch *l, MachineState *machine, Error **errp)
{
    uint64_t size = MACHINE_GET_CLASS(machine)->default_ram_size;
    uint64_t host = qemu_get_host_physmem();

    if (!keyval_get_size(l->memory, "size", true, &size, errp)) {
        return false;
    }
    /* Guest memory is touched as the guest goes; more than the host has can only end badly. */
    if (host && size > host) {
        g_autofree char *want = size_to_str(size);
        g_autofree char *have = size_to_str(host);
        error_setg(errp, "-m: %s of guest memory do not fit into this host's %s", want, have);
        return false;
    }
    machine->ram_size = size;
    return true;
}

/* --- phases --- */

static MachineClass *default_machine(void)
{
    g_autoptr(GSList) list = machine_classes();
    for (GSList *el = list; el; el = el->next) {
        if (MACHINE_CLASS(el->data)->is_default) {
            return MACHINE_CLASS(el->data);
        }
    }
    return NULL;
}

bool launch_create_machine(Launch *l, Error **errp)
{
    const char *type = keyval_get(l->machine, "type");
    MachineClass *mc = type ? launch_find_machine(type, errp) : default_machine();

    if (!mc) {
        if (!type) {
            error_setg(errp, "no machine given; use -M NAME, '-M help' lists them");
        }
        return false;
    }
    get_system_memory(); /* the address spaces exist on every machine */
    current_machine = MACHINE(object_new(object_class_get_name(OBJECT_CLASS(mc))));
    object_property_add_child(object_get_root(), "machine", OBJECT(current_machine));
    object_unref(OBJECT(current_machine));
    return true;
}

static bool machine_property_is_ours(const char *key)
{
    static const char *const ours[] = { "type", "accel", NULL };
    return g_strv_contains(ours, key);
}

bool launch_configure_machine(Launch *l, Error **errp)
{
    ERRP_GUARD();
    MachineState *machine = current_machine;

    if (!configure_memory(l, machine, errp) || !launch_configure_smp(l, machine, errp) ||
        !launch_configure_cpu(l, machine, errp)) {
        return false;
    }
    for (size_t i = 0; i < keyval_count(l->machine); i++) {
        const char *key = keyval_key(l->machine, i);
        if (!machine_property_is_ours(key) &&
            !object_property_parse(OBJECT(machine), key, keyval_value(l->machine, i), errp)) {
            error_prepend(errp, "machine '%s': ", MACHINE_GET_CLASS(machine)->name);
            return false;
        }
    }
    return true;
}
