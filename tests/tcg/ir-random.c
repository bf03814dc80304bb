/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"
#include "ir-random.h"

#define X_GLOBAL(n, p)                                                                             \
    {                                                                                              \
        "x" #n, offsetof(IRRandomEnv, x[n]), IR_I64, p                                             \
    }
#define V_GLOBAL(n)                                                                                \
    {                                                                                              \
        "v" #n, offsetof(IRRandomEnv, v[n]), IR_V128, -1                                           \
    }

const TCGGlobal ir_random_globals[IRR_N_GLOBALS] = {
    [IRR_G_VBASE] = { "vbase", offsetof(TCGEnv, vbase), IR_I64, -1 },
    [IRR_G_KIND] = { "flag_kind", offsetof(TCGEnv, flag_kind), IR_I32, -1 },
    [IRR_G_FLAG_A] = { "flag_a", offsetof(TCGEnv, flag_a), IR_I64, -1 },
    [IRR_G_FLAG_B] = { "flag_b", offsetof(TCGEnv, flag_b), IR_I64, -1 },
    [IRR_G_PC] = { "pc", offsetof(IRRandomEnv, pc), IR_I64, -1 },
    [IRR_G_X] = X_GLOBAL(0, 0),
    X_GLOBAL(1, 1),
    X_GLOBAL(2, 2),
    X_GLOBAL(3, 3),
    X_GLOBAL(4, 4),
    X_GLOBAL(5, 5),
    X_GLOBAL(6, 6),
    X_GLOBAL(7, 7),
    X_GLOBAL(8, 8),
    X_GLOBAL(9, 9),
    X_GLOBAL(10, 10),
    X_GLOBAL(11, -1),
    X_GLOBAL(12, -1),
    X_GLOBAL(13, -1),
    [IRR_G_W] = { "w0", offsetof(IRRandomEnv, w[0]), IR_I32, -1 },
    { "w1", offsetof(IRRandomEnv, w[1]), IR_I32, -1 },
    [IRR_G_V] = V_GLOBAL(0),
    V_GLOBAL(1),
    V_GLOBAL(2),
    V_GLOBAL(3),
    V_GLOBAL(4),
    V_GLOBAL(5),
};

#define N_TEMPS 6

typedef struct Gen {
    GRand *r;
    const IRRandomOptions *opt;
    TCGv_i64 x[IRR_NX + N_TEMPS];
    TCGv_i32 w[IRR_NW + N_TEMPS];
    TCGv_vec v[IRR_NV + N_TEMPS];
} Gen;

static unsigned pick(Gen *g, unsigned n)
{
    return g_rand_int_range(g->r, 0, n);
}

/* ---- operations ---- */

static TCGv_i64 any_x(Gen *g)
{
    if (pick(g, 5) == 0) {
        return tcg_constant_i64(ir_random_value(g->r));
    }
    return g->x[pick(g, ARRAY_SIZE(g->x))];
}

static TCGv_i64 dest_x(Gen *g)
{
    return g->x[pick(g, ARRAY_SIZE(g->x))];
}

static TCGv_i32 any_w(Gen *g)
{
    if (pick(g, 5) == 0) {
        return tcg_constant_i32(ir_random_value(g->r));
    }
    return g->w[pick(g, ARRAY_SIZE(g->w))];
}

static TCGv_i32 dest_w(Gen *g)
{
    return g->w[pick(g, ARRAY_SIZE(g->w))];
}

static TCGv_vec any_v(Gen *g)
{
    if (pick(g, 10) == 0) {
        return tcg_constant_vec_dup64(pick(g, 3) ? ir_random_value(g->r) : -(uint64_t)pick(g, 2));
    }
    return g->v[pick(g, ARRAY_SIZE(g->v))];
}

static TCGv_vec dest_v(Gen *g)
{
    return g->v[pick(g, ARRAY_SIZE(g->v))];
}

