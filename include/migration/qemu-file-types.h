/* SPDX-License-Identifier: MIT */
/*
 * A stream of saved state, as VMStateInfo functions see it: numbers in big-endian order and bytes.
 *
 * A stream holds its first error and then ignores what is put and gives zeros; so a reader may look
 * at the end only, but must check every number before it uses it. Under the big lock.
 */
#ifndef MIGRATION_QEMU_FILE_TYPES_H
#define MIGRATION_QEMU_FILE_TYPES_H

#include "qemu/osdep.h"

#include "qapi/error.h"

void qemu_put_buffer(QEMUFile *f, const uint8_t *buf, size_t size);
void qemu_put_byte(QEMUFile *f, int v);
void qemu_put_be16(QEMUFile *f, unsigned v);
void qemu_put_be32(QEMUFile *f, unsigned v);
void qemu_put_be64(QEMUFile *f, uint64_t v);

/* Reads beyond the end set -EIO. */
size_t qemu_get_buffer(QEMUFile *f, uint8_t *buf, size_t size); /* @size, or 0 and zeros in @buf */
int qemu_get_byte(QEMUFile *f);
unsigned qemu_get_be16(QEMUFile *f);
unsigned qemu_get_be32(QEMUFile *f);
uint64_t qemu_get_be64(QEMUFile *f);
void qemu_file_skip(QEMUFile *f, size_t size);

#define qemu_put_8s(f, pv)    qemu_put_byte(f, *(pv))
#define qemu_put_be16s(f, pv) qemu_put_be16(f, *(pv))
#define qemu_put_be32s(f, pv) qemu_put_be32(f, *(pv))
#define qemu_put_be64s(f, pv) qemu_put_be64(f, *(pv))
#define qemu_put_sbyte(f, v)  qemu_put_byte(f, (uint8_t)(v))
#define qemu_put_sbe16(f, v)  qemu_put_be16(f, (uint16_t)(v))
#define qemu_put_sbe32(f, v)  qemu_put_be32(f, (uint32_t)(v))
#define qemu_put_sbe64(f, v)  qemu_put_be64(f, (uint64_t)(v))
#define qemu_get_8s(f, pv)    (*(pv) = qemu_get_byte(f))
#define qemu_get_be16s(f, pv) (*(pv) = qemu_get_be16(f))
#define qemu_get_be32s(f, pv) (*(pv) = qemu_get_be32(f))
#define qemu_get_be64s(f, pv) (*(pv) = qemu_get_be64(f))
#define qemu_get_sbyte(f)     ((int8_t)qemu_get_byte(f))
#define qemu_get_sbe16(f)     ((int16_t)qemu_get_be16(f))
#define qemu_get_sbe32(f)     ((int32_t)qemu_get_be32(f))
#define qemu_get_sbe64(f)     ((int64_t)qemu_get_be64(f))

/* The first error, 0: none. */
int qemu_file_get_error(const QEMUFile *f);
void qemu_file_set_error(QEMUFile *f, int ret);
/* With an explanation, which becomes the stream's. */
void qemu_file_set_error_obj(QEMUFile *f, int ret, Error *err);

#endif
