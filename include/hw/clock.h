/* SPDX-License-Identifier: MIT */
/*
 * Clocks of the machine: a tree along which a period is propagated. A clock's period is in units
 * of 2^-32 ns, 0 for stopped; a child runs at its source's period times multiplier / divider.
 */
#ifndef HW_CLOCK_H
#define HW_CLOCK_H

#include "qemu/host-utils.h"
#include "qemu/queue.h"
#include "qom/object.h"

#define TYPE_CLOCK "clock"
OBJECT_DECLARE_SIMPLE_TYPE(Clock, CLOCK)

typedef enum ClockEvent {
    ClockUpdate = 1,    /* the period has changed */
    ClockPreUpdate = 2, /* it is about to change */
} ClockEvent;

typedef void ClockCallback(void *opaque, ClockEvent event);

struct Clock {
    Object parent_obj;
    uint64_t period;      /* 2^-32 ns; 0: stopped */
    char *canonical_path; /* for messages; NULL until realized */
    ClockCallback *callback;
    void *callback_opaque;
    unsigned callback_events; /* of ClockEvent */
    uint32_t multiplier, divider;
    Clock *source;
    QLIST_HEAD(, Clock) children;
    QLIST_ENTRY(Clock) sibling;
};

#define CLOCK_PERIOD_1SEC        (1000000000llu << 32)
#define CLOCK_PERIOD_FROM_NS(ns) ((ns) * (CLOCK_PERIOD_1SEC / 1000000000llu))
#define CLOCK_PERIOD_FROM_HZ(hz) (((hz) != 0) ? CLOCK_PERIOD_1SEC / (hz) : 0u)
#define CLOCK_PERIOD_TO_HZ(per)  (((per) != 0) ? CLOCK_PERIOD_1SEC / (per) : 0u)

/* A child @name of @parent. */
Clock *clock_new(Object *parent, const char *name);
void clock_setup_canonical_path(Clock *clk);
void clock_set_callback(Clock *clk, ClockCallback *cb, void *opaque, unsigned events);
void clock_clear_callback(Clock *clk);
/* @clk follows @src from now on; it must not have a source yet. No callback is made. */
void clock_set_source(Clock *clk, Clock *src);
bool clock_has_source(const Clock *clk);

/* Sets the period of a clock without source, true if it changed; children hear of it only by
 * clock_propagate(). */
bool clock_set(Clock *clk, uint64_t period);
bool clock_set_hz(Clock *clk, unsigned hz);
bool clock_set_ns(Clock *clk, unsigned ns);
void clock_propagate(Clock *clk);
/* Both steps, the second if the first changed something. */
void clock_update(Clock *clk, uint64_t period);
void clock_update_hz(Clock *clk, unsigned hz);
void clock_update_ns(Clock *clk, unsigned ns);
/* For children of @clk; true if changed. */
bool clock_set_mul_div(Clock *clk, uint32_t multiplier, uint32_t divider);

static inline uint64_t clock_get(const Clock *clk)
{
    return clk->period;
}

/* Rounded down; 0 if stopped. */
static inline unsigned clock_get_hz(Clock *clk)
{
    return (unsigned)CLOCK_PERIOD_TO_HZ(clock_get(clk));
}

static inline bool clock_is_enabled(const Clock *clk)
{
    return clk->period != 0;
}

/* ns that @ticks take, INT64_MAX if that is more. */
uint64_t clock_ticks_to_ns(const Clock *clk, uint64_t ticks);
/* Whole ticks in @ns, 0 if stopped. */
uint64_t clock_ns_to_ticks(const Clock *clk, uint64_t ns);

/* "24 MHz"; the caller frees. */
char *clock_display_freq(Clock *clk);

#endif
