/* SPDX-License-Identifier: MIT */
/* info jit. */
#include "qemu/osdep.h"
#include "internal.h"

/* The vCPUs' events together. */
static TCGCpuStats sum_stats(void)
{
    const unsigned n = sizeof(TCGCpuStats) / sizeof(uint64_t);
    TCGCpuStats sum = { 0 };
    CPUState *cs;

    CPU_FOREACH (cs) {
        const uint64_t *from = (const uint64_t *)&tcg_cpu(cs)->stats;
        for (unsigned k = 0; k < n; k++) {
            ((uint64_t *)&sum)[k] += qatomic_read(&from[k]);
        }
    }
    return sum;
}

/* How blocks were left, where they count their executions (count=on). */
static char *executed_blocks(const TCGCpuStats *c)
{
    uint64_t run = 0, left = 0;
    CPUState *cs;

    if (!tcg_state.count || tcg_state.interp) {
        return g_strdup("");
    }
    for (unsigned n = 0; n < TCG_N_EXITS; n++) {
        left += c->exits[n];
    }
    CPU_FOREACH (cs) {
        run += qatomic_read(&tcg_cpu(cs)->cold->blocks_run);
    }
    return g_strdup_printf("blocks executed     %" PRIu64 "\n"
                           "left by a patched jump or an inline lookup  %.2f %%\n",
                           run, run ? 100.0 * (1 - (double)left / run) : 0);
}

static double ratio(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / whole : 0;
}

void tcg_info_jit(GString *out)
{
    const TCGCpuStats c = sum_stats();
    struct TCGStats copy, *s = &copy;
    size_t used, size;
    unsigned blocks;

    qemu_mutex_lock(&tcg_state.tb_lock);
    copy = tcg_state.stats;
    tcg_cache_usage(&used, &size, &blocks);
    qemu_mutex_unlock(&tcg_state.tb_lock);
    g_string_append_printf(
        out,
        "Translation buffer state:\n"
        "code cache          %zu/%zu KiB in %u segments\n"
        "blocks              %u now, %" PRIu64 " translated\n"
        "translated again    %" PRIu64 " after an eviction\n"
        "guest instructions  %" PRIu64 " translated\n"
        "host bytes          %" PRIu64 " (expansion %.1f), %.0f %% frequent path\n"
        "links               %" PRIu64 "\n"
        "segment evictions   %" PRIu64 " (%" PRIu64 " blocks)\n"
        "whole-cache flushes 0\n"
        "regions             %" PRIu64 " of hot loops\n"
        "invalidated blocks  %" PRIu64 " (%" PRIu64 " writes to code pages)\n",
        used >> 10, size >> 10, tcg_cache_segments(), blocks, s->blocks, s->returned,
        s->guest_insns, s->host_bytes, ratio(s->host_bytes, s->guest_bytes),
        100 * ratio(s->hot_bytes, s->host_bytes), s->links, s->evictions, s->evicted_blocks,
        s->regions, s->invalidated, s->smc);
    g_autofree char *run = executed_blocks(&c);
    g_string_append_printf(out,
                           "%s"
                           "Exits to the loop:\n"
                           "lookup              %" PRIu64 "\n"
                           "unlinked edge       %" PRIu64 "\n"
                           "request             %" PRIu64 "\n"
                           "hot loop            %" PRIu64 "\n"
                           "exceptions          %" PRIu64 "\n"
                           "interrupts          %" PRIu64 "\n",
                           run, c.exits[TCG_EXIT_LOOKUP], c.exits[TCG_EXIT_LINK],
                           c.exits[TCG_EXIT_REQUEST], c.exits[TCG_EXIT_HOT], c.exceptions, c.irqs);
    g_string_append_printf(out,
                           "Soft TLB:\n"
                           "fills               %" PRIu64 "\n"
                           "slow reads, writes  %" PRIu64 ", %" PRIu64 "\n"
                           "device accesses     %" PRIu64 "\n"
                           "flushes             %" PRIu64 " all, %" PRIu64 " by page or ASID\n",
                           c.tlb_fills, c.slow_reads, c.slow_writes, c.io, c.flush_all,
                           c.flush_page);
}