typedef void Bin64(TCGv_i64, TCGv_i64, TCGv_i64);
typedef void Bin32(TCGv_i32, TCGv_i32, TCGv_i32);
typedef void Un64(TCGv_i64, TCGv_i64);
typedef void Un32(TCGv_i32, TCGv_i32);
typedef void BinV(unsigned, TCGv_vec, TCGv_vec, TCGv_vec);
typedef void UnV(unsigned, TCGv_vec, TCGv_vec);
typedef void ShiftV(unsigned, TCGv_vec, TCGv_vec, unsigned);

#define ROW64(name) tcg_gen_##name##_i64,
#define ROW32(name) tcg_gen_##name##_i32,
#define ROWV(name)  tcg_gen_##name##_vec,
static Bin64 *const bin64[] = { TCG_BINARY_OPS(ROW64) tcg_gen_muluh_i64, tcg_gen_mulsh_i64 };
static Bin32 *const bin32[] = { TCG_BINARY_OPS(ROW32) };
static Un64 *const un64[] = { TCG_UNARY_OPS(ROW64) tcg_gen_ext32s_i64, tcg_gen_ext32u_i64 };
static Un32 *const un32[] = { TCG_UNARY_OPS(ROW32) };
static BinV *const bin_v[] = { TCG_VBINARY_OPS(ROWV) };
static UnV *const un_v[] = { TCG_VUNARY_OPS(ROWV) };
static ShiftV *const shift_v[] = { tcg_gen_shli_vec, tcg_gen_shri_vec, tcg_gen_sari_vec };

static TCGCond any_cond(Gen *g)
{
    return pick(g, TCG_COND_NEVER);
}

static void gen_field_op(Gen *g)
{
    unsigned ofs = pick(g, 64), len = 1 + pick(g, 64 - ofs);
    TCGv_i64 d = dest_x(g), a = any_x(g), b = any_x(g);

    switch (pick(g, 5)) {
    case 4:
        tcg_gen_crc32c_i64(d, a, b, pick(g, 4));
        break;
    case 0:
        tcg_gen_extract_i64(d, a, ofs, len);
        break;
    case 1:
        tcg_gen_sextract_i64(d, a, ofs, len);
        break;
    case 2:
        tcg_gen_deposit_i64(d, a, b, ofs, len);
        break;
    default:
        tcg_gen_extract2_i64(d, a, b, ofs);
    }
}

static void gen_field_op32(Gen *g)
{
    unsigned ofs = pick(g, 32), len = 1 + pick(g, 32 - ofs);
    TCGv_i32 d = dest_w(g), a = any_w(g), b = any_w(g);

    switch (pick(g, 4)) {
    case 0:
        tcg_gen_extract_i32(d, a, ofs, len);
        break;
    case 1:
        tcg_gen_sextract_i32(d, a, ofs, len);
        break;
    case 2:
        tcg_gen_deposit_i32(d, a, b, ofs, len);
        break;
    default:
        tcg_gen_extract2_i32(d, a, b, ofs);
    }
}

static void gen_view(Gen *g)
{
    TCGv_i64 x = dest_x(g);
    TCGv_i32 w = dest_w(g);

    switch (pick(g, 4)) {
    case 0:
        tcg_gen_extrl_i64_i32(w, x);
        break;
    case 1:
        tcg_gen_extrh_i64_i32(w, x);
        break;
    case 2:
        tcg_gen_extu_i32_i64(x, w);
        break;
    default:
        tcg_gen_ext_i32_i64(x, w);
    }
}

static void gen_cond_op(Gen *g)
{
    TCGCond c = any_cond(g);

    if (pick(g, 2)) {
        TCGv_i64 d = dest_x(g), a = any_x(g), b = any_x(g), x = any_x(g), y = any_x(g);

        pick(g, 2) ? tcg_gen_setcond_i64(c, d, a, b) : tcg_gen_movcond_i64(c, d, a, b, x, y);
    } else {
        TCGv_i32 d = dest_w(g), a = any_w(g), b = any_w(g), x = any_w(g), y = any_w(g);

        pick(g, 2) ? tcg_gen_setcond_i32(c, d, a, b) : tcg_gen_movcond_i32(c, d, a, b, x, y);
    }
}

