/* SPDX-License-Identifier: MIT */
/* The back ends of the board's serial lines, in the order of -serial; see system/system.h. */
#include "qemu/osdep.h"

#include "system/system.h"

/* Of Chardev, NULL where the user wants none. Filled before boards are built, then only read. */
static GPtrArray *serial_lines;

void serial_hd_add(Chardev *chr)
{
    if (!serial_lines) {
        serial_lines = g_ptr_array_new();
    }
    g_ptr_array_add(serial_lines, chr);
}

Chardev *serial_hd(int i)
{
    assert(i >= 0);
    return i < serial_hd_count() ? g_ptr_array_index(serial_lines, i) : NULL;
}

int serial_hd_count(void)
{
    return serial_lines ? serial_lines->len : 0;
}
