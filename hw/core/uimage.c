/* SPDX-License-Identifier: MIT */
/* U-Boot's legacy image format, "uImage": 64 bytes of header (big-endian) and one file behind it.
 */
#include "qemu/osdep.h"

#include <zlib.h>

#include "hw/loader.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/readfile.h"

enum { /* Offsets in the header (U-Boot: include/image.h, struct legacy_img_hdr) */
       UIMAGE_MAGIC = 0,
       UIMAGE_HEADER_CRC = 4,
       UIMAGE_SIZE = 12,
       UIMAGE_LOAD = 16,
       UIMAGE_ENTRY = 20,
       UIMAGE_DATA_CRC = 24,
       UIMAGE_OS = 28,
       UIMAGE_TYPE = 30,
       UIMAGE_COMP = 31,
       UIMAGE_HEADER = 64,
};

#define UIMAGE_MAGIC_VALUE 0x27051956
#define UIMAGE_OS_LINUX    5
#define UIMAGE_MAX         (1u << 30) /* of the expanded data */

enum { TYPE_STANDALONE = 1, TYPE_KERNEL = 2, TYPE_FIRMWARE = 5, TYPE_KERNEL_NOLOAD = 14 };
enum { COMP_NONE = 0, COMP_GZIP = 1 };

/* Unsigned, unlike ldl_be_p(). */
static uint32_t word(const uint8_t *header, unsigned offset)
{
    return ldl_be_p(header + offset);
}

bool loader_is_uimage(const uint8_t *data, size_t len)
{
    return len >= UIMAGE_HEADER && word(data, UIMAGE_MAGIC) == UIMAGE_MAGIC_VALUE;
}

static bool check_header(const char *name, const uint8_t *data, size_t len, Error **errp)
{
    uint8_t header[UIMAGE_HEADER];
    uint32_t size = word(data, UIMAGE_SIZE);

    memcpy(header, data, sizeof(header));
    stl_be_p(header + UIMAGE_HEADER_CRC, 0); /* the sum is made with this field 0 */
    if (crc32(0, header, sizeof(header)) != word(data, UIMAGE_HEADER_CRC)) {
        error_setg(errp, "uImage '%s' is damaged: the checksum of its header is wrong", name);
        return false;
    }
    if (size > len - UIMAGE_HEADER) {
        error_setg(errp, "uImage '%s' is truncated: it should have %u bytes of data", name, size);
        return false;
    }
    if (crc32(0, data + UIMAGE_HEADER, size) != word(data, UIMAGE_DATA_CRC)) {
        error_setg(errp, "uImage '%s' is damaged: the checksum of its data is wrong", name);
        return false;
    }
    return true;
}

/* The program in the image, which the caller frees; NULL with *errp set. */
static uint8_t *expand(const char *name, const uint8_t *data, size_t *out_len, Error **errp)
{
    uint32_t size = word(data, UIMAGE_SIZE);

    switch (data[UIMAGE_COMP]) {
    case COMP_NONE:
        *out_len = size;
        return g_memdup2(data + UIMAGE_HEADER, size);
    case COMP_GZIP:
        return loader_gunzip("uImage", name, data + UIMAGE_HEADER, size, UIMAGE_MAX, out_len, errp);
    default:
        error_setg(errp, "uImage '%s': compression %u is not supported: none and gzip are", name,
                   data[UIMAGE_COMP]);
        return NULL;
    }
}

ssize_t loader_load_uimage(const char *name, const uint8_t *data, size_t len, AddressSpace *as,
                           UImageInfo *info, Error **errp)
{
    uint8_t type = data[UIMAGE_TYPE];
    size_t out_len;
    uint8_t *program;

    assert(loader_is_uimage(data, len));
    if (!check_header(name, data, len, errp)) {
        return -1;
    }
    if (type != TYPE_STANDALONE && type != TYPE_KERNEL && type != TYPE_FIRMWARE &&
        type != TYPE_KERNEL_NOLOAD) {
        error_setg(errp, "uImage '%s' is of type %u, not a program", name, type);
        return -1;
    }
    program = expand(name, data, &out_len, errp);
    if (!program) {
        return -1;
    }
    info->is_linux = data[UIMAGE_OS] == UIMAGE_OS_LINUX;
    if (type != TYPE_KERNEL_NOLOAD) {
        info->load = word(data, UIMAGE_LOAD);
        info->entry = word(data, UIMAGE_ENTRY);
    } else { /* runs anywhere: the entry is an offset */
        info->entry = info->load + word(data, UIMAGE_ENTRY);
    }
    rom_add_owned(name, program, out_len, out_len, info->load, as);
    return out_len;
}

ssize_t load_uimage_as(const char *filename, hwaddr *ep, hwaddr *loadaddr, int *is_linux,
                       uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                       AddressSpace *as)
{
    UImageInfo info = { .load = loadaddr ? *loadaddr : 0 };
    g_autofree uint8_t *data = NULL;
    size_t len;
    ssize_t ret;

    assert(!translate_fn);
    data = qemu_read_file("uImage", filename, UIMAGE_MAX, &len, NULL);
    if (!data || !loader_is_uimage(data, len)) {
        return -1;
    }
    ret = loader_load_uimage(filename, data, len, as, &info, NULL);
    if (ret >= 0) {
        *ep = info.entry;
        if (loadaddr) {
            *loadaddr = info.load;
        }
        if (is_linux) {
            *is_linux = info.is_linux;
        }
    }
    return ret;
}