static void gen_int(Gen *g)
{
    TCGv_i64 a = any_x(g), b = any_x(g);
    TCGv_i32 c = any_w(g), d = any_w(g);

    switch (pick(g, 10)) {
    case 0 ... 2:
        bin64[pick(g, ARRAY_SIZE(bin64))](dest_x(g), a, b);
        break;
    case 3 ... 4:
        bin32[pick(g, ARRAY_SIZE(bin32))](dest_w(g), c, d);
        break;
    case 5:
        un64[pick(g, ARRAY_SIZE(un64))](dest_x(g), a);
        break;
    case 6:
        un32[pick(g, ARRAY_SIZE(un32))](dest_w(g), c);
        break;
    case 7:
        pick(g, 3) ? gen_field_op(g) : gen_field_op32(g);
        break;
    case 8:
        gen_view(g);
        break;
    default:
        gen_cond_op(g);
    }
}

static void gen_flags(Gen *g)
{
    TCGv_i64 a = any_x(g), b = any_x(g), d = dest_x(g), res = tcg_temp_new_i64();
    FlagKind kind = pick(g, FLAGS_NKINDS);
    bool is_add = kind == FLAGS_ADD32 || kind == FLAGS_ADD64;
    bool is_sub = kind == FLAGS_SUB32 || kind == FLAGS_SUB64;

    switch (pick(g, 7)) {
    case 6:
        tcg_gen_setflags_if(pick(g, 16), kind, a, b, pick(g, 16) << 28);
        break;
    case 0 ... 2:
        if (!is_add && !is_sub) {
            tcg_gen_setflags(kind, a, b, NULL);
            break;
        }
        (is_add ? tcg_gen_add_i64 : tcg_gen_sub_i64)(res, a, b);
        tcg_gen_setflags(kind, a, b, pick(g, 2) ? &res : NULL);
        tcg_gen_mov_i64(d, res);
        break;
    case 3:
        tcg_gen_flags_setcond_i64(pick(g, 16), d);
        break;
    case 4:
        tcg_gen_flags_movcond_i64(pick(g, 16), d, a, b);
        break;
    default:
        pick(g, 2) ? tcg_gen_getflags_nzcv(d) : tcg_gen_getflags_c(d);
    }
}

/* Widening and narrowing have no form for the largest lanes. */
static bool is_half_width(UnV *un, BinV *bin)
{
    return un == tcg_gen_uxtl_vec || un == tcg_gen_sxtl_vec || un == tcg_gen_xtn_vec ||
           bin == tcg_gen_umull_vec || bin == tcg_gen_smull_vec;
}

static void gen_vec_unary(Gen *g)
{
    UnV *fn = un_v[pick(g, ARRAY_SIZE(un_v))];
    unsigned vece = fn == tcg_gen_cnt_vec ? 0 : pick(g, is_half_width(fn, NULL) ? 3 : 4);
    TCGv_vec a = any_v(g);

    fn(vece, dest_v(g), a);
}

static void gen_vec_binary(Gen *g)
{
    BinV *fn = bin_v[pick(g, ARRAY_SIZE(bin_v))];
    unsigned vece = pick(g, is_half_width(NULL, fn) ? 3 : 4);
    TCGv_vec a = any_v(g), b = any_v(g);

    fn(vece, dest_v(g), a, b);
}

