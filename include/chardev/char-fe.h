/* SPDX-License-Identifier: MIT */
/*
 * The device's side of a character device.
 *
 * A front end is embedded in the device's state and connected to one back end. All functions are
 * called under the big lock, except qemu_chr_fe_write and _write_all, which any thread may call.
 * Every function accepts a front end without a back end: output then vanishes.
 */
#ifndef CHARDEV_CHAR_FE_H
#define CHARDEV_CHAR_FE_H

#include "chardev/char.h"

typedef int IOCanReadHandler(void *opaque);
typedef void IOReadHandler(void *opaque, const uint8_t *buf, int size);
typedef void IOEventHandler(void *opaque, QEMUChrEvent event);
typedef int BackendChangeHandler(void *opaque);
typedef gboolean (*FEWatchFunc)(void *do_not_use, GIOCondition condition, void *data);

struct CharFrontend {
    Chardev *chr; /* NULL: not connected */
    IOEventHandler *chr_event;
    IOCanReadHandler *chr_can_read;
    IOReadHandler *chr_read;
    BackendChangeHandler *chr_be_change;
    void *opaque;
    unsigned int tag; /* slot in a mux */
    bool fe_is_open;
};

/* Connect @fe to @chr (may be NULL). False and *errp when @chr already serves another front end
 * and is not a mux. */
bool qemu_chr_fe_init(CharFrontend *fe, Chardev *chr, Error **errp);

/* Disconnect; with @del also destroy the back end. */
void qemu_chr_fe_deinit(CharFrontend *fe, bool del);

/* The back end, or NULL. */
Chardev *qemu_chr_fe_get_driver(CharFrontend *fe);
bool qemu_chr_fe_backend_connected(CharFrontend *fe);
bool qemu_chr_fe_backend_open(CharFrontend *fe);

/*
 * Install the receive side. @fd_can_read tells how many bytes the device takes now; @fd_read is
 * never given more. When it was 0 and becomes more, call qemu_chr_fe_accept_input. All handlers
 * NULL: stop receiving. @set_open: tell the back end and, on a mux, take the focus.
 */
void qemu_chr_fe_set_handlers(CharFrontend *fe, IOCanReadHandler *fd_can_read,
                              IOReadHandler *fd_read, IOEventHandler *fd_event,
                              BackendChangeHandler *be_change, void *opaque, GMainContext *context,
                              bool set_open);

/* On a mux: give the input to this front end. */
void qemu_chr_fe_take_focus(CharFrontend *fe);

/* The device can receive again. */
void qemu_chr_fe_accept_input(CharFrontend *fe);

/* End the connection from this side; only sockets have one. */
void qemu_chr_fe_disconnect(CharFrontend *fe);
void qemu_chr_fe_set_echo(CharFrontend *fe, bool echo);
void qemu_chr_fe_set_open(CharFrontend *fe, bool is_open);

/*
 * Write without waiting: the number of bytes taken, which may be fewer than @len (0 with errno
 * EAGAIN: none now, use _add_watch), or -1 with errno.
 */
int qemu_chr_fe_write(CharFrontend *fe, const uint8_t *buf, int len);

/* Write everything, waiting as long as the host end needs. */
int qemu_chr_fe_write_all(CharFrontend *fe, const uint8_t *buf, int len);

void qemu_chr_fe_printf(CharFrontend *fe, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Call @func once when the back end can take output again (G_IO_OUT | G_IO_HUP). Returns the
 * GSource id, or 0 when the back end can not tell: the caller then drops or retries. */
guint qemu_chr_fe_add_watch(CharFrontend *fe, GIOCondition cond, FEWatchFunc func, void *user_data);

#endif
