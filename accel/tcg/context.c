/* SPDX-License-Identifier: MIT */
/*
 * Context slots: a soft TLB and a jump cache for each of the last few address-translation contexts
 * of a vCPU (regime, ASID, mode: the target's key). A change of context selects another slot;
 * nothing is flushed. The pair stack belongs to one slot and is emptied when it changes.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include <sys/mman.h>

#define PAIR_STACK     (64 * 1024)
#define PAIR_SLACK     (16 * 1024) /* stubs' frames below the limit */
#define PAIR_SENTINELS 16          /* pairs above the top: the scan on a miss reads up to 8 */

/* What translated code finds in until the slot of the unprivileged view is known. */
static TCGTLBEntry empty_tlb[TCG_TLB_SIZE];

uint64_t tlb_empty_tag(unsigned index)
{
    return index ? 0 : GUEST_PAGE;
}

static const void *jump_cache_miss(void)
{
    return tcg_state.interp ? NULL : tcg_state.host->jc_miss;
}

void tcg_jump_cache_set(ContextSlot *s, uint64_t pc, const void *host)
{
    unsigned index = (pc >> 2) & (TCG_JC_SIZE - 1);

    if (s->fast->jc[index].pc == ~0ull) {
        if (s->jc_filled.n < N_FILLED) {
            s->jc_filled.index[s->jc_filled.n] = index;
        }
        s->jc_filled.n = MIN(s->jc_filled.n + 1, N_FILLED + 1);
    }
    s->fast->jc[index] = (TCGJumpEntry){ pc, host };
}

static void clear_jump_cache(ContextSlot *s)
{
    const void *miss = jump_cache_miss();
    bool all = s->jc_filled.n > N_FILLED;

    for (unsigned i = all ? TCG_JC_SIZE : s->jc_filled.n; i-- > 0;) {
        s->fast->jc[all ? i : s->jc_filled.index[i]] = (TCGJumpEntry){ ~0ull, miss };
    }
    s->jc_filled.n = 0;
    memset(s->orphans, 0, sizeof(s->orphans));
}

static void clear_tlb(ContextSlot *s)
{
    for (unsigned i = s->n_filled; i-- > 0;) {
        unsigned n = s->filled[i];
        uint64_t empty = tlb_empty_tag(n);

        tlb_empty_entry(&s->fast->tlb[n], empty);
        s->full[n].tag = TLB_NO_PAGE;
        s->full[n].listed = false;
    }
    qatomic_store_release(&s->n_filled, 0);
    s->n_large = 0;
}

