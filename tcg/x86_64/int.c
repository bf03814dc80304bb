/* SPDX-License-Identifier: MIT */
/* Integer operations. Every I32 result leaves the upper half of its register zero. */
#include "gen.h"

/* d := a; true if a is elsewhere. Flags stay. */
static void move_to(Gen *g, int d, IRRef a, int ra)
{
    if (ra != NOREG) {
        if (d != ra) {
            asm_mov_rr(&g->a, insn_of(g, g->cur)->type != IR_I32, d, ra);
        }
    } else {
        load_into(g, a, d);
    }
}

/* Register of @a unless it can be fetched into the result directly (memory or constant): NOREG
 * then. */
static int operand_reg(Gen *g, IRRef a)
{
    int64_t c;
    X86Mem m;

    if (g->loc[a].reg == NOREG && (const_val(g, a, &c) || use_mem(g, a, &m))) {
        return NOREG;
    }
    return use_reg(g, a);
}

static void gen_alu(Gen *g, const IRInsn *i, int ext)
{
    bool w = i->type == IR_I64;
    int ww = w ? O_W : 0;
    IRRef a = i->arg[0], b = i->arg[1];
    int32_t c;
    X86Mem m;

    if (const_s32(g, b, w, &c)) {
        int ra = operand_reg(g, a);
        int d = def_reg(g);
        if (ra != NOREG && d != ra && (ext == ALU_ADD || (ext == ALU_SUB && c != INT32_MIN))) {
            asm_lea(&g->a, w, d, MEM(ra, ext == ALU_ADD ? c : -c));
            return;
        }
        move_to(g, d, a, ra);
        asm_alu_ri(&g->a, w, ext, d, c);
        return;
    }
    if (ext != ALU_SUB && g->loc[a].reg == NOREG && g->loc[b].reg != NOREG) {
        IRRef t = a;
        a = b;
        b = t;
    }
    int64_t c64;
    bool b_mem = !const_val(g, b, &c64) && use_mem(g, b, &m);
    int rb = b_mem ? NOREG : use_reg(g, b);
    int ra = operand_reg(g, a);
    int d = def_reg(g);
    if (b_mem) {
        move_to(g, d, a, ra);
        asm_rm(&g->a, ALU_RR(ext) | ww, d, m);
    } else if (d == rb && d != ra) {
        if (ext == ALU_SUB) {
            asm_rr(&g->a, 0xf7 | ww, 3, d); /* a - b = -b + a */
            ext = ALU_ADD;
        }
        if (ra != NOREG) {
            asm_rr(&g->a, ALU_RR(ext) | ww, d, ra);
        } else if (use_mem(g, a, &m)) {
            asm_rm(&g->a, ALU_RR(ext) | ww, d, m);
        } else {
            int t = scratch_reg(g);
            load_into(g, a, t);
            asm_rr(&g->a, ALU_RR(ext) | ww, d, t);
        }
    } else if (ext == ALU_ADD && ra != NOREG && d != ra) {
        asm_lea(&g->a, w, d, MEMX(ra, rb, 0, 0));
    } else {
        move_to(g, d, a, ra);
        asm_rr(&g->a, ALU_RR(ext) | ww, d, rb);
    }
}

static void gen_addshl(Gen *g, const IRInsn *i)
{
    int ra = use_reg(g, i->arg[0]);
    int rb = use_reg(g, i->arg[1]);
    int d = def_reg(g);

    asm_lea(&g->a, i->type == IR_I64, d, MEMX(ra, rb, i->imm, 0));
}

/* SSE4.2's CRC32, which is of the baseline. It clears the upper half of the result. */
static void gen_crc32c(Gen *g, const IRInsn *i)
{
    static const int forms[] = { 0xf0 | O_BYTE, 0xf1, 0xf1, 0xf1 | O_W };

    int rb = use_reg(g, i->arg[1]);
    int ra = operand_reg(g, i->arg[0]);
    int d = def_reg(g);
    if (d == rb) {
        int t = scratch_reg(g);
        asm_mov_rr(&g->a, true, t, rb);
        rb = t;
    }
    move_to(g, d, i->arg[0], ra);
    if (i->imm == 1) {
        asm_byte(&g->a, 0x66);
    }
    asm_rr(&g->a, forms[i->imm] | M_0F38 | P_F2, d, rb);
}

