/* SPDX-License-Identifier: MIT */
/*
 * State of emitting one block for x86-64.
 *
 * Registers: rbp = env + TCG_ENV_BIAS; rsp = the pair stack; gs = context slot; rax rcx rdx are the
 * temporaries; the other eleven hold the pinned guest registers throughout. xmm0-13 are temporaries
 * for vectors, xmm14-15 scratch inside one operation.
 */
#ifndef TCG_X86_64_GEN_H
#define TCG_X86_64_GEN_H

#include "encode.h"
#include "qemu/host-utils.h"
#include "tcg/host.h"

#define N_PINNED 11
#define REG_ENV  RBP
/* Opcodes of vector instructions with prefix 66. */
#define VOP(n)   ((n) | M_0F | P_66)
#define VOP38(n) ((n) | M_0F38 | P_66)
#define VOP3A(n) ((n) | M_0F3A | P_66)
#define VREG(n)  (16 + (n)) /* register numbers 16..31 are xmm0..15 */
#define XTMP0    14
#define XTMP1    15
#define INT_POOL ((1u << RAX) | (1u << RCX) | (1u << RDX))
#define VEC_POOL 0x3fff0000u
#define NO_MEM   INT32_MIN

typedef struct ValueLoc {
    int8_t reg;  /* NOREG: not in a register */
    int32_t mem; /* displacement from rbp where it also is; NO_MEM */
} ValueLoc;

/* Code out of line: emitted after the block's body. */
typedef struct ColdPath {
    enum {
        COLD_MMU,
        COLD_IRQ,
        COLD_ICOUNT,
        COLD_HOT,
        COLD_UNLINKED,
        COLD_JC_CALL_MISS,
        COLD_FAR,
        COLD_FP
    } kind;
    uint8_t *from;              /* rel32 of the branch that gets here */
    uint8_t *from2;             /* another one, or NULL */
    uint8_t *join;              /* where the main path goes on */
    uint8_t *st_begin, *st_end; /* COLD_MMU of a write: the bytes of the stores */
    const IRInsn *insn;
    int base;      /* COLD_MMU: base register */
    uint8_t share; /* COLD_MMU: see Gen.share_of */
    bool keep_rcx; /* COLD_MMU: it is in use */
    bool table;    /* COLD_MMU: all of a table was checked */
    unsigned edge;
    int64_t off;
    uint32_t insn_off;
    int8_t d, src[3];              /* COLD_FP: registers of the result and the operands */
    bool vec_live, vec_live_after; /* at the check; after the stores */
} ColdPath;

/* A global that a register holds throughout a block. */
#define MAX_KEPT 5

typedef struct KeptVector {
    uint8_t global;
    int8_t reg;
} KeptVector;

#define MAX_COLD 1024

/* Constants of a block, in each half of a vector: behind its code. */
#define MAX_POOL 128

typedef struct PoolUse {
    uint8_t *at; /* the displacement that is to reach it */
    uint64_t val;
} PoolUse;

/* A check that does the work of others, share.c: where its bytes begin, from the leader's address,
 * and how many they are. */
#define MAX_SHARED  TCG_N_SHARED
#define SHARE_LEADS 0x80
#define SHARE_NONE  0xff

typedef struct SharedCheck {
    int32_t first;
    uint32_t span;
} SharedCheck;

/* Of a load, store or set that is one with its neighbour: pair.c. */
typedef enum PairPart { PAIR_NONE, PAIR_FIRST, PAIR_SECOND } PairPart;

