/* SPDX-License-Identifier: MIT */
/*
 * Intrusive lists. The element embeds a link; nothing is allocated.
 *
 *   QSLIST    singly linked; insert and remove at the head
 *   QLIST     doubly linked, one-pointer head; remove any element without the head
 *   QSIMPLEQ  singly linked with a tail pointer: a queue
 *   QTAILQ    doubly linked with a tail pointer: both ends, both directions
 *
 * A doubly linked element stores a pointer to *the pointer that points at it* (`pprev`), so that
 * removal treats the first element like any other, and `pprev != NULL` tells that it is linked.
 * A QTAILQ head has the layout of a link: {first, address of the last `next`}. The slot that
 * an element's pprev points at is therefore the start of a link (its predecessor's, or the head),
 * and *that* link's pprev points at the slot holding the predecessor: walking backwards takes two
 * dereferences and ends in NULL at the head, whose "pprev" is the address of the last next, NULL.
 */
#ifndef QEMU_QUEUE_H
#define QEMU_QUEUE_H

/* ---- QSLIST ---- */
#define QSLIST_HEAD(name, type)                                                                    \
    struct name {                                                                                  \
        struct type *slh_first;                                                                    \
    }
#define QSLIST_HEAD_INITIALIZER(head)                                                              \
    {                                                                                              \
        NULL                                                                                       \
    }
#define QSLIST_ENTRY(type)                                                                         \
    struct {                                                                                       \
        struct type *sle_next;                                                                     \
    }
#define QSLIST_INIT(head)       ((void)((head)->slh_first = NULL))
#define QSLIST_EMPTY(head)      ((head)->slh_first == NULL)
#define QSLIST_FIRST(head)      ((head)->slh_first)
#define QSLIST_NEXT(elm, field) ((elm)->field.sle_next)
#define QSLIST_FOREACH(var, head, field)                                                           \
    for ((var) = (head)->slh_first; (var); (var) = (var)->field.sle_next)
#define QSLIST_FOREACH_SAFE(var, head, field, nxt)                                                 \
    for ((var) = (head)->slh_first; (var) && ((nxt) = (var)->field.sle_next, 1); (var) = (nxt))
#define QSLIST_INSERT_HEAD(head, elm, field)                                                       \
    do {                                                                                           \
        (elm)->field.sle_next = (head)->slh_first;                                                 \
        (head)->slh_first = (elm);                                                                 \
    } while (0)
#define QSLIST_REMOVE_HEAD(head, field)                                                            \
    do {                                                                                           \
        __typeof__((head)->slh_first) slh_gone_ = (head)->slh_first;                               \
        (head)->slh_first = slh_gone_->field.sle_next;                                             \
        slh_gone_->field.sle_next = NULL;                                                          \
    } while (0)

/* ---- QLIST ---- */
#define QLIST_HEAD(name, type)                                                                     \
    struct name {                                                                                  \
        struct type *lh_first;                                                                     \
    }
#define QLIST_HEAD_INITIALIZER(head)                                                               \
    {                                                                                              \
        NULL                                                                                       \
    }
#define QLIST_ENTRY(type)                                                                          \
    struct {                                                                                       \
        struct type *le_next;                                                                      \
        struct type **le_prev;                                                                     \
    }
#define QLIST_INIT(head)              ((void)((head)->lh_first = NULL))
#define QLIST_EMPTY(head)             ((head)->lh_first == NULL)
#define QLIST_FIRST(head)             ((head)->lh_first)
#define QLIST_NEXT(elm, field)        ((elm)->field.le_next)
#define QLIST_IS_INSERTED(elm, field) ((elm)->field.le_prev != NULL)
#define QLIST_FOREACH(var, head, field)                                                            \
    for ((var) = (head)->lh_first; (var); (var) = (var)->field.le_next)
#define QLIST_FOREACH_SAFE(var, head, field, nxt)                                                  \
    for ((var) = (head)->lh_first; (var) && ((nxt) = (var)->field.le_next, 1); (var) = (nxt))
#define QLIST_LINK_AT_(slot, elm, field)                                                           \
    do {                                                                                           \
        (elm)->field.le_prev = (slot);                                                             \
        (elm)->field.le_next = *(elm)->field.le_prev;                                              \
        if ((elm)->field.le_next) {                                                                \
            (elm)->field.le_next->field.le_prev = &(elm)->field.le_next;                           \
        }                                                                                          \
        *(elm)->field.le_prev = (elm);                                                             \
    } while (0)
#define QLIST_INSERT_HEAD(head, elm, field) QLIST_LINK_AT_(&(head)->lh_first, elm, field)
#define QLIST_INSERT_AFTER(listelm, elm, field)                                                    \
    QLIST_LINK_AT_(&(listelm)->field.le_next, elm, field)
