/* SPDX-License-Identifier: MIT */
/*
 * Random bytes come from the host, or, to make a run repeatable, from a generator that -seed
 * starts: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014),
 * whose state is a counter, so that an atomic addition serves all threads.
 */
#include "qemu/osdep.h"

#include <sys/random.h>

#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/guest-random.h"

static struct {
    bool enabled;     /* set before there are threads */
    uint64_t counter; /* atomic */
} seeded;

void qemu_guest_random_seed(uint64_t seed)
{
    seeded.enabled = true;
    seeded.counter = seed;
}

static uint64_t seeded_next(void)
{
    const uint64_t step = 0x9e3779b97f4a7c15; /* 2^64 by the golden ratio, odd */
    uint64_t z = qatomic_fetch_add(&seeded.counter, step) + step;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static void seeded_fill(uint8_t *buf, size_t len)
{
    while (len > 0) {
        uint64_t word = seeded_next();
        size_t n = MIN(len, sizeof(word));
        memcpy(buf, &word, n);
        buf += n;
        len -= n;
    }
}

int qemu_guest_getrandom(void *buf, size_t len, Error **errp)
{
    size_t done = 0;

    if (seeded.enabled) {
        seeded_fill(buf, len);
        return 0;
    }
    while (done < len) {
        ssize_t got = RETRY_ON_EINTR(getrandom((char *)buf + done, len - done, 0));

        if (got < 0) {
            error_setg_errno(errp, errno, "the host gives no random numbers");
            return -1;
        }
        done += got;
    }
    return 0;
}

void qemu_guest_getrandom_nofail(void *buf, size_t len)
{
    qemu_guest_getrandom(buf, len, &error_fatal);
}
