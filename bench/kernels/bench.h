/* SPDX-License-Identifier: MIT */
/*
 * Guest kernels: each does @n rounds of one kind of work and returns a checksum of it, which must
 * not depend on where it runs. main.c prints a marker before and after each on the serial line;
 * the host takes the time between the two.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

typedef struct Kernel {
    const char *name;
    uint64_t (*run)(unsigned long n);
    unsigned long n; /* rounds that take a translator some tenths of a second */
} Kernel;

typedef struct Group {
    const char *name;
    const Kernel *kernels; /* ends with a kernel without a name */
    unsigned long hwcap;   /* AT_HWCAP bits without which the group is left out */
} Group;

extern const Group integer_group, calls_group, memory_group, atomics_group, lse_group, system_group,
    fp_group, vector_fp_group, simd_group, crypto_group;

/* Numbers that every run of every kernel has in common: xorshift64*. */
static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1d;
}

/* @p is used and its target may have changed, as far as the compiler knows. */
#define OPAQUE(p) __asm__ volatile("" : "+r"(p) : : "memory")

#endif