#define QLIST_INSERT_BEFORE(listelm, elm, field)                                                   \
    QLIST_LINK_AT_((listelm)->field.le_prev, elm, field)
#define QLIST_REMOVE(elm, field)                                                                   \
    do {                                                                                           \
        if ((elm)->field.le_next) {                                                                \
            (elm)->field.le_next->field.le_prev = (elm)->field.le_prev;                            \
        }                                                                                          \
        *(elm)->field.le_prev = (elm)->field.le_next;                                              \
        (elm)->field.le_next = NULL;                                                               \
        (elm)->field.le_prev = NULL;                                                               \
    } while (0)
#define QLIST_SAFE_REMOVE(elm, field)                                                              \
    do {                                                                                           \
        if (QLIST_IS_INSERTED(elm, field)) {                                                       \
            QLIST_REMOVE(elm, field);                                                              \
        }                                                                                          \
    } while (0)

/* ---- QSIMPLEQ ---- */
#define QSIMPLEQ_HEAD(name, type)                                                                  \
    struct name {                                                                                  \
        struct type *sqh_first;                                                                    \
        struct type **sqh_last;                                                                    \
    }
#define QSIMPLEQ_HEAD_INITIALIZER(head)                                                            \
    {                                                                                              \
        NULL, &(head).sqh_first                                                                    \
    }
#define QSIMPLEQ_ENTRY(type)                                                                       \
    struct {                                                                                       \
        struct type *sqe_next;                                                                     \
    }
#define QSIMPLEQ_INIT(head)                                                                        \
    do {                                                                                           \
        (head)->sqh_first = NULL;                                                                  \
        (head)->sqh_last = &(head)->sqh_first;                                                     \
    } while (0)
#define QSIMPLEQ_EMPTY(head)      ((head)->sqh_first == NULL)
#define QSIMPLEQ_FIRST(head)      ((head)->sqh_first)
#define QSIMPLEQ_NEXT(elm, field) ((elm)->field.sqe_next)
#define QSIMPLEQ_FOREACH(var, head, field)                                                         \
    for ((var) = (head)->sqh_first; (var); (var) = (var)->field.sqe_next)
#define QSIMPLEQ_FOREACH_SAFE(var, head, field, nxt)                                               \
    for ((var) = (head)->sqh_first; (var) && ((nxt) = (var)->field.sqe_next, 1); (var) = (nxt))
#define QSIMPLEQ_INSERT_HEAD(head, elm, field)                                                     \
    do {                                                                                           \
        (elm)->field.sqe_next = (head)->sqh_first;                                                 \
        if (!(head)->sqh_first) {                                                                  \
            (head)->sqh_last = &(elm)->field.sqe_next;                                             \
        }                                                                                          \
        (head)->sqh_first = (elm);                                                                 \
    } while (0)
#define QSIMPLEQ_INSERT_TAIL(head, elm, field)                                                     \
    do {                                                                                           \
        (elm)->field.sqe_next = NULL;                                                              \
        *(head)->sqh_last = (elm);                                                                 \
        (head)->sqh_last = &(elm)->field.sqe_next;                                                 \
    } while (0)
#define QSIMPLEQ_REMOVE_HEAD(head, field)                                                          \
    do {                                                                                           \
        __typeof__((head)->sqh_first) sqh_gone_ = (head)->sqh_first;                               \
        (head)->sqh_first = sqh_gone_->field.sqe_next;                                             \
        if (!(head)->sqh_first) {                                                                  \
            (head)->sqh_last = &(head)->sqh_first;                                                 \
        }                                                                                          \
        sqh_gone_->field.sqe_next = NULL;                                                          \
    } while (0)
/* Moves everything in @src to the end of @dst. */
#define QSIMPLEQ_CONCAT(dst, src)                                                                  \
    do {                                                                                           \
        if (!QSIMPLEQ_EMPTY(src)) {                                                                \
            *(dst)->sqh_last = (src)->sqh_first;                                                   \
            (dst)->sqh_last = (src)->sqh_last;                                                     \
            QSIMPLEQ_INIT(src);                                                                    \
        }                                                                                          \
    } while (0)

/* ---- QTAILQ ---- */
typedef struct QTailQLink {
    void *next;
    void **pprev;
} QTailQLink;

#define QTAILQ_HEAD(name, type)                                                                    \
    struct name {                                                                                  \
        struct type *tqh_first;                                                                    \
        struct type **tqh_last;                                                                    \
    }
#define QTAILQ_HEAD_INITIALIZER(head)                                                              \
    {                                                                                              \
        NULL, &(head).tqh_first                                                                    \
    }
#define QTAILQ_ENTRY(type)                                                                         \
    struct {                                                                                       \
        struct type *tqe_next;                                                                     \
        struct type **tqe_prev;                                                                    \
    }
