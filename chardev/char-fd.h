/* SPDX-License-Identifier: MIT */
/* What back ends on file descriptors share: flow-controlled input and partial output. */
#ifndef CHARDEV_CHAR_FD_H
#define CHARDEV_CHAR_FD_H

#include "chardev/char.h"

OBJECT_DECLARE_SIMPLE_TYPE(FDChardev, CHARDEV_FD)

struct FDChardev {
    Chardev parent_obj;

    /* Both are owned, may be the same, and are -1 where there is none. Changed under the big lock
     * and chr_write_lock: either suffices to read. */
    int fd_in;
    int fd_out;
    unsigned generation; /* counts changes of fd_out */
    GSource *source;     /* reads fd_in; NULL when nobody listens or after end of file */
    bool at_eof;

    /*
     * For back ends whose host end comes and goes. Called once the host's end has gone and all its
     * input is delivered, to close the descriptors; also when there is no reader. NULL: end of file
     * is final, and output still works.
     */
    void (*hung_up)(FDChardev *s);
};

/* Take ownership of both descriptors; the ones before must be closed. Starts reading. */
void fd_chr_open(FDChardev *s, int fd_in, int fd_out);

/* Close them. Watches on the output fire with G_IO_HUP. */
void fd_chr_close(FDChardev *s);

#endif
