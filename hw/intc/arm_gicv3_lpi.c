/* SPDX-License-Identifier: MIT */
/*
 * Locality-specific peripheral interrupts (ARM IHI 0069, chapter 5): INTIDs from 8192 up, which the
 * ITS makes pending at one redistributor each.
 *
 * The truth is in guest memory: a byte of configuration (priority, enable) an LPI in the table at
 * GICR_PROPBASER, a bit of pending state in that at GICR_PENDBASER. Pending bits are kept here,
 * too, in words of 64 with a summary bit a word; each change goes to memory at once, so that
 * saving the machine needs no more than RAM and registers, and setting EnableLPIs or loading a
 * state reads the bits back. Configuration is not kept: it is read when an LPI becomes pending, and
 * for all pending ones when the best has gone, a word's 64 bytes at a time.
 *
 * The best LPI is up to date but for `lpi_stale`: whoever calls gicv3_lpi_set() or others here
 * calls gicv3_lpi_flush() or gicv3_lpi_flush_all() when done, so that a queue of many commands
 * costs one search.
 *
 * The guest may place the tables anywhere: only RAM is accessed, and what fails counts as zero.
 *
 * Invariants: bit b of lpi_pending[w] is set only if 64 w + b is in 8192 to lpi_limit - 1; bit
 * w % 64 of lpi_words[w / 64] is set if and only if lpi_pending[w] is not 0; lpi_limit is 0 unless
 * EnableLPIs is set. BQL.
 */
#include "qemu/osdep.h"

#include "gicv3_internal.h"
#include "qemu/bswap.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "system/address-spaces.h"
#include "system/memory.h"

enum { FIRST_WORD = GICV3_LPI_FIRST / 64 };

enum { LPI_ENABLED = 1 << 0 }; /* of a byte of configuration (5.1.1) */

/* Tables are in RAM: a device's registers are not to be reached so. */
static const MemTxAttrs ram_only = { .memory = 1 };

static hwaddr config_address(const GICv3CPUState *c, unsigned intid)
{
    return (c->propbaser & GICR_PROPBASER_ADDRESS) + (intid - GICV3_LPI_FIRST);
}

static hwaddr pending_address(const GICv3CPUState *c)
{
    return c->pendbaser & GICR_PENDBASER_ADDRESS;
}

/* The best ----------------------------------------------------------------------------------- */

/* Of equal priorities the lowest INTID wins, as among the other interrupts. */
static void consider(GICv3CPUState *c, unsigned intid, uint8_t config)
{
    unsigned prio =
        gicv3_one_state(c->gic) ? config & GICV3_PRIO_MASK : gicv3_priority_from_ns(config);
    GICv3Best *best = &c->lpi_best;

    if (config & LPI_ENABLED &&
        (prio < best->prio || (prio == best->prio && intid < best->intid))) {
        *best = (GICv3Best){ .intid = intid, .prio = prio, .group = GICV3_G1NS };
    }
}

static void consider_word(GICv3CPUState *c, unsigned word)
{
    uint8_t config[64];

    if (address_space_read(c->gic->dma_as, config_address(c, word * 64), ram_only, config,
                           sizeof(config)) != MEMTX_OK) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gicv3: the LPI configuration table of CPU %u can not be read\n",
                      c->index);
        return;
    }
    for (uint64_t bits = c->lpi_pending[word]; bits; bits &= bits - 1) {
        consider(c, word * 64 + ctz64(bits), config[ctz64(bits)]);
    }
}

static void find_best(GICv3CPUState *c)
{
    c->lpi_best = (GICv3Best){ .intid = GICV3_INTID_NONE, .prio = GICV3_PRIO_IDLE };
    for (unsigned i = 0; i < ARRAY_SIZE(c->lpi_words); i++) {
        for (uint64_t words = c->lpi_words[i]; words; words &= words - 1) {
            consider_word(c, i * 64 + ctz64(words));
        }
    }
    c->lpi_stale = false;
}

void gicv3_lpi_flush(GICv3CPUState *c)
{
    if (c->lpi_stale) {
        find_best(c);
    }
    c->lpi_changed = false;
    gicv3_update_cpu(c);
}

void gicv3_lpi_flush_all(GICv3State *s)
{
    for (unsigned n = 0; n < s->num_cpu; n++) {
        if (s->cpu[n].lpi_changed) {
            gicv3_lpi_flush(&s->cpu[n]);
        }
    }
}

/* Pending bits ------------------------------------------------------------------------------- */

static void put_word(GICv3CPUState *c, unsigned word, uint64_t bits)
{
    c->lpi_pending[word] = bits;
    if (bits) {
        c->lpi_words[word / 64] |= 1ull << word % 64;
    } else {
        c->lpi_words[word / 64] &= ~(1ull << word % 64);
    }
}

static void report_write(const GICv3CPUState *c, MemTxResult result)
{
    if (result != MEMTX_OK) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gicv3: the LPI pending table of CPU %u can not be written\n", c->index);
    }
}

static void store_byte(GICv3CPUState *c, unsigned intid)
{
    uint8_t byte = c->lpi_pending[intid / 64] >> intid % 64 / 8 * 8;

    report_write(c, address_space_write(c->gic->dma_as, pending_address(c) + intid / 8, ram_only,
                                        &byte, sizeof(byte)));
}

