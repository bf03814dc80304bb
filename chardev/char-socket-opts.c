/* SPDX-License-Identifier: MIT */
/* Options of -chardev socket, from text to SocketChardevOptions. */
#include "qemu/osdep.h"

#include "qapi/error.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "char-socket.h"

const char *const socket_chardev_params[] = {
    "path",         "abstract", "tight",  "host",      "port",      "to",        "ipv4",
    "ipv6",         "fd",       "server", "wait",      "delay",     "nodelay",   "reconnect",
    "reconnect-ms", "telnet",   "tn3270", "websocket", "tls-creds", "tls-authz", NULL,
};

/* Parameters that make sense with another one only. */
static const struct {
    const char *key, *owner;
} companions[] = {
    { "abstract", "path" }, { "tight", "path" }, { "host", "port" },
    { "to", "port" },       { "ipv4", "port" },  { "ipv6", "port" },
};

static bool check_companions(const KeyVal *opts, Error **errp)
{
    for (size_t i = 0; i < ARRAY_SIZE(companions); i++) {
        if (keyval_get(opts, companions[i].key) && !keyval_get(opts, companions[i].owner)) {
            error_setg(errp, "%s= makes sense with %s= only", companions[i].key,
                       companions[i].owner);
            return false;
        }
    }
    return true;
}

static bool refuse_protocols(const KeyVal *opts, Error **errp)
{
    static const char *const switches[] = { "telnet", "tn3270", "websocket" };

    for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
        bool on = false;
        if (!keyval_get_bool(opts, switches[i], &on, errp)) {
            return false;
        }
        if (on) {
            error_setg(errp, "%s is not supported yet; a plain socket is", switches[i]);
            return false;
        }
    }
    if (keyval_get(opts, "tls-creds") || keyval_get(opts, "tls-authz")) {
        error_setg(errp, "TLS is not supported yet; a plain socket is");
        return false;
    }
    return true;
}

static bool parse_unix(SocketAddress *a, const KeyVal *opts, Error **errp)
{
    a->type = SOCKET_ADDRESS_UNIX;
    a->path = g_strdup(keyval_get(opts, "path"));
    a->tight = true;
    if (!*a->path) {
        error_setg(errp, "path= of a socket is empty");
        return false;
    }
    return keyval_get_bool(opts, "abstract", &a->abstract, errp) &&
           keyval_get_bool(opts, "tight", &a->tight, errp);
}

static bool parse_family(SocketAddress *a, const KeyVal *opts, Error **errp)
{
    const char *given4 = keyval_get(opts, "ipv4"), *given6 = keyval_get(opts, "ipv6");
    bool ipv4 = !given6, ipv6 = !given4; /* asking for one means only that one */

    if (!keyval_get_bool(opts, "ipv4", &ipv4, errp) ||
        !keyval_get_bool(opts, "ipv6", &ipv6, errp)) {
        return false;
    }
    if (given4 && !given6) {
        ipv6 = !ipv4;
    } else if (given6 && !given4) {
        ipv4 = !ipv6;
    }
    if (!ipv4 && !ipv6) {
        error_setg(errp, "ipv4=off and ipv6=off leave no way to connect");
        return false;
    }
    a->family = ipv4 && ipv6 ? AF_UNSPEC : ipv4 ? AF_INET : AF_INET6;
    return true;
}

static bool parse_inet(SocketAddress *a, const KeyVal *opts, Error **errp)
{
    const char *host = keyval_get(opts, "host");
    const char *port = keyval_get(opts, "port");
    uint64_t number = 0, to = 0;

    a->type = SOCKET_ADDRESS_INET;
    a->host = g_strdup(host ? host : "");
    a->port = g_strdup(port);
    if (!*port) {
        error_setg(errp, "port= of a socket is empty");
        return false;
    }
    /* A name such as "telnet" is looked up; what begins like a number must be one. */
    bool numeric = g_ascii_isdigit(*port) || *port == '-' || *port == '+';
    if ((numeric && !keyval_get_uint(opts, "port", UINT16_MAX, &number, errp)) ||
        !keyval_get_uint(opts, "to", UINT16_MAX, &to, errp)) {
        return false;
    }
    if (keyval_get(opts, "to") && to < number) {
        error_setg(errp, "to=%" PRIu64 " is below port=%s", to, port);
        return false;
    }
    a->to = to;
    return parse_family(a, opts, errp);
}

static bool parse_fd(SocketAddress *a, const KeyVal *opts, Error **errp)
{
    uint64_t fd = 0;

    a->type = SOCKET_ADDRESS_FD;
    if (!keyval_get_uint(opts, "fd", INT_MAX, &fd, errp)) {
        return false;
    }
    a->fd = fd;
    return true;
}

static bool parse_address(SocketAddress *a, const KeyVal *opts, Error **errp)
{
    bool path = keyval_get(opts, "path"), port = keyval_get(opts, "port");
    bool fd = keyval_get(opts, "fd");

    if (!check_companions(opts, errp)) {
        return false;
    }
    if (path + port + fd != 1) {
        error_setg(errp, "a socket needs exactly one of path=PATH, host=HOST,port=PORT and fd=FD");
        return false;
    }
    return path   ? parse_unix(a, opts, errp)
           : port ? parse_inet(a, opts, errp)
                  : parse_fd(a, opts, errp);
}

static bool parse_reconnect(SocketChardevOptions *o, const KeyVal *opts, Error **errp)
{
    uint64_t seconds = 0;

    if (keyval_get(opts, "reconnect") && keyval_get(opts, "reconnect-ms")) {
        error_setg(errp, "reconnect= and reconnect-ms= exclude each other");
        return false;
    }
    if (!keyval_get_uint(opts, "reconnect-ms", UINT32_MAX, &o->reconnect_ms, errp) ||
        !keyval_get_uint(opts, "reconnect", UINT32_MAX / 1000, &seconds, errp)) {
        return false;
    }
    o->reconnect_ms += seconds * 1000;
    if (o->server && o->reconnect_ms) {
        error_setg(errp, "reconnect= is for clients; a server waits for the next connection");
        return false;
    }
    if (o->addr.type == SOCKET_ADDRESS_FD && o->reconnect_ms) {
        error_setg(errp, "a passed descriptor can not be connected again: no reconnect= with fd=");
        return false;
    }
    return true;
}

bool socket_chardev_parse(SocketChardevOptions *o, const KeyVal *opts, Error **errp)
{
    bool delay = true;

    if (!refuse_protocols(opts, errp) || !parse_address(&o->addr, opts, errp) ||
        !keyval_get_bool(opts, "server", &o->server, errp)) {
        return false;
    }
    o->wait = o->server;
    if (!keyval_get_bool(opts, "wait", &o->wait, errp)) {
        return false;
    }
    if (keyval_get(opts, "wait") && !o->server) {
        error_setg(errp, "wait= is for servers: add server=on, or leave it out");
        return false;
    }
    /* The short form "nodelay" arrives as delay=off. */
    if (!keyval_get_bool(opts, "delay", &delay, errp)) {
        return false;
    }
    o->nodelay = !delay;
    return keyval_get_bool(opts, "nodelay", &o->nodelay, errp) && parse_reconnect(o, opts, errp);
}
