/* SPDX-License-Identifier: MIT */
/*
 * The code cache: N_SEGMENTS equal pieces, each filled from its start; blocks' descriptions go to a
 * data arena of the same number of pieces beside it. A full cache frees one segment at a time,
 * which one is evict.c's choice. Two segments are being filled, one for each generation of blocks.
 *
 * One segment is free, or retired and soon free, ahead of need: while the current ones fill, the
 * vCPUs come to their safe points (quiesce.c), so nobody waits. All under tb_lock, but for
 * tcg_cache_find: the block that somebody executes in stays in its segment's list.
 */
#include "qemu/osdep.h"
#include "cache.h"
#include "qapi/error.h"

#define MIN_BLOCK 16   /* on average; blocks start at multiples of this, but for dense ones */
#define MIN_ROOM  1024 /* less is not worth trying */

CodeCache tcg_cache;

bool tcg_cache_init(unsigned mib, Error **errp)
{
    size_t size = (size_t)mib << 20;

    tcg_cache.base = tcg_map_code(size, errp);
    size_t data_size = size * 5 / 4; /* dense blocks take more here than their code */
    uint8_t *data = tcg_cache.base ? tcg_map_data(data_size, true, errp) : NULL;
    TranslationBlock **list = data ? (void *)tcg_map_data(size / 2, false, errp) : NULL;
    if (!list) {
        return false;
    }
    uint8_t *start = tcg_cache.base;
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
    tcg_cache.seg_size = size / N_SEGMENTS;
    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        Segment *s = &tcg_cache.seg[n];
        s->code = s->code_p = n ? tcg_cache.base + n * tcg_cache.seg_size : start;
        s->code_end = tcg_cache.base + (n + 1) * tcg_cache.seg_size;
        s->data = s->data_p = data + n * (data_size / N_SEGMENTS);
        s->data_end = s->data + data_size / N_SEGMENTS;
        s->blocks = list + n * (tcg_cache.seg_size / MIN_BLOCK);
    }
    tcg_perf_code("quern-stubs", tcg_exec_addr(tcg_cache.base), start - tcg_cache.base);
    tcg_cache.cur[GEN_OLD] = 1;
    tcg_cache.seg[1].generation = GEN_OLD;
    tcg_cache.next = 2;
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
            tcg_remember_evicted(s->blocks[n]);
            tb_kill(s->blocks[n]);
        }
    }
    s->retired = tcg_new_epoch();
}

static void reuse(Segment *s)
{
    for (unsigned n = 0; n < s->n_blocks; n++) {
        TBExtra *extra = s->blocks[n]->extra;
        if (extra) {
            tcg_profile_block(s->blocks[n]);
            g_free(extra->ir);
            g_free(extra);
        }
    }
    qatomic_set(&s->n_blocks, 0);
    s->code_p = s->code;
    s->data_p = s->data;
    s->used = s->heat = 0;
    s->state = SEG_FILLED;
}

bool tcg_cache_next_segment(void)
{
    Segment *s = &tcg_cache.seg[tcg_cache.next];

    if (!tcg_epoch_passed(s->retired)) {
        return false;
    }
    reuse(s);
    s->generation = tcg_cache.filling;
    s->filled = ++tcg_cache.n_filled;
    tcg_segment_full(tcg_cache.cur[s->generation]);
    tcg_cache.cur[s->generation] = tcg_cache.next;
    tcg_cache.next = tcg_choose_victim();
    if (tcg_cache.seg[tcg_cache.next].n_blocks) {
        retire(&tcg_cache.seg[tcg_cache.next]);
    }
    return true;
}

uint64_t tcg_cache_wait_for(void)
{
    return tcg_cache.seg[tcg_cache.next].retired;
}

static Segment *current(void)
{
    return &tcg_cache.seg[tcg_cache.cur[tcg_cache.filling]];
}

void tcg_cache_begin(ram_addr_t addr, uint32_t mode, bool dense)
{
    tcg_cache.dense = dense;
    tcg_cache.filling = tcg_generation_of(addr, mode);
}

bool tcg_cache_reserve(uint8_t **buf, uint8_t **end)
{
    Segment *s = current();

    if (s->code_end - s->code_p < MIN_ROOM || s->n_blocks == tcg_cache.seg_size / MIN_BLOCK) {
        if (!tcg_cache_next_segment()) {
            return false;
        }
        s = current();
    }
    if (!tcg_cache.dense) {
        s->code_p = (uint8_t *)ROUND_UP((uintptr_t)s->code_p, MIN_BLOCK);
    }
    *buf = s->code_p;
    *end = s->code_end;
    return true;
}

void *tcg_cache_data(size_t bytes)
{
    Segment *s = current();

    bytes = ROUND_UP(bytes, 8);
    if ((size_t)(s->data_end - s->data_p) < bytes) {
        return NULL;
    }
    void *p = s->data_p;
    s->data_p += bytes;
    return p;
}

void tcg_cache_commit(TranslationBlock *tb)
{
    Segment *s = current();

    tb->segment = s - tcg_cache.seg;
    s->code_p = tcg_write_addr(tb->code) + tb->code_size;
    s->blocks[s->n_blocks] = tb;
    qatomic_store_release(&s->n_blocks, s->n_blocks + 1);
}

TranslationBlock *tcg_cache_find(const void *host_pc)
{
    size_t off = (const uint8_t *)host_pc - tcg_exec_addr(tcg_cache.base);

    if (off >= tcg_cache.seg_size * N_SEGMENTS) {
        return NULL;
    }
    const Segment *s = &tcg_cache.seg[off / tcg_cache.seg_size];
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
        for (unsigned k = 0; k < tcg_cache.seg[n].n_blocks; k++) {
            tb_unlink(tcg_cache.seg[n].blocks[k]);
        }
    }
}

void tcg_cache_foreach(void (*fn)(TranslationBlock *tb))
{
    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        for (unsigned k = 0; k < tcg_cache.seg[n].n_blocks; k++) {
            fn(tcg_cache.seg[n].blocks[k]);
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
        *used += tcg_cache.seg[n].code_p - tcg_cache.seg[n].code;
        *blocks += tcg_cache.seg[n].n_blocks;
    }
    *size = tcg_cache.seg_size * N_SEGMENTS;
}
