/* SPDX-License-Identifier: MIT */
/*
 * Mux: several front ends on one back end.
 *
 * Output of all front ends is passed on as it comes. Input goes to the one that has the focus,
 * after the keys that follow the escape character are taken out. What the focused front end can
 * not take is kept in its buffer; when that is full the mux tells its back end so, which then
 * stops reading: nothing is dropped.
 *
 * Input side under the big lock; timestamps under chr_write_lock.
 */
#include "qemu/osdep.h"

#include "chardev/char-mux.h"
#include "qapi/error.h"
#include "qemu/module.h"

/* Both are set while the command line is read and only read afterwards. */
static ChardevMuxActions mux_actions;
static int mux_escape = 0x01; /* Ctrl-A; 0: no escape */

void qemu_chr_mux_set_actions(const ChardevMuxActions *actions)
{
    mux_actions = *actions;
}

void qemu_chr_mux_set_escape(int character)
{
    mux_escape = character & 0xff;
}

/* --- output --- */

static int put_timestamp_locked(MuxChardev *d)
{
    int64_t now = g_get_monotonic_time() / 1000;
    char text[48];

    if (d->timestamps_start < 0) {
        d->timestamps_start = now;
    }
    int64_t ms = now - d->timestamps_start;
    int n = snprintf(text, sizeof(text), "[%02" PRId64 ":%02d:%02d.%03d] ", ms / 3600000,
                     (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
    return qemu_chr_fe_write_all(&d->base, (const uint8_t *)text, n);
}

static int mux_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    MuxChardev *d = CHARDEV_MUX(chr);

    if (!d->timestamps) {
        return qemu_chr_fe_write(&d->base, buf, len);
    }
    for (int done = 0; done < len;) {
        const uint8_t *newline = memchr(buf + done, '\n', len - done);
        int n = newline ? newline - (buf + done) + 1 : len - done;
        if (!d->line_started && put_timestamp_locked(d) < 0) {
            return -1;
        }
        if (qemu_chr_fe_write_all(&d->base, buf + done, n) < 0) {
            return -1;
        }
        d->line_started = !newline;
        done += n;
    }
    return len;
}

static void mux_chr_wait_writable(Chardev *chr)
{
    Chardev *base = CHARDEV_MUX(chr)->base.chr;
    if (base && CHARDEV_GET_CLASS(base)->chr_wait_writable) {
        CHARDEV_GET_CLASS(base)->chr_wait_writable(base);
    } else {
        g_usleep(1000);
    }
}

static GSource *mux_chr_add_watch(Chardev *chr, GIOCondition cond)
{
    Chardev *base = CHARDEV_MUX(chr)->base.chr;
    if (!base || !CHARDEV_GET_CLASS(base)->chr_add_watch) {
        return NULL;
    }
    return CHARDEV_GET_CLASS(base)->chr_add_watch(base, cond);
}

/* --- escape keys --- */

static void print_text(MuxChardev *d, const char *text)
{
    qemu_chr_fe_write_all(&d->base, (const uint8_t *)text, strlen(text));
}

static void print_help(MuxChardev *d)
{
    char name[16];

    if (mux_escape >= 1 && mux_escape < 27) {
        snprintf(name, sizeof(name), "C-%c", mux_escape + 'a' - 1);
    } else {
        snprintf(name, sizeof(name), "0x%02x", mux_escape);
    }
    g_autofree char *text = g_strdup_printf("\r\n"
                                            "%s h  show this help\r\n"
                                            "%s x  quit the emulator\r\n"
                                            "%s s  save disk changes (with -snapshot)\r\n"
                                            "%s t  time stamps on or off\r\n"
                                            "%s b  send a break (the kernel's SysRq)\r\n"
                                            "%s c  switch between console and monitor\r\n"
                                            "%s %s  send %s\r\n",
                                            name, name, name, name, name, name, name, name, name);
    print_text(d, text);
}

static void send_event(MuxChardev *d, int slot, QEMUChrEvent event)
{
    CharFrontend *fe = slot >= 0 ? d->frontends[slot] : NULL;
    if (fe && fe->chr_event) {
        fe->chr_event(fe->opaque, event);
    }
}

static void focus_next(MuxChardev *d)
{
    int slot = d->focus;
    for (int i = 0; i < MUX_MAX_FRONTENDS; i++) {
        slot = (slot + 1) % MUX_MAX_FRONTENDS;
        if (d->frontends[slot]) {
            mux_chr_set_focus(d, slot);
            return;
        }
    }
}

static void toggle_timestamps(MuxChardev *d)
{
    qemu_mutex_lock(&CHARDEV(d)->chr_write_lock);
    d->timestamps = !d->timestamps;
    d->timestamps_start = -1;
    d->line_started = false;
    qemu_mutex_unlock(&CHARDEV(d)->chr_write_lock);
}

static void escape_key(MuxChardev *d, uint8_t key)
{
    switch (g_ascii_tolower(key)) {
    case 'h':
    case '?':
        print_help(d);
        break;
    case 'x':
        print_text(d, "Quern: Terminated\r\n");
        if (mux_actions.quit) {
            mux_actions.quit();
        }
        break;
    case 's':
        if (mux_actions.commit) {
            mux_actions.commit(CHARDEV(d));
        } else {
            print_text(d, "\r\nNo disk with -snapshot: there is nothing to save.\r\n");
        }
        break;
    case 't':
        toggle_timestamps(d);
        break;
    case 'b':
        send_event(d, d->focus, CHR_EVENT_BREAK);
        break;
    case 'c':
        focus_next(d);
        break;
    default: /* not a command: the escape is forgotten, as users of terminals expect */
        break;
    }
}

/* --- input --- */

/* Hand over what was kept, as much as the front end takes. */
static void drain(MuxChardev *d, int slot)
{
    GByteArray *in = d->input[slot];

    while (in->len > 0) {
        CharFrontend *fe = d->frontends[slot];
        uint8_t chunk[MUX_TYPE_AHEAD];
        if (!fe || !fe->chr_read || !fe->chr_can_read) {
            return;
        }
        int n = MIN(MIN(in->len, sizeof(chunk)), MAX(fe->chr_can_read(fe->opaque), 0));
        if (n == 0) {
            return;
        }
        /* Taken out first: the handler may come back here through accept_input. */
        memcpy(chunk, in->data, n);
        g_byte_array_remove_range(in, 0, n);
        fe->chr_read(fe->opaque, chunk, n);
    }
}

static void put_byte(MuxChardev *d, uint8_t byte)
{
    if (d->focus >= 0) {
        g_byte_array_append(d->input[d->focus], &byte, 1);
    }
}

/* The room of the front end in focus. A switch of focus within the bytes to come may take another
 * buffer past MUX_TYPE_AHEAD, by at most this much. */
static int mux_chr_can_read(void *opaque)
{
    MuxChardev *d = opaque;
    int used = d->focus >= 0 ? d->input[d->focus]->len : 0;
    return MAX(MUX_TYPE_AHEAD - used, 0);
}

static void mux_chr_read(void *opaque, const uint8_t *buf, int size)
{
    MuxChardev *d = opaque;

    for (int i = 0; i < size; i++) {
        uint8_t byte = buf[i];
        bool is_escape = mux_escape && byte == mux_escape;
        if (d->got_escape) {
            d->got_escape = false;
            if (is_escape) {
                put_byte(d, byte);
            } else {
                /* What was typed before a switch takes effect before it. */
                if (d->focus >= 0) {
                    drain(d, d->focus);
                }
                escape_key(d, byte);
            }
        } else if (is_escape) {
            d->got_escape = true;
        } else {
            put_byte(d, byte);
        }
    }
    for (int i = 0; i < MUX_MAX_FRONTENDS; i++) {
        drain(d, i);
    }
}

static void mux_chr_accept_input(Chardev *chr)
{
    MuxChardev *d = CHARDEV_MUX(chr);
    for (int i = 0; i < MUX_MAX_FRONTENDS; i++) {
        drain(d, i);
    }
    qemu_chr_fe_accept_input(&d->base);
}

/* An event of the back end concerns all front ends. */
static void mux_chr_base_event(void *opaque, QEMUChrEvent event)
{
    qemu_chr_be_event(opaque, event);
}

static void mux_chr_be_event(Chardev *chr, QEMUChrEvent event)
{
    MuxChardev *d = CHARDEV_MUX(chr);
    for (int i = 0; i < MUX_MAX_FRONTENDS; i++) {
        send_event(d, i, event);
    }
}

/* --- front ends --- */

bool mux_chr_attach(MuxChardev *d, CharFrontend *fe, unsigned *tag, Error **errp)
{
    for (int i = 0; i < MUX_MAX_FRONTENDS; i++) {
        if (!d->frontends[i]) {
            d->frontends[i] = fe;
            g_byte_array_set_size(d->input[i], 0);
            *tag = i;
            return true;
        }
    }
    error_setg(errp, "character device '%s' already has %d users, more do not fit on a mux",
               CHARDEV(d)->label, MUX_MAX_FRONTENDS);
    return false;
}

void mux_chr_detach(MuxChardev *d, unsigned tag)
{
    assert(tag < MUX_MAX_FRONTENDS);
    d->frontends[tag] = NULL;
    if (d->focus == (int)tag) {
        d->focus = -1;
        focus_next(d);
    }
}

void mux_chr_set_focus(MuxChardev *d, unsigned tag)
{
    assert(tag < MUX_MAX_FRONTENDS && d->frontends[tag]);
    if (d->focus == (int)tag) {
        return;
    }
    send_event(d, d->focus, CHR_EVENT_MUX_OUT);
    d->focus = tag;
    send_event(d, d->focus, CHR_EVENT_MUX_IN);
}

/* --- type --- */

static const char *const mux_params[] = { "chardev", NULL };

static bool mux_chr_open(Chardev *chr, const KeyVal *opts, Error **errp)
{
    MuxChardev *d = CHARDEV_MUX(chr);
    const char *name = keyval_get(opts, "chardev");
    Chardev *base = name ? qemu_chr_find(name) : NULL;

    if (!name) {
        error_setg(errp, "a mux needs chardev=ID of the device that it shares");
        return false;
    }
    if (!base) {
        error_setg(errp, "mux '%s': there is no character device with id '%s'", chr->label, name);
        return false;
    }
    if (!qemu_chr_fe_init(&d->base, base, errp)) {
        return false;
    }
    qemu_chr_set_filename(chr, g_strdup_printf("mux:%s", base->filename));
    qemu_chr_fe_set_handlers(&d->base, mux_chr_can_read, mux_chr_read, mux_chr_base_event, NULL, d,
                             NULL, true);
    return true;
}

static void mux_chr_instance_init(Object *obj)
{
    MuxChardev *d = CHARDEV_MUX(obj);
    d->focus = -1;
    d->timestamps_start = -1;
    for (int i = 0; i < MUX_MAX_FRONTENDS; i++) {
        d->input[i] = g_byte_array_new();
    }
}

static void mux_chr_finalize(Object *obj)
{
    MuxChardev *d = CHARDEV_MUX(obj);

    qemu_chr_fe_deinit(&d->base, false);
    for (int i = 0; i < MUX_MAX_FRONTENDS; i++) {
        if (d->frontends[i]) {
            d->frontends[i]->chr = NULL;
        }
        g_byte_array_unref(d->input[i]);
    }
}

static void mux_chr_class_init(ObjectClass *klass, const void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(klass);
    cc->params = mux_params;
    cc->opens_later = true; /* with its back end, see mux_chr_base_event */
    cc->chr_open = mux_chr_open;
    cc->chr_write = mux_chr_write;
    cc->chr_wait_writable = mux_chr_wait_writable;
    cc->chr_add_watch = mux_chr_add_watch;
    cc->chr_accept_input = mux_chr_accept_input;
    cc->chr_be_event = mux_chr_be_event;
}

static const TypeInfo mux_chr_type = {
    .name = TYPE_CHARDEV_MUX,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(MuxChardev),
    .instance_init = mux_chr_instance_init,
    .instance_finalize = mux_chr_finalize,
    .class_init = mux_chr_class_init,
};

static void mux_chr_register_types(void)
{
    type_register_static(&mux_chr_type);
}

type_init(mux_chr_register_types)
