/* SPDX-License-Identifier: MIT */
/*
 * Flat views: the region graph of an address space, compiled into sorted ranges.
 *
 * Two steps, without ever inserting into a sorted array:
 *  1. Walk the graph from the root, subregions by falling priority and before the region that holds
 *     them. Each region that answers accesses gives one segment, cut by all containers and aliases
 *     above it. The order of the walk is the rank: at any address the segment of lowest rank wins.
 *  2. Sweep the segments by rising address. A heap holds those that have begun, lowest rank on top;
 *     tops that have ended are dropped. The top rules up to its end, or to where the next segment
 *     begins. Neighbours that continue each other are joined as they come out.
 * This takes n log n for n segments, whatever overlaps.
 *
 * Addresses are inclusive pairs, so that a range may end at the last address; offsets are computed
 * in 128 bits, since an alias can put the origin of its target below address 0.
 *
 * A view is immutable and lives until the last address space has dropped it and every reader has
 * left its RCU section. It keeps a reference on each region it shows.
 */
#include "qemu/osdep.h"

#include "memory-internal.h"

/* Deeper nesting can only be a cycle. */
#define MAX_DEPTH 100

typedef struct Collector {
    GArray *segments; /* of FlatRange; until the sweep the index is the rank */
    bool readonly, nonvolatile;
    unsigned depth;
} Collector;

/* The addresses that the containers above let through. */
typedef struct Window {
    Int128 start, end; /* end is exclusive */
} Window;

static void collect_self(Collector *c, MemoryRegion *mr, Int128 base, Window win)
{
    FlatRange fr = {
        .first = (hwaddr)win.start,
        .last = (hwaddr)(win.end - 1),
        .mr = mr,
        .offset = (hwaddr)(win.start - base),
        .readonly = c->readonly,
        .nonvolatile = c->nonvolatile,
        .romd_mode = memory_region_is_romd(mr),
        .dirty_log_mask = memory_region_get_dirty_log_mask(mr),
    };

    g_array_append_val(c->segments, fr);
}

/* @base: the address of offset 0 of the container of @mr. */
static void collect(Collector *c, MemoryRegion *mr, Int128 base, Window win)
{
    Collector saved = *c;
    MemoryRegion *sub;

    if (!mr->enabled) {
        return;
    }
    base += mr->addr;
    win.start = int128_max(win.start, base);
    win.end = int128_min(win.end, base + mr->size);
    if (win.start >= win.end) {
        return;
    }
    assert(c->depth < MAX_DEPTH);
    c->depth++;
    c->readonly |= mr->readonly;
    c->nonvolatile |= mr->nonvolatile;

    if (mr->alias) {
        base -= (Int128)mr->alias->addr + mr->alias_offset;
        collect(c, mr->alias, base, win);
    } else {
        QTAILQ_FOREACH (sub, &mr->subregions, subregions_link) {
            collect(c, sub, base, win);
        }
        if (mr->terminates) {
            collect_self(c, mr, base, win);
        }
    }
    c->readonly = saved.readonly;
    c->nonvolatile = saved.nonvolatile;
    c->depth = saved.depth;
}

/* A binary heap of ranks, the lowest on top. */
typedef struct RankHeap {
    unsigned *ranks;
    unsigned nr;
} RankHeap;

static void heap_push(RankHeap *h, unsigned rank)
{
    unsigned i = h->nr++;

    for (; i && h->ranks[(i - 1) / 2] > rank; i = (i - 1) / 2) {
        h->ranks[i] = h->ranks[(i - 1) / 2];
    }
    h->ranks[i] = rank;
}

static void heap_pop(RankHeap *h)
{
    unsigned rank = h->ranks[--h->nr], i = 0;

    for (unsigned child; (child = 2 * i + 1) < h->nr; i = child) {
        if (child + 1 < h->nr && h->ranks[child + 1] < h->ranks[child]) {
            child++;
        }
        if (h->ranks[child] >= rank) {
            break;
        }
        h->ranks[i] = h->ranks[child];
    }
    h->ranks[i] = rank;
}

static bool can_join(const FlatRange *a, const FlatRange *b)
{
    return a->last + 1 == b->first && a->mr == b->mr &&
           a->offset + (b->first - a->first) == b->offset && a->readonly == b->readonly &&
           a->nonvolatile == b->nonvolatile && a->romd_mode == b->romd_mode &&
           a->dirty_log_mask == b->dirty_log_mask;
}

