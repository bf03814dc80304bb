/* SPDX-License-Identifier: MIT */
/*
 * Values of integer operations: the `meaning` column of IR_INT_OPS compiled at both widths, for the
 * constant folder, the interpreter and the tests of the fold rules.
 */
#include "qemu/osdep.h"
#include "tcg/eval.h"
#include "qemu/host-utils.h"

static inline uint64_t mulh_u(uint64_t a, uint64_t b, unsigned w)
{
    return (unsigned __int128)a * b >> w;
}

static inline uint64_t mulh_s(uint64_t a, uint64_t b, unsigned w)
{
    if (w == 32) {
        return (uint32_t)((int64_t)(int32_t)a * (int32_t)b >> 32);
    }
    return (__int128)(int64_t)a * (int64_t)b >> 64;
}

static inline unsigned clz_w(uint64_t a, unsigned w)
{
    return clz64(a) - (64 - w);
}

static inline unsigned ctz_w(uint64_t a, unsigned w)
{
    return a ? ctz64(a) : w;
}

static inline uint64_t rbit_w(uint64_t a, unsigned w)
{
    return revbit64(a) >> (64 - w);
}

static inline uint64_t bswap_w(uint64_t a, unsigned w)
{
    return __builtin_bswap64(a) >> (64 - w);
}

static inline uint64_t bswap_halves(uint64_t a, unsigned w)
{
    const uint64_t m = UINT64_C(0x00ff00ff00ff00ff);

    return (a >> 8 & m) | (a & m) << 8;
}

#define EVAL_CASE(name, n, flags, meaning)                                                         \
    case IR_##name:                                                                                \
        return (T)(meaning);

static uint64_t eval_int64(IROp op, uint64_t a, uint64_t b)
{
    typedef uint64_t T;
    enum { W = 64, M = 63 };
#define S(x) ((int64_t)(x))
    switch (op) {
        IR_INT_OPS(EVAL_CASE)
    default:
        g_assert_not_reached();
    }
#undef S
}

static uint64_t eval_int32(IROp op, uint32_t a, uint32_t b)
{
    typedef uint32_t T;
    enum { W = 32, M = 31 };
#define S(x) ((int32_t)(x))
    switch (op) {
        IR_INT_OPS(EVAL_CASE)
    default:
        g_assert_not_reached();
    }
#undef S
}

uint64_t ir_eval_int(IROp op, IRType type, uint64_t a, uint64_t b)
{
    return type == IR_I32 ? eval_int32(op, a, b) : eval_int64(op, a, b);
}

bool ir_evaluates(IROp op)
{
    return (op >= IR_add && op <= IR_ext32u) || (op >= IR_trunc && op <= IR_crc32c);
}

/* The polynomial of Castagnoli in the bit order of a reflected CRC, a bit at a time. */
static uint32_t eval_crc32c(uint32_t crc, uint64_t data, unsigned bits)
{
    for (; bits; bits--, data >>= 1) {
        crc = (crc >> 1) ^ ((crc ^ data) & 1 ? 0x82f63b78 : 0);
    }
    return crc;
}

uint64_t ir_eval(IROp op, IRType type, uint64_t a, uint64_t b, int64_t imm)
{
    unsigned width = type == IR_I32 ? 32 : 64;
    unsigned pos = IR_FIELD_POS(imm), len = IR_FIELD_LEN(imm);
    uint64_t type_mask = ~UINT64_C(0) >> (64 - width);
    uint64_t field;

    switch (op) {
    case IR_trunc:
    case IR_zext:
        return (uint32_t)a;
    case IR_extract:
        return a >> pos & ~UINT64_C(0) >> (64 - len);
    case IR_sextract:
        return (uint64_t)((int64_t)(a << (64 - pos - len)) >> (64 - len)) & type_mask;
    case IR_deposit:
        field = (~UINT64_C(0) >> (64 - len)) << pos;
        return (a & ~field) | (b << pos & field);
    case IR_extract2:
        return (a >> imm | b << (width - imm)) & type_mask;
    case IR_addshl:
        return (a + (b << imm)) & type_mask;
    case IR_crc32c:
        return eval_crc32c((uint32_t)a, b, 8u << imm);
    default:
        return ir_eval_int(op, type, a, b);
    }
}

bool ir_eval_cond(TCGCond cond, IRType type, uint64_t a, uint64_t b)
{
    int64_t sa = type == IR_I32 ? (int32_t)a : (int64_t)a;
    int64_t sb = type == IR_I32 ? (int32_t)b : (int64_t)b;

    if (type == IR_I32) {
        a = (uint32_t)a;
        b = (uint32_t)b;
    }
    switch (cond & ~1) {
    case TCG_COND_EQ:
        return (a == b) ^ (cond & 1);
    case TCG_COND_LT:
        return (sa < sb) ^ (cond & 1);
    case TCG_COND_LE:
        return (sa <= sb) ^ (cond & 1);
    case TCG_COND_LTU:
        return (a < b) ^ (cond & 1);
    case TCG_COND_LEU:
        return (a <= b) ^ (cond & 1);
    case TCG_COND_TSTEQ:
        return ((a & b) == 0) ^ (cond & 1);
    default:
        return cond == TCG_COND_ALWAYS;
    }
}
