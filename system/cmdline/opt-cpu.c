/* SPDX-License-Identifier: MIT */
/* -cpu: which CPUs the machine has. */
#include "qemu/osdep.h"

#include "hw/core/cpu.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/cutils.h"

#include "launch.h"

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
    g_autoptr(KeyVal) kv = keyval_parse(arg, "model", errp);
    if (!kv) {
        return false;
    }
    if (keyval_wants_help(kv)) {
        const char *model = keyval_get(kv, "model");
        ObjectClass *oc = find_cpu_class(l->target, model ? model : "", errp);
        l->done = true;
        if (oc) {
            print_class_properties(model, oc);
        }
        return oc != NULL;
    }
    g_free(l->cpu);
    l->cpu = g_strdup(arg);
    return true;
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

bool launch_configure_cpu(Launch *l, MachineState *machine, Error **errp)
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
