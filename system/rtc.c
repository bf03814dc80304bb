/* SPDX-License-Identifier: MIT */
/* -rtc: the start and the speed of the machine's real time clock; see system/rtc.h. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "system/rtc.h"

#include <time.h>

QEMUClockType rtc_clock = QEMU_CLOCK_HOST;

/* Seconds to add to rtc_clock. */
static int64_t rtc_offset;

static int64_t clock_seconds(void)
{
    return qemu_clock_get_ns(rtc_clock) / NANOSECONDS_PER_SECOND;
}

int64_t qemu_rtc_offset(void)
{
    return rtc_offset;
}

void qemu_get_timedate(struct tm *tm, time_t offset)
{
    time_t shown = clock_seconds() + rtc_offset + offset;
    gmtime_r(&shown, tm);
}

time_t qemu_timedate_diff(struct tm *tm)
{
    struct tm copy = *tm;
    return timegm(&copy) - (clock_seconds() + rtc_offset);
}

/* "2006-06-17T16:01:21" or "2006-06-17", in UTC. */
static bool parse_date(const char *text, time_t *date, Error **errp)
{
    struct tm tm = { 0 };
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);

    if (!end) {
        tm = (struct tm){ 0 };
        end = strptime(text, "%Y-%m-%d", &tm);
    }
    struct tm given = tm;
    if (end && !*end && (*date = timegm(&tm)) != -1 && tm.tm_mday == given.tm_mday) {
        return true;
    }
    error_setg(errp, "base=%s: expected utc, localtime or a date such as 2006-06-17T16:01:21",
               text);
    return false;
}

static bool parse_base(const char *base, time_t now, time_t *start, Error **errp)
{
    struct tm local;

    if (!strcmp(base, "utc")) {
        *start = now;
    } else if (!strcmp(base, "localtime")) {
        localtime_r(&now, &local);
        *start = now + local.tm_gmtoff;
    } else {
        return parse_date(base, start, errp);
    }
    return true;
}

static bool parse_clock(const char *name, Error **errp)
{
    static const struct {
        const char *name;
        QEMUClockType type;
    } clocks[] = {
        { "host", QEMU_CLOCK_HOST },
        { "rt", QEMU_CLOCK_REALTIME },
        { "vm", QEMU_CLOCK_VIRTUAL },
    };

    for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
        if (!strcmp(name, clocks[i].name)) {
            rtc_clock = clocks[i].type;
            return true;
        }
    }
    error_setg(errp, "clock=%s: unknown clock; there are: host, rt, vm", name);
    return false;
}

bool rtc_configure(const KeyVal *opts, Error **errp)
{
    static const char *const known[] = { "base", "clock", "driftfix", NULL };
    const char *base = keyval_get(opts, "base");
    const char *clock = keyval_get(opts, "clock");
    const char *drift = keyval_get(opts, "driftfix");
    time_t now = time(NULL), start = now;

    if (!keyval_check_keys(opts, known, "-rtc", errp) || (clock && !parse_clock(clock, errp)) ||
        (base && !parse_base(base, now, &start, errp))) {
        return false;
    }
    /* It is for the PC's clock, which tells the time by counting interrupts. */
    if (drift && strcmp(drift, "none") && strcmp(drift, "slew")) {
        error_setg(errp, "driftfix=%s: expected none or slew", drift);
        return false;
    }
    /* The virtual clock stands at 0 until the machine starts. */
    rtc_offset = start - (rtc_clock == QEMU_CLOCK_VIRTUAL ? 0 : clock_seconds());
    if (rtc_clock == QEMU_CLOCK_HOST && start == now) {
        rtc_offset = 0; /* not a second off because of one that began meanwhile */
    }
    return true;
}
