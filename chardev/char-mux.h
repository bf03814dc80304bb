/* SPDX-License-Identifier: MIT */
/* One back end shared by several front ends; see char-mux.c. */
#ifndef CHARDEV_CHAR_MUX_H
#define CHARDEV_CHAR_MUX_H

#include "chardev/char-fe.h"

#define MUX_MAX_FRONTENDS 4
/* Typed ahead for a front end that can not receive, in bytes, so that the escape keys stay within
 * reach of a user whose guest hangs. */
#define MUX_TYPE_AHEAD    1024

OBJECT_DECLARE_SIMPLE_TYPE(MuxChardev, CHARDEV_MUX)

struct MuxChardev {
    Chardev parent_obj;

    CharFrontend base; /* towards the shared back end */
    CharFrontend *frontends[MUX_MAX_FRONTENDS];
    GByteArray *input[MUX_MAX_FRONTENDS]; /* received, not yet handed over */
    int focus;                            /* slot, or -1 when there is none */
    bool got_escape;

    /* Output side; chr_write_lock. */
    bool timestamps;
    bool line_started;
    int64_t timestamps_start; /* ms of g_get_monotonic_time */
};

bool mux_chr_attach(MuxChardev *d, CharFrontend *fe, unsigned *tag, Error **errp);
void mux_chr_detach(MuxChardev *d, unsigned tag);
void mux_chr_set_focus(MuxChardev *d, unsigned tag);

#endif
