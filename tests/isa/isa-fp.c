/* SPDX-License-Identifier: MIT */
/*
 * Floating-point instructions on operands at which they are hard, against the manual's pseudocode
 * with MPFR's numbers (fp-oracle.c): through the IR interpreter, which is fpu/, and through the
 * host back end, which computes inline. Each instruction runs in all rounding modes, with and
 * without flushing and default NaNs, and its flags are compared.
 *
 *   isa-fp [--full] [NAME]      all pairs of operands; only instructions with NAME in their name
 *
 * --full takes an hour of processor time, shared among as many processes as there are processors.
 */
#include "qemu/osdep.h"

#include "../unit/softfloat-operands.h"
#include "fp-oracle.h"
#include "isa-engine.h"
#include "target/arm/a64-decode.h"
#include "target/arm/a64-simd-decode.h"
#include "target/arm/tcg/fp-helper.h"
#include "target/arm/tcg/translate.h"
#include "tcg/interp.h"

typedef enum Place { VECTOR, GENERAL, FLAGS, GENERAL_AND_Z } Place;

typedef struct FpRow {
    char name[40];
    uint32_t word; /* reads 1, 2 and 3 (or 0, where it accumulates), writes 0 */
    int args;
    Place in, out;
    bool scalar;
    int in_bits, out_bits; /* of a lane */
    OracleOp op;
} FpRow;

enum { N_VALUES = 3, N_SHOWN = 3, N_MODES = 20, SAMPLE = 200 };
enum { FLAG_MASK = 0x9f };

typedef struct Engine {
    const char *name;
    void (*prepare)(uint32_t insn, uint32_t mode);
    void (*run)(void);
} Engine;

static CPUARMState env __attribute__((aligned(64)));
static ARMISARegisters all_features;
static TCGContext *context;
static GArray *rows;
static bool full;
typedef struct Totals {
    uint64_t cases, different;
    unsigned not_inline;
} Totals;
static Totals totals;

/* --- engines --- */

void *isa_at(uint64_t addr, unsigned size)
{
    g_assert_not_reached();
}

static IRBlock *translate(uint32_t insn, uint32_t mode, bool optimize)
{
    DisasContext s = { .isar = &all_features, .mode = mode };

    tcg_func_start(context);
    tcg_gen_insn_start(0);
    s.base.pc_next = 4;
    if (!disas_a64(&s, insn) && !disas_a64_simd(&s, insn)) {
        g_error("%08x is undefined", insn);
    }
    tcg_gen_exit_tb();
    if (optimize) {
        tcg_optimize(tcg_context_block(context));
    }
    return tcg_context_block(context);
}

static IRBlock *interp_block;
static const void *jit_entry;
static const TCGInterpOps interp_ops = { .cold_offset = offsetof(CPUARMState, cold),
                                         .fp_op = arm_fp_op };

static void interp_prepare(uint32_t insn, uint32_t mode)
{
    g_free(interp_block);
    interp_block = ir_block_clone(translate(insn, mode, false));
}

static void interp_run(void)
{
    TCGInterpExit out;

    tcg_interp_run(&interp_ops, interp_block, &env, &out);
}

static void jit_prepare(uint32_t insn, uint32_t mode)
{
    jit_entry = isa_jit_gen(translate(insn, mode, true));
}

static void jit_run(void)
{
    isa_jit_enter(&env, jit_entry);
}

static const Engine engines[] = { { "interpreter", interp_prepare, interp_run },
                                  { "back end", jit_prepare, jit_run } };

/* --- rows --- */

typedef struct Format {
    const TestFormat *f;
    char letter;
    int bits;
    uint32_t ftype, same, misc, shift; /* fields of scalar, three-same, two-misc; by immediate */
} Format;

static const Format formats[3] = {
    { &test_half, 'h', 16, 3u << 22, 0x00400000, 0x00780000, 16 },
    { &test_single, 's', 32, 0, 0x00200000, 0x00200000, 32 },
    { &test_double, 'd', 64, 1u << 22, 0x00600000, 0x00600000, 64 },
};