static void gen_vec_move(Gen *g)
{
    unsigned vece = pick(g, 4), lane = pick(g, 16u >> vece);
    TCGv_vec a = any_v(g), b = any_v(g), c = any_v(g), d = dest_v(g);
    TCGv_i64 x = any_x(g);

    switch (pick(g, 14)) {
    case 13:
        tcg_gen_set_i64_vec(MO_32 + pick(g, 2), d, x);
        break;
    case 11:
        tcg_gen_ld3_vec(vece, d, a, b, c, pick(g, 3));
        break;
    case 12:
        tcg_gen_st3_vec(vece, d, a, b, c, pick(g, 3));
        break;
    case 9:
        tcg_gen_sdmulh_vec(MO_16 + pick(g, 2), d, a, b);
        break;
    case 10:
        tcg_gen_srdmulh_vec(MO_16 + pick(g, 2), d, a, b);
        break;
    case 0:
        tcg_gen_dup_i64_vec(vece, d, x);
        break;
    case 1:
        tcg_gen_duplane_vec(vece, d, a, lane);
        break;
    case 2:
        tcg_gen_insert_vec(vece, d, a, x, lane);
        break;
    case 3:
        tcg_gen_extract_vec(vece, dest_x(g), a, lane);
        break;
    case 4:
        tcg_gen_low_vec(vece, d, a);
        break;
    case 5:
        tcg_gen_ext_vec(d, a, b, pick(g, 16));
        break;
    case 6:
        tcg_gen_tbl_vec(d, a, b);
        break;
    case 7:
        tcg_gen_rev_vec(pick(g, 3), d, a, 3);
        break;
    default:
        tcg_gen_bitsel_vec(d, a, b, c);
    }
}

static void gen_crypto(Gen *g)
{
    TCGv_vec a = any_v(g), b = any_v(g), c = any_v(g), d = dest_v(g);

    switch (pick(g, 9)) {
    case 0:
    case 1:
        tcg_gen_aes_substitute(d, a, b, pick(g, 2));
        if (pick(g, 2)) {
            tcg_gen_aes_mix(d, d, pick(g, 2));
        }
        if (pick(g, 2)) {
            tcg_gen_xor_vec(MO_64, dest_v(g), d, c);
        }
        break;
    case 2:
        tcg_gen_aes_mix(d, a, pick(g, 2));
        break;
    case 3:
        tcg_gen_sha1_rounds(d, a, b, c, pick(g, 3));
        break;
    case 4:
        tcg_gen_sha256_rounds(d, a, b, c, pick(g, 2));
        break;
    case 5: /* a round as programs have it */
        tcg_gen_sha256_rounds(d, g->v[0], g->v[1], c, false);
        tcg_gen_sha256_rounds(g->v[1], g->v[0], g->v[1], c, true);
        tcg_gen_mov_vec(g->v[0], d);
        break;
    case 6:
        tcg_gen_sha256_msg1(d, a, b);
        break;
    case 7:
        tcg_gen_sha256_msg2(d, a, b);
        break;
    default:
        tcg_gen_ext_vec(g->v[2], a, a, 8);
        tcg_gen_pmull_vec(d, g->v[2], pick(g, 2) ? g->v[2] : b);
    }
}

static void gen_vec(Gen *g)
{
    switch (pick(g, 6)) {
    case 5:
        gen_crypto(g);
        break;
    case 0:
        gen_vec_unary(g);
        break;
    case 1:
    case 2:
        gen_vec_binary(g);
        break;
    case 3: {
        unsigned vece = pick(g, 4);
        TCGv_vec a = any_v(g);

        shift_v[pick(g, 3)](vece, dest_v(g), a, pick(g, (8u << vece) + 1));
        break;
    }
    default:
        gen_vec_move(g);
    }
}

#define ROWF(name) tcg_gen_##name##_vec,
typedef void BinF(unsigned, bool, TCGv_vec, TCGv_vec, TCGv_vec);
static BinF *const bin_f[] = { TCG_FBINARY_OPS(ROWF) };

/* A register holds numbers of one format for most of the time; see ir_random_floats. */
static TCGv_vec any_f(Gen *g, unsigned fmt)
{
    TCGv_vec v = any_v(g);

    switch (pick(g, 4)) {
    case 0:
        return tcg_constant_vec_dup64(ir_random_float_lanes(g->r, fmt));
    case 1:
        return fmt == MO_16 ? g->v[3] : g->v[fmt - MO_32];
    default:
        return v;
    }
}

