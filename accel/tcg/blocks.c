/* SPDX-License-Identifier: MIT */
/*
 * Blocks by physical address: the hash, the pages' lists, links between blocks, invalidation.
 *
 * A block is known by (RAM address, mode), so every virtual mapping of a page shares its code. A
 * linked edge jumps straight to its destination; killing a block sends the edges into it back to
 * their exit stubs and takes its own edges out of the lists. A dead block may still be running: its
 * edges leave to the loop, which looks again.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qemu/error-report.h"
#include "system/ram_addr.h"
#include <sys/mman.h>

#define HASH_BITS 16
#define RAM_BITS  40 /* RAM addresses that can hold code */

static TranslationBlock **tb_hash;
static PageDesc *pages;

void tb_table_init(void)
{
    size_t size = sizeof(PageDesc) << (RAM_BITS - 12);

    tb_hash = g_new0(TranslationBlock *, 1u << HASH_BITS);
    pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                 -1, 0);
    if (pages == MAP_FAILED) {
        error_report("can not reserve address space for the table of code pages");
        exit(1);
    }
}

PageDesc *page_desc(ram_addr_t addr)
{
    assert(addr >> RAM_BITS == 0);
    return &pages[addr >> 12];
}

static unsigned tb_hash_of(ram_addr_t addr, uint32_t mode)
{
    return tb_hash_name(addr, mode) >> (64 - HASH_BITS);
}

TranslationBlock *tb_lookup(ram_addr_t addr, uint32_t mode)
{
    TranslationBlock *tb = tb_hash[tb_hash_of(addr, mode)];

    while (tb && (tb->ram_addr != addr || tb->mode != mode)) {
        tb = tb->hash_next;
    }
    return tb;
}

uint64_t tb_line_mask(unsigned off, unsigned len)
{
    unsigned first = off / 64, last = (off + len - 1) / 64;

    return (~0ull << first) & (~0ull >> (63 - last));
}

void tb_insert(TranslationBlock *tb)
{
    TranslationBlock **head = &tb_hash[tb_hash_of(tb->ram_addr, tb->mode)];
    PageDesc *p = page_desc(tb->ram_addr);

    tb->hash_next = *head;
    *head = tb;
    tb->page_next = p->first;
    p->first = tb;
    p->lines |= tb->lines;
    assert(p->code);
}

static void remove_from(TranslationBlock **at, TranslationBlock *tb, size_t link)
{
    while (*at != tb) {
        at = (TranslationBlock **)((uint8_t *)*at + link);
    }
    *at = *(TranslationBlock **)((uint8_t *)tb + link);
}

static void unlink_outgoing(TBEdge *e)
{
    if (e->dest) {
        TBEdge **at = &e->dest->incoming;
        while (*at != e) {
            at = &(*at)->next_in;
        }
        *at = e->next_in;
        e->dest = NULL;
        uint8_t *code = tcg_write_addr(tb_of_edge(e)->code);
        tcg_state.host->patch(code + e->patch, code + e->unlinked);
    }
}

void tb_unlink(TranslationBlock *tb)
{
    for (unsigned n = 0; n < tb->n_edges; n++) {
        unlink_outgoing(&tb->edge[n]);
    }
}

void tb_unlink_incoming(TranslationBlock *tb)
{
    while (tb->incoming) {
        unlink_outgoing(tb->incoming);
    }
}

void tb_kill(TranslationBlock *tb)
{
    PageDesc *p = page_desc(tb->ram_addr);

    assert(!tb->dead);
    tb->dead = true;
    remove_from(&tb_hash[tb_hash_of(tb->ram_addr, tb->mode)], tb,
                offsetof(TranslationBlock, hash_next));
    remove_from(&p->first, tb, offsetof(TranslationBlock, page_next));
    tb_unlink_incoming(tb);
    tb_unlink(tb);
    p->lines = 0;
    for (TranslationBlock *o = p->first; o; o = o->page_next) {
        p->lines |= o->lines;
    }
    if (!p->first) {
        qatomic_set(&p->code, false);
        physical_memory_unmark_code(tb->ram_addr & GUEST_PAGE_MASK, GUEST_PAGE);
    }
}

void tb_link(TBEdge *e, TranslationBlock *dest)
{
    TranslationBlock *owner = tb_of_edge(e);

    if (owner->dead || dest->dead || e->dest) {
        return;
    }
    e->dest = dest;
    e->next_in = dest->incoming;
    dest->incoming = e;
    tcg_state.host->patch(tcg_write_addr(owner->code) + e->patch,
                          tcg_write_addr(dest->code) + (owner == dest ? dest->loop : dest->direct));
    tcg_cache_touch(dest);
    tcg_state.stats.links++;
}

static void forget_ways_into(const TranslationBlock *tb)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        TCGCpu *t = tcg_cpu(cs);
        if (cs != current_cpu) {
            qatomic_set(&t->jc_pending, true);
            tcg_request_exit(t);
            continue;
        }
        tcg_reset_pairs(t); /* which may return into the block */
        for (unsigned n = 0; n < N_SLOTS; n++) {
            ContextSlot *s = &t->slot[n];
            for (unsigned k = 0; s->valid && k < TCG_JC_SIZE >> 10; k++) { /* of any page */
                TCGJumpEntry *j = &s->fast->jc[(tb->off >> 2 | k << 10) & (TCG_JC_SIZE - 1)];
                if (j->host == tb->code) {
                    *j = (TCGJumpEntry){ ~0ull, tcg_state.host ? tcg_state.host->jc_miss : NULL };
                }
            }
        }
    }
}

void tb_drop(TranslationBlock *tb)
{
    tb_kill(tb);
    forget_ways_into(tb);
}

bool tb_invalidate_page_range(ram_addr_t addr, unsigned len, const TranslationBlock *current)
{
    PageDesc *p = page_desc(addr);
    unsigned off = addr & (GUEST_PAGE - 1);
    uint64_t lines = tb_line_mask(off, len);
    bool hit_current = false;

    if (!(p->lines & lines)) {
        return false;
    }
    for (TranslationBlock *tb = p->first, *next; tb; tb = next) {
        next = tb->page_next;
        if ((tb->lines & lines) && tb->low < off + len && off < tb->low + tb->size) {
            hit_current |= tb == current;
            tcg_state.stats.invalidated++;
            tb_drop(tb);
        }
    }
    return hit_current;
}

/* Somebody but translated code wrote to RAM that is marked as holding code. */
void tb_code_write_hook(ram_addr_t start, ram_addr_t len)
{
    qemu_mutex_lock(&tcg_state.tb_lock);
    while (len) {
        unsigned n = MIN(len, GUEST_PAGE - (start & (GUEST_PAGE - 1)));
        tb_invalidate_page_range(start, n, NULL);
        start += n;
        len -= n;
    }
    qemu_mutex_unlock(&tcg_state.tb_lock);
}
