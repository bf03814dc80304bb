/* SPDX-License-Identifier: MIT */
/*
 * Guest memory accesses that translated code can not do by itself, and those of helpers.
 *
 * For translated code the result of a slow check is an addend: of the page if it is plain RAM, else
 * one that makes the accesses hit cold->bounce. For a read the bytes are put there before; for a
 * write the stub calls commit after the stores. Faults are raised before anything is changed.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "system/address-spaces.h"
#include "system/ram_addr.h"

#define BOUNCE_IN_USE 0x80000000u

static TCGCpu *env_tcg(CPUArchState *env)
{
    return tcg_cpu(env_cpu(env));
}

/* Device code runs with the host's floating-point environment. */
static void io_begin(TCGCpu *t)
{
    if (!tcg_state.interp) {
        asm volatile("stmxcsr %0" : "=m"(t->cold->mxcsr_guest));
        asm volatile("ldmxcsr %0" : : "m"(t->cold->mxcsr_host));
        t->cold->mxcsr_swapped = 1;
    }
    TCG_COUNT(t, io);
}

static void io_end(TCGCpu *t)
{
    if (!tcg_state.interp) {
        asm volatile("ldmxcsr %0" : : "m"(t->cold->mxcsr_guest));
        t->cold->mxcsr_swapped = 0;
    }
}

static bool is_jit_thread(const TCGCpu *t)
{
    return t->cold->host_ra != 0;
}

/* One access of a device or of RAM that needs care, at most 8 bytes, inside a page. */
static void io_access(CPUState *cs, const TLBFull *f, uint64_t addr, void *buf, unsigned size,
                      bool write)
{
    TCGCpu *t = tcg_cpu(cs);
    hwaddr phys = f->phys | (addr & (GUEST_PAGE - 1));
    bool in_jit = is_jit_thread(t);
    MemTxResult r;

    if (in_jit) {
        io_begin(t);
    }
    r = address_space_rw(cpu_get_address_space_for(cs, f->attrs), phys, f->attrs, buf, size, write);
    memset(t->cold->share, 0, sizeof(t->cold->share)); /* this may have changed what is mapped */
    if (in_jit) {
        io_end(t);
    }
    if (r != MEMTX_OK) {
        t->ops->transaction_failed(cs, phys, addr, size, write ? MMU_DATA_STORE : MMU_DATA_LOAD,
                                   f->attrs, r);
    }
}

/* The largest part of @len bytes at @host that is one aligned access. */
static unsigned aligned_part(const uint8_t *host, unsigned len)
{
    unsigned n = 8;

    while (n > len || ((uintptr_t)host & (n - 1))) {
        n /= 2;
    }
    return n;
}

/* RAM is read and written by other vCPUs, too: what is aligned is atomic (B2.2.1). */
static void load_ram(uint8_t *buf, const uint8_t *host, unsigned len)
{
    for (unsigned n; len; len -= n, buf += n, host += n) {
        n = aligned_part(host, len);
        uint64_t v = n == 8   ? qatomic_read((const uint64_t *)host)
                     : n == 4 ? qatomic_read((const uint32_t *)host)
                     : n == 2 ? qatomic_read((const uint16_t *)host)
                              : qatomic_read(host);
        memcpy(buf, &v, n);
    }
}

static void store_ram(uint8_t *host, const uint8_t *buf, unsigned len)
{
    for (unsigned n; len; len -= n, buf += n, host += n) {
        uint64_t v = 0;

        n = aligned_part(host, len);
        memcpy(&v, buf, n);
        switch (n) {
        case 8:
            qatomic_set((uint64_t *)host, v);
            break;
        case 4:
            qatomic_set((uint32_t *)host, v);
            break;
        case 2:
            qatomic_set((uint16_t *)host, v);
            break;
        default:
            qatomic_set(host, v);
        }
    }
}

/* Copies [addr, addr + len) inside one page in pieces of at most @unit bytes. */
static void page_access(CPUState *cs, const TLBFull *f, uint64_t addr, uint8_t *buf, unsigned len,
                        unsigned unit, bool write)
{
    if (f->host && !(write && f->readonly)) {
        uint8_t *host = f->host + (addr & (GUEST_PAGE - 1));
        if (!write) {
            load_ram(buf, host, len);
            return;
        }
        store_ram(host, buf, len);
        if (f->log_mask) {
            physical_memory_set_dirty(f->ram_addr + (addr & (GUEST_PAGE - 1)), len, f->log_mask);
        }
        return;
    }
    unit = MIN(unit, 8);
    for (unsigned n; len; len -= n, addr += n, buf += n) {
        n = MIN(unit, len);
        while (n & (n - 1)) {
            n &= n - 1;
        }
        io_access(cs, f, addr, buf, n, write);
    }
}

