/* SPDX-License-Identifier: MIT */
/* JSON text and streams, values of schema types from and to JSON, options in JSON, events. */
#include "qemu/osdep.h"

#include <json-c/json.h>

#include "../../monitor/qmp-internal.h"
#include "qapi/error.h"
#include "qapi/event.h"
#include "qapi/qapi-events-char.h"
#include "qapi/qapi-events-run-state.h"
#include "qapi/qapi-events-test-schema.h"
#include "qapi/qapi-visit-test-schema.h"
#include "qapi/qobject.h"
#include "qemu/main-loop.h"
#include "qemu/units.h"

/* ---- Text ---- */

static const struct {
    const char *text, *printed; /* NULL: as the text */
} good[] = {
    { "{}" },
    { "[]" },
    { " [ ] ", "[]" },
    { "{'a':1,\"b\":[true,false,null]}", "{\"a\": 1, \"b\": [true, false, null]}" },
    { "-0.5e1", "-5" },
    { "1.25" },
    { "18446744073709551615" },
    { "-9223372036854775808" },
    { "\"\\u00e9\\ud83d\\ude00\"", "\"\\u00E9\\uD83D\\uDE00\"" },
    { "\"\xc3\xa9\"", "\"\\u00E9\"" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
    { "'it\\'s \"so\"'", "\"it's \\\"so\\\"\"" },
    { "\"a\\u0000b\"" },
    { "{\"\": {\"\": {}}}" },
    { "true" },
    { "null" },
};

static void test_print(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
        const char *want = good[i].printed ? good[i].printed : good[i].text;
        g_autoptr(QObject) obj = NULL;
        g_assert_true(qobject_from_json(good[i].text, &obj, &error_abort));
        GString *text = qobject_to_json(obj, false);
        /* A NUL is printed as \u0000 in either case of the digits. */
        g_assert_cmpstr(text->str, ==, want);
        g_string_free(text, true);
    }
}

static void test_pretty(void)
{
    g_autoptr(QObject) obj = NULL;

    qobject_from_json("{'a': [1, {}], 'b': []}", &obj, &error_abort);
    GString *text = qobject_to_json(obj, true);
    g_assert_cmpstr(text->str, ==,
                    "{\n    \"a\": [\n        1,\n        {}\n    ],\n    \"b\": []\n}");
    g_string_free(text, true);
}

static void test_malformed(void)
{
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "}",
        "[1",
        "]",
        "1 2",
        "{}{}",
        "{'a'}",
        "{'a':}",
        "{'a':1,}",
        "[1,]",
        "[,]",
        "{1:2}",
        "{a:1}",
        "tru",
        "TRUE",
        "nan",
        "NaN",
        "Infinity",
        "01",
        "1.",
        ".5",
        "1e",
        "+1",
        "--1",
        "0x10",
        "'abc",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\n\"",
        "\"\x01\"",
        "\"\xff\"",
        "\"\xc0\x80\"",
        "\"\xe2\x82\"",
        "/**/1",
        "//1",
        "1 // 2",
        "#",
        "[1 2]",
        "{'a' 1}",
        "{'a':1 'b':2}",
        "[}",
        "{]",
        "{'a':1,'a':2}",
        "[{'b':1,'b':1}]",
        ",",
        ":",
        "[:]",
        "[1:2]",
        "99999999999999999999999999",
        "\\",
        "\x7f",
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        QObject *obj = NULL;
        Error *err = NULL;
        if (qobject_from_json(bad[i], &obj, &err)) {
            g_error("accepted: %s", bad[i]);
        }
        g_assert_nonnull(err);
        g_assert_null(strchr(error_get_pretty(err), '\n'));
        error_free(err);
    }
}

/* ---- Streams ---- */

typedef struct Log {
    GString *text; /* values, and E for errors */
    Error *last;
} Log;

