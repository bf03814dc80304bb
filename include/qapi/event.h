/* SPDX-License-Identifier: MIT */
/*
 * Events of the schema: the generated qapi_event_send_X() hand their data to a sink, which the
 * monitor is. Without one nothing happens, so any layer may send events. Under the big lock.
 */
#ifndef QAPI_EVENT_H
#define QAPI_EVENT_H

#include "qapi/type.h"

/* @data: a struct of @type; both NULL for an event without data. */
typedef void QapiEventSink(const char *name, const QapiType *type, const void *data);

void qapi_event_set_sink(QapiEventSink *sink);
void qapi_event_send(const char *name, const QapiType *type, const void *data);

#endif
