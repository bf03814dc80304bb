/* SPDX-License-Identifier: MIT */
/*
 * Guest memory: the inline soft-TLB check and the accesses behind it.
 *
 *   lea rcx,[base+disp] ; rorx eax,ecx,7 ; and eax,0x1ffe0 ; xor rcx,gs:[rax+tag]
 *   cmp rcx,4096-span ; ja cold ; mov rax,gs:[rax+addend] ; access [rax+base+disp]
 *
 * Accesses through the unprivileged view find its table by way of the state instead of gs.
 *
 * The tag is the page's address, so one compare checks page and crossing. The cold path calls C,
 * which fills the TLB and returns the addend, or for anything but plain RAM an addend that makes
 * the accesses fall into a bounce buffer: filled before for reads, committed after for writes. For
 * the latter the cold path has a copy of the stores (their bytes are position independent).
 */
#include "gen.h"

/* In the entry at rax: from gs, or, of the unprivileged view, from its address. */
static X86Mem tlb_field(const TLBCheck *c, size_t field)
{
    return c->unpriv ? MEM(RAX, (int32_t)field) : MEMGS(RAX, (int32_t)field);
}

uint8_t *emit_tlb_check(Asm *s, const TLBCheck *c, uint8_t **misaligned)
{
    size_t tag = c->write ? offsetof(TCGTLBEntry, wtag) : offsetof(TCGTLBEntry, rtag);

    if (c->disp) {
        asm_lea(s, true, RCX, MEM(c->base, c->disp));
    } else if (c->base != RCX) {
        asm_mov_rr(s, true, RCX, c->base);
    }
    if (c->align > 1) {
        asm_rr(s, 0xf6, 0, RCX); /* test cl, align - 1 */
        asm_byte(s, c->align - 1);
        *misaligned = asm_jcc(s, CC_NE, NULL);
    }
    asm_vex_rr(s, 0xf0 | M_0F3A | P_F2, RAX, 0, RCX); /* rorx eax, ecx, 12 - 5 */
    asm_byte(s, 7);
    asm_alu_ri(s, false, ALU_AND, RAX, (TCG_TLB_SIZE - 1) * sizeof(TCGTLBEntry));
    if (c->unpriv) {
        asm_rm(s, ALU_RR(ALU_ADD) | O_W, RAX, COLDM(unpriv_tlb));
    }
    asm_rm(s, ALU_RR(ALU_XOR) | O_W, RCX, tlb_field(c, tag));
    asm_alu_ri(s, true, ALU_CMP, RCX, 4096 - c->span);
    return asm_jcc(s, CC_A, NULL);
}

void emit_tlb_addend(Asm *s, const TLBCheck *c)
{
    asm_load(s, true, RAX, tlb_field(c, offsetof(TCGTLBEntry, addend)));
}

/* In a loop the check of a whole table is off the way from one index to the next. */
static bool is_table(const Gen *g, const IRInsn *i)
{
    return i->op == IR_mmu_t && g->loops;
}

/* The check proper; what is left in rax is the addend. */
static ColdPath *gen_full_check(Gen *g, const IRInsn *i, int base, unsigned share, bool write)
{
    Asm *s = &g->a;
    const SharedCheck own = { 0, memop_span(i->memop) };
    const SharedCheck *shared = share == SHARE_NONE ? &own : &g->shared[share & ~SHARE_LEADS];
    bool table = is_table(g, i);
    TLBCheck c = {
        .base = base,
        .disp = i->disp + shared->first,
        .span = shared->span,
        .align = i->memop & MO_ALIGN_16 ? 16
                 : i->memop & MO_ALIGN  ? memop_size(i->memop)
                                        : 1,
        .write = write,
        .unpriv = i->memop & MO_UNPRIV,
    };
    if (table) {
        load_into(g, i->arg[1], RCX);
        c.base = RCX;
        c.span += memop_table(i->memop);
    }
    uint8_t *misaligned = NULL;
    ColdPath *cold = add_cold(g, COLD_MMU, emit_tlb_check(s, &c, &misaligned));

    cold->from2 = misaligned;
    cold->table = table;
    emit_tlb_addend(s, &c);
    if (share != SHARE_NONE) {
        asm_store(s, true, RAX, MEM(RBP, SHARE_DISP(share)));
    }
    return cold;
}

