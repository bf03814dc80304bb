/* SPDX-License-Identifier: MIT */
/*
 * Loading files and blobs into guest memory, and putting them back at each reset.
 *
 * What is loaded is kept in a registry of ROM blobs: each is a copy of bytes and the guest physical
 * address they belong to. A reset of the machine writes every blob again, so that a kernel that
 * has overwritten itself boots again. Everything here runs under the BQL, while a machine is made.
 */
#ifndef HW_LOADER_H
#define HW_LOADER_H

#include "exec/hwaddr.h"
#include "qapi/error.h"
#include "system/memory.h"

/* Files -------------------------------------------------------------------------------------- */

/* The size of a file in bytes; -1 with *errp set when there is no such file. */
int64_t get_image_size(const char *filename, Error **errp);

/* Read at most @size bytes of a file into host memory; the number read, or -1. */
ssize_t load_image_size(const char *filename, void *addr, size_t size);

/* Register the bytes of a file as a blob at @addr. The size, or -1 with *errp set when the file can
 * not be read, is empty or has more than @max_sz bytes. */
ssize_t load_image_targphys_as(const char *filename, hwaddr addr, uint64_t max_sz, AddressSpace *as,
                               Error **errp);
ssize_t load_image_targphys(const char *filename, hwaddr addr, uint64_t max_sz, Error **errp);

/* The same for a file compressed by gzip: -1, without a message, when it is not one. */
ssize_t load_image_gzipped(const char *filename, hwaddr addr, uint64_t max_sz);
/* The expanded bytes in *buffer, which the caller frees with g_free(). */
ssize_t load_image_gzipped_buffer(const char *filename, uint64_t max_sz, uint8_t **buffer);

/* True if the data starts like a gzip file (RFC 1952, 2.3.1). */
bool loader_is_gzip(const uint8_t *data, size_t len);
/* Expand gzip data; NULL with *errp set ("... is truncated") if it is damaged or grows beyond
 * @max bytes. @what and @filename appear in the message. */
uint8_t *loader_gunzip(const char *what, const char *filename, const uint8_t *data, size_t len,
                       size_t max, size_t *out_len, Error **errp);

/* ELF ---------------------------------------------------------------------------------------- */

#define ELF_LOAD_FAILED       (-1)
#define ELF_LOAD_NOT_ELF      (-2)
#define ELF_LOAD_WRONG_ARCH   (-3)
#define ELF_LOAD_WRONG_ENDIAN (-4)
#define ELF_LOAD_TOO_BIG      (-5)

/* Byte order that load_elf() accepts: the values of e_ident[EI_DATA]. */
#define ELF_ORDER_ANY 0
#define ELF_ORDER_LE  1
#define ELF_ORDER_BE  2

const char *load_elf_strerror(ssize_t error);

/*
 * Register the PT_LOAD segments of a 32- or 64-bit ELF file as blobs at their physical addresses,
 * after @translate_fn if there is one. @elf_machine is the wanted e_machine (0: any), and
 * @elf_data_order one of ELF_ORDER_*. With @clear_lsb, bit 0 of the entry address (Thumb) is
 * cleared; @data_swab swaps bytes within units of 2^@data_swab. *pentry gets the physical address
 * of the entry point, *lowaddr and *highaddr the range in memory, *pflags e_flags; each may be
 * NULL.
 * @elf_note_fn must be NULL. The sum of the sizes in memory, or one of the errors above.
 */
ssize_t load_elf_as(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                    uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                    uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                    int elf_data_order, int elf_machine, int clear_lsb, int data_swab,
                    AddressSpace *as);
ssize_t load_elf(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                 uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                 uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                 int elf_data_order, int elf_machine, int clear_lsb, int data_swab);

/* What an ELF file in memory holds, after loader_load_elf(). All addresses are physical. */
typedef struct ElfLoadInfo {
    uint64_t entry, low, high; /* high: the first address after the last segment */
    uint32_t flags;            /* e_flags */
    bool is_64bit, big_endian;
} ElfLoadInfo;

typedef struct ElfLoadOptions {
    int data_order, machine; /* as for load_elf() */
    bool clear_lsb;
    int data_swab;
    uint64_t (*translate_fn)(void *opaque, uint64_t addr);
    void *translate_opaque;
    AddressSpace *as; /* NULL: address_space_memory */
} ElfLoadOptions;

