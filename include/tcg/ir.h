/* SPDX-License-Identifier: MIT */
/*
 * The intermediate representation of one translation block.
 *
 * A block is an array of IRInsn in program order; an instruction's index is the name (IRRef) of its
 * result, assigned once. Guest registers ("globals") are locations in env that live across blocks:
 * `get` reads one at entry, `set` writes one. A `set` takes effect where it stands: at every fault
 * point and exit the architectural state is what the sets before it made of it. The builder keeps
 * the current value of each global and temporary, so between a `set` and the next call that writes
 * guest state no second `get` appears: copies cost nothing and are propagated as they are built.
 *
 * There is no control flow inside a block but side exits (`brcond`, and fault points).
 */
#ifndef TCG_IR_H
#define TCG_IR_H

#include "qemu/osdep.h"
#include "tcg/env.h"
#include "tcg/memop.h"
#include "tcg/opcodes.h"

typedef uint16_t IRRef;
#define IR_NONE 0 /* instruction 0 is a nop */

typedef enum IRType { IR_VOID, IR_I32, IR_I64, IR_PTR, IR_V128 } IRType;

typedef enum IROp {
#define IR_ENUM4(name, n, f, m) IR_##name,
#define IR_ENUM3(name, n, f)    IR_##name,
    IR_MISC_OPS(IR_ENUM3) IR_INT_OPS(IR_ENUM4) IR_VEC_OPS(IR_ENUM4) IR_FP_OPS(IR_ENUM3)
#undef IR_ENUM3
#undef IR_ENUM4
        IR_NOPS
} IROp;

/* Integer conditions. Bit 0 inverts; exchanging operands: see tcg_swap_cond. */
typedef enum TCGCond {
    TCG_COND_EQ,
    TCG_COND_NE,
    TCG_COND_LT,
    TCG_COND_GE,
    TCG_COND_LE,
    TCG_COND_GT,
    TCG_COND_LTU,
    TCG_COND_GEU,
    TCG_COND_LEU,
    TCG_COND_GTU,
    TCG_COND_TSTEQ,
    TCG_COND_TSTNE, /* (a & b) == 0, != 0 */
    TCG_COND_NEVER,
    TCG_COND_ALWAYS
} TCGCond;

typedef enum TCGAtomicOp {
    TCG_ATOMIC_XCHG,
    TCG_ATOMIC_ADD,
    TCG_ATOMIC_AND,
    TCG_ATOMIC_ANDN,
    TCG_ATOMIC_OR,
    TCG_ATOMIC_XOR,
    TCG_ATOMIC_SMAX,
    TCG_ATOMIC_SMIN,
    TCG_ATOMIC_UMAX,
    TCG_ATOMIC_UMIN
} TCGAtomicOp;

typedef enum TCGBar {
    TCG_MO_LD_LD = 1,
    TCG_MO_ST_LD = 2,
    TCG_MO_LD_ST = 4,
    TCG_MO_ST_ST = 8,
    TCG_MO_ALL = 15
} TCGBar;

/* Immediate of fcvt_fi, fcvt_if and frint's cond. */
typedef enum FpCvt {
    FPCVT_RNE = 0,
    FPCVT_RP = 1,
    FPCVT_RM = 2,
    FPCVT_RZ = 3,
    FPCVT_RNA = 4,
    FPCVT_CURRENT = 5,
    FPCVT_RMODE = 7,
    FPCVT_UNSIGNED = 8,
    FPCVT_I32 = 16,       /* the integer has 32 bits, else 64 */
    FPCVT_SCALE_SHIFT = 8 /* fraction bits of the integer, 0..64 */
} FpCvt;

/* Result of fcmp: its flags as Arm has them are those of subtracting 1, FLAGS_SUB64. */
#define FCMP_LESS      0
#define FCMP_EQUAL     1
#define FCMP_GREATER   2
#define FCMP_UNORDERED INT64_MIN

/* What call_tb does, packed in its imm: bits 11..0 return offset in the page; bit 16 the target is
 * the same-page offset in bits 43..32, else it is the guest address a; bit 17 the return offset
 * counts from the next page's start (it is 0 then). Its edges are vece, the target, and the next
 * one, the continuation. call_on has the first edge alone: the callee returns into the block. No
 * value lives across it but constants: what is called uses the same spill slots. */
#define CALL_RET_OFF(imm)    ((imm)&0xfff)
#define CALL_DIRECT          0x10000
#define CALL_NEXT_PAGE       0x20000
#define CALL_TARGET_OFF(imm) (((imm) >> 32) & 0xfff)
#define IR_IS_CALL_TB(op)    ((op) == IR_call_tb || (op) == IR_call_on)

