/* SPDX-License-Identifier: MIT */
/* Sources of entropy that users make with -object and connect to a device by their id. */
#ifndef SYSTEM_RNG_H
#define SYSTEM_RNG_H

#include "qemu/queue.h"
#include "qom/object.h"

#define TYPE_RNG_BACKEND "rng-backend"
OBJECT_DECLARE_TYPE(RngBackend, RngBackendClass, RNG_BACKEND)

/* Reads a file, /dev/urandom if none is given. */
#define TYPE_RNG_RANDOM  "rng-random"
/* The emulator's own source. */
#define TYPE_RNG_BUILTIN "rng-builtin"

/* @data is the back end's, for the time of the call. */
typedef void(EntropyReceiveFunc)(void *opaque, const void *data, size_t size);

typedef struct RngRequest {
    EntropyReceiveFunc *receive_entropy;
    void *opaque;
    uint8_t *data;
    size_t offset, size; /* bytes that are there, and that are wanted */
    QSIMPLEQ_ENTRY(RngRequest) next;
} RngRequest;

struct RngBackendClass {
    ObjectClass parent_class;
    /* There is a new request at the end of the queue. */
    void (*request_entropy)(RngBackend *s, RngRequest *req);
    void (*opened)(RngBackend *s, Error **errp);
};

struct RngBackend {
    Object parent_obj;
    bool opened; /* complete: properties can not change any more */
    QSIMPLEQ_HEAD(, RngRequest) requests;
};

/* Ask for @size bytes: @receive_entropy is called from the main loop, once, with as many. */
void rng_backend_request_entropy(RngBackend *s, size_t size, EntropyReceiveFunc *receive_entropy,
                                 void *opaque);
/* Forget what was asked for @opaque. */
void rng_backend_cancel_requests(RngBackend *s, void *opaque);

/* --- for back ends: the first request is answered, and gone --- */
void rng_backend_finalize_request(RngBackend *s, RngRequest *req);

#endif