static void gen_mul(Gen *g, const IRInsn *i)
{
    bool w = i->type == IR_I64;
    int ww = w ? O_W : 0;
    IRRef a = i->arg[0], b = i->arg[1];
    int32_t c;

    if (const_s32(g, b, w, &c)) {
        int ra = use_reg(g, a);
        int d = def_reg(g);
        asm_rr(&g->a, 0x69 | ww, d, ra);
        asm_u32(&g->a, c);
        return;
    }
    int rb = use_reg(g, b);
    int ra = use_reg(g, a);
    int d = def_reg(g);
    if (d == rb) {
        asm_rr(&g->a, 0xaf | M_0F | ww, d, ra);
    } else {
        move_to(g, d, a, ra);
        asm_rr(&g->a, 0xaf | M_0F | ww, d, rb);
    }
}

static void take(Gen *g, int reg)
{
    g->locked |= 1u << reg;
    evict(g, reg);
}

static void gen_mulh(Gen *g, const IRInsn *i, int ext)
{
    int ww = i->type == IR_I64 ? O_W : 0;

    g->locked |= (1u << RAX) | (1u << RDX);
    take(g, RAX);
    take(g, RDX);
    int rb = use_reg(g, i->arg[1]);
    load_into(g, i->arg[0], RAX);
    asm_rr(&g->a, 0xf7 | ww, ext, rb);
    def_in(g, RDX);
}

/* Division in the Arm sense: by zero gives 0, the most negative number by -1 gives itself. */
static void gen_div(Gen *g, const IRInsn *i, bool is_signed)
{
    bool w = i->type == IR_I64;
    int ww = w ? O_W : 0;
    Asm *s = &g->a;

    g->locked |= (1u << RAX) | (1u << RDX);
    take(g, RAX);
    take(g, RDX);
    int rb = use_reg(g, i->arg[1]);
    load_into(g, i->arg[0], RAX);
    asm_rr(s, 0x85 | ww, rb, rb); /* test */
    uint8_t *zero = asm_jcc(s, CC_E, NULL);
    uint8_t *minus = NULL;
    if (is_signed) {
        asm_alu_ri(s, w, ALU_CMP, rb, -1);
        minus = asm_jcc(s, CC_E, NULL);
        asm_byte(s, w ? 0x48 : 0x90);
        asm_byte(s, 0x99); /* cqo, cdq */
        asm_rr(s, 0xf7 | ww, 7, rb);
    } else {
        asm_rr(s, 0x33, RDX, RDX);
        asm_rr(s, 0xf7 | ww, 6, rb);
    }
    uint8_t *done = asm_jmp(s, NULL);
    uint8_t *done2 = NULL;
    if (is_signed) {
        asm_patch(minus, s->p);
        asm_rr(s, 0xf7 | ww, 3, RAX);
        done2 = asm_jmp(s, NULL);
    }
    asm_patch(zero, s->p);
    asm_rr(s, 0x33, RAX, RAX);
    asm_patch(done, s->p);
    if (done2) {
        asm_patch(done2, s->p);
    }
    def_in(g, RAX);
}

/* ext as asm_shift_ri; opc: the BMI2 form, 0 for rotations. */
static void gen_shift(Gen *g, const IRInsn *i, int ext, int bmi_prefix)
{
    bool w = i->type == IR_I64;
    int ww = w ? O_W : 0;
    int64_t c;

    if (const_val(g, i->arg[1], &c)) {
        c &= w ? 63 : 31;
        int ra = operand_reg(g, i->arg[0]);
        int d = def_reg(g);
        if (ext == 1 && ra != NOREG && d != ra) { /* rorx */
            asm_vex_rr(&g->a, 0xf0 | M_0F3A | P_F2 | ww, d, 0, ra);
            asm_byte(&g->a, c);
            return;
        }
        move_to(g, d, i->arg[0], ra);
        if (c) {
            asm_shift_ri(&g->a, w, ext, d, c);
        } else if (!w) {
            asm_mov_rr(&g->a, false, d, d);
        }
        return;
    }
    if (bmi_prefix) {
        int rb = use_reg(g, i->arg[1]);
        int ra = use_reg(g, i->arg[0]);
        int d = def_reg(g);
        asm_vex_rr(&g->a, 0xf7 | M_0F38 | bmi_prefix | ww, d, rb, ra);
        return;
    }
    take(g, RCX);
    int ra = use_reg(g, i->arg[0]);
    load_into(g, i->arg[1], RCX);
    if (g->loc[i->arg[0]].reg == RCX) {
        ra = RCX;
    }
    int t = scratch_reg(g);
    asm_mov_rr(&g->a, w, t, ra);
    asm_rr(&g->a, 0xd3 | ww, ext, t);
    def_in(g, t);
}

