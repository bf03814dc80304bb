/* SPDX-License-Identifier: MIT */
/* Stream sockets; the contract is in qemu/sockets.h. */
#include "qemu/osdep.h"

#include "qemu/sockets.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "qemu/cutils.h"

#define SOCKET_FLAGS (SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK)

void socket_address_clear(SocketAddress *addr)
{
    g_free(addr->path);
    g_free(addr->host);
    g_free(addr->port);
    *addr = (SocketAddress){ .fd = -1 };
}

static char *host_and_port(const char *host, const char *port)
{
    bool bare_ipv6 = strchr(host, ':') != NULL;
    return g_strdup_printf(bare_ipv6 ? "[%s]:%s" : "%s:%s", host, port);
}

char *socket_address_print(const SocketAddress *addr)
{
    g_autofree char *end = NULL;

    switch (addr->type) {
    case SOCKET_ADDRESS_UNIX:
        return g_strdup_printf("unix:%s%s", addr->path, addr->abstract ? ",abstract=on" : "");
    case SOCKET_ADDRESS_INET:
        end = host_and_port(addr->host, addr->port);
        return g_strdup_printf("tcp:%s", end);
    case SOCKET_ADDRESS_FD:
        return g_strdup_printf("fd:%d", addr->fd);
    }
    g_assert_not_reached();
}

/* --- unix --- */

static bool unix_sockaddr(const SocketAddress *addr, struct sockaddr_un *un, socklen_t *len,
                          Error **errp)
{
    size_t n = strlen(addr->path);
    size_t room = sizeof(un->sun_path) - 1; /* a leading or a trailing zero */

    *un = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (n == 0 || n > room) {
        error_setg(errp, "path of a unix socket must have 1 to %zu bytes, not %zu", room, n);
        return false;
    }
    memcpy(un->sun_path + (addr->abstract ? 1 : 0), addr->path, n);
    *len = addr->abstract && addr->tight ? offsetof(struct sockaddr_un, sun_path) + 1 + n
                                         : sizeof(*un);
    return true;
}

static bool listen_unix(SocketListener *l, const SocketAddress *addr, Error **errp)
{
    struct sockaddr_un un;
    struct stat st;
    socklen_t len;

    if (!unix_sockaddr(addr, &un, &len, errp)) {
        return false;
    }
    int fd = socket(AF_UNIX, SOCKET_FLAGS, 0);
    if (fd < 0) {
        error_setg_errno(errp, errno, "can not create a unix socket");
        return false;
    }
    /* Left over from a run that was killed. Only ever a socket: the path may be mistyped. */
    if (!addr->abstract && lstat(addr->path, &st) == 0 && S_ISSOCK(st.st_mode)) {
        unlink(addr->path);
    }
    if (bind(fd, (struct sockaddr *)&un, len) < 0 || listen(fd, 1) < 0) {
        error_setg_errno(errp, errno, "can not listen on unix socket '%s'", addr->path);
        close(fd);
        return false;
    }
    l->fds[l->count++] = fd;
    l->unlink_path = addr->abstract ? NULL : g_strdup(addr->path);
    return true;
}

/* --- inet --- */

static struct addrinfo *resolve(const SocketAddress *addr, bool passive, Error **errp)
{
    struct addrinfo hints = { .ai_family = addr->family,
                              .ai_socktype = SOCK_STREAM,
                              .ai_flags = passive ? AI_PASSIVE : 0 };
    struct addrinfo *list = NULL;
    int err = getaddrinfo(*addr->host ? addr->host : NULL, addr->port, &hints, &list);

    if (err) {
        error_setg(errp, "can not find address of '%s:%s': %s", addr->host, addr->port,
                   gai_strerror(err));
        return NULL;
    }
    return list;
}

static uint16_t sockaddr_port(const struct sockaddr *sa)
{
    return ntohs(sa->sa_family == AF_INET6 ? ((const struct sockaddr_in6 *)sa)->sin6_port
                                           : ((const struct sockaddr_in *)sa)->sin_port);
}

static void sockaddr_set_port(struct sockaddr *sa, uint16_t port)
{
    if (sa->sa_family == AF_INET6) {
        ((struct sockaddr_in6 *)sa)->sin6_port = htons(port);
    } else {
        ((struct sockaddr_in *)sa)->sin_port = htons(port);
    }
}

/* -1 with errno. */
static int listen_one(const struct addrinfo *ai)
{
    int on = 1;
    int fd = socket(ai->ai_family, SOCKET_FLAGS, ai->ai_protocol);

    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (ai->ai_family == AF_INET6) {
        /* The IPv4 address of the same name has its own socket. */
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    }
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 || listen(fd, 1) < 0) {
        int err = errno;
        close(fd);
        errno = err;
        return -1;
    }
    return fd;
}