static void check_alignment(CPUState *cs, uint64_t addr, unsigned memop, MMUAccessType type)
{
    unsigned align = memop & MO_ALIGN_16 ? 16 : memop & MO_ALIGN ? memop_size(memop) : 1;

    if (addr & (align - 1)) {
        tcg_cpu(cs)->ops->unaligned_access(cs, addr, type);
    }
}

static unsigned first_part(uint64_t addr, unsigned len)
{
    return MIN(len, GUEST_PAGE - (addr & (GUEST_PAGE - 1)));
}

/* Both pages of an access; *second is NULL if it lies in one. Raises what must be raised. */
static TLBFull *two_pages(CPUState *cs, ContextSlot *s, uint64_t addr, unsigned len,
                          MMUAccessType type, TLBFull *second, bool *crosses)
{
    unsigned n = first_part(addr, len);
    TLBFull *f = tlb_entry(cs, s, addr, n, type, false);

    *crosses = n < len;
    if (*crosses) { /* entries of neighbouring pages never share an index, but copy for clarity */
        *second = *tlb_entry(cs, s, addr + n, len - n, type, false);
    }
    return f;
}

static void read_bytes(CPUState *cs, ContextSlot *s, uint64_t addr, uint8_t *buf, unsigned len,
                       unsigned unit)
{
    TLBFull second;
    bool crosses;
    const TLBFull *f = two_pages(cs, s, addr, len, MMU_DATA_LOAD, &second, &crosses);
    tcg_check_watchpoints(cs, s, addr, len, false);
    unsigned n = first_part(addr, len);

    page_access(cs, f, addr, buf, n, unit, false);
    if (crosses) {
        page_access(cs, &second, addr + n, buf + n, len - n, unit, false);
    }
}

static ContextSlot *slot_for(TCGCpu *t, bool unpriv)
{
    return unpriv ? tcg_unpriv_slot(t) : tcg_current_slot(t);
}

uint64_t tcg_mmu_read(CPUArchState *env, uint64_t addr, uint32_t memop)
{
    CPUState *cs = env_cpu(env);
    TCGCpu *t = tcg_cpu(cs);
    ContextSlot *s = slot_for(t, memop & MO_UNPRIV);
    unsigned len = memop_span(memop);

    TCG_COUNT(t, slow_reads);
    check_alignment(cs, addr, memop, MMU_DATA_LOAD);
    if (first_part(addr, len) == len) {
        const TLBFull *f = tlb_entry(cs, s, addr, len, MMU_DATA_LOAD, false);
        tcg_check_watchpoints(cs, s, addr, len, false);
        if (f->host) {
            return (uintptr_t)f->host - f->tag;
        }
        if (memop & MO_PROBE) {
            return (uintptr_t)t->cold->bounce - addr;
        }
    } else if (memop & MO_PROBE) {
        TLBFull second;
        bool crosses;
        two_pages(cs, s, addr, len, MMU_DATA_LOAD, &second, &crosses);
        return (uintptr_t)t->cold->bounce - addr;
    }
    read_bytes(cs, s, addr, t->cold->bounce, len, memop_size(memop));
    return (uintptr_t)t->cold->bounce - addr;
}

/* The instruction that is running was about to write over its own block: start again with a block
 * of one instruction. */
static void restart_alone(CPUState *cs)
{
    tcg_cpu(cs)->one_insn = true;
    cs->exception_index = EXCP_NONE;
    cpu_loop_exit_restore(cs);
}

/* Blocks that a write of translated code hits are killed before it happens. */
static void write_to_code(CPUState *cs, ContextSlot *s, TLBFull *f, uint64_t addr, unsigned len)
{
    TCGCpu *t = tcg_cpu(cs);
    ram_addr_t ram = f->ram_addr + (addr & (GUEST_PAGE - 1));
    PageDesc *p = page_desc(ram);
    bool again = false;

    if (qatomic_read(&p->code)) {
        qemu_mutex_lock(&tcg_state.tb_lock);
        tcg_state.stats.smc++;
        const TranslationBlock *cur =
            t->cold->host_ra ? tcg_cache_find((void *)t->cold->host_ra) : NULL;
        again = tb_invalidate_page_range(ram, len, cur);
        if (!p->first) {
            qatomic_set(&p->code, false);
        }
        qemu_mutex_unlock(&tcg_state.tb_lock);
    }
    if (again) {
        restart_alone(cs);
    }
    if (!f->log_mask && !f->readonly) {
        tlb_set_writable(s, f);
    }
}

