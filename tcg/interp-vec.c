/* SPDX-License-Identifier: MIT */
/*
 * Values of vector operations: the `meaning` column of IR_VEC_OPS compiled for each element size,
 * and the rearranging operations of IR_MISC_OPS by their definition, lane by lane.
 */
#include "qemu/osdep.h"
#include "tcg/eval.h"

#define popcount_w(a) __builtin_popcountll(a)

/* Shifts of W bits to the left by a signed byte, to the right if it is negative. */
static inline uint64_t shift_u(uint64_t a, int8_t n, int w)
{
    if (n >= w || n <= -w) {
        return 0;
    }
    return n >= 0 ? a << n : a >> -n;
}

static inline uint64_t shift_s(int64_t a, int8_t n, int w)
{
    if (n >= w) {
        return 0;
    }
    return n >= 0 ? (uint64_t)a << n : (uint64_t)(a >> MIN(-n, w - 1));
}

typedef __int128 Wide;

static inline uint64_t saturate_s(Wide x, int w)
{
    Wide max = ((Wide)1 << (w - 1)) - 1;

    return x > max ? max : x < ~max ? ~max : x;
}

static inline uint64_t saturate_u(Wide x, int w)
{
    Wide max = ((Wide)1 << w) - 1;

    return x > max ? max : x < 0 ? 0 : x;
}

/* The upper @w bits of the 2 @w of a * b * 2, which wrap. */
static inline uint64_t dmulh(int64_t a, int64_t b, int round, int w)
{
    unsigned __int128 x = (unsigned __int128)((Wide)a * b) << 1;

    return (x + ((unsigned __int128)round << (w - 1))) >> w;
}

#define VEC_CASE(name, n, flags, meaning)                                                          \
    case IR_##name:                                                                                \
        for (unsigned l = 0; l < 128 / W; l++) {                                                   \
            T a = pa[l], b = pb[l], c = pc[l];                                                     \
            (void)b;                                                                               \
            (void)c;                                                                               \
            pr[l] = (T)(meaning);                                                                  \
        }                                                                                          \
        return true;

#define S(x) ((ST)(x))
#define DEFINE_LANES(bits, field)                                                                  \
    static bool eval_lanes##bits(IROp op, int64_t i, TCGVec *r, const TCGVec *va,                  \
                                 const TCGVec *vb, const TCGVec *vc)                               \
    {                                                                                              \
        typedef uint##bits##_t T;                                                                  \
        typedef int##bits##_t ST;                                                                  \
        enum { W = bits };                                                                         \
        const T *pa = va->field, *pb = vb->field, *pc = vc->field;                                 \
        T *pr = r->field;                                                                          \
        switch (op) {                                                                              \
            IR_VEC_OPS(VEC_CASE)                                                                   \
        default:                                                                                   \
            return false;                                                                          \
        }                                                                                          \
    }

DEFINE_LANES(8, b)
DEFINE_LANES(16, h)
DEFINE_LANES(32, w)
DEFINE_LANES(64, d)

/* ---- lanes by number ---- */

uint64_t ir_vec_lane(const TCGVec *v, unsigned vece, unsigned lane)
{
    switch (vece) {
    case MO_8:
        return v->b[lane];
    case MO_16:
        return v->h[lane];
    case MO_32:
        return v->w[lane];
    default:
        return v->d[lane];
    }
}

static uint64_t signed_lane(const TCGVec *v, unsigned vece, unsigned lane)
{
    unsigned shift = 64 - (8 << vece);

    return (uint64_t)((int64_t)(ir_vec_lane(v, vece, lane) << shift) >> shift);
}

static void set_lane(TCGVec *v, unsigned vece, unsigned lane, uint64_t val)
{
    switch (vece) {
    case MO_8:
        v->b[lane] = val;
        break;
    case MO_16:
        v->h[lane] = val;
        break;
    case MO_32:
        v->w[lane] = val;
        break;
    default:
        v->d[lane] = val;
    }
}

/* Lane @l of the 2n lanes (b:a). */
static uint64_t pair_lane(const TCGVec *a, const TCGVec *b, unsigned vece, unsigned l)
{
    unsigned n = 16 >> vece;

    return l < n ? ir_vec_lane(a, vece, l) : ir_vec_lane(b, vece, l - n);
}

static void permute(IROp op, unsigned vece, TCGVec *r, const TCGVec *a, const TCGVec *b)
{
    unsigned n = 16 >> vece;

    for (unsigned l = 0; l < n; l++) {
        unsigned half = l / 2, odd = l & 1, from;

        switch (op) {
        case IR_vzip1:
            from = half + odd * n;
            break;
        case IR_vzip2:
            from = n / 2 + half + odd * n;
            break;
        case IR_vuzp1:
            from = 2 * l;
            break;
        case IR_vuzp2:
            from = 2 * l + 1;
            break;
        case IR_vtrn1:
            from = 2 * half + odd * n;
            break;
        default: /* vtrn2 */
            from = 2 * half + 1 + odd * n;
        }
        set_lane(r, vece, l, pair_lane(a, b, vece, from));
    }
}

