/* SPDX-License-Identifier: MIT */
/* Random bytes for guests: random number devices and instructions, seeds in device trees. */
#ifndef QEMU_GUEST_RANDOM_H
#define QEMU_GUEST_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "qapi/error.h"

/* Fill @buf from the host's random number generator; 0, or -1 with *errp set. Any thread. */
int qemu_guest_getrandom(void *buf, size_t len, Error **errp);

/* The same where there is nobody to tell: ends the process if the host has no randomness. */
void qemu_guest_getrandom_nofail(void *buf, size_t len);

/* -seed: from here on make the bytes from @seed, the same ones in each run that asks in the same
 * order. Called before there are other threads. */
void qemu_guest_random_seed(uint64_t seed);

#endif
