/* SPDX-License-Identifier: MIT */
/* Targets by name. A row without a CPU type is one that is still to come. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/keyval.h"
#include "qemu/target-info.h"

/* In "quern-system-ARCH", and in links to it by other names. */
#define PROGRAM_INFIX  "-system-"
#define DEFAULT_TARGET "aarch64"

/* The first is the default. */
static const TargetInfo targets[] = {
    { DEFAULT_TARGET, "arm-cpu" },
    { "alpha" },
    { "arm" },
    { "avr" },
    { "hppa" },
    { "i386" },
    { "loongarch64" },
    { "m68k" },
    { "microblaze" },
    { "microblazeel" },
    { "mips" },
    { "mips64" },
    { "mips64el" },
    { "mipsel" },
    { "or1k" },
    { "ppc" },
    { "ppc64" },
    { "riscv32" },
    { "riscv64" },
    { "rx" },
    { "s390x" },
    { "sh4" },
    { "sh4eb" },
    { "sparc" },
    { "sparc64" },
    { "tricore" },
    { "x86_64" },
    { "xtensa" },
    { "xtensaeb" },
};

static const TargetInfo *current_target;

static bool is_built(const TargetInfo *t)
{
    return t->cpu_type;
}

const TargetInfo *target_info_by_name(const char *name, Error **errp)
{
    const char *names[ARRAY_SIZE(targets) + 1] = { NULL };
    g_autoptr(GString) built = g_string_new(NULL);

    for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
        names[i] = targets[i].name;
        if (is_built(&targets[i])) {
            g_string_append_printf(built, "%s%s", built->len ? ", " : "", names[i]);
        }
    }
    for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
        if (!strcmp(names[i], name)) {
            if (is_built(&targets[i])) {
                return &targets[i];
            }
            error_setg(errp, "target '%s' is not supported yet; there is: %s", name, built->str);
            return NULL;
        }
    }
    g_autofree char *hint = did_you_mean(name, names);
    error_setg(errp, "unknown target '%s'%s", name, hint);
    return NULL;
}

const TargetInfo *target_info_from_argv0(const char *argv0, Error **errp)
{
    const char *slash = strrchr(argv0, '/');
    const char *name = slash ? slash + 1 : argv0;

    const char *infix = strstr(name, PROGRAM_INFIX);

    if (infix) {
        return target_info_by_name(infix + strlen(PROGRAM_INFIX), errp);
    }
    return target_info_by_name(DEFAULT_TARGET, errp);
}

const TargetInfo *target_info(void)
{
    return current_target;
}

void target_info_set(const TargetInfo *target)
{
    current_target = target;
}