/* Operations between lanes of @vece and of twice the size. */
static void widen_narrow(IROp op, unsigned vece, TCGVec *r, const TCGVec *a, const TCGVec *b)
{
    for (unsigned l = 0; l < 8u >> vece; l++) {
        switch (op) {
        case IR_vuxtl:
            set_lane(r, vece + 1, l, ir_vec_lane(a, vece, l));
            break;
        case IR_vsxtl:
            set_lane(r, vece + 1, l, signed_lane(a, vece, l));
            break;
        case IR_vumull:
            set_lane(r, vece + 1, l, ir_vec_lane(a, vece, l) * ir_vec_lane(b, vece, l));
            break;
        case IR_vsmull:
            set_lane(r, vece + 1, l, signed_lane(a, vece, l) * signed_lane(b, vece, l));
            break;
        default: /* vxtn */
            set_lane(r, vece, l, ir_vec_lane(a, vece + 1, l));
        }
    }
}

static void reverse(unsigned vece, unsigned container, TCGVec *r, const TCGVec *a)
{
    unsigned per = 1u << (container - vece);

    for (unsigned l = 0; l < 16u >> vece; l++) {
        set_lane(r, vece, l, ir_vec_lane(a, vece, (l & ~(per - 1)) + per - 1 - (l & (per - 1))));
    }
}

static bool eval_rearrange(IROp op, unsigned vece, int64_t imm, TCGVec *r, const TCGVec *a,
                           const TCGVec *b)
{
    unsigned n = 16 >> vece;

    switch (op) {
    case IR_vset:
        *r = (TCGVec){ .d = { 0, 0 } };
        set_lane(r, vece, 0, ir_vec_lane(a, vece, 0));
        return true;
    case IR_vdup:
    case IR_vduplane:
        for (unsigned l = 0; l < n; l++) {
            set_lane(r, vece, l, ir_vec_lane(a, vece, op == IR_vdup ? 0 : imm));
        }
        return true;
    case IR_vinsert:
        *r = *a;
        set_lane(r, vece, imm, b->d[0]);
        return true;
    case IR_vlow:
        memcpy(r, a, 1u << vece);
        return true;
    case IR_vext:
        for (unsigned l = 0; l < 16; l++) {
            r->b[l] = pair_lane(a, b, MO_8, l + imm);
        }
        return true;
    case IR_vtbl:
        for (unsigned l = 0; l < 16; l++) {
            r->b[l] = b->b[l] < 16 ? a->b[b->b[l]] : 0;
        }
        return true;
    case IR_vrev:
        reverse(vece, imm, r, a);
        return true;
    case IR_vshufw:
        for (unsigned l = 0; l < 4; l++) {
            r->w[l] = a->w[imm >> (2 * l) & 3];
        }
        return true;
    case IR_vaddp:
        for (unsigned l = 0; l < n; l++) {
            set_lane(r, vece, l, pair_lane(a, b, vece, 2 * l) + pair_lane(a, b, vece, 2 * l + 1));
        }
        return true;
    case IR_vzip1:
    case IR_vzip2:
    case IR_vuzp1:
    case IR_vuzp2:
    case IR_vtrn1:
    case IR_vtrn2:
        permute(op, vece, r, a, b);
        return true;
    case IR_vuxtl:
    case IR_vsxtl:
    case IR_vxtn:
    case IR_vumull:
    case IR_vsmull:
        widen_narrow(op, vece, r, a, b);
        return true;
    default:
        return false;
    }
}

/* Lanes of structures of three, to and from the order of memory. */
static bool eval_struct3(IROp op, unsigned vece, int64_t imm, TCGVec *r, const TCGVec *const v[3])
{
    unsigned n = 16 >> vece;

    if (op != IR_vld3 && op != IR_vst3) {
        return false;
    }
    for (unsigned l = 0; l < n; l++) {
        unsigned k = op == IR_vld3 ? 3 * l + imm : imm * n + l;
        uint64_t x =
            op == IR_vld3 ? ir_vec_lane(v[k / n], vece, k % n) : ir_vec_lane(v[k % 3], vece, k / 3);
        set_lane(r, vece, l, x);
    }
    return true;
}

bool ir_eval_vec(IROp op, unsigned vece, int64_t imm, TCGVec *r, const TCGVec *a, const TCGVec *b,
                 const TCGVec *c)
{
    static bool (*const lanes[])(IROp, int64_t, TCGVec *, const TCGVec *, const TCGVec *,
                                 const TCGVec *) = { eval_lanes8, eval_lanes16, eval_lanes32,
                                                     eval_lanes64 };
    TCGVec out = { .d = { 0, 0 } };
    bool ok = op >= IR_vadd
                  ? lanes[vece & 3](op, imm, &out, a, b, c)
                  : eval_rearrange(op, vece, imm, &out, a, b) ||
                        eval_struct3(op, vece, imm, &out, (const TCGVec *const[]){ a, b, c }) ||
                        ir_eval_crypto(op, imm, &out, a, b, c);

    *r = out;
    return ok;
}
