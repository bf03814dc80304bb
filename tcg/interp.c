/* SPDX-License-Identifier: MIT */
/*
 * The interpreter. Every value has 16 bytes: integers stand zero-extended in d[0], vectors whole.
 * One walk over the array; the values of pure operations come from the same rows of tcg/opcodes.h
 * as constant folding (eval.c, interp-vec.c). PTR values carry nothing: an access goes to base +
 * disp through the memory hooks, which the `mmu` before it has probed.
 */
#include "qemu/osdep.h"
#include "tcg/interp.h"
#include "qemu/atomic.h"
#include "tcg/env.h"
#include "tcg/eval.h"
#include "tcg/flags.h"
#include "tcg/tcg-op.h"

typedef struct Interp {
    const TCGInterpOps *ops;
    const IRBlock *ir;
    CPUArchState *env;
    TCGInterpExit *out;
    TCGVec *v;
} Interp;

static TCGEnvCold *cold(const Interp *t)
{
    return (TCGEnvCold *)((char *)t->env + t->ops->cold_offset);
}

static uint64_t arg(const Interp *t, const IRInsn *in, unsigned i)
{
    return t->v[in->arg[i]].d[0];
}

/* ---- state ---- */

static void run_get(const Interp *t, const IRInsn *in, TCGVec *r)
{
    const TCGGlobal *g = &t->ir->globals[in->imm];
    const char *p = (const char *)t->env + g->offset;

    memcpy(r, p, g->type == IR_I32 ? 4 : g->type == IR_I64 ? 8 : 16);
}

static void run_set(const Interp *t, const IRInsn *in)
{
    const TCGGlobal *g = &t->ir->globals[in->imm];
    char *p = (char *)t->env + g->offset;

    memcpy(p, &t->v[in->arg[0]], g->type == IR_I32 ? 4 : g->type == IR_I64 ? 8 : 16);
}

static uint64_t extend(uint64_t val, uint32_t memop)
{
    unsigned shift = 64 - 8 * memop_size(memop);

    val <<= shift;
    return memop & MO_SIGN ? (uint64_t)((int64_t)val >> shift) : val >> shift;
}

static uint64_t run_ldenv(const Interp *t, const IRInsn *in)
{
    uint64_t val = 0;

    memcpy(&val, (char *)t->env + in->disp, memop_size(in->memop));
    return extend(val, in->memop);
}

/* ---- guest memory ---- */

static uint64_t ld(const Interp *t, uint64_t addr, uint32_t memop)
{
    return extend(t->ops->ld(t->env, addr, memop, !!(memop & MO_UNPRIV)), memop);
}

static void run_vld(const Interp *t, uint64_t addr, uint32_t memop, TCGVec *r)
{
    if ((memop & MO_SIZE) == MO_128) {
        r->d[0] = ld(t, addr, MO_64);
        r->d[1] = ld(t, addr + 8, MO_64);
    } else {
        r->d[0] = ld(t, addr, memop & MO_SIZE);
        r->d[1] = 0;
    }
}

static void run_vst(const Interp *t, uint64_t addr, uint32_t memop, const TCGVec *val)
{
    if ((memop & MO_SIZE) == MO_128) {
        t->ops->st(t->env, addr, val->d[0], MO_64, 0);
        t->ops->st(t->env, addr + 8, val->d[1], MO_64, 0);
    } else {
        t->ops->st(t->env, addr, val->d[0], memop & MO_SIZE, 0);
    }
}

static uint64_t atomic_result(TCGAtomicOp op, uint32_t memop, uint64_t old, uint64_t val)
{
    int64_t s_old = extend(old, memop | MO_SIGN), s_val = extend(val, memop | MO_SIGN);
    uint64_t u_val = extend(val, memop & MO_SIZE);

    switch (op) {
    case TCG_ATOMIC_XCHG:
        return val;
    case TCG_ATOMIC_ADD:
        return old + val;
    case TCG_ATOMIC_AND:
        return old & val;
    case TCG_ATOMIC_ANDN:
        return old & ~val;
    case TCG_ATOMIC_OR:
        return old | val;
    case TCG_ATOMIC_XOR:
        return old ^ val;
    case TCG_ATOMIC_SMAX:
        return s_old > s_val ? old : val;
    case TCG_ATOMIC_SMIN:
        return s_old < s_val ? old : val;
    case TCG_ATOMIC_UMAX:
        return old > u_val ? old : u_val;
    case TCG_ATOMIC_UMIN:
        return old < u_val ? old : u_val;
    }
    g_assert_not_reached();
}