static void gen_fp_convert(Gen *g, unsigned fmt)
{
    TCGv_vec a = any_f(g, fmt), b = any_f(g, fmt), d = dest_v(g);
    unsigned to = MO_16 + (fmt - MO_16 + 1 + pick(g, 2)) % 3;
    unsigned cvt = pick(g, 6) | (pick(g, 2) ? FPCVT_UNSIGNED : 0) | (pick(g, 2) ? FPCVT_I32 : 0);

    if (pick(g, 8) == 0) {
        cvt |= pick(g, cvt & FPCVT_I32 ? 33 : 65) << FPCVT_SCALE_SHIFT;
    }
    switch (pick(g, 4)) {
    case 0:
        tcg_gen_fcmp(fmt, dest_x(g), a, b, pick(g, 2));
        break;
    case 1:
        tcg_gen_fcvt_ff(fmt, to, d, a);
        tcg_gen_low_vec(to, d, d);
        break;
    case 2:
        tcg_gen_fcvt_fi(fmt, dest_x(g), a, cvt);
        break;
    default:
        tcg_gen_fcvt_if(fmt, d, any_x(g), (cvt & ~FPCVT_RMODE) | FPCVT_CURRENT);
        tcg_gen_low_vec(fmt, d, d);
    }
}

static void gen_fp(Gen *g)
{
    unsigned fmt = pick(g, 8) ? MO_32 + pick(g, 2) : MO_16;
    bool scalar = pick(g, 2);
    TCGv_vec a = any_f(g, fmt), b = any_f(g, fmt), c = any_f(g, fmt), d = dest_v(g);

    switch (pick(g, 8)) {
    case 0:
        tcg_gen_fmadd_vec(fmt, scalar, d, a, b, c, pick(g, 2), pick(g, 2));
        break;
    case 1:
        (pick(g, 3)   ? tcg_gen_fsqrt_vec
         : pick(g, 2) ? tcg_gen_frecpe_vec
                      : tcg_gen_frsqrte_vec)(fmt, scalar, d, a);
        break;
    case 2:
        tcg_gen_frint_vec(fmt, scalar, d, a, pick(g, 6), pick(g, 2));
        break;
    case 3:
    case 4:
        gen_fp_convert(g, fmt);
        return;
    default:
        bin_f[pick(g, ARRAY_SIZE(bin_f))](fmt, scalar, d, a, b);
    }
    if (scalar) {
        tcg_gen_low_vec(fmt, d, d);
    }
}

/* An address in the window, with room for 128 bytes behind it. */
static TCGv_i64 gen_address(Gen *g, bool aligned)
{
    TCGv_i64 t = tcg_temp_new_i64();

    tcg_gen_andi_i64(t, any_x(g), (g->opt->mem_size / 2 - 1) & (aligned ? ~15 : ~0));
    tcg_gen_addi_i64(t, t, g->opt->mem_base);
    if (!aligned && !pick(g, 4)) { /* an entry of a table */
        TCGv_i64 index = tcg_temp_new_i64();
        tcg_gen_andi_i64(index, any_x(g), 0xff);
        tcg_gen_shli_i64(index, index, pick(g, 4));
        tcg_gen_add_i64(t, t, index);
    }
    if (pick(g, 2)) {
        tcg_gen_addi_i64(t, t, 16 * pick(g, 4));
    }
    return t;
}

static void gen_mem_vec(Gen *g)
{
    TCGv_i64 addr = gen_address(g, false);
    TCGv_vec v[3] = { dest_v(g), dest_v(g), dest_v(g) };
    MemOp memop = pick(g, 5) | (pick(g, 8) ? 0 : MO_BSWAP);

    switch (pick(g, 4)) {
    case 0:
        tcg_gen_qemu_ld_vec(v[0], addr, memop);
        break;
    case 1:
        tcg_gen_qemu_st_vec(v[0], addr, memop);
        break;
    case 2:
        tcg_gen_qemu_ld_multi_vec(v, 1 + pick(g, 3), addr, memop);
        break;
    default:
        tcg_gen_qemu_st_multi_vec(v, 1 + pick(g, 3), addr, memop);
    }
}

