/* SPDX-License-Identifier: MIT */
/* What debuggers need of CPUs whatever the accelerator: stops, and memory by virtual address. */
#include "qemu/osdep.h"

#include "hw/core/cpu.h"
#include "qemu/bql.h"
#include "system/memory.h"
#include "system/runstate.h"

#define PAGE 4096 /* no target's translation has a smaller unit */

void cpu_handle_guest_debug(CPUState *cs)
{
    assert(bql_locked());
    cs->debug_stopped = true;
    cs->stopped = true;
    qemu_system_debug_request();
}

bool cpu_memory_rw_debug(CPUState *cs, uint64_t addr, void *buf, size_t len, bool is_write)
{
    const CPUClass *cc = CPU_GET_CLASS(cs);
    uint8_t *p = buf;

    if (!cc->get_phys_page_debug) {
        return false;
    }
    while (len) {
        size_t n = MIN(len, PAGE - (addr & (PAGE - 1)));
        uint64_t phys = cc->get_phys_page_debug(cs, addr & ~(uint64_t)(PAGE - 1));
        MemTxResult r;

        if (phys == UINT64_MAX) {
            return false;
        }
        phys += addr & (PAGE - 1);
        r = is_write ? address_space_write_rom(cs->as, phys, MEMTXATTRS_UNSPECIFIED, p, n)
                     : address_space_read(cs->as, phys, MEMTXATTRS_UNSPECIFIED, p, n);
        if (r != MEMTX_OK) {
            return false;
        }
        addr += n;
        p += n;
        len -= n;
    }
    return true;
}
