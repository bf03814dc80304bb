/* SPDX-License-Identifier: MIT */
/*
 * Errors as values. A function that can fail takes `Error **errp` last and returns a value that
 * tells failure too (bool, pointer or negative). It sets *errp at most once, exactly when it fails.
 * The caller passes
 *     &err           to look at it, then error_free(), error_report_err() or error_propagate()
 *     errp           to hand it on
 *     NULL           if the return value says enough
 *     &error_abort   if failure would be our bug: abort() with the message and the place
 *     &error_fatal   in main only: report and exit(1)
 * A function that looks at *errp itself starts with ERRP_GUARD(), which makes NULL and
 * &error_fatal safe to dereference.
 *
 * A message says what was asked, what is wrong and what would work, in one line without final stop.
 */
#ifndef QAPI_ERROR_H
#define QAPI_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

#include "qemu/compiler.h"
#include "qemu/typedefs.h"

/* Classes that QMP clients can tell apart. */
typedef enum ErrorClass {
    ERROR_CLASS_GENERIC_ERROR,
    ERROR_CLASS_COMMAND_NOT_FOUND,
    ERROR_CLASS_DEVICE_NOT_ACTIVE,
    ERROR_CLASS_DEVICE_NOT_FOUND,
    ERROR_CLASS_KVM_MISSING_CAP,
} ErrorClass;

extern Error *error_abort;
extern Error *error_fatal;

#define error_setg(errp, fmt, ...)                                                                 \
    error_setg_internal((errp), __FILE__, __LINE__, __func__, (fmt), ##__VA_ARGS__)
void error_setg_internal(Error **errp, const char *src, int line, const char *func, const char *fmt,
                         ...) __attribute__((format(printf, 5, 6)));

/* Appends ": strerror(os_errno)" unless that is 0. */
#define error_setg_errno(errp, os_errno, fmt, ...)                                                 \
    error_setg_errno_internal((errp), __FILE__, __LINE__, __func__, (os_errno), (fmt),             \
                              ##__VA_ARGS__)
void error_setg_errno_internal(Error **errp, const char *src, int line, const char *func,
                               int os_errno, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

#define error_setg_file_open(errp, os_errno, filename)                                             \
    error_setg_errno(errp, os_errno, "Could not open '%s'", filename)

#define error_set(errp, err_class, fmt, ...)                                                       \
    error_set_internal((errp), __FILE__, __LINE__, __func__, (err_class), (fmt), ##__VA_ARGS__)
void error_set_internal(Error **errp, const char *src, int line, const char *func,
                        ErrorClass err_class, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

const char *error_get_pretty(const Error *err);
ErrorClass error_get_class(const Error *err);
Error *error_copy(const Error *err);
/* NULL is allowed. */
void error_free(Error *err);
void error_free_or_abort(Error **errp);

/* Moves @local_err (may be NULL) to *@dst_errp; freed if that is NULL or already set. */
void error_propagate(Error **dst_errp, Error *local_err);
void error_propagate_prepend(Error **dst_errp, Error *local_err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Puts text in front of the message of *@errp; nothing if there is none. */
void error_prepend(Error *const *errp, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void error_vprepend(Error *const *errp, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
/* Adds to the hint that error_report_err() prints behind the message; end it with a newline. */
void error_append_hint(Error *const *errp, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Report and free. */
void error_report_err(Error *err);
void warn_report_err(Error *err);
void error_reportf_err(Error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void warn_reportf_err(Error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

typedef struct ErrorPropagator {
    Error *local_err;
    Error **errp;
} ErrorPropagator;

static inline void error_propagator_cleanup(ErrorPropagator *prop)
{
    error_propagate(prop->errp, prop->local_err);
}

/* &error_abort stays as it is, so that the abort happens where the error is set. */
#define ERRP_GUARD()                                                                               \
    __attribute__((cleanup(error_propagator_cleanup)))                                             \
    ErrorPropagator errp_propagator_ = { .errp = errp };                                           \
    do {                                                                                           \
        if (!errp || errp == &error_fatal) {                                                       \
            errp = &errp_propagator_.local_err;                                                    \
        }                                                                                          \
    } while (0)

#endif
