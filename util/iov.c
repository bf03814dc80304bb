/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qemu/iov.h"

size_t iov_size(const struct iovec *iov, unsigned int iov_cnt)
{
    size_t sum = 0;

    for (unsigned int i = 0; i < iov_cnt; i++) {
        sum += iov[i].iov_len;
    }
    return sum;
}

/* Calls @fn on the pieces of [offset, offset + bytes); the number of bytes that there are. */
static size_t each_piece(const struct iovec *iov, unsigned int iov_cnt, size_t offset, size_t bytes,
                         void (*fn)(void *piece, size_t len, size_t done, void *opaque),
                         void *opaque)
{
    size_t done = 0;

    for (unsigned int i = 0; i < iov_cnt && done < bytes; i++) {
        if (offset >= iov[i].iov_len) {
            offset -= iov[i].iov_len;
            continue;
        }
        size_t len = MIN(iov[i].iov_len - offset, bytes - done);

        fn((char *)iov[i].iov_base + offset, len, done, opaque);
        done += len;
        offset = 0;
    }
    return done;
}

static void copy_in(void *piece, size_t len, size_t done, void *opaque)
{
    memcpy(piece, (const char *)opaque + done, len);
}

static void copy_out(void *piece, size_t len, size_t done, void *opaque)
{
    memcpy((char *)opaque + done, piece, len);
}

static void fill_piece(void *piece, size_t len, size_t done, void *opaque)
{
    memset(piece, *(int *)opaque, len);
}

size_t iov_from_buf(const struct iovec *iov, unsigned int iov_cnt, size_t offset, const void *buf,
                    size_t bytes)
{
    return each_piece(iov, iov_cnt, offset, bytes, copy_in, (void *)buf);
}

size_t iov_to_buf(const struct iovec *iov, unsigned int iov_cnt, size_t offset, void *buf,
                  size_t bytes)
{
    return each_piece(iov, iov_cnt, offset, bytes, copy_out, buf);
}

size_t iov_memset(const struct iovec *iov, unsigned int iov_cnt, size_t offset, int fill,
                  size_t bytes)
{
    return each_piece(iov, iov_cnt, offset, bytes, fill_piece, &fill);
}

size_t iov_discard_front(struct iovec **iov, unsigned int *iov_cnt, size_t bytes)
{
    size_t done = 0;

    while (*iov_cnt && bytes - done >= (*iov)->iov_len) {
        done += (*iov)->iov_len;
        (*iov)++;
        (*iov_cnt)--;
    }
    if (*iov_cnt && done < bytes) {
        (*iov)->iov_base = (char *)(*iov)->iov_base + (bytes - done);
        (*iov)->iov_len -= bytes - done;
        done = bytes;
    }
    return done;
}

size_t iov_discard_back(struct iovec *iov, unsigned int *iov_cnt, size_t bytes)
{
    size_t done = 0;

    while (*iov_cnt && bytes - done >= iov[*iov_cnt - 1].iov_len) {
        done += iov[--*iov_cnt].iov_len;
    }
    if (*iov_cnt && done < bytes) {
        iov[*iov_cnt - 1].iov_len -= bytes - done;
        done = bytes;
    }
    return done;
}

unsigned int iov_copy(struct iovec *dst, unsigned int dst_cnt, const struct iovec *iov,
                      unsigned int iov_cnt, size_t offset, size_t bytes)
{
    unsigned int n = 0;

    for (unsigned int i = 0; i < iov_cnt && n < dst_cnt && bytes; i++) {
        if (offset >= iov[i].iov_len) {
            offset -= iov[i].iov_len;
            continue;
        }
        size_t len = MIN(iov[i].iov_len - offset, bytes);

        dst[n++] = (struct iovec){ (char *)iov[i].iov_base + offset, len };
        bytes -= len;
        offset = 0;
    }
    return n;
}
