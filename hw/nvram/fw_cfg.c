/* SPDX-License-Identifier: MIT */
/*
 * Firmware configuration, the part that no bus matters to: items, the file directory, selection,
 * reading and DMA (QEMU's docs/specs/fw_cfg.rst).
 *
 * Items are an array by key. Files are the items from FW_CFG_FILE_FIRST on, kept in the order of
 * their names, so that a file's key moves up while boards add others; once the machine runs,
 * nothing moves. Reads beyond the end of an item, and of items that do not exist, give zeros. Not
 * modelled: the write-only data register of before 2.4 (writes are dropped, as since then).
 */
#include "qemu/osdep.h"

#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "system/dma.h"

#include "fw_cfg-internal.h"

#define FILE_SLOTS_MIN  0x10
#define FILE_SLOTS_DFLT 0x20
#define DIR_ENTRY_SIZE  sizeof(FWCfgFile)

QEMU_BUILD_BUG_ON(sizeof(FWCfgFile) != 64);
QEMU_BUILD_BUG_ON(sizeof(FWCfgDmaAccess) != 16);

static unsigned item_count(const FWCfgState *s)
{
    return FW_CFG_FILE_FIRST + s->file_slots;
}

/* NULL for a key that no item can have. */
static FWCfgItem *item_at(const FWCfgState *s, uint16_t key)
{
    unsigned n = key & FW_CFG_ENTRY_MASK;

    return n < item_count(s) ? &s->items[!!(key & FW_CFG_ARCH_LOCAL)][n] : NULL;
}

/* Items ---------------------------------------------------------------------------------------- */

static void set_item(FWCfgState *s, uint16_t key, void *data, size_t len, bool owned)
{
    FWCfgItem *item = item_at(s, key);

    assert(item && len < UINT32_MAX);
    if (item->owned) {
        g_free(item->data);
    }
    *item = (FWCfgItem){ .data = data, .len = len, .owned = owned };
}

static void add_copy(FWCfgState *s, uint16_t key, const void *data, size_t len)
{
    assert(item_at(s, key) && !item_at(s, key)->data);
    set_item(s, key, g_memdup2(data, len), len, true);
}

void fw_cfg_add_bytes(FWCfgState *s, uint16_t key, void *data, size_t len)
{
    assert(item_at(s, key) && !item_at(s, key)->data);
    set_item(s, key, data, len, false);
}

void fw_cfg_add_string(FWCfgState *s, uint16_t key, const char *value)
{
    add_copy(s, key, value, strlen(value) + 1);
}

void fw_cfg_modify_string(FWCfgState *s, uint16_t key, const char *value)
{
    set_item(s, key, g_strdup(value), strlen(value) + 1, true);
}

void fw_cfg_add_i16(FWCfgState *s, uint16_t key, uint16_t value)
{
    value = cpu_to_le16(value);
    add_copy(s, key, &value, sizeof(value));
}

void fw_cfg_modify_i16(FWCfgState *s, uint16_t key, uint16_t value)
{
    value = cpu_to_le16(value);
    set_item(s, key, g_memdup2(&value, sizeof(value)), sizeof(value), true);
}

void fw_cfg_add_i32(FWCfgState *s, uint16_t key, uint32_t value)
{
    value = cpu_to_le32(value);
    add_copy(s, key, &value, sizeof(value));
}

void fw_cfg_add_i64(FWCfgState *s, uint16_t key, uint64_t value)
{
    value = cpu_to_le64(value);
    add_copy(s, key, &value, sizeof(value));
}

/* Files ---------------------------------------------------------------------------------------- */

/* Where @name is, or belongs. */
static unsigned file_index(const FWCfgState *s, const char *name, bool *found)
{
    unsigned n = 0;
    int order = -1;

    while (n < s->nfiles && (order = strcmp(s->dir[n].name, name)) < 0) {
        n++;
    }
    *found = n < s->nfiles && order == 0;
    return n;
}