#define QTAILQ_INIT(head)                                                                          \
    do {                                                                                           \
        (head)->tqh_first = NULL;                                                                  \
        (head)->tqh_last = &(head)->tqh_first;                                                     \
    } while (0)
#define QTAILQ_EMPTY(head)         ((head)->tqh_first == NULL)
#define QTAILQ_FIRST(head)         ((head)->tqh_first)
#define QTAILQ_NEXT(elm, field)    ((elm)->field.tqe_next)
#define QTAILQ_IN_USE(elm, field)  ((elm)->field.tqe_prev != NULL)
/* The element before the one that the link or head at @link follows; see the essay above. */
#define QTAILQ_BEHIND_(type, link) ((type) * ((QTailQLink *)(link))->pprev)
#define QTAILQ_LAST(head)          QTAILQ_BEHIND_(__typeof__((head)->tqh_first), (head)->tqh_last)
#define QTAILQ_PREV(elm, field)                                                                    \
    QTAILQ_BEHIND_(__typeof__((elm)->field.tqe_next), (elm)->field.tqe_prev)
#define QTAILQ_FOREACH(var, head, field)                                                           \
    for ((var) = (head)->tqh_first; (var); (var) = (var)->field.tqe_next)
#define QTAILQ_FOREACH_SAFE(var, head, field, nxt)                                                 \
    for ((var) = (head)->tqh_first; (var) && ((nxt) = (var)->field.tqe_next, 1); (var) = (nxt))
#define QTAILQ_FOREACH_REVERSE(var, head, field)                                                   \
    for ((var) = QTAILQ_LAST(head); (var); (var) = QTAILQ_PREV(var, field))
#define QTAILQ_FOREACH_REVERSE_SAFE(var, head, field, prv)                                         \
    for ((var) = QTAILQ_LAST(head); (var) && ((prv) = QTAILQ_PREV(var, field), 1); (var) = (prv))
#define QTAILQ_INSERT_TAIL(head, elm, field)                                                       \
    do {                                                                                           \
        (elm)->field.tqe_next = NULL;                                                              \
        (elm)->field.tqe_prev = (head)->tqh_last;                                                  \
        *(head)->tqh_last = (elm);                                                                 \
        (head)->tqh_last = &(elm)->field.tqe_next;                                                 \
    } while (0)
#define QTAILQ_INSERT_HEAD(head, elm, field)                                                       \
    do {                                                                                           \
        (elm)->field.tqe_next = (head)->tqh_first;                                                 \
        if ((elm)->field.tqe_next) {                                                               \
            (elm)->field.tqe_next->field.tqe_prev = &(elm)->field.tqe_next;                        \
        } else {                                                                                   \
            (head)->tqh_last = &(elm)->field.tqe_next;                                             \
        }                                                                                          \
        (head)->tqh_first = (elm);                                                                 \
        (elm)->field.tqe_prev = &(head)->tqh_first;                                                \
    } while (0)
#define QTAILQ_INSERT_AFTER(head, listelm, elm, field)                                             \
    do {                                                                                           \
        (elm)->field.tqe_next = (listelm)->field.tqe_next;                                         \
        if ((elm)->field.tqe_next) {                                                               \
            (elm)->field.tqe_next->field.tqe_prev = &(elm)->field.tqe_next;                        \
        } else {                                                                                   \
            (head)->tqh_last = &(elm)->field.tqe_next;                                             \
        }                                                                                          \
        (listelm)->field.tqe_next = (elm);                                                         \
        (elm)->field.tqe_prev = &(listelm)->field.tqe_next;                                        \
    } while (0)
#define QTAILQ_INSERT_BEFORE(listelm, elm, field)                                                  \
    do {                                                                                           \
        (elm)->field.tqe_prev = (listelm)->field.tqe_prev;                                         \
        (elm)->field.tqe_next = (listelm);                                                         \
        *(elm)->field.tqe_prev = (elm);                                                            \
        (listelm)->field.tqe_prev = &(elm)->field.tqe_next;                                        \
    } while (0)
#define QTAILQ_REMOVE(head, elm, field)                                                            \
    do {                                                                                           \
        if ((elm)->field.tqe_next) {                                                               \
            (elm)->field.tqe_next->field.tqe_prev = (elm)->field.tqe_prev;                         \
        } else {                                                                                   \
            (head)->tqh_last = (elm)->field.tqe_prev;                                              \
        }                                                                                          \
        *(elm)->field.tqe_prev = (elm)->field.tqe_next;                                            \
        (elm)->field.tqe_next = NULL;                                                              \
        (elm)->field.tqe_prev = NULL;                                                              \
    } while (0)

#endif