enum { RN1 = 1 << 5, RM2 = 2 << 16, RA3 = 3 << 10, SCALAR_SIMD = 0x50000000, Q = 1 << 30 };

static void add(const char *name, const Format *f, uint32_t word, FpRow row)
{
    g_snprintf(row.name, sizeof(row.name), "%s.%c%s", name, f->letter, row.scalar ? "" : " vector");
    row.word = word;
    row.op.from = row.op.from ? row.op.from : f->f;
    row.op.to = row.op.to ? row.op.to : f->f;
    row.in_bits = row.in_bits ? row.in_bits : f->bits;
    row.out_bits = row.out_bits ? row.out_bits : f->bits;
    g_array_append_val(rows, row);
}

#define ROW(n, function, ...) ((FpRow){ .args = (n), .op = { .fn = (function), ##__VA_ARGS__ } })

static FpRow scalar(FpRow row)
{
    row.scalar = true;
    return row;
}

static void add_scalar(const Format *f)
{
    static const struct {
        const char *name;
        OracleFn *fn;
    } two[] = { { "fmul", oracle_mul },     { "fdiv", oracle_div },     { "fadd", oracle_add },
                { "fsub", oracle_sub },     { "fmax", oracle_max },     { "fmin", oracle_min },
                { "fmaxnm", oracle_maxnm }, { "fminnm", oracle_minnm }, { "fnmul", oracle_nmul } },
      three[] = { { "fmadd", oracle_madd },
                  { "fmsub", oracle_msub },
                  { "fnmadd", oracle_nmadd },
                  { "fnmsub", oracle_nmsub } };

    for (unsigned i = 0; i < ARRAY_SIZE(two); i++) {
        add(two[i].name, f, 0x1e200800 | i << 12 | RM2 | RN1 | f->ftype, scalar(ROW(2, two[i].fn)));
    }
    for (unsigned i = 0; i < ARRAY_SIZE(three); i++) {
        add(three[i].name, f,
            0x1f000000 | (i & 1) << 15 | (i >> 1) << 21 | RM2 | RN1 | RA3 | f->ftype,
            scalar(ROW(3, three[i].fn)));
    }
    add("fsqrt", f, 0x1e21c000 | RN1 | f->ftype, scalar(ROW(1, oracle_sqrt)));
    for (unsigned e = 0; e < 2; e++) {
        FpRow row = scalar(ROW(2, oracle_cmp, .exact = e));

        row.out = FLAGS;
        add(e ? "fcmpe" : "fcmp", f, 0x1e202000 | e << 4 | RM2 | RN1 | f->ftype, row);
    }
}

/* Vectors, and Advanced SIMD's scalars where @both. */
static void add_same(const Format *f)
{
    static const struct {
        const char *name;
        uint8_t u, a, opc, args, both;
        OracleFn *fn;
    } same[] = {
        { "fmaxnm", 0, 0, 0x18, 2, 0, oracle_maxnm },
        { "fmla", 0, 0, 0x19, 3, 0, oracle_madd },
        { "fadd", 0, 0, 0x1a, 2, 0, oracle_add },
        { "fmulx", 0, 0, 0x1b, 2, 1, oracle_mulx },
        { "fcmeq", 0, 0, 0x1c, 2, 1, oracle_cmeq },
        { "fmax", 0, 0, 0x1e, 2, 0, oracle_max },
        { "frecps", 0, 0, 0x1f, 2, 1, oracle_recps },
        { "fminnm", 0, 1, 0x18, 2, 0, oracle_minnm },
        { "fmls", 0, 1, 0x19, 3, 0, oracle_msub },
        { "fsub", 0, 1, 0x1a, 2, 0, oracle_sub },
        { "fmin", 0, 1, 0x1e, 2, 0, oracle_min },
        { "frsqrts", 0, 1, 0x1f, 2, 1, oracle_rsqrts },
        { "fmul", 1, 0, 0x1b, 2, 0, oracle_mul },
        { "fcmge", 1, 0, 0x1c, 2, 1, oracle_cmge },
        { "facge", 1, 0, 0x1d, 2, 1, oracle_acge },
        { "fdiv", 1, 0, 0x1f, 2, 0, oracle_div },
        { "fabd", 1, 1, 0x1a, 2, 1, oracle_abd },
        { "fcmgt", 1, 1, 0x1c, 2, 1, oracle_cmgt },
        { "facgt", 1, 1, 0x1d, 2, 1, oracle_acgt },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(same); i++) {
        uint32_t opc = f->bits == 16 ? same[i].opc & 7 : same[i].opc;
        uint32_t word = 0x0e000400 | (uint32_t)same[i].u << 29 | (uint32_t)same[i].a << 23 |
                        opc << 11 | RM2 | RN1 | f->same;
        FpRow row = ROW(same[i].args, same[i].fn);

        add(same[i].name, f, word | Q, row);
        if (same[i].both) {
            add(same[i].name, f, word | SCALAR_SIMD, scalar(row));
        }
    }
}

