/* SPDX-License-Identifier: MIT */
/*
 * Listeners, and the publication of views to them.
 *
 * The difference of two views is found by walking both sorted arrays side by side. A range that is
 * in both with the same contents is kept, whatever its dirty logging; all else went or came. What
 * went is told first, so that a listener never sees two things at one address.
 */
#include "qemu/osdep.h"

#include "memory-internal.h"

static QTAILQ_HEAD(, MemoryListener) listeners = QTAILQ_HEAD_INITIALIZER(listeners);
static bool global_dirty_log; /* atomic */

MemoryRegionSection flatrange_section(AddressSpace *as, const FlatRange *fr)
{
    return (MemoryRegionSection){
        .size = (Int128)fr->last - fr->first + 1,
        .mr = fr->mr,
        .address_space = as,
        .offset_within_region = fr->offset,
        .offset_within_address_space = fr->first,
        .readonly = fr->readonly,
        .nonvolatile = fr->nonvolatile,
    };
}

static bool same_contents(const FlatRange *a, const FlatRange *b)
{
    return a->first == b->first && a->last == b->last && a->mr == b->mr && a->offset == b->offset &&
           a->readonly == b->readonly && a->nonvolatile == b->nonvolatile &&
           a->romd_mode == b->romd_mode;
}

/* The range of @view that equals @fr, searching on from *@pos; calls come by rising address. */
static const FlatRange *find_same(const FlatView *view, unsigned *pos, const FlatRange *fr)
{
    while (*pos < view->nr && view->ranges[*pos].first < fr->first) {
        ++*pos;
    }
    if (*pos < view->nr && same_contents(&view->ranges[*pos], fr)) {
        return &view->ranges[*pos];
    }
    return NULL;
}

static void log_change(MemoryListener *l, MemoryRegionSection *section, int old_mask, int new_mask)
{
    if ((new_mask & ~old_mask) && l->log_start) {
        l->log_start(l, section, old_mask, new_mask);
    }
    if ((old_mask & ~new_mask) && l->log_stop) {
        l->log_stop(l, section, old_mask, new_mask);
    }
}

static void tell_gone(AddressSpace *as, const FlatRange *fr)
{
    MemoryRegionSection section = flatrange_section(as, fr);
    MemoryListener *l;

    QTAILQ_FOREACH_REVERSE (l, &as->listeners, link_as) {
        if (l->region_del) {
            l->region_del(l, &section);
        }
    }
}

static void tell_came(MemoryListener *l, MemoryRegionSection *section, const FlatRange *fr)
{
    if (l->region_add) {
        l->region_add(l, section);
    }
    log_change(l, section, 0, fr->dirty_log_mask);
}

static void tell_kept(MemoryListener *l, MemoryRegionSection *section, const FlatRange *old,
                      const FlatRange *fr)
{
    if (l->region_nop) {
        l->region_nop(l, section);
    }
    log_change(l, section, old->dirty_log_mask, fr->dirty_log_mask);
}

static void tell_difference(AddressSpace *as, const FlatView *old, const FlatView *view)
{
    unsigned pos = 0;

    for (unsigned i = 0; i < old->nr; i++) {
        if (!find_same(view, &pos, &old->ranges[i])) {
            tell_gone(as, &old->ranges[i]);
        }
    }
    pos = 0;
    for (unsigned i = 0; i < view->nr; i++) {
        const FlatRange *fr = &view->ranges[i], *same = find_same(old, &pos, fr);
        MemoryRegionSection section = flatrange_section(as, fr);
        MemoryListener *l;

        QTAILQ_FOREACH (l, &as->listeners, link_as) {
            if (same) {
                tell_kept(l, &section, same, fr);
            } else {
                tell_came(l, &section, fr);
            }
        }
    }
}

void address_space_set_view(AddressSpace *as, FlatView *view)
{
    FlatView *old = as->current_map;

    if (old && !QTAILQ_EMPTY(&as->listeners)) {
        tell_difference(as, old, view);
    }
    qatomic_rcu_set(&as->current_map, view);
    if (old) {
        flatview_unref(old);
    }
}

void memory_listeners_begin(void)
{
    MemoryListener *l;

    QTAILQ_FOREACH (l, &listeners, link) {
        if (l->begin) {
            l->begin(l);
        }
    }
}

