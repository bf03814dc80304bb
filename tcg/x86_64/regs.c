/* SPDX-License-Identifier: MIT */
/*
 * Register allocation: one forward pass, together with emission.
 *
 * A value is in at most one register that is noted (loc.reg, reg_val) and in at most one memory
 * place (loc.mem: a spill slot, or the home of the global it was read from or stored to). Pinned
 * registers always hold their guest register's architectural value, except between the definition
 * of a value with a hint and the `set` it is for, where no fault point lies (liveness sees to
 * that). They are never given to other values; a value read from one is used in place, and moved
 * away when the guest register changes while the old value is still needed.
 *
 * A `set` of a global that is not pinned stores at once, so the state is exact at every exit and
 * fault point and edges need no code.
 *
 * Kept vectors: a block that loops to itself keeps some vectors in registers besides, so that what
 * one round computes for the next does not go through memory. Such a register has the same value as
 * the global's home, which is loaded before the loop and after C calls. Its edge to itself goes
 * behind these loads.
 */
#include "gen.h"

const uint8_t x86_pinned[N_PINNED] = { RBX, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 };

/* ---- kept vectors: see the head of the file ---- */

static bool is_loop(const Gen *g)
{
    bool loops = false;

    for (unsigned n = 1; n < g->ir->n; n++) {
        const IRInsn *i = &g->ir->insns[n];
        if (i->op == IR_call || i->op == IR_vcall || i->op == IR_call_on) {
            return false;
        }
        loops |= (i->op == IR_brcond || i->op == IR_goto_tb) && i->imm == g->code->pc_first;
    }
    return loops;
}

/* The vectors that are read before they are set. */
static void choose_kept(Gen *g)
{
    bool seen[TCG_MAX_GLOBALS] = { false };

    g->vec_pool = VEC_POOL;
    g->n_kept = 0;
    if (!g->loops) {
        return;
    }
    for (unsigned n = 1; n < g->ir->n && g->n_kept < MAX_KEPT; n++) {
        const IRInsn *i = &g->ir->insns[n];
        if ((i->op == IR_get || i->op == IR_set) && !seen[i->imm]) {
            seen[i->imm] = true;
            if (i->op == IR_get && type_is_vec(g->ir->globals[i->imm].type)) {
                int reg = VREG(13) - g->n_kept;
                g->kept[g->n_kept++] = (KeptVector){ i->imm, reg };
                g->vec_pool &= ~(1u << reg);
            }
        }
    }
}

static int kept_reg(const Gen *g, unsigned global)
{
    for (unsigned n = 0; n < g->n_kept; n++) {
        if (g->kept[n].global == global) {
            return g->kept[n].reg;
        }
    }
    return NOREG;
}

void load_kept(Gen *g)
{
    for (unsigned n = 0; n < g->n_kept; n++) {
        int32_t home = (int32_t)g->ir->globals[g->kept[n].global].offset - TCG_ENV_BIAS;
        asm_vex_rm(&g->a, 0x28 | M_0F, g->kept[n].reg - 16, 0, MEM(RBP, home)); /* vmovaps */
    }
}

void regs_begin(Gen *g)
{
    memset(g->reg_val, 0, sizeof(g->reg_val));
    memset(g->home_val, 0, g->ir->n_globals * sizeof(g->home_val[0]));
    for (unsigned i = 0; i < g->ir->n; i++) {
        g->loc[i] = (ValueLoc){ NOREG, NO_MEM };
    }
    g->locked = 0;
    g->spill_used = 0;
    g->vspill_used = 0;
    g->loops = is_loop(g);
    g->dense = g->code->dense && !g->loops;
    choose_kept(g);
    find_pairs(g);
    share_checks(g);
}

static bool is_vec(const Gen *g, IRRef v)
{
    return type_is_vec(insn_of(g, v)->type);
}

static bool is_remat(const Gen *g, IRRef v)
{
    return insn_of(g, v)->op == IR_const || insn_of(g, v)->op == IR_vconst;
}

/* A spill slot for @v: displacement from rbp. */
static int32_t spill_slot(Gen *g, IRRef v)
{
    if (is_vec(g, v)) {
        unsigned n = ctz32(~g->vspill_used);
        if (n >= TCG_N_VSPILL) {
            g->a.full = true; /* the block is retried with fewer instructions */
            return COLD_DISP(vspill[0]);
        }
        g->vspill_used |= 1u << n;
        return COLD_DISP(vspill[0]) + 16 * n;
    }
    if (g->spill_used == UINT64_MAX) {
        g->a.full = true;
        return COLD_DISP(spill[0]);
    }
    unsigned n = ctz64(~g->spill_used);
    g->spill_used |= 1ull << n;
    return COLD_DISP(spill[0]) + 8 * n;
}

