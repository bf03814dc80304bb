/* SPDX-License-Identifier: MIT */
/*
 * Device-tree helpers: paths instead of offsets, host order instead of big-endian cells.
 */
#include "qemu/osdep.h"

#include <libfdt.h>

#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/guest-random.h"
#include "qemu/readfile.h"
#include "system/device_tree.h"

/* The first phandle handed out; far from the small numbers that hand-written trees use. */
#define FDT_PHANDLE_START 0x8000

/* What booting may add to a loaded tree: bootargs, initrd range, seeds, memory nodes. */
#define FDT_EDIT_ROOM 0x10000

static void fdt_fatal(const char *what, const char *path, const char *prop, int err)
{
    error_setg(&error_fatal, "device tree: cannot %s %s%s%s: %s", what, path, prop ? " " : "",
               prop ? prop : "", fdt_strerror(err));
}

static int find_node(void *fdt, const char *path)
{
    int offset = fdt_path_offset(fdt, path);

    if (offset < 0) {
        fdt_fatal("find node", path, NULL, offset);
    }
    return offset;
}

void *create_device_tree(int *sizep)
{
    void *fdt = g_malloc0(FDT_MAX_SIZE);
    int err = fdt_create_empty_tree(fdt, FDT_MAX_SIZE);

    assert(err == 0);
    *sizep = FDT_MAX_SIZE;
    return fdt;
}

/* The header says how long the tree is; everything after that has to be checked against it. */
static bool check_blob(const char *filename, const void *data, size_t len, Error **errp)
{
    int err;

    if (len < sizeof(struct fdt_header) || fdt_magic(data) != FDT_MAGIC) {
        error_setg(errp, "'%s' is not a device tree blob: a .dtb made by dtc is needed", filename);
        return false;
    }
    if (fdt_totalsize(data) > len) {
        error_setg(errp, "device tree '%s' is truncated: its header says %u bytes, it has %zu",
                   filename, fdt_totalsize(data), len);
        return false;
    }
    err = fdt_check_full(data, len);
    if (!err && !fdt_get_name(data, 0, NULL)) { /* that is content with a tree without nodes */
        err = -FDT_ERR_BADSTRUCTURE;
    }
    if (err) {
        error_setg(errp, "device tree '%s' is malformed: %s", filename, fdt_strerror(err));
        return false;
    }
    return true;
}

void *load_device_tree(const char *filename, int *sizep, Error **errp)
{
    g_autofree uint8_t *data = NULL;
    g_autofree void *fdt = NULL;
    size_t len;
    int size, err;

    data = qemu_read_file("device tree", filename, FDT_MAX_SIZE, &len, errp);
    if (!data || !check_blob(filename, data, len, errp)) {
        return NULL;
    }
    size = len + FDT_EDIT_ROOM;
    fdt = g_malloc0(size);
    err = fdt_open_into(data, fdt, size);
    if (err) {
        error_setg(errp, "device tree '%s' is malformed: %s", filename, fdt_strerror(err));
        return NULL;
    }
    *sizep = size;
    return g_steal_pointer(&fdt);
}

bool qemu_fdt_dump(void *fdt, const char *filename, Error **errp)
{
    g_autofree void *copy = g_memdup2(fdt, fdt_totalsize(fdt));
    ERRP_GUARD();
    int fd = qemu_create(filename, O_WRONLY | O_TRUNC, 0666, errp);
    int err = fdt_pack(copy);
    bool ok;

    assert(err == 0);
    if (fd < 0) {
        error_prepend(errp, "device tree: ");
        return false;
    }
    ok = qemu_write_full(fd, copy, fdt_totalsize(copy)) == fdt_totalsize(copy);
    if (!ok) {
        error_setg_errno(errp, errno, "could not write the device tree '%s'", filename);
    }
    qemu_close(fd);
    return ok;
}

void qemu_fdt_setprop(void *fdt, const char *node_path, const char *property, const void *val,
                      int size)
{
    int err = fdt_setprop(fdt, find_node(fdt, node_path), property, val, size);

    if (err < 0) {
        fdt_fatal("set", node_path, property, err);
    }
}

void qemu_fdt_setprop_cell(void *fdt, const char *node_path, const char *property, uint32_t val)
{
    uint32_t cell = cpu_to_be32(val);

    qemu_fdt_setprop(fdt, node_path, property, &cell, sizeof(cell));
}

void qemu_fdt_setprop_u64(void *fdt, const char *node_path, const char *property, uint64_t val)
{
    uint64_t be = cpu_to_be64(val);

    qemu_fdt_setprop(fdt, node_path, property, &be, sizeof(be));
}

void qemu_fdt_setprop_string(void *fdt, const char *node_path, const char *property,
                             const char *string)
{
    qemu_fdt_setprop(fdt, node_path, property, string, strlen(string) + 1);
}

void qemu_fdt_setprop_string_array(void *fdt, const char *node_path, const char *prop,
                                   const char *const *array, int len)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    for (int i = 0; i < len; i++) {
        g_byte_array_append(bytes, (const guint8 *)array[i], strlen(array[i]) + 1);
    }
    qemu_fdt_setprop(fdt, node_path, prop, bytes->data, bytes->len);
}

