/* SPDX-License-Identifier: MIT */
/* The device-tree node of a GIC: interrupts are three cells, children have its addresses. */
#include "qemu/osdep.h"

#include "gic_fdt.h"
#include "qemu/bswap.h"
#include "system/device_tree.h"

enum { PPI = 1, LEVEL_HIGH = 4, FIRST_PPI = 16 };

char *gic_fdt_add_node(void *fdt, const char *compatible, const MemMapEntry *places, unsigned n,
                       unsigned maintenance)
{
    char *node = g_strdup_printf("/intc@%" PRIx64, places[0].base);
    g_autofree uint32_t *reg = g_new(uint32_t, 4 * n);

    for (unsigned i = 0; i < n; i++) {
        reg[4 * i] = cpu_to_be32(places[i].base >> 32);
        reg[4 * i + 1] = cpu_to_be32(places[i].base);
        reg[4 * i + 2] = cpu_to_be32(places[i].size >> 32);
        reg[4 * i + 3] = cpu_to_be32(places[i].size);
    }
    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string(fdt, node, "compatible", compatible);
    qemu_fdt_setprop_cell(fdt, node, "#interrupt-cells", 3);
    qemu_fdt_setprop(fdt, node, "interrupt-controller", NULL, 0);
    qemu_fdt_setprop_cell(fdt, node, "#address-cells", 2);
    qemu_fdt_setprop_cell(fdt, node, "#size-cells", 2);
    qemu_fdt_setprop(fdt, node, "ranges", NULL, 0);
    qemu_fdt_setprop(fdt, node, "reg", reg, 16 * n);
    if (maintenance) {
        qemu_fdt_setprop_cells(fdt, node, "interrupts", PPI, maintenance - FIRST_PPI, LEVEL_HIGH);
    }
    return node;
}
