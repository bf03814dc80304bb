/* SPDX-License-Identifier: MIT */
/*
 * A bank of parallel NOR flash with the Intel command set: CFI command set 0001 (JEDEC JESD68.01,
 * Intel 28F128J3 data sheet). The bank is as wide as bank_width bytes and is made of devices of
 * device_width bytes side by side, which get the same commands and answer alike.
 *
 * Reads of the array go to memory directly (a ROM device); commands that change what reads mean
 * turn that off until "read array". Every operation is done when its last write returns, so that
 * the status is always "ready".
 * Not modelled: block locks (lock and unlock succeed without effect), suspend, the protection
 * register, devices of one bank that get different commands.
 */
#include "qemu/osdep.h"

#include <unistd.h>

#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "system/device_tree.h"

#include "pflash-internal.h"

enum { /* 28FxxxJ3, table "Command Bus Operations" */
       CMD_READ_ARRAY_0 = 0x00,
       CMD_LOCK_BLOCK = 0x01,
       CMD_PROGRAM_ALT = 0x10,
       CMD_ERASE = 0x20,
       CMD_PROGRAM = 0x40,
       CMD_CLEAR_STATUS = 0x50,
       CMD_LOCK_SETUP = 0x60,
       CMD_READ_STATUS = 0x70,
       CMD_READ_ID = 0x90,
       CMD_READ_QUERY = 0x98,
       CMD_CONFIRM = 0xd0,
       CMD_BUFFER = 0xe8,
       CMD_READ_ARRAY_AMD = 0xf0,
       CMD_READ_ARRAY = 0xff,
};

static uint64_t load_bytes(const PFlashCFI01 *fl, const uint8_t *p, unsigned size)
{
    return fl->big_endian ? ldn_be_p(p, size) : ldn_le_p(p, size);
}

static void set_read_mode(PFlashCFI01 *fl, FlashReadMode mode)
{
    fl->read_mode = mode;
    memory_region_rom_device_set_romd(&fl->mem, mode == READ_ARRAY);
}

static void finish(PFlashCFI01 *fl)
{
    fl->step = STEP_COMMAND;
    fl->status |= STATUS_READY;
}

static void sequence_error(PFlashCFI01 *fl, uint8_t value)
{
    qemu_log_mask(LOG_GUEST_ERROR, "pflash %s: 0x%02x does not go on with the command\n", fl->name,
                  value);
    fl->status |= STATUS_SEQUENCE_ERROR;
    finish(fl);
}

/* Reading -------------------------------------------------------------------------------------- */

/* The word of each device that @offset selects, which depends on the mode the devices are in. */
static unsigned device_index(const PFlashCFI01 *fl, hwaddr offset)
{
    unsigned shift = ctz32(fl->bank_width) + ctz32(fl->max_device_width) - ctz32(fl->device_width);

    return offset >> shift & 0xff;
}

static uint8_t id_byte(const PFlashCFI01 *fl, hwaddr offset)
{
    unsigned n = device_index(fl, offset);

    if (n < ARRAY_SIZE(fl->id) && n != 2) {
        return fl->id[n];
    }
    return 0; /* 2: lock configuration of the block, unlocked */
}

static uint8_t answer(const PFlashCFI01 *fl, hwaddr offset)
{
    unsigned n;

    switch (fl->read_mode) {
    case READ_ID:
        return id_byte(fl, offset);
    case READ_QUERY:
        n = device_index(fl, offset);
        return n < CFI_TABLE_SIZE ? fl->cfi[n] : 0;
    default:
        return fl->status;
    }
}

/* Every device gives its answer on the low byte of its lane. */
static uint64_t pflash_read(void *opaque, hwaddr offset, unsigned size)
{
    PFlashCFI01 *fl = opaque;
    uint8_t lanes[8] = { 0 };

    if (fl->read_mode == READ_ARRAY) {
        return load_bytes(fl, fl->storage + offset, size);
    }
    for (unsigned n = 0; n < size; n++) {
        unsigned in_device = (offset + n) % fl->device_width;

        if (in_device == (fl->big_endian ? fl->device_width - 1 : 0)) {
            lanes[n] = answer(fl, offset + n);
        }
    }
    return load_bytes(fl, lanes, size);
}

