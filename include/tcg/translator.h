/* SPDX-License-Identifier: MIT */
/* The loop that all targets' translators share, and what a target supplies to TCG. */
#ifndef TCG_TRANSLATOR_H
#define TCG_TRANSLATOR_H

#include "exec/hwaddr.h"
#include "exec/memattrs.h"
#include "hw/core/cpu.h"
#include "tcg/guest-access.h"
#include "tcg/tcg-op.h"

typedef struct TranslationBlock TranslationBlock;

typedef enum DisasJumpType {
    DISAS_NEXT,     /* go on with the next instruction */
    DISAS_TOO_MANY, /* the limit was reached: the loop emits a goto to the next instruction */
    DISAS_NORETURN, /* the block has ended: an exit, or a helper that always raises */
    DISAS_TARGET_0, /* the target's own */
    DISAS_TARGET_1,
    DISAS_TARGET_2,
} DisasJumpType;

/* What a block was translated from: [first, end) of the page, in the order of execution. */
#define TRANSLATOR_MAX_PIECES 32

typedef struct TranslatorPiece {
    uint16_t first, end;
} TranslatorPiece;

/* First member of a target's DisasContext. The absolute pc is unknown: code is position
 * independent. */
typedef struct DisasContextBase {
    CPUState *cs;
    uint32_t mode;     /* the target's mode bits (get_mode) */
    unsigned pc_first; /* page offset of the first instruction */
    unsigned pc_next;  /* page offset of the instruction being translated, then of the next one */
    DisasJumpType is_jmp;
    unsigned num_insns, max_insns;
    const uint8_t *page; /* the guest page's bytes (4 KiB) */
    uint64_t log_pc;     /* virtual pc for logging only */
    /* The way that execution is expected to take behind branches, for translator_follow. */
    const uint16_t *path; /* page offsets */
    unsigned path_len, path_pos;
    bool follow_calls; /* what stands behind a call may be part of the block */
    unsigned n_pieces;
    TranslatorPiece piece[TRANSLATOR_MAX_PIECES];
} DisasContextBase;

typedef struct TranslatorOps {
    size_t context_size;
    void (*init_disas_context)(DisasContextBase *db);
    /* Translates the instruction at pc_next and advances pc_next; may set is_jmp. */
    void (*translate_insn)(DisasContextBase *db);
    /* Ends the block for is_jmp values other than NORETURN. */
    void (*tb_stop)(DisasContextBase *db);
} TranslatorOps;

static inline uint32_t translator_ldl(const DisasContextBase *db, unsigned off)
{
    uint32_t v;
    memcpy(&v, db->page + off, 4);
    return v;
}

/*
 * Whether the block goes on at page offset @off, the target of the branch being translated: then
 * the target emits exits for the other cases only. pc_next is the way on.
 */
bool translator_follow(DisasContextBase *db, int64_t off);
/* Whether the block goes on behind the call being translated, at pc_next, when that returns. */
bool translator_follow_call(const DisasContextBase *db);

typedef enum MMUAccessType { MMU_DATA_LOAD, MMU_DATA_STORE, MMU_INST_FETCH } MMUAccessType;

/* Rights of a mapping. */
enum { PAGE_READ = 1, PAGE_WRITE = 2, PAGE_EXEC = 4 };

/* The result of a page walk: a mapping of one page (at least 4 KiB). */
typedef struct TLBFill {
    hwaddr phys; /* physical address of the page that holds the address asked for (4K aligned) */
    uint64_t page_size; /* of the mapping, bytes; larger than 4096 is noted for TLBI by address */
    uint8_t prot;       /* PAGE_READ | PAGE_WRITE | PAGE_EXEC */
    bool global;
    uint32_t code_mode; /* to be or-ed to the mode bits of code that is fetched through it */
    MemTxAttrs attrs;
} TLBFill;