static void gen_mem_int(Gen *g)
{
    MemOp memop = pick(g, 4) | (pick(g, 2) ? MO_SIGN : 0) | (pick(g, 8) ? 0 : MO_BSWAP);
    MemOp plain = memop & MO_SIZE;
    TCGv_i64 addr = gen_address(g, false), a = any_x(g), b = any_x(g), d = dest_x(g), e = dest_x(g);

    switch (pick(g, 7)) {
    case 0:
        tcg_gen_qemu_ld_i64(d, addr, pick(g, 4) ? TCG_MEM_CURRENT : TCG_MEM_UNPRIV, memop);
        break;
    case 1:
        tcg_gen_qemu_st_i64(a, addr, pick(g, 4) ? TCG_MEM_CURRENT : TCG_MEM_UNPRIV, memop);
        break;
    case 2:
        tcg_gen_qemu_ld_pair_i64(d, e, addr, memop);
        break;
    case 3:
        tcg_gen_qemu_st_pair_i64(a, b, addr, memop);
        break;
    case 4:
        tcg_gen_atomic_rmw_i64(pick(g, TCG_ATOMIC_UMIN + 1), d, gen_address(g, true), a, plain);
        break;
    case 5:
        tcg_gen_atomic_cmpxchg_i64(d, gen_address(g, true), a, b, plain);
        break;
    default:
        tcg_gen_mb(TCG_MO_ALL);
        tcg_gen_st_env_i64(a, offsetof(IRRandomEnv, field), plain);
        tcg_gen_ld_env_i64(d, offsetof(IRRandomEnv, field), memop & ~MO_BSWAP);
    }
}

/* Accesses from one address, pairs in registers side by side among them: back ends may share their
 * checks and move such a pair as one. */
static void gen_mem_group(Gen *g)
{
    TCGv_i64 base = gen_address(g, false);
    unsigned n = 2 + pick(g, 5);

    while (n--) {
        TCGv_i64 addr = tcg_temp_new_i64();
        TCGv_i64 *pair = &g->x[pick(g, 3) ? IRR_NX - 3 + pick(g, 2) : pick(g, IRR_NX - 1)];
        tcg_gen_addi_i64(addr, base, pick(g, 4) ? 8 * pick(g, 8) : pick(g, 64));
        switch (pick(g, 6)) {
        case 0:
            tcg_gen_qemu_ld_i64(dest_x(g), addr, pick(g, 2) ? TCG_MEM_CURRENT : TCG_MEM_UNPRIV,
                                pick(g, 4));
            break;
        case 1:
            tcg_gen_qemu_st_i64(any_x(g), addr, TCG_MEM_CURRENT, pick(g, 4));
            break;
        case 2:
        case 3:
            tcg_gen_qemu_ld_pair_i64(pair[0], pair[1], addr, MO_64);
            break;
        default:
            tcg_gen_qemu_st_pair_i64(pair[0], pair[1], addr, MO_64);
        }
    }
}

static uint64_t pure_helper(uint64_t a, uint64_t b, uint64_t c)
{
    return (a ^ b) + 3 * c;
}

static uint64_t env_helper(IRRandomEnv *env, uint64_t a)
{
    env->x[a % IRR_NX] += a;
    env->w[0] ^= a;
    env->v[0].d[1] += a;
    return env->x[1] + env->x[12];
}

static void vec_helper(void *env, TCGVec *vop, uint64_t desc)
{
    vop[0].d[0] = vop[1].d[0] + vop[2].d[1] * 3 + desc;
    vop[0].d[1] = vop[1].d[1] ^ vop[2].d[0];
}

static void gen_call(Gen *g)
{
    TCGv_i64 a = any_x(g), b = any_x(g), c = any_x(g), d = dest_x(g);
    TCGv_vec v = any_v(g), u = any_v(g);

    switch (pick(g, 3)) {
    case 0:
        TCG_CALL(pure_helper, TCG_CALL_PURE, &d, a, b, c);
        break;
    case 1:
        TCG_CALL(env_helper, TCG_CALL_ENV, &d, a);
        break;
    default:
        TCG_VCALL(vec_helper, dest_v(g), 0x1234, v, u);
    }
}

