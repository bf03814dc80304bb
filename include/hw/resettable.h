/* SPDX-License-Identifier: MIT */
/*
 * Three-phase reset.
 *
 *   enter  put the own state to its reset values; do nothing that others can see
 *   hold   drive outputs (interrupt lines, clocks) to their reset levels; all others have entered
 *   exit   leave reset: what has to happen once everybody is out of it
 *
 * Each phase runs over the whole tree, children before their parent, before the next begins. An
 * object may be held in reset by several parties: only the first
 * assert enters and holds, only the last release exits.
 */
#ifndef HW_RESETTABLE_H
#define HW_RESETTABLE_H

#include "qom/object.h"

#define TYPE_RESETTABLE_INTERFACE "resettable"

typedef struct ResettableClass ResettableClass;
DECLARE_CLASS_CHECKERS(ResettableClass, RESETTABLE, TYPE_RESETTABLE_INTERFACE)

typedef enum ResetType {
    RESET_TYPE_COLD,          /* power on, and what -M asks for as "system reset" */
    RESET_TYPE_SNAPSHOT_LOAD, /* before a machine's state is loaded: do not draw new randomness */
    RESET_TYPE_WAKEUP,        /* from suspend: memory and some registers survive */
} ResetType;

typedef void (*ResettableEnterPhase)(Object *obj, ResetType type);
typedef void (*ResettableHoldPhase)(Object *obj, ResetType type);
typedef void (*ResettableExitPhase)(Object *obj, ResetType type);
typedef void (*ResettableChildCallback)(Object *obj, void *opaque, ResetType type);
typedef void (*ResettableChildForeach)(Object *obj, ResettableChildCallback cb, void *opaque,
                                       ResetType type);

/* Part of the object's state; zeroed at first. */
typedef struct ResettableState {
    unsigned count; /* parties that hold the object in reset */
    bool hold_phase_pending;
    bool exit_phase_in_progress;
} ResettableState;

typedef ResettableState *(*ResettableGetState)(Object *obj);

typedef struct ResettablePhases {
    ResettableEnterPhase enter;
    ResettableHoldPhase hold;
    ResettableExitPhase exit;
} ResettablePhases;

struct ResettableClass {
    InterfaceClass parent_class;
    ResettablePhases phases;              /* each may be NULL */
    ResettableGetState get_state;         /* must be set */
    ResettableChildForeach child_foreach; /* NULL: no children */
};

/* Asserts and releases. */
void resettable_reset(Object *obj, ResetType type);
void resettable_assert_reset(Object *obj, ResetType type);
void resettable_release_reset(Object *obj, ResetType type);
bool resettable_is_in_reset(Object *obj);
/* @obj moves from @oldp's children to @newp's (each may be NULL): its count follows. */
void resettable_change_parent(Object *obj, Object *newp, Object *oldp);
/* Sets the phases that are not NULL; *@parent_phases gets what was there, for the own ones to call
 * first. */
void resettable_class_set_parent_phases(ResettableClass *rc, ResettableEnterPhase enter,
                                        ResettableHoldPhase hold, ResettableExitPhase exit,
                                        ResettablePhases *parent_phases);

#endif