/* Writing -------------------------------------------------------------------------------------- */

/* Tell translated code, watchers and the file; false if the file could not take it. */
static bool storage_changed(PFlashCFI01 *fl, hwaddr offset, uint64_t len)
{
    memory_region_flush_rom_device(&fl->mem, offset, len);
    return pflash_write_file(fl, offset, len);
}

/* Programming clears bits, it never sets one. */
static void program(PFlashCFI01 *fl, hwaddr offset, const uint8_t *bytes, unsigned len)
{
    if (fl->read_only) {
        fl->status |= STATUS_PROGRAM_ERROR | STATUS_LOCKED;
        return;
    }
    for (unsigned n = 0; n < len; n++) {
        fl->storage[offset + n] &= bytes[n];
    }
    if (!storage_changed(fl, offset, len)) {
        fl->status |= STATUS_PROGRAM_ERROR;
    }
}

static void erase(PFlashCFI01 *fl, hwaddr offset)
{
    hwaddr start = offset - offset % fl->sector_len;

    if (fl->read_only) {
        fl->status |= STATUS_ERASE_ERROR | STATUS_LOCKED;
        return;
    }
    memset(fl->storage + start, 0xff, fl->sector_len);
    if (!storage_changed(fl, start, fl->sector_len)) {
        fl->status |= STATUS_ERASE_ERROR;
    }
}

static void begin(PFlashCFI01 *fl, FlashStep step)
{
    fl->step = step;
    set_read_mode(fl, READ_STATUS);
}

static void command(PFlashCFI01 *fl, uint8_t cmd)
{
    switch (cmd) {
    case CMD_READ_ARRAY_0:
    case CMD_READ_ARRAY:
    case CMD_READ_ARRAY_AMD:
        set_read_mode(fl, READ_ARRAY);
        break;
    case CMD_PROGRAM:
    case CMD_PROGRAM_ALT:
        begin(fl, STEP_PROGRAM);
        break;
    case CMD_ERASE:
        begin(fl, STEP_ERASE);
        break;
    case CMD_LOCK_SETUP:
        begin(fl, STEP_LOCK);
        break;
    case CMD_BUFFER:
        begin(fl, STEP_BUFFER_COUNT);
        break;
    case CMD_CLEAR_STATUS:
        fl->status = STATUS_READY;
        set_read_mode(fl, READ_ARRAY);
        break;
    case CMD_READ_STATUS:
        set_read_mode(fl, READ_STATUS);
        break;
    case CMD_READ_ID:
        set_read_mode(fl, READ_ID);
        break;
    case CMD_READ_QUERY:
        set_read_mode(fl, READ_QUERY);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pflash %s: unknown command 0x%02x\n", fl->name, cmd);
        set_read_mode(fl, READ_ARRAY);
        break;
    }
}

/* The number of data less one, in the width of a device. */
static void buffer_count(PFlashCFI01 *fl, uint64_t value)
{
    fl->count = (value & (UINT64_MAX >> (64 - 8 * fl->device_width))) + 1;
    if (fl->count > fl->buffer_size / fl->bank_width) {
        sequence_error(fl, value);
        return;
    }
    memset(fl->buffer, 0xff, fl->buffer_size);
    fl->buffer_started = false;
    fl->step = STEP_BUFFER_DATA;
}

/* All data lie in one aligned piece of the buffer's size, which the first one selects. */
static void buffer_data(PFlashCFI01 *fl, hwaddr offset, const uint8_t *bytes, unsigned size)
{
    if (!fl->buffer_started) {
        fl->buffer_base = offset - offset % fl->buffer_size;
        fl->buffer_started = true;
    }
    if (offset - fl->buffer_base > fl->buffer_size - size) {
        sequence_error(fl, bytes[0]);
        return;
    }
    memcpy(fl->buffer + (offset - fl->buffer_base), bytes, size);
    if (--fl->count == 0) {
        fl->step = STEP_BUFFER_CONFIRM;
    }
}