typedef struct Gen {
    Asm a;
    TCGCode *code;
    const IRBlock *ir;
    unsigned cur;                    /* index of the instruction being emitted */
    uint32_t insn_off;               /* page offset of the guest instruction */
    IRRef reg_val[32];               /* value that a register holds; IR_NONE: none */
    uint32_t locked;                 /* registers the current operation uses */
    IRRef home_val[TCG_MAX_GLOBALS]; /* value whose `mem` is this global's home */
    bool loops;                      /* the block has an edge to itself, and calls no C */
    bool dense;                      /* see dense.c */
    uint64_t spill_used;
    uint32_t vspill_used;
    uint32_t vec_pool; /* VEC_POOL without the registers of kept vectors */
    unsigned n_kept;
    KeptVector kept[MAX_KEPT];
    unsigned n_cold;
    ColdPath *open_store; /* write check whose stores are being emitted */
    IRRef open_ptr;
    unsigned n_pool, n_shared;
    SharedCheck shared[MAX_SHARED];
    uint8_t share_of[IR_MAX_INSNS]; /* of a check: index in `shared`, SHARE_LEADS; or SHARE_NONE */
    uint8_t pair_of[IR_MAX_INSNS];  /* PairPart of an instruction */
    bool paired[TCG_MAX_GLOBALS];   /* its home and the next one's were last written as one */
    PoolUse pool[MAX_POOL];
    ColdPath cold[MAX_COLD];
    ValueLoc loc[IR_MAX_INSNS];
} Gen;

typedef void X86EnterFn(CPUArchState *env, const void *entry);

/* Set at init; constant afterwards. Addresses are where code is written. */
typedef struct Stubs {
    TCGRuntime rt;
    const TCGGlobal *globals;
    unsigned n_globals;
    uint32_t cold_offset;
    int32_t pin_home[N_PINNED]; /* displacement from rbp; NO_MEM: not used by this target */
    const uint8_t *exit_sample, *exit_link, *exit_hot, *exit_irq, *exit_pc_irq, *exit_tb, *jc_miss,
        *ret_miss, *sentinel;
    const uint8_t *mmu_r[2], *mmu_w[2], *commit[2]; /* [1]: vector registers are live */
    const uint8_t *save, *call, *call_fp, *fp;
    const uint8_t *dense_check[2][10], *dense_entry, *dense_continue, *dense_lookup, *dense_ret;
    const TCGVec *consts; /* by ConstNum */
    bool has_aes, has_pclmul, has_sha;
    X86EnterFn *enter; /* this one where it is executed */
} Stubs;

extern Stubs x86_stubs;
extern const uint8_t x86_pinned[N_PINNED];

#define ENV_DISP(field) ((int32_t)offsetof(TCGEnv, field) - TCG_ENV_BIAS)
#define COLD_DISP(field)                                                                           \
    ((int32_t)(x86_stubs.cold_offset + offsetof(TCGEnvCold, field)) - TCG_ENV_BIAS)
#define SHARE_DISP(n) (COLD_DISP(share[0]) + 8 * (int32_t)((n) & ~SHARE_LEADS))
#define ENVM(field)   MEM(RBP, ENV_DISP(field))
#define COLDM(field)  MEM(RBP, COLD_DISP(field))

static inline bool type_is_vec(unsigned type)
{
    return type == IR_V128;
}

static inline const IRInsn *insn_of(const Gen *g, IRRef v)
{
    return &g->ir->insns[v];
}

/* Whether @v is a constant; then *val is it (of I32: zero-extended). */
static inline bool const_val(const Gen *g, IRRef v, int64_t *val)
{
    const IRInsn *i = insn_of(g, v);

    if (i->op != IR_const) {
        return false;
    }
    *val = i->type == IR_I32 ? (int64_t)(uint32_t)i->imm : i->imm;
    return true;
}

static inline bool const_s32(const Gen *g, IRRef v, bool w, int32_t *val)
{
    int64_t c;

    if (!const_val(g, v, &c) || (w && c != (int32_t)c)) {
        return false;
    }
    *val = (int32_t)c;
    return true;
}

static inline bool live_after(const Gen *g, IRRef v)
{
    return insn_of(g, v)->last_use > g->cur;
}

/* ---- features.c: see TCGHost ---- */
bool x86_probe(char **why);
bool x86_set_isa(const char *name, Error **errp);
const char *x86_get_isa(void);
void features_init(void); /* sets x86_stubs.has_* */

/* Makes users of trunc and zext use their operands, where registers allow; renews liveness. */
void coalesce(IRBlock *ir);

void share_checks(Gen *g); /* share.c: fills g->shared and g->share_of */

/* ---- dense.c ---- */
/* The stubs, which use others. */
void dense_init(Asm *s);
/* The check of an access in dense code: false if this one is to be as usual. */
bool gen_dense_check(Gen *g, const IRInsn *i, bool write);

