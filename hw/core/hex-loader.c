/* SPDX-License-Identifier: MIT */
/*
 * Intel HEX files ("Hexadecimal Object File Format Specification", revision A): lines of
 *
 *   :  count  address (4 digits)  type  data ...  checksum
 *
 * in hexadecimal. The bytes of a line sum up to 0 modulo 256. Data that go on where the last ended
 * make one blob. The file is read twice, so that one that is refused leaves nothing behind.
 */
#include "qemu/osdep.h"

#include "hw/loader.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/readfile.h"

enum {
    HEX_DATA = 0,
    HEX_END = 1,
    HEX_SEGMENT = 2,       /* bits 19:4 of the base address */
    HEX_START_SEGMENT = 3, /* CS and IP */
    HEX_LINEAR = 4,        /* bits 31:16 of the base address */
    HEX_START_LINEAR = 5,
};

#define HEX_MAX_BYTES (5 + 255) /* count, address, type, checksum; and the data */

typedef struct HexReader {
    const char *name;
    const uint8_t *data;
    size_t len, at;
    unsigned line;

    uint8_t rec[HEX_MAX_BYTES];
    uint32_t base, entry;
    uint64_t total;

    bool keep;        /* register blobs */
    GByteArray *blob; /* the one that grows; NULL: none */
    uint32_t blob_addr;
    AddressSpace *as;
} HexReader;

/* The next record into r->rec: 1, 0 at the end of the text, -1 if it is none. */
static int next_record(HexReader *r)
{
    unsigned n = 0, sum = 0;

    while (r->at < r->len && g_ascii_isspace(r->data[r->at])) {
        r->line += r->data[r->at++] == '\n';
    }
    if (r->at == r->len) {
        return 0;
    }
    if (r->data[r->at++] != ':') {
        return -1;
    }
    for (; n == 0 || n < 5u + r->rec[0]; n++, r->at += 2) {
        int high = r->len - r->at < 2 ? -1 : g_ascii_xdigit_value(r->data[r->at]);
        int low = high < 0 ? -1 : g_ascii_xdigit_value(r->data[r->at + 1]);

        if (low < 0) {
            return -1;
        }
        r->rec[n] = high << 4 | low;
        sum += r->rec[n];
    }
    return (sum & 0xff) == 0 ? 1 : -1;
}

static void end_blob(HexReader *r)
{
    size_t len;
    uint8_t *bytes;

    if (r->blob) {
        bytes = g_byte_array_steal(r->blob, &len);
        rom_add_owned(r->name, bytes, len, len, r->blob_addr, r->as);
        g_clear_pointer(&r->blob, g_byte_array_unref);
    }
}

static void add_data(HexReader *r)
{
    uint32_t addr = r->base + lduw_be_p(r->rec + 1);

    r->total += r->rec[0];
    if (!r->keep || !r->rec[0]) {
        return;
    }
    if (!r->blob || addr != (uint64_t)r->blob_addr + r->blob->len) {
        end_blob(r);
        r->blob = g_byte_array_new();
        r->blob_addr = addr;
    }
    g_byte_array_append(r->blob, r->rec + 4, r->rec[0]);
}

/* False if the record is not as its type wants it. */
static bool take_record(HexReader *r)
{
    static const uint8_t count[] = {
        [HEX_SEGMENT] = 2, [HEX_START_SEGMENT] = 4, [HEX_LINEAR] = 2, [HEX_START_LINEAR] = 4
    };
    uint8_t type = r->rec[3];
    const uint8_t *data = r->rec + 4;

    if (type > HEX_START_LINEAR || (type != HEX_DATA && r->rec[0] != count[type])) {
        return false;
    }
    switch (type) {
    case HEX_DATA:
        add_data(r);
        break;
    case HEX_SEGMENT:
        r->base = (uint32_t)lduw_be_p(data) << 4;
        break;
    case HEX_LINEAR:
        r->base = (uint32_t)lduw_be_p(data) << 16;
        break;
    case HEX_START_SEGMENT:
        r->entry = ((uint32_t)lduw_be_p(data) << 4) + lduw_be_p(data + 2);
        break;
    case HEX_START_LINEAR:
        r->entry = ldl_be_p(data);
        break;
    }
    return true;
}

static bool read_hex(HexReader *r, Error **errp)
{
    int got;

    r->at = 0;
    r->line = 1;
    r->base = r->total = 0;
    while ((got = next_record(r)) > 0 && take_record(r)) {
        if (r->rec[3] == HEX_END) {
            end_blob(r);
            return true;
        }
    }
    if (got == 0) {
        error_setg(errp, "Intel HEX file '%s' is truncated: it has no end record", r->name);
    } else {
        error_setg(errp, "Intel HEX file '%s', line %u: this is not a valid record", r->name,
                   r->line);
    }
    return false;
}

bool loader_is_hex(const uint8_t *data, size_t len)
{
    HexReader r = { .data = data, .len = len, .line = 1 };

    return len && data[0] == ':' && next_record(&r) == 1;
}

ssize_t loader_load_hex(const char *name, const uint8_t *data, size_t len, AddressSpace *as,
                        hwaddr *entry, Error **errp)
{
    HexReader r = { .name = name, .data = data, .len = len, .as = as };

    if (!read_hex(&r, errp)) {
        return -1;
    }
    r.keep = true;
    read_hex(&r, &error_abort);
    *entry = r.entry;
    return r.total;
}

ssize_t load_targphys_hex_as(const char *filename, hwaddr *entry, AddressSpace *as)
{
    size_t len;
    g_autofree uint8_t *data =
        qemu_read_file("Intel HEX file", filename, SSIZE_MAX - 1, &len, NULL);

    return data && loader_is_hex(data, len) ? loader_load_hex(filename, data, len, as, entry, NULL)
                                            : -1;
}