/* The directory as the guest reads it: a count, then the entries. */
static void update_dir(FWCfgState *s)
{
    stl_be_p(s->dir_image, s->nfiles);
    for (unsigned n = 0; n < s->nfiles; n++) {
        uint8_t *p = s->dir_image + 4 + n * DIR_ENTRY_SIZE;

        stl_be_p(p, s->items[0][FW_CFG_FILE_FIRST + n].len);
        stw_be_p(p + 4, FW_CFG_FILE_FIRST + n);
        stw_be_p(p + 6, 0);
        memcpy(p + 8, s->dir[n].name, FW_CFG_MAX_FILE_PATH);
    }
    s->items[0][FW_CFG_FILE_DIR].len = 4 + s->nfiles * DIR_ENTRY_SIZE;
}

static void insert_file(FWCfgState *s, const char *name, FWCfgItem item)
{
    bool found;
    unsigned n = file_index(s, name, &found), tail = s->nfiles - n;
    FWCfgItem *items = s->items[0] + FW_CFG_FILE_FIRST;

    assert(!found && s->nfiles < s->file_slots && strlen(name) < FW_CFG_MAX_FILE_PATH);
    memmove(items + n + 1, items + n, tail * sizeof(*items));
    memmove(s->dir + n + 1, s->dir + n, tail * sizeof(*s->dir));
    s->nfiles++;
    items[n] = item;
    s->dir[n] = (FWCfgFile){ .size = 0 };
    memcpy(s->dir[n].name, name, strlen(name));
    update_dir(s);
}

void fw_cfg_add_file_callback(FWCfgState *s, const char *name, FWCfgCallback select_cb,
                              FWCfgWriteCallback write_cb, void *opaque, void *data, size_t len,
                              bool read_only)
{
    assert(len < UINT32_MAX);
    insert_file(s, name,
                (FWCfgItem){ .data = data,
                             .len = len,
                             .writable = !read_only,
                             .select_cb = select_cb,
                             .write_cb = write_cb,
                             .opaque = opaque });
}

void fw_cfg_add_file(FWCfgState *s, const char *name, void *data, size_t len)
{
    fw_cfg_add_file_callback(s, name, NULL, NULL, NULL, data, len, true);
}

void *fw_cfg_modify_file(FWCfgState *s, const char *name, void *data, size_t len)
{
    bool found;
    unsigned n = file_index(s, name, &found);
    FWCfgItem *item = &s->items[0][FW_CFG_FILE_FIRST + n];
    void *old;

    if (!found) {
        fw_cfg_add_file(s, name, data, len);
        return NULL;
    }
    old = item->owned ? NULL : item->data;
    if (item->owned) {
        g_free(item->data);
    }
    *item = (FWCfgItem){ .data = data, .len = len };
    update_dir(s);
    return old;
}

bool fw_cfg_add_user_file(FWCfgState *s, const char *name, void *data, size_t len, Error **errp)
{
    bool found;

    if (!*name || strlen(name) >= FW_CFG_MAX_FILE_PATH) {
        error_setg(errp, "a fw_cfg file's name has 1 to %d characters", FW_CFG_MAX_FILE_PATH - 1);
        return false;
    }
    file_index(s, name, &found);
    if (found) {
        error_setg(errp, "there is a fw_cfg file '%s' already: take another name", name);
        return false;
    }
    if (s->nfiles == s->file_slots) {
        error_setg(errp,
                   "no room for fw_cfg file '%s': the device holds %u (-global "
                   "fw_cfg.x-file-slots=N)",
                   name, s->file_slots);
        return false;
    }
    if (len >= UINT32_MAX) {
        error_setg(errp, "fw_cfg file '%s' has %zu bytes: less than 4 GiB fit", name, len);
        return false;
    }
    insert_file(s, name, (FWCfgItem){ .data = data, .len = len, .owned = true });
    return true;
}

/* Guest's side --------------------------------------------------------------------------------- */

void fw_cfg_select(FWCfgState *s, uint16_t key)
{
    FWCfgItem *item = item_at(s, key);

    s->cur_offset = 0;
    if (!item) {
        s->cur_entry = FW_CFG_INVALID;
        return;
    }
    s->cur_entry = key;
    if (item->select_cb) {
        item->select_cb(item->opaque);
    }
}

static FWCfgItem *current_item(const FWCfgState *s)
{
    return s->cur_entry == FW_CFG_INVALID ? NULL : item_at(s, s->cur_entry);
}

