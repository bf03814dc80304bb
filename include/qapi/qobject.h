/* SPDX-License-Identifier: MIT */
/*
 * JSON values (QObject): text, streams, visitors. A QObject is json-c's json_object under a name of
 * ours; who wants more of it than these functions includes <json-c/json.h>.
 */
#ifndef QAPI_QOBJECT_H
#define QAPI_QOBJECT_H

#include "qapi/type.h"
#include "qapi/visitor.h"
#include "qemu/keyval.h"

/* NULL is JSON's null. The counterpart is qobject_unref(). */
QObject *qobject_ref(QObject *obj);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QObject, qobject_unref)

/* One value from @text; anything but blanks behind it is an error. False and *errp on failure. */
bool qobject_from_json(const char *text, QObject **obj, Error **errp);

/* ASCII text of one line, or of several with @pretty; the caller frees it. */
GString *qobject_to_json(QObject *obj, bool pretty);

/* The string at @key of an object; NULL if there is none or it is not a string. */
const char *qdict_get_try_str(QObject *dict, const char *key);

/* ---- Visitors ---- */

/* Reads C values from @obj, of which it holds a reference. Members that nobody asked for are an
 * error at the end of their struct. */
Visitor *qobject_input_visitor_new(QObject *obj);
/* Writes C values into *@result, which is the caller's reference, also when the visit fails. */
Visitor *qobject_output_visitor_new(QObject **result);

/* ---- Options in JSON ---- */

/* The members of the object in @text as option arguments, values with their JSON; those called by
 * one of @names (NULL-terminated) must be strings. NULL and *errp if it is malformed. */
KeyVal *keyval_from_json(const char *text, const char *const *names, Error **errp);
/* The same of an object that is there. */
KeyVal *keyval_from_qdict(QObject *dict, const char *const *names, Error **errp);
/* Set property keyval_key(@kv, @index) of @obj to the value there, whichever form it has. */
bool object_property_set_keyval(Object *obj, const KeyVal *kv, size_t index, Error **errp);

/* ---- A stream of values ---- */

/* Deepest nesting and longest text of one value. */
#define JSON_MAX_NESTING 1024
#define JSON_MAX_SIZE    (64 * MiB)

/*
 * Cuts a stream of bytes, in whatever pieces they come, into values. Besides JSON it takes strings
 * in single quotes. After an error it goes on behind the bad value, or for a character that JSON
 * does not have, right behind that: a client that does not know what it has sent before sends
 * such a character (0xff, say) to start anew.
 */
typedef struct JSONMessageParser {
    /* @err NULL: @obj is a value, the callee's to keep. Else @err, too, is the callee's. */
    void (*emit)(void *opaque, QObject *obj, Error *err);
    void *opaque;
    GString *text;    /* of the value so far, in strict JSON */
    unsigned depth;   /* open brackets and braces */
    unsigned members; /* colons so far: as many members the value must have */
    char quote;       /* of the string we are in, or 0 */
    bool escape;      /* the character before was a backslash */
    bool word;        /* in a number, true, false or null */
    size_t word_start;
    bool discard; /* over a limit: skip to the end of the value */
} JSONMessageParser;

void json_message_parser_init(JSONMessageParser *p,
                              void (*emit)(void *opaque, QObject *obj, Error *err), void *opaque);
void json_message_parser_feed(JSONMessageParser *p, const char *data, size_t size);
/* The stream ends here: a number may be complete, anything else begun is an error. */
void json_message_parser_flush(JSONMessageParser *p);
void json_message_parser_destroy(JSONMessageParser *p);

#endif
