/* SPDX-License-Identifier: MIT */
/*
 * The short forms of -serial, -monitor and -qtest, turned into the options of -chardev:
 *
 *     BACKEND[:WORD][,key=value…]          the word is the back end's short_param: file:PATH
 *     unix:PATH  tcp:HOST:PORT  /dev/NAME   names that are not a back end's
 *     mon:FORM  chardev:ID  none            handled here
 */
#include "qemu/osdep.h"

#include "chardev/char.h"
#include "qapi/error.h"

#include "char-internal.h"

bool qemu_chr_spec_has_monitor(const char *spec)
{
    return g_str_has_prefix(spec, "mon:");
}

/* "chardev:ID" names one that exists. */
static Chardev *existing_chardev(const char *id, Error **errp)
{
    Chardev *chr = qemu_chr_find(id);
    if (!chr) {
        error_setg(errp, "there is no character device with id '%s'", id);
    }
    return chr;
}

/* HOST:PORT at the last colon; the host may be empty, and stands in brackets if it has colons. */
static bool split_host_port(KeyVal *opts, Error **errp)
{
    const char *where = keyval_get(opts, "where");
    const char *colon = where ? strrchr(where, ':') : NULL;
    size_t n = colon ? (size_t)(colon - where) : 0;
    bool bracketed = n >= 2 && where[0] == '[' && where[n - 1] == ']';

    if (!colon || !colon[1] || (!bracketed && memchr(where, ':', n)) ||
        (n && *where == '[' && !bracketed)) {
        error_setg(errp, "expected HOST:PORT, as in tcp:localhost:4444 or tcp:[::1]:4444");
        return false;
    }
    g_autofree char *host = bracketed ? g_strndup(where + 1, n - 2) : g_strndup(where, n);
    keyval_set(opts, "host", host);
    keyval_set(opts, "port", colon + 1);
    return true;
}

static KeyVal *unix_opts(const char *rest, Error **errp)
{
    KeyVal *opts = keyval_parse(rest, "path", errp);
    if (opts) {
        keyval_set(opts, "backend", "socket");
    }
    return opts;
}

static KeyVal *tcp_opts(const char *rest, Error **errp)
{
    g_autoptr(KeyVal) given = keyval_parse(rest, "where", errp);
    if (!given || !split_host_port(given, errp)) {
        return NULL;
    }
    KeyVal *opts = keyval_new();
    for (size_t i = 0; i < keyval_count(given); i++) {
        if (strcmp(keyval_key(given, i), "where")) {
            keyval_set(opts, keyval_key(given, i), keyval_value(given, i));
        }
    }
    keyval_set(opts, "backend", "socket");
    return opts;
}

static KeyVal *telnet_opts(const char *rest, Error **errp)
{
    error_setg(errp, "telnet is not supported yet; tcp:HOST:PORT is, without telnet's negotiation");
    return NULL;
}

static KeyVal *websocket_opts(const char *rest, Error **errp)
{
    error_setg(errp, "websocket is not supported yet; tcp:HOST:PORT is");
    return NULL;
}

static const struct {
    const char *prefix;
    KeyVal *(*parse)(const char *rest, Error **errp);
} schemes[] = {
    { "unix:", unix_opts },
    { "tcp:", tcp_opts },
    { "telnet:", telnet_opts },
    { "websocket:", websocket_opts },
};

/* /dev/ttyS0[,key=value…] */
static KeyVal *host_device_opts(const char *spec, Error **errp)
{
    if (g_str_has_prefix(spec, "/dev/parport")) {
        error_setg(errp, "parallel ports are not supported yet");
        return NULL;
    }
    KeyVal *opts = keyval_parse(spec, "path", errp);
    if (opts) {
        keyval_set(opts, "backend", "serial");
    }
    return opts;
}

static KeyVal *backend_opts(const char *spec, Error **errp)
{
    size_t n = strcspn(spec, ":,");
    g_autofree char *backend = g_strndup(spec, n);
    ChardevClass *cc = chardev_lookup_backend(backend, errp);

    if (!cc) {
        return NULL;
    }
    if (spec[n] == ':' && !cc->short_param) {
        error_setg(errp, "character device '%s' takes nothing after a colon", backend);
        return NULL;
    }
    KeyVal *opts =
        keyval_parse(spec[n] ? spec + n + 1 : "", spec[n] == ':' ? cc->short_param : NULL, errp);
    if (opts) {
        keyval_set(opts, "backend", backend);
    }
    return opts;
}

static KeyVal *short_form_opts(const char *spec, Error **errp)
{
    for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
        if (g_str_has_prefix(spec, schemes[i].prefix)) {
            return schemes[i].parse(spec + strlen(schemes[i].prefix), errp);
        }
    }
    return g_str_has_prefix(spec, "/dev/") ? host_device_opts(spec, errp)
                                           : backend_opts(spec, errp);
}

Chardev *qemu_chr_new(const char *label, const char *spec, Error **errp)
{
    bool monitor = qemu_chr_spec_has_monitor(spec);
    const char *rest = monitor ? spec + strlen("mon:") : spec;

    if (!strcmp(rest, "none")) {
        return NULL;
    }
    if (g_str_has_prefix(rest, "chardev:")) {
        return existing_chardev(rest + strlen("chardev:"), errp);
    }
    g_autoptr(KeyVal) opts = short_form_opts(rest, errp);
    if (!opts) {
        return NULL;
    }
    keyval_set(opts, "id", label);
    if (monitor) {
        keyval_set(opts, "mux", "on");
        /* A monitor shares the line: Ctrl-C belongs to the guest, Ctrl-A X leaves. */
        if (g_str_has_prefix(rest, "stdio") && !keyval_get(opts, "signal")) {
            keyval_set(opts, "signal", "off");
        }
    }
    return qemu_chr_new_from_opts(opts, errp);
}