static void gen_unary(Gen *g, const IRInsn *i, int ext)
{
    bool w = i->type == IR_I64;
    int ra = operand_reg(g, i->arg[0]);
    int d = def_reg(g);

    move_to(g, d, i->arg[0], ra);
    asm_rr(&g->a, 0xf7 | (w ? O_W : 0), ext, d);
}

/* d = op(r/m) with a two-operand instruction */
static void gen_unary_rm(Gen *g, const IRInsn *i, int opc, bool w)
{
    int ra = use_reg(g, i->arg[0]);
    int d = def_reg(g);

    asm_rr(&g->a, opc | (w ? O_W : 0), d, ra);
}

/* Exchanges groups of bits: v = (v >> n & m) | (v & m) << n, with m in a register. */
static void swap_groups(Asm *s, bool w, int v, int t, int mreg, uint64_t mask, unsigned n)
{
    int ww = w ? O_W : 0;

    asm_mov_ri(s, mreg, w ? mask : (uint32_t)mask, false);
    asm_mov_rr(s, w, t, v);
    asm_shift_ri(s, w, 5, t, n);
    asm_rr(s, ALU_RR(ALU_AND) | ww, t, mreg);
    asm_rr(s, ALU_RR(ALU_AND) | ww, v, mreg);
    asm_shift_ri(s, w, 4, v, n);
    asm_rr(s, ALU_RR(ALU_OR) | ww, v, t);
}

static void emit_bswap(Asm *s, bool w, int reg)
{
    int rex = (w ? 8 : 0) | (reg & 8 ? 1 : 0);

    if (rex) {
        asm_byte(s, 0x40 | rex);
    }
    asm_byte(s, 0x0f);
    asm_byte(s, 0xc8 | (reg & 7));
}

static void gen_bswap(Gen *g, const IRInsn *i)
{
    int ra = operand_reg(g, i->arg[0]);
    int d = def_reg(g);

    move_to(g, d, i->arg[0], ra);
    emit_bswap(&g->a, i->type == IR_I64, d);
}

static void gen_rbit(Gen *g, const IRInsn *i, bool only_bytes)
{
    bool w = i->type == IR_I64;

    g->locked |= INT_POOL;
    take(g, RAX);
    take(g, RCX);
    take(g, RDX);
    load_into(g, i->arg[0], RAX);
    if (only_bytes) {
        swap_groups(&g->a, w, RAX, RCX, RDX, 0x00ff00ff00ff00ffull, 8);
    } else {
        emit_bswap(&g->a, w, RAX);
        swap_groups(&g->a, w, RAX, RCX, RDX, 0x0f0f0f0f0f0f0f0full, 4);
        swap_groups(&g->a, w, RAX, RCX, RDX, 0x3333333333333333ull, 2);
        swap_groups(&g->a, w, RAX, RCX, RDX, 0x5555555555555555ull, 1);
    }
    def_in(g, RAX);
}

static void gen_bitfield(Gen *g, const IRInsn *i, bool is_signed)
{
    bool w = i->type == IR_I64;
    unsigned width = w ? 64 : 32, pos = i->imm & 0xff, len = i->imm >> 8 & 0xff;
    Asm *s = &g->a;

    if (pos == 0 && (len == 8 || len == 16)) {
        gen_unary_rm(g, i,
                     ((is_signed ? 0xbe : 0xb6) + (len == 16)) | M_0F | (len == 8 ? O_BYTE : 0),
                     w && is_signed);
        return;
    }
    if (pos == 0 && len == 32 && w) {
        gen_unary_rm(g, i, is_signed ? 0x63 : 0x8b, is_signed);
        return;
    }
    int ra = operand_reg(g, i->arg[0]);
    int d = def_reg(g);
    move_to(g, d, i->arg[0], ra);
    if (pos + len == width) {
        asm_shift_ri(s, w, is_signed ? 7 : 5, d, pos);
    } else if (!is_signed && len < 32) {
        if (pos) {
            asm_shift_ri(s, w, 5, d, pos);
        }
        asm_alu_ri(s, false, ALU_AND, d, (1u << len) - 1);
    } else if (pos + len == 32 && w && !is_signed) {
        asm_shift_ri(s, false, 5, d, pos);
    } else {
        asm_shift_ri(s, w, 4, d, width - pos - len);
        asm_shift_ri(s, w, is_signed ? 7 : 5, d, width - len);
    }
}

