/* SPDX-License-Identifier: MIT */
/*
 * Byte order. cpu_to_le32() and the like convert values; ldl_le_p() and the like access memory of
 * any alignment in a stated order (b 8, w 16, l 32, q 64 bits; u or s before them for narrow loads
 * tells zero or sign extension).
 */
#ifndef QEMU_BSWAP_H
#define QEMU_BSWAP_H

#include <stdint.h>
#include <string.h>

#define bswap16(x) __builtin_bswap16(x)
#define bswap32(x) __builtin_bswap32(x)
#define bswap64(x) __builtin_bswap64(x)

static inline uint32_t bswap24(uint32_t x)
{
    return bswap32(x) >> 8;
}

static inline void bswap16s(uint16_t *s)
{
    *s = bswap16(*s);
}

static inline void bswap32s(uint32_t *s)
{
    *s = bswap32(*s);
}

static inline void bswap64s(uint64_t *s)
{
    *s = bswap64(*s);
}

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define BSWAP_LE_(bits, v) bswap##bits(v)
#define BSWAP_BE_(bits, v) (v)
#else
#define BSWAP_LE_(bits, v) (v)
#define BSWAP_BE_(bits, v) bswap##bits(v)
#endif

#define BSWAP_CONVERTERS_(bits)                                                                    \
    static inline uint##bits##_t cpu_to_le##bits(uint##bits##_t v)                                 \
    {                                                                                              \
        return BSWAP_LE_(bits, v);                                                                 \
    }                                                                                              \
    static inline uint##bits##_t le##bits##_to_cpu(uint##bits##_t v)                               \
    {                                                                                              \
        return BSWAP_LE_(bits, v);                                                                 \
    }                                                                                              \
    static inline uint##bits##_t cpu_to_be##bits(uint##bits##_t v)                                 \
    {                                                                                              \
        return BSWAP_BE_(bits, v);                                                                 \
    }                                                                                              \
    static inline uint##bits##_t be##bits##_to_cpu(uint##bits##_t v)                               \
    {                                                                                              \
        return BSWAP_BE_(bits, v);                                                                 \
    }                                                                                              \
    static inline void cpu_to_le##bits##s(uint##bits##_t *p)                                       \
    {                                                                                              \
        *p = BSWAP_LE_(bits, *p);                                                                  \
    }                                                                                              \
    static inline void cpu_to_be##bits##s(uint##bits##_t *p)                                       \
    {                                                                                              \
        *p = BSWAP_BE_(bits, *p);                                                                  \
    }                                                                                              \
    static inline void le##bits##_to_cpus(uint##bits##_t *p)                                       \
    {                                                                                              \
        *p = BSWAP_LE_(bits, *p);                                                                  \
    }                                                                                              \
    static inline void be##bits##_to_cpus(uint##bits##_t *p)                                       \
    {                                                                                              \
        *p = BSWAP_BE_(bits, *p);                                                                  \
    }

BSWAP_CONVERTERS_(16)
BSWAP_CONVERTERS_(32)
BSWAP_CONVERTERS_(64)

/* Constants for static initialisers. */
#define const_le16(x) ((uint16_t)BSWAP_LE_(16, x))
#define const_le32(x) ((uint32_t)BSWAP_LE_(32, x))
#define const_le64(x) ((uint64_t)BSWAP_LE_(64, x))
#define const_be16(x) ((uint16_t)BSWAP_BE_(16, x))
#define const_be32(x) ((uint32_t)BSWAP_BE_(32, x))
#define const_be64(x) ((uint64_t)BSWAP_BE_(64, x))

static inline int ldub_p(const void *p)
{
    return *(const uint8_t *)p;
}

static inline int ldsb_p(const void *p)
{
    return *(const int8_t *)p;
}

static inline void stb_p(void *p, uint8_t v)
{
    *(uint8_t *)p = v;
}