void tcg_context_init(TCGCpu *t)
{
    uint8_t *guard = mmap(NULL, PAIR_STACK + GUEST_PAGE, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    assert(guard != MAP_FAILED);
    /* Translated code touches few bytes in many places of these: huge pages spare it TLB misses. */
    t->fast = (TCGContextSlot *)tcg_map_data(N_SLOTS * sizeof(TCGContextSlot), true, NULL);
    assert(t->fast);
    mprotect(guard, GUEST_PAGE, PROT_NONE);
    tlb_empty_entry(&empty_tlb[0], tlb_empty_tag(0)); /* the others are empty as zeros */
    t->cold->unpriv_tlb = empty_tlb;
    t->pair_stack = guard;
    t->pair_size = PAIR_STACK + GUEST_PAGE;
    uint64_t top = (uint64_t)guard + t->pair_size - PAIR_SENTINELS * 16;
    for (unsigned n = 0; n < PAIR_SENTINELS; n++) {
        uint64_t *pair = (uint64_t *)(top + 16 * n);
        pair[0] = tcg_state.interp ? 0 : (uintptr_t)tcg_state.host->sentinel;
        pair[1] = 1; /* no aligned guest address */
    }
    t->cold->pair_top = top;
    t->cold->pair_limit = (uint64_t)guard + GUEST_PAGE + PAIR_SLACK;
    tcg_reset_pairs(t);
}

void tcg_reset_pairs(TCGCpu *t)
{
    t->cold->pair_sp = t->cold->pair_top;
}

void tcg_clear_jump_caches(TCGCpu *t)
{
    for (unsigned n = 0; n < N_SLOTS; n++) {
        if (t->slot[n].valid) {
            clear_jump_cache(&t->slot[n]);
        }
    }
}

static void map_tables(TCGCpu *t, ContextSlot *s)
{
    SlotTables *m =
        mmap(NULL, sizeof(*m), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    assert(m != MAP_FAILED);
    s->fast = &t->fast[s - t->slot];
    s->full = m->full;
    s->filled = m->filled;
    tlb_empty_entry(&s->fast->tlb[0], tlb_empty_tag(0)); /* the others are empty as zeros */
    s->jc_filled.n = N_FILLED + 1;                       /* not so here */
}

static ContextSlot *find_slot(TCGCpu *t, uint64_t key, bool unpriv)
{
    ContextSlot *victim = &t->slot[0];

    for (unsigned n = 0; n < N_SLOTS; n++) {
        ContextSlot *s = &t->slot[n];
        if (s->valid && s->key == key && s->unpriv == unpriv) {
            s->used = ++t->tick;
            return s;
        }
        if (!s->valid || (victim->valid && s != t->cur && s->used < victim->used)) {
            victim = s;
        }
        if (victim == t->cur && s != t->cur) {
            victim = s;
        }
    }
    if (!victim->fast) {
        map_tables(t, victim);
    }
    clear_tlb(victim);
    clear_jump_cache(victim);
    victim->key = key;
    victim->unpriv = unpriv;
    qatomic_store_release(&victim->valid, true);
    victim->used = ++t->tick;
    return victim;
}

static CPUArchState *arch_env(TCGCpu *t)
{
    return t->cs->env_ptr;
}

ContextSlot *tcg_current_slot(TCGCpu *t)
{
    if (!t->cur) {
        t->cur = find_slot(t, t->ops->get_context_key(arch_env(t), false), false);
        t->cold->slot = t->cur->fast;
        if (!tcg_state.interp) {
            tcg_state.host->set_slot(t->cur->fast);
        }
        tcg_reset_pairs(t);
    }
    return t->cur;
}

ContextSlot *tcg_unpriv_slot(TCGCpu *t)
{
    tcg_current_slot(t);
    if (!t->cur_unpriv) {
        t->cur_unpriv = find_slot(t, t->ops->get_context_key(arch_env(t), true), true);
        t->cold->unpriv_tlb = t->cur_unpriv->fast->tlb;
    }
    return t->cur_unpriv;
}

void tlb_context_changed(CPUState *cs)
{
    TCGCpu *t = tcg_cpu(cs);

    if (!t) {
        return;
    }
    t->cur = t->cur_unpriv = NULL;
    t->cold->unpriv_tlb = empty_tlb;
    if (cs == current_cpu) {
        tcg_current_slot(t);
    }
}

/* ---- invalidation ---- */

void tlb_do_flush(TCGCpu *t)
{
    TCG_COUNT(t, flush_all);
    for (unsigned n = 0; n < N_SLOTS; n++) {
        if (t->slot[n].valid) {
            clear_tlb(&t->slot[n]);
            clear_jump_cache(&t->slot[n]);
        }
    }
    tcg_reset_pairs(t);
}

void tlb_flush(CPUState *cs)
{
    TCGCpu *t = tcg_cpu(cs);

    if (!t) {
        return;
    }
    if (cs == current_cpu) {
        tlb_do_flush(t);
    } else {
        qatomic_set(&t->flush_pending, true);
        tcg_request_exit(t);
    }
}

static bool slot_matches(const ContextSlot *s, uint64_t key, uint64_t mask)
{
    return s->valid && (s->key & mask) == key;
}

void tlb_flush_asid(CPUState *cs, uint64_t key, uint64_t mask)
{
    TCGCpu *t = tcg_cpu(cs);

    TCG_COUNT(t, flush_page);
    for (unsigned n = 0; n < N_SLOTS; n++) {
        if (slot_matches(&t->slot[n], key, mask)) {
            clear_tlb(&t->slot[n]);
            clear_jump_cache(&t->slot[n]);
            tcg_reset_pairs(t);
        }
    }
}

#define VA_BITS(a) ((a) & (~0ull >> 8)) /* without the tag byte */

/* Forgets the blocks at addresses of the page @va, tag bytes apart, and returns into it. */
static void forget_page(TCGCpu *t, ContextSlot *s, uint64_t va)
{
    for (unsigned k = 0; k < GUEST_PAGE / 4; k++) {
        TCGJumpEntry *j = &s->fast->jc[(va >> 2 | k) & (TCG_JC_SIZE - 1)];
        if (VA_BITS(j->pc & GUEST_PAGE_MASK) == VA_BITS(va)) {
            *j = (TCGJumpEntry){ ~0ull, jump_cache_miss() };
        }
    }
    tcg_reset_pairs(t);
}

static void drop_entry(TCGCpu *t, ContextSlot *s, unsigned index)
{
    uint64_t empty = tlb_empty_tag(index);
    TLBFull *f = &s->full[index];

    tlb_empty_entry(&s->fast->tlb[index], empty);
    if (f->fetched) {
        forget_page(t, s, f->tag);
    }
    f->tag = TLB_NO_PAGE;
}

static void drop_large(TCGCpu *t, ContextSlot *s, unsigned n)
{
    uint64_t first = s->large[n].first, last = s->large[n].last;
    uint64_t pages = (last - first) / GUEST_PAGE + 1;
    bool probe = pages < s->n_filled;

    for (unsigned i = probe ? pages : s->n_filled; i-- > 0;) {
        unsigned k = probe ? ((first >> 12) + i) & (TCG_TLB_SIZE - 1) : s->filled[i];
        uint64_t tag = s->full[k].tag;
        if (tag != TLB_NO_PAGE && VA_BITS(tag) >= first && VA_BITS(tag) <= last) {
            drop_entry(t, s, k);
        }
    }
    s->large[n] = s->large[--s->n_large];
    if (memchr(s->orphans, true, sizeof(s->orphans))) {
        clear_jump_cache(s);
        tcg_reset_pairs(t);
    }
}

void tlb_flush_page(CPUState *cs, uint64_t addr, uint64_t key, uint64_t mask)
{
    TCGCpu *t = tcg_cpu(cs);
    uint64_t va = VA_BITS(addr & GUEST_PAGE_MASK);
    unsigned index = (addr >> 12) & (TCG_TLB_SIZE - 1);

    TCG_COUNT(t, flush_page);
    for (unsigned n = 0; n < N_SLOTS; n++) {
        ContextSlot *s = &t->slot[n];
        if (!slot_matches(s, key, mask)) {
            continue;
        }
        if (s->full[index].tag != TLB_NO_PAGE && VA_BITS(s->full[index].tag) == va) {
            drop_entry(t, s, index);
        }
        if (s->orphans[index % N_ORPHANS]) {
            forget_page(t, s, va);
        }
        for (unsigned k = s->n_large; k-- > 0;) {
            if (va >= s->large[k].first && va <= s->large[k].last) {
                drop_large(t, s, k);
            }
        }
    }
}
