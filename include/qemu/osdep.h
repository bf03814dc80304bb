/* SPDX-License-Identifier: MIT */
/* First include of every source file: the C library, GLib, and the base macros. */
#ifndef QEMU_OSDEP_H
#define QEMU_OSDEP_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "config-host.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "qemu/compiler.h"

#include "qemu/typedefs.h"

#define HOST_BIG_ENDIAN (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

#ifndef O_BINARY
#define O_BINARY 0
#endif

/* Number of elements; a pointer instead of an array is a compile error. */
#define QEMU_IS_ARRAY(x) (!__builtin_types_compatible_p(__typeof__(x), __typeof__(&(x)[0])))
#undef ARRAY_SIZE
#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]) + QEMU_BUILD_BUG_ON_ZERO(!QEMU_IS_ARRAY(x)))

/* Alignment of integers; n need not be a power of two except in ROUND_UP and ROUND_DOWN. */
#define DIV_ROUND_UP(n, d)        (((n) + (d)-1) / (d))
#define ROUND_DOWN(n, d)          ((n) & -(__typeof__(n))(d))
#define ROUND_UP(n, d)            (((n) + (d)-1) & -(__typeof__(0 ? (n) : (d)))(d))
#define QEMU_ALIGN_DOWN(n, m)     ((n) / (m) * (m))
#define QEMU_ALIGN_UP(n, m)       QEMU_ALIGN_DOWN((n) + (m)-1, (m))
#define QEMU_IS_ALIGNED(n, m)     (((n) % (m)) == 0)
#define QEMU_ALIGN_PTR_DOWN(p, n) ((__typeof__(p))QEMU_ALIGN_DOWN((uintptr_t)(p), (n)))
#define QEMU_ALIGN_PTR_UP(p, n)   ((__typeof__(p))QEMU_ALIGN_UP((uintptr_t)(p), (n)))
#define QEMU_PTR_IS_ALIGNED(p, n) QEMU_IS_ALIGNED((uintptr_t)(p), (n))

/* MIN and MAX where a constant expression is required. */
#define MIN_CONST(a, b)    ((a) < (b) ? (a) : (b))
#define MAX_CONST(a, b)    ((a) > (b) ? (a) : (b))
#define MIN_NON_ZERO(a, b) ((a) == 0 ? (b) : (b) == 0 ? (a) : (a) < (b) ? (a) : (b))

/* Memory aligned to @alignment (a power of two); released with qemu_vfree(). Never NULL. */
void *qemu_memalign(size_t alignment, size_t size);
/* The same, NULL when the host has no memory. */
void *qemu_try_memalign(size_t alignment, size_t size);
void qemu_vfree(void *ptr);

/* Zeroed anonymous pages, not reserved in advance; NULL (errno set) on failure. */
void *qemu_anon_ram_alloc(size_t size);
void qemu_anon_ram_free(void *ptr, size_t size);

uintptr_t qemu_real_host_page_size(void);
#define qemu_real_host_page_mask() (-(intptr_t)qemu_real_host_page_size())

/* Bytes of physical memory in the host, 0 if unknown. */
uint64_t qemu_get_host_physmem(void);

/* open() with O_CLOEXEC; -1 with *errp naming the file on failure. */
int qemu_open(const char *name, int flags, Error **errp);
int qemu_create(const char *name, int flags, mode_t mode, Error **errp);
int qemu_close(int fd);
/* read() and write() that go on after EINTR and short counts; bytes done. */
size_t qemu_write_full(int fd, const void *buf, size_t count);
size_t qemu_read_full(int fd, void *buf, size_t count);
void qemu_set_cloexec(int fd);
int qemu_set_blocking(int fd, bool block);
int qemu_pipe(int pipefd[2]);

#define RETRY_ON_EINTR(expr)                                                                       \
    (__extension__({                                                                               \
        __typeof__(expr) retry_;                                                                   \
        do {                                                                                       \
            retry_ = (expr);                                                                       \
        } while (retry_ == -1 && errno == EINTR);                                                  \
        retry_;                                                                                    \
    }))

#endif