static void free_slot(Gen *g, int32_t mem)
{
    int32_t n = mem - COLD_DISP(spill[0]);

    if (n >= 0 && n < 8 * TCG_N_SPILL) {
        g->spill_used &= ~(1ull << (n / 8));
        return;
    }
    n = mem - COLD_DISP(vspill[0]);
    if (n >= 0 && n < 16 * TCG_N_VSPILL) {
        g->vspill_used &= ~(1u << (n / 16));
    }
}

static void store_value(Gen *g, unsigned type, int reg, int32_t disp)
{
    if (type_is_vec(type)) {
        asm_vex_rm(&g->a, 0x29 | M_0F, reg - 16, 0, MEM(RBP, disp)); /* vmovaps */
    } else {
        asm_store(&g->a, type != IR_I32, reg, MEM(RBP, disp));
    }
}

static void load_value(Gen *g, unsigned type, int reg, int32_t disp)
{
    if (type_is_vec(type)) {
        asm_vex_rm(&g->a, 0x28 | M_0F, reg - 16, 0, MEM(RBP, disp));
    } else {
        asm_load(&g->a, type != IR_I32, reg, MEM(RBP, disp));
    }
}

/* Makes sure that @v, which is in a register, is in memory too. */
static void spill(Gen *g, IRRef v)
{
    ValueLoc *l = &g->loc[v];

    if (l->mem == NO_MEM && !is_remat(g, v)) {
        l->mem = spill_slot(g, v);
        /* I32: the upper half goes with it, so that a reload is as good as the register. */
        store_value(g, insn_of(g, v)->type == IR_I32 ? IR_I64 : insn_of(g, v)->type, l->reg,
                    l->mem);
    }
}

static void set_reg(Gen *g, IRRef v, int reg)
{
    g->loc[v].reg = reg;
    g->reg_val[reg] = v;
}

static void drop_reg(Gen *g, int reg)
{
    IRRef v = g->reg_val[reg];

    if (v && g->loc[v].reg == reg) {
        g->loc[v].reg = NOREG;
    }
    g->reg_val[reg] = IR_NONE;
}

static int free_in(const Gen *g, uint32_t pool)
{
    pool &= ~g->locked;
    while (pool) {
        int r = ctz32(pool);
        if (!g->reg_val[r]) {
            return r;
        }
        pool &= pool - 1;
    }
    return NOREG;
}

/* A register of @pool, freed if need be: of values in memory anyway, else of the one used last. */
static int alloc_in(Gen *g, uint32_t pool)
{
    int r = free_in(g, pool);

    if (r != NOREG) {
        return r;
    }
    unsigned best = 0;
    for (uint32_t p = pool & ~g->locked; p; p &= p - 1) {
        int c = ctz32(p);
        IRRef v = g->reg_val[c];
        unsigned score = 1 + insn_of(g, v)->last_use;
        if (g->loc[v].mem != NO_MEM || is_remat(g, v)) {
            score += IR_MAX_INSNS;
        }
        if (score > best) {
            best = score;
            r = c;
        }
    }
    assert(r != NOREG);
    evict(g, r);
    return r;
}

static uint32_t pool_of(const Gen *g, unsigned type)
{
    return type_is_vec(type) ? g->vec_pool : INT_POOL;
}

static bool needed(const Gen *g, IRRef v)
{
    return insn_of(g, v)->last_use >= g->cur;
}

void evict(Gen *g, int reg)
{
    IRRef v = g->reg_val[reg];

    if (!v) {
        return;
    }
    if (needed(g, v)) {
        int other = free_in(g, pool_of(g, insn_of(g, v)->type) & ~(1u << reg));
        if (g->loc[v].mem == NO_MEM && !is_remat(g, v) && other != NOREG) {
            if (reg >= 16) {
                asm_vex_rr(&g->a, 0x28 | M_0F, other - 16, 0, reg - 16);
            } else {
                asm_mov_rr(&g->a, true, other, reg);
            }
            drop_reg(g, reg);
            set_reg(g, v, other);
            return;
        }
        spill(g, v);
    }
    drop_reg(g, reg);
}

void add_pool_use(Gen *g, uint8_t *at, uint64_t val)
{
    if (g->n_pool < MAX_POOL) {
        g->pool[g->n_pool++] = (PoolUse){ at, val };
    } else {
        g->a.full = true;
    }
}

