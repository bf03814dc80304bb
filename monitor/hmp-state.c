/* SPDX-License-Identifier: MIT */
/* Commands on saved state. */
#include "qemu/osdep.h"

#include "migration/snapshot.h"
#include "qapi/error.h"

#include "monitor-internal.h"

void hmp_state_roundtrip(Monitor *mon, const char *args)
{
    Error *err = NULL;
    char *end;
    uint32_t seed = strtoul(args, &end, 0);
    size_t bytes;

    if (*end) {
        monitor_printf(mon, "x-state-roundtrip [SEED]: '%s' is not a number\n", args);
        return;
    }
    if (vm_state_roundtrip(seed, &bytes, &err)) {
        monitor_printf(mon, "state round trip: %zu bytes, the same after loading\n", bytes);
    }
    monitor_handle_error(mon, err);
}
