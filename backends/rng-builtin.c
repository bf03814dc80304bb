/* SPDX-License-Identifier: MIT */
/* rng-builtin: the emulator's own random numbers. The answer comes from a bottom half, so that a
 * device is not called back while it asks. */
#include "qemu/osdep.h"

#include "qemu/guest-random.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "system/rng.h"

OBJECT_DECLARE_SIMPLE_TYPE(RngBuiltin, RNG_BUILTIN)

struct RngBuiltin {
    RngBackend parent;
    QEMUBH *bh;
};

static void rng_builtin_answer(void *opaque)
{
    RngBackend *s = RNG_BACKEND(opaque);
    RngRequest *req = QSIMPLEQ_FIRST(&s->requests);

    if (!req) {
        return;
    }
    qemu_guest_getrandom_nofail(req->data, req->size);
    req->receive_entropy(req->opaque, req->data, req->size);
    rng_backend_finalize_request(s, req);
    if (!QSIMPLEQ_EMPTY(&s->requests)) {
        qemu_bh_schedule(RNG_BUILTIN(s)->bh);
    }
}

static void rng_builtin_request(RngBackend *s, RngRequest *req)
{
    qemu_bh_schedule(RNG_BUILTIN(s)->bh);
}

static void rng_builtin_init(Object *obj)
{
    RNG_BUILTIN(obj)->bh = qemu_bh_new(rng_builtin_answer, obj);
}

static void rng_builtin_finalize(Object *obj)
{
    qemu_bh_delete(RNG_BUILTIN(obj)->bh);
}

static void rng_builtin_class_init(ObjectClass *oc, const void *data)
{
    RNG_BACKEND_CLASS(oc)->request_entropy = rng_builtin_request;
}

static const TypeInfo rng_builtin_types[] = {
    {
        .name = TYPE_RNG_BUILTIN,
        .parent = TYPE_RNG_BACKEND,
        .instance_size = sizeof(RngBuiltin),
        .instance_init = rng_builtin_init,
        .instance_finalize = rng_builtin_finalize,
        .class_init = rng_builtin_class_init,
    },
};

DEFINE_TYPES(rng_builtin_types)
