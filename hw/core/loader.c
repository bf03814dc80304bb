/* SPDX-License-Identifier: MIT */
/*
 * Image files: plain, and compressed by gzip (RFC 1952). All of them end as blobs in the registry
 * of hw/core/rom.c.
 */
#include "qemu/osdep.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "hw/loader.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/readfile.h"

/* gzip: 10 bytes of header, 8 of trailer (CRC32 and the size modulo 2^32). */
#define GZIP_MIN_SIZE 18

int64_t get_image_size(const char *filename, Error **errp)
{
    struct stat st;

    if (stat(filename, &st) < 0) {
        error_setg(errp, "could not find '%s': %s", filename, strerror(errno));
        return -1;
    }
    return st.st_size;
}

ssize_t load_image_size(const char *filename, void *addr, size_t size)
{
    int fd = open(filename, O_RDONLY | O_CLOEXEC);
    size_t done = 0;
    ssize_t got = 0;

    if (fd < 0) {
        return -1;
    }
    while (done < size) {
        got = read(fd, (char *)addr + done, size - done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        done += got;
    }
    close(fd);
    return got < 0 ? -1 : (ssize_t)done;
}

ssize_t load_image_targphys_as(const char *filename, hwaddr addr, uint64_t max_sz, AddressSpace *as,
                               Error **errp)
{
    size_t len;
    uint8_t *data = qemu_read_file("image", filename, MIN(max_sz, SSIZE_MAX - 1), &len, errp);

    if (!data) {
        return -1;
    }
    rom_add_owned(filename, data, len, len, addr, as);
    return len;
}

ssize_t load_image_targphys(const char *filename, hwaddr addr, uint64_t max_sz, Error **errp)
{
    return load_image_targphys_as(filename, addr, max_sz, NULL, errp);
}

bool loader_is_gzip(const uint8_t *data, size_t len)
{
    return len >= 3 && data[0] == 0x1f && data[1] == 0x8b && data[2] == 8;
}

/* Grow towards @max; one byte beyond it shows that the data does not fit. */
static void gunzip_room(z_stream *zs, uint8_t **buf, size_t *room, size_t max)
{
    size_t used = *room - zs->avail_out;
    size_t chunk;

    if (zs->avail_out == 0) {
        *room = *room > max / 2 ? max + 1 : *room * 2;
        *buf = g_realloc(*buf, *room);
    }
    chunk = MIN(*room - used, UINT32_MAX);
    zs->next_out = *buf + used;
    zs->avail_out = chunk;
    *room = used + chunk;
}

/* The result of the last inflate(): Z_STREAM_END when all members are done. */
static int gunzip_loop(z_stream *zs, uint8_t **buf, size_t *room, size_t max)
{
    int ret;

    do {
        gunzip_room(zs, buf, room, max);
        ret = inflate(zs, Z_NO_FLUSH);
        if (ret == Z_STREAM_END && loader_is_gzip(zs->next_in, zs->avail_in)) {
            ret = inflateReset(zs);
        }
    } while (ret == Z_OK && *room - zs->avail_out <= max);
    return ret;
}

uint8_t *loader_gunzip(const char *what, const char *filename, const uint8_t *data, size_t len,
                       size_t max, size_t *out_len, Error **errp)
{
    z_stream zs = { .next_in = (Bytef *)data, .avail_in = MIN(len, UINT32_MAX) };
    g_autofree uint8_t *buf = NULL;
    size_t room;
    int ret;

    if (len < GZIP_MIN_SIZE) {
        error_setg(errp, "the %s '%s' is truncated: its gzip data ends early", what, filename);
        return NULL;
    }
    room = MIN((size_t)ldl_le_p(data + len - 4) + 1, max + 1);
    room = MIN(room, (size_t)1 << 30);
    buf = g_malloc(room);
    zs.avail_out = room; /* all of it is free */
    ret = inflateInit2(&zs, 16 + MAX_WBITS);
    if (ret == Z_OK) {
        ret = gunzip_loop(&zs, &buf, &room, max);
    }
    *out_len = room - zs.avail_out;
    inflateEnd(&zs);
    if (*out_len > max) {
        error_setg(errp, "the %s '%s' is too large: it expands to more than %zu bytes", what,
                   filename, max);
        return NULL;
    }
    if (ret == Z_BUF_ERROR) {
        error_setg(errp, "the %s '%s' is truncated: its gzip data ends early", what, filename);
        return NULL;
    }
    if (ret != Z_STREAM_END || *out_len == 0) {
        error_setg(errp, "the %s '%s' is damaged: its gzip data can not be expanded", what,
                   filename);
        return NULL;
    }
    return g_steal_pointer(&buf);
}

ssize_t load_image_gzipped_buffer(const char *filename, uint64_t max_sz, uint8_t **buffer)
{
    g_autofree uint8_t *data = NULL;
    size_t len, out_len;

    data = qemu_read_file("image", filename, SSIZE_MAX - 1, &len, NULL);
    if (!data || !loader_is_gzip(data, len)) {
        return -1;
    }
    *buffer =
        loader_gunzip("image", filename, data, len, MIN(max_sz, SSIZE_MAX - 1), &out_len, NULL);
    return *buffer ? (ssize_t)out_len : -1;
}

ssize_t load_image_gzipped(const char *filename, hwaddr addr, uint64_t max_sz)
{
    uint8_t *data;
    ssize_t len = load_image_gzipped_buffer(filename, max_sz, &data);

    if (len > 0) {
        rom_add_owned(filename, data, len, len, addr, NULL);
    }
    return len;
}