static void gen_mmu(Gen *g, const IRInsn *i, bool write)
{
    if (gen_dense_check(g, i, write)) {
        return;
    }
    Asm *s = &g->a;
    unsigned share = g->share_of[g->cur];
    bool joins = !(share & SHARE_LEADS); /* which SHARE_NONE has, too */
    ColdPath *c;

    g->locked |= (1u << RAX) | (joins ? 0 : 1u << RCX);
    evict(g, RAX);
    if (!joins) {
        evict(g, RCX);
    }
    int base = use_reg(g, i->arg[0]);
    if (joins) {
        asm_load(s, true, RAX, MEM(RBP, SHARE_DISP(share)));
        asm_rr(s, 0x85 | O_W, RAX, RAX); /* test rax, rax */
        c = add_cold(g, COLD_MMU, asm_jcc(s, CC_E, NULL));
        c->keep_rcx = g->reg_val[RCX] != IR_NONE;
    } else {
        c = gen_full_check(g, i, base, share, write);
    }
    def_in(g, RAX);
    c->join = s->p;
    c->insn = i;
    c->base = base;
    c->share = share;
    c->vec_live = any_vec_live(g);
    if (write && !(i->memop & (MO_PROBE | MO_ATOMIC))) {
        g->open_store = c;
        g->open_ptr = g->cur;
        c->st_begin = s->p;
    }
}

/* The stores of an open write check are complete. */
void close_store(Gen *g)
{
    g->open_store->st_end = g->a.p;
    g->open_store->vec_live_after = any_vec_live(g);
    g->open_store = NULL;
}

static X86Mem access_mem(Gen *g, const IRInsn *i)
{
    int ptr = use_reg(g, i->arg[0]);
    int base = use_reg(g, i->arg[1]);

    return MEMX(ptr, base, 0, i->disp);
}

static void gen_ld(Gen *g, const IRInsn *i)
{
    static const uint16_t opc[2][4] = {
        { 0xb6 | M_0F, 0xb7 | M_0F, 0x8b, 0x8b | O_W },
        { 0xbe | M_0F, 0xbf | M_0F, 0x63, 0x8b | O_W },
    };
    unsigned size = i->memop & MO_SIZE;
    bool sign = i->memop & MO_SIGN;

    if (g->pair_of[g->cur] == PAIR_SECOND) {
        return;
    }
    X86Mem m = access_mem(g, i);
    if (gen_pair(g, i, m)) {
        return;
    }
    int d = def_reg(g);
    int op = opc[sign][size];

    if (sign && i->type == IR_I64) {
        op |= O_W;
    } else if (sign && size == MO_32) {
        op = 0x8b;
    }
    asm_rm(&g->a, op, d, m);
}

static void gen_st(Gen *g, const IRInsn *i)
{
    unsigned size = i->memop & MO_SIZE;
    int64_t c;

    if (g->pair_of[g->cur] == PAIR_SECOND) {
        return;
    }
    X86Mem m = access_mem(g, i);
    if (gen_pair(g, i, m)) {
        return;
    }
    if (const_val(g, i->arg[2], &c) && (size < MO_64 || c == (int32_t)c)) {
        if (size == MO_16) {
            asm_rm(&g->a, 0xc7 | P_66, 0, m);
            asm_byte(&g->a, c);
            asm_byte(&g->a, c >> 8);
        } else if (size == MO_8) {
            asm_rm(&g->a, 0xc6, 0, m);
            asm_byte(&g->a, c);
        } else {
            asm_store_imm32(&g->a, size == MO_64, m, c);
        }
        return;
    }
    static const uint16_t opc[] = { 0x88 | O_BYTE, 0x89 | P_66, 0x89, 0x89 | O_W };
    asm_rm(&g->a, opc[size], use_reg(g, i->arg[2]), m);
}

