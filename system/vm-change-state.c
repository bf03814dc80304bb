/* SPDX-License-Identifier: MIT */
/*
 * Handlers of starts and stops, by rising priority. A handler may remove itself or another: a
 * removal while they are being called only marks the entry, and the outermost call sweeps. (BQL)
 */
#include "qemu/osdep.h"

#include "qemu/bql.h"
#include "qemu/queue.h"
#include "system/runstate.h"

struct VMChangeStateEntry {
    VMChangeStateHandler *cb; /* NULL: removed */
    void *opaque;
    int priority;
    QTAILQ_ENTRY(VMChangeStateEntry) link;
};

static QTAILQ_HEAD(, VMChangeStateEntry) handlers = QTAILQ_HEAD_INITIALIZER(handlers);
static unsigned calling;

VMChangeStateEntry *qemu_add_vm_change_state_handler_prio(VMChangeStateHandler *cb, void *opaque,
                                                          int priority)
{
    VMChangeStateEntry *e = g_new0(VMChangeStateEntry, 1), *other;

    assert(bql_locked());
    *e = (VMChangeStateEntry){ .cb = cb, .opaque = opaque, .priority = priority };
    QTAILQ_FOREACH (other, &handlers, link) {
        if (other->priority > priority) {
            QTAILQ_INSERT_BEFORE(other, e, link);
            return e;
        }
    }
    QTAILQ_INSERT_TAIL(&handlers, e, link);
    return e;
}

VMChangeStateEntry *qemu_add_vm_change_state_handler(VMChangeStateHandler *cb, void *opaque)
{
    return qemu_add_vm_change_state_handler_prio(cb, opaque, 0);
}

static void sweep(void)
{
    VMChangeStateEntry *e, *next;

    QTAILQ_FOREACH_SAFE (e, &handlers, link, next) {
        if (!e->cb) {
            QTAILQ_REMOVE(&handlers, e, link);
            g_free(e);
        }
    }
}

void qemu_del_vm_change_state_handler(VMChangeStateEntry *e)
{
    assert(bql_locked());
    e->cb = NULL;
    if (!calling) {
        sweep();
    }
}

static void call(VMChangeStateEntry *e, bool running, RunState state)
{
    if (e->cb) {
        e->cb(e->opaque, running, state);
    }
}

void vm_state_notify(bool running, RunState state)
{
    VMChangeStateEntry *e;

    assert(bql_locked());
    calling++;
    if (running) {
        QTAILQ_FOREACH (e, &handlers, link) {
            call(e, running, state);
        }
    } else {
        QTAILQ_FOREACH_REVERSE (e, &handlers, link) {
            call(e, running, state);
        }
    }
    if (--calling == 0) {
        sweep();
    }
}
