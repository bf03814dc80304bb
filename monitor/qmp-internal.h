/* SPDX-License-Identifier: MIT */
#ifndef MONITOR_QMP_INTERNAL_H
#define MONITOR_QMP_INTERNAL_H

#include "chardev/char-fe.h"
#include "monitor/monitor.h"
#include "qapi/type.h"

/*
 * Carry out @request (any JSON value) and return the response, the caller's; NULL for a command
 * that answers nothing. *@negotiating: only qmp_capabilities may be called, which clears it; with
 * false it may not.
 */
QObject *qmp_dispatch(QObject *request, bool *negotiating);

/* {"error": …}; takes @err. */
QObject *qmp_error_response(Error *err);

/* {"QMP": …} */
QObject *qmp_greeting(void);

/* {"timestamp": …, "event": @name, "data": …}; @type and @data may be NULL. */
QObject *qmp_event(const char *name, const QapiType *type, const void *data);

/* Takes the event to all clients. */
typedef void QmpEventEmit(QObject *event);

/* From now on (again: no change) events go to @emit, some of them at most once a second. */
void qmp_events_start(QmpEventEmit *emit);
void qmp_events_stop(void);

/* Flush and close all connections. */
void qmp_cleanup(void);

#endif
