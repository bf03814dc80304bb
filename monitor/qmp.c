/* SPDX-License-Identifier: MIT */
/*
 * QMP connections: a stream of JSON values each way on a character device.
 *
 * Commands of one client are carried out in order, one in each turn of the main loop: what one
 * asks for (a reset, the end) happens before the next. A few may wait, then no more are read.
 * Output that the back end does not take waits in a buffer; while there is much of it, no more
 * commands are read, and events are dropped, so a client that does not read costs neither time
 * nor much memory. Everything runs under the big lock.
 */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "qapi/error.h"
#include "qapi/qobject.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/units.h"

#include "qmp-internal.h"

#define QUEUE_STOPS_COMMANDS  8
#define OUTPUT_STOPS_COMMANDS (256 * KiB)
#define OUTPUT_DROPS_EVENTS   (1 * MiB)

/* A value that was received, or what is wrong with it. */
typedef struct Message {
    QObject *request;
    Error *err;
} Message;

typedef struct QmpSession {
    CharFrontend chr;
    JSONMessageParser parser;
    GQueue queue; /* of Message */
    QEMUBH *bh;   /* carries out the first of them */
    GString *out; /* not yet taken by the back end */
    guint watch;  /* for room there, or 0 */
    bool pretty;
    bool negotiating;
    bool dropped; /* events; the user was told */
} QmpSession;

static GSList *sessions;

/* ---- Output ---- */

static bool takes_input(QmpSession *s);
static gboolean on_writable(void *do_not_use, GIOCondition condition, void *data);

static void flush(QmpSession *s)
{
    while (s->out->len > 0) {
        int n = qemu_chr_fe_write(&s->chr, (const uint8_t *)s->out->str, s->out->len);
        if (n < 0 && errno != EAGAIN) {
            /* The client has gone: its end of file, which comes next, needs room to be read. */
            g_string_truncate(s->out, 0);
            return;
        }
        if (n <= 0) {
            break;
        }
        g_string_erase(s->out, 0, n);
    }
    if (s->out->len > 0 && !s->watch) {
        s->watch = qemu_chr_fe_add_watch(&s->chr, G_IO_OUT | G_IO_HUP, on_writable, s);
        if (!s->watch) {
            /* The back end has gone or can not tell when there is room. */
            qemu_chr_fe_write_all(&s->chr, (const uint8_t *)s->out->str, s->out->len);
            g_string_truncate(s->out, 0);
        }
    }
}

static gboolean on_writable(void *do_not_use, GIOCondition condition, void *data)
{
    QmpSession *s = data;

    s->watch = 0;
    flush(s);
    if (takes_input(s)) {
        qemu_chr_fe_accept_input(&s->chr);
    }
    return G_SOURCE_REMOVE;
}

static void send(QmpSession *s, QObject *message)
{
    GString *text = qobject_to_json(message, s->pretty);

    g_string_append_len(s->out, text->str, text->len);
    g_string_append(s->out, "\r\n");
    g_string_free(text, true);
    flush(s);
}

static void send_event(QObject *event)
{
    for (GSList *el = sessions; el; el = el->next) {
        QmpSession *s = el->data;
        if (s->negotiating) {
            continue;
        }
        if (s->out->len < OUTPUT_DROPS_EVENTS) {
            send(s, event);
        } else if (!s->dropped) {
            s->dropped = true;
            warn_report("QMP client on '%s' does not read: events are dropped", s->chr.chr->label);
        }
    }
}

/* ---- Input ---- */

static bool takes_input(QmpSession *s)
{
    return s->out->len < OUTPUT_STOPS_COMMANDS &&
           g_queue_get_length(&s->queue) < QUEUE_STOPS_COMMANDS;
}

static void message_free(Message *m)
{
    qobject_unref(m->request);
    error_free(m->err);
    g_free(m);
}

static void on_message(void *opaque, QObject *request, Error *err)
{
    QmpSession *s = opaque;
    Message message = { request, err };

    g_queue_push_tail(&s->queue, g_memdup2(&message, sizeof(message)));
    qemu_bh_schedule(s->bh);
}

static void carry_out_one(void *opaque)
{
    QmpSession *s = opaque;
    Message *m = g_queue_pop_head(&s->queue);

    if (!m) {
        return;
    }
    g_autoptr(QObject) response = m->err ? qmp_error_response(g_steal_pointer(&m->err))
                                         : qmp_dispatch(m->request, &s->negotiating);
    message_free(m);
    if (response) {
        send(s, response);
    }
    if (!g_queue_is_empty(&s->queue)) {
        qemu_bh_schedule(s->bh);
    }
    if (takes_input(s)) {
        qemu_chr_fe_accept_input(&s->chr);
    }
}

static int on_can_read(void *opaque)
{
    return takes_input(opaque) ? 4096 : 0;
}

static void on_read(void *opaque, const uint8_t *buf, int size)
{
    QmpSession *s = opaque;
    json_message_parser_feed(&s->parser, (const char *)buf, size);
}

static void start_anew(QmpSession *s)
{
    json_message_parser_destroy(&s->parser);
    json_message_parser_init(&s->parser, on_message, s);
    g_queue_clear_full(&s->queue, (GDestroyNotify)message_free);
    g_string_truncate(s->out, 0);
    g_clear_handle_id(&s->watch, g_source_remove);
    s->negotiating = true;
    s->dropped = false;
}

/* What was received before the end of the input is carried out yet: standard output, say, may still
 * be read. So it is the next client that starts anew. */
static void on_event(void *opaque, QEMUChrEvent event)
{
    QmpSession *s = opaque;

    if (event == CHR_EVENT_OPENED) {
        start_anew(s);
        g_autoptr(QObject) greeting = qmp_greeting();
        send(s, greeting);
    }
}

/* ---- Sessions ---- */

static void session_free(QmpSession *s)
{
    g_clear_handle_id(&s->watch, g_source_remove);
    qemu_chr_fe_deinit(&s->chr, false);
    qemu_bh_delete(s->bh);
    g_queue_clear_full(&s->queue, (GDestroyNotify)message_free);
    json_message_parser_destroy(&s->parser);
    g_string_free(s->out, true);
    g_free(s);
}

bool monitor_init_qmp(Chardev *chr, bool pretty, Error **errp)
{
    QmpSession *s = g_new0(QmpSession, 1);

    s->pretty = pretty;
    s->negotiating = true;
    s->out = g_string_new(NULL);
    s->bh = qemu_bh_new(carry_out_one, s);
    g_queue_init(&s->queue);
    json_message_parser_init(&s->parser, on_message, s);
    if (!qemu_chr_fe_init(&s->chr, chr, errp)) {
        session_free(s);
        return false;
    }
    sessions = g_slist_append(sessions, s);
    qmp_events_start(send_event);
    qemu_chr_fe_set_handlers(&s->chr, on_can_read, on_read, on_event, NULL, s, NULL, true);
    return true;
}

void qmp_cleanup(void)
{
    for (GSList *el = sessions; el; el = el->next) {
        QmpSession *s = el->data;
        /* The last event tells why it ends: what fits is sent, but nobody is waited for. */
        flush(s);
    }
    qmp_events_stop();
    g_slist_free_full(g_steal_pointer(&sessions), (GDestroyNotify)session_free);
}