static void load_const(Gen *g, IRRef v, int reg)
{
    const IRInsn *i = insn_of(g, v);

    if (i->op == IR_const) {
        int64_t c = 0;
        const_val(g, v, &c);
        asm_mov_ri(&g->a, reg, c, true);
        return;
    }
    int x = reg - 16;
    if (i->imm == 0) {
        asm_vex_rr(&g->a, 0xef | M_0F | P_66, x, x, x);
    } else if (i->imm == -1) {
        asm_vex_rr(&g->a, 0x76 | M_0F | P_66, x, x, x);
    } else { /* vmovddup */
        asm_vex_rip(&g->a, 0x12 | M_0F | P_F2, x, 0, g->a.p, 0);
        add_pool_use(g, g->a.p - 4, i->imm);
    }
}

void emit_pool(Gen *g)
{
    uint8_t *where[MAX_POOL];

    for (unsigned n = 0; n < g->n_pool && !g->a.full; n++) {
        unsigned same = 0;
        while (g->pool[same].val != g->pool[n].val) {
            same++;
        }
        if (same == n) {
            asm_align(&g->a, 8);
            where[n] = g->a.p;
            asm_u64(&g->a, g->pool[n].val);
        }
        asm_patch(g->pool[n].at, where[same]);
    }
}

void load_into(Gen *g, IRRef v, int reg)
{
    const ValueLoc *l = &g->loc[v];
    unsigned type = insn_of(g, v)->type;

    if (l->reg == reg) {
        return;
    }
    if (l->reg != NOREG) {
        if (reg >= 16) {
            asm_vex_rr(&g->a, 0x28 | M_0F, reg - 16, 0, l->reg - 16);
        } else {
            asm_mov_rr(&g->a, type != IR_I32, reg, l->reg);
        }
    } else if (is_remat(g, v)) {
        load_const(g, v, reg);
    } else {
        assert(l->mem != NO_MEM);
        load_value(g, type, reg, l->mem);
    }
}

static int use_any(Gen *g, IRRef v)
{
    int reg = g->loc[v].reg;

    if (reg == NOREG) {
        reg = alloc_in(g, pool_of(g, insn_of(g, v)->type));
        load_into(g, v, reg);
        set_reg(g, v, reg);
    }
    g->locked |= 1u << reg;
    return reg;
}

int use_reg(Gen *g, IRRef v)
{
    return use_any(g, v);
}

int use_vec(Gen *g, IRRef v)
{
    return use_any(g, v) - 16;
}

bool use_mem(Gen *g, IRRef v, X86Mem *m)
{
    const ValueLoc *l = &g->loc[v];

    if (l->reg != NOREG || l->mem == NO_MEM) {
        return false;
    }
    *m = MEM(RBP, l->mem);
    return true;
}

/* Whether the register may be overwritten by the current result: nothing later needs what it holds.
 */
static bool dies_here(const Gen *g, int reg)
{
    IRRef v = g->reg_val[reg];

    return !v || !live_after(g, v);
}

/* Frees pinned @reg for a new value: its old one, if still needed, moves to a temporary or memory.
 */
static void vacate_pinned(Gen *g, int reg)
{
    IRRef v = g->reg_val[reg];

    if (v && live_after(g, v)) {
        evict(g, reg);
    }
    drop_reg(g, reg);
}

/* Whether the value being made is the base of the access that comes next. */
static bool is_next_base(const Gen *g)
{
    for (unsigned n = g->cur + 1; n < g->ir->n; n++) {
        const IRInsn *i = &g->ir->insns[n];

        if (i->op == IR_mmu_r || i->op == IR_mmu_w || i->op == IR_mmu_t) {
            return i->arg[0] == g->cur;
        }
        if (i->op != IR_nop && i->op != IR_const && i->op != IR_insn_start) {
            return false;
        }
    }
    return false;
}

