/* SPDX-License-Identifier: MIT */
/*
 * vCPU threads: sleeping and waking, stopping and resuming, work queued for them.
 *
 * Everything here is state under the big lock. A vCPU that has nothing to do waits on its
 * halt_cond; a kick broadcasts that and makes the vCPU leave guest code (the accelerator knows
 * how). A state change that wakes a vCPU is made under the big lock, before the kick; so the vCPU,
 * which looks at the state under the lock before it waits, can not miss it.
 */

#include "qemu/osdep.h"

#include "qemu/accel.h"
#include "qemu/main-loop.h"
#include "system/cpus.h"
#include "system/runstate.h"

struct CPUTailQ cpus_queue = QTAILQ_HEAD_INITIALIZER(cpus_queue);
__thread CPUState *current_cpu;

static struct {
    QemuCond created; /* a thread was created or has ended */
    QemuCond paused;  /* a vCPU has stopped */
    QemuCond worked;  /* an item of work is done */
} conds = {
    .created.cond = PTHREAD_COND_INITIALIZER,
    .paused.cond = PTHREAD_COND_INITIALIZER,
    .worked.cond = PTHREAD_COND_INITIALIZER,
};

struct qemu_work_item {
    QTAILQ_ENTRY(qemu_work_item) node;
    run_on_cpu_func func;
    run_on_cpu_data data;
    bool waited_for; /* on the waiter's stack; else freed when done */
    bool done;       /* (BQL) */
};

static AccelClass *accel_class(void)
{
    AccelState *accel = current_accel();

    return accel ? ACCEL_GET_CLASS(accel) : NULL;
}

/* --- The list --- */

void cpu_list_add(CPUState *cs)
{
    CPUState *other;

    if (cs->cpu_index < 0) {
        cs->cpu_index = 0;
        CPU_FOREACH (other) {
            cs->cpu_index = MAX(cs->cpu_index, other->cpu_index + 1);
        }
    }
    QTAILQ_INSERT_TAIL(&cpus_queue, cs, node);
}

void cpu_list_remove(CPUState *cs)
{
    if (QTAILQ_IN_USE(cs, node)) {
        QTAILQ_REMOVE(&cpus_queue, cs, node);
    }
}

CPUState *qemu_get_cpu(int index)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        if (cs->cpu_index == index) {
            return cs;
        }
    }
    return NULL;
}

/* --- Threads --- */

bool qemu_cpu_is_self(CPUState *cs)
{
    return current_cpu && (current_cpu == cs || (cs->thread && cs->thread == current_cpu->thread));
}

bool qemu_in_vcpu_thread(void)
{
    return current_cpu != NULL;
}

void qemu_init_vcpu(CPUState *cs)
{
    AccelClass *ac = accel_class();

    assert(bql_locked());
    cs->stopped = true;
    if (!cs->halt_cond) {
        cs->halt_cond = g_new0(QemuCond, 1);
        qemu_cond_init(cs->halt_cond);
    }
    if (!ac || !ac->create_vcpu_thread) {
        return;
    }
    cs->thread = g_new0(QemuThread, 1);
    ac->create_vcpu_thread(cs);
    while (!cs->created) {
        qemu_cond_wait_bql(&conds.created);
    }
}

void cpu_thread_signal_created(CPUState *cs)
{
    current_cpu = cs;
    cs->thread_id = qemu_get_thread_id();
    cs->created = true;
    qemu_cond_broadcast(&conds.created);
}

void cpu_thread_signal_destroyed(CPUState *cs)
{
    current_cpu = NULL;
    cs->created = false;
    qemu_cond_broadcast(&conds.created);
}

void cpu_remove_sync(CPUState *cs)
{
    cs->stop = true;
    cs->unplug = true;
    if (cs->created) {
        qemu_cpu_kick(cs);
        bql_unlock();
        qemu_thread_join(cs->thread);
        bql_lock();
    }
    g_free(cs->thread);
    cs->thread = NULL;
    if (cs->halt_cond) {
        qemu_cond_destroy(cs->halt_cond);
        g_free(cs->halt_cond);
        cs->halt_cond = NULL;
    }
}

void qemu_cpu_kick(CPUState *cs)
{
    AccelClass *ac = accel_class();

    qatomic_set(&cs->exit_request, true);
    if (ac && ac->kick_vcpu_thread && !qemu_cpu_is_self(cs)) {
        ac->kick_vcpu_thread(cs);
    }
    if (cs->halt_cond) {
        qemu_cond_broadcast(cs->halt_cond);
    }
}

/* --- Interrupts --- */

void cpu_interrupt(CPUState *cs, int mask)
{
    AccelClass *ac = accel_class();

    assert(bql_locked());
    qatomic_or(&cs->interrupt_request, mask);
    if (ac && ac->handle_interrupt) {
        ac->handle_interrupt(cs, mask);
    } else if (!qemu_cpu_is_self(cs)) {
        qemu_cpu_kick(cs);
    }
}

void cpu_reset_interrupt(CPUState *cs, int mask)
{
    assert(bql_locked());
    qatomic_and(&cs->interrupt_request, ~mask);
}

/* --- Waiting --- */

