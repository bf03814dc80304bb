/* SPDX-License-Identifier: MIT */
/* rng-random: random numbers from a file of the host, read as it has them. */
#include "qemu/osdep.h"

#include <fcntl.h>

#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "system/rng.h"

OBJECT_DECLARE_SIMPLE_TYPE(RngRandom, RNG_RANDOM)

struct RngRandom {
    RngBackend parent;
    int fd;
    char *filename; /* property */
};

static void rng_random_fill(void *opaque);

/* Files that can not be waited for are always ready. */
static void rng_random_watch(RngRandom *s, bool wanted)
{
    qemu_set_fd_handler(s->fd, wanted ? rng_random_fill : NULL, NULL, s);
}

static void rng_random_fill(void *opaque)
{
    RngRandom *s = opaque;
    RngBackend *b = RNG_BACKEND(s);
    RngRequest *req = QSIMPLEQ_FIRST(&b->requests);
    ssize_t n;

    if (!req) {
        rng_random_watch(s, false);
        return;
    }
    n = RETRY_ON_EINTR(read(s->fd, req->data + req->offset, req->size - req->offset));
    if (n < 0 && errno == EAGAIN) {
        return;
    }
    if (n <= 0) {
        rng_random_watch(s, false);
        warn_report("rng-random: '%s' has no more random numbers: %s", s->filename,
                    n < 0 ? strerror(errno) : "it has ended");
        return;
    }
    req->offset += n;
    if (req->offset == req->size) {
        req->receive_entropy(req->opaque, req->data, req->size);
        rng_backend_finalize_request(b, req);
    }
    if (QSIMPLEQ_EMPTY(&b->requests)) {
        rng_random_watch(s, false);
    }
}

static void rng_random_request(RngBackend *b, RngRequest *req)
{
    rng_random_watch(RNG_RANDOM(b), true);
}

static void rng_random_opened(RngBackend *b, Error **errp)
{
    RngRandom *s = RNG_RANDOM(b);
    struct stat st;

    s->fd = qemu_open(s->filename, O_RDONLY | O_NONBLOCK, errp);
    if (s->fd >= 0 && fstat(s->fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        error_setg(errp, "'%s' is a directory: name a device or a file", s->filename);
    }
}

static char *rng_random_get_filename(Object *obj, Error **errp)
{
    return g_strdup(RNG_RANDOM(obj)->filename);
}

static void rng_random_set_filename(Object *obj, const char *filename, Error **errp)
{
    RngRandom *s = RNG_RANDOM(obj);

    if (RNG_BACKEND(obj)->opened) {
        error_setg(errp, "the file can not be changed once it is open");
        return;
    }
    g_free(s->filename);
    s->filename = g_strdup(filename);
}

static void rng_random_init(Object *obj)
{
    RngRandom *s = RNG_RANDOM(obj);

    s->filename = g_strdup("/dev/urandom");
    s->fd = -1;
}

static void rng_random_finalize(Object *obj)
{
    RngRandom *s = RNG_RANDOM(obj);

    if (s->fd >= 0) {
        rng_random_watch(s, false);
        qemu_close(s->fd);
    }
    g_free(s->filename);
}

static void rng_random_class_init(ObjectClass *oc, const void *data)
{
    RngBackendClass *k = RNG_BACKEND_CLASS(oc);

    k->request_entropy = rng_random_request;
    k->opened = rng_random_opened;
    object_class_property_add_str(oc, "filename", rng_random_get_filename, rng_random_set_filename);
}

static const TypeInfo rng_random_types[] = {
    {
        .name = TYPE_RNG_RANDOM,
        .parent = TYPE_RNG_BACKEND,
        .instance_size = sizeof(RngRandom),
        .instance_init = rng_random_init,
        .instance_finalize = rng_random_finalize,
        .class_init = rng_random_class_init,
    },
};

DEFINE_TYPES(rng_random_types)
