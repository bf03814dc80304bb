/* SPDX-License-Identifier: MIT */
/* What back ends on file descriptors share: flow-controlled input and partial output. */
#ifndef CHARDEV_CHAR_FD_H
#define CHARDEV_CHAR_FD_H

#include "chardev/char.h"

OBJECT_DECLARE_SIMPLE_TYPE(FDChardev, CHARDEV_FD)

struct FDChardev {
    Chardev parent_obj;

    int fd_in;       /* -1: no input; owned */
    int fd_out;      /* -1: no output; owned */
    GSource *source; /* reads fd_in; NULL when nobody listens or after end of file */
    bool at_eof;
};

/* Take ownership of both descriptors (they may be the same). */
void fd_chr_open(FDChardev *s, int fd_in, int fd_out);

#endif