/* Bytes of the selected item from the current offset on. */
static uint32_t bytes_left(const FWCfgState *s)
{
    const FWCfgItem *item = current_item(s);

    return item && item->data && s->cur_offset < item->len ? item->len - s->cur_offset : 0;
}

uint64_t fw_cfg_read_data(FWCfgState *s, unsigned size)
{
    uint32_t left = bytes_left(s);
    uint64_t value = 0;

    for (unsigned n = 0; n < size; n++) {
        uint8_t byte = left ? current_item(s)->data[s->cur_offset] : 0;

        value = value << 8 | byte;
        if (left) {
            left--;
            s->cur_offset++;
        }
    }
    return value;
}

/* A guest may ask for 4 GiB, under the big lock: RAM takes that, registers of a device would not.
 * So they are refused, and the first piece that fails is the last. */
static const MemTxAttrs only_ram = { .memory = 1 };
#define ZEROS_PIECE 65536

/* One descriptor's READ: what the item has, then zeros. */
static MemTxResult dma_read(FWCfgState *s, dma_addr_t addr, uint32_t length)
{
    uint32_t n = MIN(bytes_left(s), length);
    MemTxResult result = MEMTX_OK;

    if (n) {
        result =
            dma_memory_write(s->dma_as, addr, current_item(s)->data + s->cur_offset, n, only_ram);
    }
    for (addr += n, length -= n; length && result == MEMTX_OK; addr += n, length -= n) {
        n = MIN(length, ZEROS_PIECE);
        result = dma_memory_set(s->dma_as, addr, 0, n, only_ram);
    }
    return result;
}

/* Only what is writable, and in its whole length, can be written. */
static MemTxResult dma_write(FWCfgState *s, dma_addr_t addr, uint32_t length)
{
    FWCfgItem *item = current_item(s);
    MemTxResult result;

    if (!item || !item->writable || length > bytes_left(s)) {
        qemu_log_mask(LOG_GUEST_ERROR, "fw_cfg: DMA write of %u bytes to item 0x%x refused\n",
                      length, s->cur_entry);
        return MEMTX_ERROR;
    }
    result = dma_memory_read(s->dma_as, addr, item->data + s->cur_offset, length, only_ram);
    if (result == MEMTX_OK && item->write_cb) {
        item->write_cb(item->opaque, s->cur_offset, length);
    }
    return result;
}

/* The operation in the descriptor; READ goes before WRITE before SKIP where several are asked. */
static MemTxResult dma_operate(FWCfgState *s, const FWCfgDmaAccess *d)
{
    uint32_t step = MIN(bytes_left(s), d->length);
    MemTxResult result = MEMTX_OK;

    if (d->control & FW_CFG_DMA_CTL_READ) {
        result = dma_read(s, d->address, d->length);
    } else if (d->control & FW_CFG_DMA_CTL_WRITE) {
        result = dma_write(s, d->address, d->length);
    } else if (!(d->control & FW_CFG_DMA_CTL_SKIP)) {
        return MEMTX_OK;
    }
    s->cur_offset += step;
    return result;
}

void fw_cfg_dma_transfer(FWCfgState *s)
{
    dma_addr_t addr = s->dma_addr;
    uint8_t raw[sizeof(FWCfgDmaAccess)];
    FWCfgDmaAccess d;
    uint32_t status = 0;

    s->dma_addr = 0;
    if (dma_memory_read(s->dma_as, addr, raw, sizeof(raw), MEMTXATTRS_UNSPECIFIED)) {
        qemu_log_mask(LOG_GUEST_ERROR, "fw_cfg: no DMA descriptor can be read at 0x%" PRIx64 "\n",
                      addr);
        stl_be_dma(s->dma_as, addr, FW_CFG_DMA_CTL_ERROR, MEMTXATTRS_UNSPECIFIED);
        return;
    }
    d.control = ldl_be_p(raw);
    d.length = ldl_be_p(raw + 4);
    d.address = ldq_be_p(raw + 8);
    if (d.control & FW_CFG_DMA_CTL_SELECT) {
        fw_cfg_select(s, d.control >> 16);
    }
    if (dma_operate(s, &d) != MEMTX_OK) {
        status = FW_CFG_DMA_CTL_ERROR;
    }
    stl_be_dma(s->dma_as, addr, status, MEMTXATTRS_UNSPECIFIED);
}

