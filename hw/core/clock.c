/* SPDX-License-Identifier: MIT */
/* The clock tree; see hw/clock.h. Under the big lock. */
#include "qemu/osdep.h"

#include "hw/clock.h"

#include "migration/vmstate.h"
#include "qapi/visitor.h"
#include "qemu/cutils.h"
#include "system/qtest.h"

Clock *clock_new(Object *parent, const char *name)
{
    Clock *clk = CLOCK(object_new(TYPE_CLOCK));

    object_property_add_child(parent, name, OBJECT(clk));
    object_unref(clk);
    return clk;
}

void clock_setup_canonical_path(Clock *clk)
{
    g_free(clk->canonical_path);
    clk->canonical_path = object_get_canonical_path(OBJECT(clk));
}

void clock_set_callback(Clock *clk, ClockCallback *cb, void *opaque, unsigned events)
{
    clk->callback = cb;
    clk->callback_opaque = opaque;
    clk->callback_events = events;
}

void clock_clear_callback(Clock *clk)
{
    clock_set_callback(clk, NULL, NULL, 0);
}

static void clock_call(Clock *clk, ClockEvent event)
{
    if (clk->callback && (clk->callback_events & event)) {
        clk->callback(clk->callback_opaque, event);
    }
}

/* What the children of @clk run at. */
static uint64_t clock_child_period(const Clock *clk)
{
    return muldiv64(clk->period, clk->multiplier, clk->divider);
}

static void clock_propagate_period(Clock *clk, bool call)
{
    uint64_t period = clock_child_period(clk);
    Clock *child;

    QLIST_FOREACH (child, &clk->children, sibling) {
        if (child->period == period) {
            continue;
        }
        if (call) {
            clock_call(child, ClockPreUpdate);
        }
        child->period = period;
        if (call) {
            clock_call(child, ClockUpdate);
        }
        clock_propagate_period(child, call);
    }
}

bool clock_set(Clock *clk, uint64_t period)
{
    if (clk->period == period) {
        return false;
    }
    clk->period = period;
    return true;
}

bool clock_set_hz(Clock *clk, unsigned hz)
{
    return clock_set(clk, CLOCK_PERIOD_FROM_HZ(hz));
}

bool clock_set_ns(Clock *clk, unsigned ns)
{
    return clock_set(clk, CLOCK_PERIOD_FROM_NS(ns));
}

void clock_propagate(Clock *clk)
{
    assert(!clk->source);
    clock_propagate_period(clk, true);
}

void clock_update(Clock *clk, uint64_t period)
{
    if (clock_set(clk, period)) {
        clock_propagate(clk);
    }
}

void clock_update_hz(Clock *clk, unsigned hz)
{
    clock_update(clk, CLOCK_PERIOD_FROM_HZ(hz));
}

void clock_update_ns(Clock *clk, unsigned ns)
{
    clock_update(clk, CLOCK_PERIOD_FROM_NS(ns));
}

bool clock_set_mul_div(Clock *clk, uint32_t multiplier, uint32_t divider)
{
    assert(divider != 0);
    if (clk->multiplier == multiplier && clk->divider == divider) {
        return false;
    }
    clk->multiplier = multiplier;
    clk->divider = divider;
    return true;
}

void clock_set_source(Clock *clk, Clock *src)
{
    assert(!clk->source);
    clk->period = clock_child_period(src);
    QLIST_INSERT_HEAD(&src->children, clk, sibling);
    clk->source = src;
    clock_propagate_period(clk, false);
}

bool clock_has_source(const Clock *clk)
{
    return clk->source != NULL;
}

uint64_t clock_ticks_to_ns(const Clock *clk, uint64_t ticks)
{
    unsigned __int128 ns = (unsigned __int128)ticks * clk->period >> 32;

    return ns > INT64_MAX ? INT64_MAX : (uint64_t)ns;
}

uint64_t clock_ns_to_ticks(const Clock *clk, uint64_t ns)
{
    return clk->period ? (uint64_t)(((unsigned __int128)ns << 32) / clk->period) : 0;
}

char *clock_display_freq(Clock *clk)
{
    return freq_to_str(clock_get_hz(clk));
}

static void clock_detach(Clock *clk)
{
    if (clk->source) {
        QLIST_REMOVE(clk, sibling);
        clk->source = NULL;
    }
}

/* The period for tests, in 2^-32 ns. */
static void clock_get_qtest_period(Object *obj, Visitor *v, const char *name, void *opaque,
                                   Error **errp)
{
    uint64_t period = clock_get(CLOCK(obj));

    visit_type_uint64(v, name, &period, errp);
}

static void clock_initfn(Object *obj)
{
    Clock *clk = CLOCK(obj);

    clk->multiplier = 1;
    clk->divider = 1;
    QLIST_INIT(&clk->children);
    if (qtest_enabled()) {
        object_property_add(obj, "qtest-clock-period", "uint64", clock_get_qtest_period, NULL, NULL,
                            NULL);
    }
}

static void clock_finalizefn(Object *obj)
{
    Clock *clk = CLOCK(obj), *child, *next;

    QLIST_FOREACH_SAFE (child, &clk->children, sibling, next) {
        clock_detach(child);
    }
    clock_detach(clk);
    g_free(clk->canonical_path);
}

/* A stream may say anything; the divider is one. */
static int clock_post_load(void *opaque, int version_id)
{
    Clock *clk = opaque;

    return clk->divider ? 0 : -EINVAL;
}

const VMStateDescription vmstate_clock = {
    .name = "clock",
    .version_id = 0,
    .minimum_version_id = 0,
    .post_load = clock_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT64(period, Clock),
            VMSTATE_UINT32(multiplier, Clock),
            VMSTATE_UINT32(divider, Clock),
            VMSTATE_END_OF_LIST(),
        },
};

static const TypeInfo clock_types[] = {
    { .name = TYPE_CLOCK,
      .parent = TYPE_OBJECT,
      .instance_size = sizeof(Clock),
      .instance_init = clock_initfn,
      .instance_finalize = clock_finalizefn },
};

DEFINE_TYPES(clock_types)
