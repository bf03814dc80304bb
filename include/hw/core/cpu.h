/* SPDX-License-Identifier: MIT */
/*
 * CPUState: what all CPU models share.
 *
 * Locking: fields marked (BQL) belong to the big lock, (vCPU) to the vCPU's thread, (atomic) are
 * accessed with qatomic_*.
 */
#ifndef HW_CORE_CPU_H
#define HW_CORE_CPU_H

#include "exec/hwaddr.h"
#include "exec/memattrs.h"
#include "hw/qdev-core.h"
#include "qemu/queue.h"
#include "qemu/thread.h"
#include "tcg/env.h"
#include <setjmp.h>

#define TYPE_CPU "cpu"
OBJECT_DECLARE_TYPE(CPUState, CPUClass, CPU)

typedef struct CPUArchState CPUArchState; /* the target's; its first member is a TCGEnv */
struct TCGTargetOps;
struct AddressSpace;
struct MemoryRegion;
struct TCGCpu;

#define CPU_INTERRUPT_HARD   0x0002
#define CPU_INTERRUPT_EXITTB 0x0004
#define CPU_INTERRUPT_FIQ    0x0010
#define CPU_INTERRUPT_VIRQ   0x0040
#define CPU_INTERRUPT_VFIQ   0x0080
#define CPU_INTERRUPT_SERROR 0x0100
#define CPU_INTERRUPT_VSERR  0x0200
#define CPU_INTERRUPT_RESET  0x0400

/* Values of exception_index outside the architecture's. */
#define EXCP_NONE      (-1)
#define EXCP_INTERRUPT 0x10000
#define EXCP_HLT       0x10001
#define EXCP_DEBUG     0x10002
#define EXCP_HALTED    0x10003
#define EXCP_ATOMIC    0x10005

struct CPUClass {
    DeviceClass parent_class;

    ObjectClass *(*class_by_name)(const char *cpu_model);
    bool (*has_work)(CPUState *cs); /* an interrupt or request would wake it from WFI */
    void (*set_pc)(CPUState *cs, uint64_t pc);
    uint64_t (*get_pc)(CPUState *cs);
    void (*dump_state)(CPUState *cs, GString *out, int flags); /* info registers, -d cpu */
    /* The physical page that holds virtual address @addr (page aligned), for monitor and debugger:
     * no side effects, no fault. UINT64_MAX: not mapped. NULL: the CPU can not tell. */
    uint64_t (*get_phys_page_debug)(CPUState *cs, uint64_t addr);
    const char *gdb_arch_name; /* gdb's name of the architecture; registers: exec/gdbstub.h */
    const struct TCGTargetOps *tcg_ops;
    size_t env_offset; /* of CPUArchState in the instance */
};

typedef struct qemu_work_item qemu_work_item;

/* A range of virtual addresses whose accesses stop the CPU before they happen. */
typedef struct CPUWatchpoint {
    uint64_t addr, len; /* bytes */
    int flags;          /* BP_MEM_READ | BP_MEM_WRITE */
} CPUWatchpoint;
#define BP_MEM_READ   1
#define BP_MEM_WRITE  2
#define BP_MEM_ACCESS 3

#define GUEST_DEBUG_BREAK 1 /* some breakpoint of the guest is enabled */
#define GUEST_DEBUG_WATCH 2

#define SSTEP_ENABLE 1
#define SSTEP_NOIRQ  2 /* interrupts wait meanwhile */

struct CPUState {
    DeviceState parent_obj;

    int cpu_index;
    int nr_threads;
    QemuThread *thread;
    int thread_id;
    QemuCond *halt_cond;                                /* with the BQL */
    bool created, stop, stopped, unplug, thread_kicked; /* (BQL) */
    bool exit_request;                                  /* (atomic) leave translated code soon */
    uint32_t halted;                                    /* (vCPU, under BQL) waits for work */
    uint32_t interrupt_request; /* (atomic; set under BQL) CPU_INTERRUPT_* */
    int exception_index;        /* (vCPU) */
    bool start_powered_off;
    bool crash_occurred;

    CPUArchState *env_ptr;
    struct AddressSpace *as;        /* what the CPU sees */
    struct AddressSpace *as_secure; /* what its accesses with attrs.secure see; NULL: the same */
    struct MemoryRegion *memory;    /* property "memory": root of it; NULL: system memory */

    QemuMutex work_mutex;
    QTAILQ_HEAD(, qemu_work_item) work_list; /* (work_mutex) */

    /* For a debugger; changed while the CPU is stopped, read by its thread. */
    int singlestep_enabled;       /* SSTEP_*, or 0 */
    GArray *breakpoints;          /* of uint64_t: virtual addresses */
    GArray *watchpoints;          /* of CPUWatchpoint */
    CPUWatchpoint watchpoint_hit; /* (vCPU) the bytes that EXCP_DEBUG was raised for; len 0: none */
    unsigned guest_debug;         /* (vCPU) the guest's own: GUEST_DEBUG_* */
    bool debug_stopped;           /* (BQL) this CPU asked for the debugger */
    GArray *gdb_regs;             /* see exec/gdbstub.h; constant after realize */

