/* SPDX-License-Identifier: MIT */
/* Exclusives and ordered accesses, and the same by single instructions where the CPU has them. */
#include <sys/auxv.h>

#include "bench.h"

static uint64_t words[8];

#define ATOMIC_KERNELS(prefix)                                                                     \
    static uint64_t prefix##_add(unsigned long n)                                                  \
    {                                                                                              \
        uint64_t sum = 0;                                                                          \
        while (n--) {                                                                              \
            sum += __atomic_fetch_add(&words[n & 7], n, __ATOMIC_SEQ_CST);                         \
        }                                                                                          \
        words[0] = words[1] = words[2] = words[3] = words[4] = words[5] = words[6] = words[7] = 0; \
        return sum;                                                                                \
    }                                                                                              \
    static uint64_t prefix##_cas(unsigned long n)                                                  \
    {                                                                                              \
        uint64_t old = words[0] = 1;                                                               \
        while (n--) {                                                                              \
            while (!__atomic_compare_exchange_n(&words[0], &old, old * 3 + n, 0, __ATOMIC_ACQUIRE, \
                                                __ATOMIC_RELAXED)) {                               \
            }                                                                                      \
        }                                                                                          \
        return words[0];                                                                           \
    }                                                                                              \
    static uint64_t prefix##_swap(unsigned long n)                                                 \
    {                                                                                              \
        uint64_t sum = 0;                                                                          \
        while (n--) {                                                                              \
            sum ^= __atomic_exchange_n(&words[n & 3], n * 5, __ATOMIC_ACQ_REL);                    \
        }                                                                                          \
        return sum;                                                                                \
    }

#pragma GCC push_options
#pragma GCC target("arch=armv8-a")
ATOMIC_KERNELS(exclusive)

static uint64_t lock(unsigned long n)
{
    static unsigned char held;
    uint64_t sum = 0;

    while (n--) {
        while (__atomic_test_and_set(&held, __ATOMIC_ACQUIRE)) {
        }
        sum += n ^ words[1];
        __atomic_clear(&held, __ATOMIC_RELEASE);
    }
    return sum;
}
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("arch=armv8.1-a")
ATOMIC_KERNELS(lse)
#pragma GCC pop_options

const Group atomics_group = { "atomics",
                              (const Kernel[]){ { "exclusive-add", exclusive_add, 20000000 },
                                                { "exclusive-cas", exclusive_cas, 10000000 },
                                                { "exclusive-swap", exclusive_swap, 20000000 },
                                                { "lock", lock, 20000000 },
                                                { 0 } } };

const Group lse_group = { "atomics",
                          (const Kernel[]){ { "lse-add", lse_add, 10000000 },
                                            { "lse-cas", lse_cas, 6000000 },
                                            { "lse-swap", lse_swap, 10000000 },
                                            { 0 } },
                          HWCAP_ATOMICS };