static void add_misc(const Format *f)
{
    enum { N = float_round_nearest_even, M = float_round_down, P = float_round_up };
    enum { Z = float_round_to_zero, A = float_round_ties_away, I = ORACLE_CURRENT };
    static const struct {
        const char *name;
        uint8_t u, a, opc, vector, both;
        OracleFn *fn;
        int8_t mode;
        uint8_t is_unsigned, exact, bits;
    } misc[] = {
        { "frintn", 0, 0, 0x18, 1, 0, oracle_rint, N },
        { "frintm", 0, 0, 0x19, 1, 0, oracle_rint, M },
        { "frintp", 0, 1, 0x18, 1, 0, oracle_rint, P },
        { "frintz", 0, 1, 0x19, 1, 0, oracle_rint, Z },
        { "frinta", 1, 0, 0x18, 1, 0, oracle_rint, A },
        { "frintx", 1, 0, 0x19, 1, 0, oracle_rint, I, 0, 1 },
        { "frinti", 1, 1, 0x19, 1, 0, oracle_rint, I },
        { "frint32z", 0, 0, 0x1e, 1, 0, oracle_rint_n, Z, 0, 0, 32 },
        { "frint64z", 0, 0, 0x1f, 1, 0, oracle_rint_n, Z, 0, 0, 64 },
        { "frint32x", 1, 0, 0x1e, 1, 0, oracle_rint_n, I, 0, 0, 32 },
        { "frint64x", 1, 0, 0x1f, 1, 0, oracle_rint_n, I, 0, 0, 64 },
        { "fcvtns", 0, 0, 0x1a, 1, 1, oracle_to_fixed, N },
        { "fcvtms", 0, 0, 0x1b, 1, 1, oracle_to_fixed, M },
        { "fcvtas", 0, 0, 0x1c, 1, 1, oracle_to_fixed, A },
        { "fcvtps", 0, 1, 0x1a, 1, 1, oracle_to_fixed, P },
        { "fcvtzs", 0, 1, 0x1b, 1, 1, oracle_to_fixed, Z },
        { "fcvtnu", 1, 0, 0x1a, 1, 1, oracle_to_fixed, N, 1 },
        { "fcvtmu", 1, 0, 0x1b, 1, 1, oracle_to_fixed, M, 1 },
        { "fcvtau", 1, 0, 0x1c, 1, 1, oracle_to_fixed, A, 1 },
        { "fcvtpu", 1, 1, 0x1a, 1, 1, oracle_to_fixed, P, 1 },
        { "fcvtzu", 1, 1, 0x1b, 1, 1, oracle_to_fixed, Z, 1 },
        { "scvtf", 0, 0, 0x1d, 1, 1, oracle_from_fixed },
        { "ucvtf", 1, 0, 0x1d, 1, 1, oracle_from_fixed, 0, 1 },
        { "fcmgt0", 0, 1, 0x0c, 1, 1, oracle_cmgt0 },
        { "fcmeq0", 0, 1, 0x0d, 1, 1, oracle_cmeq0 },
        { "fcmlt0", 0, 1, 0x0e, 1, 1, oracle_cmlt0 },
        { "fcmge0", 1, 1, 0x0c, 1, 1, oracle_cmge0 },
        { "fcmle0", 1, 1, 0x0d, 1, 1, oracle_cmle0 },
        { "frecpe", 0, 1, 0x1d, 1, 1, oracle_recpe },
        { "frsqrte", 1, 1, 0x1d, 1, 1, oracle_rsqrte },
        { "frecpx", 0, 1, 0x1f, 0, 1, oracle_recpx },
        { "fsqrt", 1, 1, 0x1f, 1, 0, oracle_sqrt },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(misc); i++) {
        uint32_t word = 0x0e000800 | (uint32_t)misc[i].u << 29 | (uint32_t)misc[i].a << 23 |
                        (uint32_t)misc[i].opc << 12 | RN1 | f->misc;
        FpRow row = ROW(1, misc[i].fn, .mode = misc[i].mode, .is_unsigned = misc[i].is_unsigned,
                        .exact = misc[i].exact, .bits = misc[i].bits ? misc[i].bits : f->bits);

        if (misc[i].bits && f->bits == 16) {
            continue; /* FRINTTS has no halves */
        }
        if (misc[i].vector) {
            add(misc[i].name, f, word | Q, row);
        }
        if (misc[i].both) {
            add(misc[i].name, f, word | SCALAR_SIMD, scalar(row));
        }
    }
}

