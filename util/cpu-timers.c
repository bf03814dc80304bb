/* SPDX-License-Identifier: MIT */
/*
 * The virtual clock: the monotonic clock plus an offset while it runs, a constant while it stands.
 *
 * Written under the big lock, read by vCPU threads without any, so the pair of values is guarded by
 * a sequence count: odd while it is being written. Loads and stores carry the ordering themselves
 * (no fences), which ThreadSanitizer understands.
 *
 * A manual clock (qtest) does not follow the host: it stands between calls of
 * cpu_clock_warp_manual(), while its timers count as running.
 */
#include "qemu/osdep.h"

#include "system/cpu-timers.h"

#include "qemu/atomic.h"
#include "qemu/timer.h"

static struct {
    unsigned seq;
    bool running;
    int64_t value; /* running: virtual minus monotonic time; else the virtual time */
    bool manual;   /* atomic; set before the clock is started: value is the virtual time */
} vclock;

ICountConfig icount_config = { .sleep = true };

static struct {
    int64_t (*get)(void); /* NULL: not counted */
    void (*set)(int64_t ns);
    void (*deadline_changed)(void);
} counted;

static void vclock_write(bool running, int64_t value)
{
    qatomic_set(&vclock.seq, vclock.seq + 1);
    qatomic_store_release(&vclock.running, running);
    qatomic_store_release(&vclock.value, value);
    qatomic_store_release(&vclock.seq, vclock.seq + 1);
}

int64_t cpu_get_clock(void)
{
    return counted.get ? counted.get() : cpu_get_clock_uncounted();
}

void cpu_clock_set_counted(int64_t (*get)(void), void (*set)(int64_t ns),
                           void (*deadline_changed)(void))
{
    counted.get = get;
    counted.set = set;
    counted.deadline_changed = deadline_changed;
}

bool cpu_clock_is_counted(void)
{
    return counted.get;
}

void cpu_clock_deadline_changed(void)
{
    counted.deadline_changed();
}

int64_t cpu_get_clock_uncounted(void)
{
    unsigned seq;
    int64_t value;
    bool running;

    do {
        seq = qatomic_load_acquire(&vclock.seq);
        running = qatomic_load_acquire(&vclock.running);
        value = qatomic_load_acquire(&vclock.value);
    } while ((seq & 1) || qatomic_read(&vclock.seq) != seq);
    return running && !qatomic_read(&vclock.manual) ? value + get_clock() : value;
}

bool cpu_ticks_enabled(void)
{
    return qatomic_read(&vclock.running);
}

void cpu_enable_ticks(void)
{
    if (!vclock.running) {
        vclock_write(true, vclock.manual ? vclock.value : vclock.value - get_clock());
        qemu_clock_enable(QEMU_CLOCK_VIRTUAL, true);
    }
}

void cpu_disable_ticks(void)
{
    if (vclock.running) {
        vclock_write(false, cpu_get_clock_uncounted());
        qemu_clock_enable(QEMU_CLOCK_VIRTUAL, false);
    }
}

void cpu_set_clock(int64_t ns)
{
    assert(!vclock.running);
    vclock_write(false, ns);
    if (counted.set) {
        counted.set(ns);
    }
}

void cpu_clock_set_manual(void)
{
    assert(!vclock.running);
    qatomic_set(&vclock.manual, true);
}

bool cpu_clock_is_manual(void)
{
    return qatomic_read(&vclock.manual);
}

void cpu_clock_warp_manual(int64_t ns)
{
    assert(vclock.manual);
    vclock_write(vclock.running, MAX(ns, vclock.value));
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL_RT);
}