/* The write is for a block that is not dense; should the instruction meet others like it, the block
 * it stands in will not be dense, either. */
static void leave_dense(TCGCpu *t)
{
    qemu_mutex_lock(&tcg_state.tb_lock);
    tcg_dense_refuse(tcg_cache_find((void *)t->cold->host_ra));
    qemu_mutex_unlock(&tcg_state.tb_lock);
    restart_alone(t->cs);
}

static bool plain_ram(const TLBFull *f)
{
    return f->host && !f->readonly && !f->log_mask;
}

uint64_t tcg_mmu_write(CPUArchState *env, uint64_t addr, uint32_t memop)
{
    CPUState *cs = env_cpu(env);
    TCGCpu *t = tcg_cpu(cs);
    ContextSlot *s = slot_for(t, memop & MO_UNPRIV);
    unsigned len = memop_span(memop);
    TLBFull second;
    bool crosses;

    TCG_COUNT(t, slow_writes);
    check_alignment(cs, addr, memop, MMU_DATA_STORE);
    if (memop & MO_ATOMIC) { /* needs the right to read as well */
        tlb_entry(cs, s, addr, len, MMU_DATA_LOAD, false);
        if (!(memop & MO_NO_READ)) {
            tcg_check_watchpoints(cs, s, addr, len, false);
        }
    }
    TLBFull *f = two_pages(cs, s, addr, len, MMU_DATA_STORE, &second, &crosses);
    tcg_check_watchpoints(cs, s, addr, len, true);
    if (f->host && !f->readonly) {
        write_to_code(cs, s, f, addr, first_part(addr, len));
    }
    if (crosses && second.host && !second.readonly) {
        uint64_t next = addr + first_part(addr, len);
        write_to_code(cs, s, &s->full[(next >> 12) & (TCG_TLB_SIZE - 1)], next, addr + len - next);
    }
    if (!crosses && plain_ram(f)) {
        return (uintptr_t)f->host - f->tag;
    }
    if (memop & MO_ATOMIC) {
        if (crosses) {
            t->ops->unaligned_access(cs, addr, MMU_DATA_STORE);
        }
        if (f->host && !f->readonly) {
            physical_memory_set_dirty(f->ram_addr + (addr & (GUEST_PAGE - 1)), len, f->log_mask);
            return (uintptr_t)f->host - f->tag;
        }
        t->ops->transaction_failed(cs, f->phys | (addr & (GUEST_PAGE - 1)), addr, len,
                                   MMU_DATA_STORE, f->attrs, MEMTX_ERROR);
    }
    if (memop & MO_RESTART) {
        leave_dense(t);
    }
    if (!(memop & MO_PROBE)) {
        t->cold->bounce_addr = addr;
        t->cold->bounce_memop = memop | BOUNCE_IN_USE;
    }
    return (uintptr_t)t->cold->bounce - addr;
}

static void write_bytes(CPUState *cs, ContextSlot *s, uint64_t addr, uint8_t *buf, unsigned len,
                        unsigned unit)
{
    TLBFull second;
    bool crosses;
    TLBFull *f = two_pages(cs, s, addr, len, MMU_DATA_STORE, &second, &crosses);
    unsigned n = first_part(addr, len);

    page_access(cs, f, addr, buf, n, unit, true);
    if (crosses) {
        page_access(cs, &second, addr + n, buf + n, len - n, unit, true);
    }
}

void tcg_mmu_commit(CPUArchState *env)
{
    CPUState *cs = env_cpu(env);
    TCGCpu *t = tcg_cpu(cs);
    unsigned memop = t->cold->bounce_memop & ~BOUNCE_IN_USE;

    t->cold->bounce_memop = 0;
    write_bytes(cs, slot_for(t, memop & MO_UNPRIV), t->cold->bounce_addr, t->cold->bounce,
                memop_span(memop), memop_size(memop));
}

/* ---- accesses of helpers and of the interpreter ---- */

uint64_t cpu_ld_mmu(CPUArchState *env, uint64_t addr, uint32_t memop, uint32_t unpriv)
{
    TCGCpu *t = env_tcg(env);
    unsigned size = memop_size(memop);
    uint64_t v = 0;

    check_alignment(t->cs, addr, memop, MMU_DATA_LOAD);
    read_bytes(t->cs, slot_for(t, unpriv), addr, (uint8_t *)&v, size, size);
    if (memop & MO_BSWAP) {
        v = __builtin_bswap64(v) >> (64 - 8 * size);
    }
    if (memop & MO_SIGN) {
        v = (int64_t)(v << (64 - 8 * size)) >> (64 - 8 * size);
    }
    return v;
}

