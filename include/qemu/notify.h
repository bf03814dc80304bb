/* SPDX-License-Identifier: MIT */
/* Lists of callbacks. The list's owner says under which lock it is changed and called. */
#ifndef QEMU_NOTIFY_H
#define QEMU_NOTIFY_H

#include "qemu/queue.h"
#include <stdbool.h>

typedef struct Notifier Notifier;
struct Notifier {
    void (*notify)(Notifier *notifier, void *data);
    QLIST_ENTRY(Notifier) node;
};

typedef struct NotifierList {
    QLIST_HEAD(, Notifier) notifiers;
} NotifierList;

#define NOTIFIER_LIST_INITIALIZER(head)                                                            \
    {                                                                                              \
        QLIST_HEAD_INITIALIZER((head).notifiers)                                                   \
    }

static inline void notifier_list_init(NotifierList *list)
{
    QLIST_INIT(&list->notifiers);
}

/* The one added last is called first. */
static inline void notifier_list_add(NotifierList *list, Notifier *notifier)
{
    QLIST_INSERT_HEAD(&list->notifiers, notifier, node);
}

static inline void notifier_remove(Notifier *notifier)
{
    QLIST_REMOVE(notifier, node);
}

/* Each may remove itself. */
static inline void notifier_list_notify(NotifierList *list, void *data)
{
    Notifier *n, *next;

    QLIST_FOREACH_SAFE (n, &list->notifiers, node, next) {
        n->notify(n, data);
    }
}

static inline bool notifier_list_empty(const NotifierList *list)
{
    return QLIST_EMPTY(&list->notifiers);
}

#endif