static void add_scalar_rint(const Format *f)
{
    static const struct {
        const char *name;
        uint8_t opc;
        int8_t mode;
        uint8_t exact, bits;
    } rint[] = {
        { "frintn", 8, float_round_nearest_even }, { "frintp", 9, float_round_up },
        { "frintm", 10, float_round_down },        { "frintz", 11, float_round_to_zero },
        { "frinta", 12, float_round_ties_away },   { "frintx", 14, ORACLE_CURRENT, 1 },
        { "frinti", 15, ORACLE_CURRENT },          { "frint32z", 16, float_round_to_zero, 0, 32 },
        { "frint32x", 17, ORACLE_CURRENT, 0, 32 }, { "frint64z", 18, float_round_to_zero, 0, 64 },
        { "frint64x", 19, ORACLE_CURRENT, 0, 64 },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(rint); i++) {
        if (!rint[i].bits || f->bits != 16) {
            add(rint[i].name, f, 0x1e204000 | (uint32_t)rint[i].opc << 15 | RN1 | f->ftype,
                scalar(ROW(1, rint[i].bits ? oracle_rint_n : oracle_rint, .mode = rint[i].mode,
                           .exact = rint[i].exact, .bits = rint[i].bits)));
        }
    }
}

/* To and from general registers, integers and fixed point. */
static void add_general(const Format *f)
{
    static const FloatRoundMode modes[4] = { float_round_nearest_even, float_round_up,
                                             float_round_down, float_round_to_zero };
    static const uint8_t fractions[] = { 0, 1, 15, 32, 40, 64 };

    for (unsigned n = 0; n < 2 * 2 * 5; n++) {
        unsigned sf = n & 1, u = n >> 1 & 1, mode = n >> 2;
        uint32_t opc = mode < 4 ? mode << 19 | u << 16 : (4 | u) << 16;
        FpRow row = scalar(ROW(1, oracle_to_fixed, .bits = 32 << sf, .is_unsigned = u,
                               .mode = mode < 4 ? (int)modes[mode] : float_round_ties_away));

        row.out = GENERAL;
        row.out_bits = 32 << sf;
        add("fcvt to x", f, 0x1e200000 | sf << 31 | opc | RN1 | f->ftype, row);
    }
    for (unsigned n = 0; n < 2 * 2 * ARRAY_SIZE(fractions); n++) {
        unsigned sf = n & 1, u = n >> 1 & 1, fbits = fractions[n >> 2];
        uint32_t fixed = fbits ? (64 - fbits) << 10 : 1 << 21;
        FpRow row =
            scalar(ROW(1, oracle_from_fixed, .bits = 32 << sf, .is_unsigned = u, .fbits = fbits));

        if (fbits > (32u << sf)) {
            continue;
        }
        row.in = GENERAL;
        row.in_bits = 32 << sf;
        add("cvtf from x", f, 0x1e020000 | sf << 31 | u << 16 | fixed | RN1 | f->ftype, row);
        row = scalar(ROW(1, oracle_to_fixed, .bits = 32 << sf, .is_unsigned = u, .fbits = fbits,
                         .mode = float_round_to_zero));
        row.out = GENERAL;
        row.out_bits = 32 << sf;
        if (fbits) {
            add("fcvtz fixed", f, 0x1e180000 | sf << 31 | u << 16 | fixed | RN1 | f->ftype, row);
        }
    }
}

