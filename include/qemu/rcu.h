/* SPDX-License-Identifier: MIT */
/*
 * Read-copy-update: readers of a published structure never wait; a writer publishes a new version
 * and frees the old one once every reader that might see it has left its section.
 */
#ifndef QEMU_RCU_H
#define QEMU_RCU_H

#include "qemu/osdep.h"
#include "qemu/atomic.h"

/*
 * Enter and leave a read section. Sections nest. Neither call blocks nor writes shared memory other
 * than the thread's own counter. A section must not call synchronize_rcu().
 */
void rcu_read_lock(void);
void rcu_read_unlock(void);

/* True inside a section of the calling thread. */
bool rcu_read_locked(void);

/*
 * Wait until every section that was open at the call has been closed. Neither from inside a section
 * nor with the big lock, which readers take inside theirs (an access to a device). Use call_rcu().
 */
void synchronize_rcu(void);

struct rcu_head;
typedef void RCUCBFunc(struct rcu_head *head);

struct rcu_head {
    struct rcu_head *next;
    RCUCBFunc *func;
};

/*
 * Call @func(@head) later, when every present section is closed. Callbacks run in order, on a
 * thread of their own, holding the big lock, so that they may finalize objects. Never blocks.
 */
void call_rcu1(struct rcu_head *head, RCUCBFunc *func);

/* @func takes a pointer of @head's own type; the rcu_head @field must be its first member. */
#define call_rcu(head, func, field)                                                                \
    ({                                                                                             \
        void (*check_)(__typeof__(head)) = (func);                                                 \
        QEMU_BUILD_BUG_ON(offsetof(__typeof__(*(head)), field) != 0);                              \
        call_rcu1(&(head)->field, (RCUCBFunc *)(void (*)(void))check_);                            \
    })

/* g_free() @obj, whose rcu_head @field is its first member, after a grace period. */
#define g_free_rcu(obj, field)                                                                     \
    ({                                                                                             \
        QEMU_BUILD_BUG_ON(offsetof(__typeof__(*(obj)), field) != 0);                               \
        call_rcu1(&(obj)->field, (RCUCBFunc *)(void (*)(void))g_free);                             \
    })

/*
 * Wait until every callback queued before this call has run. The big lock is released meanwhile
 * if the caller holds it.
 */
void drain_call_rcu(void);

/*
 * A thread with long read sections gives a function that makes it leave soon: a writer calls it, on
 * the writer's thread, when it starts to wait. NULL removes it. For the calling thread.
 */
void rcu_set_force_quiescent(void (*force)(void *opaque), void *opaque);

/*
 * Threads are registered by their first section and removed as they end; the calls are there for
 * code that says so explicitly.
 */
void rcu_register_thread(void);
void rcu_unregister_thread(void);

/* The published pointer itself: qatomic_rcu_set() and qatomic_rcu_read() of qemu/atomic.h. */

static inline void rcu_read_auto_unlock_(int *unused)
{
    rcu_read_unlock();
}

/* A section up to the end of the enclosing scope, and one around the following block. */
#define RCU_READ_LOCK_GUARD()                                                                      \
    __attribute__((cleanup(rcu_read_auto_unlock_), unused)) int rcu_guard_ = (rcu_read_lock(), 0)

#define WITH_RCU_READ_LOCK_GUARD()                                                                 \
    for (__attribute__((cleanup(rcu_read_auto_unlock_))) int rcu_with_ = (rcu_read_lock(), 1);     \
         rcu_with_; rcu_with_ = 0)

#endif