static void gen_vld(Gen *g, const IRInsn *i)
{
    X86Mem m = access_mem(g, i);
    unsigned size = i->memop & MO_SIZE;

    if (size < MO_32) { /* through an integer register */
        int t = NOREG;
        for (int r = RAX; r <= RDX; r++) {
            if (!(g->locked >> r & 1)) {
                t = r;
            }
        }
        if (t == NOREG || g->reg_val[t]) {
            t = scratch_reg(g);
        }
        asm_rm(&g->a, (size == MO_8 ? 0xb6 : 0xb7) | M_0F, t, m);
        int d = def_vec(g);
        asm_vex_rr(&g->a, 0x6e | M_0F | P_66, d, 0, t);
        return;
    }
    int d = def_vec(g);
    if (size == MO_128) {
        asm_vex_rm(&g->a, 0x10 | M_0F, d, 0, m); /* vmovups */
    } else {
        asm_vex_rm(&g->a, 0x10 | M_0F | (size == MO_64 ? P_F2 : P_F3), d, 0, m);
    }
}

static void gen_vst(Gen *g, const IRInsn *i)
{
    X86Mem m = access_mem(g, i);
    int v = use_vec(g, i->arg[2]);

    switch (i->memop & MO_SIZE) {
    case MO_128:
        asm_vex_rm(&g->a, 0x11 | M_0F, v, 0, m);
        break;
    case MO_64:
        asm_vex_rm(&g->a, 0xd6 | M_0F | P_66, v, 0, m);
        break;
    case MO_32:
        asm_vex_rm(&g->a, 0x7e | M_0F | P_66, v, 0, m);
        break;
    case MO_16: /* vpextrw m16 */
        asm_vex_rm(&g->a, 0x15 | M_0F3A | P_66, v, 0, m);
        asm_byte(&g->a, 0);
        break;
    default:
        asm_vex_rm(&g->a, 0x14 | M_0F3A | P_66, v, 0, m);
        asm_byte(&g->a, 0);
        break;
    }
}

static const uint16_t rmw_width[] = { O_BYTE, P_66, 0, O_W };

/* rcx := host address of the access; rax and rdx free. Returns nothing in the pool but constants.
 */
static void atomic_address(Gen *g, const IRInsn *i)
{
    X86Mem m = access_mem(g, i);

    asm_lea(&g->a, true, RCX, m);
    g->locked = INT_POOL;
    for (int r = RAX; r <= RDX; r++) {
        if (g->reg_val[r] && r != RCX) {
            IRRef v = g->reg_val[r];
            if (v == i->arg[0] || v == i->arg[1]) {
                if (!live_after(g, v)) {
                    g->loc[v].reg = NOREG;
                    g->reg_val[r] = IR_NONE;
                    continue;
                }
            }
            evict(g, r);
        }
    }
}

/* Zero-extends the old value in rax to 64 bits. */
static void extend_old(Gen *g, unsigned size)
{
    if (size < MO_32) {
        asm_rr(&g->a, (size == MO_8 ? 0xb6 : 0xb7) | M_0F | O_BYTE, RAX, RAX);
    }
}

static void gen_cas(Gen *g, const IRInsn *i)
{
    unsigned size = i->memop & MO_SIZE;
    int opc = (size == MO_8 ? 0xb0 : 0xb1) | M_0F | rmw_width[size] | O_LOCK;

    g->locked |= 1u << RCX;
    evict(g, RCX);
    atomic_address(g, i);
    load_into(g, i->arg[3], RDX);
    load_into(g, i->arg[2], RAX);
    asm_rm(&g->a, opc, RDX, MEM(RCX, 0));
    if (size == MO_32) {
        asm_mov_rr(&g->a, false, RAX, RAX);
    }
    extend_old(g, size);
    def_in(g, RAX);
}

/* rdx := rax op value, for a compare-and-exchange loop; the value is in memory or a pinned
 * register. */
static void rmw_combine(Gen *g, const IRInsn *i, unsigned size)
{
    Asm *s = &g->a;
    bool w = size == MO_64;
    int ww = w ? O_W : 0;

    load_into(g, i->arg[2], RDX);
    switch (i->cond) {
    case TCG_ATOMIC_AND:
        asm_rr(s, ALU_RR(ALU_AND) | ww, RDX, RAX);
        return;
    case TCG_ATOMIC_ANDN:
        asm_vex_rr(s, 0xf2 | M_0F38 | ww, RDX, RDX, RAX);
        return;
    case TCG_ATOMIC_OR:
        asm_rr(s, ALU_RR(ALU_OR) | ww, RDX, RAX);
        return;
    case TCG_ATOMIC_XOR:
        asm_rr(s, ALU_RR(ALU_XOR) | ww, RDX, RAX);
        return;
    default:
        break;
    }
    /* Minimum and maximum: compare at the access's width. */
    bool is_signed = i->cond == TCG_ATOMIC_SMAX || i->cond == TCG_ATOMIC_SMIN;
    bool max = i->cond == TCG_ATOMIC_SMAX || i->cond == TCG_ATOMIC_UMAX;
    asm_rr(s, (size == MO_8 ? 0x3a : 0x3b) | rmw_width[size], RAX, RDX); /* cmp rax, rdx */
    int cc = is_signed ? (max ? CC_G : CC_L) : (max ? CC_A : CC_B);
    asm_rr(s, 0x40 | cc | M_0F | ww, RDX, RAX);
}

