/* SPDX-License-Identifier: MIT */
/*
 * The graph of memory regions: making, linking and asking them. Everything here runs under the big
 * lock; accesses never look at the graph, only at flat views, which a transaction compiles anew as
 * its outermost pair closes.
 *
 * References: a region lives inside its owner's state, so what must stay is the owner. A container
 * and an alias keep the owner of what they show, unless it is their own (that would be a cycle).
 */
#include "qemu/osdep.h"

#include "memory-internal.h"
#include "qapi/visitor.h"

AddressSpaceList address_spaces = QTAILQ_HEAD_INITIALIZER(address_spaces);

static struct {
    unsigned depth;
    bool changed; /* the views are out of date */
} transaction;

static MemoryRegion *system_memory, *system_io;
AddressSpace address_space_memory, address_space_io;

/* --- Transactions --- */

void memory_region_transaction_begin(void)
{
    assert(bql_locked());
    transaction.depth++;
}

/* One view a root, however many address spaces show it. */
static void rebuild_views(void)
{
    g_autoptr(GHashTable) by_root = g_hash_table_new(NULL, NULL);
    AddressSpace *as;

    QTAILQ_FOREACH (as, &address_spaces, address_spaces_link) {
        FlatView *view = g_hash_table_lookup(by_root, as->root);

        if (view) {
            flatview_ref(view);
        } else {
            view = flatview_build(as->root);
            g_hash_table_insert(by_root, as->root, view);
        }
        address_space_set_view(as, view);
    }
}

void memory_region_transaction_commit(void)
{
    assert(bql_locked() && transaction.depth);
    if (--transaction.depth || !transaction.changed) {
        return;
    }
    transaction.changed = false;
    memory_listeners_begin();
    rebuild_views();
    memory_listeners_commit();
}

void memory_region_note_change(void)
{
    assert(transaction.depth);
    transaction.changed = true;
}

/* A change of @mr is complete; @visible tells whether any view may differ. */
static void commit_change(bool visible)
{
    transaction.changed |= visible;
    memory_region_transaction_commit();
}

/* --- Address spaces --- */

void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name)
{
    assert(bql_locked() && root);
    memset(as, 0, sizeof(*as));
    as->name = g_strdup(name ? name : "anonymous");
    as->root = root;
    as->max_bounce_buffer_size = 4096;
    QTAILQ_INIT(&as->listeners);
    memory_region_ref(root);
    QTAILQ_INSERT_TAIL(&address_spaces, as, address_spaces_link);
    address_space_set_view(as, flatview_build(root));
}

void address_space_destroy(AddressSpace *as)
{
    assert(bql_locked() && QTAILQ_EMPTY(&as->listeners));
    QTAILQ_REMOVE(&address_spaces, as, address_spaces_link);
    address_space_set_view(as, flatview_empty());
    memory_region_unref(as->root);
    as->root = NULL;
    g_free(as->name);
    as->name = NULL;
}

/* Nobody drives the bus where no port is: its pull-ups make all bits ones. */
static uint64_t no_port_read(void *opaque, hwaddr addr, unsigned size)
{
    return UINT64_MAX;
}

static void no_port_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
}

