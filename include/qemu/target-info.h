/* SPDX-License-Identifier: MIT */
/*
 * The guest architectures that the binary can be asked for by name. All of them live in the one
 * binary; the name quern-system-<arch> under which it is started picks one.
 */
#ifndef QEMU_TARGET_INFO_H
#define QEMU_TARGET_INFO_H

#include "qapi/error.h"

typedef struct TargetInfo {
    const char *name;     /* "aarch64" */
    const char *cpu_type; /* base type of its CPUs, "arm-cpu"; also the suffix of their names */
} TargetInfo;

/* The target called @name; NULL and *errp when there is none, or when it is not built yet. */
const TargetInfo *target_info_by_name(const char *name, Error **errp);

/*
 * The target that the program name asks for: "quern-system-<arch>", with or without a directory.
 * Any other name gives the default target.
 */
const TargetInfo *target_info_from_argv0(const char *argv0, Error **errp);

/* What this process emulates; valid after the command line was read. */
const TargetInfo *target_info(void);
void target_info_set(const TargetInfo *target);

#endif
