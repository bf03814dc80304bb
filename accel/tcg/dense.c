/* SPDX-License-Identifier: MIT */
/*
 * Which blocks are made dense: half the size, and slower where they call stubs.
 *
 * In a small cache through which more code goes than it holds, each byte saved is one that need not
 * be translated again. So once segments of a cache of at most DENSE_MIB have been freed, blocks
 * are dense. Loops of one block (the back end sees to that), regions, and blocks that run once
 * stay as they are in larger caches; and so does what is hot:
 *
 * Heat. Code of GRANULE bytes has a temperature. One of TCG_DENSE_PERIOD entries of dense blocks
 * leaves to the CPU loop and warms the place that it was about to enter; a loop that counts down
 * (tier.c) warms all of itself. Where it is hot, dense blocks are dropped and come back in the
 * usual form. Whenever as much as the cache holds has been translated, all cools by half: so while
 * the cache is too small nearly everything is dense, and when what is executed fits, what counts is
 * not.
 *
 * Writes. A dense block can not make a write that does not go straight to RAM (MO_RESTART). When it
 * meets one, it goes, its name is remembered, and the next block of that name is not dense. That
 * moves the ends of blocks, where -icount looks at timers: it does without dense blocks, so that
 * its guests do the same whatever the cache is.
 *
 * -accel tcg,dense=on makes all other blocks dense from the beginning, for tests; off none.
 *
 * All under tb_lock.
 */
#include "qemu/osdep.h"
#include "cache.h"

#define DENSE_MIB 4
#define NAME_BITS 16
#define HEAT_BITS 14
#define GRANULE   256u /* bytes of guest code that become hot together */
#define HOT       32   /* heat from which code is not dense */
#define LOOP_HEAT 4    /* of a loop each time that it has counted down */

static uint64_t refused[(1 << NAME_BITS) / 64]; /* hashes of names */

static struct {
    uint8_t of[1 << HEAT_BITS]; /* by hashes of granules */
    uint64_t cooled;            /* n_filled when it was halved last */
} heat;

static uint64_t *refused_at(ram_addr_t addr, uint32_t mode, uint64_t *bit)
{
    uint64_t h = tb_hash_name(addr, mode) >> (64 - NAME_BITS);

    *bit = 1ull << (h & 63);
    return &refused[h / 64];
}

/* ---- heat ---- */

static uint8_t *heat_of(ram_addr_t addr)
{
    return &heat.of[(addr / GRANULE * 0x9e3779b97f4a7c15ull) >> (64 - HEAT_BITS)];
}

static bool is_hot(ram_addr_t addr)
{
    return *heat_of(addr) >= HOT;
}

/* Half of it is forgotten whenever as much as the cache holds has been translated. */
static void cool_down(void)
{
    if (tcg_cache.n_filled - heat.cooled >= N_SEGMENTS) {
        heat.cooled = tcg_cache.n_filled;
        for (unsigned n = 0; n < ARRAY_SIZE(heat.of); n++) {
            heat.of[n] /= 2;
        }
    }
}

/* What is dense there comes back in the usual form. */
static void drop_dense(ram_addr_t addr)
{
    for (TranslationBlock *tb = page_desc(addr)->first, *next; tb; tb = next) {
        next = tb->page_next;
        if (tb->dense && tb->ram_addr / GRANULE == addr / GRANULE) {
            tb_drop(tb);
        }
    }
}

static void warm(ram_addr_t addr, unsigned amount)
{
    uint8_t *h = heat_of(addr);

    *h = MIN(*h + amount, 2 * HOT);
    if (is_hot(addr)) {
        drop_dense(addr);
    }
}

void tcg_dense_sampled(ram_addr_t addr)
{
    cool_down();
    warm(addr, 1);
}

void tcg_dense_hot_loop(const TranslationBlock *tb, unsigned head)
{
    ram_addr_t page = tb->ram_addr & GUEST_PAGE_MASK;

    qemu_mutex_lock(&tcg_state.tb_lock);
    cool_down();
    for (unsigned off = head & ~(GRANULE - 1); off < tb->low + tb->size; off += GRANULE) {
        warm(page + off, LOOP_HEAT);
    }
    qemu_mutex_unlock(&tcg_state.tb_lock);
}

/* ---- the choice ---- */

bool tcg_dense_wanted(ram_addr_t addr, uint32_t mode)
{
    bool now =
        tcg_state.dense == DENSE_ON ||
        (tcg_state.dense == DENSE_AUTO && tcg_state.tb_size_mib <= DENSE_MIB && tcg_cache_evicts());
    uint64_t bit;

    return now && !tcg_state.interp && !tcg_state.icount && !is_hot(addr) &&
           !(*refused_at(addr, mode, &bit) & bit);
}

void tcg_dense_refuse(TranslationBlock *tb)
{
    uint64_t bit, *at = refused_at(tb->ram_addr, tb->mode, &bit);

    *at |= bit;
    if (!tb->dead) {
        tb_drop(tb);
    }
}
