/* SPDX-License-Identifier: MIT */
/* What all sources of entropy share: the queue of requests, answered in order. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/module.h"
#include "qom/object_interfaces.h"
#include "system/rng.h"

void rng_backend_request_entropy(RngBackend *s, size_t size, EntropyReceiveFunc *receive_entropy,
                                 void *opaque)
{
    RngRequest *req = g_new0(RngRequest, 1);

    assert(size);
    req->receive_entropy = receive_entropy;
    req->opaque = opaque;
    req->size = size;
    req->data = g_malloc(size);
    QSIMPLEQ_INSERT_TAIL(&s->requests, req, next);
    RNG_BACKEND_GET_CLASS(s)->request_entropy(s, req);
}

static void free_request(RngRequest *req)
{
    g_free(req->data);
    g_free(req);
}

void rng_backend_finalize_request(RngBackend *s, RngRequest *req)
{
    assert(req == QSIMPLEQ_FIRST(&s->requests));
    QSIMPLEQ_REMOVE_HEAD(&s->requests, next);
    free_request(req);
}

void rng_backend_cancel_requests(RngBackend *s, void *opaque)
{
    RngRequest *req, *next;
    QSIMPLEQ_HEAD(, RngRequest) keep = QSIMPLEQ_HEAD_INITIALIZER(keep);

    QSIMPLEQ_FOREACH_SAFE(req, &s->requests, next, next)
    {
        QSIMPLEQ_REMOVE_HEAD(&s->requests, next);
        if (req->opaque == opaque) {
            free_request(req);
        } else {
            QSIMPLEQ_INSERT_TAIL(&keep, req, next);
        }
    }
    while ((req = QSIMPLEQ_FIRST(&keep))) {
        QSIMPLEQ_REMOVE_HEAD(&keep, next);
        QSIMPLEQ_INSERT_TAIL(&s->requests, req, next);
    }
}

static void rng_backend_complete(UserCreatable *uc, Error **errp)
{
    ERRP_GUARD();
    RngBackend *s = RNG_BACKEND(uc);
    RngBackendClass *k = RNG_BACKEND_GET_CLASS(s);

    if (k->opened) {
        k->opened(s, errp);
        if (*errp) {
            return;
        }
    }
    s->opened = true;
}

static void rng_backend_init(Object *obj)
{
    QSIMPLEQ_INIT(&RNG_BACKEND(obj)->requests);
}

static void rng_backend_finalize(Object *obj)
{
    RngBackend *s = RNG_BACKEND(obj);

    while (!QSIMPLEQ_EMPTY(&s->requests)) {
        rng_backend_finalize_request(s, QSIMPLEQ_FIRST(&s->requests));
    }
}

static void rng_backend_class_init(ObjectClass *oc, const void *data)
{
    USER_CREATABLE_CLASS(oc)->complete = rng_backend_complete;
}

static const TypeInfo rng_backend_types[] = {
    {
        .name = TYPE_RNG_BACKEND,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(RngBackend),
        .instance_init = rng_backend_init,
        .instance_finalize = rng_backend_finalize,
        .class_size = sizeof(RngBackendClass),
        .class_init = rng_backend_class_init,
        .abstract = true,
        .interfaces = (const InterfaceInfo[]){ { TYPE_USER_CREATABLE }, {} },
    },
};

DEFINE_TYPES(rng_backend_types)
