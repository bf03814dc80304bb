/* SPDX-License-Identifier: MIT */
/* Guest physical (bus) addresses. */
#ifndef EXEC_HWADDR_H
#define EXEC_HWADDR_H

#include <inttypes.h>
#include <stdint.h>

#define HWADDR_BITS 64

/* An address on a guest bus. Never a guest virtual address and never a host one. */
typedef uint64_t hwaddr;

#define HWADDR_MAX     UINT64_MAX
#define HWADDR_FMT_plx "%016" PRIx64
#define HWADDR_PRId    PRId64
#define HWADDR_PRIi    PRIi64
#define HWADDR_PRIo    PRIo64
#define HWADDR_PRIu    PRIu64
#define HWADDR_PRIx    PRIx64
#define HWADDR_PRIX    PRIX64

/* An address in the flat space that numbers the bytes of all RAM blocks; see system/ramblock.h. */
typedef uint64_t ram_addr_t;

#define RAM_ADDR_MAX     UINT64_MAX
#define RAM_ADDR_INVALID (~(ram_addr_t)0)
#define RAM_ADDR_FMT     "%" PRIx64

#endif
