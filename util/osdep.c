/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include <sys/mman.h>

#include "qapi/error.h"

void *qemu_try_memalign(size_t alignment, size_t size)
{
    void *ptr = NULL;

    if (alignment < sizeof(void *)) {
        alignment = sizeof(void *);
    }
    assert((alignment & (alignment - 1)) == 0);
    if (posix_memalign(&ptr, alignment, size ? size : 1) != 0) {
        return NULL;
    }
    return ptr;
}

void *qemu_memalign(size_t alignment, size_t size)
{
    void *ptr = qemu_try_memalign(alignment, size);

    if (!ptr) {
        fprintf(stderr, "out of memory: %zu bytes aligned to %zu\n", size, alignment);
        abort();
    }
    return ptr;
}

void qemu_vfree(void *ptr)
{
    free(ptr);
}

void *qemu_anon_ram_alloc(size_t size)
{
    void *ptr = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return ptr == MAP_FAILED ? NULL : ptr;
}

void qemu_anon_ram_free(void *ptr, size_t size)
{
    if (ptr) {
        munmap(ptr, size);
    }
}

uintptr_t qemu_real_host_page_size(void)
{
    return (uintptr_t)sysconf(_SC_PAGESIZE);
}

uint64_t qemu_get_host_physmem(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);

    return pages > 0 ? (uint64_t)pages * qemu_real_host_page_size() : 0;
}

static int open_cloexec(const char *name, int flags, mode_t mode, Error **errp)
{
    int fd = RETRY_ON_EINTR(open(name, flags | O_CLOEXEC, mode));

    if (fd < 0) {
        error_setg_errno(errp, errno, "Could not %s '%s'", flags & O_CREAT ? "create" : "open",
                         name);
    }
    return fd;
}

int qemu_open(const char *name, int flags, Error **errp)
{
    assert(!(flags & O_CREAT));
    return open_cloexec(name, flags, 0, errp);
}

int qemu_create(const char *name, int flags, mode_t mode, Error **errp)
{
    return open_cloexec(name, flags | O_CREAT, mode, errp);
}

int qemu_close(int fd)
{
    return close(fd);
}

size_t qemu_write_full(int fd, const void *buf, size_t count)
{
    size_t done = 0;

    while (done < count) {
        ssize_t n = RETRY_ON_EINTR(write(fd, (const char *)buf + done, count - done));

        if (n <= 0) {
            break;
        }
        done += n;
    }
    return done;
}

size_t qemu_read_full(int fd, void *buf, size_t count)
{
    size_t done = 0;

    while (done < count) {
        ssize_t n = RETRY_ON_EINTR(read(fd, (char *)buf + done, count - done));

        if (n <= 0) {
            break;
        }
        done += n;
    }
    return done;
}

void qemu_set_cloexec(int fd)
{
    int flags = fcntl(fd, F_GETFD);

    assert(flags >= 0);
    fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

int qemu_set_blocking(int fd, bool block)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0) {
        return -errno;
    }
    flags = block ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
    return fcntl(fd, F_SETFL, flags) < 0 ? -errno : 0;
}

int qemu_pipe(int pipefd[2])
{
    return pipe2(pipefd, O_CLOEXEC);
}