/* Second cycles that must be "confirm"; "read array" instead calls the command off. */
static void confirm(PFlashCFI01 *fl, hwaddr offset, uint8_t value)
{
    if (fl->step == STEP_LOCK && value == CMD_READ_ARRAY) {
        finish(fl);
        set_read_mode(fl, READ_ARRAY);
        return;
    }
    if (value != CMD_CONFIRM && !(fl->step == STEP_LOCK && value == CMD_LOCK_BLOCK)) {
        sequence_error(fl, value);
        return;
    }
    if (fl->step == STEP_ERASE) {
        erase(fl, offset);
    } else if (fl->step == STEP_BUFFER_CONFIRM) {
        program(fl, fl->buffer_base, fl->buffer, fl->buffer_size);
    }
    finish(fl);
}

static void pflash_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    PFlashCFI01 *fl = opaque;
    uint8_t bytes[8];

    if (fl->big_endian) {
        stn_be_p(bytes, size, value);
    } else {
        stn_le_p(bytes, size, value);
    }
    switch (fl->step) {
    case STEP_COMMAND:
        command(fl, value);
        break;
    case STEP_PROGRAM:
        program(fl, offset, bytes, size);
        finish(fl);
        break;
    case STEP_BUFFER_COUNT:
        buffer_count(fl, value);
        break;
    case STEP_BUFFER_DATA:
        buffer_data(fl, offset, bytes, size);
        break;
    default:
        confirm(fl, offset, value);
        break;
    }
}

static const MemoryRegionOps pflash_ops_le = {
    .read = pflash_read,
    .write = pflash_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

static const MemoryRegionOps pflash_ops_be = {
    .read = pflash_read,
    .write = pflash_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

/* Saved state ---------------------------------------------------------------------------------- */

static int pflash_post_load(void *opaque, int version_id)
{
    PFlashCFI01 *fl = opaque;

    if (fl->read_mode > READ_QUERY || fl->step > STEP_LAST || fl->buffer_base % fl->buffer_size ||
        fl->buffer_base >= fl->size || (fl->step == STEP_BUFFER_DATA && fl->count == 0)) {
        return -EINVAL;
    }
    memory_region_rom_device_set_romd(&fl->mem, fl->read_mode == READ_ARRAY);
    if (!fl->read_only) {
        pflash_write_file(fl, 0, fl->size);
    }
    return 0;
}

static const VMStateDescription vmstate_pflash = {
    .name = "pflash_cfi01",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = pflash_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT8(read_mode, PFlashCFI01),
            VMSTATE_UINT8(step, PFlashCFI01),
            VMSTATE_UINT8(status, PFlashCFI01),
            VMSTATE_BOOL(buffer_started, PFlashCFI01),
            VMSTATE_UINT32(count, PFlashCFI01),
            VMSTATE_UINT64(buffer_base, PFlashCFI01),
            VMSTATE_VBUFFER_UINT32(buffer, PFlashCFI01, 1, NULL, buffer_size),
            VMSTATE_END_OF_LIST(),
        },
};

/* Device --------------------------------------------------------------------------------------- */

static void pflash_reset_hold(Object *obj, ResetType type)
{
    PFlashCFI01 *fl = PFLASH_CFI01(obj);

    fl->step = STEP_COMMAND;
    fl->status = STATUS_READY;
    fl->count = 0;
    fl->buffer_base = 0;
    fl->buffer_started = false;
    set_read_mode(fl, READ_ARRAY);
}

static bool is_width(unsigned width)
{
    return width == 1 || width == 2 || width == 4;
}

static bool check_geometry(PFlashCFI01 *fl, Error **errp)
{
    if (!fl->name) {
        error_setg(errp, "property 'name' must be set");
        return false;
    }
    fl->device_width = fl->device_width ? fl->device_width : fl->bank_width;
    fl->max_device_width = fl->max_device_width ? fl->max_device_width : fl->device_width;
    if (!is_width(fl->bank_width) || !is_width(fl->device_width) ||
        !is_width(fl->max_device_width) || fl->device_width > fl->bank_width ||
        fl->max_device_width < fl->device_width) {
        error_setg(errp,
                   "flash '%s': width, device-width and max-device-width are 1, 2 or 4, and "
                   "device-width is the smallest of them",
                   fl->name);
        return false;
    }
    if (fl->num_blocks == 0 || fl->num_blocks > 64 * KiB || !is_power_of_2(fl->sector_len) ||
        fl->sector_len < 4 * KiB * fl->bank_width || fl->sector_len > 8 * MiB ||
        fl->num_blocks > GiB / fl->sector_len) { /* what the query table can say */
        error_setg(errp, "flash '%s': num-blocks and sector-length are out of range", fl->name);
        return false;
    }
    fl->size = fl->sector_len * fl->num_blocks;
    return true;
}

static void pflash_realize(DeviceState *dev, Error **errp)
{
    PFlashCFI01 *fl = PFLASH_CFI01(dev);

    if (!check_geometry(fl, errp) ||
        !memory_region_init_rom_device(&fl->mem, OBJECT(dev),
                                       fl->big_endian ? &pflash_ops_be : &pflash_ops_le, fl,
                                       fl->name, fl->size, errp)) {
        return;
    }
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &fl->mem);
    fl->storage = memory_region_get_ram_ptr(&fl->mem);
    pflash_cfi01_make_table(fl);
    fl->buffer = g_malloc0(fl->buffer_size);
    if (fl->file) {
        pflash_open_file(fl, errp);
    }
}

