/* SPDX-License-Identifier: MIT */
/*
 * The device `loader` (QEMU's docs/system/generic-loader.rst): without hardware of its own, it acts
 * at each reset. In one of three forms:
 *
 *   addr=A,data=V,data-len=N[,data-be=on]      N bytes of V at A
 *   addr=A,cpu-num=C                           CPU C starts at A
 *   file=F[,addr=A][,cpu-num=C][,force-raw=on] an ELF program, a uImage, Intel HEX, or (at A) any
 *                                              other file; CPU C, if named, starts at its entry
 */
#include "qemu/osdep.h"

#include <elf.h>

#include "hw/core/cpu.h"
#include "hw/core/generic-loader.h"
#include "hw/loader.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/module.h"
#include "qemu/readfile.h"
#include "system/address-spaces.h"
#include "system/reset.h"

#define CPU_NONE UINT32_MAX

struct GenericLoaderState {
    DeviceState parent_obj;

    /* Properties */
    uint64_t addr, data;
    uint8_t data_len;
    bool data_be, force_raw;
    char *file;
    uint32_t cpu_num;

    /* Fixed by realize. */
    CPUState *cpu; /* whose program counter is set; NULL: nobody's */
    AddressSpace *as;
    bool registered;
};

/* After the CPUs and the images, which were registered earlier. */
static void loader_reset(void *opaque)
{
    GenericLoaderState *s = opaque;
    uint8_t bytes[8];

    if (s->cpu) {
        cpu_set_pc(s->cpu, s->addr);
    }
    if (s->data_len) {
        if (s->data_be) {
            stn_be_p(bytes, s->data_len, s->data);
        } else {
            stn_le_p(bytes, s->data_len, s->data);
        }
        address_space_write(s->as, s->addr, MEMTXATTRS_UNSPECIFIED, bytes, s->data_len);
    }
}

static bool check_data(const GenericLoaderState *s, Error **errp)
{
    if (s->file || s->force_raw) {
        error_setg(errp, "data= and file= exclude each other");
        return false;
    }
    if (!s->data_len) {
        error_setg(errp, "data= needs data-len=, 1 to 8 bytes");
        return false;
    }
    if (s->data_len > 8) {
        error_setg(errp, "data-len=%u is more than 8 bytes", s->data_len);
        return false;
    }
    return true;
}

static bool find_cpu(GenericLoaderState *s, Error **errp)
{
    CPUState *cpu = s->cpu_num == CPU_NONE ? first_cpu : qemu_get_cpu(s->cpu_num);

    if (s->cpu_num != CPU_NONE && !cpu) {
        error_setg(errp, "cpu-num=%u: there is no such CPU", s->cpu_num);
        return false;
    }
    s->as = cpu ? cpu->as : &address_space_memory;
    return true;
}

/* Registers the file's contents for s->as and sets s->addr to the entry. */
static bool load_file(GenericLoaderState *s, Error **errp)
{
    ElfLoadOptions opts = { .data_order = ELF_ORDER_ANY, .as = s->as };
    UImageInfo uimage = { .load = s->addr };
    ElfLoadInfo elf;
    size_t len;
    uint8_t *data = qemu_read_file("file", s->file, SSIZE_MAX - 1, &len, errp);
    ssize_t size;

    if (!data) {
        return false;
    }
    if (!s->force_raw && len >= SELFMAG && memcmp(data, ELFMAG, SELFMAG) == 0) {
        size = loader_load_elf(s->file, data, len, &opts, &elf, errp);
        s->addr = elf.entry;
    } else if (!s->force_raw && loader_is_uimage(data, len)) {
        size = loader_load_uimage(s->file, data, len, s->as, &uimage, errp);
        s->addr = uimage.entry;
    } else if (!s->force_raw && loader_is_hex(data, len)) {
        size = loader_load_hex(s->file, data, len, s->as, &s->addr, errp);
    } else if (s->addr + len - 1 < s->addr) {
        error_setg(errp, "addr=0x%" PRIx64 ": '%s' of %zu bytes would go past the end", s->addr,
                   s->file, len);
        size = -1;
    } else {
        rom_add_owned(s->file, g_steal_pointer(&data), len, len, s->addr, s->as);
        size = len;
    }
    g_free(data);
    return size >= 0;
}

static bool check_properties(const GenericLoaderState *s, Error **errp)
{
    if (s->data || s->data_len || s->data_be) {
        return check_data(s, errp);
    }
    if (s->file) {
        return true;
    }
    if (s->force_raw) {
        error_setg(errp, "force-raw=on needs file=");
        return false;
    }
    if (s->addr && s->cpu_num == CPU_NONE) {
        error_setg(errp, "addr= alone does nothing: add data= and data-len=, file=, or cpu-num= to "
                         "set that CPU's program counter");
        return false;
    }
    if (s->cpu_num == CPU_NONE) {
        error_setg(errp, "expected addr=A,data=V,data-len=N, addr=A,cpu-num=C, or file=F,addr=A");
        return false;
    }
    return true;
}

static void loader_realize(DeviceState *dev, Error **errp)
{
    GenericLoaderState *s = GENERIC_LOADER(dev);

    if (!check_properties(s, errp) || !find_cpu(s, errp) || (s->file && !load_file(s, errp))) {
        return;
    }
    if (s->cpu_num != CPU_NONE && !s->data_len) {
        s->cpu = qemu_get_cpu(s->cpu_num);
    }
    qemu_register_reset(loader_reset, s);
    s->registered = true;
}

static void loader_unrealize(DeviceState *dev)
{
    GenericLoaderState *s = GENERIC_LOADER(dev);

    if (s->registered) {
        qemu_unregister_reset(loader_reset, s);
        s->registered = false;
    }
}

static const Property loader_properties[] = {
    DEFINE_PROP_UINT64("addr", GenericLoaderState, addr, 0),
    DEFINE_PROP_UINT64("data", GenericLoaderState, data, 0),
    DEFINE_PROP_UINT8("data-len", GenericLoaderState, data_len, 0),
    DEFINE_PROP_BOOL("data-be", GenericLoaderState, data_be, false),
    DEFINE_PROP_UINT32("cpu-num", GenericLoaderState, cpu_num, CPU_NONE),
    DEFINE_PROP_BOOL("force-raw", GenericLoaderState, force_raw, false),
    DEFINE_PROP_STRING("file", GenericLoaderState, file),
};

static void loader_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->desc = "puts a file or a value into memory at each reset";
    dc->realize = loader_realize;
    dc->unrealize = loader_unrealize;
    dc->hotpluggable = false;
    device_class_set_props(dc, loader_properties);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo loader_types[] = {
    {
        .name = TYPE_GENERIC_LOADER,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(GenericLoaderState),
        .class_init = loader_class_init,
    },
};

DEFINE_TYPES(loader_types)