static const MemoryRegionOps no_port_ops = {
    .read = no_port_read,
    .write = no_port_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void make_system_spaces(void)
{
    if (system_memory) {
        return;
    }
    system_memory = g_new0(MemoryRegion, 1);
    memory_region_init(system_memory, NULL, "system", UINT64_MAX);
    address_space_init(&address_space_memory, system_memory, "memory");
    system_io = g_new0(MemoryRegion, 1);
    memory_region_init_io(system_io, NULL, &no_port_ops, NULL, "io", 65536);
    address_space_init(&address_space_io, system_io, "I/O");
}

MemoryRegion *get_system_memory(void)
{
    make_system_spaces();
    return system_memory;
}

MemoryRegion *get_system_io(void)
{
    make_system_spaces();
    return system_io;
}

/* --- Making regions --- */

static Int128 size_from_u64(uint64_t size)
{
    return size == UINT64_MAX ? int128_2_64() : int128_make64(size);
}

/* A name that is one element of a path. "[*]" at the end numbers regions of one name. */
static char *child_name(const char *name)
{
    GString *s = g_string_new(NULL);

    for (; *name; name++) {
        if (strchr("/[]\\", *name)) {
            g_string_append_printf(s, "\\x%02x", (unsigned char)*name);
        } else {
            g_string_append_c(s, *name);
        }
    }
    g_string_append(s, "[*]");
    return g_string_free(s, false);
}

void memory_region_init(MemoryRegion *mr, Object *owner, const char *name, uint64_t size)
{
    g_autofree char *child = child_name(name ? name : "anonymous");

    object_initialize(mr, sizeof(*mr), TYPE_MEMORY_REGION);
    mr->size = size_from_u64(size);
    mr->name = g_strdup(name);
    mr->owner = owner;
    mr->guarded = owner && object_dynamic_cast(owner, "device");
    object_property_add_child(owner ? owner : object_get_container("unattached"), child,
                              OBJECT(mr));
    object_unref(OBJECT(mr)); /* the parent's reference is the one that counts */
}

void memory_region_init_io(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                           void *opaque, const char *name, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->ops = ops ? ops : memory_region_unassigned()->ops;
    mr->opaque = opaque;
    mr->terminates = true;
}

static void destroy_ram(MemoryRegion *mr)
{
    qemu_ram_free(mr->ram_block);
}

/* Give the fresh region @mr its @block; NULL undoes its making. */
static bool attach_ram(MemoryRegion *mr, RAMBlock *block)
{
    if (!block) {
        object_unparent(OBJECT(mr));
        return false;
    }
    mr->ram = true;
    mr->terminates = true;
    mr->ram_block = block;
    mr->destructor = destroy_ram;
    return true;
}

bool memory_region_init_ram_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp)
{
    memory_region_init(mr, owner, name, size);
    return attach_ram(mr, qemu_ram_alloc(size, mr, errp));
}

bool memory_region_init_ram(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp)
{
    if (!memory_region_init_ram_nomigrate(mr, owner, name, size, errp)) {
        return false;
    }
    qemu_ram_set_idstr(mr->ram_block, name);
    return true;
}

bool memory_region_init_rom_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp)
{
    if (!memory_region_init_ram_nomigrate(mr, owner, name, size, errp)) {
        return false;
    }
    mr->readonly = true;
    return true;
}

bool memory_region_init_rom(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp)
{
    if (!memory_region_init_ram(mr, owner, name, size, errp)) {
        return false;
    }
    mr->readonly = true;
    return true;
}

bool memory_region_init_rom_device(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                                   void *opaque, const char *name, uint64_t size, Error **errp)
{
    assert(ops);
    if (!memory_region_init_ram(mr, owner, name, size, errp)) {
        return false;
    }
    mr->rom_device = true;
    mr->romd_mode = true;
    mr->ops = ops;
    mr->opaque = opaque;
    return true;
}

void memory_region_init_ram_ptr(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                                void *ptr)
{
    memory_region_init(mr, owner, name, size);
    attach_ram(mr, qemu_ram_alloc_from_ptr(size, ptr, mr, &error_abort));
}

void memory_region_init_ram_device_ptr(MemoryRegion *mr, Object *owner, const char *name,
                                       uint64_t size, void *ptr)
{
    memory_region_init_ram_ptr(mr, owner, name, size, ptr);
    mr->ram_device = true;
}

static bool same_owner(const MemoryRegion *a, const MemoryRegion *b)
{
    return a->owner && a->owner == b->owner;
}

void memory_region_init_alias(MemoryRegion *mr, Object *owner, const char *name, MemoryRegion *orig,
                              hwaddr offset, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->alias = orig;
    mr->alias_offset = offset;
    if (!same_owner(mr, orig)) {
        memory_region_ref(orig);
    }
}

void memory_region_ref(MemoryRegion *mr)
{
    object_ref(mr->owner ? mr->owner : OBJECT(mr));
}

void memory_region_unref(MemoryRegion *mr)
{
    object_unref(mr->owner ? mr->owner : OBJECT(mr));
}

/* --- Linking --- */

static void link_subregion(MemoryRegion *mr, MemoryRegion *subregion)
{
    MemoryRegion *other;

    QTAILQ_FOREACH (other, &mr->subregions, subregions_link) {
        if (subregion->priority >= other->priority) {
            QTAILQ_INSERT_BEFORE(other, subregion, subregions_link);
            return;
        }
    }
    QTAILQ_INSERT_TAIL(&mr->subregions, subregion, subregions_link);
}