    struct TCGCpu *tcg;          /* accel/tcg's part */
    sigjmp_buf jmp_env;          /* (vCPU) the CPU loop's */
    QTAILQ_ENTRY(CPUState) node; /* (list lock; read under RCU or BQL) */
    void *opaque;
};

QTAILQ_HEAD(CPUTailQ, CPUState);
extern struct CPUTailQ cpus_queue;
extern __thread CPUState *current_cpu;

#define first_cpu       QTAILQ_FIRST(&cpus_queue)
#define CPU_NEXT(cs)    QTAILQ_NEXT(cs, node)
#define CPU_FOREACH(cs) QTAILQ_FOREACH (cs, &cpus_queue, node)

/* What all CPUs save: the first part of each model's own table. */
extern const VMStateDescription vmstate_cpu_common;

/* The CPU type's class for a model name such as "cortex-a57" under @typename; NULL if none. */
ObjectClass *cpu_class_by_name(const char *typename, const char *cpu_model);
CPUState *qemu_get_cpu(int index);
static inline CPUArchState *cpu_env(CPUState *cs)
{
    return cs->env_ptr;
}
/* The CPU whose state @env is; CPUArchState begins with a TCGEnv. */
static inline CPUState *env_cpu(CPUArchState *env)
{
    return ((TCGEnv *)env)->cpu;
}

void cpu_reset(CPUState *cs);
bool cpu_has_work(CPUState *cs);
void cpu_set_pc(CPUState *cs, uint64_t pc);
/* Registers the CPU in cpus_queue and starts its thread (qemu_init_vcpu); called by realize. */
bool cpu_exec_realizefn(CPUState *cs, Error **errp);
void cpu_exec_unrealizefn(CPUState *cs);

/* Raises request bits and kicks the CPU. With the BQL. */
void cpu_interrupt(CPUState *cs, int mask);
void cpu_reset_interrupt(CPUState *cs, int mask);
/*
 * For debuggers, with the CPU stopped and the BQL. A breakpoint stops the CPU before the
 * instruction at @pc; guest memory is not changed. The CPU stops with EXCP_DEBUG, a request of
 * qemu_system_debug_request(). False: it was there already / there is none.
 */
bool cpu_breakpoint_insert(CPUState *cs, uint64_t pc);
bool cpu_breakpoint_remove(CPUState *cs, uint64_t pc);
void cpu_breakpoint_remove_all(CPUState *cs);
bool cpu_watchpoint_insert(CPUState *cs, uint64_t addr, uint64_t len, int flags);
bool cpu_watchpoint_remove(CPUState *cs, uint64_t addr, uint64_t len, int flags);
void cpu_watchpoint_remove_all(CPUState *cs);
/* Stop after each instruction: SSTEP_ENABLE, perhaps with more; 0: do not. */
void cpu_single_step(CPUState *cs, int flags);
/* For accelerators: @cs, the calling vCPU, has met a breakpoint, a watchpoint or the end of a step.
 * It stops here, the others soon. With the BQL. */
void cpu_handle_guest_debug(CPUState *cs);
/*
 * Guest memory at virtual address @addr, by the tables that the stopped CPU has at the moment;
 * permissions do not count, and ROM can be written. False: something there is not mapped or does
 * not answer; what lies before is done. With the BQL.
 */
bool cpu_memory_rw_debug(CPUState *cs, uint64_t addr, void *buf, size_t len, bool is_write);

/* Makes the CPU leave translated code. Any thread. */
void cpu_exit(CPUState *cs);
void qemu_cpu_kick(CPUState *cs);
void qemu_init_vcpu(CPUState *cs);

typedef union run_on_cpu_data {
    int host_int;
    unsigned long host_ulong;
    void *host_ptr;
    uint64_t target_ptr;
} run_on_cpu_data;
#define RUN_ON_CPU_HOST_PTR(p) ((run_on_cpu_data){ .host_ptr = (p) })
#define RUN_ON_CPU_HOST_INT(i) ((run_on_cpu_data){ .host_int = (i) })
#define RUN_ON_CPU_NULL        RUN_ON_CPU_HOST_PTR(NULL)
typedef void (*run_on_cpu_func)(CPUState *cs, run_on_cpu_data data);
/* Runs @func in the vCPU's thread and waits / does not wait for it. Called with the BQL held
 * (released while waiting); @func runs under the BQL. */
void run_on_cpu(CPUState *cs, run_on_cpu_func func, run_on_cpu_data data);
void async_run_on_cpu(CPUState *cs, run_on_cpu_func func, run_on_cpu_data data);

/* The address space that an access with @attrs is made in. */
static inline struct AddressSpace *cpu_get_address_space_for(const CPUState *cs, MemTxAttrs attrs)
{
    return attrs.secure && cs->as_secure ? cs->as_secure : cs->as;
}

#endif
