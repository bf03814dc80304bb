/* SPDX-License-Identifier: MIT */
/*
 * The encodings of saved state. An integer is written big-endian in its own width, a boolean as one
 * byte 0 or 1, a buffer as it is, a timer as the time of its expiry or all ones, a bitmap as 64-bit
 * words. The *_equal encodings are for what a machine's configuration fixes: loading compares.
 */
#include "qemu/osdep.h"

#include "migration/qemu-file-types.h"
#include "migration/vmstate.h"
#include "qemu/timer.h"

/* ---- Integers: one row a type ---- */

#define VMSTATE_INT_INFO(type, wide)                                                               \
    static int get_##type(QEMUFile *f, void *pv, size_t size, const VMStateField *field)           \
    {                                                                                              \
        *(type##_t *)pv = (type##_t)qemu_get_##wide(f);                                            \
        return 0;                                                                                  \
    }                                                                                              \
    static int put_##type(QEMUFile *f, void *pv, size_t size, const VMStateField *field,           \
                          JSONWriter *vmdesc)                                                      \
    {                                                                                              \
        qemu_put_##wide(f, *(type##_t *)pv);                                                       \
        return 0;                                                                                  \
    }                                                                                              \
    const VMStateInfo vmstate_info_##type = { #type, get_##type, put_##type };

VMSTATE_INT_INFO(int8, byte)
VMSTATE_INT_INFO(int16, be16)
VMSTATE_INT_INFO(int32, be32)
VMSTATE_INT_INFO(int64, be64)
VMSTATE_INT_INFO(uint8, byte)
VMSTATE_INT_INFO(uint16, be16)
VMSTATE_INT_INFO(uint32, be32)
VMSTATE_INT_INFO(uint64, be64)

static int mismatch(QEMUFile *f, const VMStateField *field, uint64_t saved, uint64_t here,
                    const char *relation)
{
    Error *err = NULL;

    if (qemu_file_get_error(f)) {
        return -EIO;
    }
    error_setg(&err, "it was saved with 0x%" PRIx64 "%s 0x%" PRIx64 "%s%s", saved, relation, here,
               field->err_hint ? ": " : "", field->err_hint ? field->err_hint : "");
    qemu_file_set_error_obj(f, -EINVAL, err);
    return -EINVAL;
}

#define VMSTATE_COMPARE_INFO(type, wide, suffix, good, relation)                                   \
    static int get_##type##_##suffix(QEMUFile *f, void *pv, size_t size,                           \
                                     const VMStateField *field)                                    \
    {                                                                                              \
        type##_t here = *(type##_t *)pv, saved = (type##_t)qemu_get_##wide(f);                     \
                                                                                                   \
        return good ? 0 : mismatch(f, field, saved, here, relation);                               \
    }                                                                                              \
    const VMStateInfo vmstate_info_##type##_##suffix = { #type " " #suffix, get_##type##_##suffix, \
                                                         put_##type };

#define DIFFERS ", but this machine has"
VMSTATE_COMPARE_INFO(int32, be32, equal, saved == here, DIFFERS)
VMSTATE_COMPARE_INFO(uint8, byte, equal, saved == here, DIFFERS)
VMSTATE_COMPARE_INFO(uint16, be16, equal, saved == here, DIFFERS)
VMSTATE_COMPARE_INFO(uint32, be32, equal, saved == here, DIFFERS)
VMSTATE_COMPARE_INFO(uint64, be64, equal, saved == here, DIFFERS)

/* The value is taken over, if it is not negative nor above the one here. */
static int get_int32_le(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    int32_t saved = (int32_t)qemu_get_be32(f), *here = pv;

    if (saved < 0 || saved > *here) {
        return mismatch(f, field, (uint32_t)saved, *here, ", but this machine allows 0 to");
    }
    *here = saved;
    return 0;
}

const VMStateInfo vmstate_info_int32_le = { "int32 le", get_int32_le, put_int32 };

static int get_bool(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    int v = qemu_get_byte(f);

    *(bool *)pv = v != 0;
    return v > 1 ? -EINVAL : 0;
}

static int put_bool(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                    JSONWriter *vmdesc)
{
    qemu_put_byte(f, *(bool *)pv);
    return 0;
}

const VMStateInfo vmstate_info_bool = { "bool", get_bool, put_bool };

/* ---- Bytes ---- */

static int get_buffer(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    qemu_get_buffer(f, pv, size);
    return 0;
}

static int put_buffer(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    qemu_put_buffer(f, pv, size);
    return 0;
}

const VMStateInfo vmstate_info_buffer = { "buffer", get_buffer, put_buffer };

static int get_unused(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    qemu_file_skip(f, size);
    return 0;
}

static int put_unused(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    for (size_t i = 0; i < size; i++) {
        qemu_put_byte(f, 0);
    }
    return 0;
}

const VMStateInfo vmstate_info_unused_buffer = { "unused_buffer", get_unused, put_unused };

/* @size is in bits. Words are 64 bits in the stream whatever the host's long is. */
static int get_bitmap(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    unsigned long *map = pv;

    QEMU_BUILD_BUG_ON(sizeof(unsigned long) != 8);
    for (size_t i = 0; i < DIV_ROUND_UP(size, 64); i++) {
        map[i] = qemu_get_be64(f);
    }
    return 0;
}

static int put_bitmap(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    const unsigned long *map = pv;

    for (size_t i = 0; i < DIV_ROUND_UP(size, 64); i++) {
        qemu_put_be64(f, map[i]);
    }
    return 0;
}

const VMStateInfo vmstate_info_bitmap = { "bitmap", get_bitmap, put_bitmap };

/* ---- Timers ---- */

static int get_timer(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    uint64_t expire = qemu_get_be64(f);

    if (expire == UINT64_MAX) {
        timer_del(pv);
    } else if (expire > INT64_MAX) {
        return -EINVAL;
    } else {
        timer_mod_ns(pv, expire);
    }
    return 0;
}

static int put_timer(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                     JSONWriter *vmdesc)
{
    qemu_put_be64(f, timer_expire_time_ns(pv));
    return 0;
}

const VMStateInfo vmstate_info_timer = { "timer", get_timer, put_timer };

const VMStateDescription vmstate_dummy = {
    .name = "dummy",
    .fields = (const VMStateField[]){ VMSTATE_END_OF_LIST() },
};
