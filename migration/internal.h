/* SPDX-License-Identifier: MIT */
#ifndef MIGRATION_INTERNAL_H
#define MIGRATION_INTERNAL_H

#include "migration/snapshot.h"

/* One thing of the machine that is saved. */
typedef struct SaveItem {
    char *name; /* with the instance: unique */
    int instance_id;
    const VMStateDescription *vmsd;
    void *opaque;
    bool loaded;
} SaveItem;

/* All of them in the order in which they are loaded: the clock, then by falling priority. */
GPtrArray *savevm_collect(void);

/* ram.c: the contents of all RAM blocks that have a name. */
bool ram_save(QEMUFile *f, Error **errp);
bool ram_load(QEMUFile *f, Error **errp);
void ram_scramble(GRand *rng);

#endif