/* What a target gives to the translator. One constant object a target. */
typedef struct TCGTargetOps {
    const char *name;
    const TCGGlobal *globals;
    unsigned n_globals;
    unsigned global_flag_kind, global_flag_a, global_flag_b, global_vbase, global_pc; /* indices */
    uint32_t cold_offset; /* of the TCGEnvCold in env */
    const TranslatorOps *translator;

    /* Mode bits that select translated code (exception level, FP enabled, ...). */
    uint32_t (*get_mode)(CPUArchState *env);
    /*
     * Identity of the current address-translation context; equal keys share a context slot (soft
     * TLB and jump cache). Must differ where mode, regime, ASID or anything else that changes
     * permissions or translation differs. With @unpriv: of the unprivileged view of it.
     */
    uint64_t (*get_context_key)(CPUArchState *env, bool unpriv);
    /*
     * Translates @addr for the context. True: *fill is filled. False: with @probe nothing happened
     * and false is returned; else the target's fault has been raised (no return: cpu_loop_exit).
     */
    bool (*tlb_fill)(CPUState *cs, uint64_t addr, unsigned size, MMUAccessType type, bool unpriv,
                     TLBFill *fill, bool probe);
    /* Raises an alignment fault / an external abort at @addr. No return. */
    void (*unaligned_access)(CPUState *cs, uint64_t addr, MMUAccessType type) G_GNUC_NORETURN;
    void (*transaction_failed)(CPUState *cs, hwaddr phys, uint64_t addr, unsigned size,
                               MMUAccessType type, MemTxAttrs attrs, MemTxResult r) G_GNUC_NORETURN;
    /* A block does not allow `entry`, which is not zero; pc is that of the block. May be NULL. */
    void (*entry_refused)(CPUState *cs) G_GNUC_NORETURN;
    /* Enters the exception that cs->exception_index names. In the vCPU's thread, without the big
     * lock: system calls and page faults are many. */
    void (*do_interrupt)(CPUState *cs);
    /*
     * The guest's own breakpoints and watchpoints, asked about while cs->guest_debug has their
     * flag. By page: whether there may be any in the page of @addr. check_breakpoint: true if one
     * matches before the instruction at @pc, whose exception cs->exception_index then names.
     * check_watchpoint raises the exception of one that the access matches (no return), or returns.
     */
    bool (*page_has_breakpoint)(CPUState *cs, uint64_t addr);
    bool (*page_is_watched)(CPUState *cs, uint64_t addr);
    bool (*check_breakpoint)(CPUState *cs, uint64_t pc);
    void (*check_watchpoint)(CPUState *cs, uint64_t addr, unsigned len, bool write, bool unpriv);
    /* Takes a pending interrupt of @request (mask of CPU_INTERRUPT_*) if unmasked. */
    bool (*cpu_exec_interrupt)(CPUState *cs, int request);
    /* The CPU, which was halted, goes on. May be NULL. */
    void (*woken)(CPUState *cs);
    /*
     * Exact result of FP operation @op (an IROp of IR_FP_OPS or fcmp, fcvt_*) on cold->vop[1..3]
     * into vop[0] (integers in d[0]); exceptions are accumulated in env. @cond, @fmt, @imm, @lanes
     * as in the IR instruction.
     */
    void (*fp_op)(CPUArchState *env, unsigned op, unsigned cond, unsigned fmt, int64_t imm);
    /*
     * The 8 bits of fraction of the estimate (frecpe; @root: frsqrte) of a normal number with the
     * upper fraction bits @index; for roots seven of them, below the exponent's lowest bit. NULL:
     * each estimate is made by fp_op.
     */
    uint8_t (*fp_estimate)(bool root, unsigned index);
    /* Text of one guest instruction for -d in_asm goes through capstone with these. */
    int cap_arch, cap_mode;
} TCGTargetOps;

/* Translates one block at page offset @pc_first; the IR is left in tcg_ctx. Returns bytes covered.
 */
unsigned translator_loop(CPUState *cs, const TCGTargetOps *ops, DisasContextBase *db);

/*
 * Raising from a helper or slow path: restores the guest pc (global_pc) of the instruction that
 * translated code was in, then leaves to the CPU loop, which handles cs->exception_index.
 * Never call with a lock held but the big lock, which is released.
 */
void cpu_loop_exit_restore(CPUState *cs) G_GNUC_NORETURN;
/* The same with pc already right (called from C that runs between blocks). */
void cpu_loop_exit(CPUState *cs) G_GNUC_NORETURN;
/* Writes global_pc for the current instruction, without leaving. Does nothing outside a helper. */
void cpu_restore_pc(CPUState *cs);

/* The guest waits in a loop for another vCPU: let that one run. In a helper. */
void cpu_yield_turn(CPUState *cs);

/* A pending interrupt may have become deliverable: leave to the CPU loop soon. vCPU's thread. */
void cpu_look_for_interrupts(CPUState *cs);

/* To be called by the target when the context (TTBR, ASID, EL, mode) may have changed. */
void tlb_context_changed(CPUState *cs);
/* Invalidations; all act on @cs only. */
void tlb_flush(CPUState *cs); /* everything */
void tlb_flush_asid(CPUState *cs, uint64_t key,
                    uint64_t mask); /* slots with (slot key & mask) == key */
/* One page in all slots with (slot key & mask) == key; addr's bits 63..56 are ignored. */
void tlb_flush_page(CPUState *cs, uint64_t addr, uint64_t key, uint64_t mask);

/*
 * Makes all vCPUs but @self call fn(cs, @arg), an invalidation, before they go on with guest code.
 * It is complete for those that are running when tlb_sync(), a DSB, returns. Too many of them at
 * once become tlb_flush(). In @self's thread, in a helper; takes no big lock.
 */
typedef void TLBRemoteFn(CPUState *cs, uint64_t arg);
void tlb_broadcast(CPUState *self, TLBRemoteFn *fn, uint64_t arg);
void tlb_sync(CPUState *self);

/* Host address of @size bytes that do not cross a page and may be accessed, NULL if not plain RAM;
 * raises the guest's fault. */
void *cpu_probe_host(CPUArchState *env, uint64_t addr, unsigned size, MMUAccessType type,
                     bool unpriv);
/* The same of what is to be read, which a debugger or the guest may watch. */
void *cpu_probe_read(CPUArchState *env, uint64_t addr, unsigned size, bool unpriv);
/* Reads without raising (debugger, semihosting): false where not mapped. */
bool cpu_memory_rw_debug_virt(CPUState *cs, uint64_t addr, void *buf, size_t len, bool is_write);
/* The guest changed what it executes (IC IVAU): blocks over the line of @len bytes (a power of two)
 * that @addr lies in are not entered any more. Raises the fault of a load. */
void tb_invalidate_virt(CPUState *cs, uint64_t addr, uint64_t len);

#endif
