/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qapi/error.h"
#include "qemu/readfile.h"

#define FIRST_CHUNK 65536

/* Append what can be read at once; 0 at the end, -1 with errno set on error. */
static ssize_t read_some(int fd, uint8_t *to, size_t room)
{
    ssize_t got;

    do {
        got = read(fd, to, room);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* The stat size is only where the buffer starts: a pipe has none and a file may grow. */
static uint8_t *read_fd(int fd, size_t guess, size_t max, size_t *len)
{
    size_t room = MIN(MAX(guess, FIRST_CHUNK), max) + 1, used = 0;
    g_autofree uint8_t *buf = g_malloc(room);

    for (;;) {
        ssize_t got = read_some(fd, buf + used, room - used);

        if (got < 0) {
            return NULL;
        }
        used += got;
        if (got == 0 || used > max) {
            *len = used;
            return g_steal_pointer(&buf);
        }
        if (used == room) {
            room = MIN(room * 2, max + 1);
            buf = g_realloc(buf, room);
        }
    }
}

uint8_t *qemu_read_file(const char *what, const char *filename, size_t max, size_t *len,
                        Error **errp)
{
    int fd = open(filename, O_RDONLY | O_CLOEXEC);
    g_autofree uint8_t *data = NULL;
    struct stat st;
    int err;

    if (fd < 0) {
        error_setg(errp, "could not open the %s '%s': %s", what, filename, strerror(errno));
        return NULL;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > (off_t)max) {
        close(fd);
        error_setg(errp, "the %s '%s' is too large: %lld bytes, there is room for %zu", what,
                   filename, (long long)st.st_size, max);
        return NULL;
    }
    data = read_fd(fd, S_ISREG(st.st_mode) ? st.st_size : 0, max, len);
    err = errno;
    close(fd);
    if (!data) {
        error_setg(errp, "could not read the %s '%s': %s", what, filename, strerror(err));
        return NULL;
    }
    if (*len == 0) {
        error_setg(errp, "the %s '%s' is empty", what, filename);
        return NULL;
    }
    if (*len > max) {
        error_setg(errp, "the %s '%s' is too large: there is room for %zu bytes", what, filename,
                   max);
        return NULL;
    }
    return g_steal_pointer(&data);
}
