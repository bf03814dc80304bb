/* SPDX-License-Identifier: MIT */
/*
 * Pairs of registers that are only copied: LDP to two registers that lie side by side in env and
 * are not pinned, and STP of such two. One 16-byte move does the work of two, which is worth it
 * because stores are what loops that copy are limited by.
 *
 * A 16-byte load of what two 8-byte stores have just written would wait for both to reach the
 * cache. So a pair is only loaded as one from homes that were last written as one: in this round
 * or, where all of them are, in the round before. Only blocks that loop to themselves are looked
 * at: the reverse, loads of 8 bytes from a store of 16, has some latency, too, and made calls of
 * functions that restore registers 8 % slower.
 */
#include "gen.h"

static bool is_i64_home(const IRBlock *ir, unsigned global)
{
    return ir->globals[global].pin < 0 && ir->globals[global].type == IR_I64;
}

/* Whether the homes of two globals lie side by side. */
static bool adjacent(const IRBlock *ir, unsigned lo, unsigned hi)
{
    return is_i64_home(ir, lo) && is_i64_home(ir, hi) && hi == lo + 1 &&
           ir->globals[hi].offset == ir->globals[lo].offset + 8;
}

static bool same_access(const IRInsn *lo, const IRInsn *hi)
{
    return lo->op == hi->op && lo->memop == MO_64 && hi->memop == MO_64 &&
           lo->arg[0] == hi->arg[0] && lo->arg[1] == hi->arg[1] && hi->disp == lo->disp + 8;
}

/* Where @v is set, if nothing between @from and there is more than register arithmetic. */
static IRRef find_set(const IRBlock *ir, IRRef from, IRRef v)
{
    for (IRRef n = from; n < ir->n; n++) {
        const IRInsn *i = &ir->insns[n];

        if (i->op == IR_set && i->arg[0] == v) {
            return n;
        }
        if (i->op != IR_nop && i->op != IR_const && i->op != IR_set && i->op != IR_add &&
            i->op != IR_get) {
            return IR_NONE;
        }
    }
    return IR_NONE;
}

static void note_loads(Gen *g, IRRef n, const uint8_t *stored)
{
    const IRBlock *ir = g->ir;
    const IRInsn *lo = &ir->insns[n], *hi = lo + 1;

    if (n + 1u >= ir->n || !same_access(lo, hi) || lo->uses != 1u + stored[n] ||
        hi->uses != 1u + stored[n + 1]) {
        return;
    }
    IRRef s0 = find_set(ir, n + 2, n), s1 = find_set(ir, n + 2, n + 1);
    if (s0 && s1 == s0 + 1 && adjacent(ir, ir->insns[s0].imm, ir->insns[s1].imm)) {
        g->pair_of[n] = g->pair_of[s0] = PAIR_FIRST;
        g->pair_of[n + 1] = g->pair_of[s1] = PAIR_SECOND;
    }
}

/* Pairs that are only ever set as such are good from the beginning. */
static void note_homes(Gen *g)
{
    bool single[TCG_MAX_GLOBALS] = { false }, first[TCG_MAX_GLOBALS] = { false };

    for (unsigned n = 1; n < g->ir->n; n++) {
        const IRInsn *i = &g->ir->insns[n];
        if (i->op == IR_set) {
            single[i->imm] |= g->pair_of[n] == PAIR_NONE;
            first[i->imm] |= g->pair_of[n] == PAIR_FIRST;
        }
    }
    for (unsigned k = 0; k + 1 < g->ir->n_globals; k++) {
        g->paired[k] = first[k] && !single[k] && !single[k + 1];
    }
}

void find_pairs(Gen *g)
{
    bool any = false;
    const IRBlock *ir = g->ir;
    uint8_t stored[IR_MAX_INSNS]; /* uses of a value by stores of pairs */

    memset(g->pair_of, PAIR_NONE, ir->n);
    memset(g->paired, 0, sizeof(g->paired));
    if (!g->loops) {
        return;
    }
    memset(stored, 0, ir->n);
    for (unsigned n = 1; n + 1 < ir->n; n++) {
        const IRInsn *i = &ir->insns[n];
        if (i->op == IR_st && same_access(i, i + 1)) {
            stored[i->arg[2]]++;
            stored[(++i)->arg[2]]++;
            n++;
        }
    }
    for (unsigned n = 1; n < ir->n; n++) {
        if (ir->insns[n].op == IR_ld && g->pair_of[n] == PAIR_NONE) {
            note_loads(g, n, stored);
            any |= g->pair_of[n] != PAIR_NONE;
        }
    }
    if (any) {
        note_homes(g);
    }
}

/* The global whose home holds @v; -1: none. */
static int home_global(const Gen *g, IRRef v)
{
    for (unsigned n = 0; g->loc[v].mem != NO_MEM && n < g->ir->n_globals; n++) {
        if (g->home_val[n] == v) {
            return n;
        }
    }
    return -1;
}

/* The second of two stores that were one is skipped, and its operand released as always. */
bool gen_pair(Gen *g, const IRInsn *i, X86Mem m)
{
    const IRInsn *next = i + 1;

    if (i->op == IR_ld && g->pair_of[g->cur] == PAIR_FIRST) {
        asm_vex_rm(&g->a, 0x10 | M_0F, XTMP1, 0, m); /* vmovups */
        return true;
    }
    if (i->op != IR_st || g->cur + 1 >= g->ir->n || !same_access(i, next)) {
        return false;
    }
    int32_t lo = home_global(g, i->arg[2]), hi = home_global(g, next->arg[2]);
    if (lo < 0 || hi < 0 || !adjacent(g->ir, lo, hi) || !g->paired[lo] ||
        g->loc[i->arg[2]].reg != NOREG || g->loc[next->arg[2]].reg != NOREG) {
        return false;
    }
    asm_vex_rm(&g->a, 0x10 | M_0F, XTMP1, 0, MEM(RBP, g->loc[i->arg[2]].mem));
    asm_vex_rm(&g->a, 0x11 | M_0F, XTMP1, 0, m);
    g->pair_of[g->cur + 1] = PAIR_SECOND;
    return true;
}
