/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "system/blockdev.h"

static GPtrArray *drives; /* of DriveInfo; filled by the command line, under the BQL */

static DriveInfo *find(BlockInterfaceType type, int unit)
{
    for (guint n = 0; drives && n < drives->len; n++) {
        DriveInfo *d = g_ptr_array_index(drives, n);

        if (d->type == type && d->unit == unit) {
            return d;
        }
    }
    return NULL;
}

bool drive_add(BlockInterfaceType type, int unit, const char *file, bool read_only, Error **errp)
{
    DriveInfo *d;

    if (unit < 0) {
        for (unit = 0; find(type, unit);) {
            unit++;
        }
    } else if (find(type, unit)) {
        error_setg(errp, "unit %d of this interface has a drive already", unit);
        return false;
    }
    if (!drives) {
        drives = g_ptr_array_new();
    }
    d = g_new0(DriveInfo, 1); /* lives as long as the process */
    *d = (DriveInfo){ .type = type, .unit = unit, .file = g_strdup(file), .read_only = read_only };
    g_ptr_array_add(drives, d);
    return true;
}

DriveInfo *drive_get(BlockInterfaceType type, int bus, int unit)
{
    DriveInfo *d = bus == 0 ? find(type, unit) : NULL;

    if (d) {
        d->claimed = true;
    }
    return d;
}

bool drive_check_claimed(Error **errp)
{
    for (guint n = 0; drives && n < drives->len; n++) {
        DriveInfo *d = g_ptr_array_index(drives, n);

        if (d->type != IF_NONE && !d->claimed) {
            error_setg(errp, "machine type does not support if=pflash,bus=0,unit=%d", d->unit);
            return false;
        }
    }
    return true;
}