static void pflash_init(Object *obj)
{
    PFLASH_CFI01(obj)->fd = -1;
}

static void pflash_finalize(Object *obj)
{
    PFlashCFI01 *fl = PFLASH_CFI01(obj);

    g_free(fl->buffer);
    if (fl->fd >= 0) {
        close(fl->fd);
    }
}

static const Property pflash_properties[] = {
    DEFINE_PROP_STRING("file", PFlashCFI01, file),
    DEFINE_PROP_BOOL("read-only", PFlashCFI01, read_only, false),
    DEFINE_PROP_UINT32("num-blocks", PFlashCFI01, num_blocks, 0),
    DEFINE_PROP_UINT64("sector-length", PFlashCFI01, sector_len, 0),
    DEFINE_PROP_UINT8("width", PFlashCFI01, bank_width, 0),
    DEFINE_PROP_UINT8("device-width", PFlashCFI01, device_width, 0),
    DEFINE_PROP_UINT8("max-device-width", PFlashCFI01, max_device_width, 0),
    DEFINE_PROP_BOOL("big-endian", PFlashCFI01, big_endian, false),
    DEFINE_PROP_UINT16("id0", PFlashCFI01, id[0], 0),
    DEFINE_PROP_UINT16("id1", PFlashCFI01, id[1], 0),
    DEFINE_PROP_UINT16("id2", PFlashCFI01, id[2], 0),
    DEFINE_PROP_UINT16("id3", PFlashCFI01, id[3], 0),
    DEFINE_PROP_STRING("name", PFlashCFI01, name),
};

static void pflash_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->desc = "NOR flash with the Intel command set";
    dc->realize = pflash_realize;
    dc->vmsd = &vmstate_pflash;
    RESETTABLE_CLASS(oc)->phases.hold = pflash_reset_hold;
    set_bit(DEVICE_CATEGORY_STORAGE, dc->categories);
    device_class_set_props(dc, pflash_properties);
}

static const TypeInfo pflash_types[] = {
    {
        .name = TYPE_PFLASH_CFI01,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(PFlashCFI01),
        .instance_init = pflash_init,
        .instance_finalize = pflash_finalize,
        .class_init = pflash_class_init,
    },
};

DEFINE_TYPES(pflash_types)

MemoryRegion *pflash_cfi01_get_memory(PFlashCFI01 *fl)
{
    return &fl->mem;
}

void pflash_fdt_add_node(void *fdt, const MemMapEntry *place, unsigned banks, unsigned bank_width)
{
    g_autofree char *node = g_strdup_printf("/flash@%" PRIx64, place->base);
    g_autofree uint64_t *reg = g_new(uint64_t, banks * 4);
    uint64_t size = place->size / banks;

    for (unsigned n = 0; n < banks; n++) {
        memcpy(reg + n * 4, (uint64_t[]){ 2, place->base + n * size, 2, size }, 4 * sizeof(*reg));
    }
    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string(fdt, node, "compatible", "cfi-flash");
    qemu_fdt_setprop_sized_cells_from_array(fdt, node, "reg", banks * 2, reg);
    qemu_fdt_setprop_cell(fdt, node, "bank-width", bank_width);
}
