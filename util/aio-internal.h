/* SPDX-License-Identifier: MIT */
/* Between the event contexts and the main loop. */
#ifndef AIO_INTERNAL_H
#define AIO_INTERNAL_H

#include "block/aio.h"

struct pollfd;

/* Makes @ctx the one that this thread runs, with the timers. */
void aio_context_own(AioContext *ctx);
/* Wakes the loop even from its own thread: a signal handler may run while it waits. */
void aio_notify_always(AioContext *ctx);
/* ppoll() with a timeout in ns; -1 is none. */
int aio_ppoll(struct pollfd *fds, unsigned n, int64_t timeout_ns);

#endif
