/* SPDX-License-Identifier: MIT */
/*
 * Character device back ends: the host's end of a serial line.
 *
 * A back end (Chardev) is a QOM object below TYPE_CHARDEV, found by its label under /chardevs. It
 * serves one front end (chardev/char-fe.h); a mux serves many and decides who gets the input.
 * Nothing is lost: a back end asks qemu_chr_be_can_write before it reads from the host, and stops
 * reading while the answer is 0. Input and events run on the main loop under the big lock; output
 * may come from any thread and is serialised by chr_write_lock.
 */
#ifndef CHARDEV_CHAR_H
#define CHARDEV_CHAR_H

#include "qapi/error.h"
#include "qemu/keyval.h"
#include "qemu/thread.h"
#include "qom/object.h"

typedef enum {
    CHR_EVENT_BREAK,   /* the line sent a break */
    CHR_EVENT_OPENED,  /* the host's end is there */
    CHR_EVENT_MUX_IN,  /* this front end of a mux got the focus */
    CHR_EVENT_MUX_OUT, /* and lost it */
    CHR_EVENT_CLOSED,  /* the host's end is gone */
} QEMUChrEvent;

#define TYPE_CHARDEV "chardev"
OBJECT_DECLARE_TYPE(Chardev, ChardevClass, CHARDEV)

#define TYPE_CHARDEV_NULL    "chardev-null"
#define TYPE_CHARDEV_STDIO   "chardev-stdio"
#define TYPE_CHARDEV_FILE    "chardev-file"
#define TYPE_CHARDEV_MUX     "chardev-mux"
#define TYPE_CHARDEV_PIPE    "chardev-pipe"
#define TYPE_CHARDEV_PTY     "chardev-pty"
#define TYPE_CHARDEV_RINGBUF "chardev-ringbuf"
#define TYPE_CHARDEV_SERIAL  "chardev-serial"
#define TYPE_CHARDEV_SOCKET  "chardev-socket"
#define TYPE_CHARDEV_TESTDEV "chardev-testdev"
#define TYPE_CHARDEV_FD      "chardev-fd"

typedef struct CharFrontend CharFrontend;
typedef CharFrontend CharBackend; /* the name before QEMU 10.1 */

struct Chardev {
    Object parent_obj;

    QemuMutex chr_write_lock; /* output to the host and logfd */
    CharFrontend *fe;         /* big lock; NULL when nobody is connected */
    char *label;
    char *filename; /* what the user sees: "stdio", "file:serial.log" */
    int logfd;      /* copy of the output, or -1 */
    bool be_open;
    GMainContext *gcontext; /* NULL: the main loop's */
};

struct ChardevClass {
    ObjectClass parent_class;

    /* Parameters of -chardev besides id, mux, logfile and logappend; NULL-terminated. */
    const char *const *params;
    /* How the first word after the colon of the short form is called: "path" in file:PATH. */
    const char *short_param;
    bool internal; /* not for users */
    /* The back end reports CHR_EVENT_OPENED itself. */
    bool opens_later;

    bool (*chr_open)(Chardev *chr, const KeyVal *opts, Error **errp);
    /* Like write(2): bytes taken, or -1 with errno. Called with chr_write_lock held. */
    int (*chr_write)(Chardev *chr, const uint8_t *buf, int len);
    /* Block until chr_write is likely to take something; NULL: a short sleep does. */
    void (*chr_wait_writable)(Chardev *chr);
    GSource *(*chr_add_watch)(Chardev *chr, GIOCondition cond);
    /* The front end's handlers changed: start or stop receiving. */
    void (*chr_update_read_handler)(Chardev *chr);
    void (*chr_accept_input)(Chardev *chr);
    void (*chr_set_echo)(Chardev *chr, bool echo);
    void (*chr_set_fe_open)(Chardev *chr, bool fe_open);
    /* End the connection, as if the host's end had. */
    void (*chr_disconnect)(Chardev *chr);
    void (*chr_be_event)(Chardev *chr, QEMUChrEvent event);
};

/*
 * Create a back end from the options of -chardev ("backend", "id", …). Returns a reference that
 * /chardevs owns too, or NULL and *errp.
 */
Chardev *qemu_chr_new_from_opts(const KeyVal *opts, Error **errp);

/*
 * Create one from the short form of -serial and -monitor: "stdio", "mon:stdio", "null",
 * "file:PATH", "unix:PATH,server=on", "tcp:HOST:PORT", "/dev/ttyS0", "chardev:ID" and so on; the
 * forms are in char-short.c. "none" gives NULL without an error.
 */
Chardev *qemu_chr_new(const char *label, const char *spec, Error **errp);

/* Is @spec in the "mon:" form? The caller then attaches a monitor to the same back end. */
bool qemu_chr_spec_has_monitor(const char *spec);

/* By label, or NULL; /chardevs keeps the reference. */
Chardev *qemu_chr_find(const char *label);

/* All back ends in order of creation, for `info chardev`. */
void qemu_chr_foreach(void (*fn)(Chardev *chr, void *opaque), void *opaque);

/* Close every back end; the terminal gets its settings back. */
void qemu_chr_cleanup(void);

/* Print the back ends that -chardev knows. */
void qemu_chr_print_help(void);

/* What back ends need of the process; set once before any is created. Members may be NULL. */
typedef struct ChardevHostActions {
    /* The guest ends the run with this status (testdev); called in any thread. */
    void (*exit)(int status);
    /* A signal has asked the process to end: stop waiting for a connection. */
    bool (*interrupted)(void);
} ChardevHostActions;

void qemu_chr_set_host_actions(const ChardevHostActions *actions);

/* --- for back ends --- */

const ChardevHostActions *qemu_chr_host_actions(void);

/* Bytes that the front end takes now. */
int qemu_chr_be_can_write(Chardev *chr);

/* Input for the front end; @len is at most what _can_write said. */
void qemu_chr_be_write(Chardev *chr, const uint8_t *buf, int len);
void qemu_chr_be_event(Chardev *chr, QEMUChrEvent event);

/* Output into a back end past its front end, as a mux or a test does. With @write_all it waits
 * until everything is taken. */
int qemu_chr_write(Chardev *chr, const uint8_t *buf, int len, bool write_all);

/* Set what the user is shown; takes ownership of @name. */
void qemu_chr_set_filename(Chardev *chr, char *name);

/* --- mux --- */

/* What the keys after the escape character do outside the line itself; set once by the command
 * line before any input arrives. Members may be NULL. */
typedef struct ChardevMuxActions {
    void (*quit)(void);
    void (*commit)(Chardev *chr); /* may write to @chr */
} ChardevMuxActions;

void qemu_chr_mux_set_actions(const ChardevMuxActions *actions);

/* -echr: the escape character, 1 (Ctrl-A) by default. */
void qemu_chr_mux_set_escape(int character);

#endif
