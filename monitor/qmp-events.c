/* SPDX-License-Identifier: MIT */
/*
 * Events on their way to the clients. Some a guest can cause as often as it likes: of those, one a
 * second goes out, for each device; of what comes in between, the last, at the end of the second.
 * Under the big lock.
 */
#include "qemu/osdep.h"

#include <json-c/json.h>

#include "qapi/event.h"
#include "qapi/qobject.h"
#include "qemu/timer.h"

#include "qmp-internal.h"

#define INTERVAL_MS 1000

/* What is limited: by the name of the event and, if there is a member, by its text. */
static const struct {
    const char *name, *member;
} limited[] = {
    { "WATCHDOG", NULL },
    { "VSERPORT_CHANGE", "id" },
};

/* A second that runs. */
typedef struct Limit {
    char *key;
    QEMUTimer timer;
    QObject *pending; /* the last event since it began, or NULL */
} Limit;

static GHashTable *limits; /* of Limit, by key */
static QmpEventEmit *emit_event;

static void limit_free(gpointer data)
{
    Limit *limit = data;

    timer_del(&limit->timer);
    timer_deinit(&limit->timer);
    qobject_unref(limit->pending);
    g_free(limit->key);
    g_free(limit);
}

static void start_second(Limit *limit)
{
    timer_mod(&limit->timer, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + INTERVAL_MS);
}

static void second_is_over(void *opaque)
{
    Limit *limit = opaque;
    g_autoptr(QObject) event = g_steal_pointer(&limit->pending);

    if (event) {
        emit_event(event);
        start_second(limit);
    } else {
        g_hash_table_remove(limits, limit->key);
    }
}

/* The key by which @event is limited, or NULL; the caller frees. */
static char *limit_key(const char *name, QObject *event)
{
    QObject *data = json_object_object_get(event, "data");

    for (size_t i = 0; i < ARRAY_SIZE(limited); i++) {
        if (!strcmp(name, limited[i].name)) {
            const char *text = limited[i].member ? qdict_get_try_str(data, limited[i].member) : "";
            return g_strconcat(name, " ", text, NULL);
        }
    }
    return NULL;
}

static void take_event(const char *name, const QapiType *type, const void *data)
{
    g_autoptr(QObject) event = qmp_event(name, type, data);
    g_autofree char *key = limit_key(name, event);
    Limit *limit = key ? g_hash_table_lookup(limits, key) : NULL;

    if (limit) {
        qobject_unref(limit->pending);
        limit->pending = g_steal_pointer(&event);
        return;
    }
    emit_event(event);
    if (key) {
        limit = g_new0(Limit, 1);
        limit->key = g_steal_pointer(&key);
        timer_init_ms(&limit->timer, QEMU_CLOCK_REALTIME, second_is_over, limit);
        g_hash_table_insert(limits, limit->key, limit);
        start_second(limit);
    }
}

void qmp_events_start(QmpEventEmit *emit)
{
    if (!limits) {
        limits = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, limit_free);
    }
    emit_event = emit;
    qapi_event_set_sink(take_event);
}

void qmp_events_stop(void)
{
    qapi_event_set_sink(NULL);
    g_clear_pointer(&limits, g_hash_table_unref);
}
