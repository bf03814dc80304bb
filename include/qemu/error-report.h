/* SPDX-License-Identifier: MIT */
/*
 * Messages to the person at the terminal: "quern-system-aarch64: location: message" on stderr.
 * Not for what the guest does wrong (that is qemu_log_mask(LOG_GUEST_ERROR)).
 */
#ifndef QEMU_ERROR_REPORT_H
#define QEMU_ERROR_REPORT_H

#include <stdarg.h>
#include <stdbool.h>

/* The name in front of messages: the last component of argv[0]. */
void error_init(const char *argv0);
const char *error_get_progname(void);

/* Messages until loc_pop() start with @text, e.g. "-device foo"; @text must live that long. */
void error_loc_push(const char *text);
void error_loc_pop(void);

void error_report(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void warn_report(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void info_report(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void error_vreport(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));
void warn_vreport(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));
void info_vreport(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/* Continues a report with a line of its own. */
void error_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void error_vprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/* Where messages go instead of stderr (a monitor); NULL restores stderr. Per thread. */
typedef void ErrorPrintFn(void *opaque, const char *text);
void error_set_print_fn(ErrorPrintFn *fn, void *opaque);

/* Once per call site. */
#define warn_report_once(fmt, ...)                                                                 \
    do {                                                                                           \
        static bool reported_;                                                                     \
        if (!__atomic_exchange_n(&reported_, true, __ATOMIC_RELAXED)) {                            \
            warn_report(fmt, ##__VA_ARGS__);                                                       \
        }                                                                                          \
    } while (0)
#define error_report_once(fmt, ...)                                                                \
    do {                                                                                           \
        static bool reported_;                                                                     \
        if (!__atomic_exchange_n(&reported_, true, __ATOMIC_RELAXED)) {                            \
            error_report(fmt, ##__VA_ARGS__);                                                      \
        }                                                                                          \
    } while (0)

#endif
