/* SPDX-License-Identifier: MIT */
/* From a request to its response: form, lookup, arguments, call, result. */
#include "qemu/osdep.h"

#include <json-c/json.h>

#include "qapi/error.h"
#include "qapi/qapi-types-error.h"
#include "qapi/qmp-command.h"
#include "qapi/qobject.h"

#include "qmp-internal.h"

/* The protocol's classes and those of errors in C are the same, in the same order. */
G_STATIC_ASSERT((int)ERROR_CLASS_GENERIC_ERROR == QAPI_ERROR_CLASS_GENERIC_ERROR);
G_STATIC_ASSERT((int)ERROR_CLASS_COMMAND_NOT_FOUND == QAPI_ERROR_CLASS_COMMAND_NOT_FOUND);
G_STATIC_ASSERT((int)ERROR_CLASS_DEVICE_NOT_ACTIVE == QAPI_ERROR_CLASS_DEVICE_NOT_ACTIVE);
G_STATIC_ASSERT((int)ERROR_CLASS_DEVICE_NOT_FOUND == QAPI_ERROR_CLASS_DEVICE_NOT_FOUND);
G_STATIC_ASSERT((int)ERROR_CLASS_KVM_MISSING_CAP == QAPI_ERROR_CLASS_KVM_MISSING_CAP);

static void add_string(QObject *dict, const char *key, const char *text)
{
    json_object_object_add(dict, key, json_object_new_string(text));
}

QObject *qmp_error_response(Error *err)
{
    QObject *response = json_object_new_object();
    QObject *error = json_object_new_object();

    add_string(error, "class", QapiErrorClass_str((QapiErrorClass)error_get_class(err)));
    add_string(error, "desc", error_get_pretty(err));
    json_object_object_add(response, "error", error);
    error_free(err);
    return response;
}

QObject *qmp_event(const char *name, const QapiType *type, const void *data)
{
    QObject *event = json_object_new_object(), *stamp = json_object_new_object();
    int64_t now = g_get_real_time();

    json_object_object_add(stamp, "seconds", json_object_new_int64(now / G_USEC_PER_SEC));
    json_object_object_add(stamp, "microseconds", json_object_new_int64(now % G_USEC_PER_SEC));
    json_object_object_add(event, "timestamp", stamp);
    add_string(event, "event", name);
    if (type) {
        QObject *value = NULL;
        Visitor *v = qobject_output_visitor_new(&value);
        qapi_visit(v, NULL, type, &data, &error_abort);
        visit_free(v);
        json_object_object_add(event, "data", value);
    }
    return event;
}

/* ---- The request's form ---- */

typedef struct Request {
    const char *command;
    QObject *arguments; /* NULL if there are none */
} Request;

static bool check_members(QObject *request, Error **errp)
{
    json_object_object_foreach(request, key, value)
    {
        if (!strcmp(key, "execute")) {
            if (!json_object_is_type(value, json_type_string)) {
                error_setg(errp, "QMP input member 'execute' must be a string");
                return false;
            }
        } else if (!strcmp(key, "arguments")) {
            if (!json_object_is_type(value, json_type_object)) {
                error_setg(errp, "QMP input member 'arguments' must be an object");
                return false;
            }
        } else if (strcmp(key, "id")) {
            error_setg(errp, "QMP input member '%s' is unexpected", key);
            return false;
        }
    }
    return true;
}

static bool read_request(QObject *request, Request *r, Error **errp)
{
    if (!json_object_is_type(request, json_type_object)) {
        error_setg(errp, "QMP input must be a JSON object");
        return false;
    }
    if (!check_members(request, errp)) {
        return false;
    }
    r->command = qdict_get_try_str(request, "execute");
    r->arguments = json_object_object_get(request, "arguments");
    if (!r->command) {
        error_setg(errp, "QMP input lacks member 'execute'");
    }
    return r->command != NULL;
}

static int compare_name(const void *name, const void *command)
{
    return strcmp(name, ((const QmpCommand *)command)->name);
}

static const QmpCommand *find_command(const char *name, bool negotiating, Error **errp)
{
    static size_t count; /* rows of a constant table */
    bool negotiates = !strcmp(name, "qmp_capabilities");

    while (qmp_commands[count].name) {
        count++;
    }
    const QmpCommand *command =
        bsearch(name, qmp_commands, count, sizeof(qmp_commands[0]), compare_name);
    if (negotiating && !negotiates) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND,
                  "Expecting capabilities negotiation with 'qmp_capabilities'");
    } else if (!negotiating && negotiates) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND,
                  "Capabilities negotiation is already complete, command ignored");
    } else if (!command) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND, "The command %s has not been found", name);
    } else {
        return command;
    }
    return NULL;
}

/* ---- The call ---- */

/* Room for what any command returns: a pointer, an integer, a number. */
typedef union Result {
    void *pointer;
    int64_t integer;
    double number;
} Result;

static QObject *result_to_json(const QmpCommand *command, Result *result)
{
    QObject *value = NULL;

    if (!command->ret) {
        return json_object_new_object();
    }
    Visitor *v = qobject_output_visitor_new(&value);
    qapi_visit(v, NULL, command->ret, result, &error_abort);
    visit_free(v);
    qapi_free(command->ret, result);
    return value;
}

static bool call_raw(const QmpCommand *command, QObject *arguments, QObject **value, Error **errp)
{
    g_autoptr(QObject) args = arguments ? qobject_ref(arguments) : json_object_new_object();

    *value = NULL;
    if (!command->raw(args, value, errp)) {
        return false;
    }
    if (!*value) {
        *value = json_object_new_object();
    }
    return true;
}

/* A command without arguments takes an empty object. */
static const QapiType no_members = { .name = "no arguments", .kind = QAPI_STRUCT, .size = 1 };

static bool call(const QmpCommand *command, QObject *arguments, QObject **value, Error **errp)
{
    g_autoptr(QObject) args = arguments ? qobject_ref(arguments) : json_object_new_object();
    const QapiType *type = command->args ? command->args : &no_members;
    Result result = { 0 };
    void *unpacked;

    if (command->raw) {
        return call_raw(command, arguments, value, errp);
    }
    Visitor *v = qobject_input_visitor_new(args);
    bool ok = qapi_visit(v, NULL, type, &unpacked, errp);
    visit_free(v);
    if (ok) {
        ok = command->call(unpacked, &result, errp);
        *value = ok ? result_to_json(command, &result) : NULL;
        qapi_free(type, &unpacked);
    }
    return ok;
}

static bool carry_out(QObject *request, bool *negotiating, QObject **response, Error **errp)
{
    const QmpCommand *command;
    QObject *value;
    Request r;

    if (!read_request(request, &r, errp) ||
        !(command = find_command(r.command, *negotiating, errp)) ||
        !call(command, r.arguments, &value, errp)) {
        return false;
    }
    *negotiating = false;
    if (command->options & QCO_NO_SUCCESS_RESP) {
        qobject_unref(value);
        return true;
    }
    *response = json_object_new_object();
    json_object_object_add(*response, "return", value);
    return true;
}

QObject *qmp_dispatch(QObject *request, bool *negotiating)
{
    QObject *response = NULL, *id;
    Error *err = NULL;

    if (!carry_out(request, negotiating, &response, &err)) {
        response = qmp_error_response(err);
    }
    if (response && json_object_is_type(request, json_type_object) &&
        json_object_object_get_ex(request, "id", &id)) {
        json_object_object_add(response, "id", qobject_ref(id));
    }
    return response;
}