/* Append the part [first, last] of @segment to the view. */
static void emit(FlatView *view, const FlatRange *segment, hwaddr first, hwaddr last)
{
    FlatRange fr = *segment;

    fr.first = first;
    fr.last = last;
    fr.offset += first - segment->first;
    if (view->nr && can_join(&view->ranges[view->nr - 1], &fr)) {
        view->ranges[view->nr - 1].last = last;
    } else {
        view->ranges[view->nr++] = fr;
    }
}

static int compare_first(const void *a, const void *b, void *segments)
{
    const FlatRange *seg = segments;
    unsigned ia = *(const unsigned *)a, ib = *(const unsigned *)b;

    if (seg[ia].first != seg[ib].first) {
        return seg[ia].first < seg[ib].first ? -1 : 1;
    }
    return ia < ib ? -1 : ia > ib;
}

static void sweep(FlatView *view, const FlatRange *seg, unsigned n)
{
    g_autofree unsigned *order = g_new(unsigned, n);
    RankHeap heap = { .ranks = g_new(unsigned, n) };
    hwaddr pos = 0;
    unsigned next = 0;

    for (unsigned i = 0; i < n; i++) {
        order[i] = i;
    }
    g_qsort_with_data(order, (gint)n, sizeof(*order), compare_first, (void *)seg);

    for (;;) {
        while (heap.nr && seg[heap.ranks[0]].last < pos) {
            heap_pop(&heap);
        }
        if (!heap.nr) {
            if (next == n) {
                break;
            }
            pos = MAX(pos, seg[order[next]].first);
        }
        while (next < n && seg[order[next]].first <= pos) {
            heap_push(&heap, order[next++]);
        }
        const FlatRange *top = &seg[heap.ranks[0]];
        if (top->last < pos) {
            continue;
        }
        hwaddr last = top->last;
        if (next < n) {
            last = MIN(last, seg[order[next]].first - 1);
        }
        emit(view, top, pos, last);
        if (last == HWADDR_MAX) {
            break;
        }
        pos = last + 1;
    }
    g_free(heap.ranks);
}

FlatView *flatview_build(MemoryRegion *root)
{
    g_autoptr(GArray) segments = g_array_new(false, false, sizeof(FlatRange));
    Collector c = { .segments = segments };
    FlatView *view;

    collect(&c, root, 0, (Window){ 0, int128_2_64() });
    /* Each begin and each end of a segment starts at most one range. */
    view = g_malloc0(sizeof(*view) + 2 * (size_t)segments->len * sizeof(FlatRange));
    view->refs = 1;
    view->root = root;
    if (segments->len) {
        sweep(view, (const FlatRange *)segments->data, segments->len);
        view = g_realloc(view, sizeof(*view) + view->nr * sizeof(FlatRange));
    }
    for (unsigned i = 0; i < view->nr; i++) {
        memory_region_ref(view->ranges[i].mr);
    }
    memory_region_ref(root);
    return view;
}

FlatView *flatview_empty(void)
{
    static FlatView empty = { .refs = 1 };

    return &empty;
}

void flatview_ref(FlatView *view)
{
    qatomic_inc(&view->refs);
}

static void flatview_free(FlatView *view)
{
    for (unsigned i = 0; i < view->nr; i++) {
        memory_region_unref(view->ranges[i].mr);
    }
    memory_region_unref(view->root);
    g_free(view);
}

void flatview_unref(FlatView *view)
{
    if (qatomic_dec_fetch(&view->refs) == 0) {
        call_rcu(view, flatview_free, rcu);
    }
}

const FlatRange *flatview_lookup(FlatView *view, hwaddr addr, hwaddr *gap_last)
{
    unsigned lo = 0, hi = view->nr, hit = qatomic_read(&view->last_hit);
    const FlatRange *fr = &view->ranges[hit];

    if (hit < view->nr && addr >= fr->first && addr <= fr->last) {
        return fr;
    }
    /* The first range that ends at or after addr. */
    while (lo < hi) {
        unsigned mid = lo + (hi - lo) / 2;

        if (view->ranges[mid].last < addr) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    fr = &view->ranges[lo];
    if (lo == view->nr || fr->first > addr) {
        *gap_last = lo == view->nr ? HWADDR_MAX : fr->first - 1;
        return NULL;
    }
    qatomic_set(&view->last_hit, lo);
    return fr;
}