static uint16_t local_port(int fd)
{
    struct sockaddr_storage ss;
    socklen_t len = sizeof(ss);
    return getsockname(fd, (struct sockaddr *)&ss, &len) < 0
               ? 0
               : sockaddr_port((struct sockaddr *)&ss);
}

/* Listen at @port on as many addresses as it works for; false with errno when on none. */
static bool listen_at_port(SocketListener *l, struct addrinfo *list, uint16_t port)
{
    int err = EADDRNOTAVAIL;

    for (struct addrinfo *ai = list; ai && l->count < SOCKET_LISTEN_MAX; ai = ai->ai_next) {
        sockaddr_set_port(ai->ai_addr, port);
        int fd = listen_one(ai);
        if (fd >= 0) {
            l->fds[l->count++] = fd;
            port = port ? port : local_port(fd);
        } else if (errno == EADDRINUSE) {
            /* Half of a name at one port would be a surprise. */
            socket_listener_close(l);
            errno = EADDRINUSE;
            return false;
        } else {
            err = errno;
        }
    }
    errno = err;
    return l->count > 0;
}

static bool listen_inet(SocketListener *l, SocketAddress *addr, Error **errp)
{
    struct addrinfo *list = resolve(addr, true, errp);
    bool done = false;

    if (!list) {
        return false;
    }
    unsigned first = sockaddr_port(list->ai_addr);
    unsigned last = addr->to ? addr->to : first;
    errno = EINVAL;
    for (unsigned port = first; port <= last && !done; port++) {
        done = listen_at_port(l, list, port);
    }
    int err = errno;
    freeaddrinfo(list);
    if (!done) {
        g_autofree char *name = socket_address_print(addr);
        error_setg_errno(errp, err, "can not listen on '%s'", name);
        return false;
    }
    g_free(addr->port);
    addr->port = g_strdup_printf("%u", local_port(l->fds[0]));
    return true;
}

/* --- by descriptor --- */

static int dup_nonblocking(int fd, Error **errp)
{
    struct stat st;
    int own;

    if (fstat(fd, &st) < 0 || !S_ISSOCK(st.st_mode)) {
        error_setg(errp, "file descriptor %d is not an open socket", fd);
        return -1;
    }
    if ((own = fcntl(fd, F_DUPFD_CLOEXEC, 3)) < 0 ||
        fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK) < 0) {
        error_setg_errno(errp, errno, "can not use file descriptor %d", fd);
        return -1;
    }
    return own;
}

static bool listen_fd(SocketListener *l, const SocketAddress *addr, Error **errp)
{
    int listening = 0;
    socklen_t len = sizeof(listening);
    int fd = dup_nonblocking(addr->fd, errp);

    if (fd < 0) {
        return false;
    }
    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len);
    if (!listening) {
        error_setg(errp, "file descriptor %d does not listen", addr->fd);
        close(fd);
        return false;
    }
    l->fds[l->count++] = fd;
    return true;
}

/* --- listening --- */

bool socket_listen(SocketListener *l, SocketAddress *addr, Error **errp)
{
    *l = (SocketListener){ 0 };
    switch (addr->type) {
    case SOCKET_ADDRESS_UNIX:
        return listen_unix(l, addr, errp);
    case SOCKET_ADDRESS_INET:
        return listen_inet(l, addr, errp);
    case SOCKET_ADDRESS_FD:
        return listen_fd(l, addr, errp);
    }
    g_assert_not_reached();
}

void socket_listener_close(SocketListener *l)
{
    for (int i = 0; i < l->count; i++) {
        close(l->fds[i]);
    }
    if (l->unlink_path) {
        unlink(l->unlink_path);
        g_free(l->unlink_path);
    }
    *l = (SocketListener){ 0 };
}

int socket_accept(int fd)
{
    int conn;
    do {
        conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    } while (conn < 0 && (errno == EINTR || errno == ECONNABORTED));
    return conn;
}

/* --- connecting --- */

/* Start a connection; *@pending when the outcome is open. -1 with errno. */
static int start_connect(int family, int protocol, const struct sockaddr *sa, socklen_t len,
                         bool *pending)
{
    int fd = socket(family, SOCKET_FLAGS, protocol);

    *pending = false;
    if (fd < 0) {
        return -1;
    }
    if (connect(fd, sa, len) == 0) {
        return fd;
    }
    if (errno == EINPROGRESS || errno == EINTR) {
        *pending = true;
        return fd;
    }
    /* EAGAIN, too: a unix socket whose backlog is full; there is no waiting for that. */
    int err = errno;
    close(fd);
    errno = err;
    return -1;
}