static void log_message(void *opaque, QObject *obj, Error *err)
{
    Log *log = opaque;

    g_string_append_c(log->text, ' ');
    if (err) {
        g_string_append_c(log->text, 'E');
        error_free(log->last);
        log->last = err;
        return;
    }
    GString *text = qobject_to_json(obj, false);
    g_string_append(log->text, text->str);
    g_string_free(text, true);
    qobject_unref(obj);
}

static char *feed(const char *data, size_t size, size_t piece)
{
    Log log = { g_string_new(NULL), NULL };
    JSONMessageParser p;

    json_message_parser_init(&p, log_message, &log);
    for (size_t at = 0; at < size; at += piece) {
        json_message_parser_feed(&p, data + at, MIN(piece, size - at));
    }
    json_message_parser_flush(&p);
    json_message_parser_destroy(&p);
    error_free(log.last);
    return g_string_free(log.text, false);
}

static void test_stream(void)
{
    static const struct {
        const char *data, *result;
    } streams[] = {
        { "{}{}[]\n1 2 'a''b'", " {} {} [] 1 2 \"a\" \"b\"" },
        { "1[2]true{}", " 1 [2] true {}" },
        { "{'a': 1} } {'b': 2}", " {\"a\": 1} E {\"b\": 2}" },
        { "{'a' 1} {'b': 2}", " E {\"b\": 2}" },
        { "{'a': 'unfinished \xff {'b': 2}", " E {\"b\": 2}" },
        { "[[[[ \x01 {'b': 2}", " E {\"b\": 2}" },
        { "{'a': [1, 2", " E" },
        { "'abc", " E" },
        { "\xff\xff\xff{}", " E E E {}" },
        { "nonsense {} ", " E {}" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(streams); i++) {
        size_t size = strlen(streams[i].data);
        for (size_t piece = 1; piece <= size; piece++) {
            g_autofree char *result = feed(streams[i].data, size, piece);
            g_assert_cmpstr(result, ==, streams[i].result);
        }
    }
    /* A NUL is a character as any other. */
    g_autofree char *result = feed("{}\0{}", 5, 5);
    g_assert_cmpstr(result, ==, " {} E {}");
}

static char *brackets(unsigned depth)
{
    char *text = g_malloc0(2 * depth + 3);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    memcpy(text + 2 * depth, "7 ", 2);
    return text;
}

static void test_limits(void)
{
    g_autofree char *deepest = brackets(JSON_MAX_NESTING);
    g_autofree char *deeper = brackets(JSON_MAX_NESTING + 1);
    g_autofree char *much_deeper = brackets(1000000);
    g_autofree char *in = feed(deepest, strlen(deepest), 4096);
    g_autofree char *out = feed(deeper, strlen(deeper), 4096);
    g_autofree char *far_out = feed(much_deeper, strlen(much_deeper), 4096);

    g_assert_true(g_str_has_prefix(in, " [[[") && g_str_has_suffix(in, "]]] 7"));
    g_assert_cmpstr(out, ==, " E 7");
    g_assert_cmpstr(far_out, ==, " E 7");
}

static void test_too_long(void)
{
    size_t size = JSON_MAX_SIZE + 1000;
    g_autofree char *text = g_malloc(size);

    memset(text, 'x', size);
    text[0] = text[size - 3] = '"';
    text[size - 2] = '7';
    text[size - 1] = ' ';
    g_autofree char *result = feed(text, size, 65536);
    g_assert_cmpstr(result, ==, " E 7");
}

/* Random bytes of what JSON is made of: no crash, and each byte string is cut up the same way
 * whatever the pieces. */
static void test_random(void)
{
    static const char alphabet[] = "{}[]:,'\"\\ 019-.eutrufalsn\xc3\xa9\xff\n";

    for (int round = 0; round < 3000; round++) {
        char data[64];
        size_t size = g_test_rand_int_range(1, sizeof(data));
        for (size_t i = 0; i < size; i++) {
            data[i] = alphabet[g_test_rand_int_range(0, sizeof(alphabet) - 1)];
        }
        g_autofree char *whole = feed(data, size, size);
        g_autofree char *pieces = feed(data, size, g_test_rand_int_range(1, 5));
        g_assert_cmpstr(whole, ==, pieces);
    }
}

/* ---- Visitors ---- */

#define EVERYTHING(figures, alt, rest)                                                             \
    "{\"i8\": -128, \"i16\": -32768, \"i32\": -2147483648, \"i64\": -9223372036854775808, "        \
    "\"u8\": 255, \"u16\": 65535, \"u32\": 4294967295, \"u64\": 18446744073709551615, "            \
    "\"size\": 4096, \"num\": 0.5, \"bool\": true, \"str\": \"s\", \"shape\": \"blob\", "          \
    "\"figures\": [" figures "], \"matrix\": [{\"row\": [1, 2]}, {\"row\": []}], "                 \
    "\"any\": {\"x\": [null]}, \"alt\": " alt rest "}"

static bool read_everything(const char *text, Everything **e, Error **errp)
{
    g_autoptr(QObject) obj = NULL;

    qobject_from_json(text, &obj, &error_abort);
    Visitor *v = qobject_input_visitor_new(obj);
    bool ok = visit_type_Everything(v, NULL, e, errp);
    visit_free(v);
    return ok;
}

static void check_round_trip(const char *text)
{
    g_autoptr(Everything) e = NULL;
    g_autoptr(QObject) out = NULL;

    g_assert_true(read_everything(text, &e, &error_abort));
    Visitor *v = qobject_output_visitor_new(&out);
    g_assert_true(visit_type_Everything(v, NULL, &e, &error_abort));
    visit_free(v);
    GString *printed = qobject_to_json(out, false);
    g_assert_cmpstr(printed->str, ==, text);
    g_string_free(printed, true);
}

static void test_round_trip(void)
{
    check_round_trip(EVERYTHING("", "null", ""));
    check_round_trip(EVERYTHING("", "\"n\"", ", \"empty\": {}"));
    check_round_trip(EVERYTHING("", "-5", ", \"if\": \"circle\""));
    check_round_trip(EVERYTHING("", "false", ""));
    check_round_trip(EVERYTHING("", "[1, 2, 3]", ""));
    check_round_trip(EVERYTHING("", "{\"x\": 1, \"y\": 2, \"name\": \"p\"}", ""));
    check_round_trip(EVERYTHING("{\"shape\": \"blob\"}, "
                                "{\"shape\": \"circle\", \"tags\": [\"a\", \"b\"], \"x\": 1, "
                                "\"radius\": 2.5}, "
                                "{\"shape\": \"square\", \"corners\": [{\"x\": 1}, {\"x\": 2, "
                                "\"y\": 3}], \"filled\": false}",
                                "null", ""));
}

static void test_members(void)
{
    g_autoptr(Everything) e = NULL;

    read_everything(EVERYTHING("{\"shape\": \"circle\", \"x\": 1, \"radius\": 2.5}", "null",
                               ", \"if\": \"square\""),
                    &e, &error_abort);
    g_assert_cmpint(e->i8, ==, -128);
    g_assert_cmpuint(e->u64, ==, UINT64_MAX);
    g_assert_cmpint(e->shape, ==, SHAPE_BLOB);
    g_assert_cmpint(e->figures->value->shape, ==, SHAPE_CIRCLE);
    g_assert_cmpfloat(e->figures->value->u.circle.radius, ==, 2.5);
    g_assert_false(e->figures->value->u.circle.has_y);
    g_assert_null(e->figures->next);
    g_assert_cmpint(e->alt->type, ==, QTYPE_QNULL);
    g_assert_true(e->has_if);
    g_assert_cmpint(e->q_if, ==, SHAPE_SQUARE);
    g_assert_null(e->empty);
    g_assert_cmpint(SHAPE__MAX, ==, 3);
}

static void test_bad_values(void)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        { "[]", "expected: object" },
        { "{}", "'i8' is missing" },
        { "{\"i8\": 128}", "128 does not fit" },
        { "{\"i8\": \"1\"}", "'i8', expected: integer" },
        { "{\"i8\": 1.0}", "'i8', expected: integer" },
        { EVERYTHING("{\"shape\": \"gone\"}", "null", ""), "gone" },
        { EVERYTHING("{\"x\": 1}", "null", ""), "'figures[0].shape' is missing" },
        { EVERYTHING("{\"shape\": \"blob\"}, {\"shape\": \"blob\", \"x\": 1}", "null", ""),
          "'figures[1].x' is unexpected" },
        { EVERYTHING("{\"shape\": \"square\", \"corners\": [{\"x\": true}]}", "null", ""),
          "'figures[0].corners[0].x', expected: integer" },
        { EVERYTHING("{\"shape\": \"square\", \"corners\": {}}", "null", ""),
          "'figures[0].corners', expected: array" },
        { EVERYTHING("{\"shape\": \"circle\", \"x\": 1, \"radius\": null}", "null", ""),
          "'figures[0].radius', expected: number" },
        { EVERYTHING("{\"shape\": \"blob\", \"tags\": [\"a\\u0000b\"]}", "null", ""), "NUL" },
        { EVERYTHING("", "{\"y\": 1}", ""), "'alt.x' is missing" },
        { EVERYTHING("", "null", ", \"extra\": 1"), "'extra' is unexpected" },
        { EVERYTHING("", "null", ", \"empty\": {\"z\": 1}"), "'empty.z' is unexpected" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        Everything *e = (Everything *)bad;
        Error *err = NULL;
        g_assert_false(read_everything(bad[i].text, &e, &err));
        g_assert_null(e);
        if (!strstr(error_get_pretty(err), bad[i].message)) {
            g_error("'%s' is not in: %s", bad[i].message, error_get_pretty(err));
        }
        error_free(err);
    }
}

