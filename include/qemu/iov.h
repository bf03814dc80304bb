/* SPDX-License-Identifier: MIT */
/* Scattered buffers. Offsets and sizes are in bytes over the whole of the vector. */
#ifndef QEMU_IOV_H
#define QEMU_IOV_H

#include <stddef.h>
#include <sys/uio.h>

size_t iov_size(const struct iovec *iov, unsigned int iov_cnt);

/* Copy up to @bytes from or to @buf, beginning at @offset, which lies in the vector or at its end;
 * the number of bytes that there was room for. */
size_t iov_from_buf(const struct iovec *iov, unsigned int iov_cnt, size_t offset, const void *buf,
                    size_t bytes);
size_t iov_to_buf(const struct iovec *iov, unsigned int iov_cnt, size_t offset, void *buf,
                  size_t bytes);
size_t iov_memset(const struct iovec *iov, unsigned int iov_cnt, size_t offset, int fill,
                  size_t bytes);

/* Drop @bytes at the front (or back): *iov and *iov_cnt move on, and the vector itself changes.
 * The number of bytes dropped. */
size_t iov_discard_front(struct iovec **iov, unsigned int *iov_cnt, size_t bytes);
size_t iov_discard_back(struct iovec *iov, unsigned int *iov_cnt, size_t bytes);

/* The part [@offset, @offset + @bytes) of @iov as a vector of at most @dst_cnt; its length. */
unsigned int iov_copy(struct iovec *dst, unsigned int dst_cnt, const struct iovec *iov,
                      unsigned int iov_cnt, size_t offset, size_t bytes);

#endif