static bool has_queued_work(CPUState *cs)
{
    bool queued;

    qemu_mutex_lock(&cs->work_mutex);
    queued = !QTAILQ_EMPTY(&cs->work_list);
    qemu_mutex_unlock(&cs->work_mutex);
    return queued;
}

bool cpu_is_stopped(CPUState *cs)
{
    return cs->stopped || !runstate_is_running();
}

bool cpu_can_run(CPUState *cs)
{
    return !cs->stop && !cpu_is_stopped(cs);
}

bool cpu_thread_is_idle(CPUState *cs)
{
    if (cs->stop || has_queued_work(cs)) {
        return false;
    }
    return cpu_is_stopped(cs) || (qatomic_read(&cs->halted) && !cpu_has_work(cs));
}

bool all_cpu_threads_idle(void)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        if (!cpu_thread_is_idle(cs)) {
            return false;
        }
    }
    return true;
}

static void stop_self(CPUState *cs)
{
    cs->stop = false;
    cs->stopped = true;
    qemu_cond_broadcast(&conds.paused);
}

void qemu_wait_io_event(CPUState *cs)
{
    assert(bql_locked() && qemu_cpu_is_self(cs));
    while (cpu_thread_is_idle(cs)) {
        qemu_cond_wait_bql(cs->halt_cond);
    }
    qemu_process_cpu_events(cs);
}

void qemu_process_cpu_events(CPUState *cs)
{
    if (cs->stop) {
        stop_self(cs);
    }
    process_queued_cpu_work(cs);
}

/* --- Queued work --- */

static void queue_work(CPUState *cs, qemu_work_item *item)
{
    qemu_mutex_lock(&cs->work_mutex);
    QTAILQ_INSERT_TAIL(&cs->work_list, item, node);
    qemu_mutex_unlock(&cs->work_mutex);
    qemu_cpu_kick(cs);
}

static qemu_work_item *take_work(CPUState *cs)
{
    qemu_work_item *item;

    qemu_mutex_lock(&cs->work_mutex);
    item = QTAILQ_FIRST(&cs->work_list);
    if (item) {
        QTAILQ_REMOVE(&cs->work_list, item, node);
    }
    qemu_mutex_unlock(&cs->work_mutex);
    return item;
}

void process_queued_cpu_work(CPUState *cs)
{
    qemu_work_item *item;

    assert(bql_locked());
    while ((item = take_work(cs))) {
        item->func(cs, item->data);
        if (item->waited_for) {
            item->done = true;
            qemu_cond_broadcast(&conds.worked);
        } else {
            g_free(item);
        }
    }
}

void run_on_cpu(CPUState *cs, run_on_cpu_func func, run_on_cpu_data data)
{
    qemu_work_item item = { .func = func, .data = data, .waited_for = true };

    assert(bql_locked());
    if (qemu_cpu_is_self(cs) || !cs->created) {
        func(cs, data);
        return;
    }
    queue_work(cs, &item);
    while (!item.done) {
        qemu_cond_wait_bql(&conds.worked);
    }
}

void async_run_on_cpu(CPUState *cs, run_on_cpu_func func, run_on_cpu_data data)
{
    qemu_work_item *item = g_new0(qemu_work_item, 1);

    assert(bql_locked());
    item->func = func;
    item->data = data;
    queue_work(cs, item);
}

/* --- All of them --- */

static bool all_paused(void)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        if (!cs->stopped) {
            return false;
        }
    }
    return true;
}

void pause_all_vcpus(void)
{
    CPUState *cs;

    assert(bql_locked());
    CPU_FOREACH (cs) {
        if (qemu_cpu_is_self(cs) || !cs->created) {
            stop_self(cs);
        } else {
            cs->stop = true;
            qemu_cpu_kick(cs);
        }
    }
    while (!all_paused()) {
        qemu_cond_wait_bql(&conds.paused);
    }
}

void cpu_resume(CPUState *cs)
{
    cs->stop = false;
    cs->stopped = false;
    qemu_cpu_kick(cs);
}

void resume_all_vcpus(void)
{
    CPUState *cs;

    assert(bql_locked());
    if (!runstate_is_running()) {
        return;
    }
    CPU_FOREACH (cs) {
        cpu_resume(cs);
    }
}

void cpu_stop_current(void)
{
    if (current_cpu) {
        current_cpu->stop = true;
        cpu_exit(current_cpu);
    }
}

/* --- Threads that run nothing --- */

static void *dummy_thread(void *arg)
{
    CPUState *cs = arg;

    bql_lock();
    cpu_thread_signal_created(cs);
    do {
        qemu_wait_io_event(cs);
        /* No guest code to run: wait as a halted CPU does. */
        while (cpu_can_run(cs) && !has_queued_work(cs)) {
            qemu_cond_wait_bql(cs->halt_cond);
        }
    } while (!cs->unplug);
    cpu_thread_signal_destroyed(cs);
    bql_unlock();
    return NULL;
}

void dummy_start_vcpu_thread(CPUState *cs)
{
    g_autofree char *name = g_strdup_printf("CPU %d/dummy", cs->cpu_index);

    qemu_thread_create(cs->thread, name, dummy_thread, cs, QEMU_THREAD_JOINABLE);
}