static int def_any(Gen *g)
{
    const IRInsn *i = insn_of(g, g->cur);
    int reg = NOREG;

    if (i->hint && !type_is_vec(i->type)) {
        reg = x86_pinned[i->hint - 1];
        vacate_pinned(g, reg);
    } else {
        uint32_t pool = pool_of(g, i->type);
        IRRef a = i->arg[0];
        int ra = ir_op_info[i->op].nargs > 0 && a ? g->loc[a].reg : NOREG;
        if (ra != NOREG && (pool >> ra & 1) && dies_here(g, ra)) {
            reg = ra;
        }
        if (pool == INT_POOL && !g->reg_val[RDX] && !(g->locked >> RDX & 1) && is_next_base(g)) {
            reg = RDX; /* a check takes the other two */
        }
        for (uint32_t p = pool; p && reg == NOREG; p &= p - 1) {
            int c = ctz32(p);
            if (!g->reg_val[c] && !(g->locked >> c & 1)) {
                reg = c;
            }
        }
        for (uint32_t p = pool; p && reg == NOREG; p &= p - 1) {
            int c = ctz32(p);
            if (g->reg_val[c] && dies_here(g, c)) {
                reg = c;
            }
        }
        if (reg == NOREG) {
            reg = alloc_in(g, pool);
        }
        drop_reg(g, reg);
    }
    set_reg(g, g->cur, reg);
    g->locked |= 1u << reg;
    return reg;
}

int def_reg(Gen *g)
{
    return def_any(g);
}

int def_vec(Gen *g)
{
    return def_any(g) - 16;
}

int def_vec_distinct(Gen *g)
{
    int reg = alloc_in(g, g->vec_pool);

    set_reg(g, g->cur, reg);
    g->locked |= 1u << reg;
    return reg - 16;
}

void def_in(Gen *g, int reg)
{
    drop_reg(g, reg);
    set_reg(g, g->cur, reg);
    g->locked |= 1u << reg;
}

int scratch_reg(Gen *g)
{
    int r = alloc_in(g, INT_POOL);

    g->locked |= 1u << r;
    return r;
}

int scratch_vec(Gen *g)
{
    int r = alloc_in(g, g->vec_pool);

    g->locked |= 1u << r;
    return r - 16;
}

/* The home of @global is about to change: a value that lies only there is brought to safety. */
static void vacate_home(Gen *g, unsigned global, bool to_memory)
{
    IRRef v = g->home_val[global];

    if (!v) {
        return;
    }
    g->home_val[global] = IR_NONE;
    if (live_after(g, v)) {
        if (g->loc[v].reg == NOREG) {
            int reg = alloc_in(g, pool_of(g, insn_of(g, v)->type));
            load_into(g, v, reg);
            set_reg(g, v, reg);
        }
        g->loc[v].mem = NO_MEM;
        if (to_memory) {
            spill(g, v);
        }
    } else {
        g->loc[v].mem = NO_MEM;
    }
}

static int32_t home_disp(const TCGGlobal *gl)
{
    return (int32_t)gl->offset - TCG_ENV_BIAS;
}

void do_get(Gen *g, const IRInsn *i)
{
    const TCGGlobal *gl = &g->ir->globals[i->imm];

    if (gl->pin >= 0) {
        int reg = x86_pinned[gl->pin];
        drop_reg(g, reg);
        set_reg(g, g->cur, reg);
        return;
    }
    if (g->home_val[i->imm]) {
        vacate_home(g, i->imm, false);
    }
    g->loc[g->cur].mem = home_disp(gl);
    g->home_val[i->imm] = g->cur;
    int kept = kept_reg(g, i->imm);
    if (kept != NOREG) {
        evict(g, kept);
        set_reg(g, g->cur, kept);
    }
}

/* The register that keeps a global gets its new value @v, which is in another one. */
static void set_kept(Gen *g, IRRef v, int kept)
{
    int reg = g->loc[v].reg;
    IRRef old = g->reg_val[kept];

    if (old == v) {
        return;
    }
    if (old && live_after(g, old)) {
        evict(g, kept);
    }
    drop_reg(g, kept);
    load_into(g, v, kept);
    if (!is_remat(g, v) && g->vec_pool >> reg & 1) {
        g->reg_val[reg] = IR_NONE;
        set_reg(g, v, kept);
    }
}

static void set_pinned(Gen *g, IRRef v, int reg)
{
    if (g->loc[v].reg == reg) {
        return;
    }
    vacate_pinned(g, reg);
    load_into(g, v, reg);
    int old = g->loc[v].reg;
    if (!is_remat(g, v) && (old == NOREG || (INT_POOL >> old & 1))) {
        if (old != NOREG) {
            g->reg_val[old] = IR_NONE;
        }
        set_reg(g, v, reg);
    }
}

/* The next value of global @n is in its home. */
static void set_home(Gen *g, IRRef v, unsigned n)
{
    if (live_after(g, v)) {
        g->loc[v].mem = home_disp(&g->ir->globals[n]);
        g->home_val[n] = v;
    }
}

