/* SPDX-License-Identifier: MIT */
/*
 * Memory regions, address spaces and accesses to them.
 *
 * A MemoryRegion is a node of a graph: RAM, ROM, I/O (callbacks), a container of others, or an
 * alias of a part of another. An AddressSpace is a root region as seen by one kind of bus master.
 * From each root a FlatView is compiled, a sorted array of ranges, on every change; accesses use
 * only that.
 *
 * Locking: the graph is changed under the big lock. Accesses (address_space_*, memory_region_
 * dispatch_*) may come from any thread; they read the published view in an RCU section, and take
 * the big lock around callbacks unless the region has opted out.
 */
#ifndef SYSTEM_MEMORY_H
#define SYSTEM_MEMORY_H

#include "qemu/osdep.h"
#include "exec/hwaddr.h"
#include "exec/memattrs.h"
#include "exec/memop.h"
#include "qapi/error.h"
#include "qemu/int128.h"
#include "qemu/queue.h"
#include "qemu/rcu.h"
#include "qom/object.h"

#define TYPE_MEMORY_REGION "memory-region"
typedef struct MemoryRegion MemoryRegion;
DECLARE_INSTANCE_CHECKER(MemoryRegion, MEMORY_REGION, TYPE_MEMORY_REGION)

typedef struct AddressSpace AddressSpace;
typedef struct FlatView FlatView;
typedef struct RAMBlock RAMBlock;
typedef struct MemoryListener MemoryListener;

enum device_endian {
    DEVICE_NATIVE_ENDIAN, /* the target's, see memory_set_target_big_endian() */
    DEVICE_BIG_ENDIAN,
    DEVICE_LITTLE_ENDIAN,
};

/*
 * The callbacks of an I/O region. One of read and read_with_attrs, one of write and
 * write_with_attrs; a missing direction gives MEMTX_ERROR.
 *
 * An access that breaks .valid ends with MEMTX_ERROR and reads 0. One that is valid, but that the
 * callbacks do not take by .impl, is cut into several or, when it is narrower than
 * impl.min_access_size, made from the full aligned unit: a read selects its bytes, a write has the
 * other bytes zero. Data is a number in .endianness byte order over the access's bytes.
 */
typedef struct MemoryRegionOps {
    uint64_t (*read)(void *opaque, hwaddr addr, unsigned size);
    void (*write)(void *opaque, hwaddr addr, uint64_t data, unsigned size);
    MemTxResult (*read_with_attrs)(void *opaque, hwaddr addr, uint64_t *data, unsigned size,
                                   MemTxAttrs attrs);
    MemTxResult (*write_with_attrs)(void *opaque, hwaddr addr, uint64_t data, unsigned size,
                                    MemTxAttrs attrs);
    enum device_endian endianness;
    /* What the guest may do. Sizes in bytes; 0, 0 allows 1 to 8. */
    struct {
        unsigned min_access_size;
        unsigned max_access_size;
        bool unaligned;
        /* Optional: the last word on an access that passed the rest. */
        bool (*accepts)(void *opaque, hwaddr addr, unsigned size, bool is_write, MemTxAttrs attrs);
    } valid;
    /* What the callbacks take. 0 means 1 for the minimum and 4 for the maximum. */
    struct {
        unsigned min_access_size;
        unsigned max_access_size;
        bool unaligned;
    } impl;
} MemoryRegionOps;

struct MemoryRegion {
    Object parent_obj;

    /* Written under the big lock. What accesses read is fixed while the region is mapped, except
     * romd_mode and dirty_log_mask, which are atomic. */
    const MemoryRegionOps *ops;
    void *opaque;
    Object *owner; /* kept alive by every view that shows the region; may be NULL */
    MemoryRegion *container;
    Int128 size; /* bytes, up to 2^64 */
    hwaddr addr; /* in the container */
    MemoryRegion *alias;
    hwaddr alias_offset;
    int32_t priority;
    bool enabled;
    bool terminates; /* answers itself where no subregion does */
    bool ram;        /* has memory: RAM, ROM or a ROM device */
    bool readonly;   /* writes are dropped */
    bool rom_device; /* reads as ROM while romd_mode, writes go to ops */
    bool romd_mode;
    bool ram_device; /* RAM that is some hardware's; not for migration */
    bool nonvolatile;
    bool lockless_io; /* callbacks are thread safe and run without the big lock */
    bool guarded;     /* the owner is a device: it may not reach itself by DMA */
    bool disable_reentrancy_guard;
    uint8_t dirty_log_mask; /* bits DIRTY_MEMORY_* */
    unsigned log_users;     /* of memory_region_set_log() */
    RAMBlock *ram_block;
    const char *name;
    void (*destructor)(MemoryRegion *mr);
    QTAILQ_HEAD(, MemoryRegion) subregions; /* by falling priority, the newest of equals first */
    QTAILQ_ENTRY(MemoryRegion) subregions_link;
};