/* Rotate the field to the bottom, shift it out while the new one comes in at the top, rotate back.
 */
static void gen_deposit(Gen *g, const IRInsn *i)
{
    bool w = i->type == IR_I64;
    unsigned width = w ? 64 : 32, pos = i->imm & 0xff, len = i->imm >> 8 & 0xff;
    Asm *s = &g->a;

    int rb = use_reg(g, i->arg[1]);
    int ra = operand_reg(g, i->arg[0]);
    int d = def_reg(g);
    if (d == rb) {
        int t = scratch_reg(g);
        asm_mov_rr(s, w, t, rb);
        rb = t;
    }
    move_to(g, d, i->arg[0], ra);
    if (pos) {
        asm_shift_ri(s, w, 1, d, pos);
    }
    asm_rr(s, 0xac | M_0F | (w ? O_W : 0), rb, d); /* shrd d, rb, len */
    asm_byte(s, len);
    if ((pos + len) % width) {
        asm_shift_ri(s, w, 0, d, (pos + len) % width);
    } else if (!w) {
        asm_mov_rr(s, false, d, d);
    }
}

static void gen_extract2(Gen *g, const IRInsn *i)
{
    bool w = i->type == IR_I64;
    Asm *s = &g->a;
    int rb = use_reg(g, i->arg[1]);
    int ra = operand_reg(g, i->arg[0]);
    int d = def_reg(g);

    if (d == rb) {
        int t = scratch_reg(g);
        asm_mov_rr(s, w, t, rb);
        rb = t;
    }
    move_to(g, d, i->arg[0], ra);
    asm_rr(s, 0xac | M_0F | (w ? O_W : 0), rb, d);
    asm_byte(s, i->imm);
}

static const uint8_t cond_cc[] = {
    [TCG_COND_EQ] = CC_E,  [TCG_COND_NE] = CC_NE,   [TCG_COND_LT] = CC_L,
    [TCG_COND_GE] = CC_GE, [TCG_COND_LE] = CC_LE,   [TCG_COND_GT] = CC_G,
    [TCG_COND_LTU] = CC_B, [TCG_COND_GEU] = CC_AE,  [TCG_COND_LEU] = CC_BE,
    [TCG_COND_GTU] = CC_A, [TCG_COND_TSTEQ] = CC_E, [TCG_COND_TSTNE] = CC_NE,
};

static void emit_test(Gen *g, bool w, IRRef a, IRRef b)
{
    int32_t c;
    int ra = use_reg(g, a);

    if (const_s32(g, b, w, &c)) {
        if (c >= 0 && c < 256 && ra < 4) {
            asm_rr(&g->a, 0xf6, 0, ra);
            asm_byte(&g->a, c);
        } else {
            asm_rr(&g->a, 0xf7 | (w && c < 0 ? O_W : 0), 0, ra);
            asm_u32(&g->a, c);
        }
        return;
    }
    int rb = use_reg(g, b);
    asm_rr(&g->a, 0x85 | (w ? O_W : 0), rb, ra);
}

int gen_compare(Gen *g, const IRInsn *i)
{
    bool w = i->arg_type != IR_I32;
    int ww = w ? O_W : 0;
    TCGCond cond = i->cond;
    IRRef a = i->arg[0], b = i->arg[1];
    int64_t ca;
    int32_t c;
    X86Mem m;

    assert(cond < TCG_COND_NEVER);
    if (cond == TCG_COND_TSTEQ || cond == TCG_COND_TSTNE) {
        if (const_val(g, a, &ca)) {
            IRRef t = a;
            a = b;
            b = t;
        }
        emit_test(g, w, a, b);
        return cond_cc[cond];
    }
    if (const_val(g, a, &ca) && !const_val(g, b, &ca)) {
        IRRef t = a;
        a = b;
        b = t;
        cond = tcg_swap_cond(cond);
    }
    if (const_s32(g, b, w, &c)) {
        if (c == 0 && g->loc[a].reg != NOREG && cond <= TCG_COND_GT) {
            int ra = use_reg(g, a);
            asm_rr(&g->a, 0x85 | ww, ra, ra);
        } else if (use_mem(g, a, &m)) {
            asm_alu_mi(&g->a, w, ALU_CMP, m, c);
        } else {
            asm_alu_ri(&g->a, w, ALU_CMP, use_reg(g, a), c);
        }
    } else if (!const_val(g, b, &ca) && use_mem(g, b, &m)) {
        asm_rm(&g->a, ALU_RR(ALU_CMP) | ww, use_reg(g, a), m);
    } else {
        int ra = use_reg(g, a);
        int rb = use_reg(g, b);
        asm_rr(&g->a, ALU_RR(ALU_CMP) | ww, ra, rb);
    }
    return cond_cc[cond];
}

