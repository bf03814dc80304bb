/* SPDX-License-Identifier: MIT */
/*
 * Saved state of the whole machine, in memory. Everything here needs the big lock and the vCPUs
 * standing (vm_stop), except vm_state_roundtrip(), which sees to that itself.
 */
#ifndef MIGRATION_SNAPSHOT_H
#define MIGRATION_SNAPSHOT_H

#include "migration/qemu-file.h"
#include "migration/vmstate.h"

/* The virtual clock, RAM, every device with a VMStateDescription (CPUs are devices) and what
 * vmstate_register() knows, into @f. */
bool savevm_to_stream(QEMUFile *f, Error **errp);
/* The reverse, into a machine of the same configuration. False: the machine's state is incomplete;
 * it may be loaded again or reset, but not run. */
bool loadvm_from_stream(QEMUFile *f, Error **errp);

/*
 * Save the machine, disturb everything that is saved, load, save again and compare; then let the
 * machine run if it did. *@bytes (may be NULL) gets the size of the saved state. False with *errp
 * naming the first section and offset that differ, or why saving or loading failed; the machine is
 * then left standing.
 */
bool vm_state_roundtrip(uint32_t seed, size_t *bytes, Error **errp);

/*
 * The same for one structure: save, fill with random values, load, save, compare. With @first_fill
 * it is filled before the first save, too, with values that its own checks take.
 */
bool vmstate_roundtrip(const VMStateDescription *vmsd, void *opaque, GRand *rng, bool first_fill,
                       Error **errp);

/* Random values into everything that @vmsd describes, except counts and what must be equal. */
void vmstate_scramble(const VMStateDescription *vmsd, void *opaque, GRand *rng);

#endif