/* Vectors and Advanced SIMD's scalars by immediate. */
static void add_fixed(const Format *f)
{
    const unsigned fractions[] = { 1, f->bits / 2, f->bits - 1, f->bits };

    for (unsigned n = 0; n < 2 * ARRAY_SIZE(fractions); n++) {
        unsigned u = n & 1, fbits = fractions[n >> 1];
        uint32_t word = 0x0f000000 | u << 29 | (2 * f->bits - fbits) << 16 | RN1;
        FpRow row = ROW(1, oracle_from_fixed, .bits = f->bits, .is_unsigned = u, .fbits = fbits);

        add("cvtf fixed", f, word | 0xe400 | Q, row);
        add("cvtf fixed", f, word | 0xe400 | SCALAR_SIMD, scalar(row));
        row.op.fn = oracle_to_fixed;
        row.op.mode = float_round_to_zero;
        add("fcvtz fixed", f, word | 0xfc00 | Q, row);
        add("fcvtz fixed", f, word | 0xfc00 | SCALAR_SIMD, scalar(row));
    }
}

static void add_conversions(void)
{
    static const struct {
        const char *name;
        uint8_t from, to, scalar, odd;
        uint32_t word;
    } cvt[] = {
        { "fcvt to s", 0, 1, 1, 0, 0x1ee24000 },  { "fcvt to d", 0, 2, 1, 0, 0x1ee2c000 },
        { "fcvt to h", 1, 0, 1, 0, 0x1e23c000 },  { "fcvt to d", 1, 2, 1, 0, 0x1e22c000 },
        { "fcvt to h", 2, 0, 1, 0, 0x1e63c000 },  { "fcvt to s", 2, 1, 1, 0, 0x1e624000 },
        { "fcvtn to h", 1, 0, 0, 0, 0x0e216800 }, { "fcvtn to s", 2, 1, 0, 0, 0x0e616800 },
        { "fcvtl to s", 0, 1, 0, 0, 0x0e217800 }, { "fcvtl to d", 1, 2, 0, 0, 0x0e617800 },
        { "fcvtxn", 2, 1, 1, 1, 0x7e616800 },     { "fcvtxn", 2, 1, 0, 1, 0x2e616800 },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(cvt); i++) {
        const Format *from = &formats[cvt[i].from], *to = &formats[cvt[i].to];
        FpRow row = ROW(1, oracle_convert, .to = to->f,
                        .mode = cvt[i].odd ? (int)float_round_to_odd : ORACLE_CURRENT);

        row.scalar = cvt[i].scalar;
        row.out_bits = to->bits;
        add(cvt[i].name, from, cvt[i].word | RN1, row);
    }
}

static void add_javascript(void)
{
    FpRow row = scalar(ROW(1, oracle_to_fixed_js));

    row.out = GENERAL_AND_Z;
    add("fjcvtzs", &formats[2], 0x1e7e0000 | RN1, row);
}

