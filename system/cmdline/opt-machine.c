/* SPDX-License-Identifier: MIT */
/* Options that say what machine to build: -machine, -cpu, -accel, -m, -smp and the boot files. */
#include "hw/core/cpu.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/accel.h"
#include "qemu/cutils.h"
#include "qemu/osdep.h"
#include "system/address-spaces.h"

#include "launch.h"

/* --- -machine --- */

#define MACHINE_SUFFIX "-machine"

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

static bool print_machine_properties(const char *name, Error **errp)
{
    MachineClass *mc = launch_find_machine(name, errp);
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    if (!mc) {
        return false;
    }
    printf("%s" MACHINE_SUFFIX " options:\n", mc->name);
    object_class_property_iter_init(&iter, OBJECT_CLASS(mc));
    while ((prop = object_property_iter_next(&iter))) {
        if (prop->set) {
            printf("  %s=<%s>%s%s\n", prop->name, prop->type, prop->description ? " - " : "",
                   prop->description ? prop->description : "");
        }
    }
    return true;
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

/* --- -cpu --- */

/* The model name in "cortex-a57-arm-cpu": all but the target's suffix. */
static char *cpu_model_name(const TargetInfo *target, ObjectClass *oc)
{
    const char *type = object_class_get_name(oc);
    g_autofree char *suffix = g_strdup_printf("-%s", target->cpu_type);
    size_t len = strlen(type);

    if (g_str_has_suffix(type, suffix)) {
        len -= strlen(suffix);
    }
    return g_strndup(type, len);
}

/* All models of the target, sorted; NULL-terminated. */
static GPtrArray *cpu_models(const TargetInfo *target)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GSList) list = object_class_get_list_sorted(target->cpu_type, false);

    for (GSList *el = list; el; el = el->next) {
        g_ptr_array_add(names, cpu_model_name(target, el->data));
    }
    g_ptr_array_add(names, NULL);
    return names;
}

bool opt_cpu(Launch *l, const char *arg, Error **errp)
{
    if (!strcmp(arg, "help") || !strcmp(arg, "?")) {
        g_autoptr(GPtrArray) names = cpu_models(l->target);
        printf("Available CPUs:\n");
        for (char **name = (char **)names->pdata; *name; name++) {
            printf("  %s\n", *name);
        }
        l->done = true;
        return true;
    }
    g_free(l->cpu);
    l->cpu = g_strdup(arg);
    return true;
}

static ObjectClass *find_cpu_class(const TargetInfo *target, const char *model, Error **errp)
{
    ObjectClass *oc = cpu_class_by_name(target->cpu_type, model);
    if (oc && object_class_dynamic_cast(oc, target->cpu_type) && !object_class_is_abstract(oc)) {
        return oc;
    }
    g_autoptr(GPtrArray) names = cpu_models(target);
    const char *near = nearest_name(model, (const char *const *)names->pdata);
    if (near) {
        error_setg(errp, "unknown CPU model '%s'; did you mean '%s'?", model, near);
    } else {
        error_setg(errp, "unknown CPU model '%s'; '-cpu help' lists them", model);
    }
    return NULL;
}

static void add_global(const char *driver, const char *property, const char *value)
{
    GlobalProperty *global = g_new0(GlobalProperty, 1); /* lives as long as the process */

    global->driver = g_strdup(driver);
    global->property = g_strdup(property);
    global->value = g_strdup(value);
    qdev_prop_register_global(global);
}

/* Features become defaults of the CPU type's properties: every CPU of the machine gets them. They
 * are tried on a CPU of its own first, so that a bad name or value is found here. */
static bool set_cpu_features(const char *type, const KeyVal *features, Error **errp)
{
    ERRP_GUARD();
    Object *probe = keyval_count(features) > 1 ? object_new(type) : NULL;
    bool ok = true;

    for (size_t i = 0; ok && i < keyval_count(features); i++) {
        const char *key = keyval_key(features, i);
        const char *value = keyval_value(features, i);
        if (!strcmp(key, "model")) {
            continue;
        }
        if (object_property_parse(probe, key, value, errp)) {
            add_global(type, key, value);
        } else {
            error_prepend(errp, "-cpu %s: ", keyval_get(features, "model"));
            ok = false;
        }
    }
    object_unref(probe);
    return ok;
}