static int connect_inet(const SocketAddress *addr, int i, bool *pending, Error **errp)
{
    /* Only the first look-up reports: later, that there is no address means that all were tried. */
    struct addrinfo *list = resolve(addr, false, i ? NULL : errp);
    struct addrinfo *ai = list;

    for (int skip = i; ai && skip > 0; skip--) {
        ai = ai->ai_next;
    }
    errno = 0;
    int fd =
        ai ? start_connect(ai->ai_family, ai->ai_protocol, ai->ai_addr, ai->ai_addrlen, pending)
           : -1;
    int err = errno;
    if (ai && fd < 0) {
        g_autofree char *name = socket_address_print(addr);
        error_setg_errno(errp, err, "can not connect to '%s'", name);
    }
    if (list) {
        freeaddrinfo(list);
    }
    return fd;
}

int socket_connect_nonblocking(const SocketAddress *addr, int i, bool *pending, Error **errp)
{
    struct sockaddr_un un;
    socklen_t len;
    int fd;

    *pending = false;
    if (addr->type == SOCKET_ADDRESS_INET) {
        return connect_inet(addr, i, pending, errp);
    }
    if (i > 0) {
        return -1;
    }
    if (addr->type == SOCKET_ADDRESS_FD) {
        return dup_nonblocking(addr->fd, errp);
    }
    if (!unix_sockaddr(addr, &un, &len, errp)) {
        return -1;
    }
    errno = 0;
    if ((fd = start_connect(AF_UNIX, 0, (struct sockaddr *)&un, len, pending)) < 0) {
        error_setg_errno(errp, errno, "can not connect to unix socket '%s'", addr->path);
    }
    return fd;
}

int socket_connect_result(int fd)
{
    int err = 0;
    socklen_t len = sizeof(err);
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0 ? errno : err;
}

/* Wait for the outcome; closes @fd on failure. */
static bool await_connect(int fd, const SocketAddress *addr, Error **errp)
{
    struct pollfd pfd = { .fd = fd, .events = POLLOUT };
    int err;

    while (poll(&pfd, 1, -1) < 0 && errno == EINTR) {
    }
    if ((err = socket_connect_result(fd))) {
        g_autofree char *name = socket_address_print(addr);
        error_setg_errno(errp, err, "can not connect to '%s'", name);
        close(fd);
    }
    return err == 0;
}

/* The kernel waits where a listener's queue is full, which a non-blocking socket can not. */
static int connect_unix_waiting(const SocketAddress *addr, Error **errp)
{
    struct sockaddr_un un;
    socklen_t len;
    int err;

    if (!unix_sockaddr(addr, &un, &len, errp)) {
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    do {
        err = fd < 0 || connect(fd, (struct sockaddr *)&un, len) < 0 ? errno : 0;
    } while (err == EINTR);
    if (!err && fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0) {
        err = errno;
    }
    if (err) {
        error_setg_errno(errp, err, "can not connect to unix socket '%s'", addr->path);
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}

int socket_connect(const SocketAddress *addr, Error **errp)
{
    Error *last = NULL;

    if (addr->type == SOCKET_ADDRESS_UNIX) {
        return connect_unix_waiting(addr, errp);
    }
    for (int i = 0;; i++) {
        Error *err = NULL;
        bool pending;
        int fd = socket_connect_nonblocking(addr, i, &pending, &err);
        if (fd < 0 && !err) {
            error_propagate(errp, last);
            return -1;
        }
        if (fd >= 0 && await_connect(fd, addr, &err)) {
            error_free(last);
            return fd;
        }
        error_free(last);
        last = err;
    }
}

/* --- open connections --- */

bool socket_set_nodelay(int fd, bool on)
{
    int value = on;
    return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, sizeof(value)) == 0;
}

static char *print_end(int fd, int (*get)(int, struct sockaddr *, socklen_t *))
{
    struct sockaddr_storage ss;
    socklen_t len = sizeof(ss);
    char host[NI_MAXHOST], port[NI_MAXSERV];

    if (get(fd, (struct sockaddr *)&ss, &len) < 0 ||
        (ss.ss_family != AF_INET && ss.ss_family != AF_INET6) ||
        getnameinfo((struct sockaddr *)&ss, len, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV)) {
        return g_strdup("");
    }
    return host_and_port(host, port);
}

static int get_local(int fd, struct sockaddr *sa, socklen_t *len)
{
    return getsockname(fd, sa, len);
}

static int get_peer(int fd, struct sockaddr *sa, socklen_t *len)
{
    return getpeername(fd, sa, len);
}

char *socket_local_name(int fd)
{
    return print_end(fd, get_local);
}

char *socket_peer_name(int fd)
{
    return print_end(fd, get_peer);
}
