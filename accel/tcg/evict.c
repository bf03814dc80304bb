/* SPDX-License-Identifier: MIT */
/*
 * Which segment of the code cache is freed next.
 *
 * Most code runs a few times and never again; what is hot is hot for long. So there are two
 * generations. A block goes to a young segment; young segments are freed in the order in which they
 * were filled. A block that was evicted and is translated again has shown that it comes back: it
 * goes to an old segment. Code that runs once passes through the young segments and leaves the old
 * ones alone.
 *
 * Old segments are freed by use. A look-up or a link marks a block. What runs by linked jumps alone
 * leaves no mark, so clearing a segment's marks also undoes the links into it: whatever is still
 * executed comes by the CPU loop once more and is marked. A segment is cleared when it is full;
 * later, with each segment that is freed, two old ones are, in turn. What was marked meanwhile is
 * its heat, averaged with the heat before. The coldest is freed, and only if it is cold: of what
 * goes round in more code than the cache holds, a part that stays is worth more than the newest. As
 * long as no old segment is cold, returning blocks go to young segments. The relinking costs some
 * hundred exits for a segment's worth of translations.
 *
 * Names of evicted blocks are remembered as 16-bit tags in a table that newer ones overwrite.
 *
 * Numbers from simulations with the trace of a boot, whose 16 MiB of code go through a cache of 2:
 * 5.9 times the translations of a large cache, where a single FIFO has 9, LRU by blocks 5.6 and
 * foresight 3.1.
 */
#include "qemu/osdep.h"
#include "cache.h"

#define MAX_OLD     (N_SEGMENTS * 3 / 4)
#define COLD(size)  ((size)*3 / 10)
#define MEMORY_BITS 18
enum { AGED_AT_ONCE = 2, MIN_WATCH = 16 }; /* old segments; segments filled meanwhile */

static struct {
    uint16_t tags[1 << MEMORY_BITS];
    bool full;         /* segments are being freed */
    bool admit;        /* there is room for old blocks, or an old segment that is cold */
    unsigned age_next; /* the old segment to be cleared next */
} evict;

/* ---- names of evicted blocks ---- */

static uint16_t *memory_of(ram_addr_t addr, uint32_t mode, uint16_t *tag)
{
    uint64_t h = tb_hash_name(addr, mode);

    *tag = h >> 16 | 1;
    return &evict.tags[h >> (64 - MEMORY_BITS)];
}

CacheGeneration tcg_generation_of(ram_addr_t addr, uint32_t mode)
{
    uint16_t tag;

    if (!evict.full || *memory_of(addr, mode, &tag) != tag) {
        return GEN_YOUNG;
    }
    tcg_state.stats.returned++;
    return evict.admit ? GEN_OLD : GEN_YOUNG;
}

void tcg_remember_evicted(const TranslationBlock *tb)
{
    uint16_t tag, *at = memory_of(tb->ram_addr, tb->mode, &tag);

    *at = tag;
}

/* ---- marks ---- */

void tcg_cache_touch(TranslationBlock *tb)
{
    if (!tb->used) {
        tb->used = true;
        tcg_cache.seg[tb->segment].used += tb->code_size;
    }
}

static void clear_marks(Segment *s)
{
    for (unsigned n = 0; n < s->n_blocks; n++) {
        s->blocks[n]->used = false;
        tb_unlink_incoming(s->blocks[n]);
    }
    /* The marks from while it was filled say nothing. */
    if (s->state == SEG_FILLED) {
        s->state = SEG_WATCHED;
    } else {
        s->heat = s->state == SEG_WATCHED ? s->used : (s->heat + s->used) / 2;
        s->state = SEG_KNOWN;
    }
    s->used = 0;
    s->cleared = tcg_cache.n_filled;
}

bool tcg_cache_evicts(void)
{
    return evict.full;
}

static bool is_current(unsigned n)
{
    return n == tcg_cache.cur[GEN_YOUNG] || n == tcg_cache.cur[GEN_OLD];
}

static void age_some(void)
{
    unsigned aged = 0;

    for (unsigned k = 0; k < N_SEGMENTS && aged < AGED_AT_ONCE; k++) {
        Segment *s = &tcg_cache.seg[evict.age_next];
        if (s->generation == GEN_OLD && !is_current(evict.age_next) &&
            tcg_cache.n_filled - s->cleared >= MIN_WATCH) {
            clear_marks(s);
            aged++;
        }
        evict.age_next = (evict.age_next + 1) % N_SEGMENTS;
    }
}

/* ---- the choice ---- */

static size_t heat_of(const Segment *s)
{
    /* Nobody knows: as hot as can be. */
    return s->state == SEG_KNOWN ? s->heat : tcg_cache.seg_size;
}

static unsigned oldest_young(void)
{
    unsigned best = N_SEGMENTS;

    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        const Segment *s = &tcg_cache.seg[n];
        if (s->generation == GEN_YOUNG && !is_current(n) &&
            (best == N_SEGMENTS || s->filled < tcg_cache.seg[best].filled)) {
            best = n;
        }
    }
    return best;
}

static unsigned coldest_old(void)
{
    unsigned best = N_SEGMENTS;

    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        const Segment *s = &tcg_cache.seg[n], *b = &tcg_cache.seg[best % N_SEGMENTS];
        if (s->generation == GEN_OLD && !is_current(n) &&
            (best == N_SEGMENTS || heat_of(s) < heat_of(b) ||
             (heat_of(s) == heat_of(b) && s->filled < b->filled))) {
            best = n;
        }
    }
    return best;
}

static unsigned count_old(void)
{
    unsigned count = 0;

    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        count += tcg_cache.seg[n].generation == GEN_OLD;
    }
    return count;
}

/* From here on marks matter: all are cleared, and mean use from now. */
static void begin_evicting(void)
{
    evict.full = true;
    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        clear_marks(&tcg_cache.seg[n]);
    }
}

static unsigned choose(void)
{
    for (unsigned n = 0; n < N_SEGMENTS; n++) {
        if (!tcg_cache.seg[n].n_blocks && !is_current(n)) {
            return n;
        }
    }
    if (!evict.full) {
        begin_evicting();
    }
    age_some();
    unsigned young = oldest_young();
    return young == N_SEGMENTS || count_old() > MAX_OLD ? coldest_old() : young;
}

void tcg_segment_full(unsigned n)
{
    if (evict.full) {
        clear_marks(&tcg_cache.seg[n]);
    }
}

unsigned tcg_choose_victim(void)
{
    unsigned victim = choose(), coldest = coldest_old();

    evict.admit = evict.full && (count_old() < MAX_OLD || coldest == N_SEGMENTS ||
                                 heat_of(&tcg_cache.seg[coldest]) < COLD(tcg_cache.seg_size));
    return victim;
}