static bool configure_cpu(Launch *l, MachineState *machine, Error **errp)
{
    ERRP_GUARD();

    if (!l->cpu) {
        machine->cpu_type = MACHINE_GET_CLASS(machine)->default_cpu_type;
        return true;
    }
    g_autoptr(KeyVal) kv = keyval_parse(l->cpu, "model", errp);
    if (!kv) {
        error_prepend(errp, "-cpu %s: ", l->cpu);
        return false;
    }
    const char *model = keyval_get(kv, "model");
    ObjectClass *oc = find_cpu_class(l->target, model ? model : "", errp);
    if (!oc) {
        return false;
    }
    machine->cpu_type = object_class_get_name(oc);
    return set_cpu_features(machine->cpu_type, kv, errp);
}

/* --- -accel --- */

static const char *const planned_accels[] = { "kvm", "hvf", "nvmm", "qtest", "whpx", "xen", NULL };

static void collect_accel(ObjectClass *oc, void *names)
{
    g_autofree char *name = g_strdup(object_class_get_name(oc));
    char *suffix = g_strrstr(name, ACCEL_CLASS_SUFFIX);
    if (suffix) {
        *suffix = '\0';
    }
    g_ptr_array_add(names, g_steal_pointer(&name));
}

/* NULL-terminated. */
static GPtrArray *accel_names(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    object_class_foreach(collect_accel, TYPE_ACCEL, false, names);
    g_ptr_array_add(names, NULL);
    return names;
}

static bool check_accel_name(const char *name, Error **errp)
{
    g_autoptr(GPtrArray) names = accel_names();

    if (g_strv_contains((const char *const *)names->pdata, name)) {
        return true;
    }
    g_ptr_array_remove_index(names, names->len - 1);
    g_ptr_array_add(names, NULL);
    g_autofree char *list = g_strjoinv(", ", (char **)names->pdata);
    if (g_strv_contains(planned_accels, name)) {
        error_setg(errp, "accelerator '%s' is not supported yet; there is: %s", name, list);
        return false;
    }
    g_autofree char *hint = did_you_mean(name, (const char *const *)names->pdata);
    error_setg(errp, "unknown accelerator '%s'%s%s%s", name, hint,
               *hint ? "" : "; there is: ", *hint ? "" : list);
    return false;
}

bool opt_accel(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_parse(arg, "accel", errp);

    if (!kv) {
        return false;
    }
    if (keyval_wants_help(kv)) {
        g_autoptr(GPtrArray) names = accel_names();
        printf("Accelerators supported in this binary:\n");
        for (char **name = (char **)names->pdata; *name; name++) {
            printf("%s\n", *name);
        }
        l->done = true;
        return true;
    }
    if (!keyval_get(kv, "accel")) {
        error_setg(errp, "an accelerator's name is missing, as in -accel tcg");
        return false;
    }
    if (!check_accel_name(keyval_get(kv, "accel"), errp)) {
        return false;
    }
    g_ptr_array_add(l->accels, g_steal_pointer(&kv));
    return true;
}

/* -machine accel=kvm:tcg */
static bool add_machine_accels(Launch *l, Error **errp)
{
    const char *list = keyval_get(l->machine, "accel");
    if (!list) {
        return true;
    }
    if (l->accels->len > 0) {
        error_setg(errp, "-accel and '-machine accel=' exclude each other");
        return false;
    }
    g_auto(GStrv) names = g_strsplit(list, ":", -1);
    for (char **name = names; *name; name++) {
        bool last = !name[1];
        g_autoptr(KeyVal) kv = keyval_new();
        /* A fallback is the point of the list: only the last one must exist. */
        if (!check_accel_name(*name, last && l->accels->len == 0 ? errp : NULL)) {
            if (last && l->accels->len == 0) {
                return false;
            }
            continue;
        }
        keyval_set(kv, "accel", *name);
        g_ptr_array_add(l->accels, g_steal_pointer(&kv));
    }
    return true;
}

