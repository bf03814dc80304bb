/* SPDX-License-Identifier: MIT */
/*
 * The test server: a line protocol by which a test reads and writes guest memory, sets and watches
 * interrupt lines and moves the virtual clock; see docs/qtest.md. All under the big lock.
 */
#ifndef SYSTEM_QTEST_H
#define SYSTEM_QTEST_H

#include "chardev/char.h"

/* The accelerator is qtest: no vCPU runs, the clock is moved by the test. */
bool qtest_enabled(void);

/*
 * Serve on the character device of short form @chardev. Traffic is copied to the file @log: NULL is
 * stderr, "none" is nowhere. False and *errp if either can not be opened.
 */
bool qtest_server_init(const char *chardev, const char *log, Error **errp);

/* A server was started, with any accelerator. */
bool qtest_driver(void);

#endif
