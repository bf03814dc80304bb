/* SPDX-License-Identifier: MIT */
/*
 * The registry of ROM blobs.
 *
 * An array sorted by (address space, address) of owned byte strings. Blobs are added while the
 * machine is made, checked once for overlaps, and from then on written to memory at each reset, in
 * ascending order. Only the registered range is written; memory between blobs is the guest's.
 * All of it runs under the BQL, so there is no lock.
 */
#include "qemu/osdep.h"

#include "hw/loader.h"
#include "hw/resettable.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "system/address-spaces.h"
#include "system/memory.h"
#include "system/reset.h"

typedef struct Rom {
    char *name;
    AddressSpace *as;
    hwaddr addr;
    uint8_t *data;
    size_t len;
    uint64_t max_len; /* len and the zeros that follow */
} Rom;

/* Not a property of any one machine object: blobs are added before devices know their machine. */
static struct {
    GPtrArray *list;
    bool registered;
} roms;

static void rom_free(gpointer p)
{
    Rom *rom = p;

    g_free(rom->name);
    g_free(rom->data);
    g_free(rom);
}

static int rom_order(const Rom *a, const Rom *b)
{
    if (a->as != b->as) {
        return a->as < b->as ? -1 : 1;
    }
    return a->addr < b->addr ? -1 : a->addr > b->addr;
}

static void rom_insert(Rom *rom)
{
    guint i = 0;

    if (!roms.list) {
        roms.list = g_ptr_array_new_with_free_func(rom_free);
    }
    while (i < roms.list->len && rom_order(g_ptr_array_index(roms.list, i), rom) <= 0) {
        i++;
    }
    g_ptr_array_insert(roms.list, i, rom);
}

void rom_add_owned(const char *name, uint8_t *data, size_t len, uint64_t max_len, hwaddr addr,
                   AddressSpace *as)
{
    Rom *rom = g_new0(Rom, 1);

    rom->name = g_strdup(name);
    rom->as = as ? as : &address_space_memory;
    rom->addr = addr;
    rom->data = data;
    rom->len = len;
    rom->max_len = MAX(len, max_len);
    rom_insert(rom);
}

MemoryRegion *rom_add_blob(const char *name, const void *blob, size_t len, size_t max_len,
                           hwaddr addr, const char *fw_file_name, void *fw_callback,
                           void *callback_opaque, AddressSpace *as, bool read_only)
{
    assert(!fw_file_name && !fw_callback && !callback_opaque);
    rom_add_owned(name, g_memdup2(blob, len), len, max_len, addr, as);
    return NULL;
}

int rom_add_file(const char *file, hwaddr addr, uint64_t max_sz, AddressSpace *as, Error **errp)
{
    return load_image_targphys_as(file, addr, max_sz, as, errp) < 0 ? -1 : 0;
}

/* Zero [addr, addr + len) where there is memory; gaps of the address map are passed over, so that
 * a hostile length costs no more than the memory that there is. */
static void rom_zero(AddressSpace *as, hwaddr addr, uint64_t len)
{
    static const uint8_t zeros[65536];

    while (len) {
        MemoryRegionSection sec = memory_region_find(as->root, addr, len);
        uint64_t skip, size;

        if (!sec.mr) {
            return;
        }
        skip = sec.offset_within_address_space - addr;
        size = MIN((uint64_t)int128_get64(sec.size), sizeof(zeros));
        if (memory_region_is_ram(sec.mr)) {
            address_space_write_rom(as, addr + skip, MEMTXATTRS_UNSPECIFIED, zeros, size);
        } else {
            size = int128_get64(sec.size);
        }
        memory_region_unref(sec.mr);
        addr += skip + size;
        len -= skip + size;
    }
}

static void rom_reset(void *opaque)
{
    for (guint i = 0; roms.list && i < roms.list->len; i++) {
        Rom *rom = g_ptr_array_index(roms.list, i);

        address_space_write_rom(rom->as, rom->addr, MEMTXATTRS_UNSPECIFIED, rom->data, rom->len);
        rom_zero(rom->as, rom->addr + rom->len, rom->max_len - rom->len);
    }
}

bool rom_check_and_register_reset_err(Error **errp)
{
    for (guint i = 1; roms.list && i < roms.list->len; i++) {
        Rom *a = g_ptr_array_index(roms.list, i - 1), *b = g_ptr_array_index(roms.list, i);

        if (a->as == b->as && b->addr - a->addr < a->max_len) {
            error_setg(errp,
                       "'%s' (0x%" PRIx64 " to 0x%" PRIx64 ") and '%s' (0x%" PRIx64 " to 0x%" PRIx64
                       ") overlap in memory: load one of them elsewhere",
                       a->name, a->addr, a->addr + a->max_len, b->name, b->addr,
                       b->addr + b->max_len);
            return false;
        }
    }
    if (!roms.registered) {
        roms.registered = true;
        qemu_register_reset(rom_reset, NULL);
    }
    return true;
}

int rom_check_and_register_reset(void)
{
    Error *err = NULL;

    if (!rom_check_and_register_reset_err(&err)) {
        error_report_err(err);
        return -1;
    }
    return 0;
}

void *rom_ptr_for_as(AddressSpace *as, hwaddr addr, size_t size)
{
    for (guint i = 0; roms.list && i < roms.list->len; i++) {
        Rom *rom = g_ptr_array_index(roms.list, i);

        if (rom->as == as && addr >= rom->addr && addr - rom->addr <= rom->len &&
            size <= rom->len - (addr - rom->addr)) {
            return rom->data + (addr - rom->addr);
        }
    }
    return NULL;
}

void *rom_ptr(hwaddr addr, size_t size)
{
    return rom_ptr_for_as(&address_space_memory, addr, size);
}

const char *rom_find_overlap(AddressSpace *as, hwaddr addr, uint64_t size)
{
    for (guint i = 0; roms.list && i < roms.list->len; i++) {
        Rom *rom = g_ptr_array_index(roms.list, i);

        if (rom->as == as && addr < rom->addr + rom->max_len && rom->addr < addr + size) {
            return rom->name;
        }
    }
    return NULL;
}

void rom_clear_all(void)
{
    g_clear_pointer(&roms.list, g_ptr_array_unref);
    if (roms.registered) {
        qemu_unregister_reset(rom_reset, NULL);
        roms.registered = false;
    }
}

void rom_print_all(GString *out)
{
    for (guint i = 0; roms.list && i < roms.list->len; i++) {
        Rom *rom = g_ptr_array_index(roms.list, i);

        g_string_append_printf(out, "addr=%016" PRIx64 " size=0x%06" PRIx64 " mem=%s name=\"%s\"\n",
                               rom->addr, rom->max_len,
                               rom->as == &address_space_memory ? "ram" : "other", rom->name);
    }
}