/* Compare and swap of @size bytes of host memory; *old is compared and gets what was there. */
static bool host_cas(void *p, unsigned size, uint64_t *old, uint64_t val)
{
    uint8_t o8 = *old;
    uint16_t o16 = *old;
    uint32_t o32 = *old;
    bool ok;

    switch (size) {
    case 1:
        ok = __atomic_compare_exchange_n((uint8_t *)p, &o8, val, false, __ATOMIC_SEQ_CST,
                                         __ATOMIC_SEQ_CST);
        *old = o8;
        return ok;
    case 2:
        ok = __atomic_compare_exchange_n((uint16_t *)p, &o16, val, false, __ATOMIC_SEQ_CST,
                                         __ATOMIC_SEQ_CST);
        *old = o16;
        return ok;
    case 4:
        ok = __atomic_compare_exchange_n((uint32_t *)p, &o32, val, false, __ATOMIC_SEQ_CST,
                                         __ATOMIC_SEQ_CST);
        *old = o32;
        return ok;
    default:
        return __atomic_compare_exchange_n((uint64_t *)p, old, val, false, __ATOMIC_SEQ_CST,
                                           __ATOMIC_SEQ_CST);
    }
}

static uint64_t run_rmw(const Interp *t, const IRInsn *in, uint64_t addr)
{
    uint64_t val = arg(t, in, 2);
    void *p = t->ops->host(t->env, addr, memop_size(in->memop));
    uint64_t old = ld(t, addr, in->memop & MO_SIZE);

    if (!p) {
        t->ops->st(t->env, addr, atomic_result(in->cond, in->memop, old, val), in->memop, 0);
        return old;
    }
    while (
        !host_cas(p, memop_size(in->memop), &old, atomic_result(in->cond, in->memop, old, val))) {
    }
    return old;
}

static uint64_t run_cas(const Interp *t, const IRInsn *in, uint64_t addr)
{
    uint64_t cmp = extend(arg(t, in, 2), in->memop & MO_SIZE), val = arg(t, in, 3);
    void *p = t->ops->host(t->env, addr, memop_size(in->memop));
    uint64_t old = cmp;

    if (p) {
        host_cas(p, memop_size(in->memop), &old, val);
        return old;
    }
    old = ld(t, addr, in->memop & MO_SIZE);
    if (old == cmp) {
        t->ops->st(t->env, addr, val, in->memop, 0);
    }
    return old;
}

/*
 * Loads whose values nobody wants are gone (ir_pass_liveness), but a device that was to be read
 * must see it, and may refuse it.
 */
static void run_unused_loads(const Interp *t, const IRInsn *in, uint64_t addr)
{
    uint32_t memop = MIN(in->memop & MO_SIZE, MO_64); /* a vector is read in halves */
    unsigned span = memop_span(in->memop), size = memop_size(memop);

    for (unsigned i = 0; i < span; i += size) {
        ld(t, addr + i, memop);
    }
}

static void run_memory(const Interp *t, const IRInsn *in, TCGVec *r)
{
    bool is_check = in->op >= IR_mmu_r && in->op <= IR_mmu_t;
    uint32_t memop = in->memop & ~MO_TABLE_MASK;
    uint64_t addr = arg(t, in, is_check ? 0 : 1) + in->disp;

    switch (in->op) {
    case IR_mmu_r:
    case IR_mmu_w:
    case IR_mmu_t:
        t->ops->mmu(t->env, addr, memop, in->op == IR_mmu_w);
        if (in->op != IR_mmu_w && !in->uses && !(in->memop & MO_PROBE)) {
            run_unused_loads(t, in, addr);
        }
        break;
    case IR_ld:
        r->d[0] = ld(t, addr, in->memop);
        break;
    case IR_st:
        t->ops->st(t->env, addr, arg(t, in, 2), in->memop, !!(in->memop & MO_UNPRIV));
        break;
    case IR_vld:
        run_vld(t, addr, in->memop, r);
        break;
    case IR_vst:
        run_vst(t, addr, in->memop, &t->v[in->arg[2]]);
        break;
    case IR_atomic_rmw:
        r->d[0] = run_rmw(t, in, addr);
        break;
    case IR_atomic_cas:
        r->d[0] = run_cas(t, in, addr);
        break;
    default:
        g_assert_not_reached();
    }
}

