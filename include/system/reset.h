/* SPDX-License-Identifier: MIT */
/* What a system reset resets: objects and functions, in the order of registration. */
#ifndef SYSTEM_RESET_H
#define SYSTEM_RESET_H

#include "hw/resettable.h"

typedef void QEMUResetHandler(void *opaque);

/* Called in the hold phase. */
void qemu_register_reset(QEMUResetHandler *func, void *opaque);
/* The same, but not before a machine's state is loaded. */
void qemu_register_reset_nosnapshotload(QEMUResetHandler *func, void *opaque);
void qemu_unregister_reset(QEMUResetHandler *func, void *opaque);
/* @obj must implement TYPE_RESETTABLE_INTERFACE. */
void qemu_register_resettable(Object *obj);
void qemu_unregister_resettable(Object *obj);
/* Runs all three phases over everything registered. */
void qemu_devices_reset(ResetType type);

#endif
