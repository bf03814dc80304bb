/* SPDX-License-Identifier: MIT */
/* What the command line says about drives that boards place themselves (-drive if=…, -pflash). */
#ifndef SYSTEM_BLOCKDEV_H
#define SYSTEM_BLOCKDEV_H

#include "qapi/error.h"

typedef enum {
    IF_NONE,
    IF_PFLASH,
} BlockInterfaceType;

typedef struct DriveInfo {
    BlockInterfaceType type;
    int unit;
    char *file; /* raw contents */
    bool read_only;
    bool claimed; /* a board took it */
} DriveInfo;

/* Note a drive; @unit -1 takes the first free. False with *errp set if the unit is taken. */
bool drive_add(BlockInterfaceType type, int unit, const char *file, bool read_only, Error **errp);

/* The drive, marked as claimed, or NULL. @bus must be 0. */
DriveInfo *drive_get(BlockInterfaceType type, int bus, int unit);

/* True if every drive was claimed by the board; else *errp names one that was not. */
bool drive_check_claimed(Error **errp);

#endif
