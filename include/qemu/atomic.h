/* SPDX-License-Identifier: MIT */
/*
 * Atomic access to plain variables, on the compiler's __atomic builtins (C11's memory model, which
 * ThreadSanitizer follows).
 *
 * read/set are relaxed; load_acquire/store_release order as their names say; every
 * read-modify-write is sequentially consistent. set_mb is a store followed by a full barrier: the
 * form for "announce, then look" (Dekker) hand-shakes.
 */
#ifndef QEMU_ATOMIC_H
#define QEMU_ATOMIC_H

#include <stdbool.h>

#include "qemu/compiler.h"

#define barrier()        __asm__ volatile("" ::: "memory")
#define signal_barrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#ifdef QUERN_TSAN
/* ThreadSanitizer knows no fences; a locked operation is one for the host. Code whose correctness
 * it is to check orders by acquire and release operations. */
static inline void smp_mb(void)
{
    int own = 0;

    __atomic_fetch_add(&own, 1, __ATOMIC_SEQ_CST);
    barrier();
}
#define smp_mb_acquire() smp_mb()
#define smp_mb_release() smp_mb()
#else
#define smp_mb()         __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_mb_acquire() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_mb_release() __atomic_thread_fence(__ATOMIC_RELEASE)
#endif
#define smp_rmb()            smp_mb_acquire()
#define smp_wmb()            smp_mb_release()
/* Our read-modify-writes are sequentially consistent already. */
#define smp_mb__before_rmw() signal_barrier()
#define smp_mb__after_rmw()  signal_barrier()

#define qatomic_read(ptr)             __atomic_load_n(ptr, __ATOMIC_RELAXED)
#define qatomic_set(ptr, v)           __atomic_store_n(ptr, v, __ATOMIC_RELAXED)
#define qatomic_load_acquire(ptr)     __atomic_load_n(ptr, __ATOMIC_ACQUIRE)
#define qatomic_store_release(ptr, v) __atomic_store_n(ptr, v, __ATOMIC_RELEASE)
#define qatomic_set_mb(ptr, v)        ((void)__atomic_exchange_n(ptr, v, __ATOMIC_SEQ_CST))
#define qatomic_rcu_read(ptr)         __atomic_load_n(ptr, __ATOMIC_ACQUIRE)
#define qatomic_rcu_set(ptr, v)       __atomic_store_n(ptr, v, __ATOMIC_RELEASE)

#define qatomic_xchg(ptr, v) __atomic_exchange_n(ptr, v, __ATOMIC_SEQ_CST)
/* Returns the value found, equal to @old if and only if @new was stored. */
#define qatomic_cmpxchg(ptr, old, new)                                                             \
    (__extension__({                                                                               \
        __typeof__(*(ptr)) found_ = (old);                                                         \
        __atomic_compare_exchange_n(ptr, &found_, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
        found_;                                                                                    \
    }))

/* These return the value before the operation ... */
#define qatomic_fetch_add(ptr, n) __atomic_fetch_add(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_sub(ptr, n) __atomic_fetch_sub(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_and(ptr, n) __atomic_fetch_and(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_or(ptr, n)  __atomic_fetch_or(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_xor(ptr, n) __atomic_fetch_xor(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_inc(ptr)    qatomic_fetch_add(ptr, 1)
#define qatomic_fetch_dec(ptr)    qatomic_fetch_sub(ptr, 1)

/* ... these the value after it ... */
#define qatomic_add_fetch(ptr, n) __atomic_add_fetch(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_sub_fetch(ptr, n) __atomic_sub_fetch(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_and_fetch(ptr, n) __atomic_and_fetch(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_or_fetch(ptr, n)  __atomic_or_fetch(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_xor_fetch(ptr, n) __atomic_xor_fetch(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_inc_fetch(ptr)    qatomic_add_fetch(ptr, 1)
#define qatomic_dec_fetch(ptr)    qatomic_sub_fetch(ptr, 1)

/* ... and these nothing. */
#define qatomic_add(ptr, n) ((void)qatomic_fetch_add(ptr, n))
#define qatomic_sub(ptr, n) ((void)qatomic_fetch_sub(ptr, n))
#define qatomic_and(ptr, n) ((void)qatomic_fetch_and(ptr, n))
#define qatomic_or(ptr, n)  ((void)qatomic_fetch_or(ptr, n))
#define qatomic_xor(ptr, n) ((void)qatomic_fetch_xor(ptr, n))
#define qatomic_inc(ptr)    qatomic_add(ptr, 1)
#define qatomic_dec(ptr)    qatomic_sub(ptr, 1)

/* A hint to the host CPU inside a spin loop. */
static inline void cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#else
    barrier();
#endif
}

#endif
