/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qemu/error-report.h"

enum { LOCATION_DEPTH = 8 };

/* Written by main() before there is a second thread. */
static char progname[64];

/* What this thread is busy with, and where its messages go. */
static __thread struct {
    const char *loc[LOCATION_DEPTH];
    unsigned depth;
    ErrorPrintFn *print;
    void *opaque;
} reporter;

void error_init(const char *argv0)
{
    g_autofree char *base = g_path_get_basename(argv0 ? argv0 : "quern");

    g_strlcpy(progname, base, sizeof(progname));
}

const char *error_get_progname(void)
{
    return progname;
}

void error_loc_push(const char *text)
{
    assert(reporter.depth < LOCATION_DEPTH);
    reporter.loc[reporter.depth++] = text;
}

void error_loc_pop(void)
{
    assert(reporter.depth > 0);
    reporter.depth--;
}

void error_set_print_fn(ErrorPrintFn *fn, void *opaque)
{
    reporter.print = fn;
    reporter.opaque = opaque;
}

static void error_emit(const char *text)
{
    if (reporter.print) {
        reporter.print(reporter.opaque, text);
    } else {
        fputs(text, stderr);
        fflush(stderr);
    }
}

void error_vprintf(const char *fmt, va_list ap)
{
    g_autofree char *text = g_strdup_vprintf(fmt, ap);

    error_emit(text);
}

void error_printf(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vprintf(fmt, ap);
    va_end(ap);
}

/* One message in one write, so that messages of several threads do not mix. */
static void report(const char *kind, const char *fmt, va_list ap)
{
    GString *line = g_string_new(NULL);

    if (!reporter.print && progname[0]) {
        g_string_append_printf(line, "%s: ", progname);
    }
    if (reporter.depth) {
        g_string_append_printf(line, "%s: ", reporter.loc[reporter.depth - 1]);
    }
    g_string_append(line, kind);
    g_string_append_vprintf(line, fmt, ap);
    g_string_append_c(line, '\n');
    error_emit(line->str);
    g_string_free(line, TRUE);
}

void error_vreport(const char *fmt, va_list ap)
{
    report("", fmt, ap);
}

void warn_vreport(const char *fmt, va_list ap)
{
    report("warning: ", fmt, ap);
}

void info_vreport(const char *fmt, va_list ap)
{
    report("info: ", fmt, ap);
}

void error_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vreport(fmt, ap);
    va_end(ap);
}

void warn_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    warn_vreport(fmt, ap);
    va_end(ap);
}

void info_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    info_vreport(fmt, ap);
    va_end(ap);
}
