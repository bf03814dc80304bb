/* SPDX-License-Identifier: MIT */
/*
 * The table that "read query" shows (JESD68.01, and "Primary Vendor-Specific Extended Query" of the
 * 28FxxxJ3 data sheet). It describes one device of the bank, in its own units.
 */
#include "qemu/osdep.h"

#include "qemu/bswap.h"
#include "qemu/host-utils.h"

#include "pflash-internal.h"

#define EXTENDED 0x31 /* where the extended table is */

/* What does not depend on the geometry; times are powers of two. */
static const struct {
    uint8_t at, value;
} fixed[] = {
    { 0x10, 'Q' },
    { 0x11, 'R' },
    { 0x12, 'Y' },
    { 0x13, 0x01 }, /* command set 0001: Intel, extended */
    { 0x15, EXTENDED },
    { 0x1b, 0x45 }, /* Vcc from 4.5 V */
    { 0x1c, 0x55 }, /* to 5.5 V; no Vpp */
    { 0x1f, 0x07 }, /* typical: us for a word */
    { 0x20, 0x07 }, /* us for a buffer */
    { 0x21, 0x0a }, /* ms for a block's erase; no chip erase */
    { 0x23, 0x04 }, /* maxima: times typical */
    { 0x24, 0x04 },
    { 0x25, 0x04 },
    { 0x28, 0x02 }, /* x8 and x16 */
    { 0x2c, 0x01 }, /* one region of equal blocks */
    { EXTENDED + 0x00, 'P' },
    { EXTENDED + 0x01, 'R' },
    { EXTENDED + 0x02, 'I' },
    { EXTENDED + 0x03, '1' },
    { EXTENDED + 0x04, '0' },
    { EXTENDED + 0x0e, 0x01 }, /* one field of protection registers */
};

void pflash_cfi01_make_table(PFlashCFI01 *fl)
{
    unsigned devices = fl->bank_width / fl->device_width;
    uint64_t block = fl->sector_len / devices;
    unsigned buffer_bits = fl->device_width == 1 ? 8 : 11;

    for (int n = 0; n < ARRAY_SIZE(fixed); n++) {
        fl->cfi[fixed[n].at] = fixed[n].value;
    }
    fl->cfi[0x27] = 63 - clz64(fl->size / devices);
    fl->cfi[0x2a] = buffer_bits;
    stw_le_p(fl->cfi + 0x2d, fl->num_blocks - 1);
    stw_le_p(fl->cfi + 0x2f, block >> 8);
    fl->buffer_size = devices << buffer_bits;
}
