/* SPDX-License-Identifier: MIT */
/*
 * Filling the soft TLB, and write protection of pages with code.
 *
 * An entry has a fast side, read by translated code through gs, and a slow one (TLBFull). A fast
 * tag is only set for what translated code may do by itself: reads and writes of plain RAM; I/O,
 * ROM, pages with code and pages watched for writes look empty there and are described by the slow
 * side.
 *
 * PageDesc.writable_at remembers where a RAM page is mapped with a fast write tag, so that taking
 * it away when the first block of the page is made rarely has to scan. The scan reaches into the
 * slots of all vCPUs while they run: it may only empty write tags. One that it empties wrongly,
 * because the entry was replaced meanwhile, is set again by the slow path.
 *
 * A store of another vCPU whose check came before the tag was emptied may still arrive after the
 * page was translated. The architecture asks the guest for IC IVAU after such a store, and that
 * kills the blocks of the line (tb_invalidate_virt).
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "system/address-spaces.h"
#include "system/ram_addr.h"

static void note_large(ContextSlot *s, uint64_t addr, uint64_t size)
{
    uint64_t first = addr & ~(size - 1) & (~0ull >> 8);
    uint64_t last = first + size - 1;
    unsigned n;

    for (n = 0; n < s->n_large; n++) {
        if (first >= s->large[n].first && last <= s->large[n].last) {
            return;
        }
    }
    if (n == N_LARGE) { /* widen the nearest range: only costs precision */
        n = 0;
        for (unsigned k = 1; k < N_LARGE; k++) {
            uint64_t dk =
                s->large[k].first > first ? s->large[k].first - first : first - s->large[k].first;
            uint64_t dn =
                s->large[n].first > first ? s->large[n].first - first : first - s->large[n].first;
            n = dk < dn ? k : n;
        }
        s->large[n].first = MIN(s->large[n].first, first);
        s->large[n].last = MAX(s->large[n].last, last);
        return;
    }
    s->large[n].first = first;
    s->large[n].last = last;
    s->n_large++;
}

static void note_writable(PageDesc *p, uint64_t tag)
{
    uint64_t at = qatomic_read(&p->writable_at), old;

    while (at != tag && at != WRITABLE_MANY) {
        uint64_t now = at == 0 || at == WRITABLE_NOWHERE ? tag : WRITABLE_MANY;
        old = qatomic_cmpxchg(&p->writable_at, at, now);
        if (old == at) {
            return;
        }
        at = old;
    }
}

void tlb_set_writable(ContextSlot *s, TLBFull *f)
{
    unsigned index = (f->tag >> 12) & (TCG_TLB_SIZE - 1);
    PageDesc *p = page_desc(f->ram_addr);
    uint64_t *wtag = &s->fast->tlb[index].wtag;

    if (qatomic_read(&p->code) || f->log_mask || f->watched) {
        return;
    }
    note_writable(p, f->tag);
    qatomic_set_mb(wtag, f->tag);
    /* Either tlb_protect_page finds the tag, or we find that it has been here. */
    uint64_t at = qatomic_read(&p->writable_at);
    if (qatomic_load_acquire(&p->code) || (at != f->tag && at != WRITABLE_MANY)) {
        qatomic_set(wtag, tlb_empty_tag(index));
    }
}

static void install(CPUState *cs, ContextSlot *s, TLBFull *f)
{
    unsigned index = (f->tag >> 12) & (TCG_TLB_SIZE - 1);
    TCGTLBEntry *e = &s->fast->tlb[index];
    uint64_t empty = tlb_empty_tag(index);

    tlb_empty_entry(e, empty);
    f->watched = tcg_page_is_watched(cs, f->tag);
    if (!f->host || f->watched) {
        return;
    }
    e->addend = (uintptr_t)f->host - f->tag;
    if (f->prot & PAGE_READ) {
        e->rtag = f->tag;
    }
    if ((f->prot & PAGE_WRITE) && !f->readonly) {
        tlb_set_writable(s, f);
    }
}

