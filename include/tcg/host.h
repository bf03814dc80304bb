/* SPDX-License-Identifier: MIT */
/* A host back end: turns an optimised IRBlock into host code. One constant TCGHost a host. */
#ifndef TCG_HOST_H
#define TCG_HOST_H

#include "tcg/flags.h"
#include "tcg/ir.h"

#define TCG_TLB_BITS 15
#define TCG_TLB_SIZE (1u << TCG_TLB_BITS)
#define TCG_JC_BITS  13
#define TCG_JC_SIZE  (1u << TCG_JC_BITS)

/* One soft TLB entry: the page's virtual address for each kind of access, and host - guest address.
 */
typedef struct TCGTLBEntry {
    uint64_t rtag, wtag, xtag;
    uint64_t addend;
} TCGTLBEntry;

/* One entry of the jump cache: guest address to the indirect entry of its block. */
typedef struct TCGJumpEntry {
    uint64_t pc;
    const void *host;
} TCGJumpEntry;

/* What translated code reaches through gs. */
struct TCGContextSlot {
    TCGTLBEntry tlb[TCG_TLB_SIZE];
    TCGJumpEntry jc[TCG_JC_SIZE];
};

typedef enum TCGExitReason {
    TCG_EXIT_LOOKUP, /* pc is set: find its block */
    TCG_EXIT_LINK, /* pc is set; exit_arg: `taken` of the edge, which is not linked (as executed) */
    TCG_EXIT_REQUEST, /* pc is set: the limit check failed */
    TCG_EXIT_HOT, /* pc is set, the head of a loop; exit_arg: hot_arg of the block it closes in */
    TCG_EXIT_SAMPLE, /* pc is set, of a dense block that is about to be entered: see dense.c */
    TCG_N_EXITS
} TCGExitReason;

/* A direct edge of a block: a patchable branch. */
typedef struct TCGEdge {
    uint8_t *patch;    /* its rel32; NULL: no such edge */
    uint8_t *unlinked; /* where it goes while it is not linked */
    uint8_t *taken;    /* in that code: what exit_arg says of it */
    uint16_t off;      /* guest page offset of its target */
} TCGEdge;

/* A place in host code (return address of a call) and the guest instruction it belongs to. */
typedef struct TCGRow {
    uint32_t ra_off;     /* from the block's code start; ascending */
    uint16_t insn_off;   /* guest page offset */
    uint16_t insn_index; /* in the block; with -icount; not by the back end */
} TCGRow;

#define TCG_MAX_ROWS  1024
#define TCG_MAX_MARKS 512

typedef struct TCGCode {
    /* in */
    const IRBlock *ir;
    unsigned pc_first;  /* guest page offset of the block */
    unsigned icount;    /* take this from env->icount_left on entry, or leave if it is too much */
    bool dense;         /* as small as can be, at the price of some speed */
    bool count;         /* make the block count its executions in cold->blocks_run */
    uint64_t *runs;     /* NULL, or counts the block's executions */
    int32_t *countdown; /* NULL, or counts backward edges to other blocks; below 0 they leave */
    void *hot_arg;      /* exit_arg of TCG_EXIT_HOT */
    uint8_t *buf, *buf_end;
    /* out; where the code is written */
    uint8_t *indirect_entry, *direct_entry, *code_end;
    uint8_t *loop_entry; /* direct entry for the block's edges to itself */
    TCGEdge edge[IR_MAX_EDGES];
    TCGRow *rows; /* room for TCG_MAX_ROWS; supplied by the caller */
    unsigned n_rows;
    /* For people: where the entry ends and where the code that is rarely executed begins, and if
     * the caller supplies room for TCG_MAX_MARKS, where each guest instruction's code begins. */
    uint8_t *body, *hot_end, *pool; /* constants lie behind `pool` */
    TCGRow *marks;
    unsigned n_marks;
} TCGCode;

/* C functions that host code calls; set once before init. All run on the thread's C stack. */
typedef struct CPUArchState CPUArchState;
typedef void TCGHostVecFn(void *env, TCGVec *vop, uint64_t desc);

/* desc of vec_op and fp_op: the operation and its fields */
static inline uint64_t tcg_vec_desc(const IRInsn *i)
{
    return i->op | i->cond << 8 | i->vece << 16 | (uint64_t)(uint32_t)i->imm << 32;
}

typedef struct TCGRuntime {
    /* Slow path of a check: returns the addend to use (host - guest, or so that the accesses fall
     * into cold->bounce, with bounce_pending set for writes). General registers only if it can. */
    uint64_t (*mmu_read)(CPUArchState *env, uint64_t addr, uint32_t memop);
    uint64_t (*mmu_write)(CPUArchState *env, uint64_t addr, uint32_t memop);
    void (*commit)(CPUArchState *env);
    TCGHostVecFn
        *vec_op; /* any IR_VEC or vector IR_MISC operation: desc as tcg_vec_desc packs it */
    TCGHostVecFn *fp_op;
    uint8_t (*fp_estimate)(bool root, unsigned index); /* as in TCGTargetOps; may be NULL */
    ptrdiff_t exec_offset; /* code is executed so far from where it is written */
} TCGRuntime;

typedef struct TCGHost {
    const char *name;
    unsigned n_pinned;
    /* Whether this CPU has what the back end needs; else a message. */
    bool (*probe)(char **why);
    /* Uses only what hosts of this level have ("native": all there is); before init. */
    bool (*set_isa)(const char *level, Error **errp);
    const char *(*get_isa)(void);
    /* Generates the stubs into [buf, buf_end); returns the first byte free after them. */
    uint8_t *(*init)(const TCGRuntime *rt, const TCGGlobal *globals, unsigned n_globals,
                     uint32_t cold_offset, uint8_t *buf, uint8_t *buf_end);
    /* False: the buffer or the rows were full. */
    bool (*gen)(TCGCode *code);
    /* Runs translated code at @entry until it exits. */
    void (*enter)(CPUArchState *env, const void *entry);
    void (*set_slot)(TCGContextSlot *slot);         /* makes it current for this thread */
    void (*patch)(uint8_t *at, const void *target); /* both where code is written */
    /* Where code is executed: */
    const void *jc_miss;                       /* host address for empty jump-cache entries */
    const void *sentinel;                      /* return address of the empty pair stack */
    const char *(*name_of)(const void *at);    /* of shared code, for people; NULL: unknown */
    unsigned (*cold_reg_of_pin)(unsigned pin); /* index in cold->host_regs */
} TCGHost;

const TCGHost *tcg_host(void);

#endif
