/* SPDX-License-Identifier: MIT */
/* -accel and -machine accel=: how guest code is run. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/accel.h"

#include "launch.h"
#include "system/cpu-timers.h"

static const char *const planned_accels[] = { "kvm", "hvf", "nvmm", "whpx", "xen", NULL };

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

/* All of them, or the properties of @name. */
static bool print_accels(const char *name, Error **errp)
{
    if (name) {
        g_autofree char *type = g_strconcat(name, ACCEL_CLASS_SUFFIX, NULL);
        if (!check_accel_name(name, errp)) {
            return false;
        }
        print_class_properties(type, object_class_by_name(type));
        return true;
    }
    g_autoptr(GPtrArray) names = accel_names();
    printf("Accelerators supported in this binary:\n");
    for (char **each = (char **)names->pdata; *each; each++) {
        printf("%s\n", *each);
    }
    return true;
}

bool opt_accel(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_parse(arg, "accel", errp);

    if (!kv) {
        return false;
    }
    if (keyval_wants_help(kv)) {
        l->done = true;
        return print_accels(keyval_get(kv, "accel"), errp);
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
    for (char **name = names; *name || name == names; name++) {
        if (!*name || !**name) {
            error_setg(errp, "-machine accel=%s: an accelerator's name is missing", list);
            return false;
        }
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

bool opt_perfmap(Launch *l, const char *arg, Error **errp)
{
    l->perfmap = true;
    return true;
}

bool opt_jitdump(Launch *l, const char *arg, Error **errp)
{
    l->jitdump = true;
    return true;
}

/* An accelerator without translated code has nothing to show. */
static void set_perf_options(const Launch *l, Object *accel)
{
    if (l->perfmap && object_property_find(accel, "perfmap")) {
        object_property_set_bool(accel, "perfmap", true, &error_abort);
    }
    if (l->jitdump && object_property_find(accel, "jitdump")) {
        object_property_set_bool(accel, "jitdump", true, &error_abort);
    }
}

static bool start_accel(const Launch *l, const KeyVal *kv, MachineState *machine, Error **errp)
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
    set_perf_options(l, OBJECT(accel));
    if (icount_config.on && !ACCEL_GET_CLASS(accel)->info_replay_hash) {
        error_setg(errp, "-icount: accelerator '%s' counts no instructions; tcg does",
                   keyval_get(kv, "accel"));
        object_unref(OBJECT(accel));
        return false;
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
        if (start_accel(l, g_ptr_array_index(l->accels, i), current_machine, last ? errp : NULL)) {
            return true;
        }
    }
    return false;
}
