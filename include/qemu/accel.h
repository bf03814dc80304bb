/* SPDX-License-Identifier: MIT */
/*
 * Accelerators: how guest code is run. Each is a type "<name>-accel" below TYPE_ACCEL, created and
 * configured from `-accel name,property=value,…` before the board is built.
 */
#ifndef QEMU_ACCEL_H
#define QEMU_ACCEL_H

#include "qapi/error.h"
#include "qom/object.h"

#define TYPE_ACCEL             "accel"
#define ACCEL_CLASS_SUFFIX     "-accel"
/* ACCEL_CLASS_NAME("tcg"): the type's name. */
#define ACCEL_CLASS_NAME(name) name ACCEL_CLASS_SUFFIX

OBJECT_DECLARE_TYPE(AccelState, AccelClass, ACCEL)

struct AccelState {
    Object parent_obj;
};

struct AccelClass {
    ObjectClass parent_class;

    const char *name; /* for people: "tcg" */
    /* Properties are set; get ready to run @machine's CPUs. False and *errp when the host can
     * not. */
    bool (*init_machine)(AccelState *accel, MachineState *machine, Error **errp);
    /* The board is built and devices are there, nothing runs yet. */
    void (*setup_post)(AccelState *accel);
    /* The thread of a CPU that gets realized: start it. */
    void (*create_vcpu_thread)(CPUState *cs);
    /* Make another thread's vCPU leave guest code; exit_request is set. Any thread. NULL: nothing
     * to do. */
    void (*kick_vcpu_thread)(CPUState *cs);
    /* After bits of interrupt_request were set, under the big lock. NULL: kick, if it is another
     * thread's. */
    void (*handle_interrupt)(CPUState *cs, int mask);
    /* Appends the text of `info jit`; NULL: not a translator. */
    void (*info_jit)(GString *out);
    /* Likewise of `info replay-hash`; NULL: counts no instructions. */
    void (*info_replay_hash)(GString *out);
};

/* Run init_machine; on success @accel is the current one, found at /accel. */
bool accel_init_machine(AccelState *accel, MachineState *machine, Error **errp);

/* The accelerator in use; NULL before it is chosen. */
AccelState *current_accel(void);
/* Its name for people; "none" before it is chosen. */
const char *current_accel_name(void);

void accel_setup_post(MachineState *machine);

#endif
