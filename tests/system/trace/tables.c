/* SPDX-License-Identifier: MIT */
/* Translation tables of any granule (D8.2), from a pool that a test resets. */
#include "trace.h"

#define POOL_SIZE (8u << 20)

__attribute__((aligned(0x100000))) static uint8_t pool[POOL_SIZE];
static size_t used;

void reset_tables(void)
{
    used = 0;
}

uint64_t *new_table(unsigned granule, unsigned count)
{
    size_t size = (size_t)count << granule;
    uint64_t *table;

    used = (used + size - 1) & ~(size - 1);
    if (used + size > POOL_SIZE) {
        fail("no room for tables");
    }
    table = (uint64_t *)(pool + used);
    used += size;
    for (size_t i = 0; i < size / 8; i++) {
        ((volatile uint64_t *)table)[i] = 0;
    }
    return table;
}

static unsigned shift_of(unsigned granule, unsigned level)
{
    return granule + (3 - level) * (granule - 3);
}

uint64_t block_size(unsigned granule, unsigned level)
{
    return 1ull << shift_of(granule, level);
}

Tables make_tables(unsigned granule, unsigned va_bits)
{
    unsigned stride = granule - 3;
    unsigned levels = (va_bits - granule + stride - 1) / stride;

    return (Tables){
        .granule = granule,
        .va_bits = va_bits,
        .root = new_table(granule, 1),
        .root_level = 4 - levels,
    };
}

Tables make_stage2(unsigned granule, unsigned ipa_bits, unsigned first_level)
{
    unsigned covered = shift_of(granule, first_level) + granule - 3;

    return (Tables){
        .granule = granule,
        .va_bits = ipa_bits,
        .stage2 = true,
        .root = new_table(granule, ipa_bits > covered ? 1u << (ipa_bits - covered) : 1),
        .root_level = first_level,
    };
}

uint64_t *descriptor(Tables *t, uint64_t va, unsigned level)
{
    uint64_t *table = t->root;

    va &= (1ull << t->va_bits) - 1;
    for (unsigned l = t->root_level;; l++) {
        unsigned shift = shift_of(t->granule, l);
        uint64_t index = va >> shift;
        uint64_t *d;

        if (l > t->root_level) {
            index &= (1ull << (t->granule - 3)) - 1;
        }
        d = table + index;
        if (l == level) {
            return d;
        }
        if (!(*d & D_VALID)) {
            *d = (uint64_t)new_table(t->granule, 1) | D_TABLE;
        }
        table = (uint64_t *)(*d & 0xfffffffff000ull);
    }
}

void map(Tables *t, uint64_t va, uint64_t pa, unsigned level, uint64_t attrs)
{
    *descriptor(t, va, level) = pa | attrs | (level == 3 ? D_TABLE : D_VALID);
}

static void map_range(Tables *t, uint64_t base, uint64_t size, uint64_t attrs)
{
    uint64_t step = block_size(t->granule, 2);

    for (uint64_t at = base & ~(step - 1); at < base + size; at += step) {
        map(t, at, at, 2, attrs);
    }
}

void map_image(Tables *t)
{
    if (t->stage2) {
        map_range(t, 0x09000000, 4096, D_AF | S2_RW);
        map_range(t, 0x40000000, 0x200000, D_AF | S2_RW | D_ATTR(15));
        map_range(t, 0x60000000, 0x1000000, D_AF | S2_RW | D_ATTR(15));
        map_range(t, 0x80000000, 0x200000, D_AF | S2_RW | D_ATTR(15));
        return;
    }
    map_range(t, 0x09000000, 4096, D_AF | D_UXN | D_PXN | D_ATTR(1));
    map_range(t, 0x40000000, 0x200000, D_AF | D_USER | D_RO | D_SH);
    map_range(t, 0x60000000, 0x1000000, D_AF | D_UXN | D_PXN | D_SH);
    map_range(t, 0x80000000, 0x200000, D_AF | D_USER | D_UXN | D_PXN | D_SH);
}

uint64_t tcr_low(const Tables *t)
{
    static const uint8_t tg0[] = { [12] = 0, [14] = 2, [16] = 1 };

    /* Write-back cacheable, inner shareable walks. */
    return (64 - t->va_bits) | F(5, 8) | F(3, 12) | F(tg0[t->granule], 14);
}

uint64_t tcr_high(const Tables *t)
{
    static const uint8_t tg1[] = { [12] = 2, [14] = 1, [16] = 3 };

    return F(64 - t->va_bits, 16) | F(5, 24) | F(3, 28) | F(tg1[t->granule], 30);
}

bool has_granule(unsigned granule)
{
    uint64_t mmfr0 = READ(id_aa64mmfr0_el1);

    switch (granule) {
    case 12:
        return id_field(mmfr0, 28) != 15;
    case 14:
        return id_field(mmfr0, 20) != 0;
    default:
        return id_field(mmfr0, 24) != 15;
    }
}

uint64_t largest_ps(void)
{
    unsigned range = id_field(READ(id_aa64mmfr0_el1), 0);

    return range > 5 ? 5 : range;
}

void el1_mmu_on(const Tables *low, const Tables *high, uint64_t tcr, uint64_t sctlr)
{
    tcr |= tcr_low(low);
    tcr |= high ? tcr_high(high) : F(1, 23) | F(2, 30) | F(16, 16); /* EPD1 */
    WRITE(mair_el1, MAIR);
    WRITE(tcr_el1, tcr);
    WRITE(ttbr0_el1, (uint64_t)low->root);
    WRITE(ttbr1_el1, high ? (uint64_t)high->root : 0);
    ASM("dsb sy\n tlbi alle1\n dsb sy\n isb");
    WRITE(sctlr_el1, SCTLR_RES1 | SCTLR_M | F(1, 2) | F(1, 12) | F(1, 26) | F(1, 14) | sctlr);
}

void el1_mmu_off(void)
{
    WRITE(sctlr_el1, SCTLR_RES1);
    ASM("dsb sy\n tlbi alle1\n dsb sy\n isb");
}