/* @i and the instruction behind it: what gen_pair loaded is their value. */
static void do_set_pair(Gen *g, const IRInsn *i)
{
    unsigned n = i->imm;

    vacate_home(g, n, false);
    vacate_home(g, n + 1, false);
    asm_vex_rm(&g->a, 0x11 | M_0F, XTMP1, 0, MEM(RBP, home_disp(&g->ir->globals[n])));
    set_home(g, i->arg[0], n);
    set_home(g, i[1].arg[0], n + 1);
    g->paired[n] = true;
}

void do_set(Gen *g, const IRInsn *i)
{
    unsigned n = i->imm;
    const TCGGlobal *gl = &g->ir->globals[n];
    IRRef v = i->arg[0];
    int32_t c;

    if (gl->pin >= 0) {
        set_pinned(g, v, x86_pinned[gl->pin]);
        return;
    }
    if (g->pair_of[g->cur] == PAIR_FIRST) {
        do_set_pair(g, i);
    }
    if (g->pair_of[g->cur] != PAIR_NONE) {
        return;
    }
    g->paired[n] = g->paired[n ? n - 1 : 0] = false;
    if (g->home_val[n] == v) {
        return; /* already there */
    }
    if (gl->type != IR_V128 && const_s32(g, v, gl->type == IR_I64, &c)) {
        vacate_home(g, n, false);
        asm_store_imm32(&g->a, gl->type == IR_I64, MEM(RBP, home_disp(gl)), c);
        return;
    }
    use_any(g, v);
    vacate_home(g, n, false);
    store_value(g, gl->type, use_any(g, v), home_disp(gl));
    if (gl->type != IR_I32 && !is_remat(g, v) && live_after(g, v) && g->loc[v].mem == NO_MEM) {
        g->loc[v].mem = home_disp(gl);
        g->home_val[n] = v;
    }
    int kept = kept_reg(g, n);
    if (kept != NOREG) {
        set_kept(g, v, kept);
    }
}

bool any_vec_live(const Gen *g)
{
    if (g->n_kept) {
        return true;
    }
    for (int r = 16; r < 32; r++) {
        IRRef v = g->reg_val[r];
        if (v && needed(g, v)) {
            return true;
        }
    }
    return false;
}

void evict_for_call(Gen *g, bool writes_globals)
{
    /* Everything in temporaries goes to memory, arguments included: they are loaded from there. */
    for (uint32_t p = INT_POOL | VEC_POOL; p; p &= p - 1) {
        int r = ctz32(p);
        IRRef v = g->reg_val[r];
        if (v && needed(g, v)) {
            spill(g, v);
        }
        drop_reg(g, r);
    }
    if (!writes_globals) {
        return;
    }
    for (unsigned n = 0; n < N_PINNED; n++) {
        IRRef v = g->reg_val[x86_pinned[n]];
        if (v && live_after(g, v)) {
            spill(g, v);
            drop_reg(g, x86_pinned[n]);
        }
    }
    memset(g->paired, 0, sizeof(g->paired));
    for (unsigned n = 0; n < g->ir->n_globals; n++) {
        if (g->home_val[n] && live_after(g, g->home_val[n])) {
            IRRef v = g->home_val[n];
            vacate_home(g, n, true);
            if (g->loc[v].reg != NOREG && g->loc[v].mem != NO_MEM) {
                drop_reg(g, g->loc[v].reg);
            }
        }
    }
}

void forget_values(Gen *g)
{
    for (int r = 0; r < 32; r++) {
        IRRef v = g->reg_val[r];
        assert(!v || is_remat(g, v) || !live_after(g, v));
        drop_reg(g, r);
    }
    for (unsigned n = 0; n < g->ir->n_globals; n++) {
        IRRef v = g->home_val[n];
        assert(!v || !live_after(g, v));
        g->home_val[n] = IR_NONE;
    }
}

void regs_end_insn(Gen *g)
{
    IRRef args[6];
    const IRInsn *i = insn_of(g, g->cur);
    unsigned n = ir_args(g->ir, i, args);

    g->locked = 0;
    for (unsigned k = 0; k < n; k++) {
        IRRef v = args[k];
        if (v && insn_of(g, v)->last_use <= g->cur) {
            ValueLoc *l = &g->loc[v];
            if (l->mem != NO_MEM) {
                free_slot(g, l->mem);
                l->mem = NO_MEM;
            }
            if (l->reg != NOREG) {
                drop_reg(g, l->reg);
            }
        }
    }
}
