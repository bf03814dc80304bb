/* SPDX-License-Identifier: MIT */
/* The machine's own address spaces. */
#ifndef SYSTEM_ADDRESS_SPACES_H
#define SYSTEM_ADDRESS_SPACES_H

#include "system/memory.h"

/* What the CPUs see, and the x86 port space. Their roots live as long as the process. */
extern AddressSpace address_space_memory;
extern AddressSpace address_space_io;

/* The root containers of the two. The first call of either makes both; needs the big lock. */
MemoryRegion *get_system_memory(void);
MemoryRegion *get_system_io(void);

#endif
