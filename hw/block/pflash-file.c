/* SPDX-License-Identifier: MIT */
/*
 * The file behind a flash bank: read as a whole at the start, written where the guest programs or
 * erases. A lock keeps two machines from writing one file.
 */
#include "qemu/osdep.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/units.h"

#include "pflash-internal.h"

static bool check_size(const PFlashCFI01 *fl, int fd, Error **errp)
{
    struct stat st;

    if (fstat(fd, &st) < 0) {
        error_setg_errno(errp, errno, "flash '%s': file '%s'", fl->name, fl->file);
        return false;
    }
    if (S_ISREG(st.st_mode) && st.st_size == fl->size) {
        return true;
    }
    g_autofree char *pad = g_strdup_printf("pad it with truncate -s %" PRIu64, fl->size);
    error_setg(errp,
               "flash '%s' requires %" PRIu64 " bytes, file '%s' provides %" PRIu64 " bytes: %s",
               fl->name, fl->size, fl->file, (uint64_t)st.st_size,
               (uint64_t)st.st_size < fl->size ? pad : "that is too large");
    return false;
}

static bool lock_file(const PFlashCFI01 *fl, int fd, Error **errp)
{
    struct flock lock = { .l_type = fl->read_only ? F_RDLCK : F_WRLCK, .l_whence = SEEK_SET };

    if (fcntl(fd, F_OFD_SETLK, &lock) < 0 && (errno == EAGAIN || errno == EACCES)) {
        error_setg(errp, "flash '%s': file '%s' is in use by another machine", fl->name, fl->file);
        return false;
    }
    return true; /* or the file system has no locks */
}

/* The first byte from @offset on that the file has; a hole is as zero as fresh memory. */
static uint64_t skip_hole(const PFlashCFI01 *fl, int fd, uint64_t offset)
{
    off_t data = lseek(fd, offset, SEEK_DATA);

    if (data < 0) {
        return errno == ENXIO ? fl->size : offset; /* or the file system does not know holes */
    }
    return MIN(data, fl->size);
}

static bool read_all(const PFlashCFI01 *fl, int fd, Error **errp)
{
    uint64_t done;

    for (done = skip_hole(fl, fd, 0); done < fl->size; done = skip_hole(fl, fd, done)) {
        ssize_t n = pread(fd, fl->storage + done, MIN(fl->size - done, MiB), done);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            error_setg_errno(errp, n < 0 ? errno : EIO, "flash '%s': reading '%s'", fl->name,
                             fl->file);
            return false;
        }
        done += n;
    }
    return true;
}

bool pflash_open_file(PFlashCFI01 *fl, Error **errp)
{
    int fd = open(fl->file, (fl->read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);

    if (fd < 0) {
        error_setg_errno(errp, errno, "flash '%s': could not open '%s'", fl->name, fl->file);
        return false;
    }
    if (!check_size(fl, fd, errp) || !lock_file(fl, fd, errp) || !read_all(fl, fd, errp)) {
        close(fd);
        return false;
    }
    fl->fd = fd;
    return true;
}

bool pflash_write_file(PFlashCFI01 *fl, uint64_t offset, uint64_t len)
{
    while (fl->fd >= 0 && len) {
        ssize_t n = pwrite(fl->fd, fl->storage + offset, len, offset);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            error_report("flash '%s': writing '%s': %s", fl->name, fl->file, strerror(errno));
            return false;
        }
        offset += n;
        len -= n;
    }
    return true;
}