static bool start_accel(const KeyVal *kv, MachineState *machine, Error **errp)
{
    ERRP_GUARD();
    g_autofree char *type = g_strconcat(keyval_get(kv, "accel"), ACCEL_CLASS_SUFFIX, NULL);
    AccelState *accel = ACCEL(object_new(type));

    for (size_t i = 0; i < keyval_count(kv); i++) {
        const char *key = keyval_key(kv, i);
        if (strcmp(key, "accel") &&
            !object_property_parse(OBJECT(accel), key, keyval_value(kv, i), errp)) {
            error_prepend(errp, "-accel %s: ", keyval_get(kv, "accel"));
            object_unref(OBJECT(accel));
            return false;
        }
    }
    if (!accel_init_machine(accel, machine, errp)) {
        object_unref(OBJECT(accel));
        return false;
    }
    return true;
}

bool launch_start_accel(Launch *l, Error **errp)
{
    if (!add_machine_accels(l, errp)) {
        return false;
    }
    if (l->accels->len == 0) {
        g_autoptr(KeyVal) tcg = keyval_new();
        keyval_set(tcg, "accel", "tcg");
        g_ptr_array_add(l->accels, g_steal_pointer(&tcg));
    }
    for (guint i = 0; i < l->accels->len; i++) {
        bool last = i + 1 == l->accels->len;
        if (start_accel(g_ptr_array_index(l->accels, i), current_machine, last ? errp : NULL)) {
            return true;
        }
    }
    return false;
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

/* --- -smp --- */

static const char *const smp_keys[] = { "cpus",     "maxcpus", "sockets", "dies",
                                        "clusters", "cores",   "threads", NULL };

bool opt_smp(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_parse(arg, "cpus", errp);

    if (!kv || !keyval_check_keys(kv, smp_keys, "-smp", errp)) {
        return false;
    }
    for (const char *const *key = smp_keys; *key; key++) {
        uint64_t n = 1;
        if (!keyval_get_uint(kv, *key, 65535, &n, errp)) {
            return false;
        }
        if (n == 0) {
            error_setg(errp, "parameter '%s' is 0 but should be at least 1", *key);
            return false;
        }
    }
    keyval_append(l->smp, kv);
    return true;
}

/* The value, or 0 where the user leaves it to us; opt_smp has checked the range. */
static unsigned smp_value(const Launch *l, const char *key)
{
    uint64_t n = 0;
    keyval_get_uint(l->smp, key, UINT_MAX, &n, NULL);
    return n;
}

static bool configure_smp(Launch *l, MachineState *machine, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);
    unsigned cpus = smp_value(l, "cpus"), max = smp_value(l, "maxcpus");
    unsigned sockets = smp_value(l, "sockets"), cores = smp_value(l, "cores");
    unsigned threads = MAX(smp_value(l, "threads"), 1);
    unsigned dies = MAX(smp_value(l, "dies"), 1), clusters = MAX(smp_value(l, "clusters"), 1);
    unsigned groups = dies * clusters;
    unsigned total = max ? max : cpus;

    /* What is left out follows from the rest: cores first, then sockets. */
    if (total == 0) {
        total = MAX(sockets, 1) * groups * MAX(cores, 1) * threads;
    }
    if (cores == 0) {
        cores = MAX(total / (MAX(sockets, 1) * groups * threads), 1);
    }
    if (sockets == 0) {
        sockets = MAX(total / (groups * cores * threads), 1);
    }
    max = max ? max : total;
    cpus = cpus ? cpus : max;
    if ((uint64_t)sockets * groups * cores * threads != max) {
        error_setg(errp,
                   "-smp: %u sockets of %u clusters of %u cores of %u threads do not make the "
                   "%u CPUs asked for",
                   sockets, groups, cores, threads, max);
        return false;
    }
    if (cpus > max) {
        error_setg(errp, "-smp: cpus=%u is more than maxcpus=%u", cpus, max);
        return false;
    }
    unsigned limit = MAX(mc->max_cpus, 1);
    if (max > limit) {
        error_setg(errp, "-smp: machine '%s' has at most %u CPU%s, not %u", mc->name, limit,
                   limit == 1 ? "" : "s", max);
        return false;
    }
    machine->smp = (CpuTopology){ .cpus = cpus,
                                  .sockets = sockets,
                                  .dies = dies,
                                  .clusters = clusters,
                                  .cores = cores,
                                  .threads = threads,
                                  .max_cpus = max };
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

    if (!configure_memory(l, machine, errp) || !configure_smp(l, machine, errp) ||
        !configure_cpu(l, machine, errp)) {
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
