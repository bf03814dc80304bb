/* SPDX-License-Identifier: MIT */
/* Between the parts of the test server: the connection, and the commands by subject. */
#ifndef SYSTEM_QTEST_INTERNAL_H
#define SYSTEM_QTEST_INTERNAL_H

#include "qemu/osdep.h"

enum { QTEST_MAX_ARGS = 4 };

/* Bytes that one command may move through the connection. */
#define QTEST_MAX_DATA (64ull << 20)

/* One command line on its way through a handler. */
typedef struct QTestCall {
    char *arg[QTEST_MAX_ARGS]; /* as many as the row of the table allows; others are NULL */
    unsigned size;             /* of the row: bytes of an access */
    GString *reply;            /* without the line's end */
} QTestCall;

typedef void QTestHandler(QTestCall *call);

QTestHandler qtest_cmd_endianness, qtest_cmd_load, qtest_cmd_store;   /* qtest-memory.c */
QTestHandler qtest_cmd_port_in, qtest_cmd_port_out, qtest_cmd_memset; /* qtest-memory.c */
QTestHandler qtest_cmd_read, qtest_cmd_write;                         /* qtest-memory.c */
QTestHandler qtest_cmd_b64read, qtest_cmd_b64write;                   /* qtest-memory.c */
QTestHandler qtest_cmd_intercept_in, qtest_cmd_intercept_out;         /* qtest-irq.c */
QTestHandler qtest_cmd_set_irq_in;                                    /* qtest-irq.c */

/* Argument @i as a number in C's notation; false, and the reply is an error. */
bool qtest_number(QTestCall *call, int i, uint64_t *value);

/* Send a line that no command asked for. */
void qtest_send_event(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* Make a note in the log. */
void qtest_log(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* A client has connected: it takes all lines to be low. */
void qtest_irq_forget_levels(void);

#endif