/* As load_elf(), of a file already in memory, with a message that says what is wrong. */
ssize_t loader_load_elf(const char *name, const uint8_t *data, size_t len,
                        const ElfLoadOptions *opts, ElfLoadInfo *info, Error **errp);

/* The usual name of an e_machine value ("x86-64"), NULL when it is not a known one. */
const char *elf_machine_name(int machine);

/* U-Boot images ------------------------------------------------------------------------------ */

typedef struct UImageInfo {
    hwaddr load, entry; /* load is also read: where a kernel that runs anywhere is to go */
    bool is_linux;
} UImageInfo;

/* True if the data has the header of a uImage. */
bool loader_is_uimage(const uint8_t *data, size_t len);
/* Register the program in a uImage (plain or gzip'ed) as a blob at its load address. The size, or
 * -1 with *errp set. */
ssize_t loader_load_uimage(const char *name, const uint8_t *data, size_t len, AddressSpace *as,
                           UImageInfo *info, Error **errp);
/* The same for a file, with QEMU's name; -1, without a message, if it is not one. @translate_fn
 * must be NULL, the other pointers but @ep may be. */
ssize_t load_uimage_as(const char *filename, hwaddr *ep, hwaddr *loadaddr, int *is_linux,
                       uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                       AddressSpace *as);

/* Intel HEX ---------------------------------------------------------------------------------- */

/* True if the data begins with a record of an Intel HEX file. */
bool loader_is_hex(const uint8_t *data, size_t len);
/* Register the data of an Intel HEX file as blobs; *entry gets its start address, 0 if it has none.
 * The number of bytes, or -1 with *errp set. */
ssize_t loader_load_hex(const char *name, const uint8_t *data, size_t len, AddressSpace *as,
                        hwaddr *entry, Error **errp);
/* The same for a file, with QEMU's name; -1, without a message, if it is not one. */
ssize_t load_targphys_hex_as(const char *filename, hwaddr *entry, AddressSpace *as);

/* ROM blobs ---------------------------------------------------------------------------------- */

/*
 * Register @len bytes (copied) for @addr, followed by zeros up to @max_len. The host copy of the
 * memory is not touched before the next reset.
 * @fw_file_name, @fw_callback and @callback_opaque must be NULL until there is a fw_cfg device.
 */
MemoryRegion *rom_add_blob(const char *name, const void *blob, size_t len, size_t max_len,
                           hwaddr addr, const char *fw_file_name, void *fw_callback,
                           void *callback_opaque, AddressSpace *as, bool read_only);

#define rom_add_blob_fixed_as(f, b, l, a, as)                                                      \
    rom_add_blob(f, b, l, l, a, NULL, NULL, NULL, as, true)
#define rom_add_blob_fixed(f, b, l, a) rom_add_blob_fixed_as(f, b, l, a, NULL)

/* As rom_add_blob(), but takes over @data (g_malloc'ed). */
void rom_add_owned(const char *name, uint8_t *data, size_t len, uint64_t max_len, hwaddr addr,
                   AddressSpace *as);

/* Register a file as a blob; 0, or -1 with *errp set. */
int rom_add_file(const char *file, hwaddr addr, uint64_t max_sz, AddressSpace *as, Error **errp);
#define rom_add_file_fixed(f, a) rom_add_file(f, a, UINT64_MAX, NULL, &error_fatal)

/* Check that no two blobs overlap and have them written at every reset, the first included.
 * False with *errp set on an overlap. */
bool rom_check_and_register_reset_err(Error **errp);
/* The same with QEMU's name: reports the error itself and returns -1. */
int rom_check_and_register_reset(void);

/* The registered bytes for [addr, addr + size), NULL unless one blob holds them all. */
void *rom_ptr_for_as(AddressSpace *as, hwaddr addr, size_t size);
void *rom_ptr(hwaddr addr, size_t size);

/* A blob that holds any byte of [addr, addr + size): its name, or NULL. */
const char *rom_find_overlap(AddressSpace *as, hwaddr addr, uint64_t size);

/* Forget every blob (tests). */
void rom_clear_all(void);

/* `info roms`: one line a blob, in the order of addresses. */
void rom_print_all(GString *out);

#endif
