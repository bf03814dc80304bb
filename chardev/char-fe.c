/* SPDX-License-Identifier: MIT */
/* The front end's calls; the contract is in chardev/char-fe.h. */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "chardev/char-mux.h"
#include "qapi/error.h"

bool qemu_chr_fe_init(CharFrontend *fe, Chardev *chr, Error **errp)
{
    unsigned tag = 0;

    if (chr && object_dynamic_cast(OBJECT(chr), TYPE_CHARDEV_MUX)) {
        if (!mux_chr_attach(CHARDEV_MUX(chr), fe, &tag, errp)) {
            return false;
        }
    } else if (chr && chr->fe) {
        error_setg(errp, "character device '%s' is already in use", chr->label);
        return false;
    } else if (chr) {
        chr->fe = fe;
    }
    *fe = (CharFrontend){ .chr = chr, .tag = tag };
    return true;
}

void qemu_chr_fe_deinit(CharFrontend *fe, bool del)
{
    Chardev *chr = fe->chr;

    if (!chr) {
        return;
    }
    qemu_chr_fe_set_handlers(fe, NULL, NULL, NULL, NULL, NULL, NULL, true);
    if (object_dynamic_cast(OBJECT(chr), TYPE_CHARDEV_MUX)) {
        mux_chr_detach(CHARDEV_MUX(chr), fe->tag);
    }
    if (chr->fe == fe) {
        chr->fe = NULL;
    }
    fe->chr = NULL;
    if (del) {
        object_unparent(OBJECT(chr));
    }
}

Chardev *qemu_chr_fe_get_driver(CharFrontend *fe)
{
    return fe->chr;
}

bool qemu_chr_fe_backend_connected(CharFrontend *fe)
{
    return fe->chr != NULL;
}

bool qemu_chr_fe_backend_open(CharFrontend *fe)
{
    return fe->chr && fe->chr->be_open;
}

void qemu_chr_fe_set_handlers(CharFrontend *fe, IOCanReadHandler *fd_can_read,
                              IOReadHandler *fd_read, IOEventHandler *fd_event,
                              BackendChangeHandler *be_change, void *opaque, GMainContext *context,
                              bool set_open)
{
    Chardev *chr = fe->chr;
    bool is_open = fd_can_read || fd_read || fd_event || be_change || opaque;

    if (!chr) {
        return;
    }
    fe->chr_can_read = fd_can_read;
    fe->chr_read = fd_read;
    fe->chr_event = fd_event;
    fe->chr_be_change = be_change;
    fe->opaque = opaque;

    ChardevClass *cc = CHARDEV_GET_CLASS(chr);
    chr->gcontext = context;
    if (cc->chr_update_read_handler) {
        cc->chr_update_read_handler(chr);
    }
    if (set_open) {
        qemu_chr_fe_set_open(fe, is_open);
    }
    if (is_open) {
        if (set_open) {
            qemu_chr_fe_take_focus(fe);
        }
        /* Who connects late still learns that the line is up. */
        if (chr->be_open && fd_event) {
            fd_event(opaque, CHR_EVENT_OPENED);
        }
    }
}

void qemu_chr_fe_take_focus(CharFrontend *fe)
{
    if (fe->chr && object_dynamic_cast(OBJECT(fe->chr), TYPE_CHARDEV_MUX)) {
        mux_chr_set_focus(CHARDEV_MUX(fe->chr), fe->tag);
    }
}

void qemu_chr_fe_accept_input(CharFrontend *fe)
{
    if (!fe->chr) {
        return;
    }
    ChardevClass *cc = CHARDEV_GET_CLASS(fe->chr);
    if (cc->chr_accept_input) {
        cc->chr_accept_input(fe->chr);
    }
    /* A source that stopped polling must look at can_read again. */
    g_main_context_wakeup(fe->chr->gcontext);
}

void qemu_chr_fe_disconnect(CharFrontend *fe)
{
    if (fe->chr && CHARDEV_GET_CLASS(fe->chr)->chr_disconnect) {
        CHARDEV_GET_CLASS(fe->chr)->chr_disconnect(fe->chr);
    }
}

void qemu_chr_fe_set_echo(CharFrontend *fe, bool echo)
{
    if (fe->chr && CHARDEV_GET_CLASS(fe->chr)->chr_set_echo) {
        CHARDEV_GET_CLASS(fe->chr)->chr_set_echo(fe->chr, echo);
    }
}

void qemu_chr_fe_set_open(CharFrontend *fe, bool is_open)
{
    if (!fe->chr || fe->fe_is_open == is_open) {
        return;
    }
    fe->fe_is_open = is_open;
    if (CHARDEV_GET_CLASS(fe->chr)->chr_set_fe_open) {
        CHARDEV_GET_CLASS(fe->chr)->chr_set_fe_open(fe->chr, is_open);
    }
}

int qemu_chr_fe_write(CharFrontend *fe, const uint8_t *buf, int len)
{
    return fe->chr ? qemu_chr_write(fe->chr, buf, len, false) : len;
}

int qemu_chr_fe_write_all(CharFrontend *fe, const uint8_t *buf, int len)
{
    return fe->chr ? qemu_chr_write(fe->chr, buf, len, true) : len;
}

void qemu_chr_fe_printf(CharFrontend *fe, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    qemu_chr_fe_write_all(fe, (const uint8_t *)text, strlen(text));
}

guint qemu_chr_fe_add_watch(CharFrontend *fe, GIOCondition cond, FEWatchFunc func, void *user_data)
{
    if (!fe->chr || !CHARDEV_GET_CLASS(fe->chr)->chr_add_watch) {
        return 0;
    }
    GSource *source = CHARDEV_GET_CLASS(fe->chr)->chr_add_watch(fe->chr, cond);
    if (!source) {
        return 0;
    }
    g_source_set_callback(source, G_SOURCE_FUNC(func), user_data, NULL);
    guint id = g_source_attach(source, fe->chr->gcontext);
    g_source_unref(source);
    return id;
}