/* What is taken away from a good value makes it bad, and nothing leaks or is freed twice (which
 * the sanitizer builds see). */
static void test_each_member_missing(void)
{
    const char *text = EVERYTHING("{\"shape\": \"square\", \"corners\": [{\"x\": 1}]}",
                                  "{\"x\": 1, \"name\": \"p\"}", ", \"empty\": {}");

    for (size_t cut = 1; text[cut]; cut++) {
        g_autofree char *damaged = g_strdup(text);
        g_autoptr(QObject) obj = NULL;
        g_autoptr(Everything) e = NULL;
        damaged[cut] = damaged[cut] == 'x' ? 'z' : ' ';
        if (qobject_from_json(damaged, &obj, NULL)) {
            Visitor *v = qobject_input_visitor_new(obj);
            visit_type_Everything(v, NULL, &e, NULL);
            visit_free(v);
        }
    }
}

/* ---- Options ---- */

static void test_options(void)
{
    static const char *const names[] = { "driver", NULL };
    g_autoptr(KeyVal) kv =
        keyval_from_json("{'driver': 'x', 'n': 5, 'on': true, 'l': [1]}", names, &error_abort);
    Error *err = NULL;

    g_assert_cmpuint(keyval_count(kv), ==, 4);
    g_assert_cmpstr(keyval_get(kv, "driver"), ==, "x");
    g_assert_cmpstr(keyval_get(kv, "n"), ==, "5");
    g_assert_cmpstr(keyval_get(kv, "on"), ==, "true");
    g_assert_nonnull(keyval_json(kv, 3));
    for (const char *const *text =
             (const char *const[]){ "[]", "{'driver': 1}", "{'a': null}", "{", "{} {}", NULL };
         *text; text++) {
        g_assert_null(keyval_from_json(*text, names, &err));
        error_free_or_abort(&err);
    }
}

