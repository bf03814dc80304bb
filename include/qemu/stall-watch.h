/* SPDX-License-Identifier: MIT */
/*
 * The stall watch of debug builds (CONFIG_STALL_WATCH): a thread that says on stderr who waits for
 * which lock for more than ten seconds, who holds it, and which vCPU does not leave guest code
 * although it was asked to. In other builds all of this is nothing.
 */
#ifndef QEMU_STALL_WATCH_H
#define QEMU_STALL_WATCH_H

#include "config-host.h"
#include "qemu/thread.h"

#ifdef CONFIG_STALL_WATCH

/*
 * A thing to be watched: 0 while there is nothing to wait for, else a number that changes with
 * each step of progress. Called from the watch's thread, with no lock held; for good.
 */
typedef uint64_t StallProbe(void *opaque);
void stall_watch_add(const char *what, StallProbe *probe, void *opaque);

/* Starts the thread, once; after any fork. Reports what does not change for @ms milliseconds. */
void stall_watch_start(int ms);

/* For the lock functions: the calling thread is about to lock @mutex, has it, is about to leave. */
void stall_waits(QemuMutex *mutex);
void stall_holds(QemuMutex *mutex);
void stall_leaves(QemuMutex *mutex);

#else

typedef uint64_t StallProbe(void *opaque);

static inline void stall_watch_add(const char *what, StallProbe *probe, void *opaque)
{
}

static inline void stall_watch_start(int ms)
{
}

static inline void stall_waits(QemuMutex *mutex)
{
}

static inline void stall_holds(QemuMutex *mutex)
{
}

static inline void stall_leaves(QemuMutex *mutex)
{
}

#endif

#define STALL_MS 10000

#endif