/* ---- pair.c ---- */
void find_pairs(Gen *g); /* fills g->pair_of and g->paired */
/* A load or store of 8 bytes at @m: false if it is not one of a pair. */
bool gen_pair(Gen *g, const IRInsn *i, X86Mem m);

/* ---- regs.c ---- */
void regs_begin(Gen *g);
/* Loads the kept vectors from their homes. */
void load_kept(Gen *g);
/* Emits the constants, behind everything else. */
/* @at: rel32 of a load of the constant @val from behind the block. */
void add_pool_use(Gen *g, uint8_t *at, uint64_t val);
void emit_pool(Gen *g);
/* The register that holds @v now, loading it if need be; it is locked for this operation. */
int use_reg(Gen *g, IRRef v);
int use_vec(Gen *g, IRRef v); /* xmm number 0..15 */
/* Where @v lies in memory if it is not in a register: true and *m. */
bool use_mem(Gen *g, IRRef v, X86Mem *m);
/* Copies or loads @v into exactly @reg, which must have been evicted or free. */
void load_into(Gen *g, IRRef v, int reg);
/* Gives the current instruction's result a register (the hinted one if it may); operands that die
 * here may share it. */
int def_reg(Gen *g);
int def_vec(Gen *g);
/* Likewise, in a register that holds no operand, even one that dies here. */
int def_vec_distinct(Gen *g);
/* The result is in exactly @reg (evicted before). */
void def_in(Gen *g, int reg);
/* Makes @reg free: what it holds is kept elsewhere if used later. */
void evict(Gen *g, int reg);
void evict_for_call(Gen *g, bool writes_globals);
/* A free temporary for the rest of this operation. */
int scratch_reg(Gen *g);
int scratch_vec(Gen *g); /* xmm number; besides xmm14 and xmm15 */
void do_get(Gen *g, const IRInsn *i);
void do_set(Gen *g, const IRInsn *i);
bool any_vec_live(const Gen *g);
/* Other code has run: registers and homes hold nothing that is known. */
void forget_values(Gen *g);
/* After each operation: forget values used for the last time, unlock. */
void regs_end_insn(Gen *g);

/* ---- emission by class: true if @i was theirs ---- */
bool gen_int(Gen *g, const IRInsn *i);
bool gen_mem(Gen *g, const IRInsn *i);
bool gen_flow(Gen *g, const IRInsn *i);
bool gen_vec(Gen *g, const IRInsn *i);
bool gen_vec_arith(Gen *g, const IRInsn *i);
bool gen_vec_perm(Gen *g, const IRInsn *i);
bool gen_vec_sat(Gen *g, const IRInsn *i);
bool gen_crypto(Gen *g, const IRInsn *i);
bool gen_fp(Gen *g, const IRInsn *i);
void gen_vec_fallback(Gen *g, const IRInsn *i, TCGHostVecFn *fn, uint64_t desc);

/* ---- fp.c, fp-convert.c ---- */

/* The instruction's result in register @d is redone exactly, from the operands in @src (NOREG: no
 * operand), if the branch at @from is taken. The caller sets join. */
ColdPath *fp_cold(Gen *g, uint8_t *from, const int src[3], int d);
/*
 * Branches to the exact operation if the result (of format @fmt in xmm @d) is a NaN, or with @tiny
 * if it may be tiny before rounding only. Everything else must have been emitted.
 */
void fp_check(Gen *g, unsigned fmt, bool scalar, bool tiny, const int src[3], int d);
void fp_fallback(Gen *g, const IRInsn *i);
bool gen_fp_convert(Gen *g, const IRInsn *i);
void cold_fp(Gen *g, const ColdPath *c);
void estimate_init(void); /* after x86_stubs.rt is set */
void gen_fp_step(Gen *g, const IRInsn *i);
bool gen_fp_estimate(Gen *g, const IRInsn *i);
bool gen_fp_half(Gen *g, const IRInsn *i);
bool gen_fp_half_convert(Gen *g, const IRInsn *i);
void fp_widen_half(Gen *g, int d, int a); /* the low lane; a single, with zeros above */
void fp_narrow_half(Gen *g, int d, int a);