void cpu_st_mmu(CPUArchState *env, uint64_t addr, uint64_t val, uint32_t memop, uint32_t unpriv)
{
    TCGCpu *t = env_tcg(env);
    ContextSlot *s = slot_for(t, unpriv);
    unsigned size = memop_size(memop);
    TLBFull second;
    bool crosses;

    if (memop & MO_BSWAP) {
        val = __builtin_bswap64(val) >> (64 - 8 * size);
    }
    check_alignment(t->cs, addr, memop, MMU_DATA_STORE);
    TLBFull *f = two_pages(t->cs, s, addr, size, MMU_DATA_STORE, &second, &crosses);
    tcg_check_watchpoints(t->cs, s, addr, size, true);
    if (f->host && !f->readonly) {
        write_to_code(t->cs, s, f, addr, first_part(addr, size));
    }
    if (crosses && second.host && !second.readonly) {
        uint64_t next = addr + first_part(addr, size);
        write_to_code(t->cs, s, &s->full[(next >> 12) & (TCG_TLB_SIZE - 1)], next,
                      addr + size - next);
    }
    write_bytes(t->cs, s, addr, (uint8_t *)&val, size, size);
}

void *cpu_probe_host(CPUArchState *env, uint64_t addr, unsigned size, MMUAccessType type,
                     bool unpriv)
{
    TCGCpu *t = env_tcg(env);
    ContextSlot *s = slot_for(t, unpriv);
    TLBFull *f = tlb_entry(t->cs, s, addr, size, type, false);

    assert(first_part(addr, size) == size);
    if (type == MMU_DATA_STORE) { /* loads are looked at by who makes them: not maintenance's */
        tcg_check_watchpoints(t->cs, s, addr, size, true);
    }
    if (type == MMU_DATA_STORE && f->host && !f->readonly) {
        write_to_code(t->cs, s, f, addr, size);
        if (f->log_mask) {
            physical_memory_set_dirty(f->ram_addr + (addr & (GUEST_PAGE - 1)), size, f->log_mask);
        }
    }
    if (!f->host || (type == MMU_DATA_STORE && f->readonly)) {
        return NULL;
    }
    return f->host + (addr & (GUEST_PAGE - 1));
}

void *cpu_probe_read(CPUArchState *env, uint64_t addr, unsigned size, bool unpriv)
{
    TCGCpu *t = env_tcg(env);
    void *host = cpu_probe_host(env, addr, size, MMU_DATA_LOAD, unpriv);

    tcg_check_watchpoints(t->cs, slot_for(t, unpriv), addr, size, false);
    return host;
}

bool cpu_memory_rw_debug_virt(CPUState *cs, uint64_t addr, void *buf, size_t len, bool is_write)
{
    TCGCpu *t = tcg_cpu(cs);
    uint8_t *p = buf;
    TLBFill fill;

    while (len) {
        unsigned n = first_part(addr, MIN(len, GUEST_PAGE));
        if (!t->ops->tlb_fill(cs, addr, n, MMU_DATA_LOAD, false, &fill, true)) {
            return false;
        }
        hwaddr phys = (fill.phys & GUEST_PAGE_MASK) | (addr & (GUEST_PAGE - 1));
        AddressSpace *as = cpu_get_address_space_for(cs, fill.attrs);
        MemTxResult r = is_write ? address_space_write_rom(as, phys, fill.attrs, p, n)
                                 : address_space_read(as, phys, fill.attrs, p, n);
        if (r != MEMTX_OK) {
            return false;
        }
        addr += n;
        p += n;
        len -= n;
    }
    return true;
}

/* The interpreter's checks: the span may be accessed, and writes have no block in their way. */
void tcg_check_mmu(CPUArchState *env, uint64_t addr, uint32_t memop, bool write)
{
    if (write) {
        tcg_mmu_write(env, addr, memop | MO_PROBE);
    } else {
        tcg_mmu_read(env, addr, memop | MO_PROBE);
    }
}

/* Writes kill blocks themselves; but a vCPU may have translated before another's store arrived. */
void tb_invalidate_virt(CPUState *cs, uint64_t addr, uint64_t len)
{
    TCGCpu *t = tcg_cpu(cs);
    const TLBFull *f = tlb_entry(cs, tcg_current_slot(t), addr, 1, MMU_DATA_LOAD, false);

    addr &= ~(len - 1);
    if (f->host && qatomic_read(&page_desc(f->ram_addr)->code)) {
        qemu_mutex_lock(&tcg_state.tb_lock);
        tb_invalidate_page_range(f->ram_addr + (addr & (GUEST_PAGE - 1)), len, NULL);
        qemu_mutex_unlock(&tcg_state.tb_lock);
    }
}