static void make_rows(void)
{
    rows = g_array_new(false, false, sizeof(FpRow));
    for (unsigned i = 0; i < ARRAY_SIZE(formats); i++) {
        add_scalar(&formats[i]);
        add_scalar_rint(&formats[i]);
        add_same(&formats[i]);
        add_misc(&formats[i]);
        add_general(&formats[i]);
        add_fixed(&formats[i]);
    }
    add_conversions();
    add_javascript();
}

/* --- operands --- */

static Operands boundary_integers(int bits)
{
    Operands o = { .n = 0 };

    for (int i = 0; i < bits; i++) {
        for (int d = -1; d <= 1; d++) {
            o.v[o.n++] = (1ull << i) + d;
            o.v[o.n++] = -((1ull << i) + d);
        }
    }
    return o;
}

/* Number @n of the row's tuples; false after the last one. */
static bool operand_tuple(const FpRow *row, const Operands *o, uint64_t n, uint64_t *seed,
                          uint64_t *v)
{
    uint64_t count = row->args == 1 ? o->n : (uint64_t)o->n * o->n;
    uint64_t random = full ? 20000 : SAMPLE / 2;
    uint64_t step = full || count < SAMPLE ? 1 : count / SAMPLE | 1;
    bool integer = row->op.fn == oracle_from_fixed;

    if (n >= count / step + random) {
        return false;
    }
    if (n >= count / step) {
        for (unsigned i = 0; i < N_VALUES; i++) {
            v[i] = integer ? test_random(seed) >> (test_random(seed) & 63)
                           : random_operand(row->op.from, o, seed);
        }
        return true;
    }
    n *= step;
    v[0] = o->v[n % o->n];
    v[1] = o->v[n / o->n % o->n];
    v[2] = o->v[(n * 7 + n / o->n * 3) % o->n];
    return true;
}

/* --- one run --- */

static void put_lane(TCGVec *v, unsigned lane, int bits, uint64_t val)
{
    memcpy(&v->b[lane * bits / 8], &val, bits / 8);
}

typedef struct Batch {
    uint64_t in[8][N_VALUES];
    unsigned n; /* lanes in use */
    uint64_t result[8];
    uint32_t flags;
    TCGVec expected;
} Batch;

static unsigned lanes_of(const FpRow *row)
{
    return row->scalar ? 1 : 128 / MAX(row->in_bits, row->out_bits);
}

static void expect(const FpRow *row, Batch *b, uint32_t fpcr)
{
    OracleEnv oracle = { fpcr, 0 };

    memset(&b->expected, 0, sizeof(b->expected));
    for (unsigned i = 0; i < lanes_of(row); i++) {
        b->result[i] = row->op.fn(&row->op, b->in[i], &oracle);
        put_lane(&b->expected, i, row->out_bits, b->result[i]);
    }
    b->flags = oracle.fpsr;
}

static void set_state(const FpRow *row, const Batch *b, uint32_t fpcr)
{
    memset(env.vregs, 0xa5, 4 * sizeof(TCGVec));
    for (unsigned i = 0; i < lanes_of(row); i++) {
        put_lane(&env.vregs[1], i, row->in_bits, b->in[i][0]);
        put_lane(&env.vregs[2], i, row->in_bits, b->in[i][1]);
        put_lane(&env.vregs[3], i, row->in_bits, b->in[i][2]);
    }
    if (!row->scalar && row->args == 3) {
        env.vregs[0] = env.vregs[3];
    }
    env.xregs[1] = b->in[0][0];
    env.tcg.flag_kind = FLAGS_NZCV;
    env.tcg.flag_a = env.tcg.flag_b = 0;
    vfp_set_fpsr(&env, 0);
    vfp_set_fpcr(&env, fpcr);
}