/* ---- consts.c: 16-byte constants that all blocks share ---- */
typedef enum ConstNum {
    K_MIN_NORMAL_D,
    K_2POW63_S,
    K_2POW63_D,
    K_SIGN_D,
    K_SIGN_S,
    K_BIT31_D,
    K_LOW_B, /* the low lane */
    K_LOW_H,
    K_EVEN_B, /* every second lane */
    K_EVEN_H,
    K_ODD_B,
    K_ODD_H,
    K_NIBBLES,
    K_MINUS8_B,
    K_7_B,
    K_POWERS,   /* 2^(n % 8) */
    K_POPCOUNT, /* of a nibble */
    K_ABS_S,
    K_ABS_D,
    K_EXP_S,
    K_EXP_D,
    K_ABS_H,
    K_EXP_H,
    K_MIN_NORMAL_H,
    K_LOW_SIGN_S,
    K_LOW_SIGN_D,
    K_STEP_MAX_S, /* operands above may overflow in a step */
    K_STEP_MAX_D,
    K_TWO_S, /* and three */
    K_TWO_D = K_TWO_S + 2,
    K_HALF_S = K_TWO_D + 2,
    K_HALF_D,
    K_MIN_NORMAL_S,
    K_RSQRTE_MAX,
    K_RECPE_MAX,
    K_LOW_B_S,
    K_380_S,
    K_253_EXP_S,
    K_TBL_BIAS, /* makes indices from 16 on negative */
    K_REV_B_IN_H,
    K_REV_B_IN_S,
    K_REV_B_IN_D,
    K_REV_H_IN_S,
    K_REV_H_IN_D,
    K_XTN_B,
    K_XTN_H,
    K_XTN_S,
    K_SHL_B, /* + n: what a left shift by n leaves of a byte; 8 of them */
    K_SHR_B = K_SHL_B + 8,
    K_SAR_B = K_SHR_B + 8, /* + n: the sign bit after a right shift by n */
    K_SHA1 = K_SAR_B + 8,  /* + n: the constant of function n of SHA-1 */
    K_LD3 = K_SHA1 + 4,    /* shuffles: + 9 * element size + 3 * result + operand */
    K_ST3 = K_LD3 + 36,
    K_COUNT = K_ST3 + 36
} ConstNum;
void consts_init(Asm *a);
/* Byte of the shuffle that K_LD3 or K_ST3 hold for result @out and operand @in; 0x80: zero. */
uint8_t consts_struct3(bool load, unsigned vece, unsigned out, unsigned in, unsigned byte);
/* OP reg, vvvv, [constant], followed by @imm_bytes of immediate that the caller appends. */
void asm_vex_const(Asm *a, int opc, int reg, int vvvv, ConstNum k, unsigned imm_bytes);

/* x86 condition of @i->cond after comparing its operands a and b (emitted here). */
int gen_compare(Gen *g, const IRInsn *i);
void add_row(Gen *g);
ColdPath *add_cold(Gen *g, int kind, uint8_t *from);
/* The soft-TLB check of @span bytes at [@base + @disp]. */
typedef struct TLBCheck {
    int base;
    int32_t disp;
    unsigned span, align;
    bool write, unpriv;
} TLBCheck;

/* eax: the entry, rcx overwritten. Returns the branch that is taken if it fails; *misaligned,
 * unless NULL: likewise for @align above 1. */
uint8_t *emit_tlb_check(Asm *s, const TLBCheck *c, uint8_t **misaligned);
/* rax: the addend of the entry that was found. */
void emit_tlb_addend(Asm *s, const TLBCheck *c);
void emit_cold(Gen *g, ColdPath *c);
void close_store(Gen *g);
void emit_jc_lookup(Gen *g, bool call);
/* Field of the jump cache's entry for an address of which rax has the bits that count. */
#define JC_ENTRY(field)                                                                            \
    ((X86Mem){ .base = NOREG,                                                                      \
               .index = RAX,                                                                       \
               .scale = 2,                                                                         \
               .gs = true,                                                                         \
               .disp = offsetof(TCGContextSlot, jc[0].field) })
void emit_jc_compare(Asm *s);
/* Makes the return address that a call at the end has computed live until there. */
void keep_link(IRBlock *ir);
void stubs_init(Asm *a);
const char *stubs_name(const void *at); /* see TCGHost.name_of */

#endif
