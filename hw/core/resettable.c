/* SPDX-License-Identifier: MIT */
/*
 * The three phases, over an object and the tree below it.
 *
 * Invariant between operations: an object's count is the number of parties that hold it, of which
 * a parent in reset is one for each time it is held itself. So enter and exit always visit the
 * children, even where the object's own phase has run already.
 */
#include "qemu/osdep.h"

#include "hw/resettable.h"

static ResettableState *reset_state(Object *obj, ResettableClass **rc)
{
    *rc = RESETTABLE_GET_CLASS(obj);
    return (*rc)->get_state(obj);
}

static void reset_children(ResettableClass *rc, Object *obj, ResettableChildCallback cb,
                           ResetType type)
{
    if (rc->child_foreach) {
        rc->child_foreach(obj, cb, NULL, type);
    }
}

static void phase_enter(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc;
    ResettableState *s = reset_state(obj, &rc);
    bool first = s->count++ == 0;

    /* A reset of an object from inside its own exit phase is our bug; so is endless nesting. */
    assert(!s->exit_phase_in_progress);
    assert(s->count < 64);
    reset_children(rc, obj, phase_enter, type);
    if (first) {
        if (rc->phases.enter) {
            rc->phases.enter(obj, type);
        }
        s->hold_phase_pending = true;
    }
}

static void phase_hold(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc;
    ResettableState *s = reset_state(obj, &rc);

    reset_children(rc, obj, phase_hold, type);
    if (s->hold_phase_pending) {
        s->hold_phase_pending = false;
        if (rc->phases.hold) {
            rc->phases.hold(obj, type);
        }
    }
}

static void phase_exit(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc;
    ResettableState *s = reset_state(obj, &rc);

    assert(s->count > 0);
    s->exit_phase_in_progress = true;
    reset_children(rc, obj, phase_exit, type);
    if (--s->count == 0 && rc->phases.exit) {
        rc->phases.exit(obj, type);
    }
    s->exit_phase_in_progress = false;
}

void resettable_assert_reset(Object *obj, ResetType type)
{
    phase_enter(obj, NULL, type);
    phase_hold(obj, NULL, type);
}

void resettable_release_reset(Object *obj, ResetType type)
{
    phase_exit(obj, NULL, type);
}

void resettable_reset(Object *obj, ResetType type)
{
    resettable_assert_reset(obj, type);
    resettable_release_reset(obj, type);
}

bool resettable_is_in_reset(Object *obj)
{
    ResettableClass *rc;

    return reset_state(obj, &rc)->count > 0;
}

static unsigned reset_count(Object *obj)
{
    ResettableClass *rc;

    return obj ? reset_state(obj, &rc)->count : 0;
}

void resettable_change_parent(Object *obj, Object *newp, Object *oldp)
{
    unsigned new_count = reset_count(newp), old_count = reset_count(oldp);

    /* Asserting first: the object does not leave reset in between. */
    for (unsigned i = 0; i < new_count; i++) {
        resettable_assert_reset(obj, RESET_TYPE_COLD);
    }
    for (unsigned i = 0; i < old_count; i++) {
        resettable_release_reset(obj, RESET_TYPE_COLD);
    }
}

void resettable_class_set_parent_phases(ResettableClass *rc, ResettableEnterPhase enter,
                                        ResettableHoldPhase hold, ResettableExitPhase exit,
                                        ResettablePhases *parent_phases)
{
    *parent_phases = rc->phases;
    rc->phases.enter = enter ? enter : rc->phases.enter;
    rc->phases.hold = hold ? hold : rc->phases.hold;
    rc->phases.exit = exit ? exit : rc->phases.exit;
}

static const TypeInfo resettable_types[] = {
    { .name = TYPE_RESETTABLE_INTERFACE,
      .parent = TYPE_INTERFACE,
      .class_size = sizeof(ResettableClass) },
};

DEFINE_TYPES(resettable_types)