static bool as_expected(const FpRow *row, const Batch *b)
{
    uint64_t nzcv = tcg_flags_nzcv(env.tcg.flag_kind, env.tcg.flag_a, env.tcg.flag_b);

    if ((vfp_get_fpsr(&env) & FLAG_MASK) != b->flags) {
        return false;
    }
    switch (row->out) {
    case GENERAL:
        return env.xregs[0] == b->result[0];
    case FLAGS:
        return nzcv >> 28 == b->result[0];
    case GENERAL_AND_Z:
        return env.xregs[0] == (uint32_t)b->result[0] && nzcv >> 28 == b->result[0] >> 32 << 2;
    default:
        return memcmp(&env.vregs[0], &b->expected, 16) == 0;
    }
}

static void show(const FpRow *row, const Batch *b, const Engine *engine, uint32_t fpcr)
{
    printf("# %s (%08x) by the %s, FPCR %08x:", row->name, row->word, engine->name, fpcr);
    for (unsigned i = 0; i < lanes_of(row); i++) {
        printf("%s", i ? "," : "");
        for (int a = 0; a < row->args; a++) {
            printf(" %" PRIx64, b->in[i][a]);
        }
    }
    printf("\n#   expected %016" PRIx64 "%016" PRIx64 " (%" PRIx64 ") FPSR %02x\n",
           b->expected.d[1], b->expected.d[0], b->result[0], b->flags);
    printf("#   here     %016" PRIx64 "%016" PRIx64 " (x0 %" PRIx64 ", nzcv %x) FPSR %02x\n",
           env.vregs[0].d[1], env.vregs[0].d[0], env.xregs[0],
           (unsigned)(tcg_flags_nzcv(env.tcg.flag_kind, env.tcg.flag_a, env.tcg.flag_b) >> 28),
           vfp_get_fpsr(&env) & FLAG_MASK);
}

static void run_batch(const FpRow *row, Batch *b, uint32_t fpcr, unsigned *shown)
{
    while (b->n < lanes_of(row)) { /* the last batch: the same again */
        memcpy(b->in[b->n], b->in[0], sizeof(b->in[0]));
        b->n++;
    }
    expect(row, b, fpcr);
    for (unsigned e = 0; e < ARRAY_SIZE(engines); e++) {
        set_state(row, b, fpcr);
        engines[e].run();
        totals.cases += lanes_of(row);
        if (!as_expected(row, b)) {
            totals.different++;
            if ((*shown)++ < N_SHOWN) {
                show(row, b, &engines[e], fpcr);
            }
        }
    }
    b->n = 0;
}

static bool has_mode(const FpRow *row, unsigned n, uint32_t *fpcr)
{
    static const uint32_t kinds[5] = { 0, ORACLE_FZ | ORACLE_FZ16, ORACLE_DN,
                                       ORACLE_FZ | ORACLE_FZ16 | ORACLE_DN, ORACLE_AHP };

    *fpcr = kinds[n / 4] | (n % 4) << ORACLE_RMODE_SHIFT;
    return n / 4 < 4 || row->op.fn == oracle_convert;
}

static uint32_t mode_bits(uint32_t fpcr)
{
    return (fpcr & ORACLE_FZ ? MODE_FZ : 0) | (fpcr & (ORACLE_FZ16 | ORACLE_AHP) ? MODE_FZ16 : 0);
}

static void run_row(const FpRow *row)
{
    Operands o = row->op.fn == oracle_from_fixed ? boundary_integers(row->in_bits)
                                                 : boundary_operands(row->op.from);
    unsigned shown = 0;
    uint32_t fpcr;

    for (unsigned mode = 0; mode < N_MODES; mode++) {
        uint64_t seed = 0x9e3779b97f4a7c15ull + mode;
        Batch b = { .n = 0 };

        if (!has_mode(row, mode, &fpcr)) {
            continue;
        }
        for (unsigned e = 0; e < ARRAY_SIZE(engines); e++) {
            engines[e].prepare(row->word, mode_bits(fpcr));
        }
        for (uint64_t n = 0; operand_tuple(row, &o, n, &seed, b.in[b.n]); n++) {
            if (++b.n == lanes_of(row)) {
                run_batch(row, &b, fpcr, &shown);
            }
        }
        if (b.n) {
            run_batch(row, &b, fpcr, &shown);
        }
    }
}