/* ORD_ is LE_ or BE_: a load and a store of @type through the matching conversion. */
#define BSWAP_LOAD_(name, ret, bits, ORD_)                                                         \
    static inline ret name(const void *p)                                                          \
    {                                                                                              \
        uint##bits##_t v;                                                                          \
        memcpy(&v, p, sizeof(v));                                                                  \
        return (ret)ORD_(bits, v);                                                                 \
    }
#define BSWAP_STORE_(name, bits, ORD_)                                                             \
    static inline void name(void *p, uint##bits##_t v)                                             \
    {                                                                                              \
        v = ORD_(bits, v);                                                                         \
        memcpy(p, &v, sizeof(v));                                                                  \
    }
#define BSWAP_NONE_(bits, v) (v)

static inline int lduw_he_p(const void *p)
{
    uint16_t v;

    memcpy(&v, p, sizeof(v));
    return v;
}

static inline int lduw_le_p(const void *p)
{
    return le16_to_cpu(lduw_he_p(p));
}

static inline int lduw_be_p(const void *p)
{
    return be16_to_cpu(lduw_he_p(p));
}

static inline int ldsw_he_p(const void *p)
{
    return (int16_t)lduw_he_p(p);
}

static inline int ldsw_le_p(const void *p)
{
    return (int16_t)lduw_le_p(p);
}

static inline int ldsw_be_p(const void *p)
{
    return (int16_t)lduw_be_p(p);
}

/* 32-bit loads return a signed int, as they always have in this API: cast where that matters. */
BSWAP_LOAD_(ldl_he_p, int, 32, BSWAP_NONE_)
BSWAP_LOAD_(ldl_le_p, int, 32, BSWAP_LE_)
BSWAP_LOAD_(ldl_be_p, int, 32, BSWAP_BE_)
BSWAP_LOAD_(ldq_he_p, uint64_t, 64, BSWAP_NONE_)
BSWAP_LOAD_(ldq_le_p, uint64_t, 64, BSWAP_LE_)
BSWAP_LOAD_(ldq_be_p, uint64_t, 64, BSWAP_BE_)
BSWAP_STORE_(stw_he_p, 16, BSWAP_NONE_)
BSWAP_STORE_(stw_le_p, 16, BSWAP_LE_)
BSWAP_STORE_(stw_be_p, 16, BSWAP_BE_)
BSWAP_STORE_(stl_he_p, 32, BSWAP_NONE_)
BSWAP_STORE_(stl_le_p, 32, BSWAP_LE_)
BSWAP_STORE_(stl_be_p, 32, BSWAP_BE_)
BSWAP_STORE_(stq_he_p, 64, BSWAP_NONE_)
BSWAP_STORE_(stq_le_p, 64, BSWAP_LE_)
BSWAP_STORE_(stq_be_p, 64, BSWAP_BE_)

/* Loads and stores of @sz bytes, 1, 2, 4 or 8; loads zero-extend. */
static inline uint64_t ldn_le_p(const void *p, int sz)
{
    uint64_t v = 0;

    for (int i = 0; i < sz; i++) {
        v |= (uint64_t)((const uint8_t *)p)[i] << (8 * i);
    }
    return v;
}

static inline uint64_t ldn_be_p(const void *p, int sz)
{
    uint64_t v = 0;

    for (int i = 0; i < sz; i++) {
        v = v << 8 | ((const uint8_t *)p)[i];
    }
    return v;
}

static inline void stn_le_p(void *p, int sz, uint64_t v)
{
    for (int i = 0; i < sz; i++) {
        ((uint8_t *)p)[i] = (uint8_t)(v >> (8 * i));
    }
}

static inline void stn_be_p(void *p, int sz, uint64_t v)
{
    for (int i = 0; i < sz; i++) {
        ((uint8_t *)p)[i] = (uint8_t)(v >> (8 * (sz - 1 - i)));
    }
}

static inline uint64_t ldn_he_p(const void *p, int sz)
{
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? ldn_be_p(p, sz) : ldn_le_p(p, sz);
}

static inline void stn_he_p(void *p, int sz, uint64_t v)
{
    if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) {
        stn_be_p(p, sz, v);
    } else {
        stn_le_p(p, sz, v);
    }
}

#endif
