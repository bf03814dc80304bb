/* SPDX-License-Identifier: MIT */
/*
 * Building and editing flattened device trees (Devicetree Specification 0.4), over libfdt.
 *
 * Nodes are named by their full path. The functions that edit a tree end the process with one
 * line through &error_fatal when the tree has no room or the path does not exist: a tree is edited
 * only while a machine is being made. Those that take an Error ** report there instead.
 * The caller owns every tree and frees it with g_free().
 */
#ifndef SYSTEM_DEVICE_TREE_H
#define SYSTEM_DEVICE_TREE_H

#include "qapi/error.h"

/* Room of a tree that create_device_tree() makes; also the limit on a tree that is loaded. */
#define FDT_MAX_SIZE 0x100000

/* An empty tree with room for FDT_MAX_SIZE bytes; *sizep gets that size. Never fails. */
void *create_device_tree(int *sizep);

/* Read and validate the tree in a file. Room is left for the edits that booting makes.
 * NULL with *errp set when the file can not be read or is not a valid tree. */
void *load_device_tree(const char *filename, int *sizep, Error **errp);

/* Write the tree, packed, to a file. */
bool qemu_fdt_dump(void *fdt, const char *filename, Error **errp);

void qemu_fdt_setprop(void *fdt, const char *node_path, const char *property, const void *val,
                      int size);
void qemu_fdt_setprop_cell(void *fdt, const char *node_path, const char *property, uint32_t val);
void qemu_fdt_setprop_u64(void *fdt, const char *node_path, const char *property, uint64_t val);
void qemu_fdt_setprop_string(void *fdt, const char *node_path, const char *property,
                             const char *string);
/* A list of strings, each ended by a NUL, as `compatible` takes it. */
void qemu_fdt_setprop_string_array(void *fdt, const char *node_path, const char *prop,
                                   const char *const *array, int len);
/* The property becomes the phandle of the node at @target_node_path. */
void qemu_fdt_setprop_phandle(void *fdt, const char *node_path, const char *property,
                              const char *target_node_path);
/* The cells are in host order. */
void qemu_fdt_setprop_cell_array(void *fdt, const char *node_path, const char *property,
                                 const uint32_t *cells, int ncells);
/* Pairs of (number of cells: 1 or 2, value); @numvalues counts the pairs. */
void qemu_fdt_setprop_sized_cells_from_array(void *fdt, const char *node_path, const char *property,
                                             int numvalues, const uint64_t *values);

/* NULL with *errp set when the node or the property is missing. */
const void *qemu_fdt_getprop(void *fdt, const char *node_path, const char *property, int *lenp,
                             Error **errp);
/* The first cell of a property, in host order; @dflt where there is no such property. */
uint32_t qemu_fdt_getprop_cell(void *fdt, const char *node_path, const char *property,
                               uint32_t dflt);

/* The phandle of a node; it must have one. */
uint32_t qemu_fdt_get_phandle(void *fdt, const char *path);
/* A phandle that no node has yet: give it to its node before asking for the next. */
uint32_t qemu_fdt_alloc_phandle(void *fdt);
/* Allocate a phandle and set it on the node. */
uint32_t qemu_fdt_new_phandle(void *fdt, const char *path);

bool qemu_fdt_node_exists(void *fdt, const char *path);
void qemu_fdt_nop_node(void *fdt, const char *node_path);
/* The parent must exist. */
void qemu_fdt_add_subnode(void *fdt, const char *name);
/* Make every missing node of the path. */
void qemu_fdt_add_path(void *fdt, const char *path);
/* Give each node that has one a fresh rng-seed and kaslr-seed, as a boot loader does per boot. */
void qemu_fdt_randomize_seeds(void *fdt);

#define qemu_fdt_setprop_cells(fdt, node_path, property, ...)                                      \
    do {                                                                                           \
        const uint32_t fdt_cells_[] = { __VA_ARGS__ };                                             \
        qemu_fdt_setprop_cell_array(fdt, node_path, property, fdt_cells_, ARRAY_SIZE(fdt_cells_)); \
    } while (0)

#define qemu_fdt_setprop_sized_cells(fdt, node_path, property, ...)                                \
    do {                                                                                           \
        const uint64_t fdt_values_[] = { __VA_ARGS__ };                                            \
        qemu_fdt_setprop_sized_cells_from_array(fdt, node_path, property,                          \
                                                ARRAY_SIZE(fdt_values_) / 2, fdt_values_);         \
    } while (0)

#endif