static void gen_side_exit(Gen *g)
{
    int64_t off = (pick(g, 4096) & ~3) + (pick(g, 4) ? 0 : 8192);
    TCGv_i64 a = any_x(g), b = any_x(g);
    TCGv_i32 c = any_w(g), d = any_w(g);

    switch (pick(g, 3)) {
    case 0:
        tcg_gen_brcond_exit_i64(any_cond(g), a, b, off);
        break;
    case 1:
        tcg_gen_brcond_exit_i32(any_cond(g), c, d, off);
        break;
    default:
        tcg_gen_brflags_exit(pick(g, 14), off);
    }
}

static void gen_end(Gen *g)
{
    TCGv_i64 a = any_x(g);
    unsigned ret_off = 4 + 4 * pick(g, 1024);

    switch (pick(g, 8)) {
    case 0:
        tcg_gen_goto_ptr(a);
        break;
    case 1:
        tcg_gen_ret_ptr(a);
        break;
    case 2:
        tcg_gen_call_edge(pick(g, 8192) & ~3, ret_off, false);
        break;
    case 3:
        tcg_gen_call_edge_ptr(a, ret_off, false);
        break;
    case 4:
        tcg_gen_pc_rel_i64(tcg_global_i64(IRR_G_PC), ret_off);
        tcg_gen_exit_tb();
        break;
    default:
        tcg_gen_goto(pick(g, 3) ? (pick(g, 12288) & ~3) - 4096 : 0); /* 0: its own beginning */
    }
}

static void gen_op(Gen *g)
{
    unsigned f = g->opt->features;
    unsigned n = pick(g, 16);

    if ((f & IRR_FP) && (n > 7 || !(f & IRR_VEC))) {
        gen_fp(g);
    } else if (n < 3 && (f & IRR_VEC)) {
        gen_vec(g);
    } else if (n == 3 && (f & IRR_MEM)) {
        pick(g, 3) ? gen_mem_int(g) : gen_mem_group(g);
    } else if (n == 4 && (f & IRR_MEM) && (f & IRR_VEC)) {
        gen_mem_vec(g);
    } else if (n < 7 && (f & IRR_FLAGS)) {
        gen_flags(g);
    } else if (n == 7 && (f & IRR_CALL) && pick(g, 4) == 0) {
        gen_call(g);
    } else if (n == 8 && (f & IRR_EXIT) && pick(g, 4) == 0) {
        gen_side_exit(g);
    } else {
        gen_int(g);
    }
}

void ir_random_block(TCGContext *s, GRand *r, const IRRandomOptions *opt)
{
    Gen g = { .r = r, .opt = opt };

    tcg_func_start(s);
    for (unsigned i = 0; i < ARRAY_SIZE(g.x); i++) {
        g.x[i] = i < IRR_NX ? tcg_global_i64(IRR_G_X + i) : tcg_temp_new_i64();
    }
    for (unsigned i = 0; i < ARRAY_SIZE(g.w); i++) {
        g.w[i] = i < IRR_NW ? tcg_global_i32(IRR_G_W + i) : tcg_temp_new_i32();
    }
    for (unsigned i = 0; i < ARRAY_SIZE(g.v); i++) {
        g.v[i] = i < IRR_NV ? tcg_global_vec(IRR_G_V + i) : tcg_temp_new_vec();
    }
    for (unsigned i = 0; i < N_TEMPS; i++) {
        tcg_gen_mov_i64(g.x[IRR_NX + i], g.x[i]);
        tcg_gen_extrl_i64_i32(g.w[IRR_NW + i], g.x[i]);
        tcg_gen_mov_vec(g.v[IRR_NV + i], g.v[i % IRR_NV]);
    }
    for (unsigned i = 0; i < opt->n_ops && !tcg_op_buf_full(); i++) {
        if (i % 4 == 0) {
            tcg_gen_insn_start(i & 4095);
        }
        gen_op(&g);
    }
    gen_end(&g);
}
