/* SPDX-License-Identifier: MIT */
/*
 * vCPU threads: what accelerators build theirs from. All under the big lock unless said otherwise.
 *
 * The thread of an accelerator (AccelClass.create_vcpu_thread) looks like this:
 *
 *     bql_lock();
 *     cpu_thread_signal_created(cs);
 *     do {
 *         if (cpu_can_run(cs)) {
 *             bql_unlock(); … run guest code until cs->exit_request … bql_lock();
 *         }
 *         qemu_wait_io_event(cs);
 *     } while (!cs->unplug || cpu_can_run(cs));
 *     cpu_thread_signal_destroyed(cs);
 *     bql_unlock();
 */
#ifndef SYSTEM_CPUS_H
#define SYSTEM_CPUS_H

#include "hw/core/cpu.h"

/* Register the calling thread as that of @cs, and wake who waits for it. */
void cpu_thread_signal_created(CPUState *cs);
void cpu_thread_signal_destroyed(CPUState *cs);

/* Sleep while there is nothing to do; then stop if asked to, and do the queued work. */
void qemu_wait_io_event(CPUState *cs);
/* The same without waiting. */
void qemu_process_cpu_events(CPUState *cs);
/* Just the queued work. */
void process_queued_cpu_work(CPUState *cs);

/* Nothing to do: stopped, or halted without work. */
bool cpu_thread_is_idle(CPUState *cs);
bool all_cpu_threads_idle(void);
bool cpu_can_run(CPUState *cs);
bool cpu_is_stopped(CPUState *cs);
/* True in the thread of @cs; of any vCPU. Without the big lock. */
bool qemu_cpu_is_self(CPUState *cs);
bool qemu_in_vcpu_thread(void);

/* All vCPUs stand on return / may run. */
void pause_all_vcpus(void);
void resume_all_vcpus(void);
void cpu_resume(CPUState *cs);
/* The calling vCPU stops when it comes out of guest code; nothing in other threads. */
void cpu_stop_current(void);
/* Stop the thread of @cs for good and wait for its end. */
void cpu_remove_sync(CPUState *cs);

/* The list of CPUs; add gives the index if it is -1. */
void cpu_list_add(CPUState *cs);
void cpu_list_remove(CPUState *cs);

/* For accelerators that run no guest code: a thread that waits and does queued work. */
void dummy_start_vcpu_thread(CPUState *cs);

#endif