/* A piece of an address space that lies in one region. */
typedef struct MemoryRegionSection {
    Int128 size; /* 0: there is none */
    MemoryRegion *mr;
    AddressSpace *address_space;
    hwaddr offset_within_region;
    hwaddr offset_within_address_space;
    bool readonly; /* also by an alias on the way */
    bool nonvolatile;
} MemoryRegionSection;

struct AddressSpace {
    struct rcu_head rcu;
    char *name;
    MemoryRegion *root;
    FlatView *current_map;         /* RCU */
    size_t max_bounce_buffer_size; /* bytes that address_space_map() may allocate at once */
    size_t bounce_buffer_size;     /* atomic: in use */
    QTAILQ_HEAD(, MemoryListener) listeners; /* by rising priority */
    QTAILQ_ENTRY(AddressSpace) address_spaces_link;
};

/*
 * Told of changes, under the big lock. Order: begin of all listeners; for each address space the
 * region_del of what went (last listener first), then region_add, region_nop and log_* of what
 * there is by rising address; the new view is published; commit of all. Any callback may be NULL.
 */
struct MemoryListener {
    void (*begin)(MemoryListener *listener);
    void (*commit)(MemoryListener *listener);
    void (*region_add)(MemoryListener *listener, MemoryRegionSection *section);
    void (*region_del)(MemoryListener *listener, MemoryRegionSection *section);
    void (*region_nop)(MemoryListener *listener, MemoryRegionSection *section);
    /* A range began or ceased to be watched: masks of DIRTY_MEMORY_* bits. */
    void (*log_start)(MemoryListener *listener, MemoryRegionSection *section, int old_mask,
                      int new_mask);
    void (*log_stop)(MemoryListener *listener, MemoryRegionSection *section, int old_mask,
                     int new_mask);
    /* Bring the dirty bits of the section up to date. */
    void (*log_sync)(MemoryListener *listener, MemoryRegionSection *section);
    /* All RAM began or ceased to be watched, for migration. */
    void (*log_global_start)(MemoryListener *listener);
    void (*log_global_stop)(MemoryListener *listener);
    unsigned priority;
    const char *name;

    AddressSpace *address_space;          /* set by memory_listener_register() */
    QTAILQ_ENTRY(MemoryListener) link;    /* all */
    QTAILQ_ENTRY(MemoryListener) link_as; /* of the address space */
};

#define MEMORY_LISTENER_PRIORITY_MIN         0
#define MEMORY_LISTENER_PRIORITY_ACCEL       10
#define MEMORY_LISTENER_PRIORITY_DEV_BACKEND 10

/* Who watches RAM for writes. Code is apart: see system/ram_addr.h. */
#define DIRTY_MEMORY_VGA       0
#define DIRTY_MEMORY_MIGRATION 1
#define DIRTY_MEMORY_NUM       2

/* --- Making regions -------------------------------------------------------------------------
 * @mr is embedded in its owner's state and becomes its child @name ("name[0]", … if taken); with a
 * NULL @owner it hangs below /unattached. It is finalized with the owner, or by object_unparent().
 * Sizes are in bytes; UINT64_MAX stands for 2^64. Those with an errp return false with it set and
 * @mr left without memory. All need the big lock.
 */
void memory_region_init(MemoryRegion *mr, Object *owner, const char *name, uint64_t size);
void memory_region_init_io(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                           void *opaque, const char *name, uint64_t size);
bool memory_region_init_ram(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp);
/* As above, the contents are not part of a saved machine. */
bool memory_region_init_ram_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp);
bool memory_region_init_rom(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp);
bool memory_region_init_rom_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp);
bool memory_region_init_rom_device(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                                   void *opaque, const char *name, uint64_t size, Error **errp);
/* RAM over host memory that the caller owns. */
void memory_region_init_ram_ptr(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                                void *ptr);
void memory_region_init_ram_device_ptr(MemoryRegion *mr, Object *owner, const char *name,
                                       uint64_t size, void *ptr);
/* @size bytes of @orig from @offset on, seen at another place. */
void memory_region_init_alias(MemoryRegion *mr, Object *owner, const char *name, MemoryRegion *orig,
                              hwaddr offset, uint64_t size);

/* --- The graph ------------------------------------------------------------------------------ */

/* Map @subregion at @offset of the container @mr. Overlap is for the caller to exclude; if there is
 * some, the region added last wins. With priorities the higher one wins, also over the container's
 * own contents. */
void memory_region_add_subregion(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion);
void memory_region_add_subregion_overlap(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion,
                                         int priority);