void memory_listeners_commit(void)
{
    MemoryListener *l;

    QTAILQ_FOREACH (l, &listeners, link) {
        if (l->commit) {
            l->commit(l);
        }
    }
}

#define INSERT_BY_PRIORITY(head, listener, field)                                                  \
    do {                                                                                           \
        MemoryListener *other_;                                                                    \
        QTAILQ_FOREACH (other_, head, field) {                                                     \
            if ((listener)->priority < other_->priority) {                                         \
                break;                                                                             \
            }                                                                                      \
        }                                                                                          \
        if (other_) {                                                                              \
            QTAILQ_INSERT_BEFORE(other_, listener, field);                                         \
        } else {                                                                                   \
            QTAILQ_INSERT_TAIL(head, listener, field);                                             \
        }                                                                                          \
    } while (0)

void memory_listener_register(MemoryListener *listener, AddressSpace *as)
{
    const FlatView *view = as->current_map;

    assert(bql_locked());
    listener->address_space = as;
    INSERT_BY_PRIORITY(&listeners, listener, link);
    INSERT_BY_PRIORITY(&as->listeners, listener, link_as);

    if (listener->begin) {
        listener->begin(listener);
    }
    if (listener->log_global_start && memory_global_dirty_log_active()) {
        listener->log_global_start(listener);
    }
    for (unsigned i = 0; i < view->nr; i++) {
        MemoryRegionSection section = flatrange_section(as, &view->ranges[i]);

        tell_came(listener, &section, &view->ranges[i]);
    }
    if (listener->commit) {
        listener->commit(listener);
    }
}

void memory_listener_unregister(MemoryListener *listener)
{
    AddressSpace *as = listener->address_space;
    const FlatView *view = as->current_map;

    assert(bql_locked());
    if (listener->begin) {
        listener->begin(listener);
    }
    for (unsigned i = 0; i < view->nr; i++) {
        MemoryRegionSection section = flatrange_section(as, &view->ranges[i]);

        log_change(listener, &section, view->ranges[i].dirty_log_mask, 0);
        if (listener->region_del) {
            listener->region_del(listener, &section);
        }
    }
    if (listener->commit) {
        listener->commit(listener);
    }
    QTAILQ_REMOVE(&listeners, listener, link);
    QTAILQ_REMOVE(&as->listeners, listener, link_as);
    listener->address_space = NULL;
}

/* --- Dirty logging of all RAM --- */

bool memory_global_dirty_log_active(void)
{
    return qatomic_read(&global_dirty_log);
}

static void set_global_dirty_log(bool on)
{
    MemoryListener *l;

    assert(bql_locked() && memory_global_dirty_log_active() != on);
    qatomic_set(&global_dirty_log, on);
    QTAILQ_FOREACH (l, &listeners, link) {
        void (*tell)(MemoryListener *) = on ? l->log_global_start : l->log_global_stop;

        if (tell) {
            tell(l);
        }
    }
    /* The masks of all ranges differ now. */
    memory_region_transaction_begin();
    memory_region_note_change();
    memory_region_transaction_commit();
}

void memory_global_dirty_log_start(void)
{
    set_global_dirty_log(true);
}

void memory_global_dirty_log_stop(void)
{
    set_global_dirty_log(false);
}

void memory_global_dirty_log_sync(void)
{
    MemoryListener *l;

    assert(bql_locked());
    QTAILQ_FOREACH (l, &listeners, link) {
        const FlatView *view = l->address_space->current_map;

        for (unsigned i = 0; l->log_sync && i < view->nr; i++) {
            MemoryRegionSection section = flatrange_section(l->address_space, &view->ranges[i]);

            if (view->ranges[i].dirty_log_mask) {
                l->log_sync(l, &section);
            }
        }
    }
}

bool address_space_foreach(AddressSpace *as, AddressSpaceRangeFn cb, void *opaque)
{
    const FlatView *view = address_space_view(as);

    for (unsigned i = 0; i < view->nr; i++) {
        MemoryRegionSection section = flatrange_section(as, &view->ranges[i]);

        if (cb(&section, opaque)) {
            return true;
        }
    }
    return false;
}
