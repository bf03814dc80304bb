/* SPDX-License-Identifier: MIT */
/* Options of -accel tcg: those about code memory, and for people who look at translated code. */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "internal.h"
#include "qapi/error.h"
#include "qapi/visitor.h"

static char *get_host_isa(Object *obj, Error **errp)
{
    return g_strdup(tcg_host()->get_isa());
}

static void set_host_isa(Object *obj, const char *value, Error **errp)
{
    tcg_host()->set_isa(value, errp);
}

static char *get_profile(Object *obj, Error **errp)
{
    return g_strdup(tcg_state.profile ? tcg_state.profile : "");
}

static void set_profile(Object *obj, const char *value, Error **errp)
{
    if (!*value) {
        error_setg(errp, "profile: the name of a file to write is missing");
        return;
    }
    g_free(tcg_state.profile);
    tcg_state.profile = g_strdup(value);
}

static char *get_symbols(Object *obj, Error **errp)
{
    return g_strdup(tcg_state.symbols ? tcg_state.symbols : "");
}

static void set_symbols(Object *obj, const char *value, Error **errp)
{
    g_free(tcg_state.symbols);
    tcg_state.symbols = g_strdup(value);
}

static bool get_perfmap(Object *obj, Error **errp)
{
    return tcg_state.perfmap;
}

static void set_perfmap(Object *obj, bool value, Error **errp)
{
    tcg_state.perfmap = value;
}

static bool get_jitdump(Object *obj, Error **errp)
{
    return tcg_state.jitdump;
}

static void set_jitdump(Object *obj, bool value, Error **errp)
{
    tcg_state.jitdump = value;
}

static bool get_split_wx(Object *obj, Error **errp)
{
    return tcg_state.split_wx;
}

static void set_split_wx(Object *obj, bool value, Error **errp)
{
    tcg_state.split_wx = value;
}

static const char *const dense_names[] = { "auto", "on", "off" };

static char *get_dense(Object *obj, Error **errp)
{
    return g_strdup(dense_names[tcg_state.dense]);
}

static void set_dense(Object *obj, const char *value, Error **errp)
{
    for (unsigned n = 0; n < ARRAY_SIZE(dense_names); n++) {
        if (!strcmp(value, dense_names[n])) {
            tcg_state.dense = n;
            return;
        }
    }
    error_setg(errp, "dense=%s: blocks are dense on, off, or auto: if the cache is small and full",
               value);
}

static void get_tier2_after(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint32_t value = tcg_state.hot;

    visit_type_uint32(v, name, &value, errp);
}

static void set_tier2_after(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint32_t value;

    if (!visit_type_uint32(v, name, &value, errp)) {
        return;
    }
    if (value > 1000000000) {
        error_setg(errp,
                   "tier2-after=%u: a loop has 1 to 1000000000 rounds in the first tier, or 0 "
                   "for no second one",
                   value);
        return;
    }
    tcg_state.hot = value;
}

void tcg_options_register(ObjectClass *oc)
{
    object_class_property_add(oc, "tier2-after", "int", get_tier2_after, set_tier2_after, NULL,
                              NULL);
    object_class_property_set_description(
        oc, "tier2-after", "rounds of a loop before the second tier translates it; 0: never");
    object_class_property_add_str(oc, "host-isa", get_host_isa, set_host_isa);
    object_class_property_set_description(
        oc, "host-isa", "host instructions used: those of x86-64-v3, v4, or native");
    object_class_property_add_str(oc, "profile", get_profile, set_profile);
    object_class_property_set_description(oc, "profile",
                                          "file for a report of hot guest code at exit");
    object_class_property_add_str(oc, "profile-symbols", get_symbols, set_symbols);
    object_class_property_set_description(oc, "profile-symbols",
                                          "ELF file or System.map that names guest addresses");
    object_class_property_add_bool(oc, "perfmap", get_perfmap, set_perfmap);
    object_class_property_set_description(oc, "perfmap", "the same as -perfmap");
    object_class_property_add_bool(oc, "jitdump", get_jitdump, set_jitdump);
    object_class_property_set_description(oc, "jitdump", "the same as -jitdump");
    object_class_property_add_str(oc, "dense", get_dense, set_dense);
    object_class_property_set_description(
        oc, "dense", "small and slower blocks: on, off, auto: if a small cache is full");
    object_class_property_add_bool(oc, "split-wx", get_split_wx, set_split_wx);
    object_class_property_set_description(oc, "split-wx",
                                          "no memory is writable and executable at one address");
}

/* The symbols that were asked for, or those of an ELF file given as -kernel. */
static bool load_symbols(Error **errp)
{
    const char *kernel = current_machine ? current_machine->kernel_filename : NULL;

    if (tcg_state.symbols) {
        return tcg_symbols_load(tcg_state.symbols, errp);
    }
    if (kernel && (tcg_state.profile || tcg_state.perfmap || tcg_state.jitdump)) {
        tcg_symbols_load(kernel, NULL); /* it need not have any */
    }
    return true;
}

bool tcg_options_start(Error **errp)
{
    return load_symbols(errp) && tcg_profile_open(errp) && tcg_perf_open(errp);
}
