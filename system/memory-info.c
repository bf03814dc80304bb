/* SPDX-License-Identifier: MIT */
/* What `info mtree` shows: the graph of regions, or the flat views made from it. */
#include "qemu/osdep.h"

#include "memory-internal.h"

typedef struct Printer {
    GString *out;
    MtreeOptions options;
    GPtrArray *aliased; /* targets of aliases outside of the trees seen, to be shown after them */
} Printer;

static const char *region_kind(const MemoryRegion *mr)
{
    if (mr->ram_device) {
        return "ramd";
    }
    if (mr->rom_device) {
        return memory_region_is_romd(mr) ? "romd" : "i/o";
    }
    if (mr->ram) {
        return mr->readonly ? "rom" : "ram";
    }
    return "i/o";
}

static void print_owner(const Printer *p, const MemoryRegion *mr)
{
    if (p->options.owner && mr->owner) {
        g_autofree char *path = object_get_canonical_path(mr->owner);

        g_string_append_printf(p->out, " owner:{%s path=%s}",
                               object_dynamic_cast(mr->owner, "device") ? "dev" : "obj",
                               path ? path : "none");
    }
}

static void print_range(GString *out, hwaddr first, hwaddr last)
{
    g_string_append_printf(out, HWADDR_FMT_plx "-" HWADDR_FMT_plx, first, last);
}

static const char *shown_name(const MemoryRegion *mr)
{
    return mr->name ? mr->name : "anonymous";
}

static hwaddr last_of(const MemoryRegion *mr)
{
    return mr->size ? (hwaddr)(mr->size - 1) : 0;
}

static void note_aliased(Printer *p, MemoryRegion *mr)
{
    while (mr->container) {
        mr = mr->container;
    }
    if (!g_ptr_array_find(p->aliased, mr, NULL)) {
        g_ptr_array_add(p->aliased, mr);
    }
}

static void print_region(Printer *p, MemoryRegion *mr, unsigned depth, hwaddr base)
{
    hwaddr first = base + mr->addr;
    MemoryRegion *sub;

    if (!mr->enabled && !p->options.disabled) {
        return;
    }
    g_string_append_printf(p->out, "%*s", 2 * (int)depth, "");
    print_range(p->out, first, first + last_of(mr));
    g_string_append_printf(p->out, " (prio %d, %s%s): ", mr->priority, mr->nonvolatile ? "nv-" : "",
                           region_kind(mr->alias ? mr->alias : mr));
    if (mr->alias) {
        hwaddr from = mr->alias_offset;

        g_string_append_printf(p->out, "alias %s @%s ", shown_name(mr), shown_name(mr->alias));
        print_range(p->out, from, from + last_of(mr));
        note_aliased(p, mr->alias);
    } else {
        g_string_append(p->out, shown_name(mr));
    }
    g_string_append(p->out, mr->enabled ? "" : " [disabled]");
    print_owner(p, mr);
    g_string_append_c(p->out, '\n');
    if (!mr->alias) {
        /* Where they are, not by what they win. */
        g_autoptr(GPtrArray) subs = g_ptr_array_new();

        QTAILQ_FOREACH (sub, &mr->subregions, subregions_link) {
            unsigned i = 0;

            while (i < subs->len && ((MemoryRegion *)subs->pdata[i])->addr <= sub->addr) {
                i++;
            }
            g_ptr_array_insert(subs, (gint)i, sub);
        }
        for (unsigned i = 0; i < subs->len; i++) {
            print_region(p, subs->pdata[i], depth + 1, first);
        }
    }
}

static bool is_root(const MemoryRegion *mr)
{
    AddressSpace *as;

    QTAILQ_FOREACH (as, &address_spaces, address_spaces_link) {
        if (as->root == mr) {
            return true;
        }
    }
    return false;
}

/* True if an earlier address space has shown the same; the list gives the order. */
static bool shown_before(const AddressSpace *as)
{
    const AddressSpace *other;

    QTAILQ_FOREACH (other, &address_spaces, address_spaces_link) {
        if (other == as) {
            break;
        }
        if (other->root == as->root) {
            return true;
        }
    }
    return false;
}

static void print_trees(Printer *p)
{
    AddressSpace *as, *other;

    QTAILQ_FOREACH (as, &address_spaces, address_spaces_link) {
        if (shown_before(as)) {
            continue;
        }
        QTAILQ_FOREACH (other, &address_spaces, address_spaces_link) {
            if (other->root == as->root) {
                g_string_append_printf(p->out, "address-space: %s\n", other->name);
            }
        }
        print_region(p, as->root, 1, 0);
        g_string_append_c(p->out, '\n');
    }
    /* The list grows while it is printed. */
    for (unsigned i = 0; i < p->aliased->len; i++) {
        MemoryRegion *mr = p->aliased->pdata[i];

        if (!is_root(mr)) {
            g_string_append_printf(p->out, "memory-region: %s\n", shown_name(mr));
            print_region(p, mr, 1, 0);
            g_string_append_c(p->out, '\n');
        }
    }
}

static const char *range_kind(const FlatRange *fr)
{
    if (fr->mr->ram && !fr->mr->rom_device && !fr->mr->ram_device) {
        return fr->readonly ? "rom" : "ram";
    }
    return region_kind(fr->mr);
}

static void print_flat_range(const Printer *p, const FlatRange *fr)
{
    g_string_append(p->out, "  ");
    print_range(p->out, fr->first, fr->last);
    g_string_append_printf(p->out, " (prio %d, %s%s): %s", fr->mr->priority,
                           fr->nonvolatile ? "nv-" : "", range_kind(fr), shown_name(fr->mr));
    if (fr->offset) {
        g_string_append_printf(p->out, " @" HWADDR_FMT_plx, fr->offset);
    }
    print_owner(p, fr->mr);
    g_string_append_c(p->out, '\n');
}

static void print_views(Printer *p)
{
    AddressSpace *as, *other;
    unsigned n = 0;

    QTAILQ_FOREACH (as, &address_spaces, address_spaces_link) {
        const FlatView *view = as->current_map;

        if (shown_before(as)) {
            continue;
        }
        g_string_append_printf(p->out, "FlatView #%u\n", n++);
        QTAILQ_FOREACH (other, &address_spaces, address_spaces_link) {
            if (other->root == as->root) {
                g_string_append_printf(p->out, " AS \"%s\", root: %s\n", other->name,
                                       shown_name(other->root));
            }
        }
        g_string_append_printf(p->out, " Root memory region: %s\n", shown_name(as->root));
        for (unsigned i = 0; i < view->nr; i++) {
            print_flat_range(p, &view->ranges[i]);
        }
        g_string_append(p->out, view->nr ? "\n" : "  No rendered FlatView\n\n");
    }
}

void mtree_print(GString *out, MtreeOptions options)
{
    Printer p = { .out = out, .options = options, .aliased = g_ptr_array_new() };

    assert(bql_locked());
    if (options.flatview) {
        print_views(&p);
    } else {
        print_trees(&p);
    }
    g_ptr_array_free(p.aliased, true);
}
