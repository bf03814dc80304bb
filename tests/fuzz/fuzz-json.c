/* SPDX-License-Identifier: MIT */
/* JSON: the whole text at once, and as a stream in pieces; what is printed reads as the same. */
#include "qemu/osdep.h"

#include "fuzz.h"

#include "qapi/error.h"
#include "qapi/qobject.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    return 0;
}

static void emit(void *opaque, QObject *obj, Error *err)
{
    error_free(err);
    qobject_unref(obj);
}

/* What is printed can be read. -0.0 is printed as -0, which is the integer 0 then; so it is the
 * second text that must stay. */
static GString *reprint(const char *text)
{
    GString *again;
    QObject *obj = NULL;

    if (!qobject_from_json(text, &obj, NULL)) {
        fprintf(stderr, "printed but not read: %s\n", text);
        abort();
    }
    again = qobject_to_json(obj, false);
    qobject_unref(obj);
    return again;
}

static void check_printed(QObject *obj)
{
    g_autoptr(GString) first = qobject_to_json(obj, false);
    g_autoptr(GString) second = reprint(first->str);
    g_autoptr(GString) third = reprint(second->str);

    g_assert_cmpstr(second->str, ==, third->str);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    JSONMessageParser p;
    size_t piece = size ? 1 + data[0] % 16 : 1;
    g_autofree char *text = g_strndup((const char *)data, size);
    QObject *obj = NULL;

    if (qobject_from_json(text, &obj, NULL)) {
        check_printed(obj);
        qobject_unref(obj);
    }
    json_message_parser_init(&p, emit, NULL);
    for (size_t at = 0; at < size; at += piece) {
        json_message_parser_feed(&p, (const char *)data + at, MIN(piece, size - at));
    }
    json_message_parser_flush(&p);
    json_message_parser_destroy(&p);
    return 0;
}