void memory_region_add_subregion_overlap(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion,
                                         int priority)
{
    assert(!subregion->container && !mr->alias);
    memory_region_transaction_begin();
    if (!same_owner(mr, subregion)) {
        memory_region_ref(subregion);
    }
    subregion->container = mr;
    subregion->addr = offset;
    subregion->priority = priority;
    link_subregion(mr, subregion);
    commit_change(mr->enabled && subregion->enabled);
}

void memory_region_add_subregion(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion)
{
    memory_region_add_subregion_overlap(mr, offset, subregion, 0);
}

void memory_region_del_subregion(MemoryRegion *mr, MemoryRegion *subregion)
{
    assert(subregion->container == mr);
    memory_region_transaction_begin();
    QTAILQ_REMOVE(&mr->subregions, subregion, subregions_link);
    subregion->container = NULL;
    commit_change(mr->enabled && subregion->enabled);
    if (!same_owner(mr, subregion)) {
        memory_region_unref(subregion);
    }
}

void memory_region_set_enabled(MemoryRegion *mr, bool enabled)
{
    if (mr->enabled != enabled) {
        memory_region_transaction_begin();
        mr->enabled = enabled;
        commit_change(true);
    }
}

/* As if it had been removed and added again: it comes before its equals. */
void memory_region_set_address(MemoryRegion *mr, hwaddr addr)
{
    if (mr->addr == addr) {
        return;
    }
    memory_region_transaction_begin();
    mr->addr = addr;
    if (mr->container) {
        QTAILQ_REMOVE(&mr->container->subregions, mr, subregions_link);
        link_subregion(mr->container, mr);
    }
    commit_change(mr->enabled);
}

void memory_region_set_size(MemoryRegion *mr, uint64_t size)
{
    Int128 new_size = size_from_u64(size);

    assert(!mr->ram || new_size <= mr->size);
    if (mr->size != new_size) {
        memory_region_transaction_begin();
        mr->size = new_size;
        commit_change(true);
    }
}

void memory_region_set_alias_offset(MemoryRegion *mr, hwaddr offset)
{
    assert(mr->alias);
    if (mr->alias_offset != offset) {
        memory_region_transaction_begin();
        mr->alias_offset = offset;
        commit_change(mr->enabled);
    }
}

void memory_region_set_readonly(MemoryRegion *mr, bool readonly)
{
    if (mr->readonly != readonly) {
        memory_region_transaction_begin();
        mr->readonly = readonly;
        commit_change(mr->enabled);
    }
}

void memory_region_set_nonvolatile(MemoryRegion *mr, bool nonvolatile)
{
    if (mr->nonvolatile != nonvolatile) {
        memory_region_transaction_begin();
        mr->nonvolatile = nonvolatile;
        commit_change(mr->enabled);
    }
}

void memory_region_rom_device_set_romd(MemoryRegion *mr, bool romd_mode)
{
    assert(mr->rom_device);
    if (mr->romd_mode != romd_mode) {
        memory_region_transaction_begin();
        qatomic_set(&mr->romd_mode, romd_mode);
        commit_change(mr->enabled);
    }
}

void memory_region_enable_lockless_io(MemoryRegion *mr)
{
    assert(!mr->container);
    mr->lockless_io = true;
}

void memory_region_clear_global_locking(MemoryRegion *mr)
{
    memory_region_enable_lockless_io(mr);
}

/* --- Asking --- */

uint64_t memory_region_size(const MemoryRegion *mr)
{
    return mr->size == int128_2_64() ? UINT64_MAX : int128_get64(mr->size);
}

const char *memory_region_name(const MemoryRegion *mr)
{
    return mr->name;
}

Object *memory_region_owner(MemoryRegion *mr)
{
    return mr->owner;
}

bool memory_region_is_mapped(const MemoryRegion *mr)
{
    return mr->container != NULL;
}

static AddressSpace *space_of_root(const MemoryRegion *root)
{
    AddressSpace *as;

    QTAILQ_FOREACH (as, &address_spaces, address_spaces_link) {
        if (as->root == root) {
            return as;
        }
    }
    return NULL;
}

