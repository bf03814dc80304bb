/* SPDX-License-Identifier: MIT */
/*
 * Properties of Arm CPUs that say which features there are, by the names that command lines have
 * for them. What can be had in one way only takes that value: so `aarch64=on` or `sve=off` of a
 * command line made for another emulator are right, and their opposites an error that says why.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "target/arm/cpu-models.h"
#include "target/arm/internals.h"

static bool always(Object *obj, Error **errp)
{
    return true;
}

static bool never(Object *obj, Error **errp)
{
    return false;
}

static void refuse_off(bool value, const char *name, const char *why, Error **errp)
{
    if (!value) {
        error_setg(errp, "'%s=off' is not possible: %s", name, why);
    }
}

static void refuse_on(bool value, const char *name, Error **errp)
{
    if (value) {
        error_setg(errp, "'%s=on' is not supported: leave the feature off", name);
    }
}

static void set_aarch64(Object *obj, bool value, Error **errp)
{
    refuse_off(value, "aarch64", "these CPUs have no AArch32 state", errp);
}

static void set_vfp(Object *obj, bool value, Error **errp)
{
    refuse_off(value, "vfp", "AArch64 state has floating point", errp);
}

static void set_neon(Object *obj, bool value, Error **errp)
{
    refuse_off(value, "neon", "AArch64 state has Advanced SIMD", errp);
}

static void set_sve(Object *obj, bool value, Error **errp)
{
    refuse_on(value, "sve", errp);
}

static void set_sme(Object *obj, bool value, Error **errp)
{
    refuse_on(value, "sme", errp);
}

static void set_lpa2(Object *obj, bool value, Error **errp)
{
    refuse_on(value, "lpa2", errp);
}

typedef struct FixedProperty {
    const char *name, *description;
    bool (*get)(Object *, Error **);
    void (*set)(Object *, bool, Error **);
} FixedProperty;

static const FixedProperty of_all[] = {
    { "aarch64", "AArch64 state; always on", always, set_aarch64 },
    { "vfp", "floating point; always on", always, set_vfp },
    { "neon", "Advanced SIMD; always on", always, set_neon },
};

static const FixedProperty of_max[] = {
    { "sve", "scalable vectors; always off", never, set_sve },
    { "sme", "scalable matrices; always off", never, set_sme },
    { "lpa2", "52-bit addresses; always off", never, set_lpa2 },
};

static void add_fixed(ObjectClass *oc, const FixedProperty *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        object_class_property_add_bool(oc, p[i].name, p[i].get, p[i].set);
        object_class_property_set_description(oc, p[i].name, p[i].description);
    }
}

void arm_add_cpu_properties(ObjectClass *oc)
{
    add_fixed(oc, of_all, ARRAY_SIZE(of_all));
}

void arm_add_max_properties(ObjectClass *oc)
{
    add_fixed(oc, of_max, ARRAY_SIZE(of_max));
}