typedef struct IRInsn {
    uint8_t op;       /* IROp */
    uint8_t type;     /* IRType of the result; of the value for st, vst, set */
    uint8_t cond;     /* TCGCond, TCGAtomicOp, or as the operation says */
    uint8_t vece;     /* log2 of the element bytes */
    uint8_t arg_type; /* IRType of the compared operands of setcond, select, brcond */
    uint8_t hint;     /* set by liveness: pinned index + 1 that the result should be made in */
    IRRef arg[4];
    uint16_t uses;  /* number of uses as an operand; set by liveness */
    IRRef last_use; /* index of the last instruction that reads it; set by liveness */
    union {
        int64_t imm;
        struct {
            int32_t disp; /* memory operations */
            uint32_t memop;
        };
    };
} IRInsn;

/* A call of a C function. Arguments are I32, I64 or PTR values; env is passed when asked for. */
typedef struct IRCall {
    const void *fn;
    const char *name;
    uint8_t nargs;  /* without env */
    uint8_t ret;    /* IRType; IR_VOID for none */
    uint16_t flags; /* TCG_CALL_* */
    IRRef arg[6];
    uint64_t desc; /* vcall: the function's last argument */
} IRCall;

#define TCG_CALL_PURE     0x01 /* reads and writes no guest state, raises nothing */
#define TCG_CALL_NO_WG    0x02 /* writes no globals */
#define TCG_CALL_NO_RAISE 0x04 /* raises no exception */
#define TCG_CALL_ENV      0x08 /* env is the first argument */
#define TCG_CALL_FP       0x10 /* uses host floating point: MXCSR is exchanged around it */

/* A guest register, or another field of env that translated code keeps track of. */
typedef struct TCGGlobal {
    const char *name;
    uint32_t offset; /* in env */
    uint8_t type;    /* IR_I32, IR_I64 or IR_V128 */
    int8_t pin;      /* index in the order of pinned host registers, -1: lives in env */
} TCGGlobal;

#define IR_MAX_INSNS    8192
#define IR_MAX_CALLS    512
#define IR_MAX_EDGES    24
#define TCG_MAX_GLOBALS 128
#define TCG_MAX_TEMPS   1024

typedef struct IRBlock {
    IRInsn *insns; /* IR_MAX_INSNS of them */
    unsigned n;
    IRCall *calls; /* IR_MAX_CALLS */
    unsigned n_calls;
    unsigned n_edges; /* same-page edges used: numbers of brcond, goto_tb and call_tb */
    const TCGGlobal *globals;
    unsigned n_globals;
    unsigned entry_mask; /* see tcg_gen_entry_mask() */
} IRBlock;

typedef struct IROpInfo {
    const char *name;
    uint8_t nargs;
    uint8_t flags;
} IROpInfo;

extern const IROpInfo ir_op_info[IR_NOPS];

/* What the immediate of an operation is, for the printer, the parser and the verifier. */
typedef enum IRImmKind {
    IR_IMM_NONE,
    IR_IMM_INT,
    IR_IMM_GLOBAL,
    IR_IMM_FIELD /* pos, len */,
    IR_IMM_MEM,
    IR_IMM_CALL
} IRImmKind;
IRImmKind ir_imm_kind(IROp op);
#define IR_FIELD(pos, len) ((pos) | (len) << 8)
#define IR_FIELD_POS(imm)  ((unsigned)(imm)&0xff)
#define IR_FIELD_LEN(imm)  ((unsigned)((imm) >> 8) & 0xff)

/* Whether cond is a TCGCond (and arg_type counts), and whether vece does. */
bool ir_has_cond(IROp op);
bool ir_has_vece(IROp op);

/* Operands of @insn: fills @out (room for 6), returns how many. Call arguments included. */
unsigned ir_args(const IRBlock *ir, const IRInsn *insn, IRRef out[6]);

/* What may fault at run time: an exception's state is the sets before it. */
bool ir_is_fault_point(const IRBlock *ir, const IRInsn *insn);

/* Text form, one instruction a line, for -d op, tests and the verifier. */
void ir_print_insn(const IRBlock *ir, unsigned idx, GString *out);
void ir_print(const IRBlock *ir, GString *out);

/* The type that operand @i of @insn must have; its type, arg_type and immediate are set. */
IRType ir_arg_type(const IRBlock *ir, const IRInsn *insn, unsigned i);

/* Checks types, definition before use, ends. NULL if well formed, else a message (g_free). */
char *ir_verify(const IRBlock *ir);

/*
 * The backward pass: removes sets that no fault point, exit or get can see, and unused operations;
 * finds uses, last_use and hint. Returns whether it removed anything. May be run again.
 */
bool ir_pass_liveness(IRBlock *ir);

static inline TCGCond tcg_invert_cond(TCGCond c)
{
    return (TCGCond)(c ^ 1);
}

TCGCond tcg_swap_cond(TCGCond c);

#endif
