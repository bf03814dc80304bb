/* SPDX-License-Identifier: MIT */
/* What both CPUs and devices use: RAM addresses and accesses to the machine's main memory. */
#ifndef EXEC_CPU_COMMON_H
#define EXEC_CPU_COMMON_H

#include "qemu/osdep.h"
#include "exec/hwaddr.h"

/* As address_space_rw() and so on of address_space_memory, without attributes or results. */
void cpu_physical_memory_rw(hwaddr addr, void *buf, hwaddr len, bool is_write);
void cpu_physical_memory_read(hwaddr addr, void *buf, hwaddr len);
void cpu_physical_memory_write(hwaddr addr, const void *buf, hwaddr len);
void *cpu_physical_memory_map(hwaddr addr, hwaddr *plen, bool is_write);
void cpu_physical_memory_unmap(void *buffer, hwaddr len, bool is_write, hwaddr access_len);
/* True if something there would answer a device access (not RAM). */
bool cpu_physical_memory_is_io(hwaddr addr);

#endif