/*
 * Operations that the back end leaves to the exact arithmetic even in the common state: nothing but
 * what is rare in programs. Ordinary operands of all others never leave translated code.
 */
static bool may_call(const FpRow *row)
{
    bool half = row->op.from->exp_bits == 5 || row->op.to->exp_bits == 5;
    bool fused = row->args == 3 || row->op.fn == oracle_recps || row->op.fn == oracle_rsqrts;
    bool estimate = row->op.fn == oracle_recpe || row->op.fn == oracle_rsqrte;
    bool twice = row->op.from->exp_bits == 11 && row->op.fn == oracle_convert; /* rounded */

    if (half) {
        return fused || twice || row->op.fbits || row->op.mode == float_round_ties_away ||
               estimate || row->op.fn == oracle_mulx;
    }
    return row->op.fn == oracle_mulx || (estimate && row->op.from->exp_bits == 11);
}

static bool run_inline(const FpRow *row)
{
    Batch b = { .n = lanes_of(row) };
    unsigned shown = 0;
    bool good;

    for (unsigned i = 0; i < b.n; i++) {
        for (unsigned a = 0; a < N_VALUES; a++) {
            const TestFormat *f = row->op.from;
            uint64_t exp = (1ull << (f->exp_bits - 1)) + a - (f->exp_bits > 5 ? row->op.fbits : 0);

            b.in[i][a] = row->op.fn == oracle_from_fixed
                             ? 100 + i
                             : exp << f->frac_bits | (i + 1ull) << (f->frac_bits - 4);
        }
    }
    jit_prepare(row->word, 0);
    interp_prepare(row->word, 0);
    isa_jit_calls = 0;
    run_batch(row, &b, 0, &shown);
    good = isa_jit_calls == 0 || may_call(row);
    if (!good) {
        printf("# %s (%08x) is not inline\n", row->name, row->word);
    }
    return good;
}

static Totals run_rows(const char *name, unsigned part, unsigned n_parts)
{
    context = tcg_context_new(arm_tcg_ops.globals, arm_tcg_ops.n_globals, NULL);
    isa_jit_init();
    oracle_init();
    for (unsigned i = part; i < rows->len; i += n_parts) {
        const FpRow *row = &g_array_index(rows, FpRow, i);

        if (strstr(row->name, name)) {
            run_row(row);
            totals.not_inline += !run_inline(row);
        }
    }
    return totals;
}

/* Each part in a process, whose totals come back through a pipe. */
static void run_parallel(const char *name, unsigned n_parts)
{
    int fds[2];

    g_assert(pipe(fds) == 0);
    for (unsigned part = 0; part < n_parts; part++) {
        if (fork() == 0) {
            Totals mine = run_rows(name, part, n_parts);

            fflush(stdout);
            _exit(write(fds[1], &mine, sizeof(mine)) != sizeof(mine));
        }
    }
    close(fds[1]);
    for (unsigned part = 0; part < n_parts; part++) {
        Totals t;

        /* Too little if a process died. */
        g_assert(read(fds[0], &t, sizeof(t)) == sizeof(t));
        totals.cases += t.cases;
        totals.different += t.different;
        totals.not_inline += t.not_inline;
    }
}

int main(int argc, char **argv)
{
    const char *name = "";

    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--full")) {
            full = true;
        } else {
            name = argv[i];
        }
    }
    memset(&all_features, 0x11, sizeof(all_features));
    env.isar = all_features;
    make_rows();
    if (full) {
        run_parallel(name, g_get_num_processors());
    } else {
        run_rows(name, 0, 1);
    }
    printf("%u instructions, %" PRIu64 " cases, %" PRIu64 " differences, %u not inline\n",
           rows->len, totals.cases, totals.different, totals.not_inline);
    return totals.different || totals.not_inline;
}
