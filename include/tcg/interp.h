/* SPDX-License-Identifier: MIT */
/*
 * The IR interpreter: the meaning of IR by the plainest means. It is an accelerator mode and the
 * oracle that back ends are checked against.
 */
#ifndef TCG_INTERP_H
#define TCG_INTERP_H

#include "qemu/osdep.h"
#include "tcg/ir.h"

typedef struct CPUArchState CPUArchState;

/* How the interpreter reaches the machine. One constant object a user. */
typedef struct TCGInterpOps {
    uint32_t cold_offset; /* of the TCGEnvCold in env */
    /* Guest memory, as cpu_ld_mmu and cpu_st_mmu. After a successful mmu. */
    uint64_t (*ld)(CPUArchState *env, uint64_t addr, uint32_t memop, uint32_t unpriv);
    void (*st)(CPUArchState *env, uint64_t addr, uint64_t val, uint32_t memop, uint32_t unpriv);
    /* The check of memop's whole span: returns, or raises the guest's fault (no return). */
    void (*mmu)(CPUArchState *env, uint64_t addr, uint32_t memop, bool write);
    /* Host address of @size writable bytes that may be accessed atomically; NULL: not plain RAM. */
    void *(*host)(CPUArchState *env, uint64_t addr, unsigned size);
    /* TCGTargetOps.fp_op; may be NULL for IR without floating point. */
    void (*fp_op)(CPUArchState *env, unsigned op, unsigned cond, unsigned fmt, int64_t imm);
} TCGInterpOps;

typedef enum TCGInterpResult {
    TCG_INTERP_GOTO, /* go on at out->pc */
    TCG_INTERP_CALL, /* the same; a return to out->ret_pc is to be expected */
    TCG_INTERP_RET,  /* the same; a predicted return */
    TCG_INTERP_EXIT  /* to the CPU loop: the pc global is set */
} TCGInterpResult;

typedef struct TCGInterpExit {
    uint64_t pc; /* virtual address to go on at */
    uint64_t ret_pc;
    bool same_page; /* pc lies in the block's page: at page offset @off */
    unsigned off;
    int edge; /* number of the direct edge taken, -1 if none */
    unsigned
        insn_off; /* page offset of the instruction being executed; valid when a fault raises */
} TCGInterpExit;

/*
 * Runs a block that ir_verify accepts. `set` writes env at once, so when a hook raises (by
 * siglongjmp) the state is precise and @out->insn_off names the instruction.
 */
TCGInterpResult tcg_interp_run(const TCGInterpOps *ops, const IRBlock *ir, CPUArchState *env,
                               TCGInterpExit *out);

/* A compact copy, without nops, in one allocation (g_free); shares the table of globals. */
IRBlock *ir_block_clone(const IRBlock *ir);

#endif