void qemu_fdt_setprop_phandle(void *fdt, const char *node_path, const char *property,
                              const char *target_node_path)
{
    qemu_fdt_setprop_cell(fdt, node_path, property, qemu_fdt_get_phandle(fdt, target_node_path));
}

void qemu_fdt_setprop_cell_array(void *fdt, const char *node_path, const char *property,
                                 const uint32_t *cells, int ncells)
{
    g_autofree uint32_t *be = g_new(uint32_t, ncells);

    for (int i = 0; i < ncells; i++) {
        be[i] = cpu_to_be32(cells[i]);
    }
    qemu_fdt_setprop(fdt, node_path, property, be, ncells * sizeof(*be));
}

void qemu_fdt_setprop_sized_cells_from_array(void *fdt, const char *node_path, const char *property,
                                             int numvalues, const uint64_t *values)
{
    g_autofree uint32_t *cells = g_new(uint32_t, numvalues * 2);
    int n = 0;

    for (int i = 0; i < numvalues; i++) {
        uint64_t ncells = values[i * 2], value = values[i * 2 + 1];

        assert(ncells == 2 || (ncells == 1 && value <= UINT32_MAX));
        if (ncells == 2) {
            cells[n++] = value >> 32;
        }
        cells[n++] = value;
    }
    qemu_fdt_setprop_cell_array(fdt, node_path, property, cells, n);
}

const void *qemu_fdt_getprop(void *fdt, const char *node_path, const char *property, int *lenp,
                             Error **errp)
{
    int offset = fdt_path_offset(fdt, node_path);
    int len = offset;
    const void *val = offset < 0 ? NULL : fdt_getprop(fdt, offset, property, &len);

    if (!val) {
        error_setg(errp, "device tree: cannot read %s %s: %s", node_path, property,
                   fdt_strerror(len));
    }
    if (lenp) {
        *lenp = len;
    }
    return val;
}

uint32_t qemu_fdt_getprop_cell(void *fdt, const char *node_path, const char *property,
                               uint32_t dflt)
{
    int offset = fdt_path_offset(fdt, node_path), len = 0;
    const void *val = offset < 0 ? NULL : fdt_getprop(fdt, offset, property, &len);

    return val && len >= 4 ? ldl_be_p(val) : dflt;
}

uint32_t qemu_fdt_get_phandle(void *fdt, const char *path)
{
    uint32_t phandle = fdt_get_phandle(fdt, find_node(fdt, path));

    if (phandle == 0) {
        fdt_fatal("get the phandle of", path, NULL, -FDT_ERR_NOPHANDLES);
    }
    return phandle;
}

uint32_t qemu_fdt_alloc_phandle(void *fdt)
{
    uint32_t max = 0;

    if (fdt_find_max_phandle(fdt, &max) < 0 || max < FDT_PHANDLE_START) {
        return FDT_PHANDLE_START;
    }
    return max + 1;
}

uint32_t qemu_fdt_new_phandle(void *fdt, const char *path)
{
    uint32_t phandle = qemu_fdt_alloc_phandle(fdt);

    qemu_fdt_setprop_cell(fdt, path, "phandle", phandle);
    return phandle;
}

bool qemu_fdt_node_exists(void *fdt, const char *path)
{
    return fdt_path_offset(fdt, path) >= 0;
}

void qemu_fdt_nop_node(void *fdt, const char *node_path)
{
    int err = fdt_nop_node(fdt, find_node(fdt, node_path));

    if (err < 0) {
        fdt_fatal("remove", node_path, NULL, err);
    }
}

void qemu_fdt_add_subnode(void *fdt, const char *name)
{
    const char *base = strrchr(name, '/');
    g_autofree char *parent = NULL;
    int err;

    assert(base);
    parent = base == name ? g_strdup("/") : g_strndup(name, base - name);
    err = fdt_add_subnode(fdt, find_node(fdt, parent), base + 1);
    if (err < 0) {
        fdt_fatal("add node", name, NULL, err);
    }
}

void qemu_fdt_add_path(void *fdt, const char *path)
{
    const char *end = path;

    assert(path[0] == '/');
    while (end) {
        g_autofree char *prefix = NULL;

        end = strchr(end + 1, '/');
        prefix = end ? g_strndup(path, end - path) : g_strdup(path);
        if (!qemu_fdt_node_exists(fdt, prefix)) {
            qemu_fdt_add_subnode(fdt, prefix);
        }
    }
}

void qemu_fdt_randomize_seeds(void *fdt)
{
    static const char *const seeds[] = { "rng-seed", "kaslr-seed" };

    for (int node = fdt_next_node(fdt, -1, NULL); node >= 0;
         node = fdt_next_node(fdt, node, NULL)) {
        for (int i = 0; i < ARRAY_SIZE(seeds); i++) {
            int len;
            void *val = fdt_getprop_w(fdt, node, seeds[i], &len);

            if (val) {
                qemu_guest_getrandom_nofail(val, len);
            }
        }
    }
}
