/* SPDX-License-Identifier: MIT */
/*
 * QARMA5: QARMA-64 with five rounds and S-box sigma 2 (R. Avanzi, "The QARMA Block Cipher Family",
 * 2016; DDI0487 ComputePAC).
 *
 * A state is sixteen cells of four bits, cell 0 the most significant, in a matrix of four rows. A
 * forward round adds the round key, then shuffles the cells (tau), mixes the columns (M) and
 * substitutes each cell; a backward round undoes that. In the middle the state is reflected by
 * tau, M, the key, and tau back.
 *
 * A substitution followed by what is linear is a table: for each cell and its value, the
 * contribution to the result. So the forward rounds are computed from substitution to substitution,
 * with the round keys shuffled and mixed too. The tables are filled once and constant from then on.
 */
#include "qemu/osdep.h"

#include "target/arm/qarma.h"

#define ROUNDS 5

typedef uint64_t Table[16][16]; /* by place (0: least significant) and value of a cell */

static Table mix_table;     /* M tau */
static Table forward_table; /* M tau S */
static Table reflect_table; /* tau^-1 M tau S */
static Table unshuffle_table;
static Table backward_table; /* tau^-1 M S^-1 */
static Table last_table;     /* S^-1 */
static Table tweak_table;

static const uint8_t sbox[16] = { 11, 6, 8, 15, 12, 0, 9, 14, 3, 7, 4, 5, 13, 2, 1, 10 };
static const uint8_t inverse_sbox[16] = { 5, 14, 13, 8, 10, 11, 1, 9, 2, 6, 15, 0, 4, 12, 7, 3 };
/* Where cell n of the result comes from. */
static const uint8_t tau[16] = { 0, 11, 6, 13, 10, 1, 12, 7, 5, 14, 3, 8, 15, 4, 9, 2 };
static const uint8_t tweak_h[16] = { 6, 5, 14, 15, 0, 1, 2, 3, 7, 12, 13, 4, 8, 9, 10, 11 };
#define TWEAK_LFSR_CELLS (1u << 0 | 1u << 1 | 1u << 3 | 1u << 4 | 1u << 8 | 1u << 11 | 1u << 13)

static const uint64_t round_constant[ROUNDS] = { 0, 0x13198a2e03707344, 0xa4093822299f31d0,
                                                 0x082efa98ec4e6c89, 0x452821e638d01377 };
#define ALPHA 0xc0ac29b7c97c50ddull

/* ---- the definitions, for filling the tables ---- */

static unsigned cell(uint64_t x, unsigned n)
{
    return x >> (60 - 4 * n) & 15;
}

static uint64_t shuffle(uint64_t x, const uint8_t *from)
{
    uint64_t r = 0;

    for (unsigned n = 0; n < 16; n++) {
        r = r << 4 | cell(x, from[n]);
    }
    return r;
}

static uint64_t unshuffle(uint64_t x, const uint8_t *from)
{
    uint64_t r = 0;

    for (unsigned n = 0; n < 16; n++) {
        r |= (uint64_t)cell(x, n) << (60 - 4 * from[n]);
    }
    return r;
}

static uint64_t rotate_left(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

/* Each cell rotated left by one bit. */
static uint64_t rotate_cells(uint64_t x)
{
    return (x << 1 & 0xeeeeeeeeeeeeeeeeull) | (x >> 3 & 0x1111111111111111ull);
}

/* M = circ(0, rho, rho^2, rho): a row is 16 bits. It is its own inverse. */
static uint64_t mix_columns(uint64_t x)
{
    uint64_t once = rotate_cells(rotate_left(x, 16) ^ rotate_left(x, 48));

    return once ^ rotate_cells(rotate_cells(rotate_left(x, 32)));
}

/* The next tweak: cells shuffled by h, then omega, an LFSR, on some. */
static uint64_t next_tweak(uint64_t x)
{
    uint64_t shuffled = shuffle(x, tweak_h), r = 0;

    for (unsigned n = 0; n < 16; n++) {
        unsigned c = cell(shuffled, n);

        if (TWEAK_LFSR_CELLS >> n & 1) {
            c = c >> 1 | ((c ^ c >> 1) & 1) << 3;
        }
        r = r << 4 | c;
    }
    return r;
}

void arm_qarma_init(void)
{
    for (unsigned place = 0; place < 16; place++) {
        for (unsigned value = 0; value < 16; value++) {
            uint64_t x = (uint64_t)value << 4 * place;
            uint64_t substituted = (uint64_t)sbox[value] << 4 * place;
            uint64_t unsubstituted = (uint64_t)inverse_sbox[value] << 4 * place;
            uint64_t mixed = mix_columns(shuffle(substituted, tau));

            mix_table[place][value] = mix_columns(shuffle(x, tau));
            forward_table[place][value] = mixed;
            reflect_table[place][value] = unshuffle(mixed, tau);
            unshuffle_table[place][value] = unshuffle(x, tau);
            backward_table[place][value] = unshuffle(mix_columns(unsubstituted), tau);
            last_table[place][value] = unsubstituted;
            tweak_table[place][value] = next_tweak(x);
        }
    }
}

/* ---- the cipher ---- */

static inline uint64_t apply(const Table t, uint64_t x)
{
    uint64_t even = 0, odd = 0;

#pragma GCC unroll 8
    for (unsigned place = 0; place < 16; place += 2) {
        even ^= t[place][x >> 4 * place & 15];
        odd ^= t[place + 1][x >> (4 * place + 4) & 15];
    }
    return even ^ odd;
}

uint64_t arm_qarma5(uint64_t data, uint64_t modifier, uint64_t key_hi, uint64_t key_lo)
{
    uint64_t white2 = (key_hi << 63 | key_hi >> 1) ^ key_hi >> 63;
    uint64_t round_key[ROUNDS], tweak = modifier, x = data ^ key_hi;

    for (unsigned n = 0; n < ROUNDS; n++) {
        round_key[n] = key_lo ^ tweak ^ round_constant[n];
        x ^= n ? apply(mix_table, round_key[n]) : round_key[n];
        x = apply(forward_table, x);
        tweak = apply(tweak_table, tweak);
    }
    x = apply(reflect_table, x ^ apply(mix_table, white2 ^ tweak));
    x = apply(backward_table, x ^ apply(unshuffle_table, key_lo)) ^ key_hi ^ tweak;
    for (unsigned n = ROUNDS; n-- > 0;) {
        x = apply(n ? backward_table : last_table, x) ^ round_key[n] ^ ALPHA;
    }
    return x ^ white2;
}