static void gen_setcond(Gen *g, const IRInsn *i)
{
    int cc = gen_compare(g, i);
    int d = def_reg(g);

    asm_rr(&g->a, 0x90 | cc | M_0F | O_BYTE, 0, d);
    asm_rr(&g->a, 0xb6 | M_0F | O_BYTE, d, d);
}

static void gen_select(Gen *g, const IRInsn *i)
{
    int ww = i->type == IR_I64 ? O_W : 0;
    int cc = gen_compare(g, i);

    g->locked = 0; /* the compared values are done with; only moves follow until the cmov */
    int rc = use_reg(g, i->arg[2]);
    int rd = use_reg(g, i->arg[3]);
    int d = def_reg(g);
    if (d == rc) {
        asm_rr(&g->a, 0x40 | (cc ^ 1) | M_0F | ww, d, rd);
        if (!ww && rc == rd) {
            asm_mov_rr(&g->a, false, d, d);
        }
    } else {
        if (d != rd) {
            asm_mov_rr(&g->a, ww != 0, d, rd);
        }
        asm_rr(&g->a, 0x40 | cc | M_0F | ww, d, rc);
    }
}

static void gen_andn(Gen *g, const IRInsn *i)
{
    bool w = i->type == IR_I64;
    int64_t c;

    if (const_val(g, i->arg[1], &c) && (!w || ~c == (int32_t)~c)) {
        int ra = operand_reg(g, i->arg[0]);
        int d = def_reg(g);
        move_to(g, d, i->arg[0], ra);
        asm_alu_ri(&g->a, w, ALU_AND, d, ~c);
        return;
    }
    int rb = use_reg(g, i->arg[1]);
    int ra = use_reg(g, i->arg[0]);
    int d = def_reg(g);
    asm_vex_rr(&g->a, 0xf2 | M_0F38 | (w ? O_W : 0), d, rb, ra); /* andn d, b, a = ~b & a */
}

/* a | ~b, a ^ ~b: through a temporary that is not the result's if that is a's */
static void gen_with_not(Gen *g, const IRInsn *i, int ext)
{
    bool w = i->type == IR_I64;
    int ww = w ? O_W : 0;
    int rb = use_reg(g, i->arg[1]);
    int ra = use_reg(g, i->arg[0]);
    int d = def_reg(g);

    if (ext == ALU_XOR) { /* a ^ ~b = ~(a ^ b) */
        if (d == rb) {
            asm_rr(&g->a, ALU_RR(ALU_XOR) | ww, d, ra);
        } else {
            move_to(g, d, i->arg[0], ra);
            asm_rr(&g->a, ALU_RR(ALU_XOR) | ww, d, rb);
        }
        asm_rr(&g->a, 0xf7 | ww, 2, d);
        return;
    }
    /* a | ~b = ~(~a & b) */
    asm_vex_rr(&g->a, 0xf2 | M_0F38 | ww, d, ra, rb);
    asm_rr(&g->a, 0xf7 | ww, 2, d);
}

static void gen_ext(Gen *g, const IRInsn *i)
{
    bool w = i->type == IR_I64;

    switch (i->op) {
    case IR_ext8s:
        gen_unary_rm(g, i, 0xbe | M_0F | O_BYTE, w);
        break;
    case IR_ext8u:
        gen_unary_rm(g, i, 0xb6 | M_0F | O_BYTE, false);
        break;
    case IR_ext16s:
        gen_unary_rm(g, i, 0xbf | M_0F, w);
        break;
    case IR_ext16u:
        gen_unary_rm(g, i, 0xb7 | M_0F, false);
        break;
    case IR_ext32s:
        gen_unary_rm(g, i, 0x63, w);
        break;
    default: /* ext32u, trunc, zext: a 32-bit move */
        gen_unary_rm(g, i, 0x8b, false);
        break;
    }
}

