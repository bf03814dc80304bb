/* SPDX-License-Identifier: MIT */
/*
 * Contents of RAM in saved state. Per block: byte length and name, be64 bytes, then runs of pages
 * that are not zero, each be64 offset, be32 bytes, the bytes; ended by a run of 0 bytes. A block
 * with an empty name ends the list.
 *
 * Loading writes only pages that differ: pages never touched stay without memory, and translated
 * code from unchanged pages stays.
 */
#include "qemu/osdep.h"

#include "internal.h"
#include "system/ram_addr.h"

enum { MAX_RUN = 64 * 4096 };

static bool is_zero(const uint8_t *p, size_t size)
{
    return p[0] == 0 && memcmp(p, p + 1, size - 1) == 0;
}

/* ---- Saving ---- */

static void save_run(QEMUFile *f, const RAMBlock *block, ram_addr_t offset, size_t size)
{
    qemu_put_be64(f, offset);
    qemu_put_be32(f, size);
    qemu_put_buffer(f, block->host + offset, size);
}

static int save_block(RAMBlock *block, void *opaque)
{
    QEMUFile *f = opaque;
    size_t len = block->idstr ? strlen(block->idstr) : 0;
    size_t run = 0;

    if (!len || len > 255) {
        return 0;
    }
    qemu_put_byte(f, len);
    qemu_put_buffer(f, (const uint8_t *)block->idstr, len);
    qemu_put_be64(f, block->length);
    for (ram_addr_t at = 0; at < block->length; at += RAM_PAGE_SIZE) {
        bool zero = is_zero(block->host + at, RAM_PAGE_SIZE);

        if (run && (zero || run == MAX_RUN)) {
            save_run(f, block, at - run, run);
            run = 0;
        }
        run += zero ? 0 : RAM_PAGE_SIZE;
    }
    if (run) {
        save_run(f, block, block->length - run, run);
    }
    qemu_put_be64(f, 0);
    qemu_put_be32(f, 0);
    return qemu_file_get_error(f);
}

bool ram_save(QEMUFile *f, Error **errp)
{
    qemu_ram_foreach_block(save_block, f);
    qemu_put_byte(f, 0);
    if (qemu_file_get_error(f)) {
        if (!qemu_file_take_error(f, errp)) {
            error_setg(errp, "RAM can not be saved");
        }
        return false;
    }
    return true;
}

/* ---- Loading ---- */

static void changed(RAMBlock *block, ram_addr_t offset, size_t size)
{
    physical_memory_written(block->offset + offset, size, (1u << DIRTY_MEMORY_NUM) - 1);
}

/* @from NULL: zeros */
static void load_pages(RAMBlock *block, ram_addr_t offset, const uint8_t *from, uint64_t size)
{
    for (uint64_t at = 0; at < size; at += RAM_PAGE_SIZE) {
        uint8_t *page = block->host + offset + at;

        if (from && memcmp(page, from + at, RAM_PAGE_SIZE)) {
            memcpy(page, from + at, RAM_PAGE_SIZE);
            changed(block, offset + at, RAM_PAGE_SIZE);
        } else if (!from && !is_zero(page, RAM_PAGE_SIZE)) {
            memset(page, 0, RAM_PAGE_SIZE);
            changed(block, offset + at, RAM_PAGE_SIZE);
        }
    }
}

static bool load_runs(QEMUFile *f, RAMBlock *block, Error **errp)
{
    ram_addr_t done = 0;

    for (;;) {
        uint64_t offset = qemu_get_be64(f);
        uint32_t size = qemu_get_be32(f);
        const uint8_t *data = qemu_file_peek(f, 0, size);

        if (qemu_file_get_error(f) || !data) {
            error_setg(errp, "the saved state ends within RAM '%s'", block->idstr);
            return false;
        }
        if (!size) {
            load_pages(block, done, NULL, block->length - done);
            return true;
        }
        if (offset < done || offset >= block->length || size > block->length - offset ||
            (offset | size) % RAM_PAGE_SIZE) {
            error_setg(errp,
                       "saved RAM '%s': %" PRIu32 " bytes at 0x%" PRIx64
                       " are not pages of its 0x%" PRIx64 " bytes in order",
                       block->idstr, size, offset, (uint64_t)block->length);
            return false;
        }
        load_pages(block, done, NULL, offset - done);
        load_pages(block, offset, data, size);
        qemu_file_skip(f, size);
        done = offset + size;
    }
}

static bool load_block(QEMUFile *f, size_t len, Error **errp)
{
    char name[256];
    uint64_t length;
    RAMBlock *block;

    qemu_get_buffer(f, (uint8_t *)name, len);
    name[len] = '\0';
    length = qemu_get_be64(f);
    block = qemu_file_get_error(f) ? NULL : qemu_ram_block_by_name(name);
    if (!block) {
        error_setg(errp, "saved RAM '%s' does not exist in this machine", name);
        return false;
    }
    if (length != block->length) {
        error_setg(errp, "saved RAM '%s' has 0x%" PRIx64 " bytes, this machine's 0x%" PRIx64, name,
                   length, (uint64_t)block->length);
        return false;
    }
    return load_runs(f, block, errp);
}

bool ram_load(QEMUFile *f, Error **errp)
{
    RCU_READ_LOCK_GUARD();

    for (;;) {
        size_t len = qemu_get_byte(f);

        if (qemu_file_get_error(f)) {
            error_setg(errp, "the saved state ends where RAM begins");
            return false;
        }
        if (!len) {
            return true;
        }
        if (!load_block(f, len, errp)) {
            return false;
        }
    }
}

/* ---- Disturbing ---- */

/* Some of the pages that hold something, and some that do not. */
static int scramble_block(RAMBlock *block, void *opaque)
{
    GRand *rng = opaque;

    for (ram_addr_t at = 0; at < block->length; at += RAM_PAGE_SIZE) {
        bool zero = is_zero(block->host + at, RAM_PAGE_SIZE);

        if (g_rand_int_range(rng, 0, zero ? 1024 : 8) == 0) {
            block->host[at + g_rand_int_range(rng, 0, RAM_PAGE_SIZE)] ^= g_rand_int(rng) | 1;
            changed(block, at, RAM_PAGE_SIZE);
        }
    }
    return 0;
}

void ram_scramble(GRand *rng)
{
    qemu_ram_foreach_block(scramble_block, rng);
}