static uint8_t prot_of(MMUAccessType type)
{
    static const uint8_t prot[] = { PAGE_READ, PAGE_WRITE, PAGE_EXEC };

    return prot[type];
}

static void note_filled(ContextSlot *s, TLBFull *f)
{
    if (!f->listed) {
        f->listed = true;
        qatomic_set(&s->filled[s->n_filled], f - s->full);
        qatomic_store_release(&s->n_filled, s->n_filled + 1);
    }
}

TLBFull *tlb_entry(CPUState *cs, ContextSlot *s, uint64_t addr, unsigned size, MMUAccessType type,
                   bool probe)
{
    TCGCpu *t = tcg_cpu(cs);
    TLBFull *f = &s->full[(addr >> 12) & (TCG_TLB_SIZE - 1)];
    TLBFill fill = { 0 };
    MemoryTarget target;

    if (f->tag == (addr & GUEST_PAGE_MASK) && (f->prot & prot_of(type))) {
        return f;
    }
    if (!t->ops->tlb_fill(cs, addr, size, type, s->unpriv, &fill, probe)) {
        return NULL;
    }
    TCG_COUNT(t, tlb_fills);
    if (fill.page_size > GUEST_PAGE) {
        note_large(s, addr, fill.page_size);
    }
    bool fetched = f->tag == (addr & GUEST_PAGE_MASK) && f->fetched;
    if (f->fetched && !fetched) {
        s->orphans[(addr >> 12) % N_ORPHANS] = true;
    }
    note_filled(s, f);
    rcu_read_lock();
    /* As a read: the entry serves all kinds of access, and `readonly` sends writes to I/O. */
    address_space_resolve(cpu_get_address_space_for(cs, fill.attrs), fill.phys, GUEST_PAGE, false,
                          fill.attrs, &target);
    f->tag = addr & GUEST_PAGE_MASK;
    f->prot = fill.prot;
    f->fetched = fetched;
    f->code_mode = fill.code_mode;
    f->attrs = fill.attrs;
    f->phys = fill.phys;
    f->readonly = target.readonly || target.mr->rom_device;
    f->log_mask = target.log_mask;
    f->host = target.len >= GUEST_PAGE ? target.host : NULL;
    qatomic_set(&f->ram_addr, f->host ? target.ram_addr : NO_RAM_ADDR);
    rcu_read_unlock();
    install(cs, s, f);
    return f;
}

static void protect_in(ContextSlot *s, ram_addr_t page, unsigned index)
{
    if ((qatomic_read(&s->full[index].ram_addr) & ~(ram_addr_t)(GUEST_PAGE - 1)) == page) {
        qatomic_set(&s->fast->tlb[index].wtag, tlb_empty_tag(index));
    }
}

static void protect_in_slot(ContextSlot *s, ram_addr_t page, uint64_t writable_at)
{
    if (writable_at != WRITABLE_MANY) {
        protect_in(s, page, (writable_at >> 12) & (TCG_TLB_SIZE - 1));
        return;
    }
    for (unsigned k = qatomic_load_acquire(&s->n_filled); k-- > 0;) {
        protect_in(s, page, qatomic_read(&s->filled[k]));
    }
}

void tlb_protect_page(ram_addr_t page)
{
    PageDesc *p = page_desc(page);
    CPUState *cs;

    if (p->code) {
        return;
    }
    qatomic_set_mb(&p->code, true);
    uint64_t at = qatomic_xchg(&p->writable_at, WRITABLE_NOWHERE);
    if (at == 0 || at == WRITABLE_NOWHERE) {
        return;
    }
    CPU_FOREACH (cs) {
        TCGCpu *t = tcg_cpu(cs);
        for (unsigned n = 0; t && n < N_SLOTS; n++) {
            if (qatomic_load_acquire(&t->slot[n].valid)) {
                protect_in_slot(&t->slot[n], page, at);
            }
        }
    }
}