/* Words @first to @last of the table, by one access. */
static void store_words(GICv3CPUState *c, unsigned first, unsigned last)
{
    uint64_t buf[GICV3_LPI_WORDS];

    for (unsigned word = first; word <= last; word++) {
        buf[word - first] = cpu_to_le64(c->lpi_pending[word]);
    }
    report_write(c, address_space_write(c->gic->dma_as, pending_address(c) + first * 8, ram_only,
                                        buf, (last - first + 1) * 8));
}

/* Read the table, or forget everything if LPIs are off or the table is not there. */
void gicv3_lpi_load(GICv3CPUState *c)
{
    bool enabled = c->gicr_ctlr & GICR_CTLR_ENABLE_LPIS;
    unsigned idbits = MIN((c->propbaser & GICR_PROPBASER_IDBITS) + 1, GICV3_IDBITS);
    unsigned size;

    c->lpi_limit = enabled && 1u << idbits > GICV3_LPI_FIRST ? 1u << idbits : 0;
    memset(c->lpi_pending, 0, GICV3_LPI_WORDS * sizeof(uint64_t));
    memset(c->lpi_words, 0, sizeof(c->lpi_words));
    c->lpi_best = (GICv3Best){ .intid = GICV3_INTID_NONE, .prio = GICV3_PRIO_IDLE };
    if (!c->lpi_limit) {
        return;
    }
    size = (c->lpi_limit - GICV3_LPI_FIRST) / 8;
    if (address_space_read(c->gic->dma_as, pending_address(c) + GICV3_LPI_FIRST / 8, ram_only,
                           c->lpi_pending + FIRST_WORD, size) != MEMTX_OK) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gicv3: the LPI pending table of CPU %u can not be read\n", c->index);
        memset(c->lpi_pending + FIRST_WORD, 0, size);
    }
    for (unsigned word = FIRST_WORD; word < c->lpi_limit / 64; word++) {
        put_word(c, word, le64_to_cpu(c->lpi_pending[word]));
    }
    find_best(c);
}

/* Changes ------------------------------------------------------------------------------------ */

void gicv3_lpi_config_changed(GICv3CPUState *c, unsigned intid)
{
    uint8_t config = 0;

    c->lpi_changed = true;
    if (intid == c->lpi_best.intid) {
        c->lpi_stale = true; /* another may be better now */
    }
    if (!c->lpi_stale && gicv3_lpi_is_pending(c, intid)) {
        address_space_read(c->gic->dma_as, config_address(c, intid), ram_only, &config, 1);
        consider(c, intid, config);
    }
}

void gicv3_lpi_all_config_changed(GICv3CPUState *c)
{
    c->lpi_changed = true;
    c->lpi_stale = true;
}

bool gicv3_lpi_is_pending(const GICv3CPUState *c, unsigned intid)
{
    return intid >= GICV3_LPI_FIRST && intid < c->lpi_limit &&
           c->lpi_pending[intid / 64] >> intid % 64 & 1;
}

void gicv3_lpi_set(GICv3CPUState *c, unsigned intid, bool pending)
{
    if (intid < GICV3_LPI_FIRST || intid >= c->lpi_limit ||
        gicv3_lpi_is_pending(c, intid) == pending) {
        return;
    }
    put_word(c, intid / 64, c->lpi_pending[intid / 64] ^ 1ull << intid % 64);
    store_byte(c, intid);
    gicv3_lpi_config_changed(c, intid);
}

/* One access for each table however many are pending: a queue may hold thousands of these. */
void gicv3_lpi_move_all(GICv3CPUState *from, GICv3CPUState *to)
{
    unsigned first = GICV3_LPI_WORDS, last = 0;

    for (unsigned i = 0; from != to && i < ARRAY_SIZE(from->lpi_words); i++) {
        for (uint64_t words = from->lpi_words[i]; words; words &= words - 1) {
            unsigned word = i * 64 + ctz64(words);

            if (word < to->lpi_limit / 64) {
                put_word(to, word, to->lpi_pending[word] | from->lpi_pending[word]);
            }
            put_word(from, word, 0);
            first = MIN(first, word);
            last = word;
        }
    }
    if (first > last) {
        return;
    }
    store_words(from, first, last);
    if (first < to->lpi_limit / 64) {
        store_words(to, first, MIN(last, to->lpi_limit / 64 - 1));
    }
    from->lpi_changed = to->lpi_changed = true;
    from->lpi_stale = to->lpi_stale = true;
}

/* Life --------------------------------------------------------------------------------------- */

void gicv3_lpi_init(GICv3State *s)
{
    size_t words = s->has_lpi ? GICV3_LPI_WORDS : 0;

    if (s->has_lpi && s->dma == get_system_memory()) {
        s->dma_as = &address_space_memory;
    } else if (s->has_lpi) {
        s->dma_as = g_new0(AddressSpace, 1);
        address_space_init(s->dma_as, s->dma, "arm-gicv3");
    }
    s->lpi_bits = g_new0(uint64_t, words * s->num_cpu);
    for (unsigned n = 0; n < s->num_cpu; n++) {
        s->cpu[n].lpi_pending = s->lpi_bits ? s->lpi_bits + n * words : NULL;
        s->cpu[n].lpi_best = (GICv3Best){ .intid = GICV3_INTID_NONE, .prio = GICV3_PRIO_IDLE };
    }
}

void gicv3_lpi_finalize(GICv3State *s)
{
    g_free(s->lpi_bits);
}
