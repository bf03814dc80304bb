/* SPDX-License-Identifier: MIT */
/*
 * Read-copy-update.
 *
 * One global counter, the grace period number. Each thread owns a word: 0 outside of read sections,
 * else the number that the thread saw as it entered. A writer raises the number, then waits until
 * every word is 0 or the new number.
 *
 * Ordering. Store-then-load on both sides (reader: own word, then the pointer; writer: the pointer,
 * then the reader's word) would need fences, which ThreadSanitizer can not follow. Instead both
 * sides use a read-modify-write of the reader's word: the reader enters by an exchange, the writer
 * looks by fetch_add(0). Of two such operations on one word the later synchronises with the
 * earlier. If the writer comes first, the reader sees everything published before; if the reader
 * comes first, the writer sees its section open. A section ends with a store-release, which the
 * writer's look acquires. The cost in a reader is one exchange on a cache line of its own.
 *
 * The reader's number is a relaxed load and may be old: the writer then waits a little longer than
 * it had to, which is safe. The counter has 64 bits and never wraps.
 *
 * Locks: registry.lock guards the list of threads and the callback queue, and is a leaf.
 * registry.gp_lock serialises writers; it is taken before the former.
 */
#include "qemu/osdep.h"

#include "qemu/bql.h"
#include "qemu/rcu.h"
#include "qemu/thread.h"
#include <pthread.h>
#include <time.h>

typedef struct RcuReader RcuReader;
struct RcuReader {
    /* 0: outside; else the number of the section. Written by its thread, read by writers. */
    uint64_t ctr __attribute__((aligned(64)));
    unsigned depth; /* owner only */
    bool registered;
    bool waiting; /* writer only: still open in the present wait */
    void (*force)(void *opaque);
    void *force_opaque;
    RcuReader *next, **prev;
};

static struct {
    pthread_mutex_t lock;
    pthread_mutex_t gp_lock;
    pthread_cond_t queued; /* the queue became non-empty */
    pthread_cond_t ran;    /* done went up */
    RcuReader *readers;
    struct rcu_head *first, **last;
    uint64_t nr_queued, nr_done; /* callbacks ever */
    bool thread_running;
    uint64_t gp; /* atomic */
    pthread_once_t once;
    pthread_key_t exit_key;
} registry = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .gp_lock = PTHREAD_MUTEX_INITIALIZER,
    .queued = PTHREAD_COND_INITIALIZER,
    .ran = PTHREAD_COND_INITIALIZER,
    .last = &registry.first,
    .gp = 1,
    .once = PTHREAD_ONCE_INIT,
};

static __thread RcuReader self;

static void reader_unlink(RcuReader *r)
{
    assert(!r->depth);
    pthread_mutex_lock(&registry.lock);
    if (r->registered) {
        r->registered = false;
        *r->prev = r->next;
        if (r->next) {
            r->next->prev = r->prev;
        }
    }
    pthread_mutex_unlock(&registry.lock);
}

static void thread_exits(void *reader)
{
    reader_unlink(reader);
}

static void make_exit_key(void)
{
    int err = pthread_key_create(&registry.exit_key, thread_exits);

    assert(!err);
}

void rcu_register_thread(void)
{
    if (self.registered) {
        return;
    }
    pthread_once(&registry.once, make_exit_key);
    pthread_setspecific(registry.exit_key, &self);
    pthread_mutex_lock(&registry.lock);
    self.registered = true;
    self.waiting = false; /* a section from here on sees what was published before */
    self.next = registry.readers;
    self.prev = &registry.readers;
    if (self.next) {
        self.next->prev = &self.next;
    }
    registry.readers = &self;
    pthread_mutex_unlock(&registry.lock);
}

void rcu_unregister_thread(void)
{
    reader_unlink(&self);
}

void rcu_set_force_quiescent(void (*force)(void *opaque), void *opaque)
{
    rcu_register_thread();
    pthread_mutex_lock(&registry.lock);
    self.force = force;
    self.force_opaque = opaque;
    pthread_mutex_unlock(&registry.lock);
}