/* ---- C functions and floating point ---- */

typedef uint64_t HelperFn(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

/* The calling conventions of all hosts let a function ignore trailing integer arguments. */
static uint64_t run_call(const Interp *t, const IRCall *call)
{
    HelperFn *fn = (HelperFn *)(uintptr_t)call->fn;
    uint64_t a[7] = { 0 };
    unsigned n = 0;

    if (call->flags & TCG_CALL_ENV) {
        a[n++] = (uintptr_t)t->env;
    }
    for (unsigned i = 0; i < call->nargs; i++) {
        a[n++] = t->v[call->arg[i]].d[0];
    }
    return fn(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
}

static void run_vcall(const Interp *t, const IRCall *call, TCGVec *r)
{
    TCGVec *vop = cold(t)->vop;

    for (unsigned i = 0; i < call->nargs; i++) {
        vop[i + 1] = t->v[call->arg[i]];
    }
    ((TCGVecHelper *)(uintptr_t)call->fn)(t->env, vop, call->desc);
    *r = vop[0];
}

static void run_fp(const Interp *t, const IRInsn *in, TCGVec *r)
{
    TCGVec *vop = cold(t)->vop;

    for (unsigned i = 0; i < ir_op_info[in->op].nargs; i++) {
        vop[i + 1] = t->v[in->arg[i]];
    }
    t->ops->fp_op(t->env, in->op, in->cond, in->vece, in->imm);
    *r = vop[0];
    if (in->type != IR_V128) {
        r->d[1] = 0;
    }
}

/* ---- pure operations ---- */

static bool run_cond(const Interp *t, const IRInsn *in)
{
    return ir_eval_cond(in->cond, in->arg_type, arg(t, in, 0), arg(t, in, 1));
}

static void run_pure(const Interp *t, const IRInsn *in, TCGVec *r)
{
    const TCGVec *v = t->v;

    switch (in->op) {
    case IR_const:
        r->d[0] = in->type == IR_I32 ? (uint32_t)in->imm : (uint64_t)in->imm;
        break;
    case IR_vconst:
        r->d[0] = r->d[1] = in->imm;
        break;
    case IR_setcond:
        r->d[0] = run_cond(t, in);
        break;
    case IR_select:
        *r = v[in->arg[run_cond(t, in) ? 2 : 3]];
        break;
    case IR_flags_nzcv:
        r->d[0] = tcg_flags_nzcv(arg(t, in, 0), arg(t, in, 1), arg(t, in, 2));
        break;
    case IR_vextract:
        r->d[0] = ir_vec_lane(&v[in->arg[0]], in->vece, in->imm);
        break;
    default:
        if (ir_evaluates(in->op)) {
            r->d[0] = ir_eval(in->op, in->type, arg(t, in, 0), arg(t, in, 1), in->imm);
        } else if (!ir_eval_vec(in->op, in->vece, in->imm, r, &v[in->arg[0]], &v[in->arg[1]],
                                &v[in->arg[2]])) {
            g_assert_not_reached();
        }
    }
}

/* ---- leaving ---- */

static TCGInterpResult leave_to(const Interp *t, TCGInterpResult how, int64_t off, int edge)
{
    t->out->pc = ((const TCGEnv *)t->env)->vbase + off;
    t->out->same_page = off >= 0 && off < 4096;
    t->out->off = off & 4095;
    t->out->edge = edge;
    return how;
}

static TCGInterpResult leave_to_address(const Interp *t, TCGInterpResult how, uint64_t pc)
{
    t->out->pc = pc;
    t->out->same_page = (pc & ~UINT64_C(4095)) == ((const TCGEnv *)t->env)->vbase;
    t->out->off = pc & 4095;
    t->out->edge = -1;
    return how;
}

static TCGInterpResult run_end(const Interp *t, const IRInsn *in)
{
    unsigned ret_off = CALL_RET_OFF(in->imm) + (in->imm & CALL_NEXT_PAGE ? 4096 : 0);

    switch (in->op) {
    case IR_goto_tb:
    case IR_brcond:
        return leave_to(t, TCG_INTERP_GOTO, in->imm, in->vece);
    case IR_goto_far:
    case IR_brcond_far:
        return leave_to(t, TCG_INTERP_GOTO, in->imm, -1);
    case IR_goto_ptr:
        return leave_to_address(t, TCG_INTERP_GOTO, arg(t, in, 0));
    case IR_ret_ptr:
        return leave_to_address(t, TCG_INTERP_RET, arg(t, in, 0));
    case IR_call_tb:
    case IR_call_on:
        t->out->ret_pc = ((const TCGEnv *)t->env)->vbase + ret_off;
        if (in->imm & CALL_DIRECT) {
            return leave_to(t, TCG_INTERP_CALL, CALL_TARGET_OFF(in->imm), in->vece);
        }
        return leave_to_address(t, TCG_INTERP_CALL, arg(t, in, 0));
    default:
        return TCG_INTERP_EXIT;
    }
}

/* An instruction that does not leave the block. */
static void run_insn(const Interp *t, const IRInsn *in, TCGVec *r)
{
    switch (in->op) {
    case IR_nop:
        break;
    case IR_get:
        run_get(t, in, r);
        break;
    case IR_set:
        run_set(t, in);
        break;
    case IR_ldenv:
        r->d[0] = run_ldenv(t, in);
        break;
    case IR_stenv:
        memcpy((char *)t->env + in->disp, &t->v[in->arg[0]], memop_size(in->memop));
        break;
    case IR_insn_start:
        t->out->insn_off = in->imm;
        break;
    case IR_fence:
        smp_mb();
        break;
    case IR_call:
        r->d[0] = run_call(t, &t->ir->calls[in->imm]);
        break;
    case IR_vcall:
        run_vcall(t, &t->ir->calls[in->imm], r);
        break;
    default:
        if (in->op >= IR_mmu_r && in->op <= IR_atomic_cas) {
            run_memory(t, in, r);
        } else if (in->op >= IR_fadd || (in->op >= IR_fcmp && in->op <= IR_fcvt_if)) {
            run_fp(t, in, r);
        } else {
            run_pure(t, in, r);
        }
    }
}

TCGInterpResult tcg_interp_run(const TCGInterpOps *ops, const IRBlock *ir, CPUArchState *env,
                               TCGInterpExit *out)
{
    Interp t = { ops, ir, env, out, g_newa(TCGVec, ir->n) };

    for (unsigned i = 1; i < ir->n; i++) {
        const IRInsn *in = &ir->insns[i];
        uint8_t flags = ir_op_info[in->op].flags;

        if (flags & IRF_END || in->op == IR_call_on) {
            return run_end(&t, in);
        }
        if (!(flags & IRF_EXIT)) {
            t.v[i] = (TCGVec){ 0 };
            run_insn(&t, in, &t.v[i]);
        } else if (run_cond(&t, in)) {
            return run_end(&t, in);
        }
    }
    g_assert_not_reached();
}

/* ---- copies ---- */

IRBlock *ir_block_clone(const IRBlock *ir)
{
    size_t calls_at = ROUND_UP(sizeof(IRBlock), 16);
    size_t insns_at = ROUND_UP(calls_at + ir->n_calls * sizeof(IRCall), 16);
    char *mem = g_malloc(insns_at + ir->n * sizeof(IRInsn));
    IRBlock *copy = (IRBlock *)mem;
    g_autofree IRRef *map = g_new(IRRef, ir->n);

    *copy = *ir;
    copy->calls = (IRCall *)(mem + calls_at);
    copy->insns = (IRInsn *)(mem + insns_at);
    copy->n = 0;
    memcpy(copy->calls, ir->calls, ir->n_calls * sizeof(IRCall));
    for (unsigned i = 0; i < ir->n; i++) {
        const IRInsn *in = &ir->insns[i];

        map[i] = copy->n;
        if (i == 0 || in->op != IR_nop) {
            copy->insns[copy->n++] = *in;
        }
    }
    for (unsigned i = 1; i < copy->n; i++) {
        IRInsn *in = &copy->insns[i];

        in->last_use = map[in->last_use];
        for (unsigned k = 0; k < ARRAY_SIZE(in->arg); k++) {
            in->arg[k] = map[in->arg[k]];
        }
        if (in->op == IR_call || in->op == IR_vcall) {
            IRCall *call = &copy->calls[in->imm]; /* others were in code that has been cut off */

            for (unsigned k = 0; k < call->nargs; k++) {
                call->arg[k] = map[call->arg[k]];
            }
        }
    }
    return copy;
}
