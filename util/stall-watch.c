/* SPDX-License-Identifier: MIT */
/*
 * The stall watch; see qemu/stall-watch.h.
 *
 * Each thread has a record with what it waits for and a count of its waits; each lock has the
 * record of its holder. The watch looks at all of them ten times in the limit. What it finds
 * unchanged at ten looks in a row it reports, once; looks are counted rather than time, so that a
 * stopped process is not a stall. Who waits for a lock keeps it alive, so it can be looked at.
 *
 * Records are never freed, but used again by later threads. A thread that waits for a condition is
 * not looked at: it may do so for ever.
 */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "qemu/error-report.h"
#include "qemu/stall-watch.h"

#ifdef CONFIG_STALL_WATCH

#define LOOKS 10

typedef struct Looked {
    uint64_t token; /* what was seen last; 0: nothing to wait for */
    int same;       /* so often */
} Looked;

typedef struct ThreadRecord {
    struct ThreadRecord *next;
    char name[16];
    bool used;        /* (atomic) by a living thread */
    QemuMutex *waits; /* (atomic) NULL: for none */
    uint64_t n_waits; /* (atomic) */
    Looked looked;    /* (watch) */
} ThreadRecord;

typedef struct Probe {
    struct Probe *next;
    char *what;
    StallProbe *fn;
    void *opaque;
    Looked looked; /* (watch) */
} Probe;

/* Lists only grow, at their heads (atomic). */
static struct {
    ThreadRecord *threads;
    Probe *probes;
    bool started;
    int ms;
} watch;

static __thread ThreadRecord *self;
static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void thread_ends(void *opaque)
{
    ThreadRecord *t = opaque;

    self = NULL;
    qatomic_store_release(&t->used, false);
}

static void make_key(void)
{
    pthread_key_create(&at_exit, thread_ends);
}

static ThreadRecord *free_record(void)
{
    for (ThreadRecord *t = qatomic_load_acquire(&watch.threads); t; t = t->next) {
        if (!qatomic_read(&t->used) && !qatomic_xchg(&t->used, true)) {
            return t;
        }
    }
    return NULL;
}

static ThreadRecord *self_record(void)
{
    if (self) {
        return self;
    }
    pthread_once(&once, make_key);
    self = free_record();
    if (!self) {
        self = g_new0(ThreadRecord, 1);
        self->used = true;
        do {
            self->next = qatomic_read(&watch.threads);
        } while (qatomic_cmpxchg(&watch.threads, self->next, self) != self->next);
    }
    char name[16] = "";
    pthread_getname_np(pthread_self(), name, sizeof(name));
    for (size_t i = 0; i < sizeof(name); i++) {
        qatomic_set(&self->name[i], name[i]);
    }
    pthread_setspecific(at_exit, self);
    return self;
}

void stall_waits(QemuMutex *mutex)
{
    ThreadRecord *t = self_record();

    qatomic_set(&t->n_waits, t->n_waits + 1);
    qatomic_store_release(&t->waits, mutex);
}

void stall_holds(QemuMutex *mutex)
{
    ThreadRecord *t = self_record();

    qatomic_store_release(&t->waits, NULL);
    qatomic_store_release(&mutex->holder, t);
}

void stall_leaves(QemuMutex *mutex)
{
    qatomic_set(&mutex->holder, NULL);
}

void stall_watch_add(const char *what, StallProbe *fn, void *opaque)
{
    Probe *p = g_new0(Probe, 1);

    *p = (Probe){ .what = g_strdup(what), .fn = fn, .opaque = opaque };
    do {
        p->next = qatomic_read(&watch.probes);
    } while (qatomic_cmpxchg(&watch.probes, p->next, p) != p->next);
}

/* Whether @token has now been the same at as many looks as make a stall. */
static bool is_stall(Looked *l, uint64_t token)
{
    l->same = token && l->token == token ? l->same + 1 : 0;
    l->token = token;
    return l->same == LOOKS;
}

static void copy_name(char *to, const ThreadRecord *t)
{
    for (size_t i = 0; i < sizeof(t->name); i++) {
        to[i] = qatomic_read(&t->name[i]);
    }
}

static void look_at_thread(ThreadRecord *t)
{
    QemuMutex *mutex = qatomic_load_acquire(&t->waits);
    char waiter[16], holder[16] = "nobody known";

    if (!is_stall(&t->looked, mutex ? qatomic_read(&t->n_waits) : 0)) {
        return;
    }
    const ThreadRecord *h = qatomic_load_acquire(&mutex->holder);
    const char *name = mutex->name;
    copy_name(waiter, t);
    if (h) {
        copy_name(holder, h);
    }
    warn_report("thread '%s' has waited %d ms for the lock '%s', held by '%s'", waiter, watch.ms,
                name ? name : "without a name", holder);
}

static void *watch_thread(void *arg)
{
    for (;;) {
        g_usleep((gulong)watch.ms * 1000 / LOOKS);
        for (ThreadRecord *t = qatomic_load_acquire(&watch.threads); t; t = t->next) {
            look_at_thread(t);
        }
        for (Probe *p = qatomic_load_acquire(&watch.probes); p; p = p->next) {
            if (is_stall(&p->looked, p->fn(p->opaque))) {
                warn_report("%s for %d ms", p->what, watch.ms);
            }
        }
    }
    return NULL;
}

void stall_watch_start(int ms)
{
    QemuThread thread;

    if (qatomic_xchg(&watch.started, true)) {
        return;
    }
    watch.ms = ms;
    qemu_thread_create(&thread, "stall watch", watch_thread, NULL, QEMU_THREAD_DETACHED);
}

#endif