void rcu_read_lock(void)
{
    if (self.depth++ == 0) {
        if (unlikely(!self.registered)) {
            rcu_register_thread();
        }
        uint64_t gp = __atomic_load_n(&registry.gp, __ATOMIC_RELAXED);
        __atomic_exchange_n(&self.ctr, gp, __ATOMIC_ACQ_REL);
    }
}

void rcu_read_unlock(void)
{
    assert(self.depth);
    if (--self.depth == 0) {
        __atomic_store_n(&self.ctr, 0, __ATOMIC_RELEASE);
    }
}

bool rcu_read_locked(void)
{
    return self.depth != 0;
}

/* One look at the marked readers. Returns how many still hold back the grace period @gp. */
static int count_open_readers(uint64_t gp, bool force)
{
    int open = 0;

    pthread_mutex_lock(&registry.lock);
    for (RcuReader *r = registry.readers; r; r = r->next) {
        if (!r->waiting) {
            continue;
        }
        uint64_t ctr = __atomic_fetch_add(&r->ctr, 0, __ATOMIC_ACQ_REL);
        if (ctr == 0 || ctr >= gp) {
            r->waiting = false;
            continue;
        }
        open++;
        if (force && r->force) {
            r->force(r->force_opaque);
        }
    }
    pthread_mutex_unlock(&registry.lock);
    return open;
}

void synchronize_rcu(void)
{
    assert(!self.depth && !bql_locked());
    pthread_mutex_lock(&registry.gp_lock);
    uint64_t gp = __atomic_add_fetch(&registry.gp, 1, __ATOMIC_ACQ_REL);

    pthread_mutex_lock(&registry.lock);
    for (RcuReader *r = registry.readers; r; r = r->next) {
        r->waiting = true;
    }
    pthread_mutex_unlock(&registry.lock);

    /* Sections are short, so sleep is doubled from 20 us up to 1 ms; a kick comes with each look.
     */
    for (long ns = 20000; count_open_readers(gp, true); ns = MIN(ns * 2, 1000000)) {
        nanosleep(&(struct timespec){ .tv_nsec = ns }, NULL);
    }
    pthread_mutex_unlock(&registry.gp_lock);
}

/* Takes the whole queue, waiting until there is one. */
static struct rcu_head *take_callbacks(void)
{
    struct rcu_head *list;

    pthread_mutex_lock(&registry.lock);
    while (!registry.first) {
        pthread_cond_wait(&registry.queued, &registry.lock);
    }
    list = registry.first;
    registry.first = NULL;
    registry.last = &registry.first;
    pthread_mutex_unlock(&registry.lock);
    return list;
}

static void *callback_thread(void *unused)
{
    for (;;) {
        struct rcu_head *head = take_callbacks(), *next;
        uint64_t n = 0;

        synchronize_rcu();
        bql_lock();
        for (; head; head = next, n++) {
            next = head->next;
            head->func(head);
        }
        bql_unlock();
        pthread_mutex_lock(&registry.lock);
        registry.nr_done += n;
        pthread_cond_broadcast(&registry.ran);
        pthread_mutex_unlock(&registry.lock);
    }
    return NULL;
}

static void start_callback_thread_locked(void)
{
    pthread_t thread;
    sigset_t all, old;

    if (registry.thread_running) {
        return;
    }
    registry.thread_running = true;
    /* Signals are for the main loop and the vCPUs. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int err = pthread_create(&thread, NULL, callback_thread, NULL);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    assert(!err);
    pthread_detach(thread);
}

void call_rcu1(struct rcu_head *head, RCUCBFunc *func)
{
    head->func = func;
    head->next = NULL;
    pthread_mutex_lock(&registry.lock);
    start_callback_thread_locked();
    *registry.last = head;
    registry.last = &head->next;
    registry.nr_queued++;
    pthread_cond_signal(&registry.queued);
    pthread_mutex_unlock(&registry.lock);
}

void drain_call_rcu(void)
{
    bool locked = bql_locked();

    assert(!self.depth);
    if (locked) {
        bql_unlock();
    }
    pthread_mutex_lock(&registry.lock);
    for (uint64_t target = registry.nr_queued; registry.nr_done < target;) {
        pthread_cond_wait(&registry.ran, &registry.lock);
    }
    pthread_mutex_unlock(&registry.lock);
    if (locked) {
        bql_lock();
    }
}
