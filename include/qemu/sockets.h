/* SPDX-License-Identifier: MIT */
/*
 * Stream sockets by address: unix (in the file system or abstract), TCP over IPv4 and IPv6, and
 * descriptors that the parent process opened. All descriptors returned are close-on-exec and
 * non-blocking.
 */
#ifndef QEMU_SOCKETS_H
#define QEMU_SOCKETS_H

#include "qapi/error.h"

typedef enum {
    SOCKET_ADDRESS_UNIX,
    SOCKET_ADDRESS_INET,
    SOCKET_ADDRESS_FD,
} SocketAddressType;

typedef struct SocketAddress {
    SocketAddressType type;
    char *path;    /* unix */
    bool abstract; /* unix: Linux's name space beside the file system */
    bool tight;    /* abstract: the name has no trailing zeros */
    char *host;    /* inet; "" is any address when listening, this host when connecting */
    char *port;    /* inet: a number or a service's name; "0" picks a free one */
    uint16_t to;   /* inet, listening: try the ports up to this one; 0: only @port */
    int family;    /* inet: AF_UNSPEC, AF_INET or AF_INET6 */
    int fd;        /* fd */
} SocketAddress;

void socket_address_clear(SocketAddress *addr);

/* "unix:PATH", "tcp:HOST:PORT", "fd:N"; the caller frees. */
char *socket_address_print(const SocketAddress *addr);

/* A name may mean several addresses, and all of them are listened on. */
#define SOCKET_LISTEN_MAX 4

typedef struct SocketListener {
    int fds[SOCKET_LISTEN_MAX];
    int count;
    char *unlink_path; /* removed when the listener closes; or NULL */
} SocketListener;

/*
 * Listen on @addr; a unix socket's stale file is replaced. @addr->port becomes the real port when
 * "0" or a range was asked for.
 */
bool socket_listen(SocketListener *l, SocketAddress *addr, Error **errp);
void socket_listener_close(SocketListener *l);

/* The next connection, or -1 with errno (EAGAIN: none now). */
int socket_accept(int listen_fd);

/* Connect, waiting for the outcome; every address of a name is tried. -1 and *errp on failure. */
int socket_connect(const SocketAddress *addr, Error **errp);

/*
 * The same without waiting. @i counts the addresses of a name from 0. Returns a descriptor, with
 * *@pending when it becomes writable once the outcome is known (socket_connect_result); or -1 with
 * *errp; or -1 without *errp when there are not that many addresses.
 */
int socket_connect_nonblocking(const SocketAddress *addr, int i, bool *pending, Error **errp);

/* 0, or the errno value of a connection attempt that has ended. */
int socket_connect_result(int fd);

bool socket_set_nodelay(int fd, bool on);

/* "HOST:PORT" of one end of a TCP connection, "" for others; the caller frees. */
char *socket_local_name(int fd);
char *socket_peer_name(int fd);

#endif