static void gen_rmw(Gen *g, const IRInsn *i)
{
    Asm *s = &g->a;
    unsigned size = i->memop & MO_SIZE;

    g->locked |= 1u << RCX;
    evict(g, RCX);
    atomic_address(g, i);
    if (i->cond == TCG_ATOMIC_XCHG || i->cond == TCG_ATOMIC_ADD) {
        int opc = i->cond == TCG_ATOMIC_XCHG ? (size == MO_8 ? 0x86 : 0x87)
                                             : ((size == MO_8 ? 0xc0 : 0xc1) | M_0F | O_LOCK);
        load_into(g, i->arg[2], RAX);
        asm_rm(s, opc | rmw_width[size], RAX, MEM(RCX, 0));
        if (size == MO_32) {
            asm_mov_rr(s, false, RAX, RAX);
        }
    } else {
        static const uint16_t ld[] = { 0xb6 | M_0F, 0xb7 | M_0F, 0x8b, 0x8b | O_W };
        asm_rm(s, ld[size], RAX, MEM(RCX, 0));
        uint8_t *loop = s->p;
        rmw_combine(g, i, size);
        asm_rm(s, (size == MO_8 ? 0xb0 : 0xb1) | M_0F | rmw_width[size] | O_LOCK, RDX, MEM(RCX, 0));
        asm_jcc(s, CC_NE, loop);
        if (size == MO_32) {
            asm_mov_rr(s, false, RAX, RAX);
        }
    }
    extend_old(g, size);
    def_in(g, RAX);
}

static void gen_env_access(Gen *g, const IRInsn *i)
{
    X86Mem m = MEM(RBP, i->disp - TCG_ENV_BIAS);
    unsigned size = i->memop & MO_SIZE;

    if (i->op == IR_stenv) {
        static const uint16_t opc[] = { 0x88 | O_BYTE, 0x89 | P_66, 0x89, 0x89 | O_W };
        asm_rm(&g->a, opc[size], use_reg(g, i->arg[0]), m);
        return;
    }
    static const uint16_t opc[2][4] = {
        { 0xb6 | M_0F, 0xb7 | M_0F, 0x8b, 0x8b | O_W },
        { 0xbe | M_0F | O_W, 0xbf | M_0F | O_W, 0x63 | O_W, 0x8b | O_W },
    };
    int d = def_reg(g);
    asm_rm(&g->a, opc[!!(i->memop & MO_SIGN)][size], d, m);
}

bool gen_mem(Gen *g, const IRInsn *i)
{
    switch (i->op) {
    case IR_mmu_r:
    case IR_mmu_t:
        gen_mmu(g, i, false);
        break;
    case IR_mmu_w:
        gen_mmu(g, i, true);
        break;
    case IR_ld:
        gen_ld(g, i);
        break;
    case IR_st:
        gen_st(g, i);
        break;
    case IR_vld:
        gen_vld(g, i);
        break;
    case IR_vst:
        gen_vst(g, i);
        break;
    case IR_atomic_rmw:
        gen_rmw(g, i);
        break;
    case IR_atomic_cas:
        gen_cas(g, i);
        break;
    case IR_ldenv:
    case IR_stenv:
        gen_env_access(g, i);
        break;
    case IR_fence:
        if (i->imm & TCG_MO_ST_LD) { /* lock or dword [rsp], 0: cheaper than mfence */
            asm_rm(&g->a, 0x83 | O_LOCK, ALU_OR, MEM(RSP, -8));
            asm_byte(&g->a, 0);
        }
        break;
    default:
        return false;
    }
    return true;
}
