/* SPDX-License-Identifier: MIT */
/*
 * Names of guest addresses, for people: from an ELF file's symbol table or from a list like
 * System.map, /proc/kallsyms or the output of nm. Loaded once, before there is a second thread.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qapi/error.h"
#include <elf.h>

typedef struct Symbol {
    uint64_t addr;
    const char *name;
} Symbol;

static GArray *symbols; /* of Symbol, by rising address; NULL: none were loaded */

static void add_symbol(uint64_t addr, const char *name, size_t len)
{
    /* Mapping symbols of the Arm ELF ABI say where data are, not what something is called. */
    if (len && name[0] != '$') {
        Symbol s = { addr, g_strndup(name, len) };
        g_array_append_val(symbols, s);
    }
}

static int by_address(const void *a, const void *b)
{
    const Symbol *x = a, *y = b;

    return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* @off and @size bytes lie in the file. */
static bool inside(size_t len, uint64_t off, uint64_t size)
{
    return off <= len && size <= len - off;
}

static void add_elf_table(const char *file, size_t len, const Elf64_Shdr *syms,
                          const Elf64_Shdr *names)
{
    if (!inside(len, syms->sh_offset, syms->sh_size) ||
        !inside(len, names->sh_offset, names->sh_size)) {
        return;
    }
    for (size_t n = 0; n < syms->sh_size / sizeof(Elf64_Sym); n++) {
        Elf64_Sym s;
        memcpy(&s, file + syms->sh_offset + n * sizeof(s), sizeof(s));
        unsigned type = ELF64_ST_TYPE(s.st_info);
        if (s.st_shndx != SHN_UNDEF && s.st_name < names->sh_size &&
            (type == STT_FUNC || type == STT_NOTYPE)) {
            const char *name = file + names->sh_offset + s.st_name;
            add_symbol(s.st_value, name, strnlen(name, names->sh_size - s.st_name));
        }
    }
}

static bool load_elf_symbols(const char *path, const char *file, size_t len, Error **errp)
{
    Elf64_Ehdr h;

    if (len < sizeof(h) || file[EI_CLASS] != ELFCLASS64 || file[EI_DATA] != ELFDATA2LSB) {
        error_setg(errp,
                   "'%s': symbols are read from 64-bit little-endian ELF files; "
                   "a list in the form of System.map works too",
                   path);
        return false;
    }
    memcpy(&h, file, sizeof(h));
    if (h.e_shentsize != sizeof(Elf64_Shdr) ||
        !inside(len, h.e_shoff, h.e_shnum * sizeof(Elf64_Shdr))) {
        error_setg(errp, "'%s': its table of sections is damaged", path);
        return false;
    }
    g_autofree Elf64_Shdr *sections = g_memdup2(file + h.e_shoff, h.e_shnum * sizeof(Elf64_Shdr));
    for (unsigned n = 0; n < h.e_shnum; n++) {
        if (sections[n].sh_type == SHT_SYMTAB && sections[n].sh_link < h.e_shnum) {
            add_elf_table(file, len, &sections[n], &sections[sections[n].sh_link]);
        }
    }
    if (!symbols->len) {
        error_setg(errp, "'%s' has no symbols", path);
        return false;
    }
    return true;
}

/* "ffff800008010000 T _text" a line; data are left out. */
static bool load_list(const char *path, const char *file, size_t len, Error **errp)
{
    unsigned line = 1;

    for (const char *p = file, *end = file + len; p < end; line++) {
        const char *nl = memchr(p, '\n', end - p);
        char *after;
        nl = nl ? nl : end;
        uint64_t addr = g_ascii_strtoull(p, &after, 16);
        if (after == p || nl - after < 4 || after[0] != ' ' || after[2] != ' ') {
            error_setg(errp, "'%s', line %u: expected \"ADDRESS TYPE NAME\" as in System.map", path,
                       line);
            return false;
        }
        if (strchr("tTwW", after[1])) {
            const char *tab = memchr(after + 3, '\t', nl - after - 3); /* kallsyms: [module] */
            add_symbol(addr, after + 3, (tab ? tab : nl) - after - 3);
        }
        p = nl + 1;
    }
    return true;
}

bool tcg_symbols_load(const char *path, Error **errp)
{
    g_autofree char *file = NULL;
    g_autoptr(GError) err = NULL;
    size_t len;

    if (!g_file_get_contents(path, &file, &len, &err)) {
        error_setg(errp, "can not read symbols: %s", err->message);
        return false;
    }
    symbols = g_array_new(false, false, sizeof(Symbol));
    bool elf = len >= SELFMAG && !memcmp(file, ELFMAG, SELFMAG);
    if (!(elf ? load_elf_symbols : load_list)(path, file, len, errp)) {
        g_array_free(symbols, true);
        symbols = NULL;
        return false;
    }
    g_array_sort(symbols, by_address);
    return true;
}

const char *tcg_symbol(uint64_t pc, uint64_t *offset)
{
    unsigned lo = 0, hi = symbols ? symbols->len : 0;

    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        if (g_array_index(symbols, Symbol, mid).addr <= pc) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    if (!lo || (symbols && lo == symbols->len &&
                pc - g_array_index(symbols, Symbol, lo - 1).addr > (1 << 20))) {
        return NULL;
    }
    *offset = pc - g_array_index(symbols, Symbol, lo - 1).addr;
    return g_array_index(symbols, Symbol, lo - 1).name;
}

char *tcg_symbol_text(uint64_t pc)
{
    uint64_t offset;
    const char *name = tcg_symbol(pc, &offset);

    if (!name) {
        return g_strdup("");
    }
    return offset ? g_strdup_printf("%s+0x%" PRIx64, name, offset) : g_strdup(name);
}
