/* SPDX-License-Identifier: MIT */
/*
 * Memory for translated code. As a rule it is writable and executable at once. With split-wx=on
 * (for kernels that forbid that, and so that a stray write can not make code) the same memory is
 * mapped twice: code is generated and patched through one mapping and executed in the other, at
 * tcg_state.exec_offset from it. Code knows only relative addresses of itself.
 *
 * Huge pages save instruction TLB misses: a guest's hot code is strewn over megabytes.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qapi/error.h"
#include <sys/mman.h>

#define HUGE_PAGE (2u << 20)

static uint8_t *map_at(void *at, size_t size, int prot, int flags, int fd)
{
    void *p = mmap(at, size, prot, flags | MAP_NORESERVE, fd, 0);

    return p == MAP_FAILED ? NULL : p;
}

/* Address space at a multiple of HUGE_PAGE, so that the mapping over it can have such pages. */
static uint8_t *reserve(size_t size)
{
    uint8_t *p = map_at(NULL, size + HUGE_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

    if (!p) {
        return NULL;
    }
    uint8_t *aligned = (uint8_t *)ROUND_UP((uintptr_t)p, HUGE_PAGE);
    if (aligned != p) {
        munmap(p, aligned - p);
    }
    munmap(aligned + size, p + HUGE_PAGE - aligned);
    return aligned;
}

static uint8_t *map(size_t size, int prot, int flags, int fd, bool huge, Error **errp)
{
    uint8_t *at = reserve(size);
    uint8_t *p = at ? map_at(at, size, prot, flags | MAP_FIXED, fd) : NULL;

    if (!p) {
        error_setg_errno(errp, errno, "can not map %zu MiB for translated code%s", size >> 20,
                         prot & PROT_WRITE && prot & PROT_EXEC
                             ? "; split-wx=on needs no memory that is writable and executable"
                             : "");
        return NULL;
    }
    if (huge) {
        madvise(p, size, MADV_HUGEPAGE);
    }
    return p;
}

uint8_t *tcg_map_data(size_t size, bool huge, Error **errp)
{
    return map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, huge, errp);
}

static uint8_t *map_twice(size_t size, Error **errp)
{
    int fd = memfd_create("quern-code", MFD_CLOEXEC);
    uint8_t *rw = NULL, *rx = NULL;

    if (fd < 0 || ftruncate(fd, size) < 0) {
        error_setg_errno(errp, errno, "split-wx=on: can not make a file in memory");
    } else {
        rw = map(size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, true, errp);
        rx = rw ? map(size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, true, errp) : NULL;
    }
    if (fd >= 0) {
        close(fd);
    }
    tcg_state.exec_offset = rx ? rx - rw : 0;
    return rx ? rw : NULL;
}

uint8_t *tcg_map_code(size_t size, Error **errp)
{
    if (tcg_state.split_wx) {
        return map_twice(size, errp);
    }
    return map(size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, true,
               errp);
}