void memory_region_del_subregion(MemoryRegion *mr, MemoryRegion *subregion);

void memory_region_set_enabled(MemoryRegion *mr, bool enabled);
void memory_region_set_address(MemoryRegion *mr, hwaddr addr);
void memory_region_set_size(MemoryRegion *mr, uint64_t size);
void memory_region_set_alias_offset(MemoryRegion *mr, hwaddr offset);
void memory_region_set_readonly(MemoryRegion *mr, bool readonly);
void memory_region_set_nonvolatile(MemoryRegion *mr, bool nonvolatile);
/* Of a ROM device: reads are direct, or go to the callbacks. */
void memory_region_rom_device_set_romd(MemoryRegion *mr, bool romd_mode);

/* Changes between begin and commit become visible at once; the pairs nest. */
void memory_region_transaction_begin(void);
void memory_region_transaction_commit(void);

/* --- Asking regions ------------------------------------------------------------------------- */

uint64_t memory_region_size(const MemoryRegion *mr); /* UINT64_MAX for 2^64 */
const char *memory_region_name(const MemoryRegion *mr);
Object *memory_region_owner(MemoryRegion *mr);
bool memory_region_is_mapped(const MemoryRegion *mr);
bool memory_region_present(MemoryRegion *container, hwaddr addr);

static inline bool memory_region_is_ram(const MemoryRegion *mr)
{
    return mr->ram;
}

static inline bool memory_region_is_rom(const MemoryRegion *mr)
{
    return mr->ram && mr->readonly;
}

static inline bool memory_region_is_ram_device(const MemoryRegion *mr)
{
    return mr->ram_device;
}

/* A ROM device that reads as memory now. */
static inline bool memory_region_is_romd(const MemoryRegion *mr)
{
    return mr->rom_device && __atomic_load_n(&mr->romd_mode, __ATOMIC_RELAXED);
}

static inline bool memory_region_is_nonvolatile(const MemoryRegion *mr)
{
    return mr->nonvolatile;
}

/* Host memory of a region with RAM; for an alias, of the place it shows. NULL if there is none. */
void *memory_region_get_ram_ptr(MemoryRegion *mr);
/* The region's first byte in the space of all RAM, or RAM_ADDR_INVALID. */
ram_addr_t memory_region_get_ram_addr(MemoryRegion *mr);
/* The region whose memory holds @ptr, with the offset of @ptr in it; NULL if none. */
MemoryRegion *memory_region_from_host(void *ptr, ram_addr_t *offset);

/* Keep the region's owner alive. */
void memory_region_ref(MemoryRegion *mr);
void memory_region_unref(MemoryRegion *mr);

/* Callbacks are thread safe: run them without the big lock. Before the region is mapped. */
void memory_region_enable_lockless_io(MemoryRegion *mr);
void memory_region_clear_global_locking(MemoryRegion *mr);

/*
 * The first piece of [@addr, @addr + @size) of @mr, which is mapped in some address space, that is
 * seen there. offset_within_address_space is relative to @mr. A reference on the region is taken.
 */
MemoryRegionSection memory_region_find(MemoryRegion *mr, hwaddr addr, uint64_t size);

/* --- Writes to RAM -------------------------------------------------------------------------- */

/* Watch @mr's RAM for @client, DIRTY_MEMORY_VGA; nests per client. */
void memory_region_set_log(MemoryRegion *mr, bool log, unsigned client);
uint8_t memory_region_get_dirty_log_mask(MemoryRegion *mr);
/* Somebody wrote to @mr without the address_space_ functions: code and watchers are told. */
void memory_region_set_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size);
void memory_region_flush_rom_device(MemoryRegion *mr, hwaddr addr, hwaddr size);
/* True if any page of the range was written since the last reset of that client's bits. */
bool memory_region_get_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client);
void memory_region_reset_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client);
/* Take the bits of a range at once, and ask the copy. g_free() it. */
typedef struct DirtyBitmapSnapshot DirtyBitmapSnapshot;
DirtyBitmapSnapshot *memory_region_snapshot_and_clear_dirty(MemoryRegion *mr, hwaddr addr,
                                                            hwaddr size, unsigned client);
bool memory_region_snapshot_get_dirty(MemoryRegion *mr, DirtyBitmapSnapshot *snap, hwaddr addr,
                                      hwaddr size);
/* Watch all RAM for migration. */
void memory_global_dirty_log_start(void);
void memory_global_dirty_log_stop(void);
bool memory_global_dirty_log_active(void);

/* --- Accesses to one region ----------------------------------------------------------------- */

/*
 * Read or write 1 to 8 bytes at @addr of a region of any kind. @op: size and byte order of @data.
 * Takes the big lock if the region needs it and the caller does not hold it; callers that hold
 * other locks must see to the order. Errors are logged (guest_errors); a failed read gives 0.
 */
MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr addr, uint64_t *data, MemOp op,
                                        MemTxAttrs attrs);
MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr addr, uint64_t data, MemOp op,
                                         MemTxAttrs attrs);
bool memory_region_access_valid(MemoryRegion *mr, hwaddr addr, unsigned size, bool is_write,
                                MemTxAttrs attrs);

/* What DEVICE_NATIVE_ENDIAN and the accesses without _le or _be mean: little-endian until told. */
void memory_set_target_big_endian(bool big_endian);
bool target_big_endian(void);

/* --- Address spaces ------------------------------------------------------------------------- */

/* @as shows @root. It keeps a reference on it. Both need the big lock. */
void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name);
/* Accesses in progress finish; the caller frees @as only after drain_call_rcu(), or never. */
void address_space_destroy(AddressSpace *as);

void memory_listener_register(MemoryListener *listener, AddressSpace *as);
void memory_listener_unregister(MemoryListener *listener);
/* Ask every listener for the dirty bits of all RAM. */
void memory_global_dirty_log_sync(void);

/*
 * Where an access goes. @host is set if it may go to host memory directly; else it goes to
 * memory_region_dispatch_*(@mr, @offset). An address without a region gives a region whose
 * accesses end with MEMTX_DECODE_ERROR, so that @mr is never NULL.
 */
typedef struct MemoryTarget {
    MemoryRegion *mr;
    hwaddr offset;       /* in mr */
    hwaddr len;          /* bytes from there on for which all this holds; up to what was asked */
    bool readonly;       /* RAM of which writes are dropped */
    uint8_t *host;       /* NULL: not direct */
    ram_addr_t ram_addr; /* of host; RAM_ADDR_INVALID without */
    uint8_t log_mask;    /* dirty bits that a direct write must set (bits DIRTY_MEMORY_*) */
} MemoryTarget;

/*
 * For soft TLBs and other caches. The answer holds within the RCU section, or until a listener's
 * commit. False, with @target still filled in, if nothing is there.
 */
bool address_space_resolve(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                           MemTxAttrs attrs, MemoryTarget *target);

/* The region at @addr, the offset in it, and *@plen cut to what lies in it. In an RCU section. */
MemoryRegion *address_space_translate(AddressSpace *as, hwaddr addr, hwaddr *xlat, hwaddr *plen,
                                      bool is_write, MemTxAttrs attrs);
bool address_space_access_valid(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                                MemTxAttrs attrs);

/*
 * Copy between host memory and an address space. The whole length is tried, whatever fails; the
 * results are or-ed together.
 */
MemTxResult address_space_rw(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf, hwaddr len,
                             bool is_write);
MemTxResult address_space_read_full(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                                    hwaddr len);
MemTxResult address_space_read(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                               hwaddr len);
MemTxResult address_space_write(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, const void *buf,
                                hwaddr len);
/* As a write, but ROM is written as well and devices are left alone: for loaders and debuggers. */
MemTxResult address_space_write_rom(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                    const void *buf, hwaddr len);
MemTxResult address_space_set(AddressSpace *as, hwaddr addr, uint8_t c, hwaddr len,
                              MemTxAttrs attrs);

/*
 * One atomic compare and exchange of the little-endian number in the 8 aligned bytes at @addr: it
 * becomes @new if it is *@expected, which in any case becomes what was there. MEMTX_ERROR if there
 * is something other than writable memory.
 */
MemTxResult address_space_cmpxchgq_le(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                      uint64_t *expected, uint64_t new);

/*
 * Host memory for up to *@plen bytes at @addr, which is cut to what is possible; NULL, with *@plen
 * 0, if nothing is at the moment. Devices' memory goes through a bounce buffer. End with unmap: for
 * a write, the first @access_len bytes were written.
 */
void *address_space_map(AddressSpace *as, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs);
void address_space_unmap(AddressSpace *as, void *buffer, hwaddr len, bool is_write,
                         hwaddr access_len);

/* address_space_ldub … address_space_stq_be: see system/memory_ldst.h. */
#include "system/memory_ldst.h"

/* The view of an address space, as listeners see it: calls @cb for each range by rising address
 * until that returns true. In an RCU section or under the big lock. */
typedef bool (*AddressSpaceRangeFn)(const MemoryRegionSection *section, void *opaque);
bool address_space_foreach(AddressSpace *as, AddressSpaceRangeFn cb, void *opaque);

/* Append `info mtree` to @out: the trees of regions, or the flat views. Needs the big lock. */
typedef struct MtreeOptions {
    bool flatview;
    bool owner;    /* say whose each region is */
    bool disabled; /* show what is disabled as well */
} MtreeOptions;
void mtree_print(GString *out, MtreeOptions options);

#endif
