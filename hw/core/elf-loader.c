/* SPDX-License-Identifier: MIT */
/*
 * ELF files (TIS ELF 1.2, ELF-64 Object File Format 1.5) as ROM blobs.
 *
 * The file is untrusted. It is read through elf_word(), which is only ever given offsets that
 * elf_open() and elf_segment() have checked against the length; both classes and both byte orders
 * go through the same code, by a table of field offsets.
 */
#include "qemu/osdep.h"

#include <elf.h>

#include "hw/loader.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/readfile.h"

typedef struct ElfLayout {
    unsigned ehdr_size, phdr_size, word; /* word: bytes of an address or offset */
    unsigned e_entry, e_phoff, e_flags, e_phentsize, e_phnum;
    unsigned p_offset, p_vaddr, p_paddr, p_filesz, p_memsz;
} ElfLayout;

#define ELF_LAYOUT(n, w)                                                                           \
    {                                                                                              \
        .ehdr_size = sizeof(Elf##n##_Ehdr), .phdr_size = sizeof(Elf##n##_Phdr), .word = (w),       \
        .e_entry = offsetof(Elf##n##_Ehdr, e_entry), .e_phoff = offsetof(Elf##n##_Ehdr, e_phoff),  \
        .e_flags = offsetof(Elf##n##_Ehdr, e_flags),                                               \
        .e_phentsize = offsetof(Elf##n##_Ehdr, e_phentsize),                                       \
        .e_phnum = offsetof(Elf##n##_Ehdr, e_phnum),                                               \
        .p_offset = offsetof(Elf##n##_Phdr, p_offset),                                             \
        .p_vaddr = offsetof(Elf##n##_Phdr, p_vaddr), .p_paddr = offsetof(Elf##n##_Phdr, p_paddr),  \
        .p_filesz = offsetof(Elf##n##_Phdr, p_filesz),                                             \
        .p_memsz = offsetof(Elf##n##_Phdr, p_memsz),                                               \
    }

static const ElfLayout elf_layout_32 = ELF_LAYOUT(32, 4);
static const ElfLayout elf_layout_64 = ELF_LAYOUT(64, 8);

typedef struct ElfFile {
    const char *name;
    const uint8_t *data;
    size_t len;
    const ElfLayout *lay;
    bool be;
    uint64_t entry, phoff;
    unsigned phentsize, phnum;
} ElfFile;

typedef struct ElfSegment {
    uint64_t offset, vaddr, paddr, filesz, memsz;
} ElfSegment;

static const struct {
    int machine;
    const char *name;
} elf_machines[] = {
    { EM_386, "i386" },   { EM_68K, "m68k" },    { EM_AARCH64, "aarch64" }, { EM_ARM, "arm" },
    { EM_MIPS, "mips" },  { EM_PPC, "ppc" },     { EM_PPC64, "ppc64" },     { EM_RISCV, "riscv" },
    { EM_S390, "s390x" }, { EM_SPARC, "sparc" }, { EM_SPARCV9, "sparc64" }, { EM_X86_64, "x86-64" },
    { 258, "loongarch" },
};

const char *elf_machine_name(int machine)
{
    for (int i = 0; i < ARRAY_SIZE(elf_machines); i++) {
        if (elf_machines[i].machine == machine) {
            return elf_machines[i].name;
        }
    }
    return NULL;
}

const char *load_elf_strerror(ssize_t error)
{
    switch (error) {
    case 0:
        return "No error";
    case ELF_LOAD_FAILED:
        return "Failed to load ELF";
    case ELF_LOAD_NOT_ELF:
        return "The image is not ELF";
    case ELF_LOAD_WRONG_ARCH:
        return "The image is from incompatible architecture";
    case ELF_LOAD_WRONG_ENDIAN:
        return "The image has incorrect endianness";
    case ELF_LOAD_TOO_BIG:
        return "The image segments are too big to load";
    default:
        return "Unknown error";
    }
}

static uint64_t elf_word(const ElfFile *f, uint64_t off, unsigned size)
{
    const uint8_t *p = f->data + off;

    switch (size) {
    case 2:
        return f->be ? lduw_be_p(p) : lduw_le_p(p);
    case 4:
        return f->be ? (uint32_t)ldl_be_p(p) : (uint32_t)ldl_le_p(p);
    default:
        return f->be ? ldq_be_p(p) : ldq_le_p(p);
    }
}

/* Check the identification; the class and byte order that it names. */
static ssize_t elf_ident(ElfFile *f, int data_order, Error **errp)
{
    int order;

    if (f->len < EI_NIDENT || memcmp(f->data, ELFMAG, SELFMAG) != 0) {
        error_setg(errp, "'%s' is not an ELF file", f->name);
        return ELF_LOAD_NOT_ELF;
    }
    order = f->data[EI_DATA];
    if ((f->data[EI_CLASS] != ELFCLASS32 && f->data[EI_CLASS] != ELFCLASS64) ||
        (order != ELFDATA2LSB && order != ELFDATA2MSB)) {
        error_setg(errp, "ELF file '%s' has an unknown class or byte order", f->name);
        return ELF_LOAD_FAILED;
    }
    if (data_order != ELF_ORDER_ANY && order != data_order) {
        error_setg(errp, "ELF file '%s' is %s-endian: this machine takes %s-endian ones", f->name,
                   order == ELF_ORDER_LE ? "little" : "big",
                   order == ELF_ORDER_LE ? "big" : "little");
        return ELF_LOAD_WRONG_ENDIAN;
    }
    f->be = order == ELFDATA2MSB;
    f->lay = f->data[EI_CLASS] == ELFCLASS64 ? &elf_layout_64 : &elf_layout_32;
    return 0;
}

static ssize_t elf_open(ElfFile *f, const ElfLoadOptions *opts, Error **errp)
{
    ssize_t ret = elf_ident(f, opts->data_order, errp);
    int machine;

    if (ret < 0) {
        return ret;
    }
    if (f->len < f->lay->ehdr_size) {
        error_setg(errp, "ELF file '%s' is truncated in its header", f->name);
        return ELF_LOAD_FAILED;
    }
    machine = elf_word(f, offsetof(Elf32_Ehdr, e_machine), 2);
    if (opts->machine && machine != opts->machine) {
        const char *name = elf_machine_name(machine);

        error_setg(errp, "ELF file '%s' is for %s%s: one for %s is needed", f->name,
                   name ? name : "another architecture", name ? "" : " than this machine's",
                   elf_machine_name(opts->machine));
        return ELF_LOAD_WRONG_ARCH;
    }
    f->entry = elf_word(f, f->lay->e_entry, f->lay->word);
    f->phoff = elf_word(f, f->lay->e_phoff, f->lay->word);
    f->phentsize = elf_word(f, f->lay->e_phentsize, 2);
    f->phnum = elf_word(f, f->lay->e_phnum, 2);
    if (f->phnum == 0) {
        error_setg(errp, "ELF file '%s' has no program headers: a linked executable is needed",
                   f->name);
        return ELF_LOAD_FAILED;
    }
    if (f->phentsize < f->lay->phdr_size || f->phoff > f->len ||
        (uint64_t)f->phnum * f->phentsize > f->len - f->phoff) {
        error_setg(errp,
                   "ELF file '%s' is truncated or damaged: its program headers lie outside it",
                   f->name);
        return ELF_LOAD_FAILED;
    }
    return 0;
}

/* 1: a segment to load, 0: another kind of header, or an error. */
static ssize_t elf_segment(const ElfFile *f, unsigned i, ElfSegment *seg, Error **errp)
{
    uint64_t ph = f->phoff + (uint64_t)i * f->phentsize;

    if (elf_word(f, ph, 4) != PT_LOAD) {
        return 0;
    }
    seg->offset = elf_word(f, ph + f->lay->p_offset, f->lay->word);
    seg->vaddr = elf_word(f, ph + f->lay->p_vaddr, f->lay->word);
    seg->paddr = elf_word(f, ph + f->lay->p_paddr, f->lay->word);
    seg->filesz = elf_word(f, ph + f->lay->p_filesz, f->lay->word);
    seg->memsz = elf_word(f, ph + f->lay->p_memsz, f->lay->word);
    if (seg->memsz == 0) {
        return 0;
    }
    if (seg->offset > f->len || seg->filesz > f->len - seg->offset) {
        error_setg(errp, "ELF file '%s' is truncated: segment %u lies outside it", f->name, i);
        return ELF_LOAD_FAILED;
    }
    if (seg->filesz > seg->memsz) {
        error_setg(errp,
                   "ELF file '%s' is damaged: segment %u is larger in the file than in memory",
                   f->name, i);
        return ELF_LOAD_FAILED;
    }
    if (seg->memsz > INT64_MAX || seg->paddr > UINT64_MAX - seg->memsz) {
        error_setg(errp, "ELF file '%s': segment %u is larger than the address space", f->name, i);
        return ELF_LOAD_TOO_BIG;
    }
    return 1;
}

/* Every segment is checked before the first is registered: a refused file leaves nothing. */
static ssize_t elf_check_segments(const ElfFile *f, Error **errp)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < f->phnum; i++) {
        ElfSegment seg;
        ssize_t ret = elf_segment(f, i, &seg, errp);

        if (ret < 0) {
            return ret;
        }
        total += ret ? seg.memsz : 0;
        if (total > INT64_MAX) {
            error_setg(errp, "ELF file '%s' is larger than the address space", f->name);
            return ELF_LOAD_TOO_BIG;
        }
    }
    if (total == 0) {
        error_setg(errp, "ELF file '%s' has nothing to load: a linked executable is needed",
                   f->name);
        return ELF_LOAD_FAILED;
    }
    return total;
}

/* Reverse the bytes of each unit of 2^log2 bytes; a short unit at the end stays. */
static void swap_units(uint8_t *data, size_t len, int log2)
{
    size_t unit = (size_t)1 << log2;

    for (size_t i = 0; log2 && i + unit <= len; i += unit) {
        for (size_t j = 0; j < unit / 2; j++) {
            uint8_t byte = data[i + j];

            data[i + j] = data[i + unit - 1 - j];
            data[i + unit - 1 - j] = byte;
        }
    }
}

static void elf_load_segment(const ElfFile *f, unsigned i, const ElfSegment *seg, uint64_t addr,
                             const ElfLoadOptions *opts)
{
    g_autofree char *label = g_strdup_printf("%s ELF program header segment %u", f->name, i);
    uint8_t *copy = g_memdup2(f->data + seg->offset, seg->filesz);

    if (copy) {
        swap_units(copy, seg->filesz, opts->data_swab);
    }
    rom_add_owned(label, copy, seg->filesz, seg->memsz, addr, opts->as);
}

ssize_t loader_load_elf(const char *name, const uint8_t *data, size_t len,
                        const ElfLoadOptions *opts, ElfLoadInfo *info, Error **errp)
{
    ElfFile f = { .name = name, .data = data, .len = len };
    ssize_t ret = elf_open(&f, opts, errp);
    ssize_t total = ret < 0 ? ret : elf_check_segments(&f, errp);

    *info = (ElfLoadInfo){ .low = UINT64_MAX };
    if (total < 0) {
        return total;
    }
    info->entry = f.entry;
    for (unsigned i = 0; i < f.phnum; i++) {
        ElfSegment seg;
        uint64_t addr;

        if (elf_segment(&f, i, &seg, NULL) == 0) {
            continue;
        }
        addr =
            opts->translate_fn ? opts->translate_fn(opts->translate_opaque, seg.paddr) : seg.paddr;
        if (f.entry >= seg.vaddr && f.entry - seg.vaddr < seg.memsz) {
            info->entry = f.entry - seg.vaddr + addr;
        }
        info->low = MIN(info->low, addr);
        info->high = MAX(info->high, addr + seg.memsz);
        elf_load_segment(&f, i, &seg, addr, opts);
    }
    if (opts->clear_lsb) {
        info->entry &= ~(uint64_t)1;
    }
    info->flags = elf_word(&f, f.lay->e_flags, 4);
    info->is_64bit = f.lay == &elf_layout_64;
    info->big_endian = f.be;
    return total;
}

ssize_t load_elf_as(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                    uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                    uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                    int elf_data_order, int elf_machine, int clear_lsb, int data_swab,
                    AddressSpace *as)
{
    ElfLoadOptions opts = {
        .data_order = elf_data_order,
        .machine = elf_machine,
        .clear_lsb = clear_lsb,
        .data_swab = data_swab,
        .translate_fn = translate_fn,
        .translate_opaque = translate_opaque,
        .as = as,
    };
    g_autofree uint8_t *data = NULL;
    ElfLoadInfo info;
    ssize_t ret;
    size_t len;

    assert(!elf_note_fn);
    data = qemu_read_file("ELF file", filename, SSIZE_MAX - 1, &len, NULL);
    if (!data) {
        return ELF_LOAD_FAILED;
    }
    ret = loader_load_elf(filename, data, len, &opts, &info, NULL);
    if (ret < 0) {
        return ret;
    }
    if (pentry) {
        *pentry = info.entry;
    }
    if (lowaddr) {
        *lowaddr = info.low;
    }
    if (highaddr) {
        *highaddr = info.high;
    }
    if (pflags) {
        *pflags = info.flags;
    }
    return ret;
}

ssize_t load_elf(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                 uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                 uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                 int elf_data_order, int elf_machine, int clear_lsb, int data_swab)
{
    return load_elf_as(filename, elf_note_fn, translate_fn, translate_opaque, pentry, lowaddr,
                       highaddr, pflags, elf_data_order, elf_machine, clear_lsb, data_swab, NULL);
}