/* Bit fields, comparisons and what else is not one host operation on its operands. */
static bool gen_int_special(Gen *g, const IRInsn *i)
{
    switch (i->op) {
    case IR_mul:
        gen_mul(g, i);
        break;
    case IR_divu:
    case IR_divs:
        gen_div(g, i, i->op == IR_divs);
        break;
    case IR_andn:
        gen_andn(g, i);
        break;
    case IR_rbit:
    case IR_bswap16:
        gen_rbit(g, i, i->op == IR_bswap16);
        break;
    case IR_bswap:
        gen_bswap(g, i);
        break;
    case IR_extract:
    case IR_sextract:
        gen_bitfield(g, i, i->op == IR_sextract);
        break;
    case IR_deposit:
        gen_deposit(g, i);
        break;
    case IR_extract2:
        gen_extract2(g, i);
        break;
    case IR_addshl:
        gen_addshl(g, i);
        break;
    case IR_crc32c:
        gen_crc32c(g, i);
        break;
    case IR_setcond:
        gen_setcond(g, i);
        break;
    case IR_select:
        gen_select(g, i);
        break;
    default:
        return false;
    }
    return true;
}

/* Operations that one generator with a parameter makes: the opcode extension, shift or ALU number.
 */
typedef struct IntForm {
    void (*gen)(Gen *g, const IRInsn *i, int ext);
    int ext;
} IntForm;

static void gen_shl(Gen *g, const IRInsn *i, int ext)
{
    gen_shift(g, i, ext, P_66);
}

static void gen_shr(Gen *g, const IRInsn *i, int ext)
{
    gen_shift(g, i, ext, P_F2);
}

static void gen_sar(Gen *g, const IRInsn *i, int ext)
{
    gen_shift(g, i, ext, P_F3);
}

static void gen_rotr(Gen *g, const IRInsn *i, int ext)
{
    gen_shift(g, i, ext, 0);
}

static void gen_count(Gen *g, const IRInsn *i, int opc)
{
    gen_unary_rm(g, i, opc, i->type == IR_I64);
}

static void gen_ext_form(Gen *g, const IRInsn *i, int unused)
{
    gen_ext(g, i);
}

static const IntForm int_forms[IR_NOPS] = {
    [IR_add] = { gen_alu, ALU_ADD },
    [IR_sub] = { gen_alu, ALU_SUB },
    [IR_and] = { gen_alu, ALU_AND },
    [IR_or] = { gen_alu, ALU_OR },
    [IR_xor] = { gen_alu, ALU_XOR },
    [IR_mulhu] = { gen_mulh, 4 },
    [IR_mulhs] = { gen_mulh, 5 },
    [IR_orn] = { gen_with_not, ALU_OR },
    [IR_eqv] = { gen_with_not, ALU_XOR },
    [IR_shl] = { gen_shl, 4 },
    [IR_shr] = { gen_shr, 5 },
    [IR_sar] = { gen_sar, 7 },
    [IR_rotr] = { gen_rotr, 1 },
    [IR_neg] = { gen_unary, 3 },
    [IR_not] = { gen_unary, 2 },
    [IR_clz] = { gen_count, 0xbd | M_0F | P_F3 },
    [IR_ctz] = { gen_count, 0xbc | M_0F | P_F3 },
    [IR_ctpop] = { gen_count, 0xb8 | M_0F | P_F3 },
    [IR_ext8s] = { gen_ext_form },
    [IR_ext8u] = { gen_ext_form },
    [IR_ext16s] = { gen_ext_form },
    [IR_ext16u] = { gen_ext_form },
    [IR_ext32s] = { gen_ext_form },
    [IR_ext32u] = { gen_ext_form },
    [IR_trunc] = { gen_ext_form },
    [IR_zext] = { gen_ext_form },
};

bool gen_int(Gen *g, const IRInsn *i)
{
    const IntForm *form = &int_forms[i->op];

    if (form->gen) {
        form->gen(g, i, form->ext);
        return true;
    }
    return gen_int_special(g, i);
}
