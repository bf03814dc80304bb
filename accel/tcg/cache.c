/* SPDX-License-Identifier: MIT */
/*
 * The code cache: N_SEGMENTS equal pieces, each filled from its start; blocks' descriptions go to a
 * data arena of the same number of pieces beside it. A full cache frees one segment: the clock hand
 * passes over segments that were looked up or linked into since it came by last (second chance).
 * What runs inside a segment by chained jumps alone leaves no mark; links do.
 *
 * A segment is freed only between blocks by the vCPU itself, which then drops its pair stack and
 * jump caches, so nothing refers to freed code. All under tb_lock.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qapi/error.h"
#include <sys/mman.h>

#define N_SEGMENTS 16
#define MIN_ROOM   (24 * 1024) /* a block's code fits in this, or the block is made shorter */

typedef struct Segment {
    uint8_t *code, *code_p, *code_end;
    uint8_t *data, *data_p, *data_end;
    GPtrArray *blocks; /* by rising code address */
    bool referenced;
} Segment;

static struct {
    Segment seg[N_SEGMENTS];
    unsigned cur;
    size_t seg_size;
    uint8_t *base;
    uint64_t generation; /* segments freed so far */
} cache;

static void *map(size_t size, int prot, Error **errp)
{
    void *p = mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (p == MAP_FAILED) {
        error_setg_errno(errp, errno, "can not map %zu MiB for translated code", size >> 20);
        return NULL;
    }
    return p;
}

bool tcg_cache_init(unsigned mib, Error **errp)
{
    size_t size = (size_t)mib << 20;

    cache.base = map(size, PROT_READ | PROT_WRITE | PROT_EXEC, errp);
    uint8_t *data = cache.base ? map(size, PROT_READ | PROT_WRITE, errp) : NULL;
    if (!data) {
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
        s->blocks = g_ptr_array_new();
    }
    tcg_perf_code("quern-stubs", cache.base, start - cache.base);
    return true;
}

static void evict(Segment *s)
{
    CPUState *cs;

    if (s->blocks->len) {
        tcg_state.stats.evictions++;
        tcg_state.stats.evicted_blocks += s->blocks->len;
    }
    for (unsigned n = 0; n < s->blocks->len; n++) {
        TranslationBlock *tb = g_ptr_array_index(s->blocks, n);
        if (!tb->dead) {
            tb_kill(tb);
        }
        tcg_profile_block(tb);
        if (tb->ir) {
            g_free(tb->ir);
        }
    }
    cache.generation++;
    g_ptr_array_set_size(s->blocks, 0);
    s->code_p = s->code;
    s->data_p = s->data;
    s->referenced = false;
    CPU_FOREACH (cs) {
        tcg_clear_jump_caches(tcg_cpu(cs));
        tcg_reset_pairs(tcg_cpu(cs));
    }
}

void tcg_cache_next_segment(void)
{
    for (;;) {
        cache.cur = (cache.cur + 1) % N_SEGMENTS;
        Segment *s = &cache.seg[cache.cur];
        if (!s->referenced || !s->blocks->len) {
            evict(s);
            return;
        }
        s->referenced = false;
    }
}

void tcg_cache_reserve(uint8_t **buf, uint8_t **end)
{
    Segment *s = &cache.seg[cache.cur];

    if (s->code_end - s->code_p < MIN_ROOM) {
        tcg_cache_next_segment();
        s = &cache.seg[cache.cur];
    }
    s->code_p = (uint8_t *)ROUND_UP((uintptr_t)s->code_p, 16);
    *buf = s->code_p;
    *end = s->code_end;
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
    s->code_p = tb->code + tb->code_size;
    g_ptr_array_add(s->blocks, tb);
}

void tcg_cache_touch(const TranslationBlock *tb)
{
    cache.seg[tb->segment].referenced = true;
}

TranslationBlock *tcg_cache_find(const void *host_pc)
{
    size_t off = (const uint8_t *)host_pc - cache.base;

    if (off >= cache.seg_size * N_SEGMENTS) {
        return NULL;
    }
    GPtrArray *a = cache.seg[off / cache.seg_size].blocks;
    unsigned lo = 0, hi = a->len;
    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        TranslationBlock *tb = g_ptr_array_index(a, mid);
        if (tb->code <= (const uint8_t *)host_pc) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo ? g_ptr_array_index(a, lo - 1) : NULL;
}

void tcg_cache_unlink_all(void)
{
    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        for (unsigned k = 0; k < cache.seg[n].blocks->len; k++) {
            tb_unlink(g_ptr_array_index(cache.seg[n].blocks, k));
        }
    }
}

void tcg_cache_foreach(void (*fn)(TranslationBlock *tb))
{
    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        for (unsigned k = 0; k < cache.seg[n].blocks->len; k++) {
            fn(g_ptr_array_index(cache.seg[n].blocks, k));
        }
    }
}

uint64_t tcg_cache_generation(void)
{
    return cache.generation;
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
        *blocks += cache.seg[n].blocks->len;
    }
    *size = cache.seg_size * N_SEGMENTS;
}