MemoryRegionSection memory_region_find(MemoryRegion *mr, hwaddr addr, uint64_t size)
{
    MemoryRegionSection section = { .mr = NULL };
    MemoryRegion *root = mr;
    hwaddr base = mr->addr, first, last, gap_last;
    AddressSpace *as;
    const FlatRange *fr;

    assert(bql_locked());
    for (; root->container; base += root->addr) {
        root = root->container;
    }
    as = space_of_root(root);
    first = base + addr;
    last = first + (size - 1);
    if (!as || !size || last < first) {
        return section;
    }
    fr = flatview_lookup(as->current_map, first, &gap_last);
    if (!fr && gap_last < last) {
        first = gap_last + 1;
        fr = flatview_lookup(as->current_map, first, &gap_last);
    }
    if (!fr) {
        return section;
    }
    section = flatrange_section(as, fr);
    section.offset_within_region += first - fr->first;
    section.offset_within_address_space = first - base;
    section.size = (Int128)MIN(fr->last, last) - first + 1;
    memory_region_ref(section.mr);
    return section;
}

bool memory_region_present(MemoryRegion *container, hwaddr addr)
{
    MemoryRegionSection section = memory_region_find(container, addr, 1);

    if (!section.mr) {
        return false;
    }
    memory_region_unref(section.mr);
    return section.mr != container;
}

/* --- The type --- */

static void memory_region_initfn(Object *obj)
{
    MemoryRegion *mr = MEMORY_REGION(obj);

    mr->enabled = true;
    QTAILQ_INIT(&mr->subregions);
}

/* The two go with their owner, which nobody sees any more; so no view has to change. */
static void unlink_dead(MemoryRegion *mr, MemoryRegion *subregion)
{
    QTAILQ_REMOVE(&mr->subregions, subregion, subregions_link);
    subregion->container = NULL;
    if (!same_owner(mr, subregion)) {
        memory_region_unref(subregion);
    }
}

static void memory_region_finalize(Object *obj)
{
    MemoryRegion *mr = MEMORY_REGION(obj);

    if (mr->container) {
        /* Only with the same owner; whoever else shows a region keeps it alive. */
        assert(same_owner(mr, mr->container));
        unlink_dead(mr->container, mr);
    }
    while (!QTAILQ_EMPTY(&mr->subregions)) {
        unlink_dead(mr, QTAILQ_FIRST(&mr->subregions));
    }
    if (mr->destructor) {
        mr->destructor(mr);
    }
    if (mr->alias && !same_owner(mr, mr->alias)) {
        memory_region_unref(mr->alias);
    }
    g_free((char *)mr->name);
}

static void get_container(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    MemoryRegion *mr = MEMORY_REGION(obj);
    g_autofree char *path =
        mr->container ? object_get_canonical_path(OBJECT(mr->container)) : g_strdup("");

    visit_type_str(v, name, &path, errp);
}

static void get_addr(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value = MEMORY_REGION(obj)->addr;

    visit_type_uint64(v, name, &value, errp);
}

static void get_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value = memory_region_size(MEMORY_REGION(obj));

    visit_type_uint64(v, name, &value, errp);
}

static void get_priority(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    int32_t value = MEMORY_REGION(obj)->priority;

    visit_type_int32(v, name, &value, errp);
}

static void memory_region_class_init(ObjectClass *oc, const void *data)
{
    object_class_property_add(oc, "container", "link<" TYPE_MEMORY_REGION ">", get_container, NULL,
                              NULL, NULL);
    object_class_property_add(oc, "addr", "uint64", get_addr, NULL, NULL, NULL);
    object_class_property_add(oc, "size", "uint64", get_size, NULL, NULL, NULL);
    object_class_property_add(oc, "priority", "int32", get_priority, NULL, NULL, NULL);
}

static const TypeInfo memory_region_info = {
    .name = TYPE_MEMORY_REGION,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(MemoryRegion),
    .instance_init = memory_region_initfn,
    .instance_finalize = memory_region_finalize,
    .class_init = memory_region_class_init,
};

static void memory_register_types(void)
{
    type_register_static(&memory_region_info);
}

type_init(memory_register_types)
