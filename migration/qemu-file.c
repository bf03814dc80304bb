/* SPDX-License-Identifier: MIT */
/* Streams of saved state in memory. */
#include "qemu/osdep.h"

#include "migration/qemu-file.h"

#include "qemu/bswap.h"

struct QEMUFile {
    GByteArray *out; /* NULL: an input */
    const uint8_t *in;
    size_t in_size;
    size_t pos; /* of an input */
    int error;
    Error *explanation; /* of error; may be NULL */
};

QEMUFile *qemu_file_new_output(void)
{
    QEMUFile *f = g_new0(QEMUFile, 1);

    f->out = g_byte_array_new();
    return f;
}

QEMUFile *qemu_file_new_input(const void *data, size_t size)
{
    QEMUFile *f = g_new0(QEMUFile, 1);

    f->in = data;
    f->in_size = size;
    return f;
}

void qemu_file_free(QEMUFile *f)
{
    if (f->out) {
        g_byte_array_unref(f->out);
    }
    error_free(f->explanation);
    g_free(f);
}

const uint8_t *qemu_file_data(const QEMUFile *f, size_t *size)
{
    *size = f->out->len;
    return f->out->data;
}

void qemu_file_truncate(QEMUFile *f, size_t size)
{
    assert(size <= f->out->len);
    g_byte_array_set_size(f->out, size);
}

size_t qemu_file_tell(const QEMUFile *f)
{
    return f->out ? f->out->len : f->pos;
}

size_t qemu_file_left(const QEMUFile *f)
{
    return f->in_size - f->pos;
}

const uint8_t *qemu_file_peek(const QEMUFile *f, size_t offset, size_t size)
{
    size_t left = qemu_file_left(f);

    return offset <= left && size <= left - offset ? f->in + f->pos + offset : NULL;
}

/* ---- Errors ---- */

int qemu_file_get_error(const QEMUFile *f)
{
    return f->error;
}

void qemu_file_set_error_obj(QEMUFile *f, int ret, Error *err)
{
    if (f->error || !ret) {
        error_free(err);
        return;
    }
    f->error = ret;
    f->explanation = err;
}

void qemu_file_set_error(QEMUFile *f, int ret)
{
    qemu_file_set_error_obj(f, ret, NULL);
}

bool qemu_file_take_error(QEMUFile *f, Error **errp)
{
    if (!f->explanation) {
        return false;
    }
    error_propagate(errp, g_steal_pointer(&f->explanation));
    return true;
}

/* ---- Output ---- */

/* A GByteArray counts in 32 bits. */
void qemu_put_buffer(QEMUFile *f, const uint8_t *buf, size_t size)
{
    assert(f->out);
    if (f->error) {
        return;
    }
    if (size > UINT32_MAX / 2 - f->out->len) {
        Error *err = NULL;

        error_setg(&err, "saved state in memory can not be larger than 2 GiB");
        qemu_file_set_error_obj(f, -EFBIG, err);
        return;
    }
    g_byte_array_append(f->out, buf, size);
}

void qemu_put_byte(QEMUFile *f, int v)
{
    uint8_t byte = v;

    qemu_put_buffer(f, &byte, 1);
}

void qemu_put_be16(QEMUFile *f, unsigned v)
{
    uint16_t be = cpu_to_be16(v);

    qemu_put_buffer(f, (uint8_t *)&be, sizeof(be));
}

void qemu_put_be32(QEMUFile *f, unsigned v)
{
    uint32_t be = cpu_to_be32(v);

    qemu_put_buffer(f, (uint8_t *)&be, sizeof(be));
}

void qemu_put_be64(QEMUFile *f, uint64_t v)
{
    uint64_t be = cpu_to_be64(v);

    qemu_put_buffer(f, (uint8_t *)&be, sizeof(be));
}

/* ---- Input ---- */

size_t qemu_get_buffer(QEMUFile *f, uint8_t *buf, size_t size)
{
    const uint8_t *from = f->error ? NULL : qemu_file_peek(f, 0, size);

    if (!from) {
        qemu_file_set_error(f, -EIO);
        memset(buf, 0, size);
        return 0;
    }
    memcpy(buf, from, size);
    f->pos += size;
    return size;
}

void qemu_file_skip(QEMUFile *f, size_t size)
{
    if (f->error || !qemu_file_peek(f, 0, size)) {
        qemu_file_set_error(f, -EIO);
        return;
    }
    f->pos += size;
}

int qemu_get_byte(QEMUFile *f)
{
    uint8_t byte;

    qemu_get_buffer(f, &byte, 1);
    return byte;
}

unsigned qemu_get_be16(QEMUFile *f)
{
    uint16_t be;

    qemu_get_buffer(f, (uint8_t *)&be, sizeof(be));
    return be16_to_cpu(be);
}

unsigned qemu_get_be32(QEMUFile *f)
{
    uint32_t be;

    qemu_get_buffer(f, (uint8_t *)&be, sizeof(be));
    return be32_to_cpu(be);
}

uint64_t qemu_get_be64(QEMUFile *f)
{
    uint64_t be;

    qemu_get_buffer(f, (uint8_t *)&be, sizeof(be));
    return be64_to_cpu(be);
}