/* ---- Events ---- */

static GString *events;

static void take_event(const char *name, const QapiType *type, const void *data)
{
    g_autoptr(QObject) obj = NULL;

    g_string_append(events, name);
    if (type) {
        Visitor *v = qobject_output_visitor_new(&obj);
        qapi_visit(v, NULL, type, &data, &error_abort);
        visit_free(v);
        GString *text = qobject_to_json(obj, false);
        g_string_append(events, text->str);
        g_string_free(text, true);
    }
}

static void test_events(void)
{
    Point point = { .x = 1, .name = (char *)"p" };

    events = g_string_new(NULL);
    qapi_event_send_test_bare(); /* nobody listens */
    qapi_event_set_sink(take_event);
    qapi_event_send_test_bare();
    qapi_event_send_test_event(&point, true, 3, "t");
    qapi_event_send_test_event(&point, false, 0, "u");
    qapi_event_set_sink(NULL);
    g_assert_cmpstr(events->str, ==,
                    "TEST_BARE"
                    "TEST_EVENT{\"point\": {\"x\": 1, \"name\": \"p\"}, \"count\": 3, "
                    "\"text\": \"t\"}"
                    "TEST_EVENT{\"point\": {\"x\": 1, \"name\": \"p\"}, \"text\": \"u\"}");
    g_string_free(events, true);
}