/* Device --------------------------------------------------------------------------------------- */

static int fw_cfg_post_load(void *opaque, int version_id)
{
    FWCfgState *s = opaque;

    return s->cur_entry == FW_CFG_INVALID || item_at(s, s->cur_entry) ? 0 : -EINVAL;
}

static const VMStateDescription vmstate_fw_cfg = {
    .name = "fw_cfg",
    .version_id = 3,
    .minimum_version_id = 3,
    .post_load = fw_cfg_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT16(cur_entry, FWCfgState),
            VMSTATE_UINT32(cur_offset, FWCfgState),
            VMSTATE_UINT64(dma_addr, FWCfgState),
            VMSTATE_END_OF_LIST(),
        },
};

static void fw_cfg_reset_hold(Object *obj, ResetType type)
{
    FWCfgState *s = FW_CFG(obj);

    s->dma_addr = 0;
    fw_cfg_select(s, FW_CFG_SIGNATURE);
}

static void fw_cfg_realize(DeviceState *dev, Error **errp)
{
    FWCfgState *s = FW_CFG(dev);
    size_t dir_size;

    if (s->file_slots < FILE_SLOTS_MIN ||
        s->file_slots > FW_CFG_ENTRY_MASK + 1 - FW_CFG_FILE_FIRST) {
        error_setg(errp, "x-file-slots is %u: %u to %u are possible", s->file_slots, FILE_SLOTS_MIN,
                   FW_CFG_ENTRY_MASK + 1 - FW_CFG_FILE_FIRST);
        return;
    }
    s->items[0] = g_new0(FWCfgItem, item_count(s));
    s->items[1] = g_new0(FWCfgItem, item_count(s));
    s->dir = g_new0(FWCfgFile, s->file_slots);
    dir_size = 4 + s->file_slots * DIR_ENTRY_SIZE;
    s->dir_image = g_malloc0(dir_size);
    fw_cfg_add_bytes(s, FW_CFG_FILE_DIR, s->dir_image, dir_size);
    update_dir(s);
    set_item(s, FW_CFG_SIGNATURE, g_memdup2("QEMU", 4), 4, true);
    fw_cfg_add_i32(s, FW_CFG_ID, FW_CFG_VERSION | (s->dma_enabled ? FW_CFG_VERSION_DMA : 0));
}

static void fw_cfg_finalize(Object *obj)
{
    FWCfgState *s = FW_CFG(obj);

    for (int arch = 0; arch < 2 && s->items[arch]; arch++) {
        for (unsigned n = 0; n < item_count(s); n++) {
            if (s->items[arch][n].owned) {
                g_free(s->items[arch][n].data);
            }
        }
        g_free(s->items[arch]);
    }
    g_free(s->dir);
    g_free(s->dir_image);
}

static const Property fw_cfg_properties[] = {
    DEFINE_PROP_UINT16("x-file-slots", FWCfgState, file_slots, FILE_SLOTS_DFLT),
    DEFINE_PROP_BOOL("dma_enabled", FWCfgState, dma_enabled, true),
};

static void fw_cfg_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->realize = fw_cfg_realize;
    dc->vmsd = &vmstate_fw_cfg;
    RESETTABLE_CLASS(oc)->phases.hold = fw_cfg_reset_hold;
    device_class_set_props(dc, fw_cfg_properties);
}

FWCfgState *fw_cfg_find(void)
{
    return (FWCfgState *)object_resolve_path_type("", TYPE_FW_CFG, NULL);
}

static const TypeInfo fw_cfg_types[] = {
    {
        .name = TYPE_FW_CFG,
        .parent = TYPE_SYS_BUS_DEVICE,
        .abstract = true,
        .instance_size = sizeof(FWCfgState),
        .instance_finalize = fw_cfg_finalize,
        .class_init = fw_cfg_class_init,
    },
};

DEFINE_TYPES(fw_cfg_types)
