/* SPDX-License-Identifier: MIT */
/*
 * What the machine's real time clock shows: -rtc.
 *
 * It counts with one of our clocks (rtc_clock) from a start that the user may set. All are set
 * while the command line is read and only read afterwards.
 */
#ifndef SYSTEM_RTC_H
#define SYSTEM_RTC_H

#include "qapi/error.h"
#include "qemu/keyval.h"
#include "qemu/timer.h"

/* clock=host (the default), rt or vm. Devices time their alarms by it. */
extern QEMUClockType rtc_clock;

/* Take the options of -rtc: base=utc|localtime|DATE, clock=, driftfix=. */
bool rtc_configure(const KeyVal *opts, Error **errp);

/* Seconds since 1970 that a clock device shows when rtc_clock is 0; may be negative. */
int64_t qemu_rtc_offset(void);

/* The clock's broken-down time, @offset seconds from now. */
void qemu_get_timedate(struct tm *tm, time_t offset);

/* How far the guest's idea @tm is from the clock's, seconds. */
time_t qemu_timedate_diff(struct tm *tm);

#endif
