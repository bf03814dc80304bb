/* SPDX-License-Identifier: MIT */
/*
 * Which blocks are made dense: half the size, and slower where they call stubs.
 *
 * In a small cache through which more code goes than it holds, each byte saved is one that need not
 * be translated again. So once segments of a cache of at most DENSE_MIB have been freed, blocks
 * are dense. What is hot stays as it is in larger caches: loops of one block (the back end sees to
 * that), regions, and blocks that run once. A dense block can not make a write that does not
 * go straight to RAM (MO_RESTART). When it meets one, it goes, its name is remembered, and the next
 * block of that name is not dense. That moves the ends of blocks, where -icount looks at timers: it
 * does without dense blocks, so that its guests do the same whatever the cache is.
 *
 * -accel tcg,dense=on makes all other blocks dense from the beginning, for tests; off none.
 *
 * All under tb_lock.
 */
#include "qemu/osdep.h"
#include "cache.h"

#define DENSE_MIB 4
#define NAME_BITS 16

static uint64_t refused[(1 << NAME_BITS) / 64]; /* hashes of names */

static uint64_t *refused_at(ram_addr_t addr, uint32_t mode, uint64_t *bit)
{
    uint64_t h = tb_hash_name(addr, mode) >> (64 - NAME_BITS);

    *bit = 1ull << (h & 63);
    return &refused[h / 64];
}

bool tcg_dense_wanted(ram_addr_t addr, uint32_t mode)
{
    bool now =
        tcg_state.dense == DENSE_ON ||
        (tcg_state.dense == DENSE_AUTO && tcg_state.tb_size_mib <= DENSE_MIB && tcg_cache_evicts());
    uint64_t bit;

    return now && !tcg_state.interp && !tcg_state.icount && !(*refused_at(addr, mode, &bit) & bit);
}

void tcg_dense_refuse(TranslationBlock *tb)
{
    uint64_t bit, *at = refused_at(tb->ram_addr, tb->mode, &bit);

    *at |= bit;
    if (!tb->dead) {
        tb_drop(tb);
    }
}