static void log_event(QObject *event)
{
    QObject *data = NULL;
    g_autofree char *text = NULL;

    json_object_object_get_ex(event, "data", &data);
    GString *printed = data ? qobject_to_json(data, false) : g_string_new("");
    text = g_string_free(printed, false);
    g_string_append_printf(events, "%s%s ", qdict_get_try_str(event, "event"), text);
}

/* The first of a kind at once, of the rest the last, a second later. */
static void test_limited_events(void)
{
    int64_t end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

    events = g_string_new(NULL);
    qmp_events_start(log_event);
    for (int i = 0; i < 100; i++) {
        qapi_event_send_watchdog(i % 2 ? WATCHDOG_ACTION_PAUSE : WATCHDOG_ACTION_RESET);
        qapi_event_send_vserport_change("a", i % 2);
        qapi_event_send_vserport_change("b", i % 2 == 0);
    }
    qapi_event_send_stop();
    qapi_event_send_stop();
    g_assert_cmpstr(events->str, ==,
                    "WATCHDOG{\"action\": \"reset\"} "
                    "VSERPORT_CHANGE{\"id\": \"a\", \"open\": false} "
                    "VSERPORT_CHANGE{\"id\": \"b\", \"open\": true} STOP STOP ");
    g_string_truncate(events, 0);
    while (!strstr(events->str, "\"b\"") && g_get_monotonic_time() < end) {
        main_loop_wait(false);
    }
    g_assert_nonnull(strstr(events->str, "WATCHDOG{\"action\": \"pause\"} "));
    g_assert_nonnull(strstr(events->str, "VSERPORT_CHANGE{\"id\": \"b\", \"open\": false} "));
    g_string_truncate(events, 0);
    /* A second without any, and one to spare on a busy host: the next goes out at once again. */
    int64_t begin = g_get_monotonic_time();
    while (g_get_monotonic_time() < begin + 2000000) {
        main_loop_wait(true);
        g_usleep(10000);
    }
    g_assert_cmpstr(events->str, ==, "");
    qapi_event_send_watchdog(WATCHDOG_ACTION_NONE);
    g_assert_cmpstr(events->str, ==, "WATCHDOG{\"action\": \"none\"} ");
    qmp_events_stop();
    g_string_free(events, true);
}

int main(int argc, char **argv)
{
    qemu_init_main_loop(&error_abort);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qapi/print", test_print);
    g_test_add_func("/qapi/pretty", test_pretty);
    g_test_add_func("/qapi/malformed", test_malformed);
    g_test_add_func("/qapi/stream", test_stream);
    g_test_add_func("/qapi/limits", test_limits);
    g_test_add_func("/qapi/too-long", test_too_long);
    g_test_add_func("/qapi/random", test_random);
    g_test_add_func("/qapi/round-trip", test_round_trip);
    g_test_add_func("/qapi/members", test_members);
    g_test_add_func("/qapi/bad-values", test_bad_values);
    g_test_add_func("/qapi/each-member-missing", test_each_member_missing);
    g_test_add_func("/qapi/options", test_options);
    g_test_add_func("/qapi/events", test_events);
    g_test_add_func("/qapi/limited-events", test_limited_events);
    return g_test_run();
}
