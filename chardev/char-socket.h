/* SPDX-License-Identifier: MIT */
/* The options of a socket back end; see char-socket.c. */
#ifndef CHARDEV_CHAR_SOCKET_H
#define CHARDEV_CHAR_SOCKET_H

#include "qemu/keyval.h"
#include "qemu/sockets.h"

typedef struct SocketChardevOptions {
    SocketAddress addr; /* owned; socket_address_clear */
    bool server;
    bool wait;             /* server: for the first connection, before the machine is built */
    bool nodelay;          /* TCP: no waiting for fuller packets */
    uint64_t reconnect_ms; /* client: 0 is never */
} SocketChardevOptions;

/* NULL-terminated: every parameter that socket_chardev_parse knows. */
extern const char *const socket_chardev_params[];

/* On failure *@o may be partly filled; clearing its address is enough. */
bool socket_chardev_parse(SocketChardevOptions *o, const KeyVal *opts, Error **errp);

#endif
