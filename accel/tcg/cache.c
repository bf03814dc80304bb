/* SPDX-License-Identifier: MIT */
/*
 * The code cache: N_SEGMENTS equal pieces, each filled from its start; blocks' descriptions go to a
 * data arena of the same number of pieces beside it. A full cache frees one segment: the clock hand
 * passes over segments that were looked up or linked into since it came by last (second chance).
 * What runs inside a segment by chained jumps alone leaves no mark; links do.
 *
 * One segment is free, or retired and soon free, ahead of need: while the current one fills, the
 * vCPUs come to their safe points (quiesce.c), so nobody waits. All under tb_lock, but for
 * tcg_cache_find: the block that somebody executes in stays in its segment's list.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qapi/error.h"

#define N_SEGMENTS 16
#define MIN_BLOCK  16          /* blocks start at multiples of this */
#define MIN_ROOM   (24 * 1024) /* a block's code fits in this, or the block is made shorter */

typedef struct Segment {
    uint8_t *code, *code_p, *code_end;
    uint8_t *data, *data_p, *data_end;
    TranslationBlock **blocks; /* by rising code address */
    unsigned n_blocks;         /* (atomic) */
    uint64_t retired;          /* epoch from which it is free */
    bool referenced;
} Segment;

static struct {
    Segment seg[N_SEGMENTS];
    unsigned cur;
    unsigned next; /* free or retired */
    size_t seg_size;
    uint8_t *base;
} cache;

bool tcg_cache_init(unsigned mib, Error **errp)
{
    size_t size = (size_t)mib << 20;

    cache.base = tcg_map_code(size, errp);
    uint8_t *data = cache.base ? tcg_map_data(size, true, errp) : NULL;
    TranslationBlock **list = data ? (void *)tcg_map_data(size / 2, false, errp) : NULL;
    if (!list) {
        return false;
    }
    uint8_t *start = cache.base;
    if (!tcg_state.interp) {
        const TCGTargetOps *ops = tcg_state.ops;
        const TCGRuntime rt = {
            .mmu_read = tcg_mmu_read,
            .mmu_write = tcg_mmu_write,
            .commit = tcg_mmu_commit,
            .vec_op = tcg_run_vec_op,
            .fp_op = tcg_run_fp_op,
            .fp_estimate = ops->fp_estimate,
            .exec_offset = tcg_state.exec_offset,
        };
        start = tcg_state.host->init(&rt, ops->globals, ops->n_globals, ops->cold_offset, start,
                                     start + size);
    }
    cache.seg_size = size / N_SEGMENTS;
    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        Segment *s = &cache.seg[n];
        s->code = s->code_p = n ? cache.base + n * cache.seg_size : start;
        s->code_end = cache.base + (n + 1) * cache.seg_size;
        s->data = s->data_p = data + n * cache.seg_size;
        s->data_end = s->data + cache.seg_size;
        s->blocks = list + n * (cache.seg_size / MIN_BLOCK);
    }
    tcg_perf_code("quern-stubs", tcg_exec_addr(cache.base), start - cache.base);
    cache.next = 1;
    return true;
}

/* Makes its blocks unreachable, but for those who are there. */
static void retire(Segment *s)
{
    if (s->n_blocks) {
        tcg_state.stats.evictions++;
        tcg_state.stats.evicted_blocks += s->n_blocks;
    }
    for (unsigned n = 0; n < s->n_blocks; n++) {
        if (!s->blocks[n]->dead) {
            tb_kill(s->blocks[n]);
        }
    }
    s->retired = tcg_new_epoch();
}

static void reuse(Segment *s)
{
    for (unsigned n = 0; n < s->n_blocks; n++) {
        tcg_profile_block(s->blocks[n]);
        if (s->blocks[n]->ir) {
            g_free(s->blocks[n]->ir);
        }
    }
    qatomic_set(&s->n_blocks, 0);
    s->code_p = s->code;
    s->data_p = s->data;
    s->referenced = false;
}

static unsigned after(unsigned n)
{
    return (n + 1) % N_SEGMENTS;
}

/* The segment to be used when the current one is full; the clock hand is `next`. */
static void choose_next(void)
{
    for (;;) {
        cache.next = after(cache.next);
        Segment *s = &cache.seg[cache.next];
        if (cache.next == cache.cur) {
            continue;
        }
        if (!s->n_blocks) {
            return;
        }
        if (!s->referenced) {
            retire(s);
            return;
        }
        s->referenced = false;
    }
}

bool tcg_cache_next_segment(void)
{
    Segment *s = &cache.seg[cache.next];

    if (!tcg_epoch_passed(s->retired)) {
        return false;
    }
    reuse(s);
    cache.cur = cache.next;
    choose_next();
    return true;
}

uint64_t tcg_cache_wait_for(void)
{
    return cache.seg[cache.next].retired;
}

bool tcg_cache_reserve(uint8_t **buf, uint8_t **end)
{
    Segment *s = &cache.seg[cache.cur];

    if (s->code_end - s->code_p < MIN_ROOM) {
        if (!tcg_cache_next_segment()) {
            return false;
        }
        s = &cache.seg[cache.cur];
    }
    s->code_p = (uint8_t *)ROUND_UP((uintptr_t)s->code_p, MIN_BLOCK);
    *buf = s->code_p;
    *end = s->code_end;
    return true;
}

void *tcg_cache_data(size_t bytes)
{
    Segment *s = &cache.seg[cache.cur];

    bytes = ROUND_UP(bytes, 16);
    if ((size_t)(s->data_end - s->data_p) < bytes) {
        return NULL;
    }
    void *p = s->data_p;
    s->data_p += bytes;
    return p;
}

void tcg_cache_commit(TranslationBlock *tb)
{
    Segment *s = &cache.seg[cache.cur];

    tb->segment = cache.cur;
    s->code_p = tcg_write_addr(tb->code) + tb->code_size;
    s->blocks[s->n_blocks] = tb;
    qatomic_store_release(&s->n_blocks, s->n_blocks + 1);
}

void tcg_cache_touch(const TranslationBlock *tb)
{
    cache.seg[tb->segment].referenced = true;
}

TranslationBlock *tcg_cache_find(const void *host_pc)
{
    size_t off = (const uint8_t *)host_pc - tcg_exec_addr(cache.base);

    if (off >= cache.seg_size * N_SEGMENTS) {
        return NULL;
    }
    const Segment *s = &cache.seg[off / cache.seg_size];
    unsigned lo = 0, hi = qatomic_load_acquire(&s->n_blocks);
    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        if (s->blocks[mid]->code <= (const uint8_t *)host_pc) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo ? s->blocks[lo - 1] : NULL;
}

void tcg_cache_unlink_all(void)
{
    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        for (unsigned k = 0; k < cache.seg[n].n_blocks; k++) {
            tb_unlink(cache.seg[n].blocks[k]);
        }
    }
}

void tcg_cache_foreach(void (*fn)(TranslationBlock *tb))
{
    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        for (unsigned k = 0; k < cache.seg[n].n_blocks; k++) {
            fn(cache.seg[n].blocks[k]);
        }
    }
}

unsigned tcg_cache_segments(void)
{
    return N_SEGMENTS;
}

void tcg_cache_usage(size_t *used, size_t *size, unsigned *blocks)
{
    *used = 0;
    *blocks = 0;
    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        *used += cache.seg[n].code_p - cache.seg[n].code;
        *blocks += cache.seg[n].n_blocks;
    }
    *size = cache.seg_size * N_SEGMENTS;
}
