/* SPDX-License-Identifier: MIT */
/*
 * The part of a CPU's architectural state that translated code addresses itself.
 *
 * TCGEnv is the first member of every CPUArchState: `env` is kept in a host register, biased by
 * TCG_ENV_BIAS, so the first 256 bytes of the state have one-byte displacements. The target's
 * integer registers follow it directly. TCGEnvCold lies anywhere in the state; TCGTarget says
 * where.
 *
 * Locking: owned by the vCPU thread, except `limit`, which any thread may store ~0 to.
 */
#ifndef TCG_ENV_H
#define TCG_ENV_H

#include "qemu/osdep.h"

/* A 128-bit vector register; element 0 is the least significant one, stored in host order. */
typedef union TCGVec {
    uint64_t d[2];
    uint32_t w[4];
    uint16_t h[8];
    uint8_t b[16];
} __attribute__((aligned(16))) TCGVec;

#define TCG_ENV_BIAS 128

typedef struct TCGEnv {
    uint64_t limit;  /* lowest pair-stack pointer that may go on; ~0 asks for an exit */
    uint64_t vbase;  /* virtual address of the guest page being executed */
    uint64_t flag_a; /* symbolic flags: see tcg/flags.h */
    uint64_t flag_b;
    uint32_t flag_kind;  /* FlagKind */
    uint32_t entry;      /* how the next block is entered: see tcg_gen_entry_mask() */
    int32_t icount_left; /* instructions until something is due; with -icount */
    uint32_t pad;
    struct CPUState *cpu; /* the CPU this state belongs to */
} TCGEnv;

#define TCG_N_SPILL     64
#define TCG_N_VSPILL    32
#define TCG_BOUNCE_SIZE 64
#define TCG_N_SHARED    16

typedef struct TCGContextSlot TCGContextSlot;

typedef struct TCGEnvCold {
    uint64_t host_regs[16]; /* raw host registers saved by a slow-path stub, by host number */
    TCGVec host_vecs[16];   /* likewise the host vector registers */
    TCGVec vop[4]; /* operands of an out-of-line vector or FP operation; [0] is the result */
    uint8_t bounce[TCG_BOUNCE_SIZE] __attribute__((aligned(16))); /* data of a slow access */
    uint64_t spill[TCG_N_SPILL];
    TCGVec vspill[TCG_N_VSPILL];
    uint64_t share[TCG_N_SHARED]; /* addends of shared checks, 0: none; C clears it all */
    uint64_t share_rcx;
    uint64_t dense_addr;   /* guest address that dense code checks */
    int32_t dense_entries; /* indirect entries of dense blocks until one is sampled */
    uint64_t c_sp;         /* the thread's C stack while translated code runs */
    uint64_t pair_sp;      /* the pair stack while C runs */
    uint64_t pair_top;     /* the empty pair stack */
    uint64_t pair_limit;   /* the value of `limit` when no exit is asked for */
    uint64_t host_ra; /* return address in translated code of the helper or slow path called last */
    uint32_t mxcsr_guest; /* the guest's rounding mode and sticky exceptions, in host form */
    uint32_t mxcsr_host;
    uint64_t exit_code; /* why translated code returned: TCGExitReason, and its argument */
    uint64_t exit_arg;
    uint64_t fp_desc;               /* the operation that the FP stub passes to fp_op */
    TCGContextSlot *slot;           /* the current context; its address is the gs base */
    struct TCGTLBEntry *unpriv_tlb; /* of the unprivileged view; empty until its slot is known */
    uint64_t blocks_run;            /* blocks entered, where code counts them */
    uint64_t bounce_addr;           /* guest address of a write that waits in bounce */
    uint32_t bounce_memop;
    uint8_t bounce_pending; /* the write is to be committed */
    uint8_t mxcsr_swapped;  /* C runs with mxcsr_host, mxcsr_guest is up to date */
    uint8_t raw_saved; /* C was called by a stub that saved host_regs (else: homes are current) */
} TCGEnvCold;

#endif
